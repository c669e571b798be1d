"""A group of fields in the contract's own form becomes an order, or business words about every field that is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bridge.domain.contract import Line, Order, Party, Payment, PaymentState, TaxTotal, Totals
from bridge.domain.money import rounded
from bridge.stores.rows.unit_prices import unfit_price, with_unit_prices

FIELDS_NAMED_MAX = 8
DIGITS_MAX = 15  # before the point; the ledger's minor units fit a 64-bit integer
DECIMALS_MAX = 20
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


def order_of(fields: Any, store: str) -> Order:
    """The order of one store. Raises NotAnOrder with all wrong fields at once."""
    if not isinstance(fields, dict):
        raise NotAnOrder("it is not a group of fields")
    fields["store"] = store
    try:
        order = Order.model_validate(fields)
    except ValidationError as error:
        raise NotAnOrder(_words(error)) from None  # the cause would carry the input into a traceback
    if not _holds_only_sane_numbers(order):  # 1E+1000000 is a valid number of a million digits
        raise NotAnOrder("a number has more digits than an order can hold")
    if order.totals.gross < 0:
        raise NotAnOrder("its total is below zero: that is a refund and no order")
    if len({line.position for line in order.lines}) < len(order.lines):
        raise NotAnOrder("two lines have one position")
    if order.totals.gross != rounded(order.totals.gross, order.currency_digits):
        raise NotAnOrder("totals.gross holds a fraction of the smallest coin")
    if not order.store_order_id:
        raise NotAnOrder("store_order_id is empty")
    if not order.cancelled:
        _refuse_contradiction(order)
        unfit = unfit_price(order)
        if unfit:
            raise NotAnOrder(unfit)
    return with_unit_prices(order)


def id_of(fields: Any) -> str:
    """The order's id as far as it can be read, so that its corrected form closes the problem."""
    value = fields.get("store_order_id") if isinstance(fields, dict) else None
    return value if isinstance(value, str) else ""


def _refuse_contradiction(order: Order) -> None:
    """Raise NotAnOrder where the state of the payment is not what the amounts say: nobody could tell which is right."""
    state, totals = order.payment.state, order.totals
    if state in (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED) and totals.due > 0:
        by = "by payment.state or payment.paid_at"
        raise NotAnOrder(f"it is paid {by}, and by totals.due {totals.due} are still to be paid")
    if state is not PaymentState.UNPAID or "state" not in order.payment.model_fields_set:
        return
    if totals.due <= 0 and totals.paid >= totals.gross > order.payment.given:
        by = "by totals.paid and totals.due"
        raise NotAnOrder(f"it is unpaid by payment.state, and {by} nothing of it is left to pay")


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


def _holds_only_sane_numbers(order: Order) -> bool:
    """Whether the ledger, the renderer and a reader can hold every number. Written out for speed: each order passes."""
    totals = order.totals
    numbers = [totals.net, totals.tax, totals.gross, totals.discount, totals.shipping, totals.rounding]
    numbers += (totals.paid, totals.due, totals.refunded)
    for line in order.lines:
        numbers += (line.net, line.tax, line.gross, line.discount, line.quantity, line.unit_net, line.unit_gross)
        if line.tax_rate is not None:
            numbers.append(line.tax_rate)
    for part in totals.by_rate:
        numbers += (part.rate, part.net, part.tax)
    for refund in order.refunds:
        numbers.append(refund.amount)
        for given in refund.lines:
            numbers += (given.quantity, given.net, given.tax, given.gross)
        numbers += (payment.amount for payment in refund.parts)
    numbers += (payment.amount for payment in order.payment.parts)
    places = [*map(Decimal.adjusted, numbers)]
    return min(places) > -DECIMALS_MAX and max(places) < DIGITS_MAX
