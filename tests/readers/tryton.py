"""Reads files for Tryton's import of sales as trytond does, from its import_data and not from our code.

Columns are paths with `/`; a row whose own columns are empty continues the record above; a row with fewer cells than
columns is an error; a many2one is one record name; a many2many is separated by commas, with a backslash as escape.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from tests.readers.rows import rows_of

LINE = "lines/"


def read_sales(content: bytes) -> list[dict[str, Any]]:
    """One dict a sale by field names, `lines` a list of dicts. Fails where Tryton would refuse or misread."""
    heading, *rows = rows_of(content, "utf-8", ",", "\n")
    assert "id" not in heading, "with an id, lines that the file lacks are deleted"
    sales: list[dict[str, Any]] = []
    for row in rows:
        assert len(row) == len(heading), "fewer or more cells than columns"
        own = {name: cell for name, cell in zip(heading, row, strict=True) if not name.startswith(LINE)}
        line = {name[len(LINE) :]: cell for name, cell in zip(heading, row, strict=True) if name.startswith(LINE)}
        if any(own.values()):
            sales.append({**own, "lines": []})
        assert sales, "a line before its sale"
        sales[-1]["lines"].append(typed(line))
    return sales


def typed(line: dict[str, Any]) -> dict[str, Any]:
    """Numbers by Decimal, without thousands; taxes as a list."""
    for name in ("quantity", "unit_price"):
        assert re.fullmatch(r"-?\d+(\.\d+)?", line[name]), f"{name} is no number"
        line[name] = Decimal(line[name])
    line["taxes"] = [tax for tax in re.split(r"(?<!\\),", line["taxes"]) if tax]
    return line


def judge(content: bytes, digits: int) -> dict[str, Any]:
    """One transaction has one sale; its amount is that of its lines, each rounded to the currency."""
    (sale,) = read_sales(content)
    assert sale["reference"] and sale["party"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", sale["sale_date"]), "no ISO day"
    for line in sale["lines"]:
        assert line["product"] and line["unit"] and len(line["taxes"]) < 2
        amount = line["quantity"] * line["unit_price"]
        line["amount"] = amount.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP")
    assert [int(line["sequence"]) for line in sale["lines"]] == sorted(int(one["sequence"]) for one in sale["lines"])
    sale["untaxed_amount"] = sum((line["amount"] for line in sale["lines"]), Decimal(0))
    return sale
