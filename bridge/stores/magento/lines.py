"""The goods of a Magento order as lines: each thing that was sold counts once.

A configurable comes as two items: the parent holds money and the variant's SKU, the child nothing. A bundle comes as
its parent and its parts: with a dynamic price the parts hold the money and the parent repeats their sum, with a fixed
price the parent holds it; composed types of modules are read likewise. Amounts of an item: net = row_total -
discount_amount + discount_tax_compensation_amount; with prices that include tax and a discount on them, the
compensation is the tax of the discount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.domain.money import minor_unit, rounded
from bridge.stores.magento.money import Money, exact
from bridge.stores.magento.paths import first_at
from bridge.stores.magento.taxes import UNTAXED, Taxes
from bridge.stores.raw import Json, Unreadable, tables_of, text_of
from bridge.stores.sums import each

CONFIGURABLE = "configurable"
SERVICE_TYPES = frozenset({"virtual", "giftcard"})  # a gift card that is sold: its value is owed, not delivered
ORDERED = ("row_total", "tax_amount", "discount_amount", "discount_tax_compensation_amount")
INVOICED = ("row_invoiced", "tax_invoiced", "discount_invoiced", "discount_tax_compensation_invoiced")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an order's amounts are read."""

    money: Money
    digits: int
    taxes: Taxes
    gift_paths: tuple[str, ...]
    is_cancelled: bool  # the whole order: then its items keep what was ordered


@dataclass(frozen=True, slots=True)
class Goods:
    """The lines of the items, and where each item went: item id -> position (a configurable's child: its parent's)."""

    lines: tuple[Line, ...]
    positions: dict[str, int]
    # Position -> discount that took nothing off the tax (the shop taxes before discounts): a line of its own, untaxed.
    untaxed_discounts: dict[int, Decimal]


def goods_of(order: Json, reading: Reading) -> Goods:
    """Raises Unreadable."""
    items = tables_of(order, "items")
    by_parent: dict[str, list[Json]] = {}
    for item in items:
        by_parent.setdefault(text_of(item, "parent_item_id"), []).append(item)
    known = {text_of(item, "item_id") for item in items}
    lines: list[Line] = []
    positions: dict[str, int] = {}
    untaxed: dict[int, Decimal] = {}
    for item in items:
        parent_id = text_of(item, "parent_item_id")
        if parent_id in known and parent_id:
            continue  # told with its parent
        for told, kit_id, kind, holds_money in _family(item, by_parent, reading):
            position = len(lines) + 1
            line, discount = _line(told, position, kind, holds_money, reading)
            if line.quantity == 0 and exact(told, "qty_ordered") != 0:
                continue  # wholly cancelled: nothing of it was sold
            kit = positions.get(kit_id)
            lines.append(line if kit is None else line.model_copy(update={"parent_position": kit}))
            positions[text_of(told, "item_id")] = position
            if discount:
                untaxed[position] = discount
        if _type(item) == CONFIGURABLE:  # one line: whichever of them held the money, the others lead to it
            of_both = [item, *by_parent.get(text_of(item, "item_id"), ())]
            found = [positions[known_id] for one in of_both if (known_id := text_of(one, "item_id")) in positions]
            positions.update({text_of(one, "item_id"): found[0] for one in of_both if found})
    return Goods(tuple(lines), positions, untaxed)


def _family(item: Json, by_parent: dict[str, list[Json]], reading: Reading) -> list[tuple[Json, str, LineKind, bool]]:
    """An item and those of its children that are lines: (item, id of its kit, kind, whether it holds money)."""
    item_id = text_of(item, "item_id")
    children = by_parent.get(item_id, [])
    if _type(item) == CONFIGURABLE or not children:
        told = _holder(item, children, reading)
        return [(told, "", _kind(told, reading), True)]
    is_dynamic = any(reading.money.of(child, "row_total", "bundle: ") != 0 for child in children)
    parts = [(child, item_id, LineKind.KIT_COMPONENT, is_dynamic) for child in children]
    return [(item, "", LineKind.KIT, not is_dynamic), *parts]


def _holder(item: Json, children: Sequence[Json], reading: Reading) -> Json:
    """Of a configurable and its variant the one with the money: the parent, in orders that were brought in sometimes
    the variant alone."""
    priced = [child for child in children if reading.money.of(child, "row_total", "variant: ")]
    return priced[0] if len(priced) == 1 and not reading.money.of(item, "row_total") else item


def _type(item: Json) -> str:
    return text_of(item, "product_type")


def _kind(item: Json, reading: Reading) -> LineKind:
    if _type(item) in SERVICE_TYPES:
        return LineKind.SERVICE
    if reading.money.of(item, "row_total") == 0 and first_at(item, reading.gift_paths):
        return LineKind.GIFT
    return LineKind.PRODUCT


def _line(item: Json, position: int, kind: LineKind, holds_money: bool, reading: Reading) -> tuple[Line, Decimal]:
    """The line, and a discount that took nothing off its tax (then the line is worth what it was before it)."""
    where = f"line {position}: "
    ordered, canceled = exact(item, "qty_ordered", where), exact(item, "qty_canceled", where)
    quantity = ordered if reading.is_cancelled else ordered - canceled
    common = {"position": position, "sku": text_of(item, "sku"), "name": text_of(item, "name"), "kind": kind}
    if not holds_money:
        return Line(**common, quantity=quantity, tax_code=UNTAXED, tax_rate=Decimal(0)), Decimal(0)
    names = ORDERED
    if quantity != ordered:
        names = INVOICED
        if quantity != exact(item, "qty_invoiced", where):
            raise Unreadable(f"{where}a part is cancelled, and the shop does not say yet what the rest is worth")
    amount, tax, discount, compensation = (
        rounded(reading.money.of(item, name, where), reading.digits) for name in names
    )
    rate = exact(item, "tax_percent", where) / 100
    told = rate if rate or not tax else None  # taxed, at a rate that the shop does not tell
    net = amount - discount + compensation
    untaxed = discount if is_taxed_before(amount, net, tax, rate, quantity, reading) else Decimal(0)
    net += untaxed
    gross_before = reading.money.of(item, "row_total_incl_tax", where)
    return (
        Line(
            **common,
            quantity=quantity,
            unit_net=each(reading.money.of(item, "row_total", where), ordered),
            unit_gross=each(gross_before or reading.money.of(item, "row_total", where) + tax, ordered),
            discount=discount - compensation - untaxed,
            tax_code=reading.taxes.code(text_of(item, "item_id"), told, net, tax),
            tax_rate=told,
            net=net,
            tax=tax,
            gross=net + tax,
        ),
        untaxed,
    )


def is_taxed_before(
    amount: Decimal, net: Decimal, tax: Decimal, rate: Decimal, quantity: Decimal, reading: Reading
) -> bool:
    """Whether the tax is that of the amount before the discount: "apply tax before discount" in the shop's settings."""
    minor = minor_unit(reading.digits)
    off_after, off_before = abs(net * rate - tax), abs(amount * rate - tax)
    # A shop may round each piece, which puts either off by more than the one unit of a rounded row.
    return off_after > minor and off_before < off_after and off_before <= minor * max(Decimal(1), quantity)


def shipped_word(order: Json) -> str:
    """How far the goods have gone; Magento has no word for it, only quantities."""
    items: Sequence[Json] = [item for item in tables_of(order, "items") if not item.get("is_virtual")]
    wanted = [
        (exact(item, "qty_ordered") - exact(item, "qty_canceled"), exact(item, "qty_shipped"))
        for item in items
        if not text_of(item, "parent_item_id")
    ]
    if not any(shipped for _, shipped in wanted):
        return "unshipped" if wanted else ""
    return "shipped" if all(shipped >= quantity for quantity, shipped in wanted) else "partially_shipped"
