"""What a raw Vendure order becomes. All payloads here are made by hand: see `made.py`."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import COUNTED_IN, LineKind, PaymentState
from bridge.domain.revision import revision_digest
from bridge.stores.vendure.mapping import store_order
from bridge.stores.vendure.settings import FieldNames
from tests.stores.vendure.made import NAMES, line, mapped, parcel, payment, raw_order, told


def amounts(*numbers: Decimal) -> tuple[str, ...]:
    return tuple(str(number) for number in numbers)


def test_a_line_carries_what_the_shop_stored() -> None:
    first, shipping = mapped().lines
    assert (first.position, first.sku, first.name, first.kind) == (1, "1001", "Enamel cup", LineKind.PRODUCT)
    assert (first.quantity, first.tax_code, first.tax_rate) == (Decimal(2), "Standard Tax", Decimal("0.23"))
    assert amounts(first.unit_net, first.unit_gross, first.net, first.tax, first.gross) == (
        "9.99", "12.29", "19.98", "4.60", "24.58",
    )  # fmt: skip
    assert (shipping.position, shipping.kind, shipping.tax_code) == (2, LineKind.SHIPPING, "zero-rate")


def test_placed_at_is_the_orders_time_and_not_when_the_cart_was_begun() -> None:
    order = mapped()
    assert order.created_at == datetime(2026, 11, 20, 10, 0, 0, 123000, tzinfo=UTC)
    assert order.number == "MADEBYHAND000001"
    assert order.store_order_id == "7"


@pytest.mark.parametrize(
    ("precision", "gross", "digits"), [(0, "2958", 0), (2, "29.58", 2), (3, "2.958", 3), (4, "0.2958", 4)]
)
def test_money_has_the_digits_of_the_shop(precision: int, gross: str, digits: int) -> None:
    order = mapped(precision)
    assert (str(order.totals.gross), order.currency_digits) == (gross, digits)


@pytest.mark.parametrize("precision", [5, -1, 18])
def test_a_precision_that_cannot_be_carried_is_no_guess(precision: int) -> None:
    broken = told(precision)
    assert broken.order is None
    assert broken.problem is not None
    assert broken.problem.code == "order-malformed"


def test_an_orders_discount_is_in_its_lines_and_never_subtracted_again() -> None:
    cheaper = line(
        proratedLinePrice=1798, proratedLinePriceWithTax=2212, discounts=[{"description": "TEN", "amount": -200}]
    )
    order = mapped(lines=[cheaper], total=2298, totalWithTax=2712, payments=[payment(amount=2712)], couponCodes=["TEN"])
    assert amounts(order.lines[0].net, order.lines[0].discount, order.totals.gross) == ("17.98", "2.00", "27.12")
    assert sum(one.gross for one in order.lines) == order.totals.gross
    assert order.extra["coupons"] == "TEN"


def test_two_taxes_on_one_line_are_one_rate_with_both_names() -> None:
    both = [{"description": "State tax", "taxRate": 6.25}, {"description": "City tax", "taxRate": 2.125}]
    first = mapped(lines=[line(taxRate=8.375, taxLines=both)]).lines[0]
    assert (first.tax_rate, first.tax_code) == (Decimal("0.08375"), "State tax + City tax")


def test_of_a_small_tax_that_several_rates_make_shippings_own_or_the_nearest_is_meant() -> None:
    goods = [{"description": "A", "taxRate": 5}, {"description": "B", "taxRate": 8}]
    near = mapped(precision=0, shippingLines=[parcel(32, 35)], taxSummary=goods).lines[1]
    assert (near.tax, near.tax_rate) == (Decimal(3), Decimal("0.08"))
    own = [*goods, {"description": "shipping tax", "taxRate": 7}]
    told_so = mapped(precision=0, shippingLines=[parcel(32, 35)], taxSummary=own).lines[1]
    assert told_so.tax_rate == Decimal("0.07")


def test_shippings_rate_is_the_one_of_the_tax_summary_that_makes_its_tax() -> None:
    summary = [
        {"description": "Reduced Tax", "taxRate": 8, "taxBase": 1, "taxTotal": 0},
        {"description": "shipping tax", "taxRate": 23, "taxBase": 1299, "taxTotal": 299},
    ]
    shipping = mapped(shippingLines=[parcel(1299, 1598)], taxSummary=summary).lines[1]
    assert (shipping.tax_rate, shipping.tax_code) == (Decimal("0.23"), "shipping tax 23%")
    unknown = mapped(shippingLines=[parcel(1299, 1598)], taxSummary=[]).lines[1]
    assert (unknown.tax_rate, unknown.tax_code) == (None, "shipping tax")


def test_a_parcels_net_price_that_the_shop_tells_unrounded_is_carried_and_its_amounts_are_whole() -> None:
    told_so = parcel(1056, 1299) | {"price": 1056.0975609756097}  # seen where prices include the tax
    shipping = mapped(shippingLines=[told_so]).lines[1]
    assert (str(shipping.unit_net), str(shipping.unit_gross)) == ("10.560976", "12.99")
    assert amounts(shipping.net, shipping.tax, shipping.gross, shipping.discount) == ("10.56", "2.43", "12.99", "0.00")


def test_an_untaxed_amount_never_travels_under_a_taxed_name() -> None:
    export = line(taxRate=0, unitPriceWithTax=999, linePriceWithTax=1998, proratedLinePriceWithTax=1998)
    assert mapped(lines=[export]).lines[0].tax_code == "zero-rate"


def test_surcharges_are_fees_discounts_tips_or_duties() -> None:
    def surcharge(sku: str, net: int, gross: int) -> dict[str, Any]:
        tax = [{"description": "Standard Tax", "taxRate": 23}]
        return {"id": sku, "description": sku, "sku": sku, "price": net, "priceWithTax": gross, "taxRate": 23,
                "taxLines": tax}  # fmt: skip

    order = mapped(surcharges=[surcharge("WRAP", 407, 500), surcharge("Tip", 100, 123), surcharge("LOYAL", -50, -62),
                               surcharge("DUTY", 10, 12)])  # fmt: skip
    assert [(one.position, one.sku, one.kind) for one in order.lines[2:]] == [
        (3, "WRAP", LineKind.FEE), (4, "@tip", LineKind.FEE), (5, "LOYAL", LineKind.DISCOUNT),
        (6, "@duty", LineKind.FEE),
    ]  # fmt: skip


def test_a_cancelled_line_is_no_line_and_the_others_keep_their_places() -> None:
    gone = line(quantity=0, proratedLinePrice=0, proratedLinePriceWithTax=0, linePrice=0)
    order = mapped(lines=[gone, line(id="12")])
    assert [(one.position, one.kind) for one in order.lines] == [(2, LineKind.PRODUCT), (3, LineKind.SHIPPING)]


def test_gifts_and_sold_gift_cards_are_what_they_are() -> None:
    free = {"unitPrice": 0, "unitPriceWithTax": 0, "linePrice": 0, "linePriceWithTax": 0, "proratedLinePrice": 0,
            "proratedLinePriceWithTax": 0}  # fmt: skip
    names = FieldNames(gift_card_skus=("GIFT-50",))
    card = line(productVariant={"id": "6", "sku": "GIFT-50", "name": "Gift card"})
    order = mapped(names=names, lines=[line(**free, customFields={"gift": True}), line(**free), card])
    assert [one.kind for one in order.lines[:3]] == [LineKind.GIFT, LineKind.PRODUCT, LineKind.SERVICE]


def test_gift_card_and_store_credit_are_payments_with_the_contracts_names_and_no_code() -> None:
    parts = [
        payment(id="1", method="gift-card", amount=1000, transactionId="GC-SECRET-CODE"),
        payment(id="2", method="store-credit", amount=958, transactionId="SC-1"),
        payment(id="3", method="card", amount=1000, transactionId="T-9"),
    ]
    order = mapped(payments=parts)
    assert [(one.method, str(one.amount), one.transaction_id) for one in order.payment.parts] == [
        ("gift_card", "10.00", ""), ("store_credit", "9.58", "SC-1"), ("card", "10.00", "T-9"),
    ]  # fmt: skip
    assert (order.payment.method, order.payment.state, order.payment.transaction_id) == ("card", "paid", "T-9")
    assert "GC-SECRET-CODE" not in order.model_dump_json()
    assert amounts(order.totals.gross, order.totals.paid, order.totals.due) == ("29.58", "29.58", "0.00")


@pytest.mark.parametrize(
    ("payments", "state"),
    [
        ([], PaymentState.UNPAID),
        ([payment(state="Created")], PaymentState.UNPAID),
        ([payment(state="Authorized")], PaymentState.AUTHORIZED),
        ([payment(state="Declined")], PaymentState.FAILED),
        ([payment(state="Error"), payment(state="Declined")], PaymentState.FAILED),
        ([payment(state="Cancelled")], PaymentState.UNPAID),
        ([payment(amount=2957)], PaymentState.UNPAID),
        ([payment(amount=1000), payment(state="Authorized", amount=1958)], PaymentState.AUTHORIZED),
        ([payment(state="Declined"), payment()], PaymentState.PAID),
        ([payment()], PaymentState.PAID),
    ],
)
def test_paid_is_what_settled_payments_say_and_not_the_orders_state(payments: list[Any], state: PaymentState) -> None:
    order = mapped(payments=payments, state="PaymentSettled")
    assert order.payment.state == state


def test_an_order_that_costs_nothing_is_paid() -> None:
    free = mapped(lines=[], shippingLines=[], total=0, totalWithTax=0, payments=[])
    assert (free.payment.state, free.totals.due) == (PaymentState.PAID, Decimal(0))


def test_paid_at_is_when_the_money_came_and_not_when_the_payment_was_begun() -> None:
    def moved(payment_id: int, to: str, at: str) -> dict[str, Any]:
        return {"createdAt": at, "data": {"paymentId": payment_id, "from": "x", "to": to}}

    moves = [moved(21, "Authorized", "2026-11-20T10:00:01.000Z"), moved(21, "Settled", "2026-11-25T08:00:00.000Z")]
    order = mapped(history={"items": moves})
    assert order.payment.paid_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert mapped().payment.paid_at == datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC)
    assert mapped(payments=[payment(state="Authorized")]).payment.paid_at is None


@pytest.mark.parametrize("state", ["PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered"])
def test_a_parcel_on_its_way_makes_no_new_revision(state: str) -> None:
    shipped = mapped(state=state)
    assert (shipped.status, shipped.fulfilment_status) == ("PaymentSettled", state)
    assert revision_digest(shipped) == revision_digest(mapped())


@pytest.mark.parametrize("state", ["Modifying", "ArrangingAdditionalPayment", "PaymentAuthorized", "OnHold"])
def test_any_other_state_stays_as_the_shop_calls_it(state: str) -> None:
    assert mapped(state=state).status == state
    assert mapped(state="Cancelled").cancelled


def test_what_is_read_live_from_product_and_account_makes_no_new_revision() -> None:
    renamed = [line(productVariant={"id": "1", "sku": "NEW", "name": "New name"})]
    married = {"firstName": "Ada", "lastName": "Example", "emailAddress": "new@example.com", "phoneNumber": None}
    assert revision_digest(mapped(lines=renamed, customer=married)) == revision_digest(mapped())


def test_our_own_write_back_and_unasked_custom_fields_make_no_new_revision() -> None:
    written = mapped(customFields={"erpNumber": "SO-1", "internalScore": 7}, updatedAt="2026-11-22T10:00:00.000Z")
    assert revision_digest(written) == revision_digest(mapped())


def test_custom_fields_become_what_their_names_mean() -> None:
    order = mapped(
        names=FieldNames(test_marks={"isTest": "true"}, extra={"gift_text": "giftMessage", "none": "absent"}),
        customFields={
            "vatId": "PL5261040828", "pickupPointId": "KRA01A", "poNumber": "PO-7", "customerNote": "ring twice",
            "isTest": True, "labels": ["b2b", "", "b2b", "vip"], "giftMessage": "for you",
        },
    )  # fmt: skip
    assert (order.billing.tax_id, order.pickup_point_id, order.buyer_order_number) == ("PL5261040828", "KRA01A", "PO-7")
    assert (order.customer_note, order.tags) == ("ring twice", ("b2b", "vip"))
    assert order.extra == {"gift_text": "for you", "test": "yes"}
    assert order.delivery.tax_id == ""


def test_the_vat_id_is_looked_for_in_order_billing_address_and_account() -> None:
    account = {"firstName": "A", "lastName": "B", "emailAddress": "a@example.com", "customFields": {"taxId": "3"}}
    billing = {"fullName": "A B", "streetLine1": "x 1", "countryCode": "DE", "customFields": {"vatNumber": "2"}}
    assert mapped(customer=account).billing.tax_id == "3"
    assert mapped(customer=account, billingAddress=billing).billing.tax_id == "2"
    assert mapped(customer=account, billingAddress=billing, customFields={"vatId": "1"}).billing.tax_id == "1"


def test_a_business_that_was_charged_no_tax_is_exempt() -> None:
    untaxed: dict[str, Any] = {
        "lines": [line(taxRate=0, unitPriceWithTax=999, linePriceWithTax=1998, proratedLinePriceWithTax=1998)],
        "totalWithTax": 2498, "payments": [payment(amount=2498)],
    }  # fmt: skip
    assert mapped(**untaxed, customFields={"vatId": "DE811569869"}).tax_exempt
    assert not mapped(**untaxed).tax_exempt
    assert not mapped(customFields={"vatId": "DE811569869"}).tax_exempt
    assert mapped(**untaxed, customFields={"reverseCharge": True}).tax_exempt


def test_one_address_is_both_parties_and_two_are_two() -> None:
    order = mapped()
    assert order.billing.street == order.delivery.street == "Długa 7"
    assert (order.billing.email, order.delivery.email) == ("ada@example.com", "ada@example.com")
    billing = {"fullName": "Example GmbH Buchhaltung", "company": "Example GmbH", "streetLine1": "Hafen 1",
               "postalCode": "20095", "city": "Hamburg", "countryCode": "DE"}  # fmt: skip
    two = mapped(billingAddress=billing)
    assert (two.billing.company, two.billing.country, two.delivery.country) == ("Example GmbH", "DE", "PL")
    assert (two.billing.first_name, two.billing.last_name) == ("Example GmbH", "Buchhaltung")
    digital = mapped(shippingAddress=None, billingAddress=billing)
    assert digital.delivery.city == "Hamburg"


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Ada Example", "Ada", "Example"), ("Anna Maria Nowak", "Anna Maria", "Nowak"), ("Cher", "", "Cher"),
        ("محمد علي", "محمد", "علي"), ("🎁 Santa", "🎁", "Santa"), ("", "Ada", "Example"), (None, "Ada", "Example"),
    ],
)  # fmt: skip
def test_a_name_in_one_field_is_split_as_the_account_splits_it_or_before_the_last_word(
    full: str | None, first: str, last: str
) -> None:
    address = {**raw_order()["shippingAddress"], "fullName": full}
    party = mapped(shippingAddress=address).delivery
    assert (party.first_name, party.last_name) == (first, last)


def test_the_channel_is_where_it_was_sold() -> None:
    assert mapped().channel == "__default_channel__"
    assert mapped(channels=[{"code": "__default_channel__"}, {"code": "pl"}]).channel == "pl"


def test_a_marketplaces_sale_counts_once_on_the_level_that_is_chosen() -> None:
    part: dict[str, Any] = {"type": "Seller", "aggregateOrderId": "5"}
    sellers = FieldNames(takes_sellers=True)
    assert mapped(**part).extra == {COUNTED_IN: "5"}
    assert mapped(type="Aggregate").extra == {}
    assert mapped(names=sellers, **part).extra == {}
    assert COUNTED_IN in mapped(names=sellers, type="Aggregate").extra


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"totalWithTax": None}, "totalWithTax"),
        ({"totalWithTax": "2958"}, "totalWithTax"),
        ({"totalWithTax": 29.58}, "totalWithTax"),
        ({"totalWithTax": 10**30}, "totalWithTax"),
        ({"totalWithTax": 1e300}, "totalWithTax"),
        ({"totalWithTax": 1e-300}, "totalWithTax"),
        ({"payments": [payment(amount=1e300)]}, "amount"),
        ({"lines": [line(quantity=10**19)]}, "quantity"),
        ({"total": True}, "total"),
        ({"lines": "none"}, "lines"),
        ({"lines": [7]}, "lines"),
        ({"lines": [line(quantity=None)]}, "quantity"),
        ({"lines": [line(quantity=1.5)]}, "quantity"),
        ({"lines": [line(proratedLinePrice=[])]}, "line 1: proratedLinePrice"),
        ({"lines": [line(taxRate="much")]}, "line 1: taxRate"),
        ({"currencyCode": None}, "currencyCode"),
        ({"state": ""}, "state"),
        ({"updatedAt": "yesterday"}, "updatedAt"),
        ({"updatedAt": None}, "updatedAt"),
        ({"shippingAddress": "Długa 7"}, "shippingAddress"),
        ({"customFields": [1]}, "customFields"),
        ({"payments": [payment(amount="all")]}, "payment: amount"),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_names_the_field_and_no_value(
    changes: dict[str, Any], where: str
) -> None:
    broken = told(**changes)
    assert broken.order is None
    assert broken.problem is not None
    assert where in broken.problem.message
    assert "Długa" not in broken.problem.message
    assert broken.store_order_id == "7"


def test_an_original_that_is_no_order_is_a_problem_too() -> None:
    for original in ("{}", "[]", '{"precision":2,"order":7}', "nonsense", '{"precision":2,"order":{}}'):
        assert store_order("shop", original, NAMES).order is None
