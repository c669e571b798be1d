"""Orders of a simulated Magento become canonical orders; every figure is written out. All orders are made up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order, PaymentState
from bridge.domain.revision import content_of
from bridge.domain.what_changed import differences, is_for_the_erp
from bridge.stores.base import StoreOrder
from bridge.testing.stores import told
from tests.stores.magento.shops import Magento
from tests.stores.shops import MORNING

FREE = {"amount": "0", "method": "freeshipping_freeshipping", "tax_percent": "0"}


def amounts(order: Order) -> list[tuple[str, str, str]]:
    return [(str(line.net), str(line.tax), str(line.gross)) for line in order.lines]


def totals(order: Order) -> tuple[str, str, str, str]:
    """Net, tax, gross, rounding."""
    sums = order.totals
    assert sum((line.gross for line in order.lines), Decimal(0)) + sums.rounding == sums.gross
    assert sums.gross - sums.paid == sums.due
    return (str(sums.net), str(sums.tax), str(sums.gross), str(sums.rounding))


def problem(shop: Magento, raw: dict[str, Any], **order: Any) -> str:
    """What is said of an order that cannot be read."""
    placed = shop.place_as({**order, "raw": raw})
    (fetched,) = shop.open().fetch([placed])
    assert fetched.told is not None and fetched.told.problem is not None
    return fetched.told.problem.message


def test_a_discount_on_prices_with_tax_is_net_of_its_compensation(shop: Magento) -> None:
    # 123.00 less 12.30: the tax of 110.70 is 20.70, that of the discount 2.30 is the compensation.
    order = shop.mapped({"items": [{"sku": "A", "price": "123.00", "discount": "12.30"}], "shipping": FREE})
    line = order.lines[0]
    assert (line.net, line.tax, line.gross, line.discount) == (
        Decimal("90.00"),
        Decimal("20.70"),
        Decimal("110.70"),
        Decimal("10.00"),
    )
    assert (line.unit_net, line.unit_gross, line.tax_rate) == (Decimal(100), Decimal(123), Decimal("0.23"))
    assert totals(order) == ("90.00", "20.70", "110.70", "0.00")


def test_a_parcel_that_leaves_changes_nothing_for_the_erp(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"sku": "A", "price": "10"}], "shipping": FREE, "state": "processing"})
    before = content_of(shop.told(placed))
    shop.shop.edit(placed, state="complete", status="complete")
    found = differences(before, content_of(shop.told(placed)))
    assert [one.field for one in found] == ["status"]
    assert not is_for_the_erp(found)


def test_prices_without_tax_and_a_discounted_shipping(shop: Magento) -> None:
    order = shop.mapped(
        {
            "prices_include_tax": False,
            "items": [{"sku": "A", "qty": 3, "price": "33.33", "discount": "10.00"}],
            "shipping": {"amount": "10", "discount": "5"},
        }
    )
    assert amounts(order) == [("89.99", "20.70", "110.69"), ("5.00", "1.15", "6.15")]
    assert totals(order) == ("94.99", "21.85", "116.84", "0.00")
    assert (order.totals.discount, order.totals.shipping) == (Decimal("15.00"), Decimal("5.00"))


def test_a_shop_that_taxes_before_discounts_has_the_discount_as_a_line_of_its_own(shop: Magento) -> None:
    order = shop.mapped(
        {
            "prices_include_tax": False,
            "tax_before_discount": True,
            "items": [{"sku": "A", "price": "100", "discount": "12.30"}],
            "shipping": FREE,
            "coupon_code": "SPRING",
        }
    )
    assert amounts(order) == [("100.00", "23.00", "123.00"), ("0.00", "0.00", "0.00"), ("-12.30", "0", "-12.30")]
    discount = order.lines[2]
    assert (discount.kind, discount.name, discount.tax_rate) == (LineKind.DISCOUNT, "SPRING", Decimal(0))
    assert totals(order) == ("87.70", "23.00", "110.70", "0.00")


def test_shipping_taxed_before_its_discount_keeps_its_tax_and_its_worth(shop: Magento) -> None:
    order = shop.mapped(
        {
            "prices_include_tax": False,
            "tax_before_discount": True,
            "items": [{"sku": "A", "price": "100", "discount": "12.30"}],
            "shipping": {"amount": "10.00", "discount": "10.00"},
        }
    )
    assert amounts(order) == [("100.00", "23.00", "123.00"), ("10.00", "2.30", "12.30"), ("-22.30", "0", "-22.30")]
    assert totals(order) == ("87.70", "25.30", "113.00", "0.00")


def test_a_configurable_counts_once_with_the_variants_sku(shop: Magento) -> None:
    hoodie = {"sku": "MH01-S-Gray", "name": "Hoodie", "type": "configurable", "price": "52", "tax_percent": "0"}
    order = shop.mapped({"items": [{**hoodie, "children": [{"sku": "MH01-S-Gray"}]}], "shipping": FREE})
    assert [(line.sku, line.kind, line.gross) for line in order.lines] == [
        ("MH01-S-Gray", LineKind.PRODUCT, Decimal("52.00")),
        ("", LineKind.SHIPPING, Decimal("0.00")),
    ]


def test_a_configurable_whose_variant_holds_the_money_is_worth_that(shop: Magento) -> None:
    """So in orders that were brought in from elsewhere; where both hold it the parent counts, as the shop has it."""
    variant = {"sku": "H-Gray", "price": "61.50", "qty": 2}
    alone = {"sku": "H", "type": "configurable", "price": "0", "children": [variant]}
    order = shop.mapped({"items": [alone], "shipping": FREE, "raw": {"grand_total": 123, "tax_amount": 23}}, paid=False)
    assert [(line.sku, line.quantity, line.gross) for line in order.lines[:-1]] == [
        ("H-Gray", Decimal(2), Decimal("123.00"))
    ]
    assert totals(order) == ("100.00", "23.00", "123.00", "0.00")
    both = {**alone, "price": "61.50", "qty": 2}
    assert totals(shop.mapped({"items": [both], "shipping": FREE}))[2] == "123.00"


def test_a_bundle_with_a_dynamic_price_has_its_money_in_its_parts(shop: Magento) -> None:
    parts = [{"sku": "K1", "price": "12.30"}, {"sku": "K2", "price": "1.08", "qty": 2, "tax_percent": "8"}]
    kit = {"sku": "KIT", "type": "bundle", "price": "0", "children": parts}
    order = shop.mapped({"items": [kit, {"sku": "Z", "price": "1.23"}], "shipping": FREE})
    assert [(line.sku, line.kind, line.parent_position, line.gross) for line in order.lines[:4]] == [
        ("KIT", LineKind.KIT, None, Decimal(0)),
        ("K1", LineKind.KIT_COMPONENT, 1, Decimal("12.30")),
        ("K2", LineKind.KIT_COMPONENT, 1, Decimal("2.16")),
        ("Z", LineKind.PRODUCT, None, Decimal("1.23")),
    ]
    assert totals(order) == ("13.00", "2.69", "15.69", "0.00")


def test_a_bundle_with_a_fixed_price_has_its_money_in_the_kit(shop: Magento) -> None:
    kit = {"sku": "FIX", "type": "bundle", "price": "61.50", "qty": 2}
    order = shop.mapped(
        {"items": [{**kit, "children": [{"sku": "F1", "qty": 2}, {"sku": "F2", "qty": 4}]}], "shipping": FREE}
    )
    assert [(line.sku, line.kind, line.quantity, line.gross) for line in order.lines[:3]] == [
        ("FIX", LineKind.KIT, Decimal(2), Decimal("123.00")),
        ("F1", LineKind.KIT_COMPONENT, Decimal(2), Decimal(0)),
        ("F2", LineKind.KIT_COMPONENT, Decimal(4), Decimal(0)),
    ]
    assert totals(order) == ("100.00", "23.00", "123.00", "0.00")


def test_a_child_whose_parent_is_not_there_is_a_line_of_its_own(shop: Magento) -> None:
    order = shop.mapped({"items": [{"sku": "A", "price": "12.30", "raw": {"parent_item_id": 999}}], "shipping": FREE})
    assert [(line.sku, line.kind, line.gross) for line in order.lines[:1]] == [
        ("A", LineKind.PRODUCT, Decimal("12.30"))
    ]


def test_a_composed_product_of_a_module_is_a_kit_too(shop: Magento) -> None:
    box = {"sku": "BOX", "type": "custom_box", "price": "0", "children": [{"sku": "P1", "price": "12.30"}]}
    order = shop.mapped({"items": [box], "shipping": FREE})
    assert [(line.sku, line.kind, line.gross) for line in order.lines[:2]] == [
        ("BOX", LineKind.KIT, Decimal("0.00")),
        ("P1", LineKind.KIT_COMPONENT, Decimal("12.30")),
    ]


def test_gift_cards_store_credit_and_points_are_payments(shop: Magento) -> None:
    order = shop.mapped(
        {
            "items": [{"sku": "A", "price": "123.00"}],
            "shipping": FREE,
            "gift_cards": [{"code": "SECRET-1", "amount": "20"}, {"code": "SECRET-2", "amount": "3.50"}],
            "customer_balance": "5.50",
            "reward": "1",
        }
    )
    assert (order.totals.gross, order.totals.paid, order.totals.due) == (
        Decimal("123.00"),
        Decimal("30.00"),
        Decimal("93.00"),
    )
    assert [(part.method, part.amount) for part in order.payment.parts] == [
        ("gift_card", Decimal(20)),
        ("gift_card", Decimal("3.5")),
        ("store_credit", Decimal("5.5")),
        ("reward_points", Decimal(1)),
    ]
    assert "SECRET" not in str([part.transaction_id for part in order.payment.parts])
    assert order.payment.state is PaymentState.UNPAID


@pytest.mark.parametrize("told", [[{"id": 1, "amount": 50}], '[{"i":1,"c":"SECRET","a":20}]', None])
def test_gift_cards_that_do_not_add_up_are_the_sum_that_was_deducted(shop: Magento, told: Any) -> None:
    cards = {"gift_cards": told, "gift_cards_amount": 20}
    order = shop.mapped(
        {"items": [{"price": "50"}], "shipping": FREE, "extension_attributes": cards, "raw": {"grand_total": 30}}
    )
    assert [(part.method, part.amount) for part in order.payment.parts] == [("gift_card", Decimal(20))]
    assert order.totals.gross == Decimal("50.00")


def test_an_order_paid_by_a_gift_card_alone_is_paid(shop: Magento) -> None:
    order = shop.mapped(
        {"items": [{"sku": "A", "price": "50"}], "shipping": FREE, "gift_cards": [{"code": "X", "amount": "50"}]}
    )
    assert (order.payment.state, order.totals.due) == (PaymentState.PAID, Decimal("0.00"))


def test_a_gift_card_that_is_sold_is_a_service(shop: Magento) -> None:
    order = shop.mapped({"items": [{"sku": "GC50", "type": "giftcard", "price": "50", "tax_percent": "0"}]})
    assert (order.lines[0].kind, order.lines[0].sku, order.lines[0].tax_code) == (LineKind.SERVICE, "GC50", "zero-rate")


def test_paid_is_what_was_captured_and_when(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"sku": "A", "price": "10"}], "shipping": FREE, "state": "processing"})
    assert shop.told(placed).payment.state is PaymentState.UNPAID  # whatever the state says
    shop.clock.advance(hours=2)
    shop.shop.pay(placed)
    payment = shop.told(placed).payment
    assert (payment.state, payment.paid_at, payment.transaction_id) == (PaymentState.PAID, shop.clock.moment, "txn-1")
    assert [(part.method, part.amount, part.transaction_id) for part in payment.parts] == [
        ("checkmo", Decimal(10), "txn-1")
    ]


@pytest.mark.parametrize(("amount", "state"), [(10, PaymentState.AUTHORIZED), (9, PaymentState.UNPAID)])
def test_an_authorized_amount_is_not_paid(shop: Magento, amount: int, state: PaymentState) -> None:
    order = shop.mapped({"items": [{"price": "10"}], "shipping": FREE, "payment": {"amount_authorized": amount}})
    assert (order.payment.state, order.totals.paid) == (state, Decimal("0.00"))


def test_an_order_that_is_paid_in_part_is_not_paid(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"sku": "A", "price": "10", "qty": 2}], "shipping": FREE})
    shop.shop.pay_some(placed, {"A": 1})
    order = shop.told(placed)
    assert (order.payment.state, order.payment.paid_at, order.totals.due) == (
        PaymentState.UNPAID,
        None,
        Decimal("10.00"),
    )


def test_a_cancelled_invoice_is_no_payment(shop: Magento) -> None:
    (placed,) = shop.place()
    invoice = shop.shop.shelf.get(1, "invoices")
    assert invoice is not None
    shop.shop.shelf.put({**invoice, "state": 3}, "invoices")
    assert (shop.told(placed).payment.paid_at, shop.open().children(placed).payments) == (None, ())


def test_gift_wrapping_and_a_modules_fee_are_fee_lines(shop: Magento) -> None:
    given = {"cod_fee": 4.1, "cod_fee_tax": "0.94"}
    order = shop.mapped(
        {
            "items": [{"sku": "A", "price": "123.00"}],
            "shipping": FREE,
            "gift_wrap": {"price": "4.00", "tax": "0.92"},
            "extension_attributes": given,
            "raw": {"grand_total": 132.96, "tax_amount": 24.86},
        },
        fees={"cod": {"net": "extension_attributes.cod_fee", "tax": "extension_attributes.cod_fee_tax"}},
    )
    assert [(line.sku, line.kind, line.net, line.tax) for line in order.lines[2:]] == [
        ("@gift_wrap", LineKind.FEE, Decimal("4.00"), Decimal("0.92")),
        ("@cod", LineKind.FEE, Decimal("4.10"), Decimal("0.94")),
    ]
    assert totals(order) == ("108.10", "24.86", "132.96", "0.00")


def test_a_fixed_product_tax_is_a_fee_line(shop: Magento) -> None:
    applied = '[{"title":"Copying levy","row_amount":2.50,"row_amount_incl_tax":2.50,"base_row_amount":2.50}]'
    fixed = {"weee_tax_applied": applied, "weee_tax_applied_row_amount": 2.5}
    order = shop.mapped({"items": [{"price": "123.00", "raw": fixed}], "shipping": FREE, "raw": {"grand_total": 125.5}})
    assert (order.lines[2].sku, order.lines[2].name, order.lines[2].gross) == (
        "@fixed_product_tax",
        "Copying levy",
        Decimal("2.50"),
    )
    assert totals(order)[2] == "125.50"


def test_a_fixed_product_tax_may_be_taxed(shop: Magento) -> None:
    applied = '[{"title":"Copying levy","row_amount":2.50,"row_amount_incl_tax":3.08}]'
    fixed = {"weee_tax_applied": applied, "weee_tax_applied_row_amount": 2.5}
    order = shop.mapped(
        {
            "items": [{"price": "123.00", "raw": fixed}],
            "shipping": FREE,
            "raw": {"grand_total": 126.08, "tax_amount": 23.58},
        }
    )
    assert (order.lines[2].net, order.lines[2].tax, order.lines[2].tax_rate) == (
        Decimal("2.50"),
        Decimal("0.58"),
        Decimal("0.23"),
    )
    assert totals(order) == ("102.50", "23.58", "126.08", "0.00")


@pytest.mark.parametrize(
    ("money", "currency", "line", "gross"),
    [("presentment", "EUR", "123.00", "135.30"), ("shop", "PLN", "492.00", "541.20")],
)
def test_the_two_moneys_are_never_mixed(shop: Magento, money: str, currency: str, line: str, gross: str) -> None:
    foreign = {"currency": "EUR", "base_currency": "PLN", "base_to_order_rate": "0.25"}
    order = shop.mapped({**foreign, "items": [{"price": "123.00"}]}, paid=True, money=money)
    assert (order.money, order.currency, order.lines[0].gross) == (money, currency, Decimal(line))
    assert (order.totals.gross, order.totals.paid) == (Decimal(gross), Decimal(gross))


@pytest.mark.parametrize(
    ("currency", "price", "digits", "tax"),
    [
        ("JPY", "1100", 0, "100"),
        ("JPY", "1000", 2, "90.91"),  # the core computes with two decimals, and rounds no yen
        ("KWD", "11.00", 2, "1.00"),
        ("CZK", "110", 2, "10.00"),
    ],
)
def test_a_currencys_digits_are_those_that_the_shop_uses(
    shop: Magento, currency: str, price: str, digits: int, tax: str
) -> None:
    items = [{"price": price, "tax_percent": "10"}]
    order = shop.mapped({"currency": currency, "base_currency": currency, "items": items, "shipping": FREE})
    assert (order.currency_digits, str(order.lines[0].tax)) == (digits, tax)


def test_a_third_digit_that_a_module_brought_is_kept(shop: Magento) -> None:
    item = {"price": "10", "tax_percent": "0", "raw": {"row_total": 10.125}}
    order = shop.mapped({"currency": "KWD", "items": [item], "shipping": FREE, "raw": {"grand_total": 10.125}})
    assert (order.currency_digits, str(order.totals.gross), str(order.lines[0].net)) == (3, "10.125", "10.125")


def test_the_noise_of_an_old_php_is_not_money(shop: Magento) -> None:
    shop.shop.float_digits = 17
    order = shop.mapped({"items": [{"price": "39.99", "qty": 3, "tax_percent": "0"}], "shipping": FREE})
    assert (str(order.lines[0].net), str(order.totals.gross)) == ("119.97", "119.97")
    assert order.lines[0].unit_net == Decimal("39.99")
    weighed = shop.mapped({"items": [{"price": "10", "qty": "1.1", "tax_percent": "0"}], "shipping": FREE})
    assert str(weighed.lines[0].quantity) == "1.1"


def test_fractional_quantities_are_exact(shop: Magento) -> None:
    order = shop.mapped({"items": [{"price": "10", "qty": "1.375", "tax_percent": "0"}], "shipping": FREE})
    assert (order.lines[0].quantity, order.lines[0].gross) == (Decimal("1.375"), Decimal("13.75"))


def test_several_rates_have_a_code_of_all(shop: Magento) -> None:
    applied = [{"code": "CA GST", "percent": 5}, {"code": "CA PST", "percent": 7}]
    order = shop.mapped(
        {
            "entity_id": 5,
            "items": [{"price": "112.00", "tax_percent": "12"}],
            "shipping": FREE,
            "extension_attributes": {
                "item_applied_taxes": [{"type": "product", "item_id": 501, "applied_taxes": applied}]
            },
        }
    )
    line = order.lines[0]
    assert (line.tax_code, line.tax_rate, line.tax) == ("CA GST+CA PST", Decimal("0.12"), Decimal("12.00"))


def test_two_rates_of_the_shipping_are_its_rate_only_where_the_goods_have_it(shop: Magento) -> None:
    two = [{"code": "CA GST", "percent": 5}, {"code": "CA PST", "percent": 7}]
    order = shop.mapped(
        {
            "items": [{"price": "112.00", "tax_percent": "12"}],
            "shipping": {"amount": "11.20", "tax_percent": "12"},
            "extension_attributes": {"item_applied_taxes": [{"type": "shipping", "applied_taxes": two}]},
        }
    )
    assert (order.lines[1].tax_rate, order.lines[1].tax_code) == (Decimal("0.12"), "CA GST+CA PST")


def test_a_rate_that_no_code_names_is_its_percentage(shop: Magento) -> None:
    order = shop.mapped({"items": [{"price": "123"}], "extension_attributes": {"item_applied_taxes": []}})
    assert [(line.tax_code, line.tax_rate) for line in order.lines] == [
        ("23", Decimal("0.23")),
        ("23", Decimal("0.23")),  # the shipping's rate is the one of the goods that fits its tax
    ]


def test_a_tax_without_its_rate_has_none_and_no_number_of_zero(shop: Magento) -> None:
    items = [{"price": "123", "raw": {"tax_percent": None}}]
    line = shop.mapped({"items": items, "extension_attributes": {"item_applied_taxes": []}}).lines[0]
    assert (line.tax, line.tax_rate, line.tax_code) == (Decimal("23.00"), None, "")


@pytest.mark.parametrize("kind", [None, [], {}, 7])
def test_a_product_of_no_known_type_is_a_product(shop: Magento, kind: Any) -> None:
    order = shop.mapped({"items": [{"sku": "A", "price": "123", "raw": {"product_type": kind}}], "shipping": FREE})
    assert (order.lines[0].kind, order.lines[0].gross) == (LineKind.PRODUCT, Decimal("123.00"))


def test_the_shippings_rate_is_unknown_where_two_rates_fit(shop: Magento) -> None:
    goods = [{"price": "105", "tax_percent": "5"}, {"price": "107", "tax_percent": "7"}]
    order = shop.mapped(
        {
            "items": goods,
            "shipping": {"amount": "0.11", "tax_percent": "7"},
            "extension_attributes": {"item_applied_taxes": []},
        }
    )
    assert (order.lines[2].tax, order.lines[2].tax_rate) == (Decimal("0.01"), None)


def test_the_shippings_rate_is_unknown_where_two_rates_fit_none(shop: Magento) -> None:
    order = shop.mapped(
        {
            "items": [{"price": "123"}],
            "shipping": {"amount": "10.80", "tax_percent": "8"},
            "extension_attributes": {"item_applied_taxes": []},
        }
    )
    assert (order.lines[1].tax_rate, order.lines[1].tax_code) == (None, "")


def test_a_partial_cancellation_leaves_what_was_invoiced(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"sku": "A", "price": "12.30", "qty": 3}, {"sku": "B", "price": "1.23"}]})
    shop.shop.pay_some(placed, {"A": 2})
    shop.shop.cancel(placed)
    order = shop.told(placed)
    assert [(line.position, line.sku, line.quantity, line.gross) for line in order.lines] == [
        (1, "A", Decimal(2), Decimal("24.60")),
        (2, "", Decimal(1), Decimal("12.30")),
    ]
    assert (order.cancelled, order.totals.due) == (False, Decimal("0.00"))
    assert totals(order) == ("30.00", "6.90", "36.90", "0.00")


def test_a_configurable_that_was_cancelled_takes_its_child_along(shop: Magento) -> None:
    hoodie = {"sku": "H", "type": "configurable", "price": "24.60", "children": [{"sku": "H"}]}
    placed = shop.place_as({"items": [hoodie, {"sku": "B", "price": "1.23"}]})
    shop.shop.pay_some(placed, {"B": 1})
    shop.shop.cancel(placed)
    assert [(line.sku, line.gross) for line in shop.told(placed).lines] == [
        ("B", Decimal("1.23")),
        ("", Decimal("12.30")),
    ]


@pytest.mark.parametrize(
    ("shipped", "word"), [((0, 0), "unshipped"), ((1, 0), "partially_shipped"), ((1, 2), "shipped")]
)
def test_how_far_the_goods_have_gone(shop: Magento, shipped: tuple[int, int], word: str) -> None:
    first, second = ({"qty_shipped": count} for count in shipped)
    hoodie = {"sku": "H", "type": "configurable", "price": "24.60", "children": [{"sku": "H"}], "raw": first}
    order = shop.mapped({"items": [hoodie, {"sku": "B", "price": "1.23", "qty": 2, "raw": second}]})
    assert order.fulfilment_status == word


def test_a_shop_that_rounds_each_piece_does_not_tax_before_discounts(shop: Magento) -> None:
    item = {"price": "10", "qty": 5, "discount": "0.10", "raw": {"tax_amount": 11.45}}  # 49.90 at 23% is 11.477
    order = shop.mapped({"prices_include_tax": False, "items": [item], "shipping": FREE})
    assert (order.lines[0].net, order.lines[0].tax) == (Decimal("49.90"), Decimal("11.45"))


def test_a_cancellation_that_is_not_invoiced_yet_waits_for_the_shop(shop: Magento) -> None:
    item = {"price": "10", "qty": 3, "raw": {"qty_canceled": 1}}
    assert problem(shop, {}, items=[item]).endswith(
        "line 1: a part is cancelled, and the shop does not say yet what the rest is worth."
    )


def test_a_shipping_that_was_cancelled_is_no_line(shop: Magento) -> None:
    cancelled = {"shipping_canceled": 10, "total_canceled": 12.3}
    order = shop.mapped({"items": [{"price": "123"}], "raw": cancelled})
    assert (len(order.lines), order.totals.gross) == (1, Decimal("123.00"))
    assert "a part of its shipping is cancelled" in problem(shop, {**cancelled, "shipping_canceled": 4})


def test_a_cancelled_order_keeps_what_was_ordered(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"price": "123"}], "shipping": FREE})
    shop.shop.cancel(placed)
    order = shop.told(placed)
    assert (order.cancelled, order.status, order.totals.gross) == (True, "canceled", Decimal("123.00"))
    assert (order.lines[0].quantity, order.lines[0].gross) == (Decimal(1), Decimal("123.00"))


def test_a_credit_memo_gives_back_pieces_and_shipping(shop: Magento) -> None:
    placed = shop.place_as({"items": [{"sku": "A", "price": "12.30", "qty": 3}, {"sku": "B", "price": "1.23"}]})
    shop.shop.pay(placed)
    shop.clock.advance(hours=1)
    shop.shop.refund(placed, {"A": 1}, shipping="12.30", adjustment_positive="1.00", adjustment_negative="0.40")
    order = shop.told(placed)
    (refund,) = order.refunds
    assert (refund.refund_id, refund.refunded_at, refund.amount) == ("1", shop.clock.moment, Decimal("25.20"))
    assert [(one.position, one.quantity, one.net, one.tax, one.gross) for one in refund.lines] == [
        (1, Decimal(1), Decimal("10.00"), Decimal("2.30"), Decimal("12.30")),
        (3, Decimal(1), Decimal("10.00"), Decimal("2.30"), Decimal("12.30")),
    ]
    assert (order.payment.state, order.totals.refunded) == (PaymentState.PARTIALLY_REFUNDED, Decimal("25.20"))


def test_a_refunded_bundle_gives_back_each_piece_once(shop: Magento) -> None:
    parts = [{"sku": "K1", "price": "12.30"}, {"sku": "K2", "price": "1.08", "qty": 2, "tax_percent": "8"}]
    hoodie = {"sku": "H", "type": "configurable", "price": "24.60", "children": [{"sku": "H"}]}
    placed = shop.place_as({"items": [{"sku": "KIT", "type": "bundle", "price": "0", "children": parts}, hoodie]})
    shop.shop.pay(placed)
    shop.shop.refund(placed)
    order = shop.told(placed)
    (refund,) = order.refunds
    assert [(one.position, one.gross) for one in refund.lines] == [  # a bundle by its parts
        (2, Decimal("12.30")),
        (3, Decimal("2.16")),
        (4, Decimal("24.60")),
        (5, Decimal("12.30")),
    ]
    assert (refund.amount, order.totals.gross, order.payment.state) == (
        Decimal("51.36"),
        Decimal("51.36"),
        PaymentState.REFUNDED,
    )


def test_a_refund_of_a_discount_without_tax_gives_the_discount_back_too(shop: Magento) -> None:
    placed = shop.place_as(
        {
            "prices_include_tax": False,
            "tax_before_discount": True,
            "items": [{"sku": "A", "price": "100", "discount": "12.30"}],
            "shipping": FREE,
        }
    )
    shop.shop.pay(placed)
    shop.shop.refund(placed)
    (refund,) = shop.told(placed).refunds
    assert [(one.position, one.gross) for one in refund.lines] == [(1, Decimal("123.00")), (3, Decimal("-12.30"))]
    assert refund.amount == Decimal("110.70")


def test_what_went_back_to_a_gift_card_was_given_back_too(shop: Magento) -> None:
    placed = shop.place_as(
        {"items": [{"sku": "A", "price": "50"}], "shipping": FREE, "gift_cards": [{"code": "X", "amount": "20"}]}
    )
    shop.shop.pay(placed)
    memo_id = shop.shop.refund(placed)
    memo = shop.shop.shelf.get(memo_id, "creditmemos")
    assert memo is not None
    split = {"grand_total": 30, "extension_attributes": {"gift_cards_amount": 20}}
    shop.shop.shelf.put({**memo, **split}, "creditmemos")
    order = shop.told(placed)
    assert (order.refunds[0].amount, order.payment.state) == (Decimal("50.00"), PaymentState.REFUNDED)


def test_a_refunded_shipping_is_worth_no_more_than_its_line(shop: Magento) -> None:
    """A memo names the shipping before its discount."""
    placed = shop.place_as(
        {"items": [{"sku": "A", "price": "1.23"}], "shipping": {"amount": "12.30", "discount": "6.15"}}
    )
    shop.shop.pay(placed)
    shop.shop.refund(placed, {}, shipping="12.30")
    order = shop.told(placed)
    assert [(one.position, one.quantity, one.gross) for one in order.refunds[0].lines] == [
        (2, Decimal(1), Decimal("6.15"))
    ]


def test_a_cancelled_credit_memo_gave_nothing_back(shop: Magento) -> None:
    (placed,) = shop.place()
    memo_id = shop.shop.refund(placed, {}, adjustment_positive="5")
    memo = shop.shop.shelf.get(memo_id, "creditmemos")
    assert memo is not None
    shop.shop.shelf.put({**memo, "state": 3}, "creditmemos")
    assert shop.told(placed).refunds == ()


def test_both_parties_and_the_street_by_its_lines(shop: Magento) -> None:
    order = shop.mapped(
        {
            "billing": {"company": "Ola & Co", "vat_id": "PL5260250274", "street": ["Morska", "1", "4", "yard"]},
            "delivery": {"firstname": "Jan", "middlename": "Maria", "lastname": "Kot", "company": "", "email": "",
                         "region": "pomorskie", "region_code": "PM", "street": ["Polna", "7"]},
        },
        street_lines=["street", "house_number", "flat"],
    )  # fmt: skip
    billing, delivery = order.billing, order.delivery
    assert (billing.company, billing.tax_id) == ("Ola & Co", "PL5260250274")
    assert (billing.street, billing.house_number, billing.flat, billing.extra) == ("Morska", "1", "4", "yard")
    assert (delivery.first_name, delivery.last_name, delivery.street, delivery.house_number, delivery.region) == (
        "Jan Maria",
        "Kot",
        "Polna",
        "7",
        "PM",
    )
    assert delivery.email == "ola@example.org"


def test_a_virtual_order_goes_to_the_billing_address_and_ships_nothing(shop: Magento) -> None:
    order = shop.mapped({"virtual": True, "items": [{"sku": "E-BOOK", "type": "virtual", "price": "12.30"}]})
    assert [(line.kind, line.sku) for line in order.lines] == [(LineKind.SERVICE, "E-BOOK")]
    assert (order.delivery.street, order.fulfilment_status, order.shipping_method) == ("Morska 1", "", "")


def test_the_tax_id_of_the_account_counts_where_the_address_has_none(shop: Magento) -> None:
    assert shop.mapped({"customer_taxvat": "DE136695976"}).billing.tax_id == "DE136695976"


@pytest.mark.parametrize(
    ("order", "options", "exempt"),
    [
        ({"billing": {"vat_id": "DE136695976", "vat_is_valid": 1}}, {}, True),
        ({"customer_id": 7, "customer_group_id": 4}, {"exempt_groups": ["4"]}, True),
        ({"billing": {"vat_id": "DE136695976"}}, {}, False),  # not checked: no reason is told
        ({"billing": {"vat_is_valid": 1}, "taxed": "23"}, {}, False),
    ],
)
def test_a_buyer_who_is_charged_no_tax(
    shop: Magento, order: dict[str, Any], options: dict[str, Any], exempt: bool
) -> None:
    percent = order.pop("taxed", "0")
    items = [{"price": "100", "tax_percent": percent}]
    assert shop.mapped({"items": items, "shipping": FREE, **order}, **options).tax_exempt is exempt


def test_fields_of_modules_are_found_by_their_paths(shop: Magento) -> None:
    order = shop.mapped(
        {
            "payment": {"method": "purchaseorder", "po_number": "PO-77"},
            "shipping": {"amount": "0", "method": "inpost_locker"},
            "items": [
                {"price": "0", "raw": {"extension_attributes": {"ampromo_rule_id": 3}}},
                {"price": "5", "raw": {"extension_attributes": {"ampromo_rule_id": 4}}},  # reduced, not free
            ],
            "extension_attributes": {
                "inpost_locker_id": "GDY01M",
                "gift_message": {"message": "Sto lat!"},
                "payment_additional_info": ["mode", {"key": "mode", "value": "sandbox"}],
            },
            "customer_note": "Ring twice",
            "coupon_code": "SPRING",
        },
        test_marks={"extension_attributes.payment_additional_info.mode": "sandbox"},
        extra={"view": "store_name"},
    )
    assert (order.buyer_order_number, order.pickup_point_id, order.customer_note) == ("PO-77", "GDY01M", "Ring twice")
    assert (order.lines[0].kind, order.lines[1].kind) == (LineKind.GIFT, LineKind.PRODUCT)
    assert order.lines[0].tax_code == "PL VAT 23"  # what costs nothing keeps its rate
    assert (order.shipping_method, order.channel, order.status) == ("inpost_locker", "1", "pending")
    assert order.extra == {
        "coupons": "SPRING",
        "customer_group": "0",
        "gift_message": "Sto lat!",
        "test": "yes",
        "view": "Cups\nCups and plates\nEnglish",
    }


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"grand_total": "twelve"}, "grand_total is not a number"),
        ({"grand_total": True}, "grand_total is not a number"),
        ({"grand_total": 1e30}, "grand_total is not a number that an order can hold"),
        ({"grand_total": None}, "grand_total is missing"),
        ({"order_currency_code": ""}, "the currency is missing"),
        ({"increment_id": None}, "increment_id is missing"),
        ({"created_at": "yesterday"}, "created_at is not a time"),
        ({"items": {"first": {}}}, "items is not a list of groups"),
        ({"items": [7]}, "items is not a list of groups"),
        ({"billing_address": "Morska 1"}, "billing_address is not a group of fields"),
        ({"extension_attributes": {"applied_taxes": []}}, "it is shipped, and the shop tells no delivery address"),
        ({"extension_attributes": {"shipping_assignments": [{"shipping": {"method": "a"}}] * 2}}, "several addresses"),
    ],
)
def test_what_cannot_be_read_names_the_field_and_never_its_value(
    shop: Magento, raw: dict[str, Any], words: str
) -> None:
    message = problem(shop, raw)
    assert words in message
    assert "twelve" not in message and "yesterday" not in message and "Morska" not in message


def test_anothers_delivery_address_is_refused(shop: Magento) -> None:
    placed = shop.place_as({"entity_id": 12, "delivery": {"parent_id": 11}})
    (fetched,) = shop.open().fetch([placed])
    assert fetched.told is not None and fetched.told.problem is not None
    assert "belongs to another order" in fetched.told.problem.message


def test_an_order_without_an_id_is_told_as_a_problem(shop: Magento) -> None:
    shop.place_as({"entity_id": 3, "raw": {"increment_id": "000000003"}})
    row: StoreOrder
    order = shop.shop.order(3)
    order["entity_id"] = None
    shop.shop.shelf.remove(3)
    shop.shop.shelf.put({**order, "updated_at": "2026-03-02 08:00:00"})
    (row,) = told(list(shop.open().changed_since(None, MORNING)))
    assert row.problem is not None and row.problem.message.endswith("entity_id is missing.")


def test_odd_texts_are_carried(shop: Magento) -> None:
    name = "हल्की \u202e😀 =1+1"
    order = shop.mapped({"billing": {"firstname": name, "street": []}, "items": [{"name": name, "price": "1"}]})
    assert (order.billing.first_name, order.lines[0].name, order.billing.street) == (name, name, "")
