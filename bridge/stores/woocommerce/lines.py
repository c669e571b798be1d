"""The lines of a WooCommerce order: products, shipping, fees; kits and gifts.

Line amounts are net with the tax beside them, after coupons, whatever `prices_include_tax` says. `price` is a PHP float
and is never read. `subtotal` is before coupons: the difference is the line's discount, and `coupon_lines` is the same
money told again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.domain.money import rounded
from bridge.stores.raw import Json, first_filled, meta_of, number_of, tables_of, text_of
from bridge.stores.sums import each

STANDARD_CLASS = "standard"  # the shop's name for the empty tax class
UNTAXED_CLASS = "zero-rate"  # a line with an amount on which the shop charged no tax at all


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of `tax_lines`: a fraction, and whether it is charged on top of other taxes."""

    fraction: Decimal
    compound: bool


def lines_of(order: Json, digits: int, gift_keys: Sequence[str]) -> tuple[Line, ...]:
    """All lines in the order the shop shows them: items, shipping, fees."""
    rates = _rates(order)
    items = tables_of(order, "line_items")
    positions = {str(item.get("id")): place for place, item in enumerate(items, start=1)}
    lines = [_item(item, place, rates, digits, positions, gift_keys) for place, item in enumerate(items, start=1)]
    for shipping in tables_of(order, "shipping_lines"):
        lines.append(_charge(shipping, len(lines) + 1, rates, digits, LineKind.SHIPPING, "method_title"))
    for fee in tables_of(order, "fee_lines"):
        kind = LineKind.DISCOUNT if number_of(fee, "total") < 0 else LineKind.FEE
        lines.append(_charge(fee, len(lines) + 1, rates, digits, kind, "name"))
    return tuple(lines)


def _rates(order: Json) -> dict[str, Rate]:
    found: dict[str, Rate] = {}
    for row in tables_of(order, "tax_lines"):
        percent = row.get("rate_percent")
        if percent is not None and percent != "":  # old and imported orders lack it: then the rate is unknown
            fraction = number_of(row, "rate_percent", "tax line: ") / 100
            found[str(row.get("rate_id"))] = Rate(fraction, row.get("compound") is True)
    return found


def _item(
    item: Json,
    position: int,
    rates: Mapping[str, Rate],
    digits: int,
    positions: Mapping[str, int],
    gift_keys: Sequence[str],
) -> Line:
    where = f"line {position}: "
    quantity = number_of(item, "quantity", where)
    before, tax_before = _before_coupons(item, where)
    net = rounded(number_of(item, "total", where), digits)
    tax = rounded(number_of(item, "total_tax", where), digits)
    parent = positions.get(str(item.get("bundled_by") or item.get("composite_parent") or ""))
    rate = _rate(item, tax, rates)
    return Line(
        position=position,
        sku=text_of(item, "sku"),
        name=text_of(item, "name"),
        kind=_kind(item, parent, net, before, gift_keys),
        quantity=quantity,
        unit_net=each(before, quantity),
        unit_gross=each(before + tax_before, quantity),
        discount=rounded(before, digits) - net,
        tax_code=_tax_code(item, net, tax, rate),
        tax_rate=rate,
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


def _charge(charge: Json, position: int, rates: Mapping[str, Rate], digits: int, kind: LineKind, name: str) -> Line:
    """A shipping or fee line: one piece without a SKU."""
    where = f"line {position}: "
    net = rounded(number_of(charge, "total", where), digits)
    tax = rounded(number_of(charge, "total_tax", where), digits)
    rate = _rate(charge, tax, rates)
    return Line(
        position=position,
        name=text_of(charge, name),
        kind=kind,
        unit_net=net,
        unit_gross=net + tax,
        tax_code=_tax_code(charge, net, tax, rate),
        tax_rate=rate,
        net=net,
        tax=tax,
        gross=net + tax,
    )


def _rate(item: Json, tax: Decimal, rates: Mapping[str, Rate]) -> Decimal | None:
    """The line's whole rate as a fraction: several rates add up, a compound one is charged on top of the others."""
    charged = [entry for entry in tables_of(item, "taxes") if str(entry.get("total") or "") != ""]
    if not charged:
        return Decimal(0) if tax == 0 else None
    named = [rates.get(str(entry.get("id"))) for entry in charged]
    known = [rate for rate in named if rate is not None]
    if len(known) < len(named):
        return None
    whole = sum((rate.fraction for rate in known if not rate.compound), Decimal(0))
    for rate in known:
        if rate.compound:
            whole += (1 + whole) * rate.fraction
    return whole


def _tax_code(item: Json, net: Decimal, tax: Decimal, rate: Decimal | None) -> str:
    """The key of maps/tax.csv: the tax class. An untaxed amount never travels under a taxed class."""
    if net != 0 and tax == 0 and rate == 0:
        return UNTAXED_CLASS
    return text_of(item, "tax_class") or STANDARD_CLASS
