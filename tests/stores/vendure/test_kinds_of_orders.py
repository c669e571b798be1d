"""Orders of a real Vendure shop that come another way: from an administrator, another channel, with coupons."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bridge.config.values import Secret
from bridge.domain.contract import COUNTED_IN, LineKind, Order, PaymentState
from bridge.testing.stores import ORDERS_FROM, readable
from tests.stores.vendure.server import ADMINISTRATOR
from tests.stores.vendure.shop import ADDRESS, BOOK, CUP, DESK, FAILS, LAPTOP, VendureShop, superadmin, variants

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]
ALL_POWERFUL: dict[str, Any] = {
    "user": ADMINISTRATOR["username"],
    "password": Secret("env:P", ADMINISTRATOR["password"]),
}


def told(shop: VendureShop, cursor: str | None = None, **options: Any) -> tuple[dict[str, Order], str]:
    pages = list(shop.open(**options).changed_since(cursor, ORDERS_FROM))
    return readable(pages), pages[-1].cursor


def sums_hold(order: Order) -> bool:
    lines, totals = order.lines, order.totals
    return (
        sum(one.gross for one in lines) == totals.gross
        and sum(one.net for one in lines) == totals.net
        and all(one.net + one.tax == one.gross for one in lines)
        and sum(part.tax for part in totals.by_rate) == totals.tax
        and totals.gross - totals.paid == totals.due
    )


@cache
def gross_channel() -> str:
    """A second channel, whose prices include the tax; gives its token."""
    admin = superadmin()
    coupon()
    zones = {one["name"]: one["id"] for one in admin("{ zones { items { id name } } }")["items"]}
    channel = admin(
        "mutation ($it: CreateChannelInput!) { createChannel(input: $it) { ... on Channel { id } } }",
        it={
            "code": "pl", "token": "pl-token", "defaultLanguageCode": "en", "pricesIncludeTax": True,
            "defaultCurrencyCode": "PLN", "availableCurrencyCodes": ["PLN"],
            "defaultTaxZoneId": zones["Europe"], "defaultShippingZoneId": zones["Europe"],
        },
    )["id"]  # fmt: skip
    for kind in ("Product", "ShippingMethod", "PaymentMethod", "StockLocation", "Promotion"):
        lists = f"{kind[0].lower()}{kind[1:]}"
        ids = [one["id"] for one in admin(f"{{ {lists}s {{ items {{ id }} }} }}")["items"]]
        factor = {"priceFactor": 3.99} if kind == "Product" else {}
        query = (
            f"mutation ($it: Assign{kind}sToChannelInput!) {{ assign{kind}sToChannel(input: $it) {{ __typename }} }}"
        )
        admin(query, it={f"{lists}Ids": ids, "channelId": channel, **factor})
    return "pl-token"


@cache
def coupon() -> str:
    """Seven percent off the whole order, and a third off cups."""
    half = {"code": "order_percentage_discount", "arguments": [{"name": "discount", "value": "7"}]}
    cups = {
        "code": "products_percentage_discount",
        "arguments": [{"name": "discount", "value": "33"},
                      {"name": "productVariantIds", "value": f'["{variants()[CUP]}"]'}],
    }  # fmt: skip
    superadmin()(
        f"mutation ($it: CreatePromotionInput!) {{ createPromotion(input: $it) {FAILS} }}",
        it={
            "enabled": True, "couponCode": "SEVEN", "conditions": [], "actions": [cups, half],
            "translations": [{"languageCode": "en", "name": "SEVEN"}],
        },
    )  # fmt: skip
    return "SEVEN"


def test_an_order_that_an_administrator_takes_by_phone_is_an_order_once_it_is_placed(shop: VendureShop) -> None:
    draft = shop.admin("mutation { createDraftOrder { id } }")["id"]
    customer = {"firstName": "Ada", "lastName": "Example", "emailAddress": "phone@example.com"}
    cups = {"productVariantId": variants()[CUP], "quantity": 2}
    steps: list[tuple[str, str, Any]] = [
        ("addItemToDraftOrder", "input: AddItemToDraftOrderInput!", cups),
        ("setCustomerForDraftOrder", "input: CreateCustomerInput!", customer),
        ("setDraftOrderShippingAddress", "input: CreateAddressInput!", ADDRESS),
        ("setDraftOrderShippingMethod", "shippingMethodId: ID!", "1"),
    ]
    for step, argument, value in steps:
        name, kind = argument.split(": ")
        query = f"mutation ($id: ID!, $it: {kind}) {{ {step}(orderId: $id, {name}: $it) {{ __typename }} }}"
        shop.admin(query, id=draft, it=value)
    shop.move(draft, "ArrangingPayment")
    before = readable(list(shop.open().changed_since(None, ORDERS_FROM)))
    pay_by_hand(shop, draft)
    order = told(shop)[0][draft]
    assert before == {}
    assert (order.payment.state, order.payment.method, str(order.totals.gross)) == (PaymentState.PAID, "cash", "29.58")


def pay_by_hand(shop: VendureShop, order: str) -> None:
    """An administrator writes down that money came."""
    paid = {"orderId": order, "method": "cash", "transactionId": "T-2", "metadata": {}}
    shop.admin(f"mutation ($it: ManualPaymentInput!) {{ addManualPaymentToOrder(input: $it) {FAILS} }}", it=paid)


def test_a_modified_order_waits_for_the_rest_of_its_money_and_is_seen_when_it_came(shop: VendureShop) -> None:
    (order,) = shop.place()
    shop.move(order, "Modifying")
    shop.modify(order, surcharges=[{"description": "Gift wrap", "sku": "WRAP", "price": 500, "priceIncludesTax": True,
                                    "taxRate": 23, "taxDescription": "Standard Tax"}])  # fmt: skip
    shop.move(order, "ArrangingAdditionalPayment")
    waiting, cursor = told(shop)
    assert (waiting[order].payment.state, str(waiting[order].totals.due)) == (PaymentState.UNPAID, "5.00")
    assert (waiting[order].lines[-1].kind, waiting[order].lines[-1].sku) == (LineKind.FEE, "WRAP")
    pay_by_hand(shop, order)
    paid, _ = told(shop, cursor)
    assert (paid[order].payment.state, str(paid[order].totals.due)) == (PaymentState.PAID, "0.00")
    assert [str(part.amount) for part in paid[order].payment.parts] == ["41.86", "5.00"]
    assert sums_hold(paid[order])


@pytest.mark.parametrize("channel", [False, True])
def test_coupons_taxes_and_channels_add_up_to_the_cent(shop: VendureShop, channel: bool) -> None:
    token = gross_channel() if channel else ""
    order = shop.order(
        (CUP, 7), (BOOK, 3), (DESK, 1), (LAPTOP, 1), shipping="courier", coupons=[coupon()], channel=token,
        payments=[("gift-card", {"amount": 1111}), ("card", {})],
    )  # fmt: skip
    whole = told(shop)[0][order]
    assert sums_hold(whole)
    assert whole.extra["coupons"] == "SEVEN"
    assert whole.currency == ("PLN" if channel else "USD")
    assert whole.payment.state is PaymentState.PAID
    assert whole.totals.discount == sum(line.discount for line in whole.lines)
    assert all(line.discount > 0 for line in whole.lines if line.kind is LineKind.PRODUCT)


def test_the_default_channel_has_the_orders_of_all_and_a_channels_token_its_own(shop: VendureShop) -> None:
    here, there = shop.order((CUP, 1)), shop.order((CUP, 1), channel=gross_channel())
    assert sorted(told(shop)[0]) == sorted([here, there])
    assert list(told(shop, channel_token=gross_channel(), **ALL_POWERFUL)[0]) == [there]


def test_a_channel_is_named_to_a_login_that_has_its_role_there(shop: VendureShop) -> None:
    there = shop.order((CUP, 1), channel=gross_channel())
    assert told(shop)[0][there].channel == "__default_channel__"
    assert told(shop, **ALL_POWERFUL)[0][there].channel == "pl"


@pytest.mark.parametrize("level", ["whole", "sellers"])
def test_a_sale_that_the_shop_splits_among_sellers_counts_once(shop: VendureShop, level: str) -> None:
    whole = shop.order((CUP, 3), (BOOK, 1), custom={"labels": ["marketplace"]})
    single = shop.order((CUP, 1))
    orders, _ = told(shop, marketplace_orders=level)
    assert len(orders) == 4  # the whole, its two parts, and an order of no marketplace
    assert all(sums_hold(order) for order in orders.values())
    parts = {one: order for one, order in orders.items() if one not in (whole, single)}
    assert sum(part.totals.gross for part in parts.values()) == orders[whole].totals.gross
    elsewhere = {one for one, order in orders.items() if COUNTED_IN in order.extra}
    assert elsewhere == ({*parts} if level == "whole" else {whole})
    if level == "whole":
        assert {order.extra[COUNTED_IN] for order in parts.values()} == {whole}
