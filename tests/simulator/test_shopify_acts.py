"""The simulated Shopify shop changes orders as the facts say: refunds, edits, write-backs, and what moves the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from bridge.simulator.shopify.money import amount_of
from bridge.simulator.shopify.simulator import ShopifySimulator
from tests.simulator.shopify_asker import Asker, asked_shop, code_of

D = Decimal
SET = """
mutation S($m: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $m) { metafields { value compareDigest } userErrors { code } }
}"""
TAG = "mutation T($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { message } } }"


@pytest.fixture
def shop() -> Iterator[Asker]:
    with asked_shop() as shop:
        yield shop


@pytest.fixture
def order(shop: Asker) -> str:
    return shop.simulator.add_order(
        {"lines": [{"price": "10.00", "quantity": 3, "discount": "3.00"}], "shipping": [{}]}
    )


def figures(simulator: ShopifySimulator, order: str) -> dict[str, Decimal]:
    told = simulator.order(order)
    names = ("totalPriceSet", "currentTotalPriceSet", "totalReceivedSet", "totalRefundedSet", "totalOutstandingSet")
    return {name: amount_of(told[name]) for name in names}


def number(order: str, value: str, **more: Any) -> dict[str, Any]:
    field = {"ownerId": order, "namespace": "erp_bridge", "key": "erp_number", "type": "single_line_text_field"}
    return {**field, "value": value, **more}


def test_a_refund_lowers_the_current_figures_and_not_the_first_ones(shop: Asker, order: str) -> None:
    shop.simulator.shop.refund(order, {0: 1}, shipping=D("2.50"))
    assert figures(shop.simulator, order) == {
        "totalPriceSet": D("39.36"), "currentTotalPriceSet": D("25.21"), "totalReceivedSet": D("39.36"),
        "totalRefundedSet": D("14.15"), "totalOutstandingSet": D("0.0"),
    }  # fmt: skip
    told = shop.simulator.order(order)
    assert (told["lineItems"][0]["quantity"], told["lineItems"][0]["currentQuantity"]) == (3, 2)
    assert told["displayFinancialStatus"] == "PARTIALLY_REFUNDED"


def test_money_given_back_without_lines_is_an_adjustment(shop: Asker, order: str) -> None:
    shop.simulator.shop.refund(order, amount=D("5.00"))
    (refund,) = shop.simulator.order(order)["refunds"]
    assert [(amount_of(each["amountSet"]), each["reason"]) for each in refund["orderAdjustments"]] == [
        (D("-5.0"), "REFUND_DISCREPANCY")
    ]
    assert figures(shop.simulator, order)["currentTotalPriceSet"] == D("39.36")


def test_an_order_edit_is_a_refund_without_money(shop: Asker, order: str) -> None:
    shop.simulator.shop.refund(order, {0: 3}, is_paid_back=False)
    shop.simulator.shop.add_line(order, {"price": "50.00", "sku": "new"})
    told = shop.simulator.order(order)
    assert told["edited"] is True
    assert (amount_of(told["refunds"][0]["totalRefundedSet"]), told["refunds"][0]["transactions"]) == (D(0), [])
    assert figures(shop.simulator, order)["currentTotalPriceSet"] == D("67.65")
    assert told["displayFinancialStatus"] == "PARTIALLY_PAID"


def test_nearly_everything_moves_the_time_but_a_metafield(shop: Asker, order: str) -> None:
    acts: list[Callable[[], object]] = [
        lambda: shop.simulator.shop.touch(order),
        lambda: shop.simulator.shop.archive(order),
        lambda: shop.simulator.shop.cancel(order),
        lambda: shop.simulator.shop.refund(order, {0: 1}),
        lambda: shop.ask(TAG, id=order, tags=["a"]),
    ]
    for act in acts:
        before = shop.simulator.order(order)["updatedAt"]
        shop.clock.advance(seconds=1)
        act()
        assert shop.simulator.order(order)["updatedAt"] > before
    before = shop.simulator.order(order)["updatedAt"]
    shop.clock.advance(seconds=1)
    shop.ask(SET, m=[number(order, "SO-1")])
    shop.simulator.shop.unseen(order, note="by an app")
    assert shop.simulator.order(order)["updatedAt"] == before


def test_a_metafield_is_written_only_over_what_its_digest_names(shop: Asker, order: str) -> None:
    first = shop.ask(SET, m=[number(order, "SO-1", compareDigest=None)])["data"]["metafieldsSet"]
    assert first["userErrors"] == []
    again = shop.ask(SET, m=[number(order, "SO-2", compareDigest=None)])["data"]["metafieldsSet"]
    assert (again["metafields"], again["userErrors"]) == ([], [{"code": "STALE_OBJECT"}])
    digest = first["metafields"][0]["compareDigest"]
    assert shop.ask(SET, m=[number(order, "SO-3", compareDigest=digest)])["data"]["metafieldsSet"]["userErrors"] == []
    assert (
        shop.ask(SET, m=[number(order, "SO-4")])["data"]["metafieldsSet"]["userErrors"] == []
    )  # no digest: overwritten
    assert shop.simulator.erp_numbers() == {order: "SO-4"}


def test_metafields_are_set_all_or_none(shop: Asker, order: str) -> None:
    answer = shop.ask(SET, m=[number(order, "SO-1"), number("gid://shopify/Order/9", "SO-9"), number(order, "")])
    errors = answer["data"]["metafieldsSet"]["userErrors"]
    assert [error["code"] for error in errors] == ["INVALID", "BLANK"]
    assert shop.simulator.erp_numbers() == {}
    assert code_of(shop.ask(SET, m=[number(order, "SO-1")] * 26)) == "MAX_INPUT_SIZE_EXCEEDED"


def test_tags_are_added_once_whatever_their_case_and_have_bounds(shop: Asker, order: str) -> None:
    assert shop.ask(TAG, id=order, tags=["In-ERP"])["data"]["tagsAdd"]["userErrors"] == []
    before = shop.simulator.order(order)["updatedAt"]
    shop.clock.advance(seconds=1)
    shop.ask(TAG, id=order, tags=["in-erp"])
    assert shop.simulator.order(order)["tags"] == ["In-ERP"]
    assert shop.simulator.order(order)["updatedAt"] == before
    assert shop.ask(TAG, id=order, tags=["x" * 41])["data"]["tagsAdd"]["userErrors"] != []
    assert shop.ask(TAG, id=order, tags=[f"t{n}" for n in range(250)])["data"]["tagsAdd"]["userErrors"] != []


def test_a_key_without_the_right_writes_nothing(order: str, shop: Asker) -> None:
    shop.simulator.shop.scopes = ("read_orders",)
    assert code_of(shop.ask(SET, m=[number(order, "SO-1")])) == "ACCESS_DENIED"
    assert code_of(shop.ask(TAG, id=order, tags=["a"])) == "ACCESS_DENIED"
    assert shop.simulator.erp_numbers() == {}


def test_prices_with_tax_hold_the_tax_inside() -> None:
    with asked_shop() as shop:
        order = shop.simulator.add_order({"lines": [{"price": "12.30", "quantity": 2}], "taxesIncluded": True})
        told = shop.simulator.order(order)
        assert amount_of(told["totalPriceSet"]) == D("24.6")
        assert amount_of(told["totalTaxSet"]) == D("4.6")


def test_an_unpaid_order_is_paid_later(shop: Asker) -> None:
    order = shop.simulator.add_order(
        {"payments": [{"amount": "12.30", "gateway": "Bank Deposit", "status": "PENDING"}]}
    )
    assert shop.simulator.order(order)["displayFinancialStatus"] == "PENDING"
    shop.clock.advance(days=20)
    shop.simulator.shop.pay(order, gateway="Bank Deposit")
    assert shop.simulator.order(order)["displayFinancialStatus"] == "PAID"
