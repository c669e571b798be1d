"""Any order of a PrestaShop: any rates, rounded by piece, line or sum in any mode; cart rules; credit slips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from bridge.domain.contract import Order
from bridge.simulator.prestashop.defaults import TAX_IDS
from bridge.simulator.prestashop.orders import BY_ITEM, BY_TOTAL, Basket, Goods, Rule, detail_rows, order_amounts
from bridge.simulator.prestashop.orders import rounded as shop_rounded
from bridge.simulator.prestashop.tables import RESOURCES, Row
from bridge.simulator.prestashop.xml import listed
from bridge.stores.prestashop.mapping import order_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.prestashop.xml import Part, parts_of
from tests.stores.any_sale import Sale

UTC = ZoneInfo("UTC")
RATES = st.sampled_from([0, *TAX_IDS])
CURRENCIES = {0: "JPY", 2: "EUR", 3: "KWD"}
PRICES = st.decimals("0.01", "999.99", places=2).map(str)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    """Goods at any rates, shipping, wrapping, and rules that take off no more than there is."""
    digits = draw(st.sampled_from([0, 2, 3]))
    goods = draw(
        st.lists(
            st.builds(
                Goods, quantity=st.integers(1, 9), unit_net=PRICES, rate=RATES.map(str)
            ),
            min_size=1,
            max_size=6,
        )
    )  # fmt: skip
    step = Decimal(1).scaleb(-digits)
    shipping = draw(st.integers(0, 2000)) * step
    wrapping = draw(st.integers(0, 500)) * step
    net = draw(st.integers(1, 300)) * step
    rate = Decimal(draw(RATES)) / 100
    rule = Rule("Off", str((net * (1 + rate)).quantize(step)), str(net))
    return Basket(
        goods=[replace(one, sku=f"S{place}", tax_ids=_taxes(one)) for place, one in enumerate(goods)],
        shipping=str(shipping),
        wrapping=str(wrapping),
        rules=draw(st.sampled_from([[], [rule], [rule, rule]])),
        digits=digits,
        round_type=draw(st.sampled_from([1, 2, 3])),
        round_mode=draw(st.sampled_from([0, 1, 2, 3, 4])),
    )


def _taxes(goods: Goods) -> tuple[str, ...]:
    return () if goods.rate == "0" else (TAX_IDS[int(goods.rate)],)


def part(resource: str, **row: object) -> Part:
    """A row as the shop would write it."""
    known = RESOURCES[resource]
    whole: Row = {**dict.fromkeys(known.fields, ""), **row}
    return parts_of(listed(known, [whole], (*known.fields, *known.associations), "http://shop"))[0]


@st.composite
def selections(draw: st.DrawFn) -> tuple[Basket, dict[Decimal, Decimal]]:
    """A voucher of some percent on some of the goods, and what it takes off at each rate, unrounded."""
    basket = draw(baskets())
    percent = draw(st.sampled_from(["5", "10", "33", "50", "100"]))
    places = draw(st.sets(st.integers(0, len(basket.goods) - 1), min_size=1))
    off: dict[Decimal, Decimal] = {}
    net = gross = Decimal(0)
    details = detail_rows(basket)
    for place in places:
        parts = [Decimal(details[place][f"total_price_tax_{word}"]) * int(percent) / 100 for word in ("excl", "incl")]
        net, gross = net + parts[0], gross + parts[1]
        rate = Decimal(basket.goods[place].rate) / 100
        off[rate] = off.get(rate, Decimal(0)) + parts[0]
    value, value_net = (str(shop_rounded(amount, basket.digits, basket.round_mode)) for amount in (gross, net))
    product = -2 if len(places) < len(basket.goods) else 0
    rule = Rule("Some", value, value_net, percent=percent, product=product)
    return replace(basket, rules=[rule], shipping="0", wrapping="0"), off


def order(basket: Basket, slips: Sequence[Part] = (), codes: tuple[str, ...] = (), shows_rules: bool = False) -> Order:
    """codes: what the names of cart rules that are gift cards begin with. shows_rules: the key may read cart_rules."""
    details = detail_rows(basket)
    dates = {"date_add": "2026-03-02 09:00:00", "date_upd": "2026-03-02 09:00:00"}
    ids = {"id": "7", "id_currency": "1", "id_address_invoice": "1", "id_address_delivery": "1", "id_carrier": "2"}
    rules = [
        part(
            "order_cart_rules", id=str(place), id_cart_rule=str(place), name=rule.name, value=rule.value,
            value_tax_excl=rule.value_net,
        )
        for place, rule in enumerate(basket.rules, start=1)
    ]  # fmt: skip
    shown = [
        part("cart_rules", id=str(place), reduction_percent=rule.percent, reduction_product=str(rule.product))
        for place, rule in enumerate(basket.rules, start=1)
    ]
    others = {
        "order_details": [part("order_details", **{**row, "id": str(place)}) for place, row in enumerate(details)],
        "order_cart_rules": rules,
        "cart_rules": shown if shows_rules else [],
        "order_slip": slips,
        "addresses": [part("addresses", id="1")],
        "currencies": [part("currencies", id="1", iso_code=CURRENCIES[basket.digits], precision=str(basket.digits))],
        "taxes": [part("taxes", id=known, rate=f"{rate}.000") for rate, known in TAX_IDS.items()],
    }
    amounts = order_amounts(basket, details)
    return order_of(
        "shop", OrderParts(part("orders", **{**dates, **ids, **amounts}), others), FieldKeys(gift_card_codes=codes), UTC
    )


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order, one of its rules perhaps a gift card, some of it given back by slips."""
    basket = draw(baskets())
    card = draw(st.booleans()) and bool(basket.rules)
    if card:
        basket = replace(basket, rules=[replace(basket.rules[0], name="GIFT 1"), *basket.rules[1:]])
    amounts, details = order_amounts(basket, detail_rows(basket)), detail_rows(basket)
    paid = Decimal(basket.rules[0].value) if card else Decimal(0)
    paid_net = Decimal(basket.rules[0].value_net) if card else Decimal(0)
    gross = Decimal(amounts["total_paid_tax_incl"]) + paid
    assume(gross - paid >= 0)
    tax = gross - paid_net - Decimal(amounts["total_paid_tax_excl"])
    left = {place: int(row["product_quantity"]) for place, row in enumerate(details, start=1)}
    slips, refunded = [], Decimal(0)
    for number in range(1, 1 + draw(st.sampled_from([0, 0, 1, 2]))):
        found = _slip(draw, number, details, left, basket)
        if found is not None:
            slips.append(found[0])
            refunded += found[1]
    assume(refunded <= gross)
    of_lines = sum((_cut(row["total_price_tax_incl"], basket) - _cut(row["total_price_tax_excl"], basket)
                    for row in details), Decimal(0))  # fmt: skip
    beside = tax - Decimal(amounts["total_products_wt"]) + Decimal(amounts["total_products"])
    goods = {row["product_reference"]: _cut(row["total_price_tax_incl"], basket) for row in details}
    made = order(basket, slips, ("gift",))
    told = {} if basket.round_type == BY_TOTAL else goods
    return Sale(made, gross, tax, of_lines + beside, refunded, told, basket.round_type == BY_ITEM)


def _cut(text: str, basket: Basket) -> Decimal:
    return shop_rounded(Decimal(text), basket.digits, basket.round_mode)


def _slip(
    draw: st.DrawFn, number: int, details: Sequence[Row], left: dict[int, int], basket: Basket
) -> tuple[Part, Decimal] | None:
    """A credit slip over some pieces, each at its share of the line; and what it gave back."""
    rows, net, gross = [], Decimal(0), Decimal(0)
    for place, row in enumerate(details, start=1):
        pieces = draw(st.integers(0, left[place]))
        if not pieces:
            continue
        left[place] -= pieces
        share = Decimal(pieces) / Decimal(row["product_quantity"])
        excl, incl = (
            _cut(str(Decimal(row[name]) * share), basket) for name in ("total_price_tax_excl", "total_price_tax_incl")
        )
        net, gross = net + excl, gross + incl
        rows.append({
            "id": str(place), "id_order_detail": str(place), "product_quantity": str(pieces),
            "amount_tax_excl": str(excl), "amount_tax_incl": str(incl),
        })  # fmt: skip
    if not gross:
        return None
    totals = {"total_products_tax_excl": str(net), "total_products_tax_incl": str(gross), "amount": str(net)}
    shipping = dict.fromkeys(("total_shipping_tax_excl", "total_shipping_tax_incl", "shipping_cost_amount"), "0")
    told = {"id": str(number), "id_order": "7", "order_slip_type": "0", "date_add": "2026-03-05 09:00:00"}
    slip = part("order_slip", **totals, **shipping, **told, order_slip_details=rows)
    return slip, gross
