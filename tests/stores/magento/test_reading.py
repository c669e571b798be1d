"""No order slips, whatever happens in the shop meanwhile; an edited order stays one sale. Over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bridge.domain.revision import revision_digest
from bridge.stores.base import Page, Window, WriteBackOutcome
from bridge.stores.magento.parts import Part, kept_line, parts_of
from bridge.stores.magento.store import open_store
from bridge.stores.problems import StoreKeyRefused
from bridge.testing.stores import numbers_for, outcomes, readable, told
from tests.stores.magento.shops import SIGNED, Magento, settings
from tests.stores.shops import MORNING, SetClock

FROM = datetime(2026, 1, 1, tzinfo=UTC)


def ids(pages: list[Page]) -> list[str]:
    return [order.store_order_id for order in told(pages)]


def all_of(shop: Magento) -> list[Page]:
    return list(shop.open().changed_since(None, FROM))


def test_350_orders_edited_in_one_second_are_told_once_each(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(350)]
    cursor = all_of(shop)[-1].cursor
    shop.clock.advance(hours=1)
    shop.change_together(placed)
    pages = list(shop.open().changed_since(cursor, FROM))
    assert sorted(ids(pages), key=int) == placed
    assert {order.delivery.extra for order in readable(pages).values()} == {"third floor"}


@pytest.mark.parametrize("repeats_last", [True, False])
def test_a_full_last_page_ends_the_look_however_the_shop_pages(shop: Magento, repeats_last: bool) -> None:
    shop.shop.repeats_last = repeats_last
    placed = [shop.place_as({}) for _ in range(200)]
    assert sorted(ids(all_of(shop)), key=int) == placed


def test_a_look_killed_inside_a_crowded_second_goes_on_there(shop: Magento) -> None:
    placed = {shop.place_as({}) for _ in range(230)}
    seen: set[str] = set()
    cursor = None
    for _ in range(4):
        page = next(shop.open().changed_since(cursor, FROM))
        seen |= set(ids([page]))
        cursor = page.cursor
    assert seen == placed


def test_an_order_that_leaves_a_crowded_second_pushes_none_aside(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(230)]
    look = shop.open().changed_since(None, FROM)
    pages = [next(look)]
    shop.change(placed[0])
    pages += list(look)
    assert set(ids(pages)) == set(placed)
    assert readable(pages)[placed[0]].delivery.extra == "second floor"


def test_a_smaller_page_reads_the_same_orders(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(7)] + shop.place(8)
    assert set(ids(list(shop.open(per_page=3).changed_since(None, FROM)))) == set(placed)


def test_orders_come_by_the_time_of_their_change_whatever_their_ids(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(10)]
    shop.clock.advance(hours=1)
    for one in reversed(placed):
        shop.change(one)
    pages = list(shop.open(per_page=3).changed_since(None, FROM))
    assert list(dict.fromkeys(ids(pages))) == placed[::-1]


def test_only_the_store_views_that_are_ours_are_read(shop: Magento) -> None:
    shop.place_as({"store_id": 1})
    ours = [shop.place_as({"store_id": 2}), shop.place_as({"store_id": 3})]
    store = shop.open(store_ids=["2", "3"])
    assert ids(list(store.changed_since(None, FROM))) == ours
    assert store.count(Window(MORNING, MORNING + timedelta(days=1))) == 2
    assert [fetched.told is None for fetched in store.fetch(["1", "2"])] == [True, False]


def test_a_flag_of_a_cron_job_is_no_new_revision(shop: Magento) -> None:
    (placed,) = shop.place()
    pages = all_of(shop)
    shop.clock.advance(hours=1)
    shop.shop.touch(placed)
    again = list(shop.open().changed_since(pages[-1].cursor, FROM))
    assert ids(again) == [placed]
    assert revision_digest(readable(again)[placed]) == revision_digest(readable(pages)[placed])


def test_an_edited_order_is_a_revision_of_the_order_that_it_replaces(shop: Magento) -> None:
    (placed,) = shop.place()
    before = readable(all_of(shop))[placed]
    shop.clock.advance(hours=1)
    shop.shop.replace(placed, items=[{"sku": "007", "qty": 3, "price": "24.60"}])
    pages = all_of(shop)
    assert ids(pages) == [placed]  # the old and the new one are one order, told once
    order = readable(pages)[placed]
    assert (order.number, order.cancelled, order.lines[0].quantity) == ("000000001-1", False, Decimal(3))
    assert (order.created_at, order.extra["replaces"]) == (before.created_at, "000000001")


def test_the_newest_of_many_edits_is_told_whichever_of_them_moved(shop: Magento) -> None:
    (placed,) = shop.place()
    edits = [placed]
    for _ in range(3):
        shop.clock.advance(hours=1)
        edits.append(str(shop.shop.replace(edits[-1])))
    for one in edits:
        cursor = all_of(shop)[-1].cursor
        shop.clock.advance(hours=1)
        shop.shop.touch(one)
        pages = list(shop.open().changed_since(cursor, FROM))
        assert {known: order.number for known, order in readable(pages).items()} == {placed: "000000001-3"}
    (fetched,) = shop.open().fetch([placed])
    assert fetched.told is not None and fetched.told.store_order_id == placed


def test_an_edit_that_is_met_before_the_old_order_is_cancelled_still_ends_with_the_newest(shop: Magento) -> None:
    placed = shop.place_as({})
    new = shop.shop.replace(placed)
    unfinished = {**shop.shop.order(placed), "state": "new", "status": "pending"}
    del unfinished["relation_child_id"]
    shop.shop.shelf.put(unfinished)
    cursor = all_of(shop)[-1].cursor
    shop.clock.advance(hours=1)
    shop.shop.edit(placed, state="canceled", status="canceled", relation_child_id=str(new))
    pages = list(shop.open().changed_since(cursor, FROM))
    assert [(order.number, order.cancelled) for order in readable(pages).values()] == [("000000001-1", False)]


def test_an_edited_order_that_is_cancelled_is_cancelled(shop: Magento) -> None:
    placed = shop.place_as({})
    new = shop.shop.replace(placed)
    shop.shop.cancel(new)
    assert readable(all_of(shop))[placed].cancelled is True


def test_a_replacement_that_was_deleted_leaves_the_old_order(shop: Magento) -> None:
    placed = shop.place_as({})
    shop.shop.shelf.remove(shop.shop.replace(placed))
    assert readable(all_of(shop))[placed].cancelled is True


def test_an_edited_order_stays_the_same_sale_when_the_orders_that_it_replaces_are_deleted(shop: Magento) -> None:
    """Shops clean cancelled orders away; under an id of its own the edit would be exported as a second sale."""
    (placed,) = shop.place()
    edit = str(shop.shop.replace(placed))
    shop.shop.shelf.remove(int(placed))
    order = readable(all_of(shop))[placed]
    assert (order.number, order.extra["replaces"]) == ("000000001-1", "000000001")
    (fetched,) = shop.open().fetch([placed])
    assert fetched.told is not None and fetched.told.order == order
    assert shop.open().mapped_again(fetched.told.original) == fetched.told
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [WriteBackOutcome.WRITTEN]
    assert len(shop.simulator.comments(edit)) == 1


@pytest.mark.parametrize("deleted", ["first", "middle", "both"])
def test_of_an_order_edited_twice_whatever_was_deleted_no_second_sale_is_made(shop: Magento, deleted: str) -> None:
    first = shop.place_as({})
    middle = shop.shop.replace(first)
    newest = str(shop.shop.replace(middle))
    for one in {"first": (int(first),), "middle": (middle,), "both": (int(first), middle)}[deleted]:
        shop.shop.shelf.remove(one)
    found = {order.store_order_id: order for order in told(all_of(shop))}
    if deleted != "both":
        (order,) = found.values()
        assert order.order is not None
        assert (order.store_order_id, order.order.number) == (first, "000000001-2")
        return
    (lost,) = found.values()
    assert lost.order is None and lost.problem is not None
    assert "under which id the ERP may have it cannot be known" in lost.problem.message
    assert newest != first


def test_orders_that_replace_each_other_in_a_circle_end(shop: Magento) -> None:
    first, second = shop.place_as({}), shop.place_as({})
    for one, other in ((first, second), (second, first)):
        links = {"relation_child_id": other, "relation_parent_id": other, "original_increment_id": "x"}
        shop.shop.edit(one, state="canceled", **links)
    assert set(ids(all_of(shop))) <= {first, second}


def test_orders_that_a_module_links_are_sales_of_their_own(shop: Magento) -> None:
    """A subscription's renewals, for instance: nothing is cancelled, and nothing keeps an original's number."""
    first, second = shop.place(2)
    shop.shop.edit(first, relation_child_id=second)
    shop.shop.edit(second, relation_parent_id=first)
    orders = readable(all_of(shop))
    assert {known: order.number for known, order in orders.items()} == {first: "000000001", second: "000000002"}
    assert shop.open().count(Window(MORNING, MORNING + timedelta(days=1))) == 2


def test_an_edit_is_not_counted_as_another_sale(shop: Magento) -> None:
    shop.place(2)
    shop.shop.replace("1")
    assert shop.open().count(Window(MORNING, MORNING + timedelta(days=1))) == 2
    assert shop.open().count(Window(MORNING - timedelta(days=1), MORNING)) == 0


def test_an_address_edited_in_the_admin_is_found_by_the_sweep_alone(shop: Magento) -> None:
    (placed,) = shop.place()
    cursor = all_of(shop)[-1].cursor
    shop.clock.advance(hours=1)
    shop.change_unseen(placed)
    overlap = readable(list(shop.open().changed_since(cursor, FROM)))  # the last second is read again, and has it
    swept = readable(list(shop.open().recent(MORNING - timedelta(days=1), None)))
    assert {order.delivery.extra for order in (*overlap.values(), *swept.values())} == {"cellar"}


def test_credit_memos_and_invoices_are_asked_for_once_a_page_and_only_where_there_are_some(shop: Magento) -> None:
    for _ in range(5):
        shop.place_as({})
    all_of(shop)
    assert [line for line in shop.simulator.requests() if "orders" not in line] == []
    for placed in ("1", "2"):
        shop.shop.pay(placed)
    shop.shop.refund("2", {}, adjustment_positive="5")
    before = len(shop.simulator.requests())
    all_of(shop)
    assert shop.simulator.requests()[before:] == [
        "GET /rest/all/V1/orders",
        "GET /rest/all/V1/creditmemos",
        "GET /rest/all/V1/invoices",
    ]


def test_many_credit_memos_of_one_order_are_all_read(shop: Magento) -> None:
    (placed,) = shop.place()
    for _ in range(130):
        shop.shop.refund(placed, {}, adjustment_positive="0.01")
    assert len(shop.told(placed).refunds) == 130


def test_the_original_holds_all_answers_as_the_shop_wrote_them_and_can_be_mapped_again(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.refund(placed, {"007": 1})
    shop.shop.float_digits = 17
    store = shop.open()
    (order,) = told(list(store.changed_since(None, FROM)))
    kept = json.loads(order.original)
    assert (len(kept["creditmemos"]), len(kept["invoices"]), str(kept["order"]["entity_id"])) == (1, 1, placed)
    assert b'"shipping_amount":10,"' in order.original
    assert store.mapped_again(order.original) == order
    shop.shop.replace(placed)
    (edited,) = told(list(store.changed_since(None, FROM)))
    assert store.mapped_again(edited.original) == edited
    assert edited.store_order_id == placed


def test_a_shop_that_breaks_its_lines_is_kept_on_one() -> None:
    text = '{\r\n  "entity_id": 7,\n  "grand_total": 1.10\n}'
    kept = kept_line(Part(json.loads(text), text), [], [], None)
    assert b"\n" not in kept and b"\r" not in kept and b'"grand_total": 1.10' in kept
    assert parts_of(kept).store_order_id == "7"


def test_children_are_each_payment_and_refund(shop: Magento) -> None:
    items = [{"sku": "A", "price": "12.30", "qty": 2}]
    placed = shop.place_as({"items": items, "gift_cards": [{"code": "X", "amount": "6.90"}]})
    shop.shop.pay_some(placed, {"A": 1})
    shop.shop.refund(placed, {}, adjustment_positive="2")
    children = shop.open().children(placed)
    assert [(part.method, str(part.amount)) for part in children.payments] == [
        ("checkmo", "24.6"),
        ("gift_card", "6.9"),
    ]
    assert [str(refund.amount) for refund in children.refunds] == ["2.00"]


def test_ids_that_are_none_are_gone(shop: Magento) -> None:
    asked = ["7", "x'", "\u0661"]
    assert [(fetched.store_order_id, fetched.told) for fetched in shop.open().fetch(asked)] == [
        (one, None) for one in asked
    ]


def test_a_shop_that_limits_its_pages_is_read(shop: Magento) -> None:
    shop.shop.size_max = 300
    placed = [shop.place_as({}) for _ in range(250)]
    assert sorted(ids(all_of(shop)), key=int) == placed


def test_the_shops_own_clock_bounds_the_look(shop: Magento) -> None:
    shop.place_as({"updated_at": "2026-03-02 09:30:00"})  # an hour and a half ahead of the shop's clock
    assert json.loads(all_of(shop)[-1].cursor)["settled"] == "2026-03-02T07:55:00"
    assert shop.open().clock() == shop.clock.moment


def test_signed_requests_survive_an_hour_behind_but_not_ahead(shop: Magento) -> None:
    placed = shop.place()
    behind, ahead = (
        open_store("shop", settings(shop.simulator.url, **SIGNED), SetClock(MORNING + timedelta(minutes=apart)))
        for apart in (-60, 20)
    )
    assert ids(list(behind.changed_since(None, FROM))) == placed
    with pytest.raises(StoreKeyRefused, match="our clock is 19 minutes ahead of the shop's"):
        list(ahead.changed_since(None, FROM))
    behind.close()
    ahead.close()
