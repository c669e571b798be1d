"""A ledger with a long past, made by SQL: the finished rows of one real order, copied many times over.

Copies are whole: order, revision, sending, events, external id, result, and for each 500 orders a file and its answer.
Only the copies' canonical text is cut to 256 bytes, so that a million orders fit on the disk; no pass reads it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

ORDERS_PER_FILE = 500
CONTENT_BYTES = 256
BASE = 1_000_000_000  # added to row numbers, so that copies meet no row of a pass
# table: the columns that differ from copy to copy, as SQL over n (0, 1, ...) and the copied row `t`
OF_ORDERS: dict[str, dict[str, str]] = {
    "orders": {
        "id": "{base} + n",
        "store_order_id": "'H' || n",
        "number": "'H' || n",
        "latest_revision_id": "{base} + n",
    },
    "revisions": {"id": "{base} + n", "order_id": "{base} + n", "content": f"substr(t.content, 1, {CONTENT_BYTES})"},
    "sendings": {
        "id": "{base} + n",
        "order_id": "{base} + n",
        "revision_id": "{base} + n",
        "export_file_id": "{base} + n / {size}",
        "erp_number": "'HSO-' || n",
    },
    "external_ids": {
        "id": "{base} + n",
        "order_id": "{base} + n",
        "external_id": "'H' || n",
        "folded": "'h' || n",
    },
    "results": {
        "id": "{base} + n",
        "answer_id": "{base} + n / {size}",
        "sending_id": "{base} + n",
        "external_id": "'H' || n",
    },
}
OF_FILES: dict[str, dict[str, str]] = {
    "export_files": {"id": "{base} + n", "sequence_number": "{first} + n", "name": "'HIST_' || n || '.csv'"},
    "answers": {
        "id": "{base} + n",
        "export_file_id": "{base} + n",
        "name": "'hist-' || n || '.csv'",
        "sha256": "'h' || n",
    },
}


def lengthen(ledger: Path, copies: int) -> None:
    """Copy the first order of this ledger, a finished one. The endpoint's next number moves behind the copied files."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        (first,) = connection.execute("SELECT next_sequence_number FROM endpoints").fetchone()
        connection.execute("BEGIN")
        for table, columns in OF_FILES.items():
            _copy(connection, table, columns, -(-copies // ORDERS_PER_FILE), first)
        for table, columns in OF_ORDERS.items():
            _copy(connection, table, columns, copies, first)
        _copy_events(connection, copies)
        connection.execute("UPDATE endpoints SET next_sequence_number = ?", (first + -(-copies // ORDERS_PER_FILE),))
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(connection: sqlite3.Connection, table: str, columns: dict[str, str], copies: int, first: int) -> None:
    """One row, many times. Names and expressions are this file's own."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(
        columns[name].format(base=BASE, size=ORDERS_PER_FILE, first=first) if name in columns else f"t.{name}"
        for name in names
    )
    connection.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {copies}) "
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM numbers, "
        f"(SELECT * FROM {table} ORDER BY id LIMIT 1) AS t"
    )


def _copy_events(connection: sqlite3.Connection, copies: int) -> None:
    """The whole story of the one order, once for each copy; in the order in which it would have been told."""
    names = [row[1] for row in connection.execute("PRAGMA table_info(events)") if row[1] != "id"]
    own = {"subject_id": f"{BASE} + n", "order_id": f"{BASE} + n"}
    values = ", ".join(own.get(name, f"t.{name}") for name in names)
    connection.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {copies}) "
        f"INSERT INTO events ({', '.join(names)}) SELECT {values} FROM numbers, "
        "(SELECT * FROM events WHERE subject = 'sending' "
        "AND order_id = (SELECT min(id) FROM orders) ORDER BY id) AS t"
    )
