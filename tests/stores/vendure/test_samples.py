"""Answers of a real Vendure server give these figures, checked by hand. They are read where they lie beside us.

Where `../shared` is not there, the list of samples is empty and the first test says so; the others then have no case.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from bridge.domain.contract import Order
from bridge.domain.revision import content_of, order_from_content
from bridge.stores.exact_json import inner_text
from bridge.stores.vendure.mapping import original_of, store_order
from bridge.stores.vendure.settings import FieldNames

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "vendure"
PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []


class Figures(NamedTuple):
    """What one order must say. lines: SKU, quantity, net, tax, gross, discount of each."""

    status: str
    state: str
    gross: str
    tax: str
    paid: str
    due: str
    refunded: str
    lines: tuple[tuple[str, ...], ...]


PARCEL = ("", "1", "5.00", "0.00", "5.00", "0.00")
EXPECTED = {
    "coupon-order-percent-and-line.json": Figures(
        "PaymentSettled", "paid", "1494.87", "278.60", "1494.87", "0.00", "0",
        (
            ("L2201308", "1", "1169.11", "268.90", "1438.01", "129.89"),
            ("MUG-1", "7", "42.16", "9.70", "51.86", "27.77"),
            PARCEL,
        ),
    ),
    "jpy-tax-inclusive.json": Figures(
        "PaymentSettled", "paid", "1476.20", "275.10", "1476.20", "0.00", "0",
        (
            ("L2201308", "1", "1169.10", "268.89", "1437.99", "129.90"),
            ("MUG-1", "3", "27.00", "6.21", "33.21", "3.00"),
            PARCEL,
        ),
    ),
    "modified-with-surcharge.json": Figures(
        "Modifying", "unpaid", "34.58", "5.53", "29.58", "5.00", "0",
        (("MUG-1", "2", "19.98", "4.60", "24.58", "0.00"), PARCEL, ("WRAP", "1", "4.07", "0.93", "5.00", "0")),
    ),
    "partial-refund.json": Figures(
        "PaymentSettled", "partially_refunded", "3261.98", "609.03", "3261.98", "0.00", "23.58",
        (
            ("L2201308", "2", "2598.00", "597.54", "3195.54", "0.00"),
            ("MUG-1", "5", "49.95", "11.49", "61.44", "0.00"),
            PARCEL,
        ),
    ),
    # A cart: the connector asks for none, so this is what it would say.
    "payment-declined.json": Figures(
        "ArrangingPayment", "failed", "17.29", "2.30", "0", "17.29", "0",
        (("MUG-1", "1", "9.99", "2.30", "12.29", "0.00"), PARCEL),
    ),
}  # fmt: skip


def sample(name: str) -> Order:
    text = inner_text((SAMPLES / name).read_text(encoding="utf-8"), "data", "order")
    order = store_order("shop", original_of(2, text), FieldNames()).order
    assert order is not None
    return order


def figures_of(order: Order) -> Figures:
    totals = order.totals
    lines = tuple(
        (one.sku, *(str(amount) for amount in (one.quantity, one.net, one.tax, one.gross, one.discount)))
        for one in order.lines
    )
    return Figures(
        order.status,
        order.payment.state.value,
        str(totals.gross),
        str(totals.tax),
        str(totals.paid),
        str(totals.due),
        str(totals.refunded),
        lines,
    )


def test_each_sample_that_is_there_has_its_figures_written_here() -> None:
    assert set(PRESENT) <= set(EXPECTED), "new samples"
    assert PRESENT or not SAMPLES.is_dir(), "the folder of samples is empty"


@pytest.mark.parametrize("name", PRESENT)
def test_a_real_order_gives_its_figures(name: str) -> None:
    assert figures_of(sample(name)) == EXPECTED[name]


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
