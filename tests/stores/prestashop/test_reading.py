"""No order of a PrestaShop slips, whatever the clock, the zone or the people in the shop do. Over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.stores.base import Page, Window
from bridge.stores.prestashop.store import open_store
from bridge.testing.stores import readable, told
from tests.stores.prestashop.shop import FROM, ZONE, PrestaWorld, presta_world, settings
from tests.stores.shops import MORNING, SetClock

# Warsaw sets its clocks back from 3:00 to 2:00 at 01:00 UTC: 2:30 comes at 00:30 UTC and again at 01:30 UTC.
BEFORE_THE_HOUR = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)


def ids(pages: list[Page]) -> list[str]:
    return [order.store_order_id for order in told(pages)]


def look(presta: PrestaWorld, cursor: str | None = None, **options: Any) -> list[Page]:
    return list(presta.open(**options).changed_since(cursor, FROM))


def read_long_ago(presta: PrestaWorld) -> tuple[list[str], str]:
    """Three orders that were read an hour after they were placed, and the cursor of that; a day has passed since."""
    placed = presta.place(3)
    presta.clock.advance(hours=1)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(days=1)
    return placed, cursor


def at(presta: PrestaWorld, hour: int, minute: int, second: int = 0) -> None:
    presta.clock.moment = datetime(2026, 10, 25, hour, minute, second, tzinfo=UTC)


def test_an_order_touched_between_two_pages_is_told_and_pushes_no_other_out(presta: PrestaWorld) -> None:
    placed = presta.place(25)
    reading = presta.open(per_page=10).changed_since(None, FROM)
    pages = [next(reading)]
    presta.change(placed[0])
    pages += list(reading)
    assert set(ids(pages)) == set(placed)
    assert readable(pages)[placed[0]].delivery.extra == "second floor"


def test_350_orders_edited_in_one_second_are_all_told(presta: PrestaWorld) -> None:
    placed = presta.place(350)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(hours=1)
    presta.change_together(placed)
    pages = look(presta, cursor)
    assert set(ids(pages)) == set(placed)
    assert all(order.delivery.extra == "third floor" for order in readable(pages).values())


def test_a_look_killed_inside_a_crowded_second_goes_on_there(presta: PrestaWorld) -> None:
    placed = {presta.people.place() for _ in range(33)}
    seen: set[str] = set()
    cursor = None
    for _ in range(6):
        page = next(presta.open(per_page=10).changed_since(cursor, FROM))
        seen |= set(ids([page]))
        cursor = page.cursor
    assert seen == placed


def test_an_order_that_becomes_visible_late_is_within_the_overlap(presta: PrestaWorld) -> None:
    presta.place(3)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(seconds=200)
    late = presta.people.place(paid=False)
    presta.people.tables.change("orders", late, date_upd="2026-03-02 09:00:02")
    assert late in ids(look(presta, cursor))


def test_a_quiet_shop_keeps_its_cursor(presta: PrestaWorld) -> None:
    presta.place(3)
    presta.clock.advance(hours=1)
    cursor = look(presta)[-1].cursor
    again = look(presta, cursor)[-1].cursor
    presta.clock.advance(hours=1)
    assert look(presta, again)[-1].cursor == again


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "UTC"])
def test_every_zone_is_read_without_a_gap(zone: str) -> None:
    with presta_world(zone) as presta:
        first = presta.place(3)
        pages = look(presta)
        assert [order.created_at for order in readable(pages).values()] == [
            MORNING + timedelta(seconds=number) for number in (1, 2, 3)
        ]
        presta.clock.advance(minutes=20)
        later = presta.place(2)
        assert set(later) <= set(ids(look(presta, pages[-1].cursor)))
        assert set(ids(pages)) == set(first)


def test_no_order_of_the_doubled_hour_is_lost(presta: PrestaWorld) -> None:
    presta.clock.moment = BEFORE_THE_HOUR
    placed, seen = set(), set()
    cursor = None
    for minute in range(0, 150, 10):  # every ten minutes an order, then a look
        presta.clock.moment = BEFORE_THE_HOUR + timedelta(minutes=minute)
        placed.add(presta.people.place(paid=False))
        pages = look(presta, cursor)
        seen |= set(ids(pages))
        cursor = pages[-1].cursor
    assert seen == placed


def test_an_order_of_the_second_pass_is_told_though_the_first_pass_was_read_to_its_end(presta: PrestaWorld) -> None:
    at(presta, 0, 58)
    first = presta.people.place()
    at(presta, 0, 59)
    cursor = look(presta)[-1].cursor
    at(presta, 1, 1)
    second = presta.people.place(paid=False)  # 2:01 again, long before 2:58 in the shop's own order
    at(presta, 2, 30)
    assert {first, second} <= set(ids(look(presta, cursor)))


def test_a_look_cut_short_in_the_first_pass_misses_nothing_of_the_second(presta: PrestaWorld) -> None:
    for minute in range(10, 40):
        at(presta, 0, minute)
        presta.people.place()
    page = next(presta.open(per_page=10).changed_since(None, FROM))
    at(presta, 1, 5)
    second = presta.people.place(paid=False)  # 2:05 again: before the place where the look was cut
    at(presta, 3, 0)
    seen: set[str] = set()
    cursor = page.cursor
    for _ in range(2):
        pages = look(presta, cursor, per_page=10)
        seen |= set(ids(pages))
        cursor = pages[-1].cursor
    assert second in seen


def test_the_shops_clock_counts_and_not_ours(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    store = open_store("shop", settings(presta.simulator.url), SetClock(MORNING + timedelta(days=400)))
    assert store.clock() == presta.clock()
    cursor = list(store.changed_since(None, FROM))[-1].cursor
    presta.clock.advance(minutes=4)
    late = presta.people.place(paid=False)
    assert late in ids(list(store.changed_since(cursor, FROM)))
    assert late not in placed
    store.close()


def test_a_shop_whose_clock_was_set_back_is_still_read(presta: PrestaWorld) -> None:
    presta.clock.advance(days=2)
    presta.place()
    cursor = look(presta)[-1].cursor
    presta.clock.moment = MORNING
    placed = presta.place()
    assert set(placed) <= set(ids(look(presta, cursor)))


def test_rows_older_than_the_filter_are_left_out_again(presta: PrestaWorld) -> None:
    old, _ = presta.place(2)
    presta.clock.advance(days=1)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(days=1)
    new = presta.people.place()
    presta.door.filters_loosely = True
    assert old not in ids(look(presta, cursor)) and new in ids(look(presta, cursor))


def test_a_slip_alone_brings_its_order_back(presta: PrestaWorld) -> None:
    placed, cursor = read_long_ago(presta)
    detail = presta.people.details(placed[1])[0]["id"]
    presta.people.refund(placed[1], {detail: (1, "10.00", "12.30")})
    pages = look(presta, cursor)
    assert str(readable(pages)[placed[1]].totals.refunded) == "12.30"
    assert ids(pages) == [placed[2], placed[1]]  # the last second is told once more, then the refunded order


def test_a_slip_that_becomes_visible_late_is_within_the_overlap(presta: PrestaWorld) -> None:
    placed, cursor = read_long_ago(presta)
    first, second = (presta.people.details(one)[0]["id"] for one in placed[:2])
    presta.people.refund(placed[0], {first: (1, "10.00", "12.30")})
    cursor = look(presta, cursor)[-1].cursor
    presta.clock.advance(seconds=200)
    late = presta.people.refund(placed[1], {second: (1, "10.00", "12.30")})
    before_the_look = (presta.clock() - timedelta(seconds=290)).astimezone(ZoneInfo(ZONE))
    presta.people.tables.change("order_slip", late, date_add=f"{before_the_look:%Y-%m-%d %H:%M:%S}")
    assert placed[1] in ids(look(presta, cursor))


def test_what_stands_still_in_a_look_is_asked_for_again_in_the_next(presta: PrestaWorld) -> None:
    placed = presta.place()
    store = presta.open()
    list(store.changed_since(None, FROM))
    presta.people.tables.change("carriers", 2, name="Other carrier")
    zone = next(row for row in presta.people.tables.rows("configurations") if row["name"] == "PS_TIMEZONE")
    presta.people.tables.change("configurations", zone["id"], value="UTC")
    order = readable(list(store.changed_since(None, FROM)))[placed[0]]
    assert (order.lines[-1].name, order.created_at) == ("Other carrier", MORNING + timedelta(hours=1, seconds=1))


def test_a_payment_alone_brings_all_orders_of_its_reference_back(presta: PrestaWorld) -> None:
    both = [presta.people.place(paid=False, reference="ABCDEFGHI", cart="7") for _ in range(2)]
    presta.clock.advance(hours=1)
    last = presta.place()
    cursor = look(presta)[-1].cursor
    presta.clock.advance(days=20)
    presta.people.add_payment(both[0], "49.20")
    orders = readable(look(presta, cursor))
    assert set(orders) == {*both, *last}
    assert [orders[one].payment.state.value for one in both] == ["paid", "paid"]


def test_a_look_cut_short_before_what_hangs_on_orders_asks_for_it_again(presta: PrestaWorld) -> None:
    placed, cursor = read_long_ago(presta)
    presta.people.refund(placed[0], {presta.people.details(placed[0])[0]["id"]: (1, "10.00", "12.30")})
    presta.change(placed[2])
    page = next(presta.open().changed_since(cursor, FROM))  # killed behind its first page
    assert ids([page]) == [placed[2]]
    assert placed[0] in ids(look(presta, page.cursor))


def add_history(presta: PrestaWorld, order_id: str) -> None:
    """A row of history whose order's own row shows nothing of it."""
    row = {"id_employee": "1", "id_order_state": "4", "id_order": order_id, "date_add": presta.people.now()}
    presta.people.tables.add("order_histories", row)


def in_passes(presta: PrestaWorld, cursor: str, pages: int, **options: Any) -> tuple[list[list[str]], str]:
    """The orders of each pass that has time for so many pages, until a look comes to its end; and its cursor."""
    passes: list[list[str]] = []
    for _ in range(30):
        passes.append([])
        for page in islice(presta.open(**options).changed_since(cursor, FROM), pages):
            cursor = page.cursor
            passes[-1] += [order.store_order_id for order in page.orders]
            if not page.orders:
                return passes, cursor
        presta.clock.advance(minutes=6)
    raise AssertionError("the look has no end")


def test_more_changed_at_once_than_a_pass_has_time_for_comes_to_its_end(presta: PrestaWorld) -> None:
    placed = presta.place(24)
    presta.clock.advance(hours=1)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(hours=1)
    for one in placed:
        presta.clock.advance(seconds=1)
        presta.people.set_state(one, "4")  # "shipped", of all in the evening
    presta.clock.advance(hours=1)
    passes, behind = in_passes(presta, cursor, pages=4, per_page=3)
    assert {one for told_ids in passes for one in told_ids} == set(placed)
    assert len(passes) < 8
    quiet = look(presta, behind)
    assert (ids(quiet), quiet[-1].cursor) == ([placed[-1]], behind)  # no row is read again


def test_a_row_that_is_added_behind_a_reading_that_was_cut_short_is_told_by_the_next_one(presta: PrestaWorld) -> None:
    placed, cursor = read_long_ago(presta)
    for one in placed:
        presta.people.refund(one, {presta.people.details(one)[0]["id"]: (1, "1.00", "1.23")})
    presta.clock.advance(hours=1)
    cut = next(page for page in presta.open(per_page=1).changed_since(cursor, FROM) if "order_slip" in page.cursor)
    add_history(presta, placed[0])  # of a resource that the look is done with
    presta.clock.advance(hours=1)
    for one in placed:
        presta.people.add_payment(one, "1.00")
    presta.clock.advance(hours=1)
    *_, end = look(presta, cut.cursor, per_page=1)
    assert "reached" not in end.cursor
    assert placed[0] in ids(look(presta, end.cursor))


def test_a_look_that_was_cut_short_before_places_of_rows_were_kept_goes_on(presta: PrestaWorld) -> None:
    placed, _ = read_long_ago(presta)
    add_history(presta, placed[0])
    kept = {"look": {"settled": "2026-03-02T08:00:03"}, "hanging": "2026-03-02T08:00:03+00:00"}
    pages = look(presta, json.dumps(kept))
    assert ids(pages) == [placed[2], placed[0]]
    assert json.loads(pages[-1].cursor)["look"] == kept["look"]


def test_more_slips_than_one_answer_holds(presta: PrestaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = presta.place(12)
    cursor = look(presta)[-1].cursor
    presta.clock.advance(days=1)
    for one in placed:
        presta.people.refund(one, {presta.people.details(one)[0]["id"]: (1, "1.00", "1.23")})
    monkeypatch.setattr("bridge.stores.prestashop.reading.ROWS_AT_ONCE", 5)
    assert set(ids(look(presta, cursor, per_page=3))) == set(placed)


def test_an_address_corrected_in_place_is_found_by_the_sweep_alone(presta: PrestaWorld) -> None:
    placed, cursor = read_long_ago(presta)
    presta.change_unseen(placed[0])
    assert placed[0] not in ids(look(presta, cursor))
    swept = readable(list(presta.open(per_page=2).recent(FROM, None)))
    assert swept[placed[0]].delivery.extra == "cellar"
    assert sorted(swept) == sorted(placed)


def test_a_deleted_order_is_told_as_gone(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    presta.people.delete(placed[0])
    told_now = [(one.store_order_id, one.told is None) for one in presta.open().fetch([*placed, "x"])]
    assert told_now == [(placed[0], True), (placed[1], False), ("x", True)]


def test_orders_of_a_local_day_are_counted_by_their_ids(presta: PrestaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    presta.clock.moment = datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC)
    presta.people.place()  # 23:59:59 in Warsaw: the day before
    presta.clock.advance(seconds=1)
    for _ in range(7):
        presta.people.place()
    presta.clock.moment = datetime(2026, 3, 2, 23, tzinfo=UTC)
    presta.people.place()  # midnight in Warsaw: the day after
    monkeypatch.setattr("bridge.stores.prestashop.questions.IDS_AT_ONCE", 3)
    day = Window(datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC))
    assert presta.open().count(day) == 7


def test_orders_of_another_shop_of_the_installation(presta: PrestaWorld) -> None:
    ours, theirs = presta.people.place(), presta.people.place()
    presta.people.tables.change("orders", theirs, id_shop="2")
    assert ids(look(presta)) == [ours]
    assert ids(look(presta, shop_id="2")) == [theirs]
    assert ids(look(presta, shop_id="all")) == [ours, theirs]


def test_a_settings_row_of_the_asked_shop_comes_first(presta: PrestaWorld) -> None:
    presta.people.tables.add("configurations", {"name": "PS_TIMEZONE", "value": "UTC", "id_shop": "2"})
    placed = presta.people.place()
    presta.people.tables.change("orders", placed, id_shop="2")
    assert readable(look(presta, shop_id="2"))[placed].created_at == MORNING + timedelta(hours=1)
    assert readable(look(presta, shop_id="all"))[placed].created_at == MORNING


def test_the_original_is_what_the_shop_wrote(presta: PrestaWorld) -> None:
    (placed,) = presta.place()
    (order,) = told(look(presta))
    kept = json.loads(order.original)
    assert kept["id"] == placed
    assert "<total_paid_tax_incl><![CDATA[24.600000]]></total_paid_tax_incl>" in kept["orders"][0]
    assert [name for name in ("order_details", "addresses", "customers", "currencies") if len(kept[name]) != 1] == []


def test_a_page_of_orders_costs_the_same_few_questions_however_full_it_is(presta: PrestaWorld) -> None:
    presta.place(1)
    look(presta)
    of_one = len(presta.simulator.requests())
    presta.place(80)
    before = len(presta.simulator.requests())
    look(presta)
    assert len(presta.simulator.requests()) - before == of_one
