"""Reads sales orders for Sage X3's template SOH, from the field table of Sage's developer site, not from our code."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

# Name, longest text, whether it must be there; in the order of the page.
HEADER = (
    ("record", 1, True), ("SALFCY", 5, True), ("SOHTYP", 5, True), ("SOHNUM", 20, False), ("BPCORD", 15, True),
    ("ORDDAT", 8, True), ("CUSORDREF", 20, False), ("STOFCY", 5, True), ("CUR", 3, False), ("PJT", 40, False),
    ("header text", 100, False), ("header text 2", 100, False), ("footer text", 100, False),
    ("footer text 2", 100, False),
)  # fmt: skip
LINE = (
    ("record", 1, True), ("ITMREF", 20, True), ("ITMDES", 30, False), ("SAU", 3, False), ("QTY", 16, True),
    ("GROPRI", 16, False), ("DISCRGVAL1", 16, False),
)  # fmt: skip


def read_orders(content: bytes) -> list[dict[str, Any]]:
    """One dict an order by X3's names, `lines` a list of dicts. Records by CR and LF, fields by semicolon, ASCII."""
    text = content.decode("ascii")
    assert text.endswith("\r\n"), "the last record is not ended"
    assert text.count("\n") == text.count("\r") == text.count("\r\n"), "a line break inside a record"
    orders: list[dict[str, Any]] = []
    for record in text.removesuffix("\r\n").split("\r\n"):
        fields = record.split(";")
        assert fields[0] in ("E", "L"), "no record of this template"
        named = held(fields, HEADER if fields[0] == "E" else LINE)
        if fields[0] == "E":
            assert re.fullmatch(r"\d{8}", named["ORDDAT"]), "no day"
            orders.append({**named, "lines": []})
            continue
        assert orders, "a line before its order"
        for name, form in (("QTY", r"-?\d{1,15}(\.\d+)?"), ("GROPRI", r"-?\d{1,10}\.\d{4}")):
            assert re.fullmatch(form, named[name]), f"{name} is not as the table says"
            named[name] = Decimal(named[name])
        orders[-1]["lines"].append(named)
    return orders


def held(fields: list[str], table: tuple[tuple[str, int, bool], ...]) -> dict[str, Any]:
    """The fields by name, each held to its length."""
    assert len(fields) == len(table), f"{len(fields)} fields in place of {len(table)}"
    for text, (name, length, required) in zip(fields, table, strict=True):
        assert len(text) <= length, f"{name} is longer than {length}"
        assert text or not required, f"{name} is missing"
    return {name: text for text, (name, _, _) in zip(fields, table, strict=True)}


def judge(content: bytes, digits: int) -> list[dict[str, Any]]:
    """A reference once, lines under each order, amounts to the minor unit."""
    orders = read_orders(content)
    references = [order["CUSORDREF"] for order in orders]
    assert all(references) and len(set(references)) == len(references), "a reference twice"
    for order in orders:
        assert order["lines"], "an order without lines"
        for line in order["lines"]:
            amount = line["QTY"] * line["GROPRI"]
            line["amount"] = amount.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP")
        order["amount"] = sum((line["amount"] for line in order["lines"]), Decimal(0))
    return orders
