"""What was given back of an order before the ERP had it: told to a person, or taken off the order exactly.

Amounts are those that the store recorded of its refunds; nothing is shared out by guess. What cannot be taken off
without guessing is `Unclear`, and the order waits for a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, LineKind, Order, PaymentState, Refund, RefundLine
from bridge.domain.money import rounded
from bridge.domain.policies import RefundedBefore
from bridge.domain.refunded_kits import with_whole_kits, without_broken_kits
from bridge.domain.refunded_money import payment_left, totals_left
from bridge.domain.unclear import CannotTell

REFUND_LINE_NAME = "Refund"
_ZERO = Decimal(0)
# Lines that are money alone: one without an amount is gone, whatever its quantity.
_MONEY = frozenset({LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT, LineKind.SERVICE})
_POLICY_WORDS = {
    RefundedBefore.HOLD: "a person decides",
    RefundedBefore.REDUCE: "it goes without what was given back",
    RefundedBefore.FULL: "it goes at its whole value",
}


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why what was given back cannot be taken off the order without guessing."""

    why: str


def given_back_in_full(gross: Decimal, paid: Decimal, refunded: Decimal) -> bool:
    """Whether nothing of an order is sold any more. Of one that was paid twice, once may have been given back."""
    return refunded > 0 and refunded >= gross > paid - refunded


def refunded_in_part(order: Order) -> bool:
    """Whether something was given back, and not all."""
    return order.totals.refunded > 0 and order.payment.state is not PaymentState.REFUNDED


def refund_words(order: Order, policy: str) -> str:
    """What became of the refund, for the page of an order."""
    part = f"{order.totals.refunded} {order.currency} of {order.totals.gross}"
    return f"Refunded {part} before it was exported; {_POLICY_WORDS[RefundedBefore(policy)]}."


def as_it_goes(order: Order, policy: str, only: Collection[str] | None = None) -> Order:
    """The order that the file tells: without its refunds where the flow says so. only: as for `reduced`.

    What cannot be taken off is left: a check holds such an order, and its preview shows it as it is.
    """
    left = reduced(order, only) if policy == RefundedBefore.REDUCE else order
    return order if isinstance(left, Unclear) else left


def reduced(order: Order, only: Collection[str] | None = None) -> Order | Unclear:
    """The order without what was given back, its sums exact. only: the refunds that are taken off; None: all.

    What a refund names of a line comes off that line; a line of which nothing is left is gone. Money that a refund
    gives back beside its lines is what had been paid too much; the rest becomes a discount line, where the whole order
    has one tax.
    """
    taken = [refund for refund in order.refunds if only is None or refund.refund_id in only]
    if not taken and (only is not None or not order.totals.refunded):
        return order
    total = sum((refund.amount for refund in order.refunds), _ZERO)
    if only is None and total != order.totals.refunded:
        return Unclear(f"its refunds make {total}, the store says {order.totals.refunded}")
    try:
        return _reduced(order, taken)
    except CannotTell as reason:
        return Unclear(str(reason))


def _reduced(order: Order, taken: list[Refund]) -> Order:
    amount = sum((refund.amount for refund in taken), _ZERO)
    beside = amount - sum((line.gross for refund in taken for line in refund.lines), _ZERO)
    off = _by_position(line for refund in taken for line in refund.lines)
    for position in off.keys() - {line.position for line in order.lines}:
        raise CannotTell(f"a refund names line {position}, which the order does not have")
    off, broken = with_whole_kits(order.lines, off)
    left = _less(order, off)
    gone = {line.position for line in order.lines} - {line.position for line in left}
    lines = without_broken_kits(left, broken | gone)
    # Of an order that was paid twice, once came back: that took nothing off what was sold.
    surplus = min(max(beside, _ZERO), max(order.totals.paid - order.totals.gross, _ZERO))
    beside -= surplus
    if beside:
        discount = _discount_line(order, beside)
        lines.append(discount)
        off[discount.position] = RefundLine(
            position=discount.position, net=-discount.net, tax=-discount.tax, gross=-discount.gross
        )
    if not lines:
        raise CannotTell("nothing of it is left, though the store does not call it refunded")
    totals = totals_left(order, lines, off, amount, surplus)
    return order.model_copy(
        update={
            "lines": tuple(lines),
            "refunds": tuple(refund for refund in order.refunds if refund not in taken),
            "totals": totals,
            "payment": payment_left(order, taken, totals.refunded),
        }
    )


def _by_position(lines: Iterable[RefundLine]) -> dict[int, RefundLine]:
    """What was given back of each line by all refunds together."""
    found: dict[int, RefundLine] = {}
    for line in lines:
        before = found.get(line.position, RefundLine(position=line.position))
        names = ("quantity", "net", "tax", "gross")
        sums = {name: getattr(before, name) + getattr(line, name) for name in names}
        found[line.position] = RefundLine(position=line.position, **sums)
    return found


def _less(order: Order, off: Mapping[int, RefundLine]) -> list[Line]:
    """The lines that are left."""
    left = []
    for line in order.lines:
        given_back = off.get(line.position)
        rest = line if given_back is None else _line_less(line, given_back, order.currency_digits)
        if rest is not None:
            left.append(rest)
    return left


def _line_less(line: Line, off: RefundLine, digits: int) -> Line | None:
    """The line without what was given back; None where nothing of it is left."""
    if off.net + off.tax != off.gross:
        raise CannotTell(f"the refund of line {line.position} has net {off.net}, tax {off.tax} and gross {off.gross}")
    quantity, net = line.quantity - off.quantity, line.net - off.net
    tax, gross = line.tax - off.tax, line.gross - off.gross
    if quantity < 0 or any(_beyond(was, now) for was, now in ((line.net, net), (line.tax, tax), (line.gross, gross))):
        raise CannotTell(f"more than line {line.position} holds was given back of it")
    worthless = not (net or tax or gross)
    if worthless and (quantity == 0 or line.kind in _MONEY):
        return None
    if quantity == 0:
        raise CannotTell(f"all pieces of line {line.position} came back, but not all of its money")
    amounts = {"quantity": quantity, "net": net, "tax": tax, "gross": gross}
    discount = rounded(line.discount - off.quantity * line.unit_net + off.net, digits)
    if discount >= 0:
        return line.model_copy(update={**amounts, "discount": discount})
    # Less came back than the pieces had cost: what is left costs more for each.
    units = {"unit_net": net / quantity, "unit_gross": gross / quantity}
    return line.model_copy(update={**amounts, **units, "discount": _ZERO})


def _beyond(was: Decimal, now: Decimal) -> bool:
    """Whether an amount has crossed zero, or grown: a refund of a discount line makes it smaller too."""
    return (now < 0 < was) or (was < 0 < now) or abs(now) > abs(was)


def _discount_line(order: Order, beside: Decimal) -> Line:
    """Money that was given back without naming a line: a discount, taxed as the whole order is."""
    if beside < 0:
        raise CannotTell(f"its lines are worth {-beside} more than what was given back")
    taxed = {(line.tax_rate, line.tax_code) for line in order.lines if line.gross}
    if len(taxed) != 1:
        raise CannotTell(f"{beside} was given back without naming a line, and the order has several taxes")
    ((rate, code),) = taxed
    if rate is None:
        raise CannotTell(f"{beside} was given back without naming a line, and the tax rate is not known")
    net = rounded(beside / (1 + rate), order.currency_digits)
    return Line(
        position=max(line.position for line in order.lines) + 1,
        kind=LineKind.DISCOUNT,
        name=REFUND_LINE_NAME,
        unit_net=-net,
        unit_gross=-beside,
        tax_code=code,
        tax_rate=rate,
        net=-net,
        tax=net - beside,
        gross=-beside,
    )
