"""Any order that a WooCommerce shop can have, as its simulator completes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bridge.simulator.woocommerce.orders import complete

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


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


def text_of(partial: dict[str, Any]) -> str:
    """The order as the shop writes it."""
    return json.dumps(complete(partial, 1, NOW, ZoneInfo("Europe/Berlin")))
