"""No order slips: pages, seconds full of changes, changes while reading, nested lists, torn reads, 60 days."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bridge.stores.base import Window
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.testing.stores import readable, told
from tests.stores.shopify.shop import ShopifyWorld
from tests.stores.shops import SetClock

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def all_of(shop: ShopifyWorld, cursor: str | None = None, **options: Any) -> tuple[dict[str, Any], str]:
    """The orders of one look, and the cursor behind it."""
    pages = list(shop.open(**options).changed_since(cursor, LONG_AGO))
    return readable(pages), pages[-1].cursor


def test_a_second_with_more_orders_than_a_page_is_paged_by_id(shop: ShopifyWorld) -> None:
    placed = shop.place(30)
    _, cursor = all_of(shop)
    shop.change_together(placed)
    found, _ = all_of(shop, cursor, per_page=7)
    assert set(found) == set(placed)
    assert shop.asked("OrdersById") == 5


def test_an_order_that_leaves_its_second_while_it_is_paged_is_met_again(shop: ShopifyWorld) -> None:
    placed = shop.place(30)
    _, cursor = all_of(shop)
    shop.change_together(placed)
    look = shop.open(per_page=7).changed_since(cursor, LONG_AGO)
    seen = set(readable([next(look)]))
    shop.change(placed[20])
    seen |= set(readable(list(look)))
    assert seen == set(placed)


def test_more_lines_than_a_page_are_read_to_their_end(shop: ShopifyWorld) -> None:
    placed = shop.place_as(lines=[{"sku": f"S{place}", "price": "1.00"} for place in range(137)])
    found, _ = all_of(shop)
    assert [line.sku for line in found[placed].lines] == [f"S{place}" for place in range(137)]
    assert found[placed].totals.gross == Decimal("168.51")
    assert found[placed].totals.due == 0


def test_more_shipping_lines_and_refund_lines_than_a_page_are_read_to_their_end(shop: ShopifyWorld) -> None:
    placed = shop.place_as(
        lines=[{"price": "1.00"}] * 60, shipping=[{"price": "2.00", "code": f"c{n}"} for n in range(5)]
    )
    shop.simulator.shop.refund(placed, dict.fromkeys(range(60), 1))
    order = all_of(shop)[0][placed]
    assert len(order.lines) == 65
    assert len(order.refunds[0].lines) == 60
    assert (order.totals.gross, order.totals.refunded) == (Decimal("86.10"), Decimal("73.80"))
    assert sum(line.gross for line in order.lines) == order.totals.gross


def test_an_order_that_changes_between_its_parts_is_read_anew(shop: ShopifyWorld) -> None:
    placed = shop.place_as(lines=[{"price": "1.00"}] * 15)
    look = shop.open()
    shop.simulator.door.before = {"MoreLines": lambda: shop.change(placed)}
    order = readable(list(look.changed_since(None, LONG_AGO)))[placed]
    assert order.delivery.extra == "second floor"
    assert len(order.lines) == 15
    assert shop.asked("WholeOrders") == 2


def test_an_order_that_never_stands_still_is_a_problem_and_read_at_the_next_look(shop: ShopifyWorld) -> None:
    restless = shop.place_as(lines=[{"price": "1.00"}] * 15)
    quiet = shop.place_as()
    shop.simulator.door.before = {"MoreLines": lambda: shop.change(restless)}
    shop.simulator.door.before_times = 99
    pages = list(shop.open().changed_since(None, LONG_AGO))
    problems = {one.store_order_id: one.problem for one in told(pages) if one.problem}
    assert set(readable(pages)) == {quiet}
    assert "it changes faster than it can be read" in problems[restless].message
    shop.simulator.door.before = {}
    assert restless in all_of(shop, pages[-1].cursor)[0]


def test_an_order_deleted_between_list_and_reading_is_left_out(shop: ShopifyWorld) -> None:
    first, second = shop.place(2)
    shop.simulator.door.before = {"WholeOrders": lambda: shop.remove(first)}
    assert set(all_of(shop)[0]) == {second}


def test_a_key_for_sixty_days_tells_no_old_order_gone(shop: ShopifyWorld) -> None:
    old = shop.place_as()
    shop.clock.advance(days=61)
    young = shop.place_as()
    shop.simulator.shop.scopes = ("read_orders", "write_orders")
    store = shop.open()
    assert set(readable(list(store.changed_since(None, LONG_AGO)))) == {young}
    first, second, third = store.fetch([old, young, "x"])
    assert first.told is not None and first.told.problem is not None
    assert (first.told.problem.code, first.told.store_order_id) == ("order-hidden", old)
    assert second.told is not None and second.told.order is not None
    assert third.told is None
    assert store.count(Window(LONG_AGO, shop.clock())) is None
    assert store.count(Window(shop.clock() - timedelta(days=1), shop.clock() + timedelta(days=1))) == 1


def test_an_order_younger_than_the_oldest_that_is_shown_is_gone_when_it_is_not_shown(shop: ShopifyWorld) -> None:
    older, deleted, younger = shop.place(3)
    shop.simulator.shop.scopes = ("read_orders", "write_orders")
    shop.remove(deleted)
    (fetched,) = shop.open().fetch([deleted])
    assert fetched.told is None
    shop.remove(younger)
    shop.remove(older)
    (fetched,) = shop.open().fetch([deleted])  # nothing is shown by which its age could be told
    assert fetched.told is not None and fetched.told.problem is not None
    assert fetched.told.problem.code == "order-hidden"


def test_a_count_that_the_shop_cuts_is_none(shop: ShopifyWorld) -> None:
    shop.place(3)
    window = Window(LONG_AGO, shop.clock() + timedelta(days=1))
    assert shop.open().count(window) == 3
    shop.simulator.say({"data": {"ordersCount": {"count": 10000, "precision": "AT_LEAST"}}}, when="CountOrders")
    assert shop.open().count(window) is None


@pytest.mark.parametrize("hours", [-5, 5])
def test_the_window_ends_at_the_shops_clock_and_not_at_ours(shop: ShopifyWorld, hours: int) -> None:
    placed = shop.place(3)
    pages = list(shop.open(SetClock(shop.clock() + timedelta(hours=hours))).changed_since(None, LONG_AGO))
    assert set(readable(pages)) == set(placed)
    settled = datetime.fromisoformat(json.loads(pages[-1].cursor)["settled"]).replace(tzinfo=UTC)
    assert settled == shop.clock() - timedelta(seconds=300)


def test_orders_archived_cancelled_and_of_any_zone_are_told(shop: ShopifyWorld) -> None:
    archived, cancelled, kiritimati = shop.place(3)
    shop.simulator.shop.archive(archived)
    shop.simulator.shop.cancel(cancelled)
    shop.simulator.shop.unseen(kiritimati, createdAt="2026-03-02T22:00:03+14:00")
    found, _ = all_of(shop)
    assert set(found) == {archived, cancelled, kiritimati}
    assert found[cancelled].cancelled is True
    assert found[kiritimati].created_at == datetime(2026, 3, 2, 8, 0, 3, tzinfo=UTC)


def test_the_sweep_goes_on_behind_an_id_and_ends(shop: ShopifyWorld) -> None:
    placed = shop.place(12)
    store = shop.open(per_page=5)
    pages = list(store.recent(LONG_AGO, None))
    assert [len(page.orders) for page in pages] == [5, 5, 2]
    assert [page.cursor for page in pages] == ["1005", "1010", ""]
    later = list(shop.open(per_page=5).recent(LONG_AGO, pages[0].cursor))
    assert set(readable(later)) == set(placed[5:])


def test_a_shop_whose_filters_have_no_effect_is_told_and_not_asked_for_ever(shop: ShopifyWorld) -> None:
    placed = shop.place(12)
    store = shop.open(per_page=5)
    cursor = list(store.changed_since(None, LONG_AGO))[-1].cursor
    sweep = next(iter(store.recent(LONG_AGO, None))).cursor
    shop.clock.advance(hours=1)
    shop.change_together(placed)
    asked = len(shop.simulator.requests())
    shop.simulator.door.passed_over = "id"
    for look in (store.recent(LONG_AGO, sweep), store.changed_since(cursor, LONG_AGO)):
        with pytest.raises(StoreAnswerUnreadable, match="orders by id begins before the place that was asked for"):
            list(look)
    shop.simulator.door.passed_over = "updated_at"
    shop.simulator.shop.unseen(placed[0], updatedAt="2020-01-01T00:00:00Z")
    with pytest.raises(StoreAnswerUnreadable, match="changed orders begins before the place that was asked for"):
        list(store.changed_since(cursor, LONG_AGO))
    assert len(shop.simulator.requests()) - asked < 40


def test_a_shop_with_more_orders_than_it_pages_through_is_read_to_its_end(shop: ShopifyWorld) -> None:
    shop.simulator.shop.paged_objects_max = 12  # 25,000 in the real one
    placed = shop.place(40)
    store = shop.open(per_page=10)
    assert set(readable(list(store.changed_since(None, LONG_AGO)))) == set(placed)
    shop.change_together(placed)
    assert set(readable(list(store.changed_since(None, LONG_AGO)))) == set(placed)
    assert set(readable(list(store.recent(LONG_AGO, None)))) == set(placed)


def test_each_original_says_which_version_served_it(shop: ShopifyWorld) -> None:
    shop.place()
    (one,) = told(list(shop.open(api_version="2026-04").changed_since(None, LONG_AGO)))
    assert json.loads(one.original)["api_version"] == "2026-04"
    (one,) = told(list(shop.open(api_version="2025-01").changed_since(None, LONG_AGO)))
    assert json.loads(one.original)["api_version"] == "2026-01"


def test_a_kept_original_is_mapped_again_without_the_shop(shop: ShopifyWorld) -> None:
    placed = shop.place_as(lines=[{"price": "1.00"}] * 15, presentment="PLN", rate="4.32")
    shop.simulator.shop.refund(placed, {0: 1})
    store = shop.open()
    (one,) = told(list(store.changed_since(None, LONG_AGO)))
    assert store.mapped_again(one.original) == one
    other = shop.open(money="presentment").mapped_again(one.original).order
    assert other is not None
    assert (other.currency, other.money, len(other.lines)) == ("PLN", "presentment", 15)


@pytest.mark.parametrize("at_once", [1, 3, 250])
def test_orders_are_asked_for_by_id_however_many(shop: ShopifyWorld, at_once: int) -> None:
    placed = shop.place(60)
    store = shop.open(per_page=at_once)
    fetched = list(store.fetch([*placed, *placed[:3]]))
    assert [one.store_order_id for one in fetched] == [*placed, *placed[:3]]
    assert all(one.told is not None and one.told.order is not None for one in fetched)


def test_companies_are_asked_for_only_where_the_key_may_see_them(shop: ShopifyWorld) -> None:
    entity = {
        "__typename": "PurchasingCompany",
        "company": {"__typename": "Company", "id": "gid://shopify/Company/1", "name": "Nowak", "externalId": "C-1"},
        "location": {
            "__typename": "CompanyLocation",
            "id": "gid://shopify/CompanyLocation/1",
            "name": "Warsaw",
            "externalId": None,
            "taxSettings": {"taxRegistrationId": "PL5260001246", "taxExempt": False},
        },
    }
    placed = shop.place_as(purchasingEntity=entity)
    assert all_of(shop)[0][placed].billing.tax_id == ""
    shop.simulator.shop.scopes = (*shop.simulator.shop.scopes, "read_customers")
    assert all_of(shop, companies=True)[0][placed].billing.tax_id == "PL5260001246"
