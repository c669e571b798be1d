"""A folder of dropped order files, and whoever drops them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from bridge.config.values import StoreSettings
from bridge.stores.folder.store import FolderStore, open_store
from tests.stores.shops import SetClock


def order_fields(store_order_id: str, /, **changes: Any) -> dict[str, Any]:
    """A paid order in the contract's own form."""
    return {
        "store_order_id": store_order_id,
        "number": store_order_id,
        "created_at": "2026-03-01T10:00:00Z",
        "updated_at": "2026-03-01T10:00:00Z",
        "currency": "PLN",
        "payment": {"method": "card", "state": "paid"},
        "billing": {"last_name": "Nowak", "city": "Gdynia", "country": "PL"},
        "lines": [
            {
                "position": 1, "sku": "007", "name": "Kettle", "quantity": "2", "tax_rate": "0.23",
                "net": "20.00", "tax": "4.60", "gross": "24.60",
            }
        ],
        "totals": {"net": "20.00", "tax": "4.60", "gross": "24.60", "paid": "24.60", "due": "0.00"},
        **changes,
    }  # fmt: skip


ORDER_COLUMNS = (
    *("store_order_id", "created_at", "currency", "payment_method", "payment_state", "total_gross"),
    *("billing_last_name", "billing_city", "billing_country", "delivery_extra"),
)
LINE_COLUMNS = ("sku", "name", "quantity", "tax_rate", "net", "tax", "gross")


class DropFolder:
    """The folder, and the acts of the other side."""

    def __init__(self, path: Path, form: str = ".jsonl") -> None:
        self.path = path
        self.clock = SetClock()
        self._form = form
        self._files = 0
        self._orders = 0
        path.mkdir(parents=True, exist_ok=True)

    def open(self, **options: Any) -> FolderStore:
        found = {"path": str(self.path), "settle_s": 0, **OPTIONS.get(self._form, {}), **options}
        return open_store("drop", StoreSettings("drop", "folder", found, "bridge.toml:7"), self.clock)

    def drop(self, name: str, content: bytes | str) -> Path:
        """One file, complete, last changed at our clock's time."""
        file = self.path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.clock.advance(seconds=1)
        os.utime(file, (self.clock().timestamp(), self.clock().timestamp()))
        self.clock.advance(seconds=1)
        return file

    def place(self, count: int = 1) -> list[str]:
        placed = [str(self._orders + 1 + index) for index in range(count)]
        self._orders += count
        self._drop_orders([order_fields(one) for one in placed])
        return placed

    def change(self, store_order_id: str) -> None:
        self._drop_orders([order_fields(store_order_id, delivery={"extra": "second floor"})])

    def place_malformed(self) -> None:
        self._drop_orders([order_fields("broken", currency=None)])

    def number_of(self, store_order_id: str) -> str | None:
        found = [row for row in self.results() if row["store_order_id"] == store_order_id]
        return found[-1]["erp_number"] if found else None

    def results(self) -> list[dict[str, str]]:
        """All rows of all results files."""
        rows: list[dict[str, str]] = []
        for file in sorted((self.path / "results").glob("results-*.csv")):
            with file.open(newline="", encoding="utf-8") as text:
                rows += csv.DictReader(text)
        return rows

    def names(self, folder: str) -> list[str]:
        return sorted(file.name for file in (self.path / folder).iterdir() if not file.name.startswith("."))

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self._drop_orders([order_fields(one, delivery={"extra": "third floor"}) for one in store_order_ids])

    def change_unseen(self, store_order_id: str) -> bool:
        return False  # every change is a file

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        return False

    def remove(self, store_order_id: str) -> bool:
        return False

    def now(self) -> datetime:
        return self.clock()

    def _drop_orders(self, orders: list[dict[str, Any]]) -> None:
        self._files += 1
        suffix, content = FORMS[self._form](orders)
        self.drop(f"orders-{self._files}{suffix}", content)


XML_MAP = {
    "order": "/orders/order",
    "line": "line",
    "fields": {name: name for name in (*ORDER_COLUMNS, *(f"line_{name}" for name in LINE_COLUMNS))},
}


def _order_cells(order: dict[str, Any]) -> dict[str, str]:
    cells = {name: order.get(name) or "" for name in ("store_order_id", "created_at", "currency")}
    cells |= {"payment_method": "card", "payment_state": "paid", "total_gross": order["totals"]["gross"]}
    cells |= {"billing_last_name": "Nowak", "billing_city": "Gdynia", "billing_country": "PL"}
    return cells | {"delivery_extra": order.get("delivery", {}).get("extra", "")}


def _by_line(orders: list[dict[str, Any]]) -> tuple[str, str]:
    return ".jsonl", "".join(json.dumps(order) + "\n" for order in orders)


def _as_list(orders: list[dict[str, Any]]) -> tuple[str, str]:
    return ".json", json.dumps(orders, indent=2)


def _row_a_line(orders: list[dict[str, Any]]) -> tuple[str, str]:
    header = [*ORDER_COLUMNS, *(f"line_{name}" for name in LINE_COLUMNS)]
    return ".csv", _sheet(header, [_order_cells(order) | _line_cells(order, "line_{}") for order in orders])


def _row_an_order(orders: list[dict[str, Any]]) -> tuple[str, str]:
    header = [*ORDER_COLUMNS, *(f"Item 1 {name}" for name in LINE_COLUMNS)]
    return ".csv", _sheet(header, [_order_cells(order) | _line_cells(order, "Item 1 {}") for order in orders])


def _as_xml(orders: list[dict[str, Any]]) -> tuple[str, str]:
    root = etree.Element("orders")
    for order in orders:
        element = etree.SubElement(root, "order")
        line = etree.SubElement(element, "line")
        for parent, cells in ((element, _order_cells(order)), (line, _line_cells(order, "line_{}"))):
            for name, text in cells.items():
                etree.SubElement(parent, name).text = text
    return ".xml", etree.tostring(root, encoding="unicode")


def _line_cells(order: dict[str, Any], pattern: str) -> dict[str, str]:
    (line,) = order["lines"]
    return {pattern.format(name): line[name] for name in LINE_COLUMNS}


def _sheet(header: list[str], rows: list[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


OPTIONS: dict[str, dict[str, Any]] = {
    "numbered.csv": {"columns": {f"line_{name}": f"Item {{n}} {name}" for name in LINE_COLUMNS}},
    ".xml": {"xml": XML_MAP},
}
FORMS = {
    ".jsonl": _by_line,
    ".json": _as_list,
    "rows.csv": _row_a_line,
    "numbered.csv": _row_an_order,
    ".xml": _as_xml,
}
