"""A folder of dropped order files, and whoever drops them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

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


class DropFolder:
    """The folder, and the acts of the other side."""

    def __init__(self, path: Path, suffix: str = ".jsonl") -> None:
        self.path = path
        self.clock = SetClock()
        self._suffix = suffix
        self._files = 0
        self._orders = 0
        path.mkdir(parents=True, exist_ok=True)

    def open(self, **options: Any) -> FolderStore:
        found = {"path": str(self.path), "settle_s": 0, **options}
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
        return sorted(file.name for file in (self.path / folder).iterdir())

    def _drop_orders(self, orders: list[dict[str, Any]]) -> None:
        self._files += 1
        if self._suffix == ".jsonl":
            content = "".join(json.dumps(order) + "\n" for order in orders)
        else:
            content = json.dumps(orders, indent=2)
        self.drop(f"orders-{self._files}{self._suffix}", content)
