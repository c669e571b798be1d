"""What a Magento order charges besides its goods, as lines: shipping, gift wrapping, fixed product taxes, fees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.domain.money import minor_unit, rounded
from bridge.stores.exact_json import decoded
from bridge.stores.magento.lines import Goods, Reading, is_taxed_before
from bridge.stores.magento.money import exact
from bridge.stores.magento.paths import value_at
from bridge.stores.magento.taxes import UNTAXED
from bridge.stores.raw import Json, Unreadable, table_of, tables_of, text_of

GIFT_WRAP, FIXED_TAX = "@gift_wrap", "@fixed_product_tax"
WRAPPINGS = (
    ("gw_price", "gw_tax_amount", "Gift wrapping of the order"),
    ("gw_items_price", "gw_items_tax_amount", "Gift wrapping of the articles"),
    ("gw_card_price", "gw_card_tax_amount", "Printed card"),
)


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge, not a line yet. rate None: not told."""

    kind: LineKind
    sku: str
    name: str
    net: Decimal
    tax: Decimal
    rate: Decimal | None
    code: str = ""
    discount: Decimal = Decimal(0)
    untaxed: Decimal = Decimal(0)  # a discount that took nothing off its tax: not in `net`, a line of its own


@dataclass(frozen=True, slots=True)
class FeePath:
    """Where a module writes its fee, and the tax on it: paths into the order."""

    net: str
    tax: str = ""


def charges_of(order: Json, goods: Goods, reading: Reading, fees: Mapping[str, FeePath]) -> tuple[Line, ...]:
    """Lines behind the goods. Raises Unreadable."""
    shipping = list(_shipping(order, goods, reading))
    charges = [
        *shipping,
        *_wrapping(order, goods, reading),
        *_fixed_taxes(order, goods, reading),
        *_fees(order, goods, reading, fees),
        *_untaxed_discounts(order, goods, shipping),
    ]
    first = len(goods.lines) + 1
    return tuple(_line(charge, position, reading) for position, charge in enumerate(charges, start=first))


def _line(charge: Charge, position: int, reading: Reading) -> Line:
    net, tax = charge.net, charge.tax
    return Line(
        position=position,
        sku=charge.sku,
        name=charge.name,
        kind=charge.kind,
        unit_net=net + charge.discount,
        unit_gross=net + tax + charge.discount,
        discount=charge.discount,
        tax_code=UNTAXED if tax == 0 else charge.code or reading.taxes.code_of(charge.rate),
        tax_rate=charge.rate,
        net=net,
        tax=tax,
        gross=net + tax,
    )


def _shipping(order: Json, goods: Goods, reading: Reading) -> Iterator[Charge]:
    method = shipping_of(order)
    amount, tax, discount, compensation, cancelled = (
        rounded(reading.money.of(order, name), reading.digits)
        for name in (
            "shipping_amount",
            "shipping_tax_amount",
            "shipping_discount_amount",
            "shipping_discount_tax_compensation_amount",
            "shipping_canceled",
        )
    )
    if not text_of(method, "method") and not amount:
        return  # nothing is shipped
    if cancelled and not reading.is_cancelled:
        if cancelled < amount:
            raise Unreadable("a part of its shipping is cancelled, and the shop does not say what its tax is")
        return
    net = amount - discount + compensation
    told = reading.taxes.shipping_rate if tax else Decimal(0)
    rate = told if told is not None else _rate_that_fits(net, tax, goods, reading)
    is_before = rate is not None and is_taxed_before(amount, net, tax, rate, Decimal(1), reading)
    untaxed = discount if is_before else Decimal(0)
    name, code = text_of(order, "shipping_description"), reading.taxes.shipping_code
    off = discount - compensation - untaxed
    yield Charge(LineKind.SHIPPING, "", name, net + untaxed, tax, rate, code, off, untaxed)


def _rate_that_fits(net: Decimal, tax: Decimal, goods: Goods, reading: Reading) -> Decimal | None:
    """The one rate of the order's goods that gives this tax; None where none or several do."""
    if tax == 0:
        return Decimal(0)
    minor = minor_unit(reading.digits)
    fitting = {line.tax_rate for line in goods.lines if line.tax_rate and abs(net * line.tax_rate - tax) <= minor}
    return fitting.pop() if len(fitting) == 1 else None


def _wrapping(order: Json, goods: Goods, reading: Reading) -> Iterator[Charge]:
    extension = table_of(order, "extension_attributes")
    for price, tax, name in WRAPPINGS:
        yield from _charge(
            GIFT_WRAP, name, reading.money.of(extension, price), reading.money.of(extension, tax), goods, reading
        )


def _fixed_taxes(order: Json, goods: Goods, reading: Reading) -> Iterator[Charge]:
    """Fixed product taxes (weee) stand beside the item's own amounts, each with its title, as JSON in a text."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for item in tables_of(order, "items"):
        if not reading.money.of(item, "weee_tax_applied_row_amount"):
            continue
        for row in _applied_fixed_taxes(item):
            net = exact(row, reading.money.name("row_amount"))
            gross = exact(row, reading.money.name("row_amount_incl_tax")) or net
            title = text_of(row, "title") or "Fixed product tax"
            before = sums.get(title, (Decimal(0), Decimal(0)))
            sums[title] = (before[0] + net, before[1] + gross - net)
    for title, (net, tax) in sums.items():
        yield from _charge(FIXED_TAX, title, net, tax, goods, reading)


def _applied_fixed_taxes(item: Json) -> list[Json]:
    try:
        return tables_of({"rows": decoded(text_of(item, "weee_tax_applied"))}, "rows")
    except ValueError as error:
        raise Unreadable("weee_tax_applied of an item is not a list") from error


def _fees(order: Json, goods: Goods, reading: Reading, fees: Mapping[str, FeePath]) -> Iterator[Charge]:
    """Fees of modules, found by the paths of bridge.toml; their names are the keys there."""
    for name, path in fees.items():
        amounts = {"net": value_at(order, path.net), "tax": value_at(order, path.tax) if path.tax else None}
        net, tax = (exact(amounts, part, f"fee {name}: ") for part in ("net", "tax"))
        yield from _charge(f"@{name}", name, net, tax, goods, reading)


def _untaxed_discounts(order: Json, goods: Goods, shipping: Sequence[Charge]) -> Iterator[Charge]:
    discount = sum((*goods.untaxed_discounts.values(), *(charge.untaxed for charge in shipping)), Decimal(0))
    if discount:
        name = text_of(order, "coupon_code") or text_of(order, "discount_description") or "Discount"
        yield Charge(LineKind.DISCOUNT, "", name, -discount, Decimal(0), Decimal(0))


def _charge(sku: str, name: str, net: Decimal, tax: Decimal, goods: Goods, reading: Reading) -> Iterator[Charge]:
    net, tax = rounded(net, reading.digits), rounded(tax, reading.digits)
    if net or tax:
        yield Charge(LineKind.FEE, sku, name, net, tax, _rate_that_fits(net, tax, goods, reading))


def shipping_of(order: Json) -> Json:
    """The one shipment's address and method; empty for an order that is not shipped. Raises Unreadable for several."""
    assignments = tables_of(table_of(order, "extension_attributes"), "shipping_assignments")
    told = [shipping for one in assignments if (shipping := table_of(one, "shipping"))]
    if len(told) > 1:
        raise Unreadable("it goes to several addresses, and an ERP's order has one")
    return told[0] if told else {}
