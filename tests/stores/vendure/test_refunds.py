"""Refunds hang on payments; what pays for cancelled pieces is no refund of the order as it stands. Made by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import Order, PaymentState
from bridge.domain.refunds import reduced
from tests.stores.vendure.made import line, mapped, parcel, payment, pieces, refund, told


def with_refunds(*refunds: dict[str, Any], **changes: Any) -> Order:
    """The order of two cups and a parcel, with money given back."""
    paid = changes.pop("paid", 2958)
    return mapped(payments=[payment(amount=paid, refunds=list(refunds))], **changes)


def shown(order: Order) -> list[tuple[str, list[tuple[int, str, str, str, str]]]]:
    """(amount, [(position, quantity, net, tax, gross)]) of each refund."""
    return [
        (str(one.amount), [(x.position, str(x.quantity), str(x.net), str(x.tax), str(x.gross)) for x in one.lines])
        for one in order.refunds
    ]


def sums(order: Order) -> tuple[str, str, str, str]:
    totals = order.totals
    return str(totals.gross), str(totals.paid), str(totals.due), str(totals.refunded)


def test_a_refund_by_pieces_names_its_line_and_leaves_the_total() -> None:
    order = with_refunds(refund(1229, lines=[pieces("11", 1)]))
    assert shown(order) == [("12.29", [(1, "1", "9.99", "2.30", "12.29")])]
    assert sums(order) == ("29.58", "29.58", "0.00", "12.29")
    assert order.payment.state is PaymentState.PARTIALLY_REFUNDED


def test_a_refund_by_pieces_can_be_taken_off_before_the_export() -> None:
    left = reduced(with_refunds(refund(1229, lines=[pieces("11", 1)])))
    assert isinstance(left, Order)
    assert (str(left.lines[0].quantity), sums(left)) == ("1", ("17.29", "17.29", "0.00", "0.00"))
    assert left.payment.state is PaymentState.PAID


def test_a_refund_of_money_alone_names_no_line() -> None:
    order = with_refunds(refund(100, items=0))
    assert shown(order) == [("1.00", [])]
    assert sums(order) == ("29.58", "29.58", "0.00", "1.00")


def test_a_refund_by_amount_gives_its_pieces_what_was_given() -> None:
    order = with_refunds(refund(1000, items=0, lines=[pieces("11", 1)]))
    assert shown(order) == [("10.00", [(1, "1", "8.13", "1.87", "10.00")])]


def test_the_parcels_share_is_money_of_the_parcel() -> None:
    order = with_refunds(refund(1729, items=1229, shipping=500, lines=[pieces("11", 1)]))
    assert shown(order) == [
        ("17.29", [(1, "1", "9.99", "2.30", "12.29"), (2, "0", "5.00", "0.00", "5.00")]),
    ]  # fmt: skip


def test_all_of_it_given_back_is_refunded() -> None:
    order = with_refunds(refund(2958, items=2458, shipping=500, lines=[pieces("11", 2)]))
    assert order.payment.state is PaymentState.REFUNDED
    assert sums(order) == ("29.58", "29.58", "0.00", "29.58")


def test_the_last_pieces_of_a_line_take_exactly_what_the_line_is_worth() -> None:
    three = line(quantity=3, orderPlacedQuantity=3, proratedLinePrice=2997, proratedLinePriceWithTax=3686,
                 linePrice=2997, linePriceWithTax=3686)  # fmt: skip
    order = with_refunds(refund(3687, lines=[pieces("11", 3)]), lines=[three], total=3497, totalWithTax=4186, paid=4186)
    assert shown(order) == [("36.87", [(1, "3", "29.97", "6.89", "36.86")])]


def test_what_pays_for_cancelled_pieces_is_no_refund_but_a_payment_back() -> None:
    one_left = line(quantity=1, proratedLinePrice=999, proratedLinePriceWithTax=1229)
    order = with_refunds(refund(1229, lines=[pieces("11", 1)]), lines=[one_left], total=1499, totalWithTax=1729)
    assert shown(order) == []
    assert sums(order) == ("17.29", "17.29", "0.00", "0")
    assert order.payment.state is PaymentState.PAID
    assert [str(part.amount) for part in order.payment.parts] == ["17.29"]


def test_a_unit_of_rounding_between_pieces_and_total_is_no_refund() -> None:
    two_left = line(quantity=2, orderPlacedQuantity=3)
    order = with_refunds(refund(1229, lines=[pieces("11", 1)]), lines=[two_left], paid=4186)
    assert shown(order) == []
    assert sums(order) == ("29.58", "29.58", "0.00", "0")
    assert order.payment.state is PaymentState.PAID


def test_a_refund_of_more_pieces_than_were_cancelled_is_split() -> None:
    one_left = line(quantity=1, orderPlacedQuantity=2, proratedLinePrice=999, proratedLinePriceWithTax=1229)
    order = with_refunds(refund(2458, lines=[pieces("11", 2)]), lines=[one_left], total=1499, totalWithTax=1729)
    assert shown(order) == [("12.29", [(1, "1", "9.99", "2.30", "12.29")])]
    assert sums(order) == ("17.29", "17.29", "0.00", "12.29")


def test_a_refund_of_money_alone_first_pays_back_what_was_paid_too_much() -> None:
    one_left = line(quantity=1, proratedLinePrice=999, proratedLinePriceWithTax=1229)
    order = with_refunds(refund(1300, items=0), lines=[one_left], total=1499, totalWithTax=1729)
    assert shown(order) == [("0.71", [])]
    assert sums(order) == ("17.29", "17.29", "0.00", "0.71")


def test_refunds_that_name_pieces_say_first_which_were_cancelled() -> None:
    one_left = line(quantity=1, proratedLinePrice=999, proratedLinePriceWithTax=1229)
    money = refund(200, id="31", items=0, createdAt="2026-11-21T08:00:00.000Z")
    cup = refund(1229, id="32", lines=[pieces("11", 1)])
    order = with_refunds(money, cup, lines=[one_left], total=1499, totalWithTax=1729)
    assert shown(order) == [("2.00", [])]
    assert sums(order) == ("17.29", "17.29", "0.00", "2.00")


def test_a_refund_that_failed_gave_nothing_back_and_one_that_waits_counts() -> None:
    assert shown(with_refunds(refund(1229, state="Failed", lines=[pieces("11", 1)]))) == []
    assert len(with_refunds(refund(1229, state="Pending", lines=[pieces("11", 1)])).refunds) == 1


def test_a_wholly_cancelled_and_paid_back_order_is_cancelled_and_owes_nothing() -> None:
    none = line(quantity=0, proratedLinePrice=0, proratedLinePriceWithTax=0, linePrice=0)
    order = with_refunds(
        refund(2958, lines=[pieces("11", 2)], shipping=500), lines=[none], shippingLines=[], total=0, totalWithTax=0,
        state="Cancelled",
    )  # fmt: skip
    assert order.cancelled
    assert sums(order) == ("0.00", "0.00", "0.00", "0")
    assert order.payment.parts == ()
    assert order.refunds == ()


def test_refunds_stand_oldest_first_and_in_the_order_of_their_ids() -> None:
    late = refund(100, id="9", items=0, createdAt="2026-11-23T08:00:00.000Z")
    early = refund(200, id="10", items=0)
    twin = refund(300, id="2", items=0)
    assert [one.refund_id for one in with_refunds(late, early, twin).refunds] == ["2", "10", "9"]


def test_refunds_of_every_payment_count() -> None:
    cards = [
        payment(id="1", amount=1000, method="gift-card", refunds=[refund(100, id="1", items=0)]),
        payment(id="2", amount=1958, refunds=[refund(50, id="2", items=0)]),
    ]
    order = mapped(payments=cards)
    assert [str(one.amount) for one in order.refunds] == ["1.00", "0.50"]


def test_a_refund_comes_off_the_payment_that_it_hangs_on() -> None:
    cards = [
        payment(id="1", amount=1000, method="gift-card", transactionId="SECRET"),
        payment(id="2", amount=1958, refunds=[refund(1229, lines=[pieces("11", 1)])]),
    ]
    order = mapped(payments=cards)
    assert [(one.method, str(one.amount), one.transaction_id) for one in order.refunds[0].parts] == [
        ("card", "12.29", "T-1")
    ]
    left = reduced(order)
    assert isinstance(left, Order)
    assert [(part.method, str(part.amount)) for part in left.payment.parts] == [
        ("gift_card", "10.00"),
        ("card", "7.29"),
    ]
    assert with_refunds(refund(1229, lines=[pieces("11", 1)])).refunds[0].parts == ()  # there is one payment


@pytest.mark.parametrize("broken", [{"total": None}, {"lines": "x"}, {"lines": [{"quantity": 1}]}, {"shipping": "x"}])
def test_a_refund_that_cannot_be_read_holds_its_order(broken: dict[str, Any]) -> None:
    assert told(payments=[payment(refunds=[refund(100) | broken])]).order is None


@given(
    nets=st.lists(st.integers(1, 100_000), min_size=1, max_size=4),
    rate=st.sampled_from([0, 5, 8, 19, 23]),
    quantity=st.integers(1, 9),
    cut=st.integers(1, 100),
    parcel_gross=st.integers(0, 2000),
    precision=st.sampled_from([0, 2, 3]),
)
def test_whatever_is_given_back_lines_never_exceed_it_and_nothing_is_lost(
    nets: list[int], rate: int, quantity: int, cut: int, parcel_gross: int, precision: int
) -> None:
    lines, gross = [], parcel_gross
    for place, net in enumerate(nets):
        with_tax = net + (net * rate + 50) // 100
        gross += with_tax
        lines.append(
            line(id=str(place), quantity=quantity, orderPlacedQuantity=quantity, taxRate=rate, proratedLinePrice=net,
                 proratedLinePriceWithTax=with_tax, linePrice=net, linePriceWithTax=with_tax)
        )  # fmt: skip
    back = refund(max(1, gross * cut // 100), lines=[pieces(str(place), 1) for place in range(len(nets))])
    order = mapped(
        precision, lines=lines, shippingLines=[parcel(parcel_gross, parcel_gross)],
        total=sum(nets) + parcel_gross, totalWithTax=gross, payments=[payment(amount=gross, refunds=[back])],
    )  # fmt: skip
    assert sum(one.gross for one in order.lines) == order.totals.gross
    (told_back,) = order.refunds
    unit = Decimal(1).scaleb(-precision)
    assert told_back.amount == back["total"] * unit
    assert sum(one.gross for one in told_back.lines) <= told_back.amount
    assert all(one.net + one.tax == one.gross and one.gross >= 0 for one in told_back.lines)
    assert all(one.gross == one.gross.quantize(unit) for one in told_back.lines)
