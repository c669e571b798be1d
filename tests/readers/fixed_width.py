"""Reads fixed-width files back into canonical field paths, from the field table of the agreement and not from our code.

Positions count from 1 and are of bytes. Amounts: two implied decimals, a minus behind the digits. Everything that an
import job on AS/400 would stop at is an AssertionError here: a record of another length, a number that is none, a gap
in the record numbers, a tail that does not add up.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

RECORD_LENGTH = 512
TEXT, AMOUNT, QUANTITY, PRICE, RATE, COUNT = "text", 2, 3, 4, "rate", "count"
Table = Mapping[str, tuple[int, int, Any]]
HEAD: Table = {
    "file_number": (9, 7, COUNT), "date": (16, 7, TEXT), "time": (23, 6, TEXT), "orders": (29, 6, COUNT),
    "sender": (35, 10, TEXT),
}  # fmt: skip
ORDER: Table = {
    "external_id": (9, 20, TEXT), "number": (29, 20, TEXT), "created_on": (49, 8, TEXT), "currency": (57, 3, TEXT),
    "delivery.company": (60, 40, TEXT), "delivery.name": (100, 40, TEXT), "delivery.address": (140, 40, TEXT),
    "delivery.extra": (180, 40, TEXT), "delivery.postal_code": (220, 10, TEXT), "delivery.city": (230, 30, TEXT),
    "delivery.region": (260, 20, TEXT), "delivery.country": (280, 2, TEXT), "billing.email": (282, 60, TEXT),
    "delivery.phone": (342, 20, TEXT), "billing.tax_id": (362, 20, TEXT), "payment.erp_code": (382, 10, TEXT),
    "shipping_erp_code": (392, 10, TEXT), "pickup_point_id": (402, 20, TEXT), "totals.net": (422, 13, AMOUNT),
    "totals.tax": (435, 13, AMOUNT), "totals.gross": (448, 13, AMOUNT), "totals.paid": (461, 13, AMOUNT),
    "totals.due": (474, 13, AMOUNT), "line_count": (487, 5, COUNT),
}  # fmt: skip
NOTE: Table = {"external_id": (9, 20, TEXT), "note_line": (29, 2, COUNT), "text": (31, 60, TEXT)}
LINE: Table = {
    "external_id": (9, 20, TEXT), "position": (29, 5, COUNT), "kind": (34, 1, TEXT), "erp_sku": (35, 20, TEXT),
    "name": (55, 40, TEXT), "quantity": (95, 11, QUANTITY), "unit_code": (106, 3, TEXT), "unit_net": (109, 15, PRICE),
    "discount": (124, 13, AMOUNT), "erp_tax_code": (137, 10, TEXT), "tax_rate": (147, 5, RATE),
    "net": (152, 13, AMOUNT), "tax": (165, 13, AMOUNT), "gross": (178, 13, AMOUNT),
}  # fmt: skip
TAIL: Table = {
    "records": (9, 7, COUNT), "orders": (16, 6, COUNT), "lines": (22, 7, COUNT), "quantity": (29, 17, QUANTITY),
    "gross": (46, 17, AMOUNT), "articles": (63, 10, COUNT), "first": (73, 20, TEXT), "last": (93, 20, TEXT),
    "crc32": (113, 8, TEXT),
}  # fmt: skip
WIDTHS = {"H": (HEAD, 44), "K": (ORDER, 491), "N": (NOTE, 90), "L": (LINE, 190), "T": (TAIL, 120)}


@dataclass(frozen=True)
class FixedFile:
    """What a file says, once its counts, sums and digest have been found right."""

    head: dict[str, Any]
    orders: list[dict[str, Any]]
    tail: dict[str, Any]


def read_file(content: bytes, encoding: str, line_end: bytes = b"\r\n") -> FixedFile:
    """The whole file, held against its own tail."""
    records = cut(content, line_end)
    read = [_record(record, number, encoding) for number, record in enumerate(records, start=1)]
    kinds = "".join(kind for kind, _ in read)
    assert re.fullmatch(r"H(K(N{0,4})L+)+T", kinds), f"the records stand in a wrong order: {kinds}"
    orders = _orders(read[1:-1])
    head, tail = read[0][1], read[-1][1]
    _check(head, orders, tail, len(records))
    before = content[: len(content) - RECORD_LENGTH - len(line_end)]
    assert tail["crc32"] == f"{zlib.crc32(before):08x}", "the digest is not of the bytes before the tail"
    return FixedFile(head, orders, tail)


def cut(content: bytes, line_end: bytes) -> list[bytes]:
    """Records of one length, each followed by the line end."""
    step = RECORD_LENGTH + len(line_end)
    assert len(content) % step == 0, f"{len(content)} bytes are no whole number of records"
    records = []
    for at in range(0, len(content), step):
        assert content[at + RECORD_LENGTH : at + step] == line_end, f"no line end after byte {at + RECORD_LENGTH}"
        records.append(content[at : at + RECORD_LENGTH])
    return records


def _record(record: bytes, number: int, encoding: str) -> tuple[str, dict[str, Any]]:
    kind = record[:1].decode(encoding)
    assert int(record[1:8].decode(encoding)) == number, "the record numbers have a gap"
    table, width = WIDTHS[kind]
    assert record[width:].decode(encoding).strip(" ") == "", "something stands behind the last column"
    return kind, {
        name: _value(record[at - 1 : at - 1 + length].decode(encoding), form, name)
        for name, (at, length, form) in table.items()
    }


def _value(text: str, form: Any, name: str) -> Any:
    if form == TEXT:
        assert not re.search("[\x00-\x1f\x7f-\x9f]", text), f"{name} holds a control character"
        return text.rstrip(" ")
    if form == COUNT:
        assert re.fullmatch("[0-9]+", text), f"{name} is no number: {text!r}"
        return int(text)
    if form == RATE:
        if not text.strip(" "):
            return ""
        assert re.fullmatch("[0-9]+", text), f"{name} is no rate: {text!r}"
        return Decimal(int(text)).scaleb(-4)
    assert re.fullmatch("[0-9]+[ -]", text), f"{name} is no amount with its sign behind: {text!r}"
    return Decimal(text[-1].strip() + text[:-1]).scaleb(-form)


def _orders(read: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    orders: list[dict[str, Any]] = []
    for kind, said in read:
        if kind == "K":
            orders.append({**said, "lines": [], "note": []})
            continue
        assert said["external_id"] == orders[-1]["external_id"], "a record names another order than the one above it"
        if kind == "N":
            orders[-1]["note"].append(said["text"])
            assert said["note_line"] == len(orders[-1]["note"])
        else:
            orders[-1]["lines"].append(said)
    return orders


def _check(head: dict[str, Any], orders: list[dict[str, Any]], tail: dict[str, Any], records: int) -> None:
    """What the import job adds up itself."""
    lines = [line for order in orders for line in order["lines"]]
    assert all(order["line_count"] == len(order["lines"]) for order in orders)
    assert (head["orders"], tail["orders"], tail["lines"]) == (len(orders), len(orders), len(lines))
    assert tail["records"] == records
    assert tail["quantity"] == sum(line["quantity"] for line in lines)
    assert tail["gross"] == sum(order["totals.gross"] for order in orders)
    codes = (int("".join(re.findall("[0-9]", line["erp_sku"])) or 0) for line in lines)
    assert tail["articles"] == sum(codes) % 10**10
    assert (tail["first"], tail["last"]) == (orders[0]["external_id"], orders[-1]["external_id"])
