"""One order that the shop itself fails to show stands still alone; the others go on. A broken shop stays trouble."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import Page, StoreOrder, Window, WriteBackOutcome
from bridge.stores.problems import StoreAnswerUnreadable, StoreFailing
from bridge.testing.stores import numbers_for, outcomes, told
from tests.stores.magento.shops import Magento
from tests.stores.shops import MORNING

FROM = datetime(2026, 1, 1, tzinfo=UTC)


def look(shop: Magento, cursor: str | None = None, **options: Any) -> list[Page]:
    return list(shop.open(**options).changed_since(cursor, FROM))


def by_id(pages: list[Page]) -> dict[str, StoreOrder]:
    return {order.store_order_id: order for order in told(pages)}


def problems(orders: dict[str, StoreOrder]) -> set[str]:
    return {one for one, order in orders.items() if order.problem}


def message(order: StoreOrder) -> str:
    return order.problem.message if order.problem else "read"


@pytest.mark.parametrize("status", [500, 404, 400])
def test_an_order_at_which_php_dies_holds_no_other_up(shop: Magento, status: int) -> None:
    placed = shop.place(20)
    broken = placed[7]
    shop.shop.broken = {int(broken): status}
    orders = by_id(look(shop))
    assert (set(orders), problems(orders)) == ({*placed}, {broken})
    assert message(orders[broken]) == (
        f"Order {broken} of store shop cannot be read: the shop itself fails when it is asked for this order; "
        "its administrator finds why in the error log."
    )
    assert len(shop.simulator.requests()) < 30
    swept = by_id(list(shop.open().recent(FROM, None)))
    assert (set(swept), problems(swept)) == ({*placed}, {broken})
    fetched = [one.told for one in shop.open().fetch(placed)]
    assert [one.order is None for one in fetched if one] == [one == broken for one in placed]
    assert fetched[7] == orders[broken]  # the same bytes, so that it is no news at each look
    assert shop.open().mapped_again(orders[broken].original).order is None
    with pytest.raises(StoreAnswerUnreadable):
        shop.open().children(broken)


@pytest.mark.parametrize(
    ("places", "per_page"),
    [(range(50), 100), (range(50), 50), (range(0, 100, 2), 100), (range(1, 110, 2), 100), ([0], 5), ([109], 100)],
    ids=["the first half", "a whole page", "every other", "every other and the newest", "the oldest", "the newest"],
)
def test_broken_orders_hold_no_other_up_wherever_they_stand(
    shop: Magento, places: Sequence[int], per_page: int
) -> None:
    placed = shop.place(110)
    broken = {placed[place] for place in places}
    shop.shop.broken = {int(one): 500 for one in broken}
    orders = by_id(look(shop, per_page=per_page))
    assert (set(orders), problems(orders)) == ({*placed}, broken)
    assert shop.open().count(Window(MORNING, MORNING + timedelta(days=1))) == 110


def test_broken_orders_of_one_crowded_second_hold_no_other_up(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(60)]
    broken = {*placed[3:20:4], placed[-1]}
    shop.shop.broken = {int(one): 500 for one in broken}
    orders = by_id(look(shop, per_page=25))
    assert (set(orders), problems(orders)) == ({*placed}, broken)


def test_broken_orders_that_are_known_cost_the_next_look_little(shop: Magento) -> None:
    placed = shop.place(60)
    broken = placed[10:40:2]
    shop.shop.broken = {int(one): 500 for one in broken}
    pages = look(shop)
    before = len(shop.simulator.requests())
    again = look(shop, pages[-1].cursor)
    assert set(by_id(again)) == {*placed} - {*broken}  # all are within the overlap; of the broken ones nothing is new
    assert len(shop.simulator.requests()) - before < 8
    shop.shop.broken = {int(broken[-1]): 500}
    for _ in range(6):  # a module was mended, and no order's time moved
        again = look(shop, again[-1].cursor)
    assert set(by_id(again)) == {*placed} - {broken[-1]}
    assert list(json.loads(again[-1].cursor)["unshown"]) == [broken[-1]]
    shop.clock.advance(hours=1)
    new = shop.place()
    again = look(shop, again[-1].cursor)
    assert set(new) <= set(by_id(again))
    assert "unshown" not in again[-1].cursor


def test_a_shop_that_dies_at_every_order_is_broken_itself(shop: Magento) -> None:
    shop.shop.broken = {int(one): 500 for one in shop.place(40)}
    with pytest.raises(StoreFailing):
        look(shop)
    assert len(shop.simulator.requests()) < 100


def test_a_page_that_is_too_large_for_the_shop_is_read_in_parts(shop: Magento) -> None:
    placed = shop.place(8)
    shop.simulator.break_with(Fault(FaultKind.BROKEN_JSON))
    assert set(by_id(look(shop))) == {*placed}


def test_invoices_that_the_shop_fails_to_show_hold_their_order_alone(shop: Magento) -> None:
    placed = shop.place(9)
    shop.shop.broken_children = {int(placed[4])}
    orders = by_id(look(shop))
    assert (set(orders), problems(orders)) == ({*placed}, {placed[4]})
    assert "the shop itself fails when it is asked for what belongs to this order" in message(orders[placed[4]])
    shop.shop.broken_children = {int(one) for one in placed}
    with pytest.raises(StoreFailing):
        look(shop)


def test_the_number_of_an_order_at_which_php_dies_waits_alone(shop: Magento) -> None:
    placed = shop.place(12)
    shop.shop.broken = {int(placed[5]): 500}
    receipts = {one.write_back.store_order_id: one for one in shop.open().write_back(numbers_for(placed))}
    error = receipts.pop(placed[5]).error
    assert error is not None and error.problem.code == "store-fails-at-order"
    assert outcomes(list(receipts.values())) == [WriteBackOutcome.WRITTEN] * 11
    shop.shop.broken = {}
    assert outcomes(list(shop.open().write_back(numbers_for([placed[5]])))) == [WriteBackOutcome.WRITTEN]
