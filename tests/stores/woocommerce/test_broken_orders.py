"""One order that the shop itself fails to show stands still alone; the others go on. A broken shop stays trouble."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.errors import Unavailable
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import Page, StoreOrder, WriteBackOutcome
from bridge.stores.problems import StoreAnswerUnreadable, StoreFailing
from bridge.stores.woocommerce.store import open_store
from bridge.testing.stores import numbers_for, outcomes, told
from tests.stores.fault_proxy import FaultProxy
from tests.stores.shops import WooShop, settings

FROM = datetime(2026, 1, 1, tzinfo=UTC)


def changed(shop: WooShop) -> dict[str, StoreOrder]:
    return {order.store_order_id: order for order in told(list(shop.open().changed_since(None, FROM)))}


def look(shop: WooShop, cursor: str | None, **options: Any) -> list[Page]:
    return list(shop.open(**options).changed_since(cursor, FROM))


def told_of(order: StoreOrder) -> str:
    return order.problem.message if order.problem else "read"


def test_an_order_at_which_php_dies_holds_no_other_up(shop: WooShop) -> None:
    placed = shop.place(130)
    broken = {placed[7], placed[99], placed[129]}
    shop.simulator.shop.broken = {int(one) for one in broken}
    orders = changed(shop)
    assert set(orders) == set(placed)
    assert {one for one, order in orders.items() if order.problem} == broken
    assert told_of(orders[placed[7]]) == (
        f"Order {placed[7]} of store shop cannot be read: the shop itself fails when it is asked for this order; "
        "its administrator finds why in the error log."
    )
    assert len(shop.simulator.requests()) < 60
    swept = told(list(shop.open().recent(FROM, None)))
    assert [order.store_order_id for order in swept] == placed
    (again,) = shop.open().fetch([placed[7]])
    assert again.told == orders[placed[7]]  # the same bytes, so that it is no news at each look
    shop.simulator.shop.broken = set()
    assert all(order.order for order in changed(shop).values())


def test_the_number_of_an_order_at_which_php_dies_waits_alone(shop: WooShop) -> None:
    placed = shop.place(20)
    broken = placed[7]
    shop.simulator.shop.broken_meta = {int(broken)}
    receipts = {one.write_back.store_order_id: one for one in shop.open().write_back(numbers_for(placed))}
    error = receipts.pop(broken).error
    assert error is not None and error.problem.message == (
        f"Order {broken}: store shop itself fails each time it is asked for this order."
    )
    assert outcomes(list(receipts.values())) == [WriteBackOutcome.WRITTEN] * 19
    shop.simulator.shop.broken_meta = set()
    assert outcomes(list(shop.open().write_back(numbers_for([broken])))) == [WriteBackOutcome.WRITTEN]


def test_a_shop_that_dies_at_every_order_is_broken_itself(shop: WooShop) -> None:
    shop.simulator.shop.broken = {int(one) for one in shop.place(20)}
    with pytest.raises(StoreFailing):
        changed(shop)
    assert len(shop.simulator.requests()) < 40


def broken_among(shop: WooShop, count: int, places: Sequence[int]) -> tuple[set[str], set[str]]:
    """Orders of which those at some places are broken, and the others."""
    placed = shop.place(count)
    broken = {placed[place] for place in places}
    shop.simulator.shop.broken = {int(one) for one in broken}
    return broken, set(placed) - broken


@pytest.mark.parametrize(
    ("places", "per_page"),
    [(range(50), 100), (range(50), 50), (range(0, 100, 2), 100), (range(1, 100, 2), 100), ([*range(99), 106], 10)],
    ids=["the first half", "a whole page", "every other", "every other and the newest", "nearly all"],
)
def test_fifty_broken_orders_hold_no_other_up(shop: WooShop, places: Sequence[int], per_page: int) -> None:
    broken, good = broken_among(shop, 110, places)
    orders = {order.store_order_id: order for order in told(look(shop, None, per_page=per_page))}
    assert {one for one, order in orders.items() if order.order} == good
    assert {one for one, order in orders.items() if order.problem} == broken


def test_broken_orders_that_did_not_change_are_not_searched_for_at_each_look(shop: WooShop) -> None:
    broken, good = broken_among(shop, 100, range(0, 100, 2))
    cursor = look(shop, None)[-1].cursor
    before = len(shop.simulator.requests())
    pages = look(shop, cursor)
    orders = told(pages)  # all are within the overlap
    assert {order.store_order_id for order in orders if order.order} == good
    assert len([order for order in orders if order.problem]) == 3  # tried again; of the others nothing is new
    assert len(shop.simulator.requests()) - before < 10
    last = sorted(broken)[-1]
    shop.simulator.shop.broken = {int(last)}
    for _ in range(17):  # a plugin was mended, and no order's time moved
        pages = look(shop, pages[-1].cursor)
    assert {order.store_order_id for order in told(pages) if order.order} == (broken | good) - {last}
    assert list(json.loads(pages[-1].cursor)["unshown"]) == [last]
    shop.simulator.shop.broken = set()
    pages = look(shop, pages[-1].cursor)
    assert all(order.order for order in told(pages))
    assert "unshown" not in pages[-1].cursor


def test_a_broken_order_that_was_mended_and_changed_is_told_at_once(shop: WooShop) -> None:
    broken, _ = broken_among(shop, 30, range(10))
    cursor = look(shop, None)[-1].cursor
    mended = sorted(broken)[-1]
    shop.simulator.shop.broken.discard(int(mended))
    shop.change(mended)
    orders = {order.store_order_id: order for order in told(look(shop, cursor))}
    assert orders[mended].order
    assert all(fetched.told and fetched.told.problem for fetched in shop.open().fetch(sorted(broken - {mended})))


def test_a_cursor_keeps_only_broken_orders_that_the_next_look_meets(shop: WooShop) -> None:
    broken_among(shop, 20, range(10))
    cursor = look(shop, None)[-1].cursor
    assert len(json.loads(cursor)["unshown"]) == 10
    shop.clock.advance(hours=1)
    shop.place(1)
    assert "unshown" not in look(shop, cursor)[-1].cursor


def test_refunds_that_the_shop_fails_to_show_hold_their_order_alone(shop: WooShop) -> None:
    placed = shop.place(3)
    shop.simulator.shop.refund(placed[1])
    shop.simulator.break_with(Fault(FaultKind.BROKEN_JSON, when="refunds"))
    orders = changed(shop)
    assert [told_of(orders[one]) == "read" for one in placed] == [True, False, True]
    assert "the shop itself fails when it is asked for the refunds of this order" in told_of(orders[placed[1]])
    shop.simulator.break_with(Fault(FaultKind.BROKEN_JSON, when="refunds"), Fault(FaultKind.BAD_GATEWAY, skip=1))
    with pytest.raises(StoreFailing):
        changed(shop)


@pytest.mark.parametrize("fault", [FaultKind.CUT, FaultKind.BAD_GATEWAY, FaultKind.HTML, FaultKind.PHP_NOTICE])
def test_any_other_trouble_with_refunds_is_trouble_with_the_shop(shop: WooShop, fault: FaultKind) -> None:
    (placed,) = shop.place()
    shop.simulator.shop.refund(placed)
    shop.simulator.break_with(Fault(fault, when="refunds"))
    with pytest.raises(Unavailable) as caught:
        changed(shop)
    assert isinstance(caught.value, StoreAnswerUnreadable | StoreFailing)
    assert told_of(changed(shop)[placed]) == "read"


@pytest.mark.parametrize(("kind", "request_number"), [("broken", 3), ("refunded", 2)])
def test_an_order_deleted_between_two_questions_about_it_is_not_told(
    shop: WooShop, kind: str, request_number: int
) -> None:
    placed = shop.place(3)
    if kind == "broken":
        shop.simulator.shop.broken = {int(placed[0])}
    else:
        shop.simulator.shop.refund(placed[0])
    with FaultProxy(shop.simulator.url) as proxy:

        def delete_in_time(_words: str) -> None:
            if len(proxy.seen()) == request_number:
                shop.simulator.shop.delete(placed[0])

        proxy.before = delete_in_time
        store = open_store("shop", settings(proxy.url), shop.clock)
        orders = told(list(store.changed_since(None, FROM)))
        assert sorted(order.store_order_id for order in orders) == placed[1:]
        assert all(order.order for order in orders)
        assert len(proxy.seen()) >= request_number
        store.close()


def test_a_parent_that_the_shop_fails_to_show_holds_the_order_that_may_be_its_part(shop: WooShop) -> None:
    whole = shop.place_as({"meta_data": [{"key": "has_sub_order", "value": "1"}]})
    part = shop.place_as({"parent_id": int(whole)})
    shop.simulator.shop.broken = {int(whole)}
    orders = changed(shop)
    assert "the order that this one belongs to" in told_of(orders[part])
    assert "this order" in told_of(orders[whole])


def test_a_page_that_is_too_large_for_the_shop_is_read_in_parts(shop: WooShop) -> None:
    placed = shop.place(8)
    shop.simulator.break_with(Fault(FaultKind.BROKEN_JSON), Fault(FaultKind.BROKEN_JSON, skip=1))
    orders = changed(shop)
    assert sorted(orders) == placed
    assert all(order.order for order in orders.values())
