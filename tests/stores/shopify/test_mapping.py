"""A Shopify order gives these figures. Originals are made by hand (see `made`); expected values are written out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.checks import rounding_too_large
from bridge.domain.checks.case import Case
from bridge.domain.contract import LineKind, Order, PaymentPart, PaymentState
from bridge.domain.revision import content_of, order_from_content, revision_digest
from tests.domain.orders import rules
from tests.stores.shopify.made import (
    Json,
    address,
    bag,
    line,
    nodes,
    order_from,
    original,
    paid,
    shipping,
    tax,
)

D = Decimal


def amounts(order: Order) -> list[tuple[str, str, str]]:
    """Net, tax and gross of each line."""
    return [(str(line.net), str(line.tax), str(line.gross)) for line in order.lines]


def fits(order: Order) -> bool:
    """Whether lines, rounding, total and payments agree, and the order survives the ledger."""
    lines = sum((line.gross for line in order.lines), D(0))
    totals = order.totals
    return (
        lines + totals.rounding == totals.gross
        and totals.gross - totals.paid == totals.due
        and order_from_content(content_of(order)) == order
    )


def test_prices_without_tax_with_discounts_of_line_and_order_and_of_the_shipping() -> None:
    order = order_from(
        original(
            "44.28",
            line(1, "12.50", 2, tax("0.23", "4.60"), off=["3.00", "2.00"]),
            line(2, "12.00", 1, tax("0.23", "2.76")),
            shippingLines=[shipping("4.00", tax("0.23", "0.92"), full="6.50")],
            discountCodes=["SPRING", "VIP"],
        )
    )
    assert amounts(order) == [("20.00", "4.60", "24.60"), ("12.00", "2.76", "14.76"), ("4.00", "0.92", "4.92")]
    assert [line.discount for line in order.lines] == [D("5.00"), D(0), D("2.50")]
    assert (order.lines[0].unit_net, order.lines[0].unit_gross) == (D("12.5"), D("15.375"))
    assert order.lines[2].kind is LineKind.SHIPPING
    assert order.totals.shipping == D("4.00")
    assert order.extra == {"coupons": "SPRING,VIP"}
    assert fits(order)


def test_prices_with_tax_and_several_rates_on_one_line() -> None:
    order = order_from(
        original(
            "114.98",
            line(1, "114.98", 1, tax("0.05", "5.00", "GST"), tax("0.09975", "9.98", "QST")),
            taxesIncluded=True,
        )
    )
    (only,) = order.lines
    assert amounts(order) == [("100.00", "14.98", "114.98")]
    assert (only.tax_rate, only.tax_code) == (D("0.14975"), "GST+QST 14.975%")
    assert fits(order)


def test_a_tax_line_of_nothing_is_no_rate_and_an_untaxed_line_has_rate_nought() -> None:
    order = order_from(original("10.00", line(1, "10.00", 1, tax("0.06", "0.00", "State Tax"))))
    assert (order.lines[0].tax_rate, order.lines[0].tax_code) == (D(0), "zero-rate")


@pytest.mark.parametrize(
    ("currency", "total", "digits"),
    [
        ("JPY", "1200", 0),
        ("JPY", "1200.0", 0),
        ("KWD", "1.234", 3),
        ("PLN", "12", 2),
        ("PLN", "12.3", 2),
        ("ISK", "5.5", 1),
    ],
)
def test_amounts_have_no_fixed_number_of_digits(currency: str, total: str, digits: int) -> None:
    order = order_from(original(total, line(1, total), currencyCode=currency))
    assert (order.currency, order.currency_digits, order.totals.gross) == (currency, digits, D(total))
    assert fits(order)


@pytest.mark.parametrize(("money", "gross", "currency"), [("shop", "20.00", "EUR"), ("presentment", "86.40", "PLN")])
def test_one_of_the_two_moneys_is_read_and_stated(money: str, gross: str, currency: str) -> None:
    raw = original(
        bag("20.00", "86.40"),
        line(1, bag("10.00", "43.20"), 2, tax("0.23", bag("3.74", "16.16")), off=bag("5.00", "21.60")),
        shippingLines=[shipping(bag("5.00", "21.60"), tax("0.23", bag("0.93", "4.04")))],
        taxesIncluded=True,
        presentmentCurrencyCode="PLN",
    )
    order = order_from(raw, money=money)
    assert (order.money, order.currency, order.totals.gross, order.totals.paid) == (money, currency, D(gross), D(gross))
    assert fits(order)


def test_a_sold_gift_card_is_a_service_and_one_that_pays_is_a_payment() -> None:
    order = order_from(
        original(
            "75.00",
            line(1, "50.00", sku="", isGiftCard=True, requiresShipping=False),
            line(2, "25.00", isGiftCard=True, requiresShipping=False),
            transactions=[
                paid("30.00", "gift_card", id="gid://shopify/OrderTransaction/31", paymentId="card-code-1234"),
                paid("20.00", "shopify_store_credit", id="gid://shopify/OrderTransaction/32"),
                paid("25.00", "shopify_payments", paymentId="pay_77"),
            ],
        )
    )
    assert [(line.kind, line.sku) for line in order.lines] == [
        (LineKind.SERVICE, "@gift_card"),
        (LineKind.SERVICE, "SKU-2"),
    ]
    assert order.payment.parts == (
        PaymentPart(method="gift_card", amount=D("30.00"), transaction_id="31"),
        PaymentPart(method="store_credit", amount=D("20.00"), transaction_id="32"),
        PaymentPart(method="shopify_payments", amount=D("25.00"), transaction_id="pay_77"),
    )
    assert (order.payment.method, order.payment.transaction_id) == ("shopify_payments", "pay_77")
    assert (order.totals.gross, order.totals.paid, order.totals.due) == (D("75.00"), D("75.00"), D("0.00"))


def test_a_tip_duties_and_fees_are_lines_of_their_own() -> None:
    duty = {"price": bag("7.00"), "taxLines": [tax("0.20", "1.40")]}
    order = order_from(
        original(
            "62.40",
            line(1, "40.00", 1, tax("0.20", "8.00"), duties=[duty]),
            totalTipReceivedSet=bag("4.00"),
            additionalFees=[{"name": "Bottle deposit", "price": bag("2.00"), "taxLines": []}],
        )
    )
    assert [(line.sku, line.kind, line.name, line.gross, line.tax_code) for line in order.lines[1:]] == [
        ("", LineKind.FEE, "Bottle deposit", D("2.00"), "zero-rate"),
        ("@duty", LineKind.FEE, "Duty", D("8.40"), "VAT 20%"),
        ("@tip", LineKind.FEE, "Tip", D("4.00"), "zero-rate"),
    ]
    assert fits(order)


def test_duties_inside_the_prices_are_no_further_line() -> None:
    duty = {"price": bag("7.00"), "taxLines": []}
    order = order_from(original("40.00", line(1, "40.00", duties=[duty]), dutiesIncluded=True))
    assert [line.sku for line in order.lines] == ["SKU-1"]
    assert fits(order)


def test_a_tip_that_the_point_of_sale_sold_as_a_line_is_counted_once() -> None:
    tip = line(2, "4.00", sku="", requiresShipping=False)
    order = order_from(original("44.00", line(1, "40.00"), tip, totalTipReceivedSet=bag("4.00")))
    assert [line.gross for line in order.lines] == [D("40.00"), D("4.00")]
    assert fits(order)


def test_a_kit_gets_a_line_of_its_own_and_its_components_point_to_it() -> None:
    group = {"id": "gid://shopify/LineItemGroup/7", "title": "Tea set", "quantity": 2, "variantSku": "SET-1"}
    order = order_from(
        original(
            "50.00", line(1, "10.00"), line(2, "10.00", 2, lineItemGroup=group), line(3, "5.00", 4, lineItemGroup=group)
        )
    )
    told = [(line.position, line.kind, line.sku, line.quantity, line.parent_position) for line in order.lines]
    assert told == [
        (1, LineKind.PRODUCT, "SKU-1", D(1), None),
        (2, LineKind.KIT, "SET-1", D(2), None),
        (3, LineKind.KIT_COMPONENT, "SKU-2", D(2), 2),
        (4, LineKind.KIT_COMPONENT, "SKU-3", D(4), 2),
    ]
    assert fits(order)


def test_a_free_line_with_the_mark_of_a_gift_app_is_a_gift() -> None:
    gift = line(2, "9.00", 1, off="9.00", customAttributes=[{"key": "_free_gift", "value": "yes"}])
    order = order_from(original("10.00", line(1, "10.00"), gift))
    assert [(line.kind, line.tax_code) for line in order.lines] == [
        (LineKind.PRODUCT, "zero-rate"),
        (LineKind.GIFT, "zero-rate"),
    ]


def test_what_costs_nothing_keeps_the_tax_that_the_shop_states_and_has_a_code_where_it_states_none() -> None:
    free = shipping("0.0", tax("0.23", "0.00"), full="5.00")
    silent = shipping("0.0", id="gid://shopify/ShippingLine/2", full="5.00")
    odd = shipping("0.0", {"title": "VAT", "rate": None, "priceSet": bag("0.0")}, id="gid://shopify/ShippingLine/3")
    order = order_from(original("12.30", line(1, "10.00", 1, tax("0.23", "2.30")), shippingLines=[free, silent, odd]))
    assert [(line.tax_code, line.tax_rate, line.discount) for line in order.lines[1:]] == [
        ("VAT 23%", D("0.23"), D("5.00")), ("zero-rate", D(0), D("5.00")), ("zero-rate", D(0), D(0)),
    ]  # fmt: skip
    assert fits(order)


def company(**settings: Any) -> Json:
    location = {"name": "Warsaw", "externalId": "L-9", "taxSettings": {"taxRegistrationId": "PL5260001246", **settings}}
    return {"company": {"name": "Nowak sp. z o.o.", "externalId": "C-4"}, "location": location}


def test_a_buying_company_gives_its_tax_id_names_and_numbers() -> None:
    order = order_from(
        original(
            "100.00",
            line(1, "100.00"),
            purchasingEntity=company(),
            taxExempt=True,
            poNumber="PO-77",
            shippingAddress=address(company="Site 2"),
        )
    )
    assert (order.billing.company, order.billing.tax_id) == ("Nowak sp. z o.o.", "PL5260001246")
    assert (order.delivery.company, order.delivery.tax_id) == ("Site 2", "")
    assert (order.buyer_order_number, order.tax_exempt) == ("PO-77", True)
    assert order.extra == {"company_id": "C-4", "company_location_id": "L-9"}


def test_a_buyer_is_not_exempt_where_tax_was_charged() -> None:
    order = order_from(original("12.30", line(1, "10.00", 1, tax("0.23", "2.30")), taxExempt=True))
    assert order.tax_exempt is False


@pytest.mark.parametrize(
    ("fields", "tax_id"),
    [
        ({"customAttributes": [{"key": "NIP", "value": " 5260001246 "}]}, "5260001246"),
        (
            {"customAttributes": [{"key": "vat_number", "value": ""}, {"key": "Vat ID", "value": "DE136695976"}]},
            "DE136695976",
        ),
        ({"localizedFields": nodes({"key": "TAX_CREDENTIAL_IT", "value": "IT00743110157"})}, "IT00743110157"),
        ({"localizedFields": nodes({"key": "SHIPPING_CREDENTIAL_BR", "value": "123"})}, ""),
    ],
)
def test_a_tax_id_is_found_where_apps_and_the_checkout_put_it(fields: Json, tax_id: str) -> None:
    assert order_from(original("10.00", line(1, "10.00"), **fields)).billing.tax_id == tax_id


@pytest.mark.parametrize(
    ("value", "point"),
    [
        ("KRA010 \u2013 ul. Długa 5, Kraków", "KRA010"),
        ("KRA010 - ul. Długa 5", "KRA010"),
        ("WAW-22A", "WAW-22A"),
        ("12345 (Main station)", "12345"),
    ],
)
def test_of_a_pickup_point_the_id_alone_is_taken(value: str, point: str) -> None:
    raw = original("10.00", line(1, "10.00"), customAttributes=[{"key": "Paczkomat", "value": value}])
    assert order_from(raw).pickup_point_id == point


def test_guests_digital_goods_and_pickups_have_the_address_that_there_is() -> None:
    digital = order_from(original("10.00", line(1, "10.00"), shippingAddress=None, phone="+48600700800"))
    assert (digital.delivery.street, digital.delivery.phone) == ("Lipowa 7", "+48600700800")
    no_bill = order_from(original("10.00", line(1, "10.00"), billingAddress=None, shippingAddress=address(phone="1")))
    assert (no_bill.billing.city, no_bill.billing.phone) == ("Kraków", "1")
    at_a_till = order_from(original("10.00", line(1, "10.00"), billingAddress=None, shippingAddress=None))
    assert (at_a_till.billing.street, at_a_till.billing.email) == ("", "ada@example.org")
    one_name = address(firstName=None, lastName=None, name="Madonna", provinceCode="ON", province="Ontario")
    named = order_from(original("10.00", line(1, "10.00"), billingAddress=one_name))
    assert (named.billing.first_name, named.billing.last_name, named.billing.region) == ("", "Madonna", "ON")


def test_texts_stand_as_the_shop_wrote_them() -> None:
    hostile = "=2+5 &amp; \u202egnirts\u202c \U0001f44d <b>"
    order = order_from(original("10.00", line(1, "10.00", name=hostile), note=hostile))
    assert (order.lines[0].name, order.customer_note) == (hostile, hostile)


def test_a_test_order_is_marked_and_our_own_tag_is_no_label() -> None:
    raw = original("10.00", line(1, "10.00"), test=True, tags=["In-ERP", "wholesale", "gift wrap"])
    order = order_from(raw, own_tag="in-erp")
    assert order.extra == {"test": "yes"}
    assert order.tags == ("wholesale", "gift wrap")


def test_cash_rounding_and_tax_that_the_channel_pays_stand_beside_the_sums() -> None:
    order = order_from(
        original(
            "10.70",
            line(1, "10.00", 1, tax("0.07", "0.70", channelLiable=True)),
            totalCashRoundingAdjustment={"paymentSet": bag("-0.02")},
        )
    )
    assert order.extra == {"cash_rounding": "-0.02", "channel_tax": "0.70"}
    assert (order.totals.gross, order.totals.tax, order.totals.rounding) == (D("10.68"), D("0.70"), D("-0.02"))
    assert fits(order)


@pytest.mark.parametrize(
    ("received", "rounding", "due"),
    [
        ("10.02", "-0.02", "0.00"),  # as the shop documents its sums: without the rounding
        ("10.00", "-0.02", "0.00"),  # or with it
        ("10.02", "0.03", "0.00"),
        ("10.05", "0.03", "0.00"),
        ("9.02", "-0.02", "1.00"),  # a deposit in cash
    ],
)
def test_what_the_till_rounded_belongs_to_what_the_order_is_worth(received: str, rounding: str, due: str) -> None:
    till: dict[str, Any] = {"totalCashRoundingAdjustment": {"paymentSet": bag(rounding)}, "sourceName": "pos"}
    cash = [paid(received, "cash")]
    order = order_from(original("10.02", line(1, "10.02"), received=received, transactions=cash, **till))
    totals = order.totals
    assert (totals.gross, totals.rounding, totals.due) == (D("10.02") + D(rounding), D(rounding), D(due))
    assert order.payment.state == ("unpaid" if D(due) else "paid")
    assert [part.amount for part in order.payment.parts] == [totals.paid]
    assert fits(order)
    assert list(rounding_too_large.check(Case.of(order, rules(), "1"))) == []


def test_named_attributes_are_carried() -> None:
    raw = original("10.00", line(1, "10.00"), customAttributes=[{"key": "Gift text", "value": "Hello"}])
    assert order_from(raw, extra={"gift_text": "gift TEXT"}).extra == {"gift_text": "Hello"}


def test_the_shops_words_and_times_are_carried() -> None:
    order = order_from(original("10.00", line(1, "10.00"), createdAt="2026-03-29T01:30:00+02:00", phone="1"))
    assert order.created_at == datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert (order.number, order.store_order_id, order.channel, order.locale) == (
        "#1042",
        "5001",
        "web",
        "pl",
    )
    assert (order.status, order.fulfilment_status, order.cancelled) == ("PAID", "UNFULFILLED", False)


def test_archiving_fulfilling_and_a_touched_time_make_no_new_revision() -> None:
    before = order_from(original("10.00", line(1, "10.00")))
    later = original(
        "10.00",
        line(1, "10.00"),
        updatedAt="2026-04-02T10:00:00Z",
        displayFulfillmentStatus="FULFILLED",
        tags=["in-erp"],
    )
    assert revision_digest(order_from(later, own_tag="in-erp")) == revision_digest(before)


def test_a_gap_that_no_rounding_explains_stays_for_the_checks() -> None:
    order = order_from(original("99.00", line(1, "10.00", 1, tax("0.23", "2.30"))))
    assert (order.totals.gross, order.totals.rounding) == (D("99.00"), D(0))
    near = order_from(original("12.31", line(1, "10.00", 1, tax("0.23", "2.30"))))
    assert (near.totals.gross, near.totals.rounding) == (D("12.31"), D("0.01"))


def test_a_converted_line_is_worth_its_own_total_and_a_missed_coin_leaves_no_order_unpaid() -> None:
    """43.20 PLN are three pieces at 14.40; in EUR the piece is 3.33, the line 10.00, and 9.99 came in."""
    item = line(1, bag("3.33", "14.40"), 3, originalTotalSet=bag("10.00", "43.20"))
    raw = original(bag("10.00", "43.20"), item, received=bag("9.99", "43.20"), presentmentCurrencyCode="PLN")
    order = order_from(raw)
    assert (order.lines[0].gross, order.totals.rounding) == (D("10.00"), D("0.00"))
    assert (order.payment.state, order.totals.due) == (PaymentState.PAID, D("0.01"))
    raw["order"]["totalReceivedSet"] = bag("9.99", "43.19")
    assert order_from(raw).payment.state is PaymentState.UNPAID


def test_a_total_of_the_line_that_is_of_other_pieces_is_not_taken() -> None:
    item = line(1, bag("3.33", "14.40"), 3, originalTotalSet=bag("3.33", "14.40"))  # edited from one piece to three
    order = order_from(original(bag("9.99", "43.20"), item, presentmentCurrencyCode="PLN"))
    assert order.lines[0].gross == D("9.99")


def test_what_a_conversion_misses_is_a_rounding_and_more_is_a_gap() -> None:
    def rounding(total: str, currency: str) -> Decimal:
        raw = original(bag(total, "43.20"), line(1, bag("5.00", "21.60"), 2), presentmentCurrencyCode=currency)
        return order_from(raw).totals.rounding

    assert [rounding("10.02", "PLN"), rounding("10.03", "PLN"), rounding("10.02", "EUR")] == [D("0.02"), D(0), D(0)]
