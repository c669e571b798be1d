"""A number of a million digits is a valid number, and no order's: it is refused wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.stores.rows.order import NotAnOrder, order_of
from tests.stores.drops import order_fields

HUGE = "1E+1000000"
LINE = {"position": 1, "quantity": "1", "net": "1", "tax": "0", "gross": "1"}
Place = Callable[[dict[str, Any], str], Any]
PLACES: dict[str, Place] = {
    "totals": lambda order, number: order["totals"].update(discount=number),
    "line": lambda order, number: order["lines"][0].update(quantity=number),
    "rate": lambda order, number: order["totals"].update(by_rate=[{"rate": number, "net": "1", "tax": "1"}]),
    "payment": lambda order, number: order["payment"].update(parts=[{"method": "gift_card", "amount": number}]),
    "refund": lambda order, number: order.update(refunds=[{"refund_id": "1", "amount": number}]),
    "refunded line": lambda order, number: order.update(
        refunds=[{"refund_id": "1", "amount": "1", "lines": [{**LINE, "net": number}]}]
    ),
    "refunded payment": lambda order, number: order.update(
        refunds=[{"refund_id": "1", "amount": "1", "parts": [{"method": "gift_card", "amount": number}]}]
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", [HUGE, "-" + HUGE, "1E-1000000"])
def test_a_number_beyond_every_order_is_refused(place: str, number: str) -> None:
    order = order_fields("1")
    PLACES[place](order, "1")
    assert order_of(order, "drop").store_order_id == "1"
    PLACES[place](order, number)
    with pytest.raises(NotAnOrder) as caught:
        order_of(order, "drop")
    assert "more digits than an order can hold" in str(caught.value)
