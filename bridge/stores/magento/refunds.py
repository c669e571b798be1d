"""Credit memos as refunds, with what they give back of which line.

A memo's adjustments (goodwill, a fee kept back) name no line. One that was cancelled gave nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bridge.domain.contract import Line, LineKind, Refund, RefundLine
from bridge.domain.money import rounded
from bridge.stores.magento.lines import ORDERED, Goods
from bridge.stores.magento.money import Money, exact
from bridge.stores.raw import Json, key_of, moment_of, table_of, tables_of, text_of

CANCELLED = "3"
CREDITS = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")  # given back where it came from
WHERE = "credit memo: "


def refunds_of(
    memos: Sequence[Json], money: Money, digits: int, lines: Sequence[Line], goods: Goods
) -> tuple[Refund, ...]:
    """lines: all of the order. Raises Unreadable."""
    return tuple(_refund(memo, money, digits, lines, goods) for memo in memos if text_of(memo, "state") != CANCELLED)


def _refund(memo: Json, money: Money, digits: int, lines: Sequence[Line], goods: Goods) -> Refund:
    extension = table_of(memo, "extension_attributes")
    deducted = sum((money.of(extension, name, WHERE) for name in CREDITS), Decimal(0))
    back = [*_goods(memo, money, digits, lines, goods), *_shipping(memo, money, digits, lines)]
    return Refund(
        refund_id=key_of(memo, "entity_id"),
        refunded_at=moment_of(memo, "created_at"),
        amount=rounded(money.of(memo, "grand_total", WHERE) + deducted, digits),
        lines=tuple(back),
    )


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
        if by_position[position].gross == 0:  # a bundle repeats what its parts hold, or the other way round
            yield RefundLine(position=position, quantity=quantity)
            continue
        amount, tax, discount, compensation = (rounded(money.of(item, name, WHERE), digits) for name in ORDERED)
        if position in goods.untaxed_discounts:
            untaxed += discount
            discount = Decimal(0)
        net = amount - discount + compensation
        yield RefundLine(position=position, quantity=quantity, net=net, tax=tax, gross=net + tax)
    discounts = next((line for line in lines if line.kind is LineKind.DISCOUNT), None)
    if untaxed and discounts is not None:
        yield RefundLine(position=discounts.position, net=-untaxed, gross=-untaxed)


def _shipping(memo: Json, money: Money, digits: int, lines: Sequence[Line]) -> Iterator[RefundLine]:
    line = next((line for line in lines if line.kind is LineKind.SHIPPING), None)
    net, tax = (rounded(money.of(memo, name, WHERE), digits) for name in ("shipping_amount", "shipping_tax_amount"))
    if line is None or not (net or tax):
        return
    if net + tax > line.gross:  # a memo names the shipping before its discount: the line is worth less
        net, tax = line.net, line.tax
    quantity = Decimal(1) if net + tax == line.gross else Decimal(0)
    yield RefundLine(position=line.position, quantity=quantity, net=net, tax=tax, gross=net + tax)
