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
    28: "pickup_point_id", 29: "warehouse", 30: "billing.company", 32: "billing.street", 33: "billing.house_number",
    34: "billing.flat", 35: "billing.extra", 36: "billing.postal_code", 37: "billing.city", 38: "billing.region",
    39: "billing.country",
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


def read_changes(content: bytes) -> list[dict[str, Any]]:
    """One dict a change or cancellation: its purpose, number and the ERP's number, then as in an order."""
    rows = []
    for row in records(content):
        assert row[0] in "FCLT", "no record of a change file"
        rows.append(row)
    changes: list[dict[str, Any]] = []
    for row in rows:
        if row[0] == "C":
            whole = len(row) > 6
            order: dict[str, Any] = {"purpose": row[1], "change_number": int(row[2]), "erp_number": row[3], "lines": []}
            paths = HEAD.items() if whole else list(HEAD.items())[:2]
            order |= {path: row[at + 3] for at, path in paths}
            for name in ("net", "tax", "gross", "paid", "due") if whole else ():
                order[f"totals.{name}"] = Decimal(order[f"totals.{name}"])
            assert not whole or len(row) == 43, "a C record of another length"
            changes.append(order | ({"line_count": int(row[30])} if whole else {}))
        elif row[0] == "L":
            assert len(row) == 18, "an L record of another length"
            line = _line({name: row[at] for at, name in LINE.items()})
            changes[-1]["lines"].append(line | {"action": row[15], "previous_quantity": row[16]})
    return changes


def judge(content: bytes) -> list[dict[str, Any]]:
    """Counts of head and tail, references of lines to their order, sums of lines, orders and the file."""
    rows = records(content)
    kinds = "".join(row[0] for row in rows)
    assert kinds[0] == "F" and kinds[-1] == "T" and set(kinds[1:-1]) <= {"H", "L"}, "records out of place"
    assert {len(row) for row in rows if row[0] == "H"} <= {40}, "an H record of another length"
    assert {len(row) for row in rows if row[0] == "L"} <= {15}, "an L record of another length"
    orders = read_orders(content)
    assert int(rows[0][3]) == int(rows[-1][1]) == len(orders), "the count of orders is false"
    assert int(rows[-1][2]) == kinds.count("L"), "the count of lines is false"
    counts = [int(row[27]) for row in rows if row[0] == "H"]
    sums: dict[str, Decimal] = {}
    for order, count in zip(orders, counts, strict=True):
        lines = order["lines"]
        assert len(lines) == count, "the count of an order's lines is false"
        assert all(line["external_id"] == order["external_id"] for line in lines), "a line of another order"
        assert all(line["net"] + line["tax"] == line["gross"] for line in lines), "a line does not add up"
        for name in ("net", "tax"):
            assert sum(line[name] for line in lines) == order[f"totals.{name}"], f"the lines do not add up to {name}"
        assert order["totals.paid"] + order["totals.due"] == order["totals.gross"], "paid and due are not the whole"
        sums[order["currency"]] = sums.get(order["currency"], Decimal(0)) + order["totals.gross"]
    said = dict(part.split("=") for part in rows[-1][3].split("|"))
    assert {currency: Decimal(amount) for currency, amount in said.items()} == sums, "the file's totals are false"
    return orders


def _line(line: dict[str, Any]) -> dict[str, Any]:
    line |= {name: Decimal(line[name]) for name in NUMBERS}
    line["position"] = int(line["position"])
    line["tax_rate"] = Decimal(line["tax_rate"]) / 100 if line["tax_rate"] else ""
    return line
