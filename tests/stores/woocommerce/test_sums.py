"""Whatever a shop sells, its sums stay whole: any order that the simulated shop makes adds up in the canonical one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.revision import content_of, order_from_content
from bridge.simulator.store_orders import complete
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ZERO = Decimal(0)


@st.composite
def shop_orders(draw: st.DrawFn) -> dict[str, Any]:
    """A shop's order in any currency: lines, shipping, fees and discounts at any rate, some paid by gift card."""
    places = draw(st.sampled_from([0, 2, 3]))

    def amounts(least: int, most: int) -> st.SearchStrategy[str]:
        return st.decimals(least, most, places=places, allow_nan=False).map(lambda amount: f"{amount:.{places}f}")

    rates = st.sampled_from(["0", "5.5", "8", "19", "23"])
    line = st.fixed_dictionaries(
        {"total": amounts(0, 9999), "tax_rate": rates, "quantity": st.sampled_from([1, 3, 7, 1.5])}
    )
    charge = st.fixed_dictionaries({"total": amounts(-50, 50), "tax_rate": rates})
    return {
        "line_items": draw(st.lists(line, min_size=1, max_size=5)),
        "shipping_lines": draw(st.lists(charge, max_size=2)),
        "fee_lines": draw(st.lists(charge, max_size=2)),
        "gift_cards": [{"amount": draw(amounts(0, 20))}] if draw(st.booleans()) else [],
        "payment_method": draw(st.sampled_from(["stripe", "cod", "bacs"])),
    }


@settings(max_examples=150, deadline=None)
@given(shop_orders())
def test_any_order_of_the_shop_adds_up(partial: dict[str, Any]) -> None:
    text = json.dumps(complete(partial, 1, NOW, ZoneInfo("Europe/Berlin")))
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
