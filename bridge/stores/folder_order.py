"""A group of fields in the contract's own form becomes an order, or business words about every field that is wrong."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bridge.domain.contract import Line, Order, Party, Payment, TaxTotal, Totals
from bridge.domain.money import rounded

FIELDS_NAMED_MAX = 8
DIGITS_MAX = 18
_HUGE = re.compile(rb"[0-9][eE]|[0-9]{18}")
_KNOWN = {name for model in (Order, Party, Payment, Line, Totals, TaxTotal) for name in model.model_fields}
_WORDS = {
    "missing": "is missing",
    "string_type": "must be a text in quotes",
    "decimal_parsing": "is not a number",
    "decimal_type": "is not a number",
    "finite_number": "is not a number",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "enum": "is not one of the allowed words",
    "timezone_aware": "is a time without its offset from UTC",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must be a group of fields",
    "dict_type": "must be a group of fields",
}


class NotAnOrder(Exception):
    """The fields are no order. Its text names fields and never their values."""


def order_of(fields: Any, store: str, raw: bytes) -> Order:
    """The order of one store. Raises NotAnOrder with all wrong fields at once. raw: where `fields` came from."""
    if not isinstance(fields, dict):
        raise NotAnOrder("it is not a group of fields")
    fields["store"] = store
    try:
        order = Order.model_validate(fields)
    except ValidationError as error:
        raise NotAnOrder(_words(error)) from None  # the cause would carry the input into a traceback
    if _HUGE.search(raw) is not None:  # rare: only then is each number looked at
        _refuse_huge(order)
    if order.totals.gross != rounded(order.totals.gross, order.currency_digits):
        raise NotAnOrder("totals.gross holds a fraction of the smallest coin")
    if not order.store_order_id:
        raise NotAnOrder("store_order_id is empty")
    return order


def id_of(fields: Any) -> str:
    """The order's id as far as it can be read, so that its corrected form closes the problem."""
    value = fields.get("store_order_id") if isinstance(fields, dict) else None
    return value if isinstance(value, str) else ""


def _words(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    named = [f"{_path(detail)} {_word(detail)}" for detail in found[:FIELDS_NAMED_MAX]]
    if len(found) > FIELDS_NAMED_MAX:
        named.append(f"and {len(found) - FIELDS_NAMED_MAX} more")
    return "; ".join(named)


def _word(detail: ErrorDetails) -> str:
    kind = detail["type"]
    return "is not a time" if kind.startswith("datetime") else _WORDS.get(kind, "is not as the contract says")


def _path(detail: ErrorDetails) -> str:
    """`lines[2].net`; a key that is not ours is not repeated, as it came from outside."""
    path = ""
    for part in detail["loc"]:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            path += f".{part if part in _KNOWN else '?'}"
    return path.lstrip(".")


def _refuse_huge(order: Order) -> None:
    """1E+1000000 is a valid number of a million digits; no order holds one."""
    numbers = [number for line in order.lines for number in line.__dict__.values()]
    numbers += [*order.totals.__dict__.values()]
    numbers += [number for part in order.totals.by_rate for number in part.__dict__.values()]
    for number in numbers:
        if hasattr(number, "adjusted"):
            exponent = number.as_tuple().exponent
            if number.adjusted() >= DIGITS_MAX or exponent < -DIGITS_MAX or exponent > DIGITS_MAX:
                raise NotAnOrder("an amount has more digits than an order can hold")
