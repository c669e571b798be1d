"""The lines of a Vendure order: goods, shipping, surcharges.

Each amount has a twin with tax. `proratedLinePrice` is what a line is worth after its own and its share of the order's
discounts; those lines, shipping and surcharges make the order's total exactly (seen in all samples and in the shop
itself). `discounts` tells the same money again and is never subtracted. A line of which every piece was cancelled is
no line any more: its place stays free, so that the others keep their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.domain.maps import DUTY_SKU, TIP_SKU
from bridge.domain.money import rounded
from bridge.stores.raw import Json, key_of, number_of, table_of, tables_of, verbatim_of
from bridge.stores.vendure.settings import FieldNames
from bridge.stores.vendure.values import Money, count_of, is_set

UNTAXED = "zero-rate"  # the tax code of an amount on which the shop charged nothing, whatever its category is called
SHIPPING_TAX = "shipping tax"  # how Vendure describes the tax of a shipping line, with any rate


def lines_of(order: Json, money: Money, names: FieldNames) -> tuple[Line, ...]:
    """All lines in the order the shop shows them: goods, shipping, surcharges."""
    goods = tables_of(order, "lines")
    lines = [
        _goods(item, place, money, names) for place, item in enumerate(goods, start=1) if count_of(item, "quantity")
    ]
    place = len(goods)
    for shipping in tables_of(order, "shippingLines"):
        place += 1
        lines.append(_shipping(shipping, place, money, _shipping_rates(order)))
    for surcharge in tables_of(order, "surcharges"):
        place += 1
        lines.append(_surcharge(surcharge, place, money, names))
    return tuple(lines)


def positions_of(order: Json) -> dict[str, int]:
    """Line id to position, cancelled lines included."""
    return {key_of(item): place for place, item in enumerate(tables_of(order, "lines"), start=1)}


def _goods(item: Json, position: int, money: Money, names: FieldNames) -> Line:
    where = f"line {position}: "
    variant = table_of(item, "productVariant")
    sku = verbatim_of(variant, "sku")
    net, gross = money.of(item, "proratedLinePrice", where), money.of(item, "proratedLinePriceWithTax", where)
    rate = number_of(item, "taxRate", where) / 100
    return Line(
        position=position,
        sku=sku,
        name=verbatim_of(variant, "name"),
        kind=_kind(item, sku, gross, names),
        quantity=count_of(item, "quantity", where),
        unit_net=money.of(item, "unitPrice", where),
        unit_gross=money.of(item, "unitPriceWithTax", where),
        discount=money.of(item, "linePrice", where) - net,
        tax_code=_tax_code(item, rate),
        tax_rate=rate,
        net=net,
        tax=gross - net,
        gross=gross,
    )


def _kind(item: Json, sku: str, gross: Decimal, names: FieldNames) -> LineKind:
    if sku in names.gift_card_skus:
        return LineKind.SERVICE
    return LineKind.GIFT if gross == 0 and is_set(item, names.gift) else LineKind.PRODUCT


def _shipping(shipping: Json, position: int, money: Money, rates: Iterable[Sequence[Decimal]]) -> Line:
    where = f"line {position}: "
    net, gross = money.of(shipping, "discountedPrice", where), money.of(shipping, "discountedPriceWithTax", where)
    rate = _rate_of(net, gross - net, rates, money)
    price = money.unrounded(shipping, "price", where)
    return Line(
        position=position,
        name=verbatim_of(table_of(shipping, "shippingMethod"), "name"),
        kind=LineKind.SHIPPING,
        unit_net=price,
        unit_gross=money.unrounded(shipping, "priceWithTax", where),
        discount=rounded(price, money.digits) - net,
        tax_code=UNTAXED if gross == net else _with_rate(SHIPPING_TAX, rate),
        tax_rate=rate,
        net=net,
        tax=gross - net,
        gross=gross,
    )


def _surcharge(surcharge: Json, position: int, money: Money, names: FieldNames) -> Line:
    where = f"line {position}: "
    net, gross = money.of(surcharge, "price", where), money.of(surcharge, "priceWithTax", where)
    sku = verbatim_of(surcharge, "sku")
    rate = number_of(surcharge, "taxRate", where) / 100
    return Line(
        position=position,
        sku=_fee_sku(sku, names),
        name=verbatim_of(surcharge, "description"),
        kind=LineKind.DISCOUNT if gross < 0 else LineKind.FEE,
        unit_net=net,
        unit_gross=gross,
        tax_code=_tax_code(surcharge, rate),
        tax_rate=rate,
        net=net,
        tax=gross - net,
        gross=gross,
    )


def _fee_sku(sku: str, names: FieldNames) -> str:
    """Tips and duties have SKUs of the contract; any other surcharge keeps its own."""
    known: Mapping[str, Sequence[str]] = {TIP_SKU: names.tip_skus, DUTY_SKU: names.duty_skus}
    return next((ours for ours, theirs in known.items() if sku.casefold() in map(str.casefold, theirs)), sku)


def _tax_code(item: Json, rate: Decimal) -> str:
    """The name of the tax rate, or of both where a line has two: the key of maps/tax.csv."""
    if rate == 0:
        return UNTAXED
    return " + ".join(filter(None, (verbatim_of(row, "description") for row in tables_of(item, "taxLines"))))


def _with_rate(name: str, rate: Decimal | None) -> str:
    """The one name that Vendure gives to every rate, made distinct."""
    return name if rate is None else f"{name} {(rate * 100).normalize():f}%"


def _shipping_rates(order: Json) -> tuple[Sequence[Decimal], ...]:
    """Rates that a shipping line can have, those told as shipping's before all others. The line names none itself."""
    rows = tables_of(order, "taxSummary")
    own = [row for row in rows if verbatim_of(row, "description") == SHIPPING_TAX]
    return tuple([number_of(row, "taxRate", "tax summary: ") / 100 for row in told] for told in (own, rows))


def _rate_of(net: Decimal, tax: Decimal, rates: Iterable[Sequence[Decimal]], money: Money) -> Decimal | None:
    """The rate that makes this tax; None where none does, as the shop then does not say it.

    A tax is rounded once, or left over from a gross price whose net was rounded: one unit either way. Of a small
    amount that is as much as several rates make: the nearest is meant.
    """
    if tax == 0:
        return Decimal(0)
    unit = Decimal(1).scaleb(-money.digits)
    for told in rates:
        fitting = [rate for rate in told if rate and abs(net * rate - tax) <= unit]
        if fitting:
            return min(fitting, key=lambda rate: abs(net * rate - tax))
    return None
