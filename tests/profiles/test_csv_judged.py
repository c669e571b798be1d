"""csv-orders before three judges: rows, counts and references, sums; for any order, for hostile ones, for changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from bridge.domain.contract import Order
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import any_order, file_or_reason, hostile_orders, installed, many_orders
from tests.readers import csv_orders

SAMPLE = Path(__file__).parents[2] / "templates" / "csv-orders" / "sample"
PROFILE = installed("csv-orders")


def assert_sold(content: bytes, *orders: Order) -> None:
    """Each number is read back to the minor unit."""
    found = csv_orders.judge(content)
    assert [one["external_id"] for one in found] == [order.store_order_id for order in orders]
    for one, order in zip(found, orders, strict=True):
        for name in ("net", "tax", "gross", "paid", "due"):
            assert one[f"totals.{name}"] == getattr(order.totals, name), name
        for line, sold in zip(one["lines"], order.lines, strict=True):
            for name in ("quantity", "unit_net", "discount", "net", "tax", "gross"):
                assert line[name] == getattr(sold, name), name


@many_orders
@given(any_order)
def test_any_order_is_imported_as_sold_or_says_why_not(order: Order) -> None:
    made = file_or_reason(PROFILE, order)
    if isinstance(made, bytes):
        assert_sold(made, order)


def test_no_hostile_text_breaks_a_file() -> None:
    other = good_order({"store_order_id": "10453"})
    refused = 0
    for path, text, order in hostile_orders():
        made = file_or_reason(PROFILE, order, other)
        if isinstance(made, str):
            refused += 1
            assert "holds U+" in made or "characters; the ERP field holds" in made, (path, text, made)
        else:
            assert_sold(made, order, other)
    assert refused > 0


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("F;17;2026-11-24T09:30:15Z;2", "F;17;2026-11-24T09:30:15Z;3", "count of orders"),
        ("T;2;4;", "T;2;5;", "count of lines"),
        ("PLN=276.95", "PLN=276.96", "file's totals"),
        (';"Ring twice; ask for ""Ela""";3', ';"Ring twice; ask for ""Ela""";2', "an order's lines"),
        ("L;10452;2", "L;10453;2", "a line of another order"),
        ("200.00;46.00;246.00", "200.01;46.00;246.01", "add up to net"),
        ("200.00;46.00;246.00", "200.00;46.00;246.01", "a line does not add up"),
        ("276.95;0.00;", "276.95;0.01;", "paid and due"),
        ("Kettle 1,7 l;2", "Kettle 1;7 l;2", "another length"),
        ("T;2", "X;2", "out of place"),
    ],
)
def test_a_falsified_file_is_seen(old: str, new: str, what: str) -> None:
    text = (SAMPLE / "ORD_000017.csv").read_bytes().decode()
    csv_orders.judge(text.encode())
    falsified = text.replace(old, new, 1)
    assert falsified != text
    with pytest.raises(AssertionError, match=what):
        csv_orders.judge(falsified.encode())


def test_a_change_says_what_became_of_each_line() -> None:
    (full,) = csv_orders.read_changes((SAMPLE / "change" / "CHG_000018.csv").read_bytes())
    assert (full["purpose"], full["change_number"], full["erp_number"], full["external_id"]) == (
        "change", 1, "SO-1001", "10452"
    )  # fmt: skip
    what = ("position", "action", "quantity", "previous_quantity")
    assert [tuple(line[name] for name in what) for line in full["lines"]] == [
        (1, "changed", Decimal(3), "2"), (3, "unchanged", Decimal(1), "1"), (4, "added", Decimal(1), "")
    ]  # fmt: skip
    assert sum(line["gross"] for line in full["lines"]) == full["totals.gross"]
    (delta,) = csv_orders.read_changes((SAMPLE / "change-delta" / "CHG_000019.csv").read_bytes())
    assert [(line["position"], line["action"]) for line in delta["lines"]] == [
        (1, "changed"), (2, "deleted"), (4, "added")
    ]  # fmt: skip
    assert delta["totals.gross"] == full["totals.gross"]


def test_a_cancellation_names_the_order_and_has_no_lines() -> None:
    (found,) = csv_orders.read_changes((SAMPLE / "cancel" / "CAN_000020.csv").read_bytes())
    assert found == {
        "purpose": "cancel", "change_number": 1, "erp_number": "SO-1001", "external_id": "10452", "number": "10452",
        "lines": [],
    }  # fmt: skip
