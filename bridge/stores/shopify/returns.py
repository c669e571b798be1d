"""What went back of a Shopify order: refunds that paid money back, and pieces that an order edit took off.

Both stand in `refunds`. A record without money is an edit (or a return that nobody paid back): its pieces are not to be
delivered, so they are taken off the lines. A record with money is a refund of the canonical order; its pieces stay in
the lines, and whoever exports decides what to do about them. Amounts of refunded pieces are what the shop stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.contract import Refund, RefundLine
from bridge.stores.raw import Json, Unreadable, key_of, moment_of, number_of, table_of, tables_of, verbatim_of
from bridge.stores.shopify.money import Side

DUTY = "@duty"  # the line that duties become
NOT_FAILED = frozenset({"SUCCESS", "PENDING", "AWAITING_RESPONSE", "UNKNOWN"})
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """Pieces of one line, their worth as the line's price is meant (gross or net), and their tax."""

    quantity: Decimal = ZERO
    worth: Decimal = ZERO
    tax: Decimal = ZERO

    def __add__(self, other: Share) -> Share:
        return Share(self.quantity + other.quantity, self.worth + other.worth, self.tax + other.tax)

    def net(self, is_gross: bool) -> Decimal:
        return self.worth - self.tax if is_gross else self.worth


@dataclass(frozen=True, slots=True)
class Returned:
    """One record. amount: what was paid back or is on its way; 0 for an edit."""

    refund: Json
    amount: Decimal
    shares: Mapping[str, Share]  # by the id of the line, the shipping line, or DUTY


@dataclass(frozen=True, slots=True)
class Returns:
    """All records of an order. is_as_sold: it was cancelled whole, and its lines are told as they were sold."""

    removed: Mapping[str, Share] = field(default_factory=dict)  # taken off by edits, summed by line
    paid_back: Sequence[Returned] = ()
    is_as_sold: bool = False

    @property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.paid_back), ZERO)


def returns_of(order: Json, side: Side) -> Returns:
    """The records of an assembled order. Raises Unreadable."""
    records = [_returned(refund, side) for refund in tables_of(order, "refunds")]
    removed: dict[str, Share] = {}
    for each in records:
        if each.amount == 0:
            for line_id, share in each.shares.items():
                removed[line_id] = removed.get(line_id, Share()) + share
    return Returns(removed, [each for each in records if each.amount != 0])


def _returned(refund: Json, side: Side) -> Returned:
    shares: dict[str, Share] = {}

    def add(key: str, share: Share) -> None:
        shares[key] = shares.get(key, Share()) + share

    for item in tables_of(refund, "refundLineItems"):
        share = Share(number_of(item, "quantity"), side.of(item, "subtotalSet"), side.of(item, "totalTaxSet"))
        add(key_of(table_of(item, "lineItem")), share)
    for item in tables_of(refund, "refundShippingLines"):
        share = Share(ZERO, side.of(item, "subtotalAmountSet"), side.of(item, "taxAmountSet"))
        add(key_of(table_of(item, "shippingLine")), share)
    for duty in tables_of(refund, "duties"):
        add(DUTY, Share(ZERO, side.of(duty, "amountSet"), ZERO))
    return Returned(refund, _amount(refund, side), shares)


def _amount(refund: Json, side: Side) -> Decimal:
    """What was paid back; what is on its way where the shop does not count it yet."""
    paid = side.of(refund, "totalRefundedSet")
    if paid != 0:
        return paid
    waiting = (
        each
        for each in tables_of(refund, "transactions")
        if verbatim_of(each, "kind") == "REFUND" and verbatim_of(each, "status") in NOT_FAILED
    )
    return sum((side.of(each, "amountSet") for each in waiting), ZERO)


def refunds_of(returns: Returns, positions: Mapping[str, int], is_gross: bool) -> tuple[Refund, ...]:
    """The canonical refunds. positions: of the lines by their ids. Raises Unreadable for a line that is not there."""
    return tuple(_refund(each, positions, is_gross) for each in returns.paid_back)


def _refund(returned: Returned, positions: Mapping[str, int], is_gross: bool) -> Refund:
    source = returned.refund
    return Refund(
        refund_id=key_of(source).rpartition("/")[2],
        refunded_at=moment_of(source, "processedAt") or moment_of(source, "createdAt"),
        amount=returned.amount,
        lines=tuple(_lines(returned.shares, positions, is_gross)),
    )


def _lines(shares: Mapping[str, Share], positions: Mapping[str, int], is_gross: bool) -> Iterable[RefundLine]:
    for line_id, share in shares.items():
        if line_id not in positions:
            raise Unreadable("a refund names a line that the order does not have")
        net = share.net(is_gross or line_id == DUTY)
        yield RefundLine(
            position=positions[line_id], quantity=share.quantity, net=net, tax=share.tax, gross=net + share.tax
        )
