"""What Odoo's import reads in our files: orders with all their lines, prices that add up, ids that never double."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from bridge.domain.checks import field_characters, field_code, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.states import Purpose
from bridge.profiles import Profile, RegisterEntry, RenderRefused
from bridge.profiles.trial import trial_rules
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
from tests.profiles.making import file_of
from tests.readers import odoo
from tests.readers.rows import rows_of

SAMPLE = Path(__file__).parents[2] / "templates" / "odoo-csv" / "sample"
PUBLIC = Path(__file__).parents[3] / "shared" / "samples" / "formats" / "odoo-csv" / "o2m-quotations-order-lines.csv"
PROFILE = installed("odoo-csv", currency="PLN", price_places="6")
YEN = installed("odoo-csv", currency="JPY", price_places="6")


def assert_sold(profile: Profile, content: bytes, *orders: Order) -> None:
    """What Odoo has after the import is what was sold: each line's amount and the order's, to the minor unit."""
    found = odoo.judge(content, orders[0].currency_digits)
    assert [one["client_order_ref"] for one in found] == [order.store_order_id for order in orders]
    for one, order in zip(found, (as_it_travels(profile, order) for order in orders), strict=True):
        assert [line["subtotal"] for line in one["lines"]] == [line.net for line in order.lines]
        assert [line["product_uom_qty"] for line in one["lines"]] == [line.quantity for line in order.lines]
        assert one["amount_untaxed"] == order.totals.net
        assert one["origin"] == tree_of(profile, order)["number"]


def test_the_sample_says_what_was_sold() -> None:
    whole, least = odoo.judge((SAMPLE / "sale_order_000017.csv").read_bytes(), 2)
    assert (whole["id"], whole["client_order_ref"], whole["origin"]) == ("weborder_10452", "10452", "W/10452")
    assert [line["subtotal"] for line in whole["lines"]] == [Decimal("200.00"), Decimal("10.15"), Decimal("15.00")]
    assert whole["lines"][1]["name"] == 'Cable "long"\n5 mm'
    assert whole["note"].startswith(
        'Ring twice;\nask for <b>"Ela"</b> & wait\nExample GmbH\nJan Müller\nLindenstraße 7/3\n'
    )
    assert (least["note"], least["amount_untaxed"]) == ("", Decimal("90.00"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("\n,,,,,,web.product_FREIGHT,", "\n,,,,,web.product_FREIGHT,", "another length"),
        ("weborder_10453,", "weborder_10452,", "id twice"),
        ("weborder_10453,", "weborder.10453,", "names a module"),
        (",100.00,", ",100.01,", "10452"),
    ],
)
def test_a_falsified_file_is_seen(old: str, new: str, what: str) -> None:
    content = (SAMPLE / "sale_order_000017.csv").read_bytes()
    falsified = content.replace(old.encode(), new.encode(), 1)
    assert falsified != content
    with pytest.raises(AssertionError) as caught:
        orders = odoo.judge(falsified, 2)
        assert orders[0]["amount_untaxed"] == Decimal("225.15"), "10452"
    assert what in str(caught.value)


@many_orders
@given(any_order)
def test_any_order_is_imported_as_sold_or_says_why_not(order: Order) -> None:
    profile = YEN if order.currency == "JPY" else PROFILE
    made = file_or_reason(profile, order)
    if isinstance(made, bytes):
        assert_sold(profile, made, order)


def test_no_hostile_text_breaks_a_file() -> None:
    other = good_order({**GOODS, "store_order_id": "10453"})
    refused = 0
    for path, text, order in hostile_orders():
        made = file_or_reason(PROFILE, order, other)
        if isinstance(made, str):
            refused += 1
            assert "holds U+" in made or "is missing" in made, (path, text, made)
        else:
            assert_sold(PROFILE, made, order, other)
    assert refused > 0


def test_a_formula_is_left_as_the_customer_wrote_it() -> None:
    content = file_of(PROFILE, tree_of(PROFILE, good_order({"lines.0.name": "=1+1"})))
    assert odoo.read_orders(content)[0]["lines"][0]["name"] == "=1+1"


def test_ten_megabytes_of_note_are_carried() -> None:
    order = good_order({"customer_note": "ż<" * 3_000_000})
    (found,) = odoo.read_orders(file_of(PROFILE, tree_of(PROFILE, order)))
    assert found["note"].startswith("ż<" * 3_000_000)


def test_a_price_that_loses_a_cent_waits_until_odoo_takes_more_places() -> None:
    order = good_order({"lines.0.quantity": "3", "lines.0.net": "121.93"})
    with pytest.raises(RenderRefused) as caught:
        file_of(installed("odoo-csv"), tree_of(PROFILE, order))
    assert (
        "column order_line/price_unit: lines[1].net divided with 2 decimal places does not give the amount back"
        in caught.value.problem.message
    )
    assert b",40.643," in file_of(installed("odoo-csv", price_places="3"), tree_of(PROFILE, order))


def test_prices_with_taxes_included_are_made_of_gross_amounts() -> None:
    content = file_of(installed("odoo-csv", prices="gross"), tree_of(PROFILE, good_order()))
    assert [line["price_unit"] for line in odoo.read_orders(content)[0]["lines"]] == [
        Decimal("123.00"), Decimal("12.30"), Decimal("18.45"), Decimal("-24.60")
    ]  # fmt: skip


def test_what_odoo_would_misread_waits_before_it_is_rendered() -> None:
    rules = trial_rules(PROFILE.limits, PROFILE.characters)
    euro = Case.of(good_order({"currency": "EUR"}), rules, "10452")
    assert [one.message for one in field_code.check(euro)] == [
        "Order 10452: currency EUR is not a code that the ERP knows; it knows PLN."
    ]
    dotted = Case.of(good_order(), rules, "shop.10452")
    assert [one.message for one in field_characters.check(dotted)] == [
        "Order 10452: external id holds U+002E (FULL STOP) at position 5; "
        "the ERP field takes only letters, digits, underscores and dashes."
    ]
    box = Case.of(good_order({"lines.0.unit": "box"}), rules, "10452")
    assert [one.field for one in field_code.check(box)] == ["lines[1].unit_code"]


def test_a_change_is_never_a_second_import_of_the_same_id() -> None:
    assert PROFILE.of(Purpose.CHANGE) is None
    assert PROFILE.of(Purpose.CANCEL) is None


def test_the_register_says_which_orders_odoo_holds() -> None:
    assert list(PROFILE.read_register(SAMPLE / "register.csv")) == [
        RegisterEntry("10452", "S00042"), RegisterEntry("10453", "S00044")
    ]  # fmt: skip


def test_rows_continue_an_order_as_in_odoos_own_example() -> None:
    """Odoo's own example, where it lies beside the checkout; else there is nothing to hold to."""
    ours = rows_of((SAMPLE / "sale_order_000017.csv").read_bytes(), "utf-8", ",", "\n")
    assert shape(ours, "order_line/") == [("order", 3), ("order", 1)]
    if PUBLIC.exists():
        theirs = rows_of(PUBLIC.read_bytes().rstrip(b"\r\n") + b"\n", "utf-8", ",", "\n")
        assert shape(theirs, "Order Lines/") == [("order", 3), ("order", 2)]


def shape(rows: list[list[str]], of_lines: str) -> list[tuple[str, int]]:
    """How many lines each order has, where only an order's first row has columns of its own, and those stand first."""
    heading = rows[0]
    own = [name for name in heading if not name.startswith(of_lines)]
    assert heading[: len(own)] == own
    found: list[tuple[str, int]] = []
    for row in rows[1:]:
        if any(row[: len(own)]):
            found.append(("order", 0))
        found[-1] = ("order", found[-1][1] + 1)
        assert any(row[len(own) :])
    return found


@pytest.mark.parametrize(("places", "waits"), [("2", True), ("3", False)])
def test_a_quantity_that_odoo_would_round_waits_and_the_parameter_says_how_fine_it_may_be(
    places: str, waits: bool
) -> None:
    values = {"currency": "PLN", "price_places": "6", "quantity_places": places}
    order = good_order({"lines.0.quantity": "0.125", "lines.0.unit": "kg"})
    case = Case.of(order, rules_of(installed("odoo-csv", **values)), "1")
    found = [one for one in problems_of(case) if "lines[1].quantity" in one.cause]
    assert bool(found) == waits
    if waits:
        assert found[0].message == "Order 10452: line 1 quantity has more decimal places (3) than the ERP field (2)."
        assert "the parameter quantity_places" in found[0].action
