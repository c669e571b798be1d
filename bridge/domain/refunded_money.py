"""The sums and payments of an order without what was given back of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from bridge.domain.contract import (
    Line,
    LineKind,
    Order,
    Payment,
    PaymentPart,
    PaymentState,
    Refund,
    RefundLine,
    TaxTotal,
    Totals,
)
from bridge.domain.unclear import CannotTell

_ZERO = Decimal(0)


def totals_left(
    order: Order, lines: Sequence[Line], off: Mapping[int, RefundLine], amount: Decimal, surplus: Decimal
) -> Totals:
    """The sums of what is left. off: what came back of each line; amount: in all; surplus: of it what had been paid
    beyond the order's worth. Raises CannotTell.
    """
    totals = order.totals
    net, tax = (sum((getattr(one, name) for one in off.values()), _ZERO) for name in ("net", "tax"))
    gross = totals.gross - (amount - surplus)
    if gross < 0 <= totals.gross:
        raise CannotTell(f"more was given back than the {totals.gross} that it is worth")
    if 0 < totals.paid < amount:
        raise CannotTell(f"more was given back than the {totals.paid} that were paid")
    paid = totals.paid - amount if totals.paid else _ZERO
    shipping = sum(
        (off[line.position].net for line in order.lines if _is_shipping(line) and line.position in off), _ZERO
    )
    discounts = sum((line.discount for line in order.lines), _ZERO) - sum((line.discount for line in lines), _ZERO)
    return totals.model_copy(
        update={
            "net": totals.net - net,
            "tax": totals.tax - tax,
            "gross": gross,
            "paid": paid,
            "due": gross - paid,
            "refunded": totals.refunded - amount,
            "shipping": totals.shipping - shipping,
            "discount": max(totals.discount - discounts, _ZERO),
            "by_rate": _by_rate(totals.by_rate, (*lines, *order.lines), off),
        }
    )


def payment_left(order: Order, taken: Sequence[Refund], still_refunded: Decimal) -> Payment:
    """The payment of what is left. taken: the refunds that are taken off. Raises CannotTell."""
    payment = order.payment
    state, parts = payment.state, payment.parts
    if state is PaymentState.PARTIALLY_REFUNDED and not still_refunded:
        state = PaymentState.PAID
    if parts and order.totals.paid:
        parts = _parts_left(parts, taken)
    return payment.model_copy(update={"state": state, "parts": parts})


def _is_shipping(line: Line) -> bool:
    return line.kind is LineKind.SHIPPING


def _by_rate(
    by_rate: tuple[TaxTotal, ...], lines: Iterable[Line], off: Mapping[int, RefundLine]
) -> tuple[TaxTotal, ...]:
    """The tax by rate of what is left; rates of which nothing is left are gone. lines: before and after."""
    if not by_rate:
        return ()
    rate_of = {line.position: line.tax_rate for line in lines}
    nets: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for position, given_back in off.items():
        if not (given_back.net or given_back.tax):
            continue  # pieces alone, as of a kit whose components hold the money
        rate = rate_of[position]
        if rate is None or all(part.rate != rate for part in by_rate):
            raise CannotTell(f"the tax of line {position} cannot be told by rate")
        nets[rate] += given_back.net
        taxes[rate] += given_back.tax
    left = (
        TaxTotal(rate=part.rate, net=part.net - nets[part.rate], tax=part.tax - taxes[part.rate]) for part in by_rate
    )
    return tuple(part for part in left if part.net or part.tax)


def _parts_left(parts: Sequence[PaymentPart], taken: Sequence[Refund]) -> tuple[PaymentPart, ...]:
    """The payments, each without what went back to it. The one payment of an order is less whatever was given back."""
    if len(parts) == 1:
        amount = sum((refund.amount for refund in taken), _ZERO)
        return (parts[0].model_copy(update={"amount": parts[0].amount - amount}),)
    rest = [part.amount for part in parts]
    for refund in taken:
        if sum((back.amount for back in refund.parts), _ZERO) != refund.amount:
            raise CannotTell("it was paid in several ways, and the refund does not say which one got its money back")
        for back in refund.parts:
            _take_back(back, parts, rest)
    left = zip(parts, rest, strict=True)
    return tuple(part.model_copy(update={"amount": amount}) for part, amount in left if amount)


def _take_back(back: PaymentPart, parts: Sequence[PaymentPart], rest: list[Decimal]) -> None:
    """Take what went back off its payment. rest: what is left of each of the parts, changed in place."""
    same = [place for place, part in enumerate(parts) if part.method == back.method]
    if back.transaction_id:
        same = [place for place in same if parts[place].transaction_id == back.transaction_id]
    whole = sum((rest[place] for place in same), _ZERO)
    way = back.method or "a way without a name"
    if back.amount > whole:
        raise CannotTell(f"{back.amount} went back by {way}, and {whole} of it was paid so")
    if len(same) > 1 and back.amount < whole:
        raise CannotTell(
            f"it was paid by {way} several times, and the refund does not say which one got its money back"
        )
    for place in same:
        rest[place] -= back.amount if len(same) == 1 else rest[place]
