"""The simulated store's own SQLite file: orders, notes, refunds, live SKUs. It outlives the process.

Whatever a test or the demo wants to know of the store it asks here, never in the bridge's ledger. Several processes may
open the same file (the simulator as a process of its own, the demo to count).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.simulator.rows_file import RowsFile
from bridge.simulator.woocommerce.orders import Json

ERP_NUMBER_KEY = "_erp_number"

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, status TEXT NOT NULL, hidden INTEGER NOT NULL DEFAULT 0,
    created_gmt TEXT NOT NULL, created_local TEXT NOT NULL, modified_gmt TEXT NOT NULL, modified_local TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_by_modified ON orders (modified_gmt, id);
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, author TEXT NOT NULL, created_gmt TEXT NOT NULL,
    note TEXT NOT NULL, customer_note INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS live_skus (product_id INTEGER PRIMARY KEY, sku TEXT);
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One order note."""

    note_id: int
    order_id: int
    author: str
    created_gmt: str
    note: str
    customer_note: bool


class Shelf:
    """All rows of one store. Safe to use from many threads; every write is one transaction."""

    def __init__(self, database: Path) -> None:
        self._file = RowsFile(database, _TABLES)
        self._lock, self._rows = self._file.lock, self._file.rows

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Read and write as one; nested use joins the outer one."""
        return self._file.transaction()

    def next_id(self) -> int:
        """Orders and refunds share one row of ids, as all WordPress posts do."""
        with self._lock:
            query = "SELECT max(coalesce((SELECT max(id) FROM orders), 0), coalesce((SELECT max(id) FROM refunds), 0))"
            return int(self._rows.execute(query).fetchone()[0]) + 1

    def put(self, order: Json) -> None:
        """Insert or replace one order."""
        with self.transaction():
            self._rows.execute(
                "INSERT INTO orders (id, status, created_gmt, created_local, modified_gmt, modified_local, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
                " created_gmt = excluded.created_gmt, created_local = excluded.created_local,"
                " modified_gmt = excluded.modified_gmt, modified_local = excluded.modified_local, body = excluded.body",
                (
                    order["id"], order["status"], order["date_created_gmt"], order["date_created"],
                    order["date_modified_gmt"], order["date_modified"], json.dumps(order),
                ),
            )  # fmt: skip

    def order(self, order_id: int) -> Json | None:
        """One order, or None."""
        with self._lock:
            row = self._rows.execute("SELECT body FROM orders WHERE id = ?", (order_id,)).fetchone()
            return json.loads(row[0]) if row else None

    def remove(self, order_id: int) -> None:
        """Delete an order for good."""
        with self.transaction():
            self._rows.execute("DELETE FROM orders WHERE id = ?", (order_id,))

    def hide(self, order_id: int) -> None:
        """The key's user may not read this order: counted in lists, never shown."""
        with self.transaction():
            self._rows.execute("UPDATE orders SET hidden = 1 WHERE id = ?", (order_id,))

    def is_hidden(self, order_id: int) -> bool:
        """Whether the key's user may not read it."""
        with self._lock:
            row = self._rows.execute("SELECT hidden FROM orders WHERE id = ?", (order_id,)).fetchone()
            return bool(row and row[0])

    def page(self, where: str, values: Sequence[Any], sorting: str, limit: int, offset: int) -> tuple[list[Json], int]:
        """The shown orders of one page, and how many rows match in all (hidden ones included)."""
        with self._lock:
            count = self._rows.execute(f"SELECT count(*) FROM orders WHERE {where}", values).fetchone()[0]
            rows = self._rows.execute(
                f"SELECT body, hidden FROM orders WHERE {where} ORDER BY {sorting} LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
            return [json.loads(body) for body, hidden in rows if not hidden], int(count)

    def orders(self) -> list[Json]:
        """All orders, by id."""
        with self._lock:
            rows = self._rows.execute("SELECT body FROM orders ORDER BY id").fetchall()
        return [json.loads(body) for (body,) in rows]

    def add_note(self, order_id: int, author: str, created_gmt: str, note: str, customer_note: bool) -> Note:
        """One more note; the same text again is one more note."""
        with self.transaction():
            cursor = self._rows.execute(
                "INSERT INTO notes (order_id, author, created_gmt, note, customer_note) VALUES (?, ?, ?, ?, ?)",
                (order_id, author, created_gmt, note, int(customer_note)),
            )
            return Note(int(cursor.lastrowid or 0), order_id, author, created_gmt, note, customer_note)

    def notes(self, order_id: int) -> list[Note]:
        """The notes of one order, newest first, as REST shows them."""
        with self._lock:
            rows = self._rows.execute(
                "SELECT id, order_id, author, created_gmt, note, customer_note FROM notes WHERE order_id = ?"
                " ORDER BY id DESC",
                (order_id,),
            ).fetchall()
            return [Note(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]

    def add_refund(self, refund: Mapping[str, Any], order_id: int) -> None:
        """Keep the details of one refund."""
        with self.transaction():
            self._rows.execute(
                "INSERT INTO refunds (id, order_id, body) VALUES (?, ?, ?)",
                (refund["id"], order_id, json.dumps(refund)),
            )

    def refunds(self, order_id: int) -> list[Json]:
        """The refunds of one order, newest first."""
        with self._lock:
            query = "SELECT body FROM refunds WHERE order_id = ? ORDER BY id DESC"
            return [json.loads(body) for (body,) in self._rows.execute(query, (order_id,)).fetchall()]

    def set_live_sku(self, product_id: int, sku: str | None) -> None:
        """The product's SKU from now on (None: product deleted). Old orders show it too."""
        with self.transaction():
            self._rows.execute("INSERT OR REPLACE INTO live_skus VALUES (?, ?)", (product_id, sku))

    def live_skus(self) -> dict[int, str | None]:
        """Products whose SKU is not the one the orders were made with."""
        with self._lock:
            return dict(self._rows.execute("SELECT product_id, sku FROM live_skus").fetchall())

    def erp_numbers(self, key: str = ERP_NUMBER_KEY) -> dict[str, str]:
        """The ERP number that stands in each order's meta data, by order id."""
        found = ((str(order["id"]), meta_value(order, key)) for order in self.orders())
        return {order_id: number for order_id, number in found if number}

    def control_totals(self, key: str = ERP_NUMBER_KEY) -> dict[str, Decimal]:
        """Value per currency of all orders that carry an ERP number, gift cards added back (they are payments)."""
        totals: dict[str, Decimal] = {}
        for order in self.orders():
            if meta_value(order, key):
                cards = sum((Decimal(str(card["amount"])) for card in order.get("gift_cards", ())), Decimal(0))
                value = Decimal(str(order["total"])) + cards
                totals[order["currency"]] = totals.get(order["currency"], Decimal(0)) + value
        return dict(sorted(totals.items()))


def meta_value(order: Mapping[str, Any], key: str) -> str:
    """The text of the first meta row with this key; empty when there is none."""
    return next((str(row["value"]) for row in order["meta_data"] if row["key"] == key), "")
