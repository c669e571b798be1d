"""Whatever a shop sells, its sums stay whole: any order that the simulated shop makes adds up in the canonical one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from bridge.domain.revision import content_of, order_from_content
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.woocommerce.any_order import shop_orders, text_of

ZERO = Decimal(0)


@settings(max_examples=150, deadline=None)
@given(shop_orders())
def test_any_order_of_the_shop_adds_up(partial: dict[str, Any]) -> None:
    text = text_of(partial)
    told = store_order("shop", decoded(text), text, MetaKeys())
    assert told.order is not None, told.problem
    order = told.order
    totals = order.totals
    assert totals.gross == sum((line.gross for line in order.lines), ZERO) + totals.rounding
    assert totals.rounding == 0
    assert totals.net + totals.tax == totals.gross
    assert totals.due == totals.gross - totals.paid
    assert sum((part.net for part in totals.by_rate), ZERO) == totals.net
    assert sum((part.tax for part in totals.by_rate), ZERO) == totals.tax
    assert all(line.net + line.tax == line.gross for line in order.lines)
    assert order_from_content(content_of(order)) == order
