"""What a Vendure shop gave back: refunds hang on payments, and change neither the order's amounts nor its time.

Cancelling pieces lowers the order's total, and the refund that pays for them is a payment back: the order does not hold
that money any more, so it is taken off what was paid and is no refund of ours. What is left after those is a refund
of the order as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from bridge.domain.contract import Line, LineKind, Refund, RefundLine
from bridge.domain.money import minor_unit
from bridge.stores.raw import Json, key_of, moment_of, tables_of, verbatim_of
from bridge.stores.vendure.lines import positions_of
from bridge.stores.vendure.values import Money, count_of

FAILED = "Failed"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """paid_back: by payment, for pieces that were cancelled, which the order's total no longer holds.

    payments: the id of the payment that each of the refunds went back to, by the refund's id.
    """

    refunds: tuple[Refund, ...]
    paid_back: Mapping[str, Decimal]
    payments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One refund as the shop tells it. pieces: line id to the number given back."""

    raw: Json
    payment_id: str
    amount: Decimal
    shipping: Decimal
    pieces: Mapping[str, Decimal]


def given_back(order: Json, lines: Sequence[Line], money: Money, overpaid: Decimal) -> GivenBack:
    """The order's refunds. overpaid: settled payments less the order's total, as the shop tells them today."""
    cancelled = _cancelled(order)
    left: list[tuple[Told, dict[str, Decimal]]] = []
    paid_back: dict[str, Decimal] = {}
    too_much = max(overpaid, ZERO)
    for told in sorted(_told(order, money), key=_names_pieces):
        pieces = _beyond(told.pieces, cancelled)
        back = ZERO
        if not pieces:  # all its pieces were cancelled, or it names none
            back = min(told.amount, too_much)
        elif pieces != dict(told.pieces):
            back = min(told.amount, too_much, _worth(told, pieces))
        too_much -= back
        paid_back[told.payment_id] = paid_back.get(told.payment_id, ZERO) + back
        rest = told.amount - back
        if rest > _rounding(told, money) or not back:
            left.append((_with_amount(told, rest), pieces))
    refunds = (_refund(told, pieces, order, lines, money) for told, pieces in left)
    payments = {key_of(told.raw): told.payment_id for told, _ in left}
    return GivenBack(tuple(sorted(refunds, key=_age)), paid_back, payments)


def _told(order: Json, money: Money) -> Iterator[Told]:
    """All refunds of all payments that have not failed. One that waits for the provider counts: it was decided."""
    for payment in tables_of(order, "payments"):
        for raw in tables_of(payment, "refunds"):
            if verbatim_of(raw, "state") == FAILED:
                continue
            rows = tables_of(raw, "lines")
            pieces = {key_of(row, "orderLineId"): count_of(row, "quantity", "refund: ") for row in rows}
            amount = money.of(raw, "total", "refund: ")
            if amount > 0:
                yield Told(raw, key_of(payment), amount, money.of(raw, "shipping", "refund: "), pieces)


def _cancelled(order: Json) -> dict[str, Decimal]:
    """Line id to the pieces that were taken out of it after the order was placed."""
    found = {}
    for item in tables_of(order, "lines"):
        fewer = count_of(item, "orderPlacedQuantity") - count_of(item, "quantity")
        if fewer > 0:
            found[key_of(item)] = fewer
    return found


def _names_pieces(told: Told) -> bool:
    """Those that name pieces come first: they say which of them were cancelled."""
    return not told.pieces


def _beyond(pieces: Mapping[str, Decimal], cancelled: dict[str, Decimal]) -> dict[str, Decimal]:
    """The pieces that still stand in the order; the cancelled ones are used up."""
    left = {}
    for line_id, quantity in pieces.items():
        gone = min(quantity, cancelled.get(line_id, ZERO))
        if gone:
            cancelled[line_id] -= gone
        if quantity > gone:
            left[line_id] = quantity - gone
    return left


def _worth(told: Told, pieces: Mapping[str, Decimal]) -> Decimal:
    """The share of a refund that pays for pieces which were cancelled."""
    whole, left = sum(told.pieces.values(), ZERO), sum(pieces.values(), ZERO)
    return (told.amount * (whole - left) / whole).quantize(told.amount, rounding=ROUND_HALF_UP)


def _rounding(told: Told, money: Money) -> Decimal:
    """Refunds are counted by the price of a piece, totals by the line: they differ by a unit for each piece."""
    return sum(told.pieces.values(), ZERO) * minor_unit(money.digits)


def _with_amount(told: Told, amount: Decimal) -> Told:
    return replace(told, amount=amount, shipping=min(told.shipping, amount))


def _age(refund: Refund) -> tuple[str, int, str]:
    """Oldest first; ids are numbers in most shops."""
    at = refund.refunded_at.isoformat() if refund.refunded_at else ""
    return (at, len(refund.refund_id), refund.refund_id)


def _refund(told: Told, pieces: Mapping[str, Decimal], order: Json, lines: Sequence[Line], money: Money) -> Refund:
    positions = positions_of(order)
    by_position = {line.position: line for line in lines}
    wanted: list[tuple[Line, Decimal, Decimal]] = []
    for line_id, quantity in pieces.items():
        line = by_position.get(positions.get(line_id, 0))
        if line is not None and quantity <= line.quantity:
            gross = (line.gross * quantity / line.quantity).quantize(minor_unit(money.digits), rounding=ROUND_HALF_UP)
            wanted.append((line, quantity, gross))
    parcel = next((line for line in lines if line.kind is LineKind.SHIPPING), None)
    if told.shipping > 0 and parcel is not None:
        wanted.append((parcel, ZERO, min(told.shipping, parcel.gross)))
    return Refund(
        refund_id=key_of(told.raw),
        refunded_at=moment_of(told.raw, "createdAt"),
        amount=told.amount,
        lines=tuple(_shared(told.amount, wanted, minor_unit(money.digits))),
    )


def _shared(amount: Decimal, wanted: Sequence[tuple[Line, Decimal, Decimal]], unit: Decimal) -> Iterator[RefundLine]:
    """The lines' shares: never more than was given back, in the measure of what they are worth.

    Less is given than the pieces cost where the shop keeps something back; the last line takes what rounding leaves.
    """
    worth = sum((gross for _, _, gross in wanted), ZERO)
    given = min(amount, worth)
    spent = ZERO
    for place, (line, quantity, gross) in enumerate(wanted, start=1):
        share = given - spent
        if place < len(wanted) and worth:
            share = (given * gross / worth).quantize(unit, rounding=ROUND_HALF_UP)
        spent += share
        net = (share * line.net / line.gross).quantize(unit, rounding=ROUND_HALF_UP) if line.gross else ZERO
        yield RefundLine(position=line.position, quantity=quantity, net=net, tax=share - net, gross=share)
