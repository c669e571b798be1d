"""The columns that a dropped CSV file may have, and how its cells become the contract's fields.

The names follow the contract: `number`, `payment_method`, `billing_street`, `delivery_city`, `line_sku`,
`total_gross`; `extra_NAME` becomes `extra.NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bridge.domain.contract import Line, Order, Party, Payment, Totals
from bridge.domain.money import minor_unit
from bridge.stores.folder.settings import CsvDialect
from bridge.stores.rows.order import NotAnOrder
from bridge.stores.sums import rounding_explains, tax_by_rate

_INNER = {"store", "payment", "billing", "delivery", "lines", "totals", "extra", "read_live"}
_OF_ORDER = {name: f"order: {field.description}" for name, field in Order.model_fields.items() if name not in _INNER}
_OF_PAYMENT = {f"payment_{name}": f"payment: {field.description}" for name, field in Payment.model_fields.items()}
_OF_PARTY = {
    f"{party}_{name}": f"{party}: {field.description}"
    for party in ("billing", "delivery")
    for name, field in Party.model_fields.items()
}
_OF_LINE = {f"line_{name}": f"line: {field.description}" for name, field in Line.model_fields.items()}
_OF_TOTALS = {
    f"total_{name}": f"totals: {field.description}" for name, field in Totals.model_fields.items() if name != "by_rate"
}
COLUMNS: Mapping[str, str] = {**_OF_ORDER, **_OF_PAYMENT, **_OF_PARTY, **_OF_LINE, **_OF_TOTALS}
REQUIRED = ("store_order_id", "created_at", "currency", "total_gross", "line_quantity")

_TIMES = ("created_at", "updated_at", "payment_paid_at")
_NUMBERS = {
    *(name for name in _OF_TOTALS),
    *(f"line_{name}" for name, field in Line.model_fields.items() if field.annotation in (Decimal, Decimal | None)),
}
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SPREADSHEET_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?E[+-][0-9]+", re.IGNORECASE)
_DIGITS_MATTER = ("order_id", "number", "sku", "phone", "postal_code", "tax_id", "transaction_id", "point_id")
_YES = ("true", "yes", "1")
_NO = ("false", "no", "0")


def problems_of_header(header: Sequence[str]) -> str:
    """What the header lacks, in words; empty when it lacks nothing."""
    missing = [name for name in REQUIRED if name not in header]
    return f"the header lacks {', '.join(missing)}" if missing else ""


def fields_of(rows: Sequence[Mapping[str, str]], dialect: CsvDialect) -> dict[str, Any]:
    """The contract's fields of one order's rows. Raises NotAnOrder naming the column."""
    cells = _order_cells(rows)
    fields: dict[str, Any] = {name: _value(name, text, dialect) for name, text in cells.items() if name in _OF_ORDER}
    fields.setdefault("number", fields.get("store_order_id"))
    fields.setdefault("updated_at", fields.get("created_at"))
    fields["payment"] = _group(cells, "payment_", _OF_PAYMENT, dialect)
    fields["billing"] = _group(cells, "billing_", _OF_PARTY, dialect)
    delivery = _group(cells, "delivery_", _OF_PARTY, dialect)
    fields["delivery"] = delivery or fields["billing"]  # none given: to the billing address
    fields["lines"] = _lines(rows, dialect)
    fields["totals"] = _totals(fields, _group(cells, "total_", _OF_TOTALS, dialect))
    fields["extra"] = {name.removeprefix("extra_"): text for name, text in cells.items() if name.startswith("extra_")}
    return fields


def _order_cells(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The order's own cells: filled in its first row; below blank, which means as above, or the same again."""
    found: dict[str, str] = {}
    for place, row in enumerate(rows):
        for name, cell in row.items():
            text = _unguarded(cell)
            if not text or name.startswith("line_"):
                continue
            if place > 0 and found.get(name, "") != text:
                raise NotAnOrder(f"row {place + 1} of the order has another {_shown(name)} than its first row")
            found[name] = text
    return found


def _shown(name: str) -> str:
    return name if name in COLUMNS else "cell"


def _group(cells: Mapping[str, str], prefix: str, columns: Mapping[str, str], dialect: CsvDialect) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): _value(name, text, dialect)
        for name, text in cells.items()
        if name.startswith(prefix) and name in columns
    }


def _lines(rows: Sequence[Mapping[str, str]], dialect: CsvDialect) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for row in rows:
        cells = {name: text for name in _OF_LINE if (text := _unguarded(row.get(name, "")))}
        if cells:  # a row without a line carries only the order's own fields
            line = _group(cells, "line_", _OF_LINE, dialect)
            line.setdefault("position", len(lines) + 1)
            _complete(line)
            lines.append(line)
    return lines


def _complete(line: dict[str, Any]) -> None:
    """The one of net, tax and gross that is left out follows from the other two."""
    net, tax, gross = (line.get(name) for name in ("net", "tax", "gross"))
    if gross is None and net is not None and tax is not None:
        line["gross"] = net + tax
    elif tax is None and net is not None and gross is not None:
        line["tax"] = gross - net
    elif net is None and tax is not None and gross is not None:
        line["net"] = gross - tax
    elif net is None or tax is None or gross is None:
        raise NotAnOrder(f"line {line['position']} needs two of line_net, line_tax and line_gross")


def _totals(fields: Mapping[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The sums: those that are given, and of the others those that follow."""
    lines = [Line.model_construct(**line) for line in fields["lines"]]
    gross = given.get("gross")
    if gross is None:
        raise NotAnOrder("total_gross is empty in the order's first row")
    given.setdefault("net", sum((line.net for line in lines), Decimal(0)))
    given.setdefault("tax", sum((line.tax for line in lines), Decimal(0)))
    digits = fields.get("currency_digits", "2")
    gap = gross - sum((line.gross for line in lines), Decimal(0))
    if "rounding" not in given and str(digits).isdigit() and rounding_explains(gap, lines, minor_unit(int(digits))):
        given["rounding"] = gap
    paid = fields["payment"].get("state") in ("paid", "partially_refunded", "refunded")
    given.setdefault("paid", gross if paid else Decimal(0))
    given.setdefault("due", gross - given["paid"])
    given.setdefault("by_rate", tax_by_rate(lines))
    return given


def _value(name: str, text: str, dialect: CsvDialect) -> Any:
    if name in _NUMBERS:
        return _number(name, text, dialect)
    if name in _TIMES:
        return _time(name, text, dialect)
    if name == "cancelled":
        if text.lower() not in (*_YES, *_NO):
            raise NotAnOrder("cancelled must be true or false")
        return text.lower() in _YES
    if name.endswith(_DIGITS_MATTER) and _SPREADSHEET_NUMBER.fullmatch(text):
        raise NotAnOrder(f"{_shown(name)} was turned into a number by a spreadsheet (as 5.9E+12); its digits are lost")
    return text


def _number(name: str, text: str, dialect: CsvDialect) -> Decimal:
    plain = text.replace(",", ".") if dialect.decimal == "," and "." not in text else text
    if not _PLAIN_NUMBER.fullmatch(plain) or len(plain) > 36:
        raise NotAnOrder(f"{name} is not a number with decimal sign '{dialect.decimal}' and no other signs")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise NotAnOrder(f"{name} is not a number") from error


def _time(name: str, text: str, dialect: CsvDialect) -> datetime:
    """ISO 8601 or `2026-04-05 21:06:21 +0400`; without an offset only where the option `timezone` says whose time."""
    try:
        moment = datetime.fromisoformat(re.sub(r" ([+-][0-9]{4})$", r"\1", text))
    except ValueError as error:
        raise NotAnOrder(f"{name} is not a time such as 2026-04-05T21:06:21+02:00") from error
    if moment.tzinfo is None:
        if dialect.timezone is None:
            raise NotAnOrder(f"{name} is a time without its offset from UTC, and the store has no timezone")
        return moment.replace(tzinfo=dialect.timezone)
    return moment


def _unguarded(cell: str) -> str:
    """Without blanks around, and without the apostrophe that guards zeros from a spreadsheet ('00-001)."""
    text = cell.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and (text[1].isdigit() or text[1] in "+=-@") else text
