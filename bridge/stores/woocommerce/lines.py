"""The lines of a WooCommerce order: products, shipping, fees; kits and gifts.

Line amounts are net with the tax beside them, after coupons, whatever `prices_include_tax` says. `price` is a PHP float
and is never read. `subtotal` is before coupons: the difference is the line's discount, and `coupon_lines` is the same
money told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.domain.money import rounded
from bridge.stores.raw import Json, first_filled, meta_of, number_of, tables_of, text_of
from bridge.stores.sums import each
from bridge.stores.woocommerce.charges import lines_of_charge
from bridge.stores.woocommerce.taxes import Amounts, code_of, taxing_of


def lines_of(order: Json, digits: int, gift_keys: Sequence[str]) -> list[tuple[str, tuple[Line, ...]]]:
    """The id of each item with its lines, in the order the shop shows them: goods, shipping, fees.

    Goods are one line each; a charge is one for each of its rates. Raises Unreadable naming the field.
    """
    taxing = taxing_of(order, digits)
    items = tables_of(order, "line_items")
    positions = {str(item.get("id")): place for place, item in enumerate(items, start=1)}
    found: list[tuple[str, tuple[Line, ...]]] = [
        (str(item.get("id")), (_item(item, amounts, place, digits, positions, gift_keys),))
        for place, (item, amounts) in enumerate(zip(items, taxing.amounts, strict=False), start=1)
    ]
    place = len(items) + 1
    for (charge, kind, name), amounts in zip(_charges(order), taxing.amounts[len(items) :], strict=True):
        lines = lines_of_charge(charge, amounts, place, kind, name, taxing, digits)
        place += len(lines)
        found.append((str(charge.get("id")), lines))
    return found


def _charges(order: Json) -> Iterator[tuple[Json, LineKind, str]]:
    """Shipping and fees, what each is, and the field of its name. A fee below zero is a discount."""
    for shipping in tables_of(order, "shipping_lines"):
        yield shipping, LineKind.SHIPPING, "method_title"
    for fee in tables_of(order, "fee_lines"):
        yield fee, LineKind.DISCOUNT if number_of(fee, "total") < 0 else LineKind.FEE, "name"


def _item(
    item: Json,
    amounts: Amounts,
    position: int,
    digits: int,
    positions: Mapping[str, int],
    gift_keys: Sequence[str],
) -> Line:
    where = f"line {position}: "
    quantity = number_of(item, "quantity", where)
    before, tax_before = _before_coupons(item, where)
    net, tax = amounts.net, amounts.tax
    parent = positions.get(str(item.get("bundled_by") or item.get("composite_parent") or ""))
    return Line(
        position=position,
        sku=text_of(item, "sku"),
        name=text_of(item, "name"),
        kind=_kind(item, parent, net, before, gift_keys),
        quantity=quantity,
        unit_net=each(before, quantity),
        unit_gross=each(before + tax_before, quantity),
        discount=rounded(before, digits) - net,
        tax_code=code_of(item, amounts),
        tax_rate=amounts.rate,
        net=net,
        tax=tax,
        gross=net + tax,
        parent_position=parent,
    )


def _before_coupons(item: Json, where: str) -> tuple[Decimal, Decimal]:
    """Net and tax before coupons. A surcharge leaves a total above its subtotal: then nothing was taken off."""
    subtotal, total = number_of(item, "subtotal", where), number_of(item, "total", where)
    if subtotal < total:
        return total, number_of(item, "total_tax", where)
    return subtotal, number_of(item, "subtotal_tax", where)


def _kind(item: Json, parent: int | None, net: Decimal, before: Decimal, gift_keys: Sequence[str]) -> LineKind:
    if parent is not None:
        return LineKind.KIT_COMPONENT
    if item.get("bundled_items") or item.get("composite_children"):
        return LineKind.KIT
    if net == 0 and before == 0 and first_filled(meta_of(item), gift_keys):
        return LineKind.GIFT
    return LineKind.PRODUCT
