"""What the straight script does before it renders: parse a line of JSON, read the maps, write amounts in their form.

An amount goes through Decimal, as an honest script must: the store may write 12.5 where the ERP wants 12.50. With
STRAIGHT_TEXTS=1 amounts are passed through as the text they came as, which is right for the benchmark's own orders
only; RESULTS.md shows that figure beside the honest one.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

Order = dict[str, Any]
CENT = Decimal("0.01")
TEXTS = os.environ.get("STRAIGHT_TEXTS") == "1"


@dataclass(frozen=True, slots=True)
class Maps:
    """The ERP's codes."""

    sku: dict[str, str]
    tax: dict[str, str]
    payment: dict[str, str]
    shipping: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Maps:
        """From maps/*.csv."""
        return cls(*(_map_of(folder / f"{name}.csv") for name in ("sku", "tax", "payment", "shipping")))

    def article(self, line: Order) -> str:
        """The ERP's article of a line that has one."""
        return self.sku[line["sku"]] if line["sku"] else ""


def _map_of(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as rows:
        return {row[0]: row[1] for row in islice(csv.reader(rows), 1, None)}


def batches(path: Path, size: int) -> Iterator[list[Order]]:
    """Parsed orders, one file's worth at a time."""
    with path.open("rb") as lines:
        while batch := [orjson.loads(line) for line in islice(lines, size)]:
            yield batch


def money(text: str) -> str:
    """12.5 as 12.50."""
    return text if TEXTS else str(Decimal(text).quantize(CENT))


def plain(text: str) -> str:
    """19.90 as 19.9, 149.00 as 149."""
    number = text if TEXTS else str(Decimal(text))
    return number.rstrip("0").rstrip(".") if "." in number else number


@lru_cache(maxsize=64)
def percent(rate: str) -> str:
    """0.23 as 23."""
    return plain(f"{Decimal(rate) * 100:f}")
