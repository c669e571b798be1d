"""Lines of a PrestaShop order: rows of order_details, shipping, gift wrapping. Discounts are laid on in discounts.py.

Totals are those of `order_details`; `product_price` of an order's own rows is a full-precision price before reductions
and is never multiplied. Ecotax is inside the unit price. A rate is what the line's taxes say, joined as the shop
computes them (2: one after another).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.parts import DETAILS, OrderParts
from bridge.stores.prestashop.rates import ZERO, Share, at_their_rates, code_of, fits, fraction_of, rates_of, shared_out
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import Unreadable, number_of
from bridge.stores.sums import each

ECOTAX = "@ecotax"
ONE_AFTER_ANOTHER = "2"  # tax_computation_method
PRICE_SLACK = Decimal("0.01")  # the shop rounds a reduced price to cents before it stores it


def product_lines(parts: OrderParts, money: Money) -> list[Line]:
    """The goods, in the order of their ids."""
    details = details_of(parts)
    if not details and parts.order.lists.get("order_rows"):
        raise Unreadable("its lines cannot be read")
    return [_product(part, place, parts, money) for place, part in enumerate(details, start=1)]


def details_of(parts: OrderParts) -> list[Part]:
    """The rows of the goods in the order of their ids: the first is line 1."""
    return sorted(parts.all(DETAILS), key=lambda part: _number(part.key))


def charge_lines(parts: OrderParts, money: Money, goods: Sequence[Line], ecotaxes: Sequence[Share] = ()) -> list[Line]:
    """Shipping, where the order has a carrier or a price for it, gift wrapping, and ecotax taken out of the prices.

    Each has a line for each of its rates.
    """
    order = parts.order
    rate = fraction_of(number_of(order.values, "carrier_tax_rate"))
    found: list[tuple[LineKind, str, Share]] = []
    net, gross = money.read(order, "total_shipping_tax_excl"), money.read(order, "total_shipping_tax_incl")
    if gross or net or order["id_carrier"] not in ("", "0"):
        carrier = parts.one("carriers", order["id_carrier"])
        name = carrier["name"] if carrier is not None else ""
        told = ZERO if gross == net != 0 else rate
        found += [(LineKind.SHIPPING, name, share) for share in _shipping(net, gross, told, goods, money)]
    net, gross = money.read(order, "total_wrapping_tax_excl"), money.read(order, "total_wrapping_tax_incl")
    if net or gross:
        on_average = _averaged(net, gross, goods, money) if _is_average(rate, goods) else None
        wrapping = on_average or shared_out(net, gross, goods, money)
        found += [(LineKind.FEE, "Gift wrapping", share) for share in wrapping]
    first = len(goods) + 1
    lines = [charge(place, kind, name, *share) for place, (kind, name, share) in enumerate(found, start=first)]
    apart = [charge(place, LineKind.FEE, "Ecotax", *share) for place, share in enumerate(ecotaxes, first + len(lines))]
    return [*lines, *(line.model_copy(update={"sku": ECOTAX}) for line in apart)]


def _shipping(net: Decimal, gross: Decimal, told: Decimal, goods: Sequence[Line], money: Money) -> list[Share]:
    """At the carrier's rate; at those of the goods where the shop taxes shipping on their average: then it stores that
    average, or nothing. Where neither fits, the carrier's rate stays, and a check tells what the shop says."""
    if _is_average(told, goods):
        on_average = _averaged(net, gross, goods, money)
        if on_average:
            return on_average
    elif fits(net, gross, told, money):
        return [(net, gross, told)]
    shared = shared_out(net, gross, goods, money)
    return [(net, gross, told)] if shared[0][2] is None else shared


def _is_average(told: Decimal, goods: Sequence[Line]) -> bool:
    """Whether a rate is the average of the goods' and none of a tax: those have at most one decimal in percent."""
    return told not in rates_of(goods) and (told * 1000) % 1 != 0


def _averaged(net: Decimal, gross: Decimal, goods: Sequence[Line], money: Money) -> list[Share] | None:
    """An amount at each rate of the goods, though one of them alone may make its tax too: the shop told an average."""
    shared = None if None in rates_of(goods) else at_their_rates(net, gross, goods, money)
    return [share for share in shared or () if share[0] or share[1]] or None


def charge(position: int, kind: LineKind, name: str, net: Decimal, gross: Decimal, rate: Decimal | None) -> Line:
    """One piece without a SKU."""
    return Line(
        position=position, name=name, kind=kind, unit_net=net, unit_gross=gross, tax_code=code_of(rate), tax_rate=rate,
        net=net, tax=gross - net, gross=gross,
    )  # fmt: skip


def _product(part: Part, position: int, parts: OrderParts, money: Money) -> Line:
    where = f"line {position}: "
    quantity = number_of(part.values, "product_quantity", where)
    net, gross = (money.read(part, f"total_price_tax_{word}", where) for word in ("excl", "incl"))
    unit_net, unit_gross = (number_of(part.values, f"unit_price_tax_{word}", where) for word in ("excl", "incl"))
    before = _price_before(part, unit_net, where)
    discount = max(money.rounded(before * quantity) - net, ZERO) if before != unit_net else ZERO
    rate = _rate(part, parts, net, gross)
    warehouse = part["id_warehouse"]
    return Line(
        position=position,
        sku=part["product_reference"],
        name=part["product_name"],
        quantity=quantity,
        unit_net=before,
        unit_gross=each(before * unit_gross, unit_net) if unit_net and before != unit_net else unit_gross,
        discount=discount,
        tax_code=code_of(rate),
        tax_rate=rate,
        net=net,
        tax=gross - net,
        gross=gross,
        warehouse="" if warehouse == "0" else warehouse,
    )


def _price_before(part: Part, unit_net: Decimal, where: str) -> Decimal:
    """The net price before the catalogue's reduction, where the stored reduction really leads to the price paid."""
    before = number_of(part.values, "product_price", where)
    percent = number_of(part.values, "reduction_percent", where)
    amount = number_of(part.values, "reduction_amount_tax_excl", where)
    group = number_of(part.values, "group_reduction", where)
    if not (percent or amount or group):
        return unit_net
    reduced = (before - amount) * (1 - percent / 100) * (1 - group / 100)
    return before if abs(reduced - unit_net) <= PRICE_SLACK else unit_net


def _rate(part: Part, parts: OrderParts, net: Decimal, gross: Decimal) -> Decimal | None:
    """The line's whole rate as a fraction; None where the shop does not say."""
    taxes = [parts.one("taxes", row.get("id", "")) for row in part.lists.get("taxes", ())]
    if not taxes:
        return ZERO if net == gross else None
    whole = ZERO  # percent
    for tax in taxes:
        if tax is None:
            return None
        rate = number_of(tax.values, "rate", "tax: ")
        whole += rate + (whole * rate / 100 if part["tax_computation_method"] == ONE_AFTER_ANOTHER else 0)
    return fraction_of(whole)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
