"""What was paid by gift card or store credit is a payment, whichever plugin took it, and the order keeps its value."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order, PaymentState
from bridge.domain.refunds import Unclear, reduced
from bridge.stores.base import StoreOrder
from bridge.stores.woocommerce.mapping import Beside, store_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.woocommerce.test_mapping import line, meta, raw

ZERO = Decimal(0)
PAID_SO = [("store_credit", Decimal("10.00"))]


def told(keys: MetaKeys = MetaKeys(), beside: Beside = Beside(), **changes: Any) -> StoreOrder:
    return store_order("shop", raw(**changes), "{}", keys, beside)


def mapped(keys: MetaKeys = MetaKeys(), **changes: Any) -> Order:
    found = told(keys, **changes)
    assert found.order is not None, found.problem
    return found.order


def credits_of(order: Order) -> list[tuple[str, Decimal]]:
    return [(part.method, part.amount) for part in order.payment.parts if part.method != "p24"]


def adds_up(order: Order) -> bool:
    lines = sum((one.gross for one in order.lines), Decimal(0))
    tax = sum((one.tax for one in order.lines), Decimal(0))
    totals = order.totals
    return (lines, tax, totals.rounding, totals.paid + totals.due) == (totals.gross, totals.tax, ZERO, totals.gross)


def wallet(name: str, total_tax: str = "0.00") -> dict[str, Any]:
    tax = [{"id": 7, "total": total_tax}] if total_tax != "0.00" else []
    return {"id": 91, "name": name, "total": "-10.00", "total_tax": total_tax, "taxes": tax, "meta_data": []}


def coupon(code: str, kind: str = "", discount: str = "10.00", tax: str = "0.00") -> dict[str, Any]:
    return {"code": code, "discount": discount, "discount_tax": tax, "discount_type": kind, "meta_data": []}


LOWERED: dict[str, Any] = {
    "total": "12.30", "total_tax": "2.30", "discount_total": "10.00",
    "line_items": [line(total="10.00", total_tax="2.30", taxes=[{"id": 7, "total": "2.3"}])],
}  # fmt: skip


def test_an_amount_in_the_orders_meta_is_a_gift_card() -> None:
    cards = meta(_ywgc_applied_gift_cards_totals="10")
    order = mapped(total="14.60", meta_data=cards, date_paid_gmt=None)
    assert (order.totals.gross, order.totals.paid, order.totals.due) == (
        Decimal("24.60"),
        Decimal(10),
        Decimal("14.60"),
    )
    assert (credits_of(order), order.payment.state, adds_up(order)) == (
        [("gift_card", Decimal(10))], PaymentState.UNPAID, True,
    )  # fmt: skip
    other = replace(MetaKeys(), gift_cards=("_card",))
    assert credits_of(mapped(other, total="14.60", meta_data=meta(_card="10.00"))) == [("gift_card", Decimal(10))]
    whole = mapped(total="0.00", meta_data=meta(_ywgc_applied_gift_cards_totals=24.60), date_paid_gmt=None)
    assert (whole.payment.state, whole.totals.due) == (PaymentState.PAID, ZERO)


def test_a_card_that_its_plugin_later_turned_into_a_fee_is_not_counted_twice() -> None:
    fee = {**wallet("Gift card"), "id": 92}
    changes: dict[str, Any] = {
        "total": "14.60",
        "fee_lines": [fee],
        "meta_data": meta(_ywgc_applied_gift_cards_totals="10.00"),
    }
    plain = mapped(**changes)
    assert (plain.totals.gross, credits_of(plain), adds_up(plain)) == (Decimal("14.60"), [], True)
    named = mapped(replace(MetaKeys(), credit_fees=("gift card",)), **changes)
    assert (named.totals.gross, credits_of(named), adds_up(named)) == (Decimal("24.60"), PAID_SO, True)


@pytest.mark.parametrize(
    "fee",
    [
        wallet("Via wallet"),
        wallet("via WALLET"),
        {**wallet("Z portfela"), "meta_data": meta(_legacy_fee_key="_via_wallet_partial_payment")},
    ],
)
def test_a_negative_fee_of_a_wallet_is_a_payment_and_no_discount(fee: dict[str, Any]) -> None:
    order = mapped(total="14.60", fee_lines=[fee, {"name": "Wrap", "total": "0.00", "total_tax": "0.00", "taxes": []}])
    assert [one.kind for one in order.lines] == [LineKind.PRODUCT, LineKind.FEE]
    assert (order.totals.gross, credits_of(order), adds_up(order)) == (Decimal("24.60"), PAID_SO, True)


def test_a_wallet_that_takes_tax_off_too_leaves_the_goods_with_their_whole_tax() -> None:
    order = mapped(total="12.30", total_tax="2.30", fee_lines=[wallet("Via wallet", total_tax="-2.30")])
    assert (order.totals.gross, order.totals.tax, adds_up(order)) == (Decimal("24.60"), Decimal("4.60"), True)
    assert credits_of(order) == [("store_credit", Decimal("12.30"))]


def test_any_other_negative_fee_stays_a_discount_and_a_positive_one_is_never_a_payment() -> None:
    order = mapped(total="14.60", fee_lines=[wallet("Loyal")])
    assert (order.lines[1].kind, order.totals.gross, credits_of(order)) == (LineKind.DISCOUNT, Decimal("14.60"), [])
    dearer = mapped(total="34.60", fee_lines=[{**wallet("Via wallet"), "total": "10.00"}])
    assert (dearer.lines[1].kind, dearer.totals.gross, credits_of(dearer)) == (LineKind.FEE, Decimal("34.60"), [])


@pytest.mark.parametrize(
    "spent",
    [
        coupon("x1", "smart_coupon"),
        coupon("x1", "store_credit"),
        {**coupon("x1"), "meta_data": [{"key": "coupon_data", "value": {"discount_type": "smart_coupon"}}]},
    ],
)
def test_store_credit_that_lowers_the_total_alone_is_a_payment(spent: dict[str, Any]) -> None:
    order = mapped(total="14.60", discount_total="10.00", coupon_lines=[spent])
    assert (order.totals.gross, credits_of(order), adds_up(order)) == (Decimal("24.60"), PAID_SO, True)
    assert (order.totals.discount, "coupons" in order.extra) == (ZERO, False)


def test_an_order_without_its_list_of_goods_stops_no_other_however_it_was_paid() -> None:
    spent = coupon("x1", "smart_coupon")
    numbered = mapped(total="14.60", coupon_lines=[spent], line_items={"3": line()})
    assert (numbered.totals.gross, credits_of(numbered), adds_up(numbered)) == (Decimal("24.60"), PAID_SO, True)
    absent = mapped(total="14.60", coupon_lines=[spent], line_items=None)
    assert (absent.lines, adds_up(absent)) == ((), False)  # held by the check of the sums


def test_store_credit_that_lowers_the_lines_is_a_payment_and_the_lines_stand_as_before_it() -> None:
    spent = coupon("x1", "smart_coupon", tax="2.30")
    order = mapped(coupon_lines=[spent], **LOWERED)
    (one,) = order.lines
    assert (one.net, one.tax, one.discount, one.unit_net) == (Decimal("20.00"), Decimal("4.60"), ZERO, Decimal(10))
    assert (order.totals.gross, order.totals.discount, adds_up(order)) == (Decimal("24.60"), ZERO, True)
    assert credits_of(order) == [("store_credit", Decimal("12.30"))]


def test_a_coupon_is_a_payment_by_its_code_where_the_shop_says_so_and_else_a_discount() -> None:
    spent = coupon("GC-8F3A", tax="2.30")
    discount = mapped(coupon_lines=[spent], **LOWERED)
    assert (discount.totals.gross, credits_of(discount), discount.extra["coupons"]) == (Decimal("12.30"), [], "GC-8F3A")
    payment = mapped(replace(MetaKeys(), credit_coupons=("gc-*",)), coupon_lines=[spent], **LOWERED)
    assert (payment.totals.gross, credits_of(payment), adds_up(payment)) == (
        Decimal("24.60"), [("store_credit", Decimal("12.30"))], True,
    )  # fmt: skip
    assert "GC-8F3A" not in payment.model_dump_json()


def test_credit_and_a_coupon_that_both_lower_the_lines_are_told_and_not_guessed() -> None:
    found = told(
        coupon_lines=[coupon("x1", "smart_coupon", "6.00", "1.38"), coupon("SPRING", "", "4.00", "0.92")], **LOWERED
    )
    assert found.problem is not None
    assert "store credit and a coupon both lowered its lines" in found.problem.message


def test_credit_beside_a_coupon_is_a_payment_where_it_lowers_the_total_alone() -> None:
    both = [coupon("x1", "smart_coupon", "5.00"), coupon("SPRING", "", "10.00", "2.30")]
    order = mapped(**{**LOWERED, "total": "7.30", "coupon_lines": both})
    assert (order.totals.gross, credits_of(order), order.lines[0].discount, order.extra["coupons"]) == (
        Decimal("12.30"), [("store_credit", Decimal("5.00"))], Decimal("10.00"), "SPRING",
    )  # fmt: skip
    assert adds_up(order)


def test_a_refund_still_finds_its_line_behind_a_fee_that_is_a_payment() -> None:
    wrap = {"id": 93, "name": "Wrap", "total": "1.00", "total_tax": "0.00", "taxes": []}
    item = {"quantity": -1, "total": "-1.00", "total_tax": "0.00", "meta_data": meta(_refunded_item_id="93")}
    beside = Beside([{"id": 77, "date_created_gmt": "2026-03-03T09:00:00", "fee_lines": [item]}])
    found = told(
        beside=beside, total="15.60", fee_lines=[wallet("Via wallet"), wrap], refunds=[{"id": 77, "total": "-1.00"}]
    )
    assert found.order is not None
    (given,) = found.order.refunds[0].lines
    assert found.order.lines[given.position - 1].name == "Wrap"


@pytest.mark.parametrize("by_provider", [True, False])
def test_a_refund_by_the_payment_provider_went_back_by_the_orders_method(by_provider: bool) -> None:
    item = {"quantity": -1, "total": "-10.00", "total_tax": "-2.30", "meta_data": meta(_refunded_item_id="11")}
    detail = {"id": 77, "date_created_gmt": "2026-03-03T09:00:00", "line_items": [item]}
    found = told(
        beside=Beside([{**detail, "refunded_payment": by_provider}]),
        total="19.60", gift_cards=[{"id": 1, "code": "X", "amount": "5.00"}], refunds=[{"id": 77, "total": "-12.30"}],
    )  # fmt: skip
    assert found.order is not None
    left = reduced(found.order)
    if by_provider:
        assert isinstance(left, Order)
        assert [(part.method, part.amount) for part in left.payment.parts] == [
            ("gift_card", Decimal("5.00")), ("p24", Decimal("7.30")),
        ]  # fmt: skip
    else:  # by hand: to the card or to the gift card
        assert isinstance(left, Unclear)


def test_an_amount_that_is_none_is_told() -> None:
    found = told(meta_data=meta(_ywgc_applied_gift_cards_totals="ten"))
    assert found.problem is not None
    assert "gift card: _ywgc_applied_gift_cards_totals is not a number" in found.problem.message
