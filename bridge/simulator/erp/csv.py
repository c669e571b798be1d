"""The simulated ERP's own reader of csv-orders files. It shares no code with the renderer.

Semicolons, UTF-8, one record a row: F (file), then for each order H (head) and its L (lines), at the end T (trailer
with counts and gross per currency). A file whose trailer is missing or does not agree is half a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from bridge.simulator.erp.orders import HalfFile, ReadFile, ReadLine, ReadOrder, totals_per_currency

FILE = ("sequence_number", "created", "order_count")
HEAD = (
    "external_id", "order_number", "order_date", "currency", "payment_code", "shipping_code", "company", "name",
    "street", "house_number", "flat", "extra", "postal_code", "city", "region", "country", "email", "phone", "tax_id",
    "buyer_order_number", "net", "tax", "gross", "paid", "due", "note", "line_count",
    "pickup_point_id", "warehouse", "billing_company", "billing_name", "billing_street", "billing_house_number",
    "billing_flat", "billing_extra", "billing_postal_code", "billing_city", "billing_region", "billing_country",
)  # fmt: skip
LINE = (
    "external_id", "position", "kind", "erp_sku", "name", "quantity", "unit", "unit_net", "discount", "tax_code",
    "tax_rate_percent", "net", "tax", "gross",
)  # fmt: skip
TRAILER = ("orders", "lines", "gross")
_COLUMNS = {"F": FILE, "H": HEAD, "L": LINE, "T": TRAILER}

Record = dict[str, str]


def read_csv(content: bytes) -> ReadFile:
    """All orders. Raises HalfFile when the file does not hold what it promises."""
    try:
        text = content.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise HalfFile("not a UTF-8 file with semicolons and whole rows") from None
    if not text.endswith("\n"):
        raise HalfFile("the last row is cut")
    records = [(number, *_record(number, row)) for number, row in enumerate(rows, start=1)]
    kinds = [kind for _, kind, _ in records]
    if kinds[:1] != ["F"] or kinds[-1:] != ["T"] or kinds.count("F") != 1 or kinds.count("T") != 1:
        raise HalfFile("a file starts with one F row and ends with one T row")
    try:
        orders = _orders(records[1:-1])
        _check_counts(records[0][2], records[-1][2], orders)
        return ReadFile(orders, int(records[0][2]["sequence_number"]))
    except (InvalidOperation, ValueError):
        raise HalfFile("an amount or a count is not a number") from None


def _record(number: int, row: Sequence[str]) -> tuple[str, Record]:
    kind = row[0] if row else ""
    if kind not in _COLUMNS:
        raise HalfFile(f"row {number} has no known record type")
    columns = _COLUMNS[kind]
    if len(row) != len(columns) + 1:
        raise HalfFile(f"row {number} ({kind}) has {len(row)} columns, expected {len(columns) + 1}")
    return kind, dict(zip(columns, row[1:], strict=True))


def _orders(records: Sequence[tuple[int, str, Record]]) -> tuple[ReadOrder, ...]:
    orders: list[ReadOrder] = []
    place = 0
    while place < len(records):
        number, kind, head = records[place]
        if kind != "H":
            raise HalfFile(f"row {number} ({kind}) stands outside an order")
        count = int(head["line_count"])
        lines = records[place + 1 : place + 1 + count]
        if len(lines) < count or any(line_kind != "L" for _, line_kind, _ in lines):
            raise HalfFile(f"row {number} promises {count} lines")
        if any(line["external_id"] != head["external_id"] for _, _, line in lines):
            raise HalfFile(f"a line after row {number} belongs to another order")
        orders.append(_order(number, head, [line for _, _, line in lines]))
        place += 1 + count
    return tuple(orders)


def _order(number: int, head: Record, lines: Sequence[Record]) -> ReadOrder:
    return ReadOrder(
        external_id=head["external_id"],
        order_date=head["order_date"],
        currency=head["currency"],
        customer=head["company"] or head["name"],
        net=Decimal(head["net"]),
        tax=Decimal(head["tax"]),
        gross=Decimal(head["gross"]),
        charges=Decimal(0),
        rounding=None,
        lines=tuple(_line(line) for line in lines),
        place=number,
    )


def _line(line: Record) -> ReadLine:
    quantity, net, tax, gross = (Decimal(line[name]) for name in ("quantity", "net", "tax", "gross"))
    return ReadLine(line["position"], line["erp_sku"], line["name"], quantity, net, tax, gross)


def _check_counts(head: Record, trailer: Record, orders: Sequence[ReadOrder]) -> None:
    promised = int(head["order_count"]), int(trailer["orders"]), int(trailer["lines"])
    found = len(orders), len(orders), sum(len(order.lines) for order in orders)
    if promised != found:
        raise HalfFile(f"orders and lines counted {found[1:]}, promised {promised[1:]}")
    totals = {}
    for entry in filter(None, trailer["gross"].split("|")):
        currency, _, value = entry.partition("=")
        totals[currency] = Decimal(value)
    if totals != totals_per_currency(orders):
        raise HalfFile("the gross totals of the trailer do not agree with the orders")
