"""Reads csv-orders files back into canonical field paths, from the written agreement and not from our code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

HEAD = {
    1: "external_id", 2: "number", 4: "currency", 5: "payment.erp_code", 6: "shipping_erp_code",
    7: "delivery.company", 9: "delivery.street", 10: "delivery.house_number", 11: "delivery.flat",
    12: "delivery.extra", 13: "delivery.postal_code", 14: "delivery.city", 15: "delivery.region",
    16: "delivery.country", 20: "buyer_order_number", 21: "totals.net", 22: "totals.tax", 23: "totals.gross",
    24: "totals.paid", 25: "totals.due", 26: "customer_note",
}  # fmt: skip
LINE = {
    1: "external_id", 2: "position", 3: "kind", 4: "erp_sku", 5: "name", 6: "quantity", 7: "unit_code",
    8: "unit_net", 9: "discount", 10: "erp_tax_code", 11: "tax_rate", 12: "net", 13: "tax", 14: "gross",
}  # fmt: skip
NUMBERS = ("quantity", "unit_net", "discount", "net", "tax", "gross")


def records(content: bytes) -> list[list[str]]:
    """Rows of semicolon-separated fields, read by a small machine of its own (no csv module)."""
    rows: list[list[str]] = [[""]]
    quoted = False
    text = content.decode("utf-8")
    at = 0
    while at < len(text):
        sign = text[at]
        if quoted and sign == '"' and text[at + 1 : at + 2] == '"':
            rows[-1][-1] += '"'
            at += 1
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign == ";":
            rows[-1].append("")
        elif not quoted and text[at : at + 2] == "\r\n":
            rows.append([""])
            at += 1
        else:
            rows[-1][-1] += sign
        at += 1
    assert rows[-1] == [""], "the file does not end with a line end"
    return rows[:-1]


def read_orders(content: bytes) -> list[dict[str, Any]]:
    """One dict an order: canonical path to value, `lines` a list of dicts."""
    orders: list[dict[str, Any]] = []
    for row in records(content):
        if row[0] == "H":
            orders.append({path: row[at] for at, path in HEAD.items()} | {"lines": []})
            for name in ("net", "tax", "gross", "paid", "due"):
                orders[-1][f"totals.{name}"] = Decimal(orders[-1][f"totals.{name}"])
        elif row[0] == "L":
            orders[-1]["lines"].append(_line({name: row[at] for at, name in LINE.items()}))
    return orders


def _line(line: dict[str, Any]) -> dict[str, Any]:
    line |= {name: Decimal(line[name]) for name in NUMBERS}
    line["position"] = int(line["position"])
    line["tax_rate"] = Decimal(line["tax_rate"]) / 100 if line["tax_rate"] else ""
    return line
