"""A refund before export: what is told, what comes off exactly, and what is never guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.checks import sums_disagree
from bridge.domain.checks.case import Case
from bridge.domain.contract import LineKind, Order, PaymentState, Totals
from bridge.domain.refunds import Unclear, reduced, refund_words, refunded_in_part
from tests.domain.orders import order, rules

KETTLE = {"position": 1, "quantity": "1", "net": "100.00", "tax": "23.00", "gross": "123.00"}
CUPS = {"position": 2, "quantity": "5", "net": "50.00", "tax": "11.50", "gross": "61.50"}
POSTAGE = {"position": 3, "quantity": "1", "net": "15.00", "tax": "3.45", "gross": "18.45"}


def refund(amount: str, *lines: dict[str, Any], refund_id: str = "r1") -> dict[str, Any]:
    """One refund as a store tells it."""
    return {"refund_id": refund_id, "amount": amount, "lines": list(lines)}


def refunded(*refunds: dict[str, Any], **changes: Any) -> Order:
    """The good order, of which this was given back."""
    total = sum((Decimal(one["amount"]) for one in refunds), Decimal(0))
    given_back = {"refunds": list(refunds), "totals.refunded": str(total), "payment.state": "partially_refunded"}
    return order({**given_back, **{name.replace("__", "."): value for name, value in changes.items()}})


def left_of(given: Order, only: frozenset[str] | None = None) -> Order:
    """What is left of an order; it adds up."""
    left = reduced(given, only)
    assert isinstance(left, Order), left
    assert list(sums_disagree.check(Case.of(left, rules(), "1"))) == []
    return left


def why(given: Order) -> str:
    """Why nothing can be taken off."""
    found = reduced(given)
    assert isinstance(found, Unclear), found
    return found.why


def test_one_of_two_pieces_comes_off_its_line_and_the_sums() -> None:
    left = left_of(refunded(refund("123.00", KETTLE)))
    (kettle, *_) = left.lines
    assert (kettle.quantity, kettle.net, kettle.tax, kettle.gross) == tuple(
        map(Decimal, ("1", "100.00", "23.00", "123.00"))
    )
    assert (kettle.unit_net, kettle.discount) == (Decimal(100), Decimal(0))
    assert len(left.lines) == 4
    totals = left.totals
    assert (totals.net, totals.tax, totals.gross) == tuple(map(Decimal, ("145.00", "33.35", "178.35")))
    assert (totals.paid, totals.due, totals.refunded) == tuple(map(Decimal, ("178.35", "0.00", "0.00")))
    assert [(part.rate, part.net, part.tax) for part in totals.by_rate] == [
        (Decimal("0.23"), Decimal("145.00"), Decimal("33.35"))
    ]
    assert left.payment.state is PaymentState.PAID
    assert left.refunds == ()


def test_a_line_that_came_back_whole_is_gone_and_so_is_postage_without_pieces() -> None:
    left = left_of(refunded(refund("61.50", CUPS), refund("18.45", {**POSTAGE, "quantity": "0"}, refund_id="r2")))
    assert [line.position for line in left.lines] == [1, 4]
    assert (left.totals.gross, left.totals.shipping) == (Decimal("221.40"), Decimal("0.00"))


def test_two_refunds_of_one_line_come_off_together() -> None:
    one = {**CUPS, "quantity": "2", "net": "20.00", "tax": "4.60", "gross": "24.60"}
    left = left_of(refunded(refund("24.60", one), refund("24.60", one, refund_id="r2")))
    assert (left.lines[1].quantity, left.lines[1].gross) == (Decimal(1), Decimal("12.30"))


def test_money_back_without_pieces_is_a_discount_of_the_line() -> None:
    left = left_of(
        refunded(refund("12.30", {**CUPS, "quantity": "0", "net": "10.00", "tax": "2.30", "gross": "12.30"}))
    )
    cups = left.lines[1]
    assert (cups.quantity, cups.unit_net, cups.discount, cups.net) == (
        Decimal(5),
        Decimal(10),
        Decimal("10.00"),
        Decimal("40.00"),
    )


def test_less_money_back_than_the_pieces_had_cost_leaves_the_rest_dearer() -> None:
    part = {**CUPS, "quantity": "1", "net": "6.00", "tax": "1.38", "gross": "7.38"}
    cups = left_of(refunded(refund("7.38", part))).lines[1]
    assert (cups.quantity, cups.net, cups.unit_net, cups.discount) == (
        Decimal(4),
        Decimal("44.00"),
        Decimal(11),
        Decimal(0),
    )


def test_money_back_beside_the_lines_is_a_discount_line_where_the_order_has_one_tax() -> None:
    left = left_of(refunded(refund("10.00")))
    last = left.lines[-1]
    assert (last.position, last.kind, last.name, last.tax_code) == (5, LineKind.DISCOUNT, "Refund", "standard")
    assert (last.net, last.tax, last.gross) == (Decimal("-8.13"), Decimal("-1.87"), Decimal("-10.00"))
    assert left.totals.by_rate[0].net == Decimal("236.87")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            refunded(refund("10.00"), lines__1__tax_rate="0.08"),
            "10.00 was given back without naming a line, and the order has several taxes",
        ),
        (
            refunded(refund("10.00"), **{f"lines__{one}__tax_rate": None for one in range(4)}),
            "10.00 was given back without naming a line, and the tax rate is not known",
        ),
        (refunded(refund("100.00", KETTLE)), "its lines are worth 23.00 more than what was given back"),
        (refunded(refund("123.00", {**KETTLE, "position": 9})), "a refund names line 9, which the order does not have"),
        (
            refunded(refund("123.00", {**KETTLE, "quantity": "3"})),
            "more than line 1 holds was given back of it",
        ),
        (
            refunded(refund("61.50", {**CUPS, "net": "61.50", "tax": "0.00"})),
            "more than line 2 holds was given back of it",
        ),
        (
            refunded(refund("123.00", {**KETTLE, "tax": "22.99"})),
            "the refund of line 1 has net 100.00, tax 22.99 and gross 123.00",
        ),
        (
            refunded(refund("49.20", {**CUPS, "net": "40.00", "tax": "9.20", "gross": "49.20"})),
            "all pieces of line 2 came back, but not all of its money",
        ),
        (refunded(refund("10.00"), totals__refunded="12.00"), "its refunds make 10.00, the store says 12.00"),
        (refunded(totals__refunded="12.00"), "its refunds make 0, the store says 12.00"),
        (
            refunded(refund("123.00", KETTLE), totals__paid="100.00", totals__due="201.35"),
            "more was given back than the 100.00 that were paid",
        ),
        (
            refunded(refund("123.00", KETTLE), lines__0__tax_rate=None),
            "the tax of line 1 cannot be told by rate",
        ),
        (
            refunded(
                refund("123.00", KETTLE),
                payment__parts=[{"method": "gift_card", "amount": "1.35"}, {"method": "card", "amount": "300.00"}],
            ),
            "it was paid in several ways, and the refund does not say which one got its money back",
        ),
    ],
)
def test_what_cannot_be_taken_off_without_guessing_says_why(given: Order, words: str) -> None:
    assert why(given) == words


def test_what_had_been_paid_too_much_takes_nothing_off_the_order_when_it_comes_back() -> None:
    twice: dict[str, Any] = {"totals__paid": "602.70", "totals__due": "-301.35"}
    left = left_of(refunded(refund("301.35"), **twice))
    assert [line.gross for line in left.lines] == [line.gross for line in order().lines]
    assert (left.totals.gross, left.totals.paid, left.totals.due) == (Decimal("301.35"), Decimal("301.35"), Decimal(0))
    with_goods = left_of(refunded(refund("434.35", KETTLE), **twice))
    assert [line.gross for line in with_goods.lines if line.name == "Refund"] == [Decimal("-10.00")]
    assert (with_goods.totals.gross, with_goods.totals.due) == (Decimal("168.35"), Decimal(0))


def test_no_order_goes_out_below_zero() -> None:
    unpaid = {"totals__paid": "0.00", "totals__due": "301.35"}
    assert why(refunded(refund("302.00"), **unpaid)) == "more was given back than the 301.35 that it is worth"


def test_the_one_payment_of_an_order_is_less_what_was_given_back() -> None:
    left = left_of(refunded(refund("123.00", KETTLE), payment__parts=[{"method": "card", "amount": "301.35"}]))
    assert [part.amount for part in left.payment.parts] == [Decimal("178.35")]


CARDS = [
    {"method": "gift_card", "amount": "50.00", "transaction_id": "1"},
    {"method": "gift_card", "amount": "51.35", "transaction_id": "2"},
    {"method": "card", "amount": "200.00", "transaction_id": "T-1"},
]


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([("card", "123.00", "")], [("gift_card", "50.00"), ("gift_card", "51.35"), ("card", "77.00")]),
        (
            [("card", "93.00", "T-1"), ("gift_card", "30.00", "2")],
            [("gift_card", "50.00"), ("gift_card", "21.35"), ("card", "107.00")],
        ),
        ([("card", "21.65", ""), ("gift_card", "101.35", "")], [("card", "178.35")]),
        (
            [("card", "100.00", "")],
            "it was paid in several ways, and the refund does not say which one got its money back",
        ),
        (
            [("card", "93.00", ""), ("gift_card", "30.00", "")],
            "it was paid by gift_card several times, and the refund does not say which one got its money back",
        ),
        ([("store_credit", "123.00", "")], "123.00 went back by store_credit, and 0 of it was paid so"),
        ([("gift_card", "123.00", "2")], "123.00 went back by gift_card, and 51.35 of it was paid so"),
    ],
)  # fmt: skip
def test_of_an_order_paid_in_several_ways_each_payment_is_less_what_went_back_to_it(
    parts: list[tuple[str, str, str]], left: object
) -> None:
    told = [{"method": method, "amount": amount, "transaction_id": key} for method, amount, key in parts]
    given = refunded({**refund("123.00", KETTLE), "parts": told}, payment__parts=CARDS)
    if isinstance(left, str):
        assert why(given) == left
    else:
        assert [(part.method, str(part.amount)) for part in left_of(given).payment.parts] == left


def test_an_order_that_nobody_has_paid_owes_only_what_is_left() -> None:
    changes = {"totals__paid": "0.00", "totals__due": "301.35", "payment__state": "unpaid"}
    left = left_of(refunded(refund("123.00", KETTLE), **changes))
    assert (left.totals.paid, left.totals.due) == (Decimal(0), Decimal("178.35"))
    assert left.payment.state is PaymentState.UNPAID


def test_the_pieces_of_a_kit_follow_it() -> None:
    kit = {"lines__0__kind": "kit", "lines__1__kind": "kit_component", "lines__1__parent_position": 1}
    free = {f"lines__1__{name}": "0" for name in ("net", "tax", "gross", "unit_net", "unit_gross")}
    sums = {"totals__net": "195.00", "totals__tax": "44.85", "totals__gross": "239.85", "totals__paid": "239.85"}
    rate = {"totals__by_rate": [{"rate": "0.23", "net": "195.00", "tax": "44.85"}]}
    six: dict[str, Any] = {"lines__1__quantity": "6"}
    left = left_of(refunded(refund("123.00", KETTLE), **kit, **free, **sums, **rate, **six))
    assert [line.quantity for line in left.lines] == [1, 3, 1, 1]
    both = {**KETTLE, "quantity": "2", "net": "200.00", "tax": "46.00", "gross": "246.00"}
    sums = {"totals__net": "215.00", "totals__tax": "49.45", "totals__gross": "264.45", "totals__paid": "264.45"}
    rate = {"totals__by_rate": [{"rate": "0.23", "net": "215.00", "tax": "49.45"}]}
    six["lines__3"] = None  # without the voucher
    gone = left_of(refunded(refund("246.00", both), **kit, **free, **sums, **rate, **six))
    assert [line.position for line in gone.lines] == [3]
    assert why(refunded(refund("123.00", KETTLE), **kit)) == (
        "line 2 belongs to a kit that came back, and no refund names it"
    )
    ten = {"lines__3": None, "lines__0__quantity": "3", "lines__1__quantity": "10"}
    assert why(refunded(refund("123.00", KETTLE), **kit, **free, **sums, **rate, **ten)) == (
        "the pieces of line 2 that are left make no number"
    )


def test_later_refunds_stay_told_where_only_the_first_ones_are_taken_off() -> None:
    given = refunded(refund("123.00", KETTLE), refund("10.00", refund_id="later"))
    left = left_of(given, frozenset({"r1"}))
    assert [one.refund_id for one in left.refunds] == ["later"]
    assert (left.totals.gross, left.totals.refunded) == (Decimal("178.35"), Decimal("10.00"))
    assert left.payment.state is PaymentState.PARTIALLY_REFUNDED
    assert reduced(given, frozenset()) is given


def test_a_refund_that_the_erp_knows_of_stays_off_where_a_later_one_cannot_be_told() -> None:
    given = refunded(refund("123.00", KETTLE), totals__refunded="133.00")
    assert why(given) == "its refunds make 123.00, the store says 133.00"
    left = left_of(given, frozenset({"r1"}))
    assert left.lines[0].quantity == 1
    assert (left.totals.gross, left.totals.refunded) == (Decimal("178.35"), Decimal("10.00"))


def test_an_order_without_refunds_stays_the_same() -> None:
    given = order()
    assert reduced(given) is given
    assert not refunded_in_part(given)


def test_what_became_of_a_refund_is_told_in_words() -> None:
    given = refunded(refund("10.00"))
    assert refunded_in_part(given)
    assert refund_words(given, "full") == (
        "Refunded 10.00 PLN of 301.35 before it was exported; it goes at its whole value."
    )
    assert refund_words(given, "reduce") == (
        "Refunded 10.00 PLN of 301.35 before it was exported; it goes without what was given back."
    )


@given(
    lines=st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 9999), st.sampled_from(["0.23", "0.08", "0"])),
        min_size=1,
        max_size=6,
    ),
    picks=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 100)), min_size=1, max_size=4),
)
def test_whatever_is_given_back_of_lines_the_sums_of_what_is_left_hold_and_lose_exactly_that(
    lines: list[tuple[int, int, str]], picks: list[tuple[int, int, int]]
) -> None:
    built: list[dict[str, Any]] = []
    positions: dict[int, tuple[int, Decimal, Decimal]] = {}
    for position, (quantity, unit, rate) in enumerate(lines, start=1):
        net = Decimal(quantity * unit).scaleb(-2)
        tax = (net * Decimal(rate)).quantize(Decimal("0.01"))
        amounts = {"net": net, "tax": tax, "gross": net + tax}
        built.append({"position": position, "sku": "A", "quantity": quantity, "unit_net": Decimal(unit).scaleb(-2),
                      "tax_rate": rate, **amounts})  # fmt: skip
        positions[position] = (quantity, net, tax)
    refunds = []
    for number, (index, pieces, percent) in enumerate(picks):
        position = index % len(lines) + 1
        quantity, net, tax = positions[position]
        some_net, some_tax = ((amount * percent / 100).quantize(Decimal("0.01")) for amount in (net, tax))
        line = {"position": position, "quantity": min(pieces, quantity), "net": some_net, "tax": some_tax,
                "gross": some_net + some_tax}  # fmt: skip
        refunds.append(refund(str(some_net + some_tax), line, refund_id=str(number)))
    sums = {name: sum((one[name] for one in built), Decimal(0)) for name in ("net", "tax", "gross")}
    totals = Totals(**sums, paid=sums["gross"], refunded=sum((Decimal(one["amount"]) for one in refunds), Decimal(0)))
    given_order = Order.model_validate({
        **order().model_dump(exclude={"lines", "totals", "refunds"}), "lines": built, "refunds": refunds,
        "totals": totals.model_dump(),
    })  # fmt: skip
    left = reduced(given_order)
    if isinstance(left, Order):
        assert list(sums_disagree.check(Case.of(left, rules(), "1"))) == []
        assert given_order.totals.gross - left.totals.gross == given_order.totals.refunded
        assert all(line.discount >= 0 and line.gross >= 0 and line.quantity > 0 for line in left.lines)
