"""The sums of one order's rows: those that are stated, and of the others those that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.contract import GIVEN_PAYMENTS, Line, LineKind, PaymentState
from bridge.domain.money import minor_unit
from bridge.domain.refunds import given_back_in_full
from bridge.stores.currencies import usual_digits
from bridge.stores.sums import rounding_explains, tax_by_rate

_PAID_STATES = (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED)
_ZERO = Decimal(0)


def digits_of(fields: Mapping[str, Any], gross: Decimal) -> int:
    """The minor digits: as stated, else the currency's, or as many as the total needs."""
    stated = str(fields.get("currency_digits", ""))
    if stated.isascii() and stated.isdigit() and len(stated) == 1:
        return int(stated)
    exponent = gross.normalize().as_tuple().exponent
    return max(usual_digits(str(fields.get("currency", ""))), -exponent if isinstance(exponent, int) else 0)


def totals_of(
    given: Mapping[str, Any], line_fields: Sequence[Mapping[str, Any]], payment: dict[str, Any], digits: int
) -> dict[str, Any]:
    """The contract's totals. payment: its parts are weighed, its state is found where nothing states it."""
    totals = dict(given)
    lines = [Line.model_construct(**line) for line in line_fields]
    cards = sum((part["amount"] for part in payment.get("parts", ())), _ZERO)
    of_lines = sum((line.gross for line in lines), _ZERO)
    if cards and of_lines == totals["gross"] + cards:  # the export's total is what was left to pay
        if "paid" in totals and totals["paid"] + totals.get("due", _ZERO) == totals["gross"]:  # and paid is of that
            totals["paid"] += cards
        totals["gross"] += cards
    gross = totals["gross"]
    totals.setdefault("net", sum((line.net for line in lines), _ZERO))
    totals.setdefault("tax", sum((line.tax for line in lines), _ZERO))
    totals.setdefault("shipping", sum((line.net for line in lines if line.kind == LineKind.SHIPPING), _ZERO))
    gap = gross - of_lines
    if "rounding" not in totals and rounding_explains(gap, lines, minor_unit(digits)):
        totals["rounding"] = gap
    _paid(totals, payment, cards)
    totals.setdefault("by_rate", tax_by_rate(lines))
    return totals


def _paid(totals: dict[str, Any], payment: dict[str, Any], cards: Decimal) -> None:
    """What is paid: as stated, as what is due says, or all of it where the order is paid."""
    gross = totals["gross"]
    if "paid" not in totals:
        if "due" in totals:
            totals["paid"] = gross - totals["due"]
        else:
            totals["paid"] = gross if _is_said_to_be_paid(totals, payment) else cards
    totals.setdefault("due", gross - totals["paid"])
    payment["state"] = _state(totals, payment)
    if cards:
        rest = totals["paid"] - cards
        if rest > 0:
            named = {name: payment[name] for name in ("method", "transaction_id") if name in payment}
            payment["parts"] = [{**named, "amount": rest}, *payment["parts"]]


def _is_said_to_be_paid(totals: Mapping[str, Any], payment: Mapping[str, Any]) -> bool:
    """Whether the state says so, or without one the date of the payment; what was given back was paid before."""
    if given_back_in_full(totals["gross"], totals["gross"], totals.get("refunded", _ZERO)):
        return True
    return payment["state"] in _PAID_STATES if "state" in payment else payment.get("paid_at") is not None


def _state(totals: Mapping[str, Any], payment: Mapping[str, Any]) -> Any:
    """As stated, unless all was given back. Without one, what is due decides, whatever date of a payment there is."""
    gross, paid, refunded = totals["gross"], totals["paid"], totals.get("refunded", _ZERO)
    if given_back_in_full(gross, paid, refunded):
        return PaymentState.REFUNDED
    if "state" in payment:
        return payment["state"]
    is_contradicted = payment.get("paid_at") is not None and paid <= 0  # which is for a person: see `order_of`
    if totals["due"] > 0 and not is_contradicted:
        return PaymentState.UNPAID
    return PaymentState.PARTIALLY_REFUNDED if refunded > 0 else PaymentState.PAID


def given_parts(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Gift cards and store credit as payments."""
    return [
        {"method": kind, "amount": values[f"{kind}_amount"]} for kind in GIVEN_PAYMENTS if values.get(f"{kind}_amount")
    ]
