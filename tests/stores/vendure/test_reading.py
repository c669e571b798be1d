"""Every order of a real Vendure shop is told, whatever its own times show of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bridge.domain.contract import Order, PaymentState
from bridge.stores.base import Page, Window
from bridge.stores.vendure.looking import Progress
from bridge.stores.vendure.store import VendureStore
from bridge.testing.stores import ORDERS_FROM, readable, told
from tests.stores.fault_proxy import FaultProxy
from tests.stores.vendure import made
from tests.stores.vendure.server import ShopSaysNo
from tests.stores.vendure.shop import BOOK, CUP, DESK, VendureShop

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]


def look(store: VendureStore, cursor: str | None = None) -> list[Page]:
    return list(store.changed_since(cursor, ORDERS_FROM))


def seen(shop: VendureShop, cursor: str | None = None, **options: object) -> tuple[dict[str, Order], str]:
    """What one look tells, by a new connection; and its cursor."""
    pages = look(shop.open(**options), cursor)
    return readable(pages), pages[-1].cursor if pages else str(cursor)


def without_overlap(cursor: str, ahead: timedelta) -> str:
    """The cursor of a shop in which nothing happened for long: both looks stand later than any order's times."""
    later = (datetime.now(UTC) + ahead).strftime("%Y-%m-%dT%H:%M:%S")
    progress = Progress.read(cursor)
    return Progress(f'{{"settled": "{later}"}}', f'{{"settled": "{later}"}}', progress.watched).written()


def test_carts_and_drafts_are_no_orders_yet(shop: VendureShop) -> None:
    shop.cart(shop.server.shop_api(), (CUP, 1))
    shop.admin("mutation { createDraftOrder { id } }")
    (placed,) = shop.place()
    with pytest.raises(ShopSaysNo, match="PAYMENT_DECLINED_ERROR"):
        shop.order((CUP, 1), payments=[("card", {"shouldDecline": True})])
    assert sorted(seen(shop)[0]) == [placed]
    assert shop.open().count(Window(ORDERS_FROM, datetime.now(UTC) + timedelta(days=1))) == 1


def test_an_order_paid_long_after_its_cart_was_touched_is_told_though_its_time_of_change_is_old(
    shop: VendureShop,
) -> None:
    (placed,) = shop.place()
    # The shop writes the cart's old time back when the order is placed; here the buyer thought for an hour.
    shop.server.sql(
        ("update \"order\" set updatedAt = datetime('now', '-1 hour') where id = ?", [int(placed)]),
    )
    first, _ = seen(shop)
    cursor = Progress(f'{{"settled": "{_minutes_ago(6)}"}}', f'{{"settled": "{_minutes_ago(6)}"}}').written()
    again, _ = seen(shop, cursor)
    assert list(first) == list(again) == [placed]


def _minutes_ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def test_money_that_comes_later_is_seen_though_no_time_of_the_order_moves(shop: VendureShop) -> None:
    order = shop.order((CUP, 1), payments=[("bank-transfer", {})])
    first, cursor = seen(shop)
    assert first[order].payment.state is PaymentState.AUTHORIZED
    assert first[order].payment.paid_at is None
    assert Progress.read(cursor).watched == {order: "PaymentAuthorized"}
    shop.settle(order)
    shop.long_ago()
    cursor = without_overlap(cursor, -timedelta(minutes=10))
    later, cursor = seen(shop, cursor)
    assert later[order].payment.state is PaymentState.PAID
    assert later[order].payment.paid_at is not None
    assert Progress.read(cursor).watched == {}
    assert seen(shop, cursor)[0] == {}


def test_an_open_order_that_is_cancelled_or_deleted_is_watched_no_longer(shop: VendureShop) -> None:
    kept, cancelled, deleted = (shop.order((CUP, 1), payments=[("bank-transfer", {})]) for _ in range(3))
    _, cursor = seen(shop)
    shop.cancel(cancelled)
    shop.remove(deleted)
    shop.long_ago()
    later, cursor = seen(shop, without_overlap(cursor, -timedelta(minutes=10)))
    assert later[cancelled].cancelled
    assert list(later) == [cancelled]
    assert list(Progress.read(cursor).watched) == [kept, deleted]


def test_only_the_newest_open_orders_are_watched() -> None:
    progress = Progress("{}")
    progress.heard([made.told(id=str(one), state="PaymentAuthorized") for one in range(700)])
    assert list(progress.watched) == [str(one) for one in range(200, 700)]
    progress.heard([made.told(id="699", state="Shipped"), made.told(id="698", state="OnHold")])
    assert len(progress.watched) == 499
    assert progress.watched["698"] == "OnHold"
    assert Progress.read(progress.written()) == progress


def test_what_neither_time_nor_state_shows_is_found_by_the_sweep_alone(shop: VendureShop) -> None:
    refunded, moved = shop.place(2)
    before, cursor = seen(shop)
    shop.refund(refunded, Decimal("12.29"), [(shop.line_ids(refunded)[0], 1)])
    shop.edit_address(moved, streetLine1="Krótka 1")
    shop.long_ago()
    quiet, _ = seen(shop, without_overlap(cursor, -timedelta(minutes=10)))
    swept = readable(list(shop.open().recent(ORDERS_FROM, None)))
    assert quiet == {}
    assert (before[refunded].refunds, before[moved].delivery.street) == ((), "Długa 7")
    (back,) = swept[refunded].refunds
    assert (str(back.amount), [str(one.gross) for one in back.lines]) == ("12.29", ["12.29"])
    assert swept[moved].delivery.street == "Krótka 1"
    assert swept[refunded].payment.state is PaymentState.PARTIALLY_REFUNDED


def test_a_look_that_is_repeated_with_nothing_new_keeps_its_cursor(shop: VendureShop) -> None:
    shop.place(2)
    shop.long_ago()  # of newer ones the cursor follows the shop's clock
    _, cursor = seen(shop)
    _, again = seen(shop, cursor)
    assert again == cursor


def test_a_quiet_look_asks_a_handful_of_questions(shop: VendureShop, proxy: FaultProxy) -> None:
    shop.order((CUP, 1), payments=[("bank-transfer", {})])
    _, cursor = seen(shop)
    shop.long_ago()
    cursor = without_overlap(cursor, -timedelta(minutes=10))
    proxy.forget()
    assert seen(shop, cursor)[0] == {}
    assert [one.rpartition(" ")[2] for one in proxy.seen()] == ["Shop", "Orders", "Orders", "States"]


def test_the_shops_clock_counts_and_not_ours(shop: VendureShop, proxy: FaultProxy) -> None:
    for hours in (-3, 3):
        proxy.ahead = timedelta(hours=hours)
        first = shop.place()
        found, cursor = seen(shop)
        later = shop.place()
        assert set(first) <= set(found)
        assert set(later) <= set(seen(shop, cursor)[0])


def test_an_order_changed_between_two_pages_is_told_and_pushes_none_aside(shop: VendureShop) -> None:
    placed = shop.place(250)
    pages = shop.open(per_page=50).changed_since(None, ORDERS_FROM)
    first = next(pages)
    shop.change(first.orders[0].store_order_id)
    shop.change(placed[-2])
    assert {one.store_order_id for one in first.orders} | set(readable(list(pages))) == set(placed)


def test_an_order_that_leaves_a_full_second_while_it_is_paged_pushes_none_aside(
    shop: VendureShop, proxy: FaultProxy
) -> None:
    placed = shop.place(120)
    noon = "'2026-11-20 12:00:00'"
    shop.server.sql((f'update "order" set updatedAt = {noon}, orderPlacedAt = {noon}', []))
    lists: list[str] = []

    def touch(words: str) -> None:
        lists.extend([words] if words.endswith("query Orders") else [])
        if len(lists) == 4:  # placed, changed, the second's first page; before its second page
            lists.append("touched")
            shop.server.sql(("update \"order\" set updatedAt = datetime('now') where id = ?", [int(placed[0])]))

    proxy.before = touch
    cursor = Progress('{"settled": "2026-11-20T11:59:00"}', f'{{"settled": "{_minutes_ago(6)}"}}').written()
    found = readable(look(shop.open(per_page=50), cursor))
    assert "touched" in lists
    assert sorted(found) == sorted(placed)


def test_orders_at_which_the_shop_itself_fails_harm_no_other(shop: VendureShop) -> None:
    placed = shop.place(60)
    broken = [placed[3], placed[4], placed[40], placed[59]]
    shop.server.sql((f"update \"order\" set currencyCode = 'NONE' where id in ({','.join(broken)})", []))
    pages = look(shop.open(per_page=25))
    troubles = {one.store_order_id: one.problem for one in told(pages) if one.order is None}
    assert sorted(readable(pages)) == sorted(set(placed) - set(broken))
    assert sorted(troubles) == sorted(broken)
    problem = troubles[placed[3]]
    assert problem is not None
    assert problem.message == (
        f"Order {placed[3]} of store shop cannot be read: the shop itself fails at its currencyCode."
    )


def test_an_article_deleted_from_the_database_holds_its_order_alone(shop: VendureShop) -> None:
    first, second = shop.place(2)
    shop.server.sql(
        ("pragma foreign_keys = off", []),
        ("update order_line set productVariantId = 9999 where orderId = ?", [int(first)]),
        ("pragma foreign_keys = on", []),
    )
    pages = look(shop.open())
    (broken,) = [one for one in told(pages) if one.order is None]
    assert list(readable(pages)) == [second]
    assert broken.problem is not None
    assert "lines.0.productVariant" in broken.problem.message


def test_the_original_alone_maps_to_the_same_order_again(shop: VendureShop) -> None:
    shop.order((CUP, 2), (BOOK, 1), shipping="courier", custom={"vatId": "PL5261040828"})
    store = shop.open()
    (page, *_) = look(store)
    assert [store.mapped_again(one.original) for one in page.orders] == list(page.orders)


def test_a_real_order_with_everything_on_it(shop: VendureShop) -> None:
    billing: Mapping[str, str] = {"fullName": "Example GmbH", "company": "Example GmbH", "countryCode": "DE"}
    order = shop.order(
        (CUP, 3), (BOOK, 2), (DESK, 1),
        payments=[("gift-card", {"amount": 1000, "card": "GC-1"}), ("store-credit", {"amount": 500}), ("card", {})],
        shipping="courier",
        address={"customFields": {"houseNumber": "7b"}, "streetLine2": "2nd floor"},
        billing=billing,
        custom={"vatId": "DE811569869", "pickupPointId": "KRA01A", "poNumber": "PO-7", "customerNote": "ring",
                "isTest": True, "labels": ["b2b", "vip"]},
    )  # fmt: skip
    told_order = seen(shop)[0][order]
    assert [(one.sku, str(one.quantity), str(one.net), str(one.tax), str(one.gross)) for one in told_order.lines] == [
        ("1001", "3", "29.97", "6.89", "36.86"), ("00173", "2", "24.70", "1.98", "26.68"),
        ("TWO-TAX", "1", "333.33", "27.92", "361.25"), ("", "1", "12.99", "2.99", "15.98"),
    ]  # fmt: skip
    assert [one.tax_code for one in told_order.lines] == [
        "Standard Tax Europe", "Reduced Tax Europe", "State tax + City tax", "shipping tax 23%",
    ]  # fmt: skip
    totals = told_order.totals
    assert (str(totals.gross), str(totals.paid), str(totals.due)) == ("440.77", "440.77", "0.00")
    parts = [(one.method, str(one.amount), one.transaction_id) for one in told_order.payment.parts]
    assert parts[:2] == [("gift_card", "10.00", ""), ("store_credit", "5.00", parts[1][2])]
    assert (told_order.payment.method, parts[2][:2]) == ("card", ("card", "425.77"))
    assert (told_order.billing.tax_id, told_order.billing.country, told_order.delivery.country) == (
        "DE811569869", "DE", "PL",
    )  # fmt: skip
    assert (told_order.delivery.house_number, told_order.delivery.extra) == ("7b", "2nd floor")
    assert (told_order.pickup_point_id, told_order.buyer_order_number) == ("KRA01A", "PO-7")
    assert (told_order.customer_note, told_order.tags, told_order.extra["test"]) == ("ring", ("b2b", "vip"), "yes")
    assert (told_order.shipping_method, told_order.status) == ("courier", "PaymentSettled")


def test_a_cancelled_and_paid_back_piece_leaves_a_paid_order_and_no_refund(shop: VendureShop) -> None:
    (placed,) = shop.place()
    line = shop.line_ids(placed)[0]
    shop.refund(placed, Decimal("12.29"), [(line, 1)])
    shop.cancel(placed, [(line, 1)])
    order = seen(shop)[0][placed]
    assert (str(order.lines[0].quantity), str(order.totals.gross), str(order.totals.due)) == ("2", "29.58", "0.00")
    assert (order.refunds, order.payment.state) == ((), PaymentState.PAID)


def test_shipping_an_order_makes_no_new_revision_and_cancelling_it_does(shop: VendureShop) -> None:
    shipped, cancelled = shop.place(2)
    before, _ = seen(shop)
    shop.ship(shipped)
    shop.cancel(cancelled)
    after, _ = seen(shop)
    assert (after[shipped].status, after[shipped].fulfilment_status) == ("PaymentSettled", "Shipped")
    assert after[shipped].model_dump(exclude={"fulfilment_status", "updated_at"}) == before[shipped].model_dump(
        exclude={"fulfilment_status", "updated_at"}
    )
    assert after[cancelled].cancelled
    assert str(after[cancelled].totals.gross) == "0.00"
