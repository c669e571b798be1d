"""The simulated Magento's tables: orders, credit memos, invoices. Every amount is in the JSON body as PHP holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bridge.simulator.magento.search import Search
from bridge.simulator.magento.sums import Json
from bridge.simulator.rows_file import RowsFile

_ORDER_COLUMNS = (
    "entity_id", "increment_id", "store_id", "state", "status", "created_at", "updated_at", "ext_order_id",
    "customer_email", "relation_parent_id", "relation_child_id", "original_increment_id",
)  # fmt: skip
_CHILD_COLUMNS = ("entity_id", "order_id", "increment_id", "store_id", "state", "created_at", "updated_at")
COLUMNS = {"orders": _ORDER_COLUMNS, "creditmemos": _CHILD_COLUMNS, "invoices": _CHILD_COLUMNS}
_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    entity_id INTEGER PRIMARY KEY, increment_id TEXT, store_id INTEGER, state TEXT, status TEXT, created_at TEXT,
    updated_at TEXT, ext_order_id TEXT, customer_email TEXT, relation_parent_id INTEGER, relation_child_id INTEGER,
    original_increment_id TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_by_updated ON orders (updated_at, entity_id);
CREATE TABLE IF NOT EXISTS creditmemos (
    entity_id INTEGER PRIMARY KEY, order_id INTEGER, increment_id TEXT, store_id INTEGER, state INTEGER,
    created_at TEXT, updated_at TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invoices (
    entity_id INTEGER PRIMARY KEY, order_id INTEGER, increment_id TEXT, store_id INTEGER, state INTEGER,
    created_at TEXT, updated_at TEXT, body TEXT NOT NULL);
"""


class MagentoShelf:
    """All rows of one shop. Safe to use from many threads; every write is one transaction."""

    def __init__(self, database: Path) -> None:
        self._file = RowsFile(database, _TABLES)
        self._lock, self._rows = self._file.lock, self._file.rows

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Read and write as one; nested use joins the outer one."""
        return self._file.transaction()

    def next_id(self, table: str = "orders") -> int:
        """Ids count up by table."""
        with self._lock:
            return int(self._rows.execute(f"SELECT coalesce(max(entity_id), 0) + 1 FROM {table}").fetchone()[0])

    def put(self, row: Json, table: str = "orders") -> None:
        """Insert or replace one order, credit memo or invoice."""
        columns = COLUMNS[table]
        marks = ", ".join("?" * (len(columns) + 1))
        with self.transaction():
            self._rows.execute(
                f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}, body) VALUES ({marks})",
                (*(row.get(name) for name in columns), json.dumps(row)),
            )

    def get(self, entity_id: int, table: str = "orders") -> Json | None:
        """One row, or None."""
        with self._lock:
            found = self._rows.execute(f"SELECT body FROM {table} WHERE entity_id = ?", (entity_id,)).fetchone()
        return json.loads(found[0]) if found else None

    def remove(self, entity_id: int) -> None:
        """Delete an order for good, as modules do."""
        with self.transaction():
            self._rows.execute("DELETE FROM orders WHERE entity_id = ?", (entity_id,))

    def children(self, table: str, order_id: int) -> list[Json]:
        """The credit memos or invoices of one order."""
        with self._lock:
            query = f"SELECT body FROM {table} WHERE order_id = ? ORDER BY entity_id"
            return [json.loads(body) for (body,) in self._rows.execute(query, (order_id,)).fetchall()]

    def page(self, table: str, search: Search, repeats_last: bool) -> tuple[list[Json], int]:
        """The rows of one page, and how many match in all. repeats_last: beyond the end, the last page comes again."""
        with self._lock:
            values: Sequence[Any] = search.values
            count = int(self._rows.execute(f"SELECT count(*) FROM {table} WHERE {search.where}", values).fetchone()[0])
            size = search.page_size or max(count, 1)
            last = max(1, -(-count // size))
            number = min(search.page, last) if repeats_last else search.page
            rows = self._rows.execute(
                f"SELECT body FROM {table} WHERE {search.where} ORDER BY {search.sorting} LIMIT ? OFFSET ?",
                (*values, size, (number - 1) * size),
            ).fetchall()
        return [json.loads(body) for (body,) in rows], count

    def orders(self) -> list[Json]:
        """All orders, by id."""
        with self._lock:
            rows = self._rows.execute("SELECT body FROM orders ORDER BY entity_id").fetchall()
        return [json.loads(body) for (body,) in rows]
