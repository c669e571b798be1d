"""Whatever is in a basket: the canonical totals are the store's to the minor unit, and the lines add up to them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from bridge.simulator.prestashop.orders import Basket, detail_rows, order_amounts
from tests.stores.prestashop.any_order import baskets, order, selections


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


@given(selections())
def test_a_voucher_on_some_goods_lies_on_their_rates_to_the_coin_or_on_none(
    told: tuple[Basket, dict[Decimal, Decimal]],
) -> None:
    basket, off = told
    found = order(basket, shows_rules=True)
    laid = [line for line in found.lines if line.kind == "discount"]
    (rule,) = basket.rules
    assert -sum((line.net for line in laid), Decimal(0)) == Decimal(rule.value_net)
    assert -sum((line.gross for line in laid), Decimal(0)) == Decimal(rule.value)
    if any(line.tax_rate is None for line in laid):
        return
    step = Decimal(1).scaleb(-basket.digits)
    for rate in {*off, *(line.tax_rate for line in laid if line.tax_rate is not None)}:
        net = -sum((line.net for line in laid if line.tax_rate == rate), Decimal(0))
        assert abs(net - off.get(rate, Decimal(0))) <= step * len(basket.goods)
