"""Refunds stand beside the lines, order edits change them. Originals are made by hand; see `made`."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bridge.domain.contract import Order, PaymentState, Refund, RefundLine
from bridge.domain.refunds import Unclear, reduced
from tests.stores.shopify.made import (
    Json,
    back,
    bag,
    line,
    nodes,
    order_from,
    original,
    paid,
    refund,
    shipping,
    shipping_back,
    tax,
    told_from,
)
from tests.stores.shopify.test_mapping import amounts, fits

D = Decimal
WHEN = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def goods(left: int = 2) -> Json:
    """Three pieces at 10.00 net with 3.00 off in all: 27.00 net, 6.21 tax."""
    return line(1, "10.00", 3, tax("0.23", "6.21"), off="3.00", currentQuantity=left)


def test_a_partial_refund_with_lines_and_shipping_leaves_the_lines_as_sold() -> None:
    given = refund(71, "13.53", back(1, 1, "9.00", "2.07"), shipping=(shipping_back("2.00", "0.46"),))
    order = order_from(
        original(
            "24.60",  # of 38.13, less the refund
            goods(),
            shippingLines=[shipping("4.00", tax("0.23", "0.92"))],
            refunds=(given,),
            received="38.13",
            displayFinancialStatus="PARTIALLY_REFUNDED",
        )
    )
    assert amounts(order) == [("27.00", "6.21", "33.21"), ("4.00", "0.92", "4.92")]
    assert order.lines[0].quantity == D(3)
    assert order.refunds == (
        Refund(
            refund_id="71",
            refunded_at=WHEN,
            amount=D("13.53"),
            lines=(
                RefundLine(position=1, quantity=D(1), net=D("9.00"), tax=D("2.07"), gross=D("11.07")),
                RefundLine(position=2, quantity=D(0), net=D("2.00"), tax=D("0.46"), gross=D("2.46")),
            ),
        ),
    )
    assert (order.totals.gross, order.totals.paid, order.totals.refunded) == (D("38.13"), D("38.13"), D("13.53"))
    assert order.payment.state is PaymentState.PARTIALLY_REFUNDED
    assert fits(order)


def test_amounts_of_a_refund_are_gross_where_prices_are() -> None:
    item = line(1, "12.30", 2, tax("0.23", "4.60"), currentQuantity=1)
    given = refund(71, "12.30", back(1, 1, "12.30", "2.30"))
    order = order_from(original("12.30", item, refunds=(given,), received="24.60", taxesIncluded=True))
    (told,) = order.refunds[0].lines
    assert (told.net, told.tax, told.gross) == (D("10.00"), D("2.30"), D("12.30"))
    assert order.totals.gross == D("24.60")
    assert fits(order)


def test_money_given_back_without_a_line_is_told_whichever_way_the_shop_counts_its_total() -> None:
    given = refund(71, "5.00")
    for current in ("33.21", "28.21"):  # not lowered by the amount, or lowered
        order = order_from(original(current, goods(left=3), refunds=(given,), received="33.21"))
        assert (order.totals.gross, order.totals.refunded, order.refunds[0].lines) == (D("33.21"), D("5.00"), ())
        assert fits(order)


def test_less_paid_back_than_the_lines_are_worth() -> None:
    given = refund(71, "10.00", back(1, 1, "9.00", "2.07"))
    order = order_from(original("22.14", goods(), refunds=(given,), received="33.21"))
    assert (order.totals.gross, order.refunds[0].amount) == (D("33.21"), D("10.00"))
    assert sum(each.gross for each in order.refunds[0].lines) == D("11.07")
    assert fits(order)


def test_a_refund_on_its_way_counts_and_a_failed_one_does_not() -> None:
    def given(status: str) -> Json:
        waiting = {"kind": "REFUND", "status": status, "gateway": "bank", "amountSet": bag("5.00")}
        return refund(71, "0.0", transactions=nodes(waiting))

    pending = order_from(original("33.21", goods(left=3), refunds=(given("PENDING"),)))
    assert [each.amount for each in pending.refunds] == [D("5.00")]
    failed = order_from(original("33.21", goods(left=3), refunds=(given("FAILURE"),)))
    assert failed.refunds == ()


def test_pieces_that_an_order_edit_took_off_are_taken_off_the_line_to_the_cent() -> None:
    given = refund(71, "0.0", back(1, 1, "9.01", "2.07"))
    order = order_from(original("22.13", goods(), refunds=(given,)))
    assert amounts(order) == [("17.99", "4.14", "22.13")]
    assert (order.lines[0].quantity, order.lines[0].discount) == (D(2), D("2.01"))
    assert (order.refunds, order.totals.refunded, order.payment.state) == ((), D(0), PaymentState.PAID)
    assert fits(order)


def test_two_order_edits_of_one_line_are_both_taken_off() -> None:
    edits = (refund(71, "0.0", back(1, 1, "9.00", "2.07")), refund(72, "0.0", back(1, 1, "9.00", "2.07")))
    order = order_from(original("11.07", goods(left=1), refunds=edits))
    assert (order.lines[0].quantity, amounts(order)) == (D(1), [("9.00", "2.07", "11.07")])
    assert fits(order)


def test_a_refunded_duty_is_net_also_where_prices_hold_the_tax() -> None:
    duty = {"price": bag("7.00"), "taxLines": [tax("0.10", "0.70")]}
    item = line(1, "12.30", 1, tax("0.23", "2.30"), duties=[duty])
    order = order_from(
        original("13.00", item, refunds=(refund(72, "7.00", duties=["7.00"]),), received="20.00", taxesIncluded=True)
    )
    (told,) = order.refunds[0].lines
    assert (told.position, told.net, told.tax, told.gross) == (2, D("7.00"), D(0), D("7.00"))
    assert order.lines[1].tax_code == "VAT 10%"
    assert fits(order)


def test_pieces_that_only_the_current_quantity_tells_of_are_off_the_order_too() -> None:
    left = line(2, "10.00", 3, tax("0.23", "6.90"), currentQuantity=2)
    gone = line(1, "10.00", 1, tax("0.23", "2.30"), currentQuantity=0)
    order = order_from(original("24.60", gone, left))
    assert [(each.sku, each.quantity, each.gross) for each in order.lines] == [("SKU-2", D(2), D("24.60"))]
    assert fits(order)
    untrue = order_from(original("36.90", gone, left))  # the shop's own total counts three pieces
    assert not fits(untrue)


def test_a_line_that_an_order_edit_took_off_whole_is_gone_and_an_added_one_is_there() -> None:
    removed = line(1, "10.00", 1, tax("0.23", "2.30"), currentQuantity=0)
    added = line(2, "20.00", 1, tax("0.23", "4.60"))
    given = refund(71, "0.0", back(1, 1, "10.00", "2.30"))
    order = order_from(original("24.60", removed, added, refunds=(given,), received="12.30"))
    assert [(each.position, each.sku) for each in order.lines] == [(1, "SKU-2")]
    assert (order.totals.gross, order.totals.due, order.payment.state) == (D("24.60"), D("12.30"), PaymentState.UNPAID)
    assert fits(order)


def test_removed_shipping_and_refunded_duties() -> None:
    duty = {"price": bag("7.00"), "taxLines": []}
    edit = refund(71, "0.0", shipping=(shipping_back("4.00", "0.92"),))
    paid_back = refund(72, "7.00", duties=["7.00"])
    order = order_from(
        original(
            "33.21",
            line(1, "10.00", 3, tax("0.23", "6.21"), off="3.00", duties=[duty]),
            shippingLines=[shipping("4.00", tax("0.23", "0.92"))],
            refunds=(edit, paid_back),
            received="40.21",
        )
    )
    assert amounts(order) == [("27.00", "6.21", "33.21"), ("0.00", "0.00", "0.00"), ("7.00", "0", "7.00")]
    assert [(each.position, each.gross) for each in order.refunds[0].lines] == [(3, D("7.00"))]
    assert fits(order)


def test_money_given_back_after_an_edit_took_pieces_off_lowers_the_payment_and_not_what_is_left() -> None:
    card, voucher = paid("28.21"), paid("5.00", "gift_card")
    edit = refund(71, "0.0", back(1, 1, "9.00", "2.07"))
    for current, amount, left in (("22.14", "11.07", "0"), ("22.14", "13.07", "2.00")):
        to_card = {"kind": "REFUND", "status": "SUCCESS", "gateway": "shopify_payments", "amountSet": bag(amount)}
        given = refund(72, amount, transactions=nodes(to_card))
        order = order_from(
            original(
                current, goods(), refunds=(edit, given), received="33.21", transactions=[card, voucher],
                displayFinancialStatus="PARTIALLY_REFUNDED",
            )
        )  # fmt: skip
        totals = order.totals
        assert (totals.gross, totals.paid, totals.due, totals.refunded) == (D("22.14"), D("22.14"), D(0), D(left))
        assert [(part.method, part.amount) for part in order.payment.parts] == [
            ("shopify_payments", D("17.14")), ("gift_card", D("5.00")),
        ]  # fmt: skip
        assert order.payment.state is (PaymentState.PARTIALLY_REFUNDED if D(left) else PaymentState.PAID)
        assert [each.amount for each in order.refunds] == ([D(left)] if D(left) else [])
        assert fits(order)


def test_pieces_exchanged_for_cheaper_ones_are_off_the_order_and_the_difference_off_the_payment() -> None:
    sold, other = line(1, "50.00", 2, currentQuantity=1), line(2, "30.00")
    given = refund(71, "20.00", back(1, 1, "50.00", "0.00"))
    order = order_from(original("80.00", sold, other, refunds=(given,), received="100.00"))
    assert [(each.sku, each.quantity, each.gross) for each in order.lines] == [
        ("SKU-1", D(1), D("50.00")), ("SKU-2", D(1), D("30.00")),
    ]  # fmt: skip
    assert (order.totals.gross, order.totals.paid, order.totals.refunded) == (D("80.00"), D("80.00"), D(0))
    assert (order.payment.state, order.refunds) == (PaymentState.PAID, ())
    assert fits(order)


def test_pieces_exchanged_for_as_dear_or_dearer_ones_are_off_the_order() -> None:
    for price, received, state in (
        ("50.00", "50.00", PaymentState.PAID),
        ("80.00", "80.00", PaymentState.PAID),
        ("80.00", "50.00", PaymentState.UNPAID),
    ):
        exchange = refund(71, "0.0", back(1, 1, "50.00", "0.00"))
        sold, other = line(1, "50.00", currentQuantity=0), line(2, price)
        order = order_from(original(price, sold, other, refunds=(exchange,), received=received))
        assert [each.sku for each in order.lines] == ["SKU-2"]
        assert (order.totals.gross, order.totals.paid, order.payment.state) == (D(price), D(received), state)
        assert fits(order)


def kit(number: int, left: int, sold: int = 4) -> Json:
    """A component of which each of two kits holds two."""
    group = {"id": "gid://shopify/LineItemGroup/7", "title": "Tea set", "quantity": 2, "variantSku": "SET-1"}
    return line(number, "5.00", sold, currentQuantity=left, lineItemGroup=group)


def test_an_edit_takes_whole_kits_off_and_a_kit_whose_parts_went_by_halves_is_none_any_more() -> None:
    def kinds(*left: int) -> list[tuple[str, str, Decimal]]:
        whole = tuple(back(place, 4 - each, f"{(4 - each) * 5}.00", "0.00") for place, each in enumerate(left, 1))
        raw = original(f"{sum(left) * 5}.00", kit(1, left[0]), kit(2, left[1]), refunds=(refund(71, "0.0", *whole),))
        order = order_from(raw)
        assert fits(order)
        return [(each.kind, each.sku, each.quantity) for each in order.lines]

    assert kinds(2, 2) == [("kit", "SET-1", D(1)), ("kit_component", "SKU-1", D(2)), ("kit_component", "SKU-2", D(2))]
    assert kinds(4, 2) == [("product", "SKU-1", D(4)), ("product", "SKU-2", D(2))]
    assert kinds(3, 3) == [("product", "SKU-1", D(3)), ("product", "SKU-2", D(3))]
    assert kinds(0, 0) == []


def test_a_kit_that_was_paid_back_whole_is_named_by_the_refund_so_that_it_can_be_taken_off() -> None:
    given = refund(71, "20.00", back(1, 2, "10.00", "0.00"), back(2, 2, "10.00", "0.00"))
    order = order_from(original("20.00", kit(1, 2), kit(2, 2), refunds=(given,), received="40.00"))
    assert [(each.position, each.quantity, each.gross) for each in order.refunds[0].lines] == [
        (2, D(2), D("10.00")), (3, D(2), D("10.00")), (1, D(1), D(0)),
    ]  # fmt: skip
    left = reduced(order)
    assert isinstance(left, Order)
    assert [(each.sku, each.quantity) for each in left.lines] == [("SET-1", D(1)), ("SKU-1", D(2)), ("SKU-2", D(2))]
    assert (left.totals.gross, left.totals.paid, left.totals.refunded) == (D("20.00"), D("20.00"), D(0))
    half = refund(71, "10.00", back(1, 2, "10.00", "0.00"))
    order = order_from(original("30.00", kit(1, 2), kit(2, 4), refunds=(half,), received="40.00"))
    assert [each.position for each in order.refunds[0].lines] == [2]


def test_a_wholly_refunded_order_keeps_its_worth() -> None:
    given = refund(71, "33.21", back(1, 3, "27.00", "6.21"))
    order = order_from(
        original("0.0", goods(left=0), refunds=(given,), received="33.21", displayFinancialStatus="REFUNDED")
    )
    assert (order.totals.gross, order.totals.refunded) == (D("33.21"), D("33.21"))
    assert order.payment.state is PaymentState.REFUNDED
    assert fits(order)


def test_an_unpaid_order_that_was_cancelled_whole_is_told_as_it_was_sold() -> None:
    given = refund(71, "0.0", back(1, 3, "27.00", "6.21"))
    order = order_from(
        original(
            "0.0",
            goods(left=0),
            refunds=(given,),
            totalPriceSet=bag("33.21"),
            received="0.0",
            transactions=[],
            displayFinancialStatus="VOIDED",
            cancelledAt="2026-03-05T09:00:00Z",
        )
    )
    assert (order.cancelled, order.payment.state) == (True, PaymentState.FAILED)
    assert amounts(order) == [("27.00", "6.21", "33.21")]
    assert fits(order)


def test_a_refund_that_names_a_line_that_is_not_there_is_unreadable() -> None:
    told = told_from(original("24.60", goods(), refunds=(refund(71, "9.00", back(8, 1, "9.00", "0.00")),)))
    assert told.problem is not None
    assert "a refund names a line that the order does not have" in told.problem.message


def test_more_pieces_taken_off_than_were_sold_are_unreadable() -> None:
    told = told_from(original("24.60", goods(), refunds=(refund(71, "0.0", back(1, 4, "9.00", "0.00")),)))
    assert told.problem is not None
    assert "line 1: more pieces were taken off than were sold" in told.problem.message


STATES: list[tuple[str, PaymentState, str, list[Json]]] = [
    ("PAID", PaymentState.PAID, "10.00", [paid("10.00")]),
    ("PAID", PaymentState.PAID, "10.00", [paid("10.00", "manual", kind="CAPTURE")]),
    ("PENDING", PaymentState.UNPAID, "0.0", []),
    ("PENDING", PaymentState.UNPAID, "0.0", [paid("10.00", "Cash on Delivery (COD)", status="PENDING")]),
    ("AUTHORIZED", PaymentState.AUTHORIZED, "0.0", [paid("10.00", kind="AUTHORIZATION")]),
    ("PARTIALLY_PAID", PaymentState.UNPAID, "4.00", [paid("4.00", "gift_card")]),
    ("EXPIRED", PaymentState.FAILED, "0.0", [paid("10.00", kind="AUTHORIZATION")]),
    ("EXPIRED", PaymentState.UNPAID, "4.00", [paid("4.00", "gift_card"), paid("6.00", kind="AUTHORIZATION")]),
    ("VOIDED", PaymentState.FAILED, "0.0", [paid("10.00", kind="AUTHORIZATION"), paid("10.00", kind="VOID")]),
    ("PAID", PaymentState.UNPAID, "0.0", [paid("10.00", status="FAILURE")]),  # a word is no evidence
    ("BRAND_NEW_WORD", PaymentState.PAID, "10.00", [paid("10.00")]),
]


def test_the_payment_state_is_told_by_evidence() -> None:
    for word, state, received, transactions in STATES:
        fields: dict[str, Any] = {"displayFinancialStatus": word, "received": received, "transactions": transactions}
        order = order_from(original("10.00", line(1, "10.00"), **fields))
        assert (word, order.payment.state, order.totals.paid) == (word, state, D(received))
        assert (order.payment.paid_at is not None) == (state is PaymentState.PAID)


def test_an_order_that_costs_nothing_is_paid_where_the_shop_says_so() -> None:
    free: dict[str, Any] = {"received": "0.0", "transactions": []}
    assert order_from(original("0.0", line(1, "9.00", off="9.00"), **free)).payment.state is PaymentState.PAID
    draft = original("0.0", line(1, "9.00", off="9.00"), displayFinancialStatus="PENDING", **free)
    assert order_from(draft).payment.state is PaymentState.UNPAID


def test_change_given_back_at_the_till_is_no_payment() -> None:
    cash = [paid("30.00"), paid("20.00", "cash"), paid("10.00", "cash", kind="CHANGE")]
    order = order_from(original("40.00", line(1, "40.00"), transactions=cash))
    parts = [(part.method, part.amount) for part in order.payment.parts]
    assert parts == [("shopify_payments", D("30.00")), ("cash", D("10.00"))]
    assert order.totals.due == 0


def went_back(**by_gateway: str) -> Json:
    """The transactions of a refund."""
    rows = ({"kind": "REFUND", "status": "SUCCESS", "gateway": name, "amountSet": bag(amount)}
            for name, amount in by_gateway.items())  # fmt: skip
    return nodes(*rows)


def test_a_refund_names_the_payments_that_it_went_back_to_where_there_are_several() -> None:
    mixed = [paid("20.00", "gift_card"), paid("13.21")]
    for transactions, parts, left in (
        (went_back(shopify_payments="11.07"), {"shopify_payments": "11.07"},
         {"gift_card": "20.00", "shopify_payments": "2.14"}),
        (went_back(gift_card="5.00", shopify_payments="6.07"), {"gift_card": "5.00", "shopify_payments": "6.07"},
         {"gift_card": "15.00", "shopify_payments": "7.14"}),
        (nodes(), {}, None),
    ):  # fmt: skip
        given = refund(71, "11.07", back(1, 1, "9.00", "2.07"), transactions=transactions)
        order = order_from(original("22.14", goods(), refunds=(given,), received="33.21", transactions=mixed))
        assert {part.method: str(part.amount) for part in order.refunds[0].parts} == parts
        less = reduced(order)
        if left is None:
            assert isinstance(less, Unclear)
            continue
        assert isinstance(less, Order)
        assert {part.method: str(part.amount) for part in less.payment.parts} == left
        assert less.totals.paid == D("22.14")
    one = refund(71, "11.07", back(1, 1, "9.00", "2.07"), transactions=went_back(shopify_payments="11.07"))
    assert order_from(original("22.14", goods(), refunds=(one,), received="33.21")).refunds[0].parts == ()


def test_a_deposit_that_was_given_back_leaves_the_order_to_be_paid_and_delivered() -> None:
    deposit = refund(71, "30.00", transactions=went_back(shopify_payments="30.00"))
    for amount, kept in (("30.00", "0.00"), ("10.00", "20.00")):
        given = {**deposit, "totalRefundedSet": bag(amount)}
        order = order_from(
            original("33.21", goods(left=3), refunds=(given,), received="30.00", displayFinancialStatus="REFUNDED")
        )
        assert (order.payment.state, order.refunds, order.totals.refunded) == (PaymentState.UNPAID, (), D(0))
        assert (order.totals.gross, order.totals.paid) == (D("33.21"), D(kept))
        assert sum((part.amount for part in order.payment.parts), D(0)) == D(kept)
        assert fits(order)


def test_a_deposit_that_was_given_back_with_all_pieces_leaves_nothing_of_the_order() -> None:
    given = refund(71, "30.00", back(1, 3, "27.00", "6.21"))
    order = order_from(original("0.0", goods(left=0), refunds=(given,), received="30.00"))
    assert (order.totals.gross, order.payment.state) == (D("33.21"), PaymentState.REFUNDED)
    one = refund(71, "11.07", back(1, 1, "9.00", "2.07"))  # and of one piece: the rest is still to come
    order = order_from(original("22.14", goods(), refunds=(one,), received="11.07"))
    assert (order.payment.state, order.totals.refunded) == (PaymentState.UNPAID, D("11.07"))


def test_cash_that_was_rounded_and_given_back_is_refunded() -> None:
    """The shop's sums of payments and refunds are those before the rounding."""
    for rounding in ("0.03", "-0.02"):
        given = refund(71, "10.02", back(1, 1, "10.02", "0.00"))
        order = order_from(
            original("0.0", line(1, "10.02", currentQuantity=0), refunds=(given,), received="10.02",
                     totalPriceSet=bag("10.02"), transactions=[paid("10.02", "cash")],
                     totalCashRoundingAdjustment={"paymentSet": bag(rounding)})
        )  # fmt: skip
        assert (order.payment.state, order.totals.gross) == (PaymentState.REFUNDED, D("10.02") + D(rounding))
        assert fits(order)


def test_the_method_is_the_largest_payment_that_is_no_card_of_the_shop() -> None:
    mixed = [paid("90.00", "gift_card"), paid("10.00", "Bank Deposit", status="PENDING")]
    order = order_from(original("100.00", line(1, "100.00"), received="90.00", transactions=mixed))
    assert (order.payment.method, order.totals.due) == ("Bank Deposit", D("10.00"))
    unpaid = original("1.00", line(1, "1.00"), received="0.0", transactions=[], paymentGatewayNames=["Invoice"])
    assert order_from(unpaid).payment.method == "Invoice"


def test_a_company_that_names_no_way_of_payment_pays_by_its_terms() -> None:
    entity = {"company": {"name": "Nowak"}, "location": {"name": "Warsaw", "taxSettings": {}}}
    unpaid: dict[str, Any] = {"received": "0.0", "transactions": [], "paymentGatewayNames": []}
    order = order_from(original("1.00", line(1, "1.00"), purchasingEntity=entity, **unpaid))
    assert (order.payment.method, order.payment.state) == ("payment_terms", PaymentState.UNPAID)
    assert order_from(original("1.00", line(1, "1.00"), **unpaid)).payment.method == ""
