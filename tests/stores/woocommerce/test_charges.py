"""Shipping and fees: what class they have, and the lines of a charge whose tax the shop shared out over its goods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from bridge.domain.contract import Line, LineKind, Order
from bridge.domain.refunds import Unclear, reduced
from tests.stores.any_sale import Sale, many_sales
from tests.stores.woocommerce.any_order import rate_of, sales
from tests.stores.woocommerce.test_mapping import line, mapped, mapped_with, meta

R23 = {"rate_id": 7, "rate_percent": 23, "compound": False}
R8 = {"rate_id": 8, "rate_percent": 8, "compound": False}
GOODS_23 = line(
    subtotal="100.00", subtotal_tax="23.00", total="100.00", total_tax="23.00", taxes=[{"id": 7, "total": "23"}]
)
GOODS_8 = line(
    id=12, sku="B", tax_class="reduced-rate", subtotal="100.00", subtotal_tax="8.00", total="100.00", total_tax="8.00",
    taxes=[{"id": 8, "total": "8"}],
)  # fmt: skip
UNTAXED = line(
    id=13, sku="C", subtotal="100.00", subtotal_tax="0.00", total="100.00", total_tax="0.00", taxes=[],
    tax_class="zero-rate",
)  # fmt: skip


def charge(total: str, total_tax: str, taxes: dict[int, str], **changes: Any) -> dict[str, Any]:
    rows = [{"id": row, "total": tax} for row, tax in taxes.items()]
    return {"id": 21, "name": "Loyalty", "method_id": "flat_rate", "method_title": "Courier", "total": total,
            "total_tax": total_tax, "taxes": rows, "meta_data": [], **changes}  # fmt: skip


def order_of(goods: list[dict[str, Any]], **charges: list[dict[str, Any]]) -> dict[str, Any]:
    """An order whose sums are those of its lines."""
    items = [*goods, *charges.get("shipping_lines", []), *charges.get("fee_lines", [])]
    tax = sum((Decimal(item["total_tax"]) for item in items), Decimal(0))
    total = sum((Decimal(item["total"]) for item in items), tax)
    shipping = sum((Decimal(item["total"]) for item in charges.get("shipping_lines", [])), Decimal("0.00"))
    return {"line_items": goods, "total": str(total), "total_tax": str(tax), "shipping_total": str(shipping),
            "tax_lines": [R23, R8], **charges}  # fmt: skip


def shipped(goods: list[dict[str, Any]], shipping: dict[str, Any], **changes: Any) -> Line:
    """The shipping line of an order."""
    return mapped(**{**order_of(goods, shipping_lines=[shipping]), **changes}).lines[-1]


def shares_of(order: Order, goods: int) -> list[tuple[str, str, str, str]]:
    """Net, tax, rate and tax code of each line behind the goods."""
    return [(str(one.net), str(one.tax), str(one.tax_rate), one.tax_code) for one in order.lines[goods:]]


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        ([GOODS_8], "reduced-rate"),
        ([GOODS_23, GOODS_8], "reduced-rate"),
        ([GOODS_23], ""),  # no goods are taxed so: the map is asked for 8%
        ([GOODS_8, {**GOODS_8, "id": 14, "tax_class": "books"}], ""),  # two classes with one row: no shop, but a plugin
    ],
)
def test_shipping_has_the_class_of_the_goods_that_were_taxed_by_the_same_rows(
    goods: list[dict[str, Any]], code: str
) -> None:
    one = shipped(goods, charge("10.00", "0.80", {8: "0.8"}))
    assert (one.tax_rate, one.tax_code) == (Decimal("0.08"), code)


def test_untaxed_shipping_is_zero_rated_and_free_shipping_stays_standard() -> None:
    assert shipped([GOODS_8], charge("10.00", "0.00", {})).tax_code == "zero-rate"
    assert shipped([GOODS_8], charge("0.00", "0.00", {})).tax_code == "standard"


def test_a_fee_has_its_own_class_and_one_below_zero_that_of_the_goods_it_was_taxed_as() -> None:
    fee = charge("10.00", "2.30", {7: "2.3"}, tax_class="wrapping")
    less = charge("-10.00", "-0.80", {8: "-0.8"}, tax_class="")
    order = mapped(**order_of([GOODS_8], fee_lines=[fee, less, charge("0.00", "0.00", {}, tax_class="0")]))
    assert [one.tax_code for one in order.lines] == ["reduced-rate", "wrapping", "reduced-rate", "standard"]


def test_an_old_order_without_rates_tells_the_class_of_shipping_by_its_rows() -> None:
    one = shipped([GOODS_23, GOODS_8], charge("10.00", "0.80", {8: "0.8"}), tax_lines=[{"rate_id": 8}])
    assert (one.tax_rate, one.tax_code) == (None, "reduced-rate")


@pytest.mark.parametrize(("tax", "code"), [("0.80", "reduced-rate"), ("2.30", "standard"), ("1.50", "")])
def test_an_imported_order_without_rows_tells_the_class_of_shipping_by_its_goods_tax(tax: str, code: str) -> None:
    """Empty: nothing tells what it is, and a check holds the order."""
    goods = [{**GOODS_23, "taxes": []}, {**GOODS_8, "taxes": []}]
    one = shipped(goods, charge("10.00", tax, {}), tax_lines=[])
    assert (one.tax_rate, one.tax_code) == (None, code)


def test_a_fee_below_zero_is_a_line_for_each_rate_that_the_shop_shared_its_tax_out_over() -> None:
    fee = charge("-10.00", "-1.55", {7: "-1.15", 8: "-0.4"}, tax_class="")
    order = mapped(**order_of([GOODS_23, GOODS_8], fee_lines=[fee]))
    assert shares_of(order, 2) == [
        ("-5.00", "-1.15", "0.23", "standard"), ("-5.00", "-0.40", "0.08", "reduced-rate"),
    ]  # fmt: skip
    assert [(one.position, one.kind, one.name) for one in order.lines[2:]] == [
        (3, LineKind.DISCOUNT, "Loyalty"), (4, LineKind.DISCOUNT, "Loyalty"),
    ]  # fmt: skip
    assert [(part.rate, part.net, part.tax) for part in order.totals.by_rate] == [
        (Decimal("0.08"), Decimal("95.00"), Decimal("7.60")), (Decimal("0.23"), Decimal("95.00"), Decimal("21.85")),
    ]  # fmt: skip


def test_the_share_of_a_fee_below_zero_that_lies_on_untaxed_goods_is_untaxed() -> None:
    fee = charge("-10.00", "-1.15", {7: "-1.15"}, tax_class="")
    assert shares_of(mapped(**order_of([GOODS_23, UNTAXED], fee_lines=[fee])), 2) == [
        ("-5.00", "-1.15", "0.23", "standard"), ("-5.00", "0", "0", "zero-rate"),
    ]  # fmt: skip


def test_shares_are_whole_coins_that_make_the_charge() -> None:
    """A third of 10.00 on each: the shop keeps the taxes finer than coins, and rounds each into the fee's tax."""
    fee = charge("-10.00", "-1.04", {7: "-0.766667", 8: "-0.266667"}, tax_class="")
    assert shares_of(mapped(**order_of([GOODS_23, GOODS_8, UNTAXED], fee_lines=[fee])), 3) == [
        ("-3.33", "-0.77", "0.23", "standard"), ("-3.34", "-0.27", "0.08", "reduced-rate"),
        ("-3.33", "0", "0", "zero-rate"),
    ]  # fmt: skip


def test_each_rows_tax_is_rounded_as_the_shop_rounds_it() -> None:
    """Three rows of 1.654988, 0.003808 and 0.002992 are 1.65, though their sum would be 1.66."""
    two = {
        **GOODS_8,
        "tax_class": "two",
        "taxes": [{"id": 1, "total": "7"}, {"id": 2, "total": "5.5"}],
        "total_tax": "12.50",
    }
    shipping = charge("7.25", "1.65", {7: "1.654988", 1: "0.003808", 2: "0.002992"})
    rates = [R23, {"rate_id": 1, "rate_percent": 7}, {"rate_id": 2, "rate_percent": Decimal("5.5")}]
    order = mapped(**{**order_of([GOODS_23, two], shipping_lines=[shipping]), "tax_lines": rates})
    assert shares_of(order, 2) == [("0.05", "0.00", "0.125", "two"), ("7.20", "1.65", "0.23", "standard")]


def test_shipping_that_a_plugin_shared_out_is_a_line_for_each_rate_and_later_lines_move() -> None:
    """Each half of 4.90 with tax in it; the plugin rounded the taxes."""
    shipping = charge("4.26", "0.64", {7: "0.46", 8: "0.18"})
    order = mapped(**order_of([GOODS_23, GOODS_8], shipping_lines=[shipping], fee_lines=[
        charge("1.00", "0.23", {7: "0.23"}, id=22, tax_class=""),
    ]))  # fmt: skip
    assert shares_of(order, 2) == [
        ("2.00", "0.46", "0.23", "standard"), ("2.26", "0.18", "0.08", "reduced-rate"),
        ("1.00", "0.23", "0.23", "standard"),
    ]  # fmt: skip
    assert [one.position for one in order.lines] == [1, 2, 3, 4, 5]
    assert (order.totals.shipping, order.totals.rounding, order.shipping_method) == (
        Decimal("4.26"), Decimal(0), "flat_rate",
    )  # fmt: skip


def test_a_row_of_no_percent_tells_that_a_part_of_shipping_is_untaxed() -> None:
    books = {**UNTAXED, "tax_class": "books", "taxes": [{"id": 9, "total": "0"}]}
    order = order_of([GOODS_23, books], shipping_lines=[charge("10.00", "1.15", {7: "1.15", 9: "0"})])
    rates = [R23, {"rate_id": 9, "rate_percent": 0, "compound": False}]
    assert shares_of(mapped(**{**order, "tax_lines": rates}), 2) == [
        ("5.00", "1.15", "0.23", "standard"), ("5.00", "0", "0", "zero-rate"),
    ]  # fmt: skip


def test_rows_that_goods_are_charged_by_together_are_one_rate() -> None:
    """Federal and provincial tax on one half of the fee, the first on top of nothing, the second on top of it."""
    rates = [
        R8,
        {"rate_id": 1, "rate_percent": 5, "compound": False},
        {"rate_id": 2, "rate_percent": 10, "compound": True},
    ]
    both = line(subtotal="100.00", subtotal_tax="15.50", total="100.00", total_tax="15.50",
                taxes=[{"id": 1, "total": "5"}, {"id": 2, "total": "10.5"}])  # fmt: skip
    fee = charge("-10.00", "-1.18", {1: "-0.25", 2: "-0.525", 8: "-0.4"}, tax_class="")
    order = mapped(**{**order_of([both, GOODS_8], fee_lines=[fee]), "tax_lines": rates})
    assert shares_of(order, 2) == [
        ("-5.00", "-0.78", "0.155", "standard"), ("-5.00", "-0.40", "0.08", "reduced-rate"),
    ]  # fmt: skip


def test_rows_that_shipping_alone_is_charged_by_together_are_one_rate_too() -> None:
    rates = [
        R23,
        {"rate_id": 1, "rate_percent": 5, "compound": False},
        {"rate_id": 2, "rate_percent": 7, "compound": False},
    ]
    both = charge("100.00", "12.00", {1: "5", 2: "7"}, id=20)
    fee = charge("-10.00", "-1.75", {7: "-1.15", 1: "-0.25", 2: "-0.35"}, tax_class="")
    order = mapped(**{**order_of([GOODS_23], shipping_lines=[both], fee_lines=[fee]), "tax_lines": rates})
    assert shares_of(order, 1) == [
        ("100.00", "12.00", "0.12", ""), ("-5.00", "-0.60", "0.12", ""), ("-5.00", "-1.15", "0.23", "standard"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("goods", "group", "told"),
    [
        # The shares would be 5 and 10 of 10: the shop's tax is wrong, and its line goes to the check as it is.
        ([GOODS_23, GOODS_8], "fee_lines", charge("-10.00", "-1.95", {7: "-1.15", 8: "-0.8"}, tax_class="")),
        # No goods without tax that the rest could lie on.
        ([GOODS_23], "fee_lines", charge("-10.00", "-1.15", {7: "-1.15"}, tax_class="")),
        # The shop shares nothing but discounts out over untaxed goods.
        ([GOODS_23, UNTAXED], "shipping_lines", charge("10.00", "1.15", {7: "1.15"})),
    ],
)
def test_a_charge_whose_tax_no_shares_explain_stays_one_line(
    goods: list[dict[str, Any]], group: str, told: dict[str, Any]
) -> None:
    (one,) = mapped(**order_of(goods, **{group: [told]})).lines[len(goods) :]
    assert (one.net, one.tax) == (Decimal(told["total"]), Decimal(told["total_tax"]))


@many_sales
@given(sale=sales())
def test_no_line_of_any_order_has_a_class_of_another_rate(sale: Sale) -> None:
    for one in sale.order.lines:
        if one.tax_code and (one.net or one.tax):
            assert one.tax_rate == rate_of("" if one.tax_code == "standard" else one.tax_code)


def given_back(total: str, tax: str) -> list[dict[str, Any]]:
    back = {"id": 91, "total": total, "total_tax": tax, "meta_data": meta(_refunded_item_id="21")}
    return [{"id": 1, "date_created_gmt": "2026-03-03T08:00:00", "shipping_lines": [back]}]


SHARED = order_of([GOODS_23, GOODS_8], shipping_lines=[charge("10.00", "1.55", {7: "1.15", 8: "0.4"})])


def test_a_refund_of_a_shared_charge_comes_off_each_of_its_lines() -> None:
    refunds = [{"id": 1, "total": "-5.78"}]
    order = mapped_with(given_back("-5.00", "-0.78"), **{**SHARED, "refunds": refunds})
    assert [(one.position, one.net, one.tax) for one in order.refunds[0].lines] == [
        (3, Decimal("2.50"), Decimal("0.58")), (4, Decimal("2.50"), Decimal("0.20")),
    ]  # fmt: skip
    left = reduced(order)
    assert isinstance(left, Order)
    assert shares_of(left, 2) == [("2.50", "0.57", "0.23", "standard"), ("2.50", "0.20", "0.08", "reduced-rate")]
    assert (left.totals.shipping, left.totals.gross) == (Decimal("5.00"), Decimal("236.77"))


def test_a_shared_charge_that_came_back_whole_is_gone() -> None:
    order = mapped_with(given_back("-10.00", "-1.55"), **{**SHARED, "refunds": [{"id": 1, "total": "-11.55"}]})
    left = reduced(order)
    assert isinstance(left, Order)
    assert [one.position for one in left.lines] == [1, 2]


def test_a_refund_of_a_shared_charge_that_is_taxed_as_no_share_of_it_is_held_in_words() -> None:
    order = mapped_with(given_back("-5.00", "-1.15"), **{**SHARED, "refunds": [{"id": 1, "total": "-6.15"}]})
    assert reduced(order) == Unclear("6.15 was given back without naming a line, and the order has several taxes")


def test_money_given_back_beside_the_lines_has_the_one_tax_of_goods_and_shipping() -> None:
    order = mapped_with([], **order_of([GOODS_8], shipping_lines=[charge("10.00", "0.80", {8: "0.8"})]),
                        refunds=[{"id": 1, "total": "-5.40"}])  # fmt: skip
    left = reduced(order)
    assert isinstance(left, Order)
    assert shares_of(left, 2) == [("-5.00", "-0.40", "0.08", "reduced-rate")]
