"""Reads files for Odoo's import of sale orders as the import does, from Odoo's page on imports and not from our code.

"Export and import data" of Odoo's documentation: a column is a field, or a path with `/`; `field/id` is an external id;
a row whose own columns are all empty continues the record above with one more line.
"""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Any

from tests.readers.rows import rows_of

LINE = "order_line/"


def read_orders(content: bytes) -> list[dict[str, Any]]:
    """One dict an order by technical names, `lines` a list of dicts. Fails where Odoo would stop or misread."""
    heading, *rows = rows_of(content, "utf-8", ",", "\n")
    assert len(set(heading)) == len(heading), "a column twice"
    orders: list[dict[str, Any]] = []
    for row in rows:
        assert len(row) == len(heading), "a row of another length"
        cells = dict(zip(heading, row, strict=True))
        own = {name: cell for name, cell in cells.items() if not name.startswith(LINE)}
        if any(own.values()):
            orders.append(own | {"lines": []})
        assert orders, "a line before its order"
        orders[-1]["lines"].append(
            {name.removeprefix(LINE): cell for name, cell in cells.items() if name.startswith(LINE)}
        )
    for order in orders:
        order["note"] = html.unescape(order["note"].replace("<br/>", "\n"))
        for line in order["lines"]:
            line["product_uom_qty"], line["price_unit"] = Decimal(line["product_uom_qty"]), Decimal(line["price_unit"])
    return orders


def judge(content: bytes, digits: int) -> list[dict[str, Any]]:
    """References: an id once and only letters that are no module's name, the reference that the register gives back."""
    orders = read_orders(content)
    ids = [order["id"] for order in orders]
    assert len(set(ids)) == len(ids), "an id twice"
    for order in orders:
        assert "." not in order["id"], "an id with a dot names a module"
        assert order["client_order_ref"] and order["id"].endswith(order["client_order_ref"])
        for line in order["lines"]:
            assert -line["price_unit"].as_tuple().exponent <= 6  # as many as Odoo's decimal accuracy is set to
            line["subtotal"] = rounded(line["price_unit"] * line["product_uom_qty"], digits)
        order["amount_untaxed"] = sum((line["subtotal"] for line in order["lines"]), Decimal(0))
    return orders


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half up, as Odoo rounds a line's subtotal."""
    unit = Decimal(1).scaleb(-digits)
    return value.quantize(unit, rounding="ROUND_HALF_UP")
