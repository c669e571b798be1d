"""What is odd in the answers of a real Vendure server, read where they lie beside us.

Their figures stand in `../public_payloads.yml`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.contract import Order
from bridge.domain.revision import content_of, order_from_content
from bridge.stores.exact_json import inner_text
from bridge.stores.vendure.mapping import original_of, store_order
from bridge.stores.vendure.settings import FieldNames

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "vendure"
PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []


def sample(name: str) -> Order:
    text = inner_text((SAMPLES / name).read_text(encoding="utf-8"), "data", "order")
    order = store_order("shop", original_of(2, text), FieldNames()).order
    assert order is not None
    return order


@pytest.mark.parametrize("name", PRESENT)
def test_a_real_orders_sums_hold_to_the_minor_unit_and_it_survives_the_ledger(name: str) -> None:
    order = sample(name)
    assert sum(line.gross for line in order.lines) == order.totals.gross
    assert sum(line.net for line in order.lines) == order.totals.net
    assert order.totals.rounding == 0
    assert order_from_content(content_of(order)) == order


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "jpy-tax-inclusive.json"])
def test_yen_have_the_digits_of_the_shop_and_not_of_the_iso_table(name: str) -> None:
    order = sample(name)
    assert (order.currency, order.currency_digits, str(order.totals.gross)) == ("JPY", 2, "1476.20")


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "partial-refund.json"])
def test_a_refund_with_something_kept_back_gives_its_lines_what_was_given(name: str) -> None:
    (refund,) = sample(name).refunds
    (line,) = refund.lines
    assert (refund.refund_id, str(refund.amount)) == ("1", "23.58")
    assert (line.position, line.quantity, str(line.net), str(line.tax), str(line.gross)) == (
        2, Decimal(2), "19.17", "4.41", "23.58",
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "coupon-order-percent-and-line.json"])
def test_coupons_are_named_and_their_money_is_in_the_lines_once(name: str) -> None:
    order = sample(name)
    assert order.extra == {"coupons": "TEN,MUG33"}
    assert str(order.totals.discount) == "157.66"
    assert order.delivery.house_number == "12/3"
