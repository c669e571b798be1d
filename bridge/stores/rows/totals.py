"""The sums of one order's rows: those that are stated, and of the others those that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.contract import Line, LineKind
from bridge.domain.money import minor_unit
from bridge.stores.currencies import usual_digits
from bridge.stores.rows.columns import GIVEN_PAYMENTS
from bridge.stores.sums import rounding_explains, tax_by_rate

_PAID_STATES = ("paid", "partially_refunded", "refunded")
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
    gross, refunded = totals["gross"], totals.get("refunded", _ZERO)
    if "state" not in payment and payment.get("paid_at") is not None:
        payment["state"] = _state_of_paid(refunded, gross)
    if "paid" not in totals:
        if "due" in totals:
            totals["paid"] = gross - totals["due"]
        else:
            totals["paid"] = gross if payment.get("state") in _PAID_STATES else cards
    totals.setdefault("due", gross - totals["paid"])
    if cards:
        rest = totals["paid"] - cards
        if rest > 0:
            named = {name: payment[name] for name in ("method", "transaction_id") if name in payment}
            payment["parts"] = [{**named, "amount": rest}, *payment["parts"]]


def _state_of_paid(refunded: Decimal, gross: Decimal) -> str:
    """The state of an order with a payment date, which is evidence enough."""
    if refunded <= 0:
        return "paid"
    return "refunded" if refunded >= gross else "partially_refunded"


def given_parts(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Gift cards and store credit as payments."""
    return [
        {"method": kind, "amount": values[f"{kind}_amount"]} for kind in GIVEN_PAYMENTS if values.get(f"{kind}_amount")
    ]
