"""Whatever the shop sells, edits and gives back: the mapped order makes the shop's total to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bridge.domain.contract import Order, PaymentState
from bridge.simulator.shopify.shop import Shop
from tests.stores.shopify.any_order import mapped_from, orders
from tests.stores.shops import SetClock

D = Decimal


def lines_of(order: Order) -> Decimal:
    return sum((line.gross for line in order.lines), D(0))


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders())
def test_lines_make_the_shops_total(given_order: dict[str, Any]) -> None:
    shop = Shop(SetClock())
    order_id = shop.add_order(given_order)
    order = mapped_from(shop, order_id)
    assert order.totals.gross == D(shop.order(order_id)["totalPriceSet"]["shopMoney"]["amount"])
    assert lines_of(order) == order.totals.gross
    assert order.totals.rounding == order.totals.due == D(0)
    assert order.totals.net + order.totals.tax == order.totals.gross
    assert all(line.discount >= 0 for line in order.lines)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.data())
def test_edits_and_refunds_leave_sums_that_fit(given_order: dict[str, Any], data: st.DataObject) -> None:
    shop = Shop(SetClock())
    order_id = shop.add_order(given_order)
    sold = D(shop.order(order_id)["totalPriceSet"]["shopMoney"]["amount"])
    given_back = D(0)
    for _ in range(data.draw(st.integers(1, 4))):
        left = {
            place: item["currentQuantity"]
            for place, item in enumerate(shop.order(order_id)["lineItems"])
            if item["currentQuantity"]
        }
        pieces = {place: data.draw(st.integers(1, most)) for place, most in left.items() if data.draw(st.booleans())}
        is_paid_back = data.draw(st.booleans())
        shop.refund(order_id, pieces, is_paid_back=is_paid_back)
        if is_paid_back:
            given_back += D(shop.order(order_id)["refunds"][-1]["totalRefundedSet"]["shopMoney"]["amount"])
    order = mapped_from(shop, order_id)
    told = shop.order(order_id)
    assert lines_of(order) + order.totals.rounding == order.totals.gross
    assert order.totals.refunded == given_back == sum((each.amount for each in order.refunds), D(0))
    assert order.totals.gross - given_back == D(told["currentTotalPriceSet"]["shopMoney"]["amount"])
    assert order.totals.paid == sold
    assert all(line.net + line.tax == line.gross and line.quantity > 0 for line in order.lines)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.booleans())
def test_in_the_converted_currency_a_rounding_tells_what_the_conversion_missed(
    given_order: dict[str, Any], is_edited: bool
) -> None:
    shop = Shop(SetClock())
    order_id = shop.add_order(given_order)
    if is_edited:
        shop.refund(order_id, {0: 1})
    order = mapped_from(shop, order_id, money="presentment")
    assert lines_of(order) + order.totals.rounding == order.totals.gross
    assert order.totals.gross - order.totals.paid == order.totals.due
    assert order.payment.state in (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED)
