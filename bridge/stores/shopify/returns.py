"""What went back of a Shopify order: refunds that paid money back, and pieces that an order edit took off.

Both stand in `refunds`. A record without money is an edit (or a return that nobody paid back): its pieces are not to be
delivered, so they are taken off the lines. A record with money is a refund of the canonical order; its pieces stay in
the lines, and whoever exports decides what to do about them. Amounts of refunded pieces are what the shop stored.

Three records with money are no refund of what is left: pieces that were exchanged for others, of which the buyer got
the difference back, money that he had paid too much after an edit, and a deposit that he got back while he still owes
the order. All are told by what was received: without them the buyer would owe something that the shop says he does not,
have paid more than the order is worth, or get for less what the shop still wants in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from bridge.domain.contract import Refund, RefundLine
from bridge.stores.raw import Json, Unreadable, key_of, moment_of, number_of, table_of, tables_of, verbatim_of
from bridge.stores.shopify.money import Side
from bridge.stores.shopify.payments import NOT_FAILED

DUTY = "@duty"  # the line that duties become
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

    def worth(self, is_gross: bool) -> Decimal:
        """What its pieces are worth, tax included."""
        return sum((share.net(is_gross) + share.tax for share in self.shares.values()), ZERO)


@dataclass(frozen=True, slots=True)
class Returns:
    """All records of an order. is_as_sold: it was cancelled whole, and its lines are told as they were sold."""

    removed: Mapping[str, Share] = field(default_factory=dict)  # taken off by edits, summed by line
    paid_back: Sequence[Returned] = ()
    is_as_sold: bool = False

    @property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.paid_back), ZERO)

    def pieces(self, line_id: str) -> Decimal:
        """How many pieces of a line all records together name."""
        paid_back = (each.shares.get(line_id, Share()).quantity for each in self.paid_back)
        return self.removed.get(line_id, Share()).quantity + sum(paid_back, ZERO)

    def worth(self, is_gross: bool) -> Decimal:
        """What the pieces are worth for which money was paid back."""
        return sum((each.worth(is_gross) for each in self.paid_back), ZERO)


def returns_of(order: Json, side: Side) -> Returns:
    """The records of an assembled order. Raises Unreadable."""
    records = [_returned(refund, side) for refund in tables_of(order, "refunds")]
    removed: dict[str, Share] = {}
    for each in records:
        if each.amount == 0:
            for line_id, share in each.shares.items():
                removed[line_id] = removed.get(line_id, Share()) + share
    return Returns(removed, [each for each in records if each.amount != 0])


def pieces_left(returns: Returns, item: Json, where: str = "") -> Decimal:
    """How many pieces of a line are to be delivered, by the records and by the shop's own count. Raises Unreadable.

    An edit may leave no record: then only `currentQuantity` tells of it.
    """
    line_id, sold = key_of(item), number_of(item, "quantity", where)
    left = sold - returns.removed.get(line_id, Share()).quantity
    if left < 0:
        raise Unreadable(f"{where}more pieces were taken off than were sold")
    if returns.is_as_sold or item.get("currentQuantity") is None:
        return left
    unnamed = sold - returns.pieces(line_id) - number_of(item, "currentQuantity", where)
    return left - max(unnamed, ZERO)


def exchanged(returns: Returns, is_gross: bool, current: Decimal, received: Decimal, coins: Decimal) -> Returns:
    """The records with exchanged pieces as edits. current: the shop's total of what is left; received: from the buyer.

    Less was paid back than they are worth, and yet nothing is owed for what is left: the rest paid for other pieces.
    Where it did not, the shop kept it as a fee, and what was received is what was sold. coins: see `mapping`.
    """
    is_settled = received - returns.amount >= current - coins
    if not is_settled or current + returns.worth(is_gross) - received <= coins:
        return returns
    removed, paid_back = dict(returns.removed), []
    for each in returns.paid_back:
        if each.amount < each.worth(is_gross):
            for line_id, share in each.shares.items():
                removed[line_id] = removed.get(line_id, Share()) + share
            each = Returned(each.refund, each.amount, {})
        paid_back.append(each)
    return Returns(removed, paid_back)


def overpaid(returns: Returns, is_gross: bool, too_much: Decimal) -> tuple[Returns, list[Returned]]:
    """The records without money that had been paid too much, and that money by the record which gave it back.

    too_much: received beyond the order's worth. Only money that no piece was given for can be such money.
    """
    paid_back, surpluses, left = [], [], max(too_much, ZERO)
    for each in returns.paid_back:
        surplus = min(max(each.amount - each.worth(is_gross), ZERO), left)
        left -= surplus
        if surplus:
            surpluses.append(Returned(each.refund, surplus, {}))
        if each.amount > surplus:
            paid_back.append(Returned(each.refund, each.amount - surplus, each.shares))
    return Returns(returns.removed, paid_back, returns.is_as_sold), surpluses


def deposits_back(returns: Returns) -> tuple[Returns, list[Returned]]:
    """The records without those that gave back money and no pieces, and those.

    Only of an order that is not paid up, and whose total the shop did not lower by such money: it is owed again.
    """
    deposits = [each for each in returns.paid_back if not each.shares]
    paid_back = [each for each in returns.paid_back if each.shares]
    return Returns(returns.removed, paid_back, returns.is_as_sold), deposits


def is_all_back(returns: Returns, items: Sequence[Json]) -> bool:
    """Whether no piece of any line is left to deliver. Raises Unreadable."""
    sold = ((key_of(item), number_of(item, "quantity", f"line {place}: ")) for place, item in enumerate(items, start=1))
    return all(returns.pieces(line_id) >= quantity for line_id, quantity in sold)


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


def refunds_of(
    returns: Returns, positions: Mapping[str, int], is_gross: bool, items: Sequence[Json]
) -> tuple[Refund, ...]:
    """The canonical refunds. positions: of the lines by their ids. Raises Unreadable for a line that is not there."""
    return tuple(_refund(each, positions, is_gross, items) for each in returns.paid_back)


def _refund(returned: Returned, positions: Mapping[str, int], is_gross: bool, items: Sequence[Json]) -> Refund:
    source = returned.refund
    kits = {kit: share for kit, share in _kits_of(returned.shares, items).items() if kit in positions}
    return Refund(
        refund_id=key_of(source).rpartition("/")[2],
        refunded_at=moment_of(source, "processedAt") or moment_of(source, "createdAt"),
        amount=returned.amount,
        lines=tuple(_lines({**returned.shares, **kits}, positions, is_gross)),
    )


def _kits_of(shares: Mapping[str, Share], items: Sequence[Json]) -> dict[str, Share]:
    """The kits of which all components came back alike: the shop names components, and a kit is a line here."""
    back: dict[str, set[Fraction]] = {}
    sizes: dict[str, Decimal] = {}
    for item in items:
        group = table_of(item, "lineItemGroup")
        if group and (sold := number_of(item, "quantity")):
            pieces = shares.get(key_of(item), Share()).quantity
            back.setdefault(key_of(group), set()).add(Fraction(pieces) / Fraction(sold))
            sizes[key_of(group)] = number_of(group, "quantity")
    kits = {kit: Fraction(sizes[kit]) * next(iter(parts)) for kit, parts in back.items() if len(parts) == 1}
    return {kit: Share(Decimal(size.numerator)) for kit, size in kits.items() if size and size.denominator == 1}


def _lines(shares: Mapping[str, Share], positions: Mapping[str, int], is_gross: bool) -> Iterable[RefundLine]:
    for line_id, share in shares.items():
        if line_id not in positions:
            raise Unreadable("a refund names a line that the order does not have")
        net = share.net(is_gross or line_id == DUTY)
        yield RefundLine(
            position=positions[line_id], quantity=share.quantity, net=net, tax=share.tax, gross=net + share.tax
        )
