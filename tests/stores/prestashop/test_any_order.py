"""Whatever is in a basket: the canonical totals are the store's to the minor unit, and the lines add up to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import Order
from bridge.simulator.prestashop.defaults import TAX_IDS
from bridge.simulator.prestashop.orders import Basket, Goods, Rule, detail_rows, order_amounts
from bridge.simulator.prestashop.tables import RESOURCES, Row
from bridge.simulator.prestashop.xml import listed
from bridge.stores.prestashop.mapping import order_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.prestashop.xml import Part, parts_of

UTC = ZoneInfo("UTC")
RATES = st.sampled_from([0, *TAX_IDS])
PRICES = st.decimals("0.01", "999.99", places=2).map(str)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    """Goods at any rates, shipping, wrapping, and rules that take off no more than there is."""
    digits = draw(st.sampled_from([0, 2, 3]))
    goods = draw(
        st.lists(
            st.builds(
                Goods, sku=st.sampled_from("ABC"), quantity=st.integers(1, 9), unit_net=PRICES, rate=RATES.map(str)
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
        goods=[replace(one, tax_ids=_taxes(one)) for one in goods],
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


def order(basket: Basket) -> Order:
    details = detail_rows(basket)
    dates = {"date_add": "2026-03-02 09:00:00", "date_upd": "2026-03-02 09:00:00"}
    ids = {"id": "7", "id_currency": "1", "id_address_invoice": "1", "id_address_delivery": "1", "id_carrier": "2"}
    rules = [
        part("order_cart_rules", id=str(place), name=rule.name, value=rule.value, value_tax_excl=rule.value_net)
        for place, rule in enumerate(basket.rules)
    ]
    others = {
        "order_details": [part("order_details", **{**row, "id": str(place)}) for place, row in enumerate(details)],
        "order_cart_rules": rules,
        "addresses": [part("addresses", id="1")],
        "currencies": [part("currencies", id="1", iso_code="EUR", precision=str(basket.digits))],
        "taxes": [part("taxes", id=known, rate=f"{rate}.000") for rate, known in TAX_IDS.items()],
    }
    amounts = order_amounts(basket, details)
    return order_of("shop", OrderParts(part("orders", **{**dates, **ids, **amounts}), others), FieldKeys(), UTC)


@given(baskets())
def test_totals_are_the_stores_and_lines_add_up_to_them(basket: Basket) -> None:
    told = order(basket)
    stored = Decimal(order_amounts(basket, detail_rows(basket))["total_paid_tax_incl"])
    assert told.totals.gross == stored
    gap = stored - sum((line.gross for line in told.lines), Decimal(0))
    assert abs(gap) <= len(basket.goods) * Decimal(1).scaleb(-basket.digits)
    assert told.totals.rounding == gap
    assert all(line.net + line.tax == line.gross for line in told.lines)
    assert told.totals.net == sum((line.net for line in told.lines), Decimal(0))


@given(baskets())
def test_where_the_shop_rounds_pieces_or_lines_nothing_is_left_to_round(basket: Basket) -> None:
    told = order(basket)
    if basket.round_type != 3:
        assert told.totals.rounding == 0
    assert told.currency_digits == basket.digits
    assert sum((line.net for line in told.lines if line.kind == "discount"), Decimal(0)) == -sum(
        (Decimal(rule.value_net) for rule in basket.rules), Decimal(0)
    )
