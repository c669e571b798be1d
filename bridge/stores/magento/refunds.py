"""Credit memos as refunds, with what they give back of which line.

A memo's adjustments (goodwill, a fee kept back) name no line. One that was cancelled gave nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bridge.domain.contract import Line, LineKind, PaymentPart, Refund, RefundLine
from bridge.domain.money import rounded
from bridge.stores.magento.lines import ORDERED, Goods
from bridge.stores.magento.money import Money, exact
from bridge.stores.magento.payments import CREDITS, captured_of, credits_of
from bridge.stores.raw import Json, key_of, moment_of, table_of, tables_of, text_of

CANCELLED = "3"
WHERE = "credit memo: "


def refunds_of(
    memos: Sequence[Json], order: Json, money: Money, digits: int, lines: Sequence[Line], goods: Goods
) -> tuple[Refund, ...]:
    """The refunds of the memos of an order. lines: all of the order. Raises Unreadable."""
    method = text_of(table_of(order, "payment"), "method")
    is_split = len((*captured_of(order, money), *credits_of(order, money))) > 1
    found = []
    for memo in (memo for memo in memos if text_of(memo, "state") != CANCELLED):
        back = (*_goods(memo, money, digits, lines, goods), *_shipping(memo, money, digits, lines, goods))
        parts = _went_back_to(memo, method, money, digits)
        found.append(
            Refund(
                refund_id=key_of(memo, "entity_id"),
                refunded_at=moment_of(memo, "created_at"),
                amount=sum((part.amount for part in parts), Decimal(0)),
                lines=back,
                parts=parts if is_split else (),
            )
        )
    return tuple(found)


def _went_back_to(memo: Json, method: str, money: Money, digits: int) -> tuple[PaymentPart, ...]:
    """A memo's total goes back by the order's method; what it deducts from that goes back where it came from."""
    extension = table_of(memo, "extension_attributes")
    told = [(method, money.of(memo, "grand_total", WHERE))]
    told += [(credit, money.of(extension, name, WHERE)) for credit, name in CREDITS.items()]
    parts = (PaymentPart(method=way, amount=rounded(amount, digits)) for way, amount in told)
    return tuple(part for part in parts if part.amount)


def _goods(memo: Json, money: Money, digits: int, lines: Sequence[Line], goods: Goods) -> Iterator[RefundLine]:
    by_position = {line.position: line for line in lines}
    told: set[int] = set()
    untaxed = Decimal(0)
    for item in tables_of(memo, "items"):
        position = goods.positions.get(text_of(item, "order_item_id"))
        quantity = exact(item, "qty", WHERE)
        if position is None or position in told or not quantity:  # a configurable's child repeats its parent
            continue
        told.add(position)
        if any(line.parent_position == position and line.unit_net for line in lines):
            continue  # a bundle sold by its parts: a memo counts one of it, however little of them it gives back
        if by_position[position].gross == 0:  # a part of a bundle with one price
            yield RefundLine(position=position, quantity=quantity)
            continue
        amount, tax, discount, compensation = (rounded(money.of(item, name, WHERE), digits) for name in ORDERED)
        if position in goods.untaxed_discounts:
            untaxed += discount
            discount = Decimal(0)
        net = amount - discount + compensation
        yield RefundLine(position=position, quantity=quantity, net=net, tax=tax, gross=net + tax)
    yield from _untaxed(untaxed, lines)


def _untaxed(discount: Decimal, lines: Sequence[Line]) -> Iterator[RefundLine]:
    """A discount that took nothing off the tax is a line of its own, and goes back with what it was given on."""
    line = next((line for line in lines if line.kind is LineKind.DISCOUNT), None)
    if discount and line is not None:
        yield RefundLine(position=line.position, net=-discount, gross=-discount)


def _shipping(memo: Json, money: Money, digits: int, lines: Sequence[Line], goods: Goods) -> Iterator[RefundLine]:
    """A memo names the shipping before its discount, which the shop takes off in proportion, and the tax after it."""
    line = next((line for line in lines if line.kind is LineKind.SHIPPING), None)
    amount, tax = (rounded(money.of(memo, name, WHERE), digits) for name in ("shipping_amount", "shipping_tax_amount"))
    if line is None or not (amount or tax):
        return
    net, before = amount, line.unit_net
    if line.discount and before:
        net = rounded(amount * line.net / before, digits)
        tax = line.tax if amount == before else tax  # an older release tells all of the tax before the discount too
    quantity = Decimal(1) if (net, tax) == (line.net, line.tax) else Decimal(0)
    yield RefundLine(position=line.position, quantity=quantity, net=net, tax=tax, gross=net + tax)
    discounts = -sum((line.gross for line in lines if line.kind is LineKind.DISCOUNT), Decimal(0))
    own = discounts - sum(goods.untaxed_discounts.values(), Decimal(0))
    if own and before:
        yield from _untaxed(rounded(amount * own / before, digits), lines)
