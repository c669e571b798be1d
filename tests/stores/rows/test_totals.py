"""What the rows of one order say of its money: what is paid and due, given back, and what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.contract import Order
from bridge.domain.judgement import Judgement, judge
from bridge.domain.policies import PaymentPolicy, RefundedBefore
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.layout import Layout
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.order import NotAnOrder, order_of
from tests.domain.orders import rules

PAID_AT = {"payment_paid_at": "2026-12-01T10:00:00Z"}
ROW = {
    "store_order_id": "1", "created_at": "2026-12-01T10:00:00Z", "currency": "EUR", "payment_method": "card",
    "total_gross": "123.00", "line_sku": "A", "line_quantity": "1", "line_net": "100.00", "line_tax": "23.00",
    "line_tax_rate": "0.23",
}  # fmt: skip
FREE = {"total_gross": "0.00", "line_net": "0.00", "line_tax": "0.00"}


def read(**cells: str) -> Order:
    """One row, with these cells beside its own or in their place."""
    return order_of(fields_of([ROW | cells], Layout(), Notation()), "drop")


def money(order: Order) -> tuple[str, str, str]:
    return order.payment.state.value, f"{order.totals.paid:.2f}", f"{order.totals.due:.2f}"


def judged(order: Order, **flow: Any) -> Judgement:
    same = dict.fromkeys(("sku", "tax", "payment", "shipping"), "same")
    prepaid: dict[str, Any] = {"payment": {"*": PaymentPolicy.PREPAID}, "unmapped": same, **flow}
    return judge(order, rules(**prepaid), "1")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({}, ("unpaid", "0.00", "123.00")),
        (PAID_AT, ("paid", "123.00", "0.00")),
        (PAID_AT | {"total_due": "23.00"}, ("unpaid", "100.00", "23.00")),
        (PAID_AT | {"total_paid": "100.00"}, ("unpaid", "100.00", "23.00")),
        (PAID_AT | {"total_paid": "123.00", "total_due": "0.00"}, ("paid", "123.00", "0.00")),
        (PAID_AT | {"total_refunded": "23.00"}, ("partially_refunded", "123.00", "0.00")),
        ({"total_paid": "123.00"}, ("paid", "123.00", "0.00")),
        ({"total_due": "0.00"}, ("paid", "123.00", "0.00")),
        ({"total_due": "23.00"}, ("unpaid", "100.00", "23.00")),
        ({"payment_state": "unpaid", "total_paid": "100.00"}, ("unpaid", "100.00", "23.00")),
        ({"payment_state": "failed", "total_due": "0.00"}, ("failed", "123.00", "0.00")),
        (PAID_AT | {"gift_card_amount": "23.00", "total_due": "50.00"}, ("unpaid", "73.00", "50.00")),
        ({"gift_card_amount": "123.00"}, ("paid", "123.00", "0.00")),
        ({"gift_card_amount": "123.00", "payment_state": "unpaid"}, ("unpaid", "123.00", "0.00")),
        (FREE, ("paid", "0.00", "0.00")),
        (FREE | PAID_AT, ("paid", "0.00", "0.00")),
    ],
)  # fmt: skip
def test_where_no_state_is_stated_what_is_due_counts_more_than_a_date(
    cells: dict[str, str], told: tuple[str, str, str]
) -> None:
    assert money(read(**cells)) == told


@pytest.mark.parametrize("cells", [{"total_due": "23.00"}, {"total_paid": "100.00"}])
def test_an_order_with_a_date_of_payment_and_a_rest_due_waits_as_paid_in_part(cells: dict[str, str]) -> None:
    assert judged(read(**PAID_AT, **cells)).rule == "partly-paid"


@pytest.mark.parametrize(
    ("cells", "paid", "due"),
    [
        ({"total_paid": "100.00"}, "123.00", "0.00"),  # all that was left to pay
        ({"total_paid": "100.00", "total_due": "0.00"}, "123.00", "0.00"),
        ({"total_paid": "60.00", "total_due": "40.00"}, "83.00", "40.00"),
        ({"total_paid": "123.00", "total_due": "0.00"}, "123.00", "0.00"),  # gift cards are counted in
        ({"total_paid": "83.00", "total_due": "40.00"}, "83.00", "40.00"),
        ({"total_due": "40.00"}, "83.00", "40.00"),
    ],
)
def test_where_the_total_is_what_a_gift_card_left_to_pay_the_paid_amount_may_be_so_too(
    cells: dict[str, str], paid: str, due: str
) -> None:
    order = read(**PAID_AT, gift_card_amount="23.00", **{"total_gross": "100.00", **cells})
    assert (f"{order.totals.gross:.2f}", *money(order)[1:]) == ("123.00", paid, due)
    assert f"{sum(part.amount for part in order.payment.parts):.2f}" == paid


@pytest.mark.parametrize("state", ["", "paid", "unpaid", "partially_refunded", "failed"])
def test_an_order_that_was_given_back_in_full_is_refunded_whatever_its_word(state: str) -> None:
    word = {"payment_state": state} if state else {}
    order = read(**PAID_AT, **word, total_refunded="123.00")
    assert order.payment.state.value == "refunded"
    assert judged(order, refunded_before=RefundedBefore.FULL).rule == "refunded"


def test_a_payment_too_much_that_was_given_back_leaves_the_order_paid() -> None:
    order = read(**PAID_AT, total_paid="246.00", total_refunded="123.00")
    assert order.payment.state.value == "partially_refunded"


def test_a_free_order_of_which_nothing_was_given_back_is_not_refunded() -> None:
    assert read(**FREE, **PAID_AT, total_refunded="0.00").payment.state.value == "paid"


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"payment_state": "paid", "total_due": "23.00"}, "and by totals.due 23.00 are still to be paid"),
        ({"payment_state": "paid", "total_paid": "100.00"}, "and by totals.due 23.00 are still to be paid"),
        ({"payment_state": "partially_refunded", "total_due": "5"}, "and by totals.due 5 are still to be paid"),
        (PAID_AT | {"total_due": "123.00"}, "and by totals.due 123.00 are still to be paid"),
        (PAID_AT | {"total_paid": "0.00"}, "and by totals.due 123.00 are still to be paid"),
        ({"payment_state": "unpaid", "total_due": "0.00"}, "it is unpaid by payment.state, and by totals.paid and"),
        ({"payment_state": "unpaid", "total_paid": "123.00"}, "totals.due nothing of it is left to pay"),
    ],
)
def test_a_state_that_what_is_due_contradicts_is_told_and_not_chosen(cells: dict[str, str], what: str) -> None:
    with pytest.raises(NotAnOrder, match=what):
        read(**cells)
    assert read(**cells, cancelled="true").cancelled  # of one that never goes nobody need know
