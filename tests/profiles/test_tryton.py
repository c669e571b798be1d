"""What Tryton's import reads in our files: one sale a file, its lines below it, prices that add up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from bridge.domain.checks import field_pattern
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.states import Purpose
from bridge.profiles import RegisterEntry
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import (
    GOODS,
    any_order,
    as_it_travels,
    file_or_reason,
    hostile_orders,
    installed,
    many_orders,
    rules_of,
    tree_of,
)
from tests.readers import tryton

SAMPLE = Path(__file__).parents[2] / "templates" / "tryton-csv" / "sample"
PROFILE = installed("tryton-csv", currency="PLN")
YEN = installed("tryton-csv", currency="JPY")


def assert_sold(content: bytes, order: Order) -> None:
    """What Tryton has after the import is what was sold, to the minor unit."""
    order = as_it_travels(PROFILE, order)
    sale = tryton.judge(content, order.currency_digits)
    assert sale["reference"] == order.store_order_id
    assert sale["description"] == tree_of(PROFILE, order)["number"]
    assert [line["amount"] for line in sale["lines"]] == [line.net for line in order.lines]
    assert [line["quantity"] for line in sale["lines"]] == [line.quantity for line in order.lines]
    assert sale["untaxed_amount"] == order.totals.net


def test_the_samples_say_what_was_sold() -> None:
    whole = tryton.judge((SAMPLE / "sale_000017.csv").read_bytes(), 2)
    assert (whole["reference"], whole["party"], whole["untaxed_amount"]) == (
        "10452", "Web customers, Berlin", Decimal("225.15")
    )  # fmt: skip
    assert whole["comment"].startswith('Ring twice;\nask for <b>"Ela"</b> & wait\nExample GmbH\n')
    assert [line["taxes"] for line in whole["lines"]] == [["19 % VAT"]] * 3
    least = tryton.judge((SAMPLE / "least" / "sale_000018.csv").read_bytes(), 2)
    assert (least["reference"], least["comment"], least["lines"][0]["taxes"]) == ("10453", "", [])


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("reference,", "id,", "with an id"),
        (",,,,,,3,FREIGHT,", ",,,,,3,FREIGHT,", "cells than columns"),
        (",,,,,,3,FREIGHT,", "10459,,,,,,3,FREIGHT,", "too many values"),
        ("2.5,Meter", '"2,5",Meter', "quantity is no number"),
        (",2026-11-24,", ",24.11.2026,", "no ISO day"),
        ("100.0000", "100.0001", "200.00"),
    ],
)
def test_a_falsified_file_is_seen(old: str, new: str, what: str) -> None:
    text = (SAMPLE / "sale_000017.csv").read_text(encoding="utf-8")
    falsified = text.replace(old, new, 1)
    assert falsified != text
    with pytest.raises((AssertionError, ValueError), match=what):
        sale = tryton.judge(falsified.encode(), 2)
        assert sale["lines"][0]["quantity"] * sale["lines"][0]["unit_price"] == Decimal("200.00")


@many_orders
@given(any_order)
def test_any_order_is_imported_as_sold_or_says_why_not(order: Order) -> None:
    made = file_or_reason(YEN if order.currency == "JPY" else PROFILE, order)
    if isinstance(made, bytes):
        assert_sold(made, order)


def test_no_hostile_text_breaks_a_file() -> None:
    refused = 0
    for path, text, order in hostile_orders():
        made = file_or_reason(PROFILE, order)
        if isinstance(made, str):
            refused += 1
            assert "holds U+" in made or "is missing" in made, (path, text, made)
        else:
            assert_sold(made, order)
    assert refused > 0


def test_ten_megabytes_of_note_are_carried() -> None:
    order = good_order({**GOODS, "customer_note": "ż," * 3_500_000})
    made = file_or_reason(PROFILE, order)
    assert isinstance(made, bytes)
    assert tryton.judge(made, 2)["comment"].startswith("ż," * 3_500_000)


def test_two_taxes_in_one_code_wait() -> None:
    case = Case.of(good_order({**GOODS, "lines.0.tax_code": "VAT,Eco"}), rules_of(PROFILE), "10452")
    assert [one.message for one in field_pattern.check(case)] == [
        "Order 10452: line 1 ERP tax code has a form that the ERP does not take; "
        "it wants the record name of one tax, without comma and backslash."
    ]


def test_one_order_a_file_and_no_second_import_of_it() -> None:
    assert not PROFILE.batchable
    assert PROFILE.of(Purpose.CHANGE) is None
    assert PROFILE.of(Purpose.CANCEL) is None


def test_the_register_says_which_sales_tryton_holds() -> None:
    assert list(PROFILE.read_register(SAMPLE / "register.csv")) == [RegisterEntry("10452", "SO/2026/17")]
