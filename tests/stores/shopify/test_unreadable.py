"""One order that cannot be read says which field is to blame, never what stands in it, and keeps its text."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bridge.stores.shopify.mapping import mapped
from bridge.stores.shopify.settings import Reading
from tests.stores.shopify.made import (
    ORDER,
    Json,
    as_kept,
    back,
    bag,
    line,
    nodes,
    original,
    refund,
    shipping,
    tax,
    told_from,
)


def broken(change: Any) -> Json:
    raw = copy.deepcopy(original("10.00", line(1, "10.00")))
    change(raw)
    return raw


def setting(*path: Any, to: Any) -> Any:
    """A change of one inner value of the order."""

    def change(raw: Json) -> None:
        inner: Any = raw["order"]
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to

    return change


CASES: list[tuple[Any, str]] = [
    (setting("currentTotalPriceSet", to=None), "currentTotalPriceSet is missing"),
    (setting("currentTotalPriceSet", "shopMoney", "amount", to="twelve"), "amount is not a number"),
    (setting("currentTotalPriceSet", "shopMoney", "amount", to="NaN"), "not a number that an order can hold"),
    (setting("currentTotalPriceSet", "shopMoney", "amount", to="1e999"), "not a number that an order can hold"),
    (setting("currentTotalPriceSet", "shopMoney", "amount", to="1.234567"), "more decimals than any currency"),
    (setting("currentTotalPriceSet", to=[bag("1")]), "currentTotalPriceSet is not a group of fields"),
    (setting("currencyCode", to=None), "currencyCode is missing"),
    (setting("createdAt", to="yesterday"), "createdAt is not a time"),
    (setting("updatedAt", to=None), "updatedAt is missing"),
    (setting("lineItems", "pageInfo", "hasNextPage", to=True), "lineItems is cut"),
    (setting("lineItems", "nodes", to=[line(1, "5.00"), line(1, "5.00")]), "lineItems names one row twice"),
    (setting("lineItems", "nodes", to=["a"]), "nodes is not a list of groups"),
    (setting("lineItems", "nodes", 0, "id", to=None), "id is missing"),
    (setting("lineItems", "nodes", 0, "quantity", to="many"), "line 1: quantity is not a number"),
    (
        setting("lineItems", "nodes", 0, "originalUnitPriceSet", "shopMoney", to=None),
        "line 1: originalUnitPriceSet has no shop",
    ),
    (setting("lineItems", "nodes", 0, "taxLines", to={"a": 1}), "taxLines is not a list of groups"),
    (setting("tags", to="a,b"), "tags is not a list of texts"),
    (setting("transactions", to=[]), ""),
    (setting("customAttributes", to=[{"key": 3, "value": {}}]), ""),
    (setting("refunds", to=[{"id": "gid://shopify/Refund/1"}]), "refunds are named and not told"),
    (setting("billingAddress", to="Lipowa 7"), "billingAddress is not a group of fields"),
]


@pytest.mark.parametrize(("change", "said"), CASES)
def test_the_field_is_named(change: Any, said: str) -> None:
    told = told_from(broken(change))
    assert told.store_order_id == "5001"
    if not said:
        assert told.order is not None
        return
    assert told.order is None
    assert told.problem is not None
    assert said in told.problem.message
    assert (told.problem.code, told.problem.cause) == ("order-malformed", "order-malformed:shop/5001")
    assert "twelve" not in told.problem.message and "Lipowa" not in told.problem.message


@pytest.mark.parametrize("text", ["", "{", "[]", '"order"', "nul", '{"order":[]}', '{"order":{}}', "[" * 100_000])
def test_what_is_no_original_is_a_problem_and_no_fault(text: str) -> None:
    told = mapped("shop", text, Reading(), "1")
    assert told.problem is not None
    assert told.problem.code == "order-malformed"
    assert told.original == text.encode()


def test_money_of_the_other_side_is_never_taken_instead() -> None:
    raw = broken(setting("lineItems", "nodes", 0, "originalUnitPriceSet", to={"shopMoney": {"amount": "10.00"}}))
    assert told_from(raw).order is not None
    told = told_from(raw, money="presentment")
    assert told.problem is not None
    assert "line 1: originalUnitPriceSet has no presentment money" in told.problem.message


def test_pages_of_lines_and_of_refund_lines_are_put_together() -> None:
    raw = original(
        "30.00", line(1, "10.00"), refunds=(refund(7, "10.00", back(1, 1, "10.00", "0.0")),), received="40.00"
    )
    raw["order"]["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "a"}
    raw["parts"][0]["refunds"][0]["refundLineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "b"}
    raw["parts"][0]["refunds"][0]["totalRefundedSet"] = bag("20.00")
    raw["order"]["currentTotalPriceSet"] = bag("20.00")
    raw["parts"] += [
        {"id": ORDER, "lineItems": nodes(line(2, "10.00"), hasNextPage=True)},
        {"id": ORDER, "lineItems": nodes(line(3, "20.00"))},
        {"id": "gid://shopify/Refund/7", "refundLineItems": nodes(back(2, 1, "10.00", "0.0"))},
    ]
    told = told_from(raw)
    assert told.order is not None
    assert [each.sku for each in told.order.lines] == ["SKU-1", "SKU-2", "SKU-3"]
    assert [each.position for each in told.order.refunds[0].lines] == [1, 2]
    assert told.order.totals.gross == 40


def test_the_original_is_one_line_and_can_be_mapped_again() -> None:
    raw = original("10.00", line(1, "10.00", name="two\nlines"))
    told = told_from(raw)
    assert b"\n" not in told.original
    assert mapped("shop", told.original.decode(), Reading()).order == told.order
    assert as_kept(raw).encode() == told.original


WHOLE_ORDER = original(
    "57.41",
    line(1, "10.00", 3, tax("0.23", "6.21"), off="3.00", duties=[{"price": bag("7.00"), "taxLines": []}]),
    line(2, "4.00", 1, lineItemGroup={"id": "gid://shopify/LineItemGroup/7", "title": "Set", "quantity": 1}),
    shippingLines=[shipping("4.00", tax("0.23", "0.92"))],
    refunds=(
        refund(7, "11.07", back(1, 1, "9.00", "2.07"), duties=["1.00"]),
        refund(8, "0.0", back(1, 1, "9.00", "2.07")),
    ),
    totalTipReceivedSet=bag("1.00"),
    additionalFees=[{"name": "Deposit", "price": bag("2.00"), "taxLines": []}],
    cancelledAt="2026-03-05T09:00:00Z",
    presentmentCurrencyCode="PLN",
    tags=["a"],
    customAttributes=[{"key": "NIP", "value": "5260001246"}],
)
ODD: list[Any] = [
    None, True, 0, -1, 10**30, 1e308, "", "0", "-5", "1e17", "999999999999999999", "NaN", "Infinity", "\x00", "\ud800",
    "2026-02-30", "9999-12-31T23:59:59-14:00", [], [[]], [None], {}, {"nodes": 3}, {"shopMoney": 1}, "gid://shopify/Order/",
]  # fmt: skip


ODD_AT_ONE_PLACE = 4  # the next place takes the next ones


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] + [each for name, one in inner for each in places(one, (*path, name))]


@pytest.mark.parametrize("money", ["shop", "presentment"])
def test_whatever_stands_anywhere_ends_as_an_order_or_as_a_problem(money: str) -> None:
    for number, path in enumerate(places(WHOLE_ORDER)[1:]):
        for odd in (ODD * 2)[number % len(ODD) :][:ODD_AT_ONE_PLACE]:
            raw = copy.deepcopy(WHOLE_ORDER)
            inner: Any = raw
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = odd
            told = told_from(raw, money=money)
            assert (told.order is None) == (told.problem is not None), (path, odd)
