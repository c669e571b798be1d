"""A sale that stands in two orders is taken once; an order that merely names a parent is a sale of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.contract import COUNTED_IN
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import StoreOrder
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.testing.stores import told
from tests.stores.shops import WooShop

FROM = datetime(2026, 1, 1, tzinfo=UTC)
KETTLE = {"product_id": 5, "name": "Kettle", "sku": "007", "total": "20.00"}
CUP = {"product_id": 6, "name": "Cup", "sku": "008", "total": "5.00"}
GOES = "goes"


def mark(key: str, value: Any = "1") -> list[dict[str, Any]]:
    return [{"key": key, "value": value}]


def placed(shop: WooShop, parent: dict[str, Any], part: dict[str, Any]) -> tuple[str, str]:
    whole = shop.place_as({"line_items": [KETTLE, CUP], **parent})
    return whole, shop.place_as({"line_items": [KETTLE], "parent_id": int(whole), **part})


def outcome(order: StoreOrder) -> str:
    """`goes`, where it is counted, or the code of what holds it."""
    if order.order is None:
        return order.problem.code if order.problem else "nothing"
    return order.order.extra.get(COUNTED_IN, GOES)


def outcomes(shop: WooShop, **options: Any) -> list[str]:
    """Of the whole and of its part, in the order of their ids; the same from the kept originals."""
    store = shop.open(**options)
    orders = sorted(told(list(store.changed_since(None, FROM))), key=lambda order: int(order.store_order_id))
    assert [store.mapped_again(order.original) for order in orders] == orders
    return [outcome(order) for order in orders]


@pytest.mark.parametrize("key", ["has_sub_order", "has_wcmp_sub_order", "has_mvx_sub_order"])
def test_a_part_is_counted_in_its_whole_where_a_plugin_marked_the_whole(shop: WooShop, key: str) -> None:
    whole, _ = placed(shop, {"meta_data": mark(key)}, {})
    assert outcomes(shop) == [GOES, whole]
    assert outcomes(shop, split_orders="parts") == ["its parts", GOES]
    assert outcomes(shop, split_orders="none") == [GOES, GOES]
    assert outcomes(shop, split_parent_keys=["other"]) == [GOES, "order-perhaps-a-part"]


@pytest.mark.parametrize(
    ("parent", "part"),
    [
        ({"date_created_gmt": "2026-02-01T08:00:00"}, {}),  # the renewal of a subscription, a month later
        ({}, {"line_items": [{"product_id": 9, "name": "Lid", "total": "3.00"}]}),  # an offer after the purchase
        ({}, {"line_items": [], "fee_lines": [{"name": "Balance", "total": "10.00"}]}),  # the rest of a deposit
        ({"meta_data": mark("has_sub_order", "no")}, {"line_items": [{**KETTLE, "quantity": 2}]}),
        ({"status": "cancelled", "meta_data": mark("has_sub_order")}, {}),  # what lives of the sale is the part
        ({"status": "trash", "meta_data": mark("has_sub_order")}, {}),
    ],
)
def test_an_order_that_names_a_parent_which_holds_no_sale_of_it_goes(
    shop: WooShop, parent: dict[str, Any], part: dict[str, Any]
) -> None:
    placed(shop, parent, part)
    assert outcomes(shop)[-1] == GOES


def test_an_order_whose_parent_was_deleted_goes(shop: WooShop) -> None:
    whole, _ = placed(shop, {"meta_data": mark("has_sub_order")}, {})
    shop.simulator.shop.delete(whole)
    assert outcomes(shop) == [GOES]


def test_two_orders_that_look_like_one_sale_are_held_with_what_to_do(shop: WooShop) -> None:
    whole, part = placed(shop, {}, {})
    by_id = {order.store_order_id: order for order in told(list(shop.open().changed_since(None, FROM)))}
    assert by_id[whole].order is not None
    problem = by_id[part].problem
    assert problem is not None
    assert problem.message == (
        f"Order {part} of store shop belongs to order {whole}, which holds all its goods too and does not say that it "
        "was split: both may be the same sale."
    )
    assert 'split_orders = "none"' in problem.action and "split_parent_keys" in problem.action
    shop.simulator.shop.set_status(part, "cancelled")
    assert outcomes(shop) == [GOES, GOES]


def test_a_renewal_that_a_marketplace_splits_is_counted_once(shop: WooShop) -> None:
    first = shop.place_as({"line_items": [KETTLE], "date_created_gmt": "2026-02-01T08:00:00"})
    renewal = shop.place_as({"line_items": [KETTLE], "parent_id": int(first), "meta_data": mark("has_sub_order")})
    shop.place_as({"line_items": [KETTLE], "parent_id": int(renewal)})
    assert outcomes(shop) == [GOES, GOES, renewal]
    assert outcomes(shop, split_orders="parts") == [GOES, "its parts", GOES]


def test_parents_cost_one_question_a_page_and_only_where_some_are_named(shop: WooShop) -> None:
    wholes = [int(shop.place_as({"meta_data": mark("has_sub_order")})) for _ in range(3)]
    assert outcomes(shop) == [GOES] * 3
    before = len(shop.simulator.requests())
    for whole in wholes:
        shop.place_as({"parent_id": whole})
    assert outcomes(shop) == [GOES] * 3 + [str(whole) for whole in wholes]
    assert len(shop.simulator.requests()) == before + 2


def test_a_marketplace_whose_parents_cannot_be_read_is_trouble_with_the_shop(shop: WooShop) -> None:
    placed(shop, {"meta_data": mark("has_sub_order")}, {})
    shop.simulator.break_with(Fault(FaultKind.CUT, skip=1))
    with pytest.raises(StoreAnswerUnreadable, match="the list of orders breaks off"):
        outcomes(shop)


def test_a_held_order_is_decided_from_its_kept_original_once_the_setting_is_corrected(shop: WooShop) -> None:
    whole, part = placed(shop, {"meta_data": mark("_split")}, {})
    by_id = {order.store_order_id: order for order in told(list(shop.open().changed_since(None, FROM)))}
    assert outcome(by_id[part]) == "order-perhaps-a-part"
    for options, expected in (({"split_orders": "none"}, GOES), ({"split_parent_keys": ["_split"]}, whole)):
        assert outcome(shop.open(**options).mapped_again(by_id[part].original)) == expected
