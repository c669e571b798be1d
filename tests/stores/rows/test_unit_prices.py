"""The price of one piece in files and tables: it follows from the line's amounts; where it is told, it fits them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import Line, Order
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.layout import GROSS, NET, STATED, Layout
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.order import NotAnOrder, order_of
from tests.stores.drops import order_fields
from tests.stores.rows.any_order import of_csv, of_json, of_sql

ORDER = {
    "store_order_id": "7", "created_at": "2026-03-02T08:00:00Z", "currency": "PLN", "currency_digits": 2,
    "payment_state": "paid", "gift_card_amount": Decimal(0), "total_gross": Decimal("24.60"),
}  # fmt: skip
LINE = {
    "line_position": 1, "line_sku": "A7", "line_quantity": Decimal(2), "line_net": Decimal("20.00"),
    "line_tax": Decimal("4.60"), "line_gross": Decimal("24.60"),
}  # fmt: skip
FREE = {"line_net": "0", "line_tax": "0", "line_gross": "0", "total_gross": "0"}
Form = Callable[[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], Path], Order | None]


def cells(prices: str = STATED, **more: str) -> Line:
    """The only line of one row, with these cells beside its own or in their place."""
    row = {name: str(value) for name, value in (ORDER | LINE).items()} | more
    (line,) = order_of(fields_of([row], Layout(prices=prices), Notation()), "drop").lines
    return line


def prices_of(line: Line) -> tuple[str, str, str]:
    return f"{line.unit_net:f}", f"{line.unit_gross:f}", f"{line.discount.normalize():f}"


@pytest.mark.parametrize("form", [of_csv, of_sql, of_json])
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ("10", "12.3", "0")),
        ({"line_quantity": Decimal(3)}, ("6.666667", "8.2", "0")),
        ({"line_quantity": Decimal("2.5")}, ("8", "9.84", "0")),
        ({"line_discount": Decimal("4.00")}, ("12", "14.76", "4")),
        ({"line_discount": Decimal("4.00"), "line_tax_rate": Decimal("0.23")}, ("12", "14.76", "4")),
        ({"line_unit_net": Decimal(0), "line_unit_gross": Decimal(0)}, ("10", "12.3", "0")),
        ({"line_unit_net": Decimal("10.001")}, ("10.001", "12.3", "0")),
        ({"line_kind": "fee"}, ("10", "12.3", "0")),
    ],
)
def test_a_unit_price_that_is_not_told_follows_from_the_amounts(
    form: Form, more: dict[str, Any], told: tuple[str, ...], tmp_path: Path
) -> None:
    order = form(ORDER, [LINE | more], [], tmp_path)
    assert order is not None
    (line,) = order.lines
    assert prices_of(line) == told


@pytest.mark.parametrize(
    ("prices", "more", "told"),
    [
        (STATED, {"line_price": "12.30"}, ("10", "12.3", "0")),  # not read: which of the two it is, nothing says
        (NET, {"line_price": "10.00", "line_tax_rate": "0.23"}, ("10", "12.3", "0")),
        (NET, {"line_price": "10.00"}, ("10", "12.3", "0")),
        (GROSS, {"line_price": "12.30"}, ("10", "12.3", "0")),
        (NET, {"line_price": "12.00", "line_reduction": "-4.00"}, ("12", "14.76", "4")),
        (GROSS, {"line_price": "14.76", "line_reduction": "4.92", "line_tax_percent": "23"}, ("12", "14.76", "4")),
        (GROSS, {"line_price": "14.76", "line_reduction": "4.92"}, ("12", "14.76", "4")),
        (NET, FREE | {"line_price": "12.00", "line_reduction": "24.00"}, ("12", "12", "24")),
        (GROSS, FREE | {"line_price": "12.00", "line_reduction": "24.00"}, ("0", "0", "0")),  # how much of it is tax?
    ],
)
def test_line_price_beside_the_amounts_is_the_price_before_discounts(
    prices: str, more: dict[str, str], told: tuple[str, ...]
) -> None:
    assert prices_of(cells(prices, **more)) == told


def test_a_discount_is_a_discount_whichever_sign_an_export_writes_it_with() -> None:
    assert prices_of(cells(line_discount="-4.00")) == ("12", "14.76", "4")


def test_charges_of_the_whole_order_have_their_price_too() -> None:
    row = {name: str(value) for name, value in (ORDER | LINE).items()}
    row |= {"shipping_net": "10.00", "shipping_tax": "2.30", "discount_gross": "2.46", "discount_tax": "0.46"}
    order = order_of(fields_of([row | {"total_gross": "34.44"}], Layout(), Notation()), "drop")
    assert [(line.kind.value, f"{line.unit_net:f}", f"{line.unit_gross:f}") for line in order.lines] == [
        ("product", "10", "12.3"),
        ("shipping", "10", "12.3"),
        ("discount", "-2", "-2.46"),
    ]


@pytest.mark.parametrize("form", [of_csv, of_sql, of_json])
@pytest.mark.parametrize(
    "more",
    [
        {"line_unit_net": Decimal(99)},
        {"line_unit_net": Decimal("12.30")},  # the gross price in the column of the net one
        {"line_unit_gross": Decimal(10)},
        {"line_unit_net": Decimal(10), "line_discount": Decimal("4.00")},
        {"line_unit_net": Decimal(20)},  # the price of both
    ],
)
def test_a_unit_price_that_contradicts_the_amounts_is_told(form: Form, more: dict[str, Any], tmp_path: Path) -> None:
    assert form(ORDER, [LINE | more], [], tmp_path) is None


@pytest.mark.parametrize(
    "more",
    [
        {"line_quantity": "3", "line_unit_net": "6.67"},  # rounded to cents
        {"line_quantity": "3", "line_unit_net": "6.6667", "line_unit_gross": "8.2000"},
        {"line_quantity": "0.333", "line_unit_net": "60.00"},  # the quantity was rounded: a third
        {"line_quantity": "100", "line_net": "406.00", "line_tax": "93.00", "line_gross": "499.00",
         "line_unit_net": "4.0569", "line_unit_gross": "4.99", "total_gross": "499.00"},  # tax rounded by the piece
        {"line_unit_net": "12.00", "line_unit_gross": "14.76", "line_discount": "4.00"},
        FREE | {"line_unit_net": "10.00", "line_unit_gross": "12.30", "line_discount": "20.00"},  # taxed at no rate
        {"line_kind": "kit_component", "line_unit_net": "25.00"},  # its kit bears the rest
        {"line_quantity": "-2", "line_unit_net": "-10.00"},
    ],
)  # fmt: skip
def test_what_was_rounded_is_no_contradiction(more: dict[str, str]) -> None:
    assert cells(**more).unit_net == Decimal(more["line_unit_net"])


def test_the_message_names_what_does_not_fit_and_what_to_do() -> None:
    with pytest.raises(NotAnOrder) as caught:
        cells(line_unit_net="12.00", line_discount="3.00")
    assert str(caught.value) == (
        "line 1: its unit_net of 12.00 times its quantity of 2 less a discount of 3.00 is not its net of 20.00; leave "
        "the unit price out, so that it follows from the amounts, or tell the line's discount too"
    )


def test_a_quantity_of_nearly_nothing_is_refused() -> None:
    order = order_fields("1")
    order["lines"][0]["quantity"] = "1E-19"
    with pytest.raises(NotAnOrder) as caught:
        order_of(order, "drop")
    assert "its quantity is too small for its amounts" in str(caught.value)


def test_a_cancelled_order_is_told_whatever_its_prices_are() -> None:
    order = order_fields("1", cancelled=True)
    order["lines"][0].update(quantity="1E-19", unit_net="99")
    assert order_of(order, "drop").cancelled
