"""Orders as odd as plugins make them: each is read right, or says which field cannot be read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import Order
from bridge.stores.exact_json import elements
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.woocommerce.test_mapping import line, mapped, meta, raw, told

NUMBERS = {
    "total": 24.6, "total_tax": 4.6, "discount_total": 0, "shipping_total": 0,
    "line_items": [line(subtotal=20, subtotal_tax=4.6, total=20, total_tax=4.6)],
}  # fmt: skip


def as_written(text: str) -> Order:
    """The order that stands in the shop's own text of a list."""
    ((value, own),) = elements(f"[{text}]")
    found = store_order("shop", value, own, MetaKeys())
    assert found.order is not None, found.problem
    return found.order


def sums_of(order: Order) -> tuple[int, Decimal, Decimal, Decimal]:
    (one,) = order.lines
    return order.currency_digits, order.totals.gross, one.net, one.tax


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(raw(**NUMBERS)),
        json.dumps(raw(total=24.6)),
        json.dumps(raw()).replace('"24.60"', "24.600000000000001"),
        json.dumps(raw(total="24.60 ")),
        json.dumps(raw(total="24.6")),
    ],
)
def test_amounts_in_any_form_are_the_same_amounts(text: str) -> None:
    assert sums_of(as_written(text)) == (2, Decimal("24.6"), Decimal(20), Decimal("4.6"))


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KWD", 3), ("EUR", 2)])
def test_where_all_amounts_are_numbers_the_currency_says_its_digits(currency: str, digits: int) -> None:
    numbers: dict[str, Any] = {**NUMBERS, "total": 25, "total_tax": 5, "tax_lines": []}
    lines = [line(subtotal=20, subtotal_tax=5, total=20, total_tax=5, taxes=[])]
    assert (
        as_written(json.dumps(raw(**numbers | {"currency": currency, "line_items": lines}))).currency_digits == digits
    )


def test_a_total_with_a_fraction_of_a_coin_is_told_by_its_name() -> None:
    fraction = told(total=Decimal("24.123456")).problem
    card = told(gift_cards=[{"amount": "0.005"}]).problem
    assert fraction is not None and "total holds a fraction of the smallest coin" in fraction.message
    assert card is not None and "a gift card holds a fraction of the smallest coin" in card.message


def test_a_total_that_lost_its_decimals_rounds_no_cents_away() -> None:
    uneven = line(total="20.33", total_tax="4.67", subtotal="20.33", subtotal_tax="4.67")
    order = mapped(total="25", total_tax="4.67", line_items=[uneven])
    assert (order.currency_digits, order.lines[0].net, order.lines[0].tax) == (2, Decimal("20.33"), Decimal("4.67"))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("line_items", [line()]),
        ("meta_data", meta(_billing_nip="5260250274", is_vat_exempt="yes")),
        ("refunds", [{"id": 1, "total": "-4.60"}]),
        ("fee_lines", [{"name": "Wrap", "total": "0.00", "total_tax": "0.00", "taxes": {"3": {"id": 7, "total": ""}}}]),
    ],
)
def test_a_list_that_php_wrote_with_numbered_keys_is_the_same_list(name: str, rows: list[dict[str, Any]]) -> None:
    with_gap = {str(place): row for place, row in enumerate(rows, start=2)}
    assert mapped(**{name: with_gap}) == mapped(**{name: rows})


@pytest.mark.parametrize(("value", "is_exempt"), [("yes", True), ("no", False), ("", False), (None, False)])
def test_a_buyer_whom_the_shop_charged_no_tax_is_told(value: str | None, is_exempt: bool) -> None:
    assert mapped(meta_data=meta(is_vat_exempt=value)).tax_exempt is is_exempt


def test_an_order_whose_status_a_plugin_hides_is_told_and_not_taken_for_a_live_one() -> None:
    for hidden in (None, "", ["processing"]):
        found = told(status=hidden)
        assert found.problem is not None
        assert found.problem.message == "Order 10452 of store shop cannot be read: status is missing."


def test_an_order_of_five_hundred_lines_is_whole() -> None:
    lines = [line(id=place) for place in range(1, 501)]
    order = mapped(line_items=lines, total="12300.00", total_tax="2300.00")
    assert (len(order.lines), order.totals.net, order.totals.rounding) == (500, Decimal(10000), Decimal(0))
