"""Whatever is in a basket: the canonical totals are the store's to the minor unit, and the lines add up to them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from bridge.simulator.prestashop.orders import Basket, detail_rows, order_amounts
from tests.stores.prestashop.any_order import baskets, order


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
