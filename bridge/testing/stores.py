"""What every store promises. A connector's tests inherit `StoreContract` and bring a `shop` fixture.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def shop(self, tmp_path):
            with MyShop(tmp_path) as shop:
                yield shop

`MyShop` is the real thing on the other side (a `ShopOfOrders`), with a life of its own.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from bridge.domain.revision import content_of, order_from_content, revision_digest
from bridge.domain.selection import words_of
from bridge.stores import (
    Children,
    Window,
    WriteBackOutcome,
)
from bridge.testing.shop_of_orders import (
    ORDERS_FROM,
    ORDERS_PER_PAGE_MAX,
    ShopOfOrders,
    numbers_for,
    outcomes,
    readable,
    told,
)

__all__ = [
    "ORDERS_FROM",
    "ORDERS_PER_PAGE_MAX",
    "ShopOfOrders",
    "StoreContract",
    "numbers_for",
    "outcomes",
    "readable",
    "told",
]


class StoreContract:
    """Inherit it, and bring the `shop` fixture."""

    def test_every_order_is_told(self, shop: ShopOfOrders) -> None:
        placed = shop.place(7)
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        assert sorted(readable(pages)) == sorted(placed)

    def test_an_empty_store_tells_nothing(self, shop: ShopOfOrders) -> None:
        assert told(list(shop.open().changed_since(None, ORDERS_FROM))) == []

    def test_pages_are_never_larger_than_500_orders(self, shop: ShopOfOrders) -> None:
        placed = shop.place(1100)
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        assert all(len(page.orders) <= ORDERS_PER_PAGE_MAX for page in pages)
        assert len(readable(pages)) == len(placed)

    def test_what_came_after_the_cursor_is_told_at_the_next_look(self, shop: ShopOfOrders) -> None:
        shop.place(3)
        cursor = list(shop.open().changed_since(None, ORDERS_FROM))[-1].cursor
        later = shop.place(2)
        assert set(later) <= set(readable(list(shop.open().changed_since(cursor, ORDERS_FROM))))

    def test_a_look_that_is_cut_short_after_any_page_loses_nothing(self, shop: ShopOfOrders) -> None:
        placed = set(shop.place(1100))
        seen: set[str] = set()
        cursor: str | None = None
        for _ in range(20):  # a new connection and one page each time, as if killed behind its commit
            page = next(iter(shop.open().changed_since(cursor, ORDERS_FROM)), None)
            if page is None or (not page.orders and page.cursor == cursor):
                break
            seen |= {order.store_order_id for order in page.orders}
            cursor = page.cursor
            if seen == placed:
                break
        assert seen == placed

    def test_a_page_whose_cursor_was_not_kept_is_told_again(self, shop: ShopOfOrders) -> None:
        placed = shop.place(3)
        list(shop.open().changed_since(None, ORDERS_FROM))
        assert sorted(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == sorted(placed)

    def test_a_changed_order_is_told_again_as_another_revision(self, shop: ShopOfOrders) -> None:
        (placed,) = shop.place()
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        before = revision_digest(readable(pages)[placed])
        shop.change(placed)
        again = readable(list(shop.open().changed_since(pages[-1].cursor, ORDERS_FROM)))
        assert revision_digest(again[placed]) != before

    def test_a_malformed_order_stands_still_alone(self, shop: ShopOfOrders) -> None:
        first = shop.place()
        shop.place_malformed()
        last = shop.place()
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        assert set(first + last) <= set(readable(pages))
        (broken,) = [order for order in told(pages) if order.order is None]
        assert broken.problem is not None
        assert broken.problem.message and broken.problem.action and broken.store_order_id

    def test_originals_are_json_on_one_line(self, shop: ShopOfOrders) -> None:
        shop.place(2)
        shop.place_malformed()
        originals = [order.original for order in told(list(shop.open().changed_since(None, ORDERS_FROM)))]
        assert len(originals) == 3
        assert all(b"\n" not in original and b"\r" not in original for original in originals)
        assert all(isinstance(json.loads(original), dict) for original in originals)

    def test_a_kept_original_is_mapped_again_to_the_same_order(self, shop: ShopOfOrders) -> None:
        (placed,) = shop.place()
        shop.refund(placed, Decimal(1))
        shop.place()
        store = shop.open()
        orders = told(list(store.changed_since(None, ORDERS_FROM)))
        assert orders
        assert [store.mapped_again(order.original) for order in orders] == orders

    def test_orders_say_whose_they_are_and_survive_the_ledger(self, shop: ShopOfOrders) -> None:
        shop.place(2)
        orders = readable(list(shop.open().changed_since(None, ORDERS_FROM)))
        assert all(order.store and order.store_order_id == known for known, order in orders.items())
        assert [order_from_content(content_of(order)) for order in orders.values()] == list(orders.values())

    def test_a_number_is_written_and_stands_in_the_store(self, shop: ShopOfOrders) -> None:
        placed = shop.place(3)
        store = shop.open()
        list(store.changed_since(None, ORDERS_FROM))
        receipts = list(store.write_back(numbers_for(placed)))
        assert outcomes(receipts) == [WriteBackOutcome.WRITTEN] * 3
        assert [receipt.write_back.store_order_id for receipt in receipts] == placed
        assert {one: shop.number_of(one) for one in placed} == {one: f"SO-{one}" for one in placed}

    def test_a_number_that_stands_there_is_not_written_again(self, shop: ShopOfOrders) -> None:
        placed = shop.place(2)
        list(shop.open().write_back(numbers_for(placed)))
        assert outcomes(list(shop.open().write_back(numbers_for(placed)))) == [WriteBackOutcome.ALREADY] * 2

    def test_another_number_is_never_overwritten(self, shop: ShopOfOrders) -> None:
        placed = shop.place(2)
        list(shop.open().write_back(numbers_for(placed[:1])))
        receipts = list(shop.open().write_back(numbers_for(placed, prefix="OTHER")))
        assert outcomes(receipts) == [WriteBackOutcome.DIFFERENT, WriteBackOutcome.WRITTEN]
        assert receipts[0].found == f"SO-{placed[0]}"
        assert shop.number_of(placed[0]) == f"SO-{placed[0]}"

    def test_our_own_write_back_makes_no_new_revision(self, shop: ShopOfOrders) -> None:
        (placed,) = shop.place()
        store = shop.open()
        pages = list(store.changed_since(None, ORDERS_FROM))
        before = revision_digest(readable(pages)[placed])
        list(store.write_back(numbers_for([placed])))
        after = readable(list(shop.open().changed_since(pages[-1].cursor, ORDERS_FROM)))
        assert {revision_digest(order) for order in after.values()} <= {before}

    def test_many_orders_changed_within_one_second_are_all_told(self, shop: ShopOfOrders) -> None:
        placed = shop.place(350)
        cursor = list(shop.open().changed_since(None, ORDERS_FROM))[-1].cursor
        shop.change_together(placed)
        assert set(placed) == set(readable(list(shop.open().changed_since(cursor, ORDERS_FROM))))

    def test_an_order_changed_while_pages_are_read_is_told_and_pushes_none_aside(self, shop: ShopOfOrders) -> None:
        placed = shop.place(1100)
        look = shop.open().changed_since(None, ORDERS_FROM)
        seen = {order.store_order_id for order in next(look).orders}
        unread = next(one for one in placed if one not in seen)
        shop.change(unread)
        seen |= {order.store_order_id for page in look for order in page.orders}
        cursor = list(shop.open().changed_since(None, ORDERS_FROM))[-1].cursor
        seen |= set(readable(list(shop.open().changed_since(cursor, ORDERS_FROM))))
        assert seen == set(placed)

    def test_the_sweep_tells_every_order_changed_or_not(self, shop: ShopOfOrders) -> None:
        placed = shop.place(7)
        store = shop.open()
        if store.describe().sweep_days:
            pages = list(store.recent(ORDERS_FROM, None))
            assert sorted(readable(pages)) == sorted(placed)
            assert all(len(page.orders) <= ORDERS_PER_PAGE_MAX for page in pages)
        else:
            assert store.describe().only_the_sweep_sees == ()

    def test_a_sweep_that_is_cut_short_goes_on(self, shop: ShopOfOrders) -> None:
        placed = set(shop.place(600))
        if not shop.open().describe().sweep_days:
            assert list(shop.open().recent(ORDERS_FROM, None)) == []
            return
        seen: set[str] = set()
        cursor: str | None = None
        for _ in range(20):  # a new connection and one page each time, as if killed behind its commit
            page = next(iter(shop.open().recent(ORDERS_FROM, cursor)))
            seen |= {order.store_order_id for order in page.orders}
            cursor = page.cursor
            if not cursor:
                break
        assert seen == placed

    def test_what_moves_no_modification_time_is_found_by_the_sweep(self, shop: ShopOfOrders) -> None:
        (placed,) = shop.place()
        before = revision_digest(readable(list(shop.open().changed_since(None, ORDERS_FROM)))[placed])
        if shop.change_unseen(placed):
            after = readable(list(shop.open().recent(ORDERS_FROM, None)))[placed]
            assert revision_digest(after) != before
        else:
            assert shop.open().describe().only_the_sweep_sees == ()

    def test_orders_are_told_by_id_and_one_that_is_gone_is_told_as_gone(self, shop: ShopOfOrders) -> None:
        first, gone, last = shop.place(3)
        store = shop.open()
        if not shop.remove(gone):
            assert not store.describe().by_id
            assert list(store.fetch([first, last])) == []
            return
        asked = [last, gone, first, "no-such-order"]
        fetched = list(store.fetch(asked))
        assert [one.store_order_id for one in fetched] == asked
        assert [one.told is not None for one in fetched] == [True, False, True, False]
        assert all(one.told is None or one.told.store_order_id == one.store_order_id for one in fetched)

    def test_a_refund_is_a_child_of_its_order_and_a_new_revision(self, shop: ShopOfOrders) -> None:
        (placed,) = shop.place()
        before = readable(list(shop.open().changed_since(None, ORDERS_FROM)))[placed]
        if not shop.refund(placed, Decimal(1)):
            assert shop.open().children(placed) == Children()
            return
        children = shop.open().children(placed)
        assert [refund.amount for refund in children.refunds] == [Decimal(1)]
        after = readable(list(shop.open().recent(ORDERS_FROM, None)))[placed]
        assert after.refunds == children.refunds
        assert after.totals.refunded - before.totals.refunded == 1
        assert after.totals.gross == before.totals.gross
        assert revision_digest(after) != revision_digest(before)

    def test_the_clock_is_the_shops_own(self, shop: ShopOfOrders) -> None:
        told_time = shop.open().clock()
        assert told_time.utcoffset() == timedelta(0)
        assert abs(told_time - shop.now()) < timedelta(minutes=1)

    def test_the_count_of_a_span_is_the_shops_or_none(self, shop: ShopOfOrders) -> None:
        placed = shop.place(3)
        store = shop.open()
        created = [order.created_at for order in readable(list(store.changed_since(None, ORDERS_FROM))).values()]
        window = Window(min(created), max(created) + timedelta(seconds=1))
        assert store.count(window) in (None, len(placed))
        assert store.count(Window(ORDERS_FROM, ORDERS_FROM + timedelta(days=1))) in (None, 0)

    def test_a_description_tells_people_what_to_expect(self, shop: ShopOfOrders) -> None:
        told_of = shop.open().describe()
        assert told_of.system and told_of.least_rights and told_of.moves_the_time
        assert told_of.sweep_days == 0 or told_of.sweep_every_h > 0
        shop.place(1)
        (order,) = readable(list(shop.open().changed_since(None, ORDERS_FROM))).values()
        for condition in told_of.never_told:
            assert not any(words_of(order, condition)), condition

    def test_lines_and_rounding_add_up_to_what_the_customer_owes(self, shop: ShopOfOrders) -> None:
        shop.place(2)
        for order in readable(list(shop.open().changed_since(None, ORDERS_FROM))).values():
            lines = sum((line.gross for line in order.lines), Decimal(0))
            assert lines + order.totals.rounding == order.totals.gross
            assert order.totals.gross - order.totals.paid == order.totals.due

    def test_a_check_of_a_healthy_store_is_fine_and_changes_nothing(self, shop: ShopOfOrders) -> None:
        placed = shop.place(2)
        store = shop.open()
        assert all(finding.fine for finding in store.check())
        assert sorted(readable(list(store.changed_since(None, ORDERS_FROM)))) == sorted(placed)
        store.close()
