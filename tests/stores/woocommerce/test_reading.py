"""No order slips between pages, whatever happens in the shop meanwhile. Against a simulated shop over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from bridge.domain.revision import revision_digest
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import Page, Window
from bridge.stores.problems import StoreAnswerUnreadable, StoreKeyRefused
from bridge.stores.woocommerce.store import open_store
from bridge.testing.stores import readable, told
from tests.stores.fault_proxy import FaultProxy
from tests.stores.shops import MORNING, WooShop, settings, woo_shop

FROM = datetime(2026, 1, 1, tzinfo=UTC)
LIST = "/wp-json/wc/v3/orders"


def ids(pages: list[Page]) -> list[str]:
    return [order.store_order_id for order in told(pages)]


def test_an_order_touched_between_two_pages_is_told_and_pushes_no_other_out(shop: WooShop) -> None:
    placed = shop.place(250)
    look = shop.open().changed_since(None, FROM)
    pages = [next(look)]
    shop.change(placed[0])  # it jumps to the end; by page number, number 101 would now move to page one, unread
    pages += list(look)
    assert set(ids(pages)) == set(placed)
    assert readable(pages)[placed[0]].delivery.extra == "second floor"


def test_more_orders_in_one_second_than_a_page_holds(shop: WooShop) -> None:
    placed = [shop.place_as({}) for _ in range(230)]
    placed += shop.place(3)
    assert sorted(ids(list(shop.open().changed_since(None, FROM)))) == sorted(placed)


def test_a_crowded_second_is_read_to_its_end_though_one_of_it_moves_away(shop: WooShop) -> None:
    placed = [shop.place_as({}) for _ in range(230)]
    look = shop.open().changed_since(None, FROM)
    pages = [next(look)]
    shop.change(placed[0])
    pages += list(look)
    assert set(ids(pages)) == set(placed)


def test_a_look_killed_inside_a_crowded_second_goes_on_there(shop: WooShop) -> None:
    placed = {shop.place_as({}) for _ in range(230)}
    seen: set[str] = set()
    cursor = None
    for _ in range(4):
        page = next(shop.open().changed_since(cursor, FROM))
        seen |= set(ids([page]))
        cursor = page.cursor
    assert seen == placed


def test_an_order_that_becomes_visible_late_is_within_the_overlap(shop: WooShop) -> None:
    shop.place(3)
    cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
    shop.clock.advance(seconds=200)
    slow = {"date_modified_gmt": "2026-03-02T08:00:02", "date_created_gmt": "2026-03-02T08:00:02"}
    late = shop.place_as(slow)  # its transaction began before our last look and ended after it
    assert late in ids(list(shop.open().changed_since(cursor, FROM)))


def test_a_finished_look_costs_one_request_and_keeps_its_cursor(shop: WooShop) -> None:
    shop.place(3)
    shop.clock.advance(hours=1)
    cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
    before = len(shop.simulator.requests())
    (page,) = shop.open().changed_since(cursor, FROM)
    assert page.cursor == cursor
    assert len(shop.simulator.requests()) == before + 1


def test_a_change_that_moves_no_modification_time_is_found_by_the_sweep(shop: WooShop) -> None:
    placed = shop.place(250)
    shop.clock.advance(hours=1)
    cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
    shop.simulator.shop.edit_unseen(placed[3], shipping={"address_2": "second floor"})
    assert placed[3] not in ids(list(shop.open().changed_since(cursor, FROM)))
    pages = list(shop.open().recent(FROM, None))
    assert readable(pages)[placed[3]].delivery.extra == "second floor"
    assert ids(pages) == placed


def test_the_sweep_reads_only_orders_created_after_its_moment(shop: WooShop) -> None:
    old = shop.place(3)
    shop.clock.advance(days=2)
    start = shop.clock()
    new = shop.place(2)
    assert ids(list(shop.open().recent(start - timedelta(seconds=1), None))) == new
    assert old != new


def test_an_empty_shop_keeps_its_cursor_from_look_to_look(shop: WooShop) -> None:
    first = list(shop.open().changed_since(None, FROM))[-1].cursor
    assert list(shop.open().changed_since(first, FROM))[-1].cursor == first


def test_the_cursor_never_passes_what_the_shops_clock_has_settled(shop: WooShop) -> None:
    shop.place_as({"date_modified_gmt": "2026-03-02T09:30:00"})  # an hour and a half ahead of the shop's clock
    cursor = json.loads(list(shop.open().changed_since(None, FROM))[-1].cursor)
    assert cursor["settled"] == "2026-03-02T07:55:00"


def test_a_shop_whose_clock_was_set_back_is_still_read(shop: WooShop) -> None:
    shop.clock.advance(days=2)
    shop.place()
    cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
    shop.clock.moment = MORNING
    placed = shop.place()
    assert set(placed) <= set(ids(list(shop.open().changed_since(cursor, FROM))))


def test_orders_changed_before_the_flows_start_are_not_asked_for(shop: WooShop) -> None:
    old = shop.place()
    shop.clock.advance(days=1)
    new = shop.place()
    start = shop.clock()
    pages = list(shop.open().changed_since(None, start))
    assert ids(pages) == new
    assert old != new


def test_drafts_are_no_orders_and_cancelled_ones_are_told(shop: WooShop) -> None:
    shop.place_as({"status": "checkout-draft"})
    cancelled = shop.place_as({"status": "cancelled"})
    assert readable(list(shop.open().changed_since(None, FROM)))[cancelled].cancelled is True


def test_orders_that_the_key_may_not_read_do_not_end_the_look(shop: WooShop) -> None:
    placed = shop.place(250)
    for hidden in placed[40:60]:
        shop.simulator.shop.shelf.hide(int(hidden))
    told_ids = ids(list(shop.open().changed_since(None, FROM)))
    assert set(told_ids) == set(placed[:40] + placed[60:])


def test_an_order_that_the_key_may_not_read_any_more_is_not_told_as_gone(shop: WooShop) -> None:
    placed = shop.place(3)
    shop.simulator.shop.shelf.hide(int(placed[1]))  # a plugin now shows this user the orders of one branch
    with pytest.raises(StoreKeyRefused) as refused:
        list(shop.open().fetch(placed))
    assert "orders hidden" in refused.value.problem.message


@pytest.mark.parametrize("crowded", [1, 150])
def test_a_shop_whose_counts_are_lost_on_the_way_is_read_to_its_end(shop: WooShop, crowded: int) -> None:
    placed = [shop.place_as({}) for _ in range(crowded)] + shop.place(2)
    with FaultProxy(shop.simulator.url) as proxy:
        proxy.strips = "X-WP-Total"
        store = open_store("shop", settings(proxy.url), shop.clock)
        assert set(ids(list(islice(store.changed_since(None, FROM), 20)))) == set(placed)
        assert len(proxy.seen()) < 10
        assert store.count(Window(FROM, MORNING)) is None
        store.close()


def test_the_original_is_the_shops_own_text(shop: WooShop) -> None:
    (placed,) = shop.place()
    (order,) = told(list(shop.open().changed_since(None, FROM)))
    kept = json.loads(order.original)
    assert (str(kept["id"]), kept["total"], kept["billing"]["city"]) == (placed, "24.60", "Gdynia")


def test_a_kept_original_can_be_mapped_again(shop: WooShop) -> None:
    shop.place()
    store = shop.open()
    (order,) = told(list(store.changed_since(None, FROM)))
    assert store.mapped_again(order.original) == order


def test_a_renamed_product_is_no_change_of_its_orders(shop: WooShop) -> None:
    placed = shop.place_as({"line_items": [{"product_id": 5, "sku": "OLD", "total": "1.00"}]})
    before = readable(list(shop.open().changed_since(None, FROM)))[placed]
    shop.simulator.shop.shelf.set_live_sku(5, "NEW")
    after = readable(list(shop.open().changed_since(None, FROM)))[placed]
    assert (before.lines[0].sku, after.lines[0].sku) == ("OLD", "NEW")
    assert revision_digest(before) == revision_digest(after)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati", "America/St_Johns"])
def test_a_shop_in_any_zone_tells_every_change_once_more(tmp_path: Path, zone: str) -> None:
    with woo_shop(tmp_path, zone=zone) as shop:
        placed = shop.place(3)
        cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
        shop.clock.advance(hours=1)
        shop.change(placed[1])
        later = shop.place(2)
        told_now = set(ids(list(shop.open().changed_since(cursor, FROM))))
        assert {placed[1], *later} <= told_now
        created = readable(list(shop.open().recent(FROM, None)))[later[0]].created_at
        assert shop.open().count(Window(created, created + timedelta(seconds=1))) == 1


def test_the_night_when_clocks_go_back_hides_no_order(tmp_path: Path) -> None:
    with woo_shop(tmp_path) as shop:
        shop.clock.moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, for the first time
        first = shop.place()
        cursor = list(shop.open().changed_since(None, FROM))[-1].cursor
        shop.clock.moment = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)  # 02:20, earlier on the wall, later in truth
        second = shop.place()
        pages = list(shop.open().changed_since(cursor, FROM))
        assert set(second) <= set(ids(pages))
        times = [order.created_at for order in readable(list(shop.open().recent(FROM, None))).values()]
        assert times == sorted(times)
        assert ids(list(shop.open().recent(FROM, None))) == first + second


@pytest.mark.parametrize("names", ["page", "page modified_after", "page modified_after modified_before"])
def test_a_shop_that_ignores_what_it_is_asked_ends_the_look_with_an_error(shop: WooShop, names: str) -> None:
    placed = [shop.place_as({}) for _ in range(120)] + shop.place(120)
    shop.simulator.break_with(Fault(FaultKind.IGNORES, names=names, times=40))
    seen: set[str] = set()
    with pytest.raises(StoreAnswerUnreadable, match=r"repeats the ones before|before the time that it is asked for"):
        for page in shop.open().changed_since(None, FROM):
            seen |= set(ids([page]))
    assert seen == set(placed[:100])
    assert len(shop.simulator.requests()) < 10
    shop.simulator.faults.clear()
    assert set(ids(list(shop.open().changed_since(None, FROM)))) == set(placed)


def test_a_sweep_of_a_shop_that_ignores_the_page_ends_with_an_error(shop: WooShop) -> None:
    placed = shop.place(150)
    shop.simulator.break_with(Fault(FaultKind.IGNORES, times=40))
    pages: list[Page] = []
    with pytest.raises(StoreAnswerUnreadable, match="repeats the ones before"):
        pages.extend(shop.open().recent(FROM, None))
    assert ids(pages) == placed[:100]
    shop.simulator.faults.clear()
    assert ids(list(shop.open().recent(FROM, pages[-1].cursor))) == placed[100:]


def test_a_small_shop_that_ignores_the_page_is_read_to_its_end(shop: WooShop) -> None:
    placed = [shop.place_as({}) for _ in range(5)]
    shop.simulator.break_with(Fault(FaultKind.IGNORES, times=40))
    assert ids(list(shop.open().recent(FROM, None))) == placed
    assert ids(list(shop.open().changed_since(None, FROM))) == placed


@pytest.mark.parametrize("count", ["0", "100"])
def test_a_shop_that_counts_too_few_orders_is_read_to_its_end(shop: WooShop, count: str) -> None:
    placed = [shop.place_as({}) for _ in range(130)] + shop.place(120)
    with FaultProxy(shop.simulator.url) as proxy:
        proxy.rewrites = {"X-WP-Total": count}  # a plugin that saves the counting
        store = open_store("shop", settings(proxy.url), shop.clock)
        assert set(ids(list(store.changed_since(None, FROM)))) == set(placed)
        assert ids(list(store.recent(FROM, None))) == placed
        store.close()


def test_a_hundred_orders_that_the_key_may_not_read_do_not_end_the_sweep(shop: WooShop) -> None:
    placed = shop.place(250)
    for hidden in placed[100:200]:
        shop.simulator.shop.shelf.hide(int(hidden))
    assert ids(list(shop.open().recent(FROM, None))) == placed[:100] + placed[200:]


def test_an_order_that_is_in_no_list_is_gone_only_where_the_shop_says_so_of_it(shop: WooShop) -> None:
    placed = shop.place(4)
    shop.simulator.shop.delete(placed[0])
    shop.simulator.shop.set_status(placed[1], "trash")
    with FaultProxy(shop.simulator.url) as proxy:
        proxy.before = lambda words: shop.simulator.shop.set_status(placed[2], "trash" if words == LIST else "packed")
        store = open_store("shop", settings(proxy.url), shop.clock)
        found = {fetched.store_order_id: fetched.told for fetched in store.fetch(placed)}
        store.close()
    assert [one for one, order in found.items() if order is None] == placed[:2]
    hidden = found[placed[2]]  # in a status that a plugin keeps out of lists
    assert hidden is not None and hidden.order is not None and hidden.order.status == "packed"


@pytest.mark.parametrize("count", [3, 150])
def test_a_shop_that_ignores_the_ids_it_is_asked_for_tells_no_order_as_gone(shop: WooShop, count: int) -> None:
    placed = shop.place(count)
    shop.simulator.break_with(Fault(FaultKind.IGNORES, names="include", times=-1))
    with pytest.raises(StoreAnswerUnreadable, match="orders that were not asked for"):
        list(shop.open().fetch(placed[-1:]))
