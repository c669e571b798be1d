"""The simulated store lists orders as WooCommerce REST v3 does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from tests.simulator.conftest import SetClock, Shopper


def add_minutely(store: WooCommerceSimulator, clock: SetClock, count: int) -> list[int]:
    ids = []
    for _ in range(count):
        ids.append(store.add_order({"line_items": [{"sku": "A", "total": "10.00"}]}))
        clock.advance(minutes=1)
    return ids


def test_totals_and_links_name_the_neighbour_pages_and_repeat_all_parameters(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 5)
    middle = shopper.get("orders", per_page=2, page=2, orderby="modified", order="asc")
    assert [order["id"] for order in middle.json()] == [3, 4]
    assert (middle.headers["X-WP-Total"], middle.headers["X-WP-TotalPages"]) == ("5", "3")
    base = f"{store.url}/wp-json/wc/v3/orders?per_page=2&orderby=modified&order=asc"
    assert middle.headers["Link"] == f'<{base}&page=1>; rel="prev", <{base}&page=3>; rel="next"'
    assert middle.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert middle.headers["Date"] == "Mon, 02 Mar 2026 09:05:00 GMT"


def test_a_page_beyond_the_end_is_empty_and_still_counts(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 3)
    beyond = shopper.get("orders", page=9)
    assert (beyond.status_code, beyond.json(), beyond.headers["X-WP-Total"]) == (200, [], "3")


def test_modified_after_is_exclusive_and_local_unless_told_otherwise(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 3)  # 09:00, 09:01, 09:02 UTC; the shop is in Berlin, one hour ahead
    in_gmt = {"orderby": "modified", "order": "asc", "dates_are_gmt": "true"}
    assert shopper.ids(modified_after="2026-03-02T09:01:00", **in_gmt) == [3]
    assert shopper.ids(modified_after="2026-03-02T09:00:59", **in_gmt) == [2, 3]
    assert shopper.ids(modified_after="2026-03-02T09:30:00Z", order="asc") == [1, 2, 3]
    assert shopper.ids(modified_after="2026-03-02T10:01:00", order="asc") == [3]


def test_more_than_a_hundred_a_page_is_refused_with_wordpress_words(shopper: Shopper) -> None:
    refused = shopper.get("orders", per_page=101)
    message = "per_page must be between 1 (inclusive) and 100 (inclusive)"
    assert refused.status_code == 400
    assert refused.json() == {
        "code": "rest_invalid_param",
        "message": "Invalid parameter(s): per_page",
        "data": {
            "status": 400,
            "params": {"per_page": message},
            "details": {"per_page": {"code": "rest_out_of_bounds", "message": message, "data": None}},
        },
    }


@pytest.mark.parametrize(
    ("name", "value"), [("orderby", "total"), ("status", "lost"), ("modified_after", "yesterday"), ("page", "x")]
)
def test_parameters_outside_the_allowed_are_refused(shopper: Shopper, name: str, value: str) -> None:
    refused = shopper.get("orders", **{name: value})
    assert (refused.status_code, refused.json()["code"]) == (400, "rest_invalid_param")
    assert list(refused.json()["data"]["params"]) == [name]


def test_any_leaves_out_trash_and_drafts_but_a_trashed_order_is_found_by_id(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 3)
    store.shop.set_status(2, "trash")
    store.shop.set_status(3, "checkout-draft")
    assert shopper.ids(status="any") == [1]
    assert shopper.get("orders/2").json()["status"] == "trash"
    store.shop.delete(2)
    assert shopper.get("orders/2").json()["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_an_order_that_the_key_may_not_read_is_counted_and_not_shown(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 3)
    store.shop.shelf.hide(2)
    listed = shopper.get("orders", orderby="id", order="asc")
    assert [order["id"] for order in listed.json()] == [1, 3]
    assert listed.headers["X-WP-Total"] == "3"


def test_an_order_changed_between_two_pages_moves_to_the_end(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    add_minutely(store, clock, 4)
    asked = {"orderby": "modified", "order": "asc", "per_page": 2}
    assert shopper.ids(page=1, **asked) == [1, 2]
    store.edit(1, customer_note="changed")
    assert shopper.ids(page=2, **asked) == [4, 1]  # 3 slipped to page 1: the trap of paging by number


def test_include_cuts_silently_at_ten_and_fields_cut_the_answer(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    ids = add_minutely(store, clock, 12)
    wanted = ",".join(str(number) for number in ids)
    assert len(shopper.ids(include=wanted)) == 10
    assert len(shopper.ids(include=wanted, per_page=100)) == 12
    (only,) = shopper.get("orders", include="7", _fields="id,date_modified_gmt").json()
    assert only == {"id": 7, "date_modified_gmt": "2026-03-02T09:06:00"}


def test_the_route_works_without_permalinks(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order({})
    answer = shopper.session.get(f"{store.url}/?rest_route=/wc/v3/orders", timeout=10)
    assert [order["id"] for order in answer.json()] == [1]


def test_a_renamed_sku_shows_in_old_orders_and_a_deleted_product_has_none(
    store: WooCommerceSimulator, shopper: Shopper
) -> None:
    store.add_order({"line_items": [{"sku": "OLD", "product_id": 5, "total": "1.00"}]})
    store.shop.shelf.set_live_sku(5, "NEW")
    assert shopper.get("orders/1").json()["line_items"][0]["sku"] == "NEW"
    store.shop.shelf.set_live_sku(5, None)
    assert shopper.get("orders/1").json()["line_items"][0]["sku"] is None


def test_the_price_is_a_php_float_and_the_amounts_are_strings(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order({"line_items": [{"sku": "A", "quantity": 3, "total": "32.20", "tax_rate": "19"}]})
    (line,) = shopper.get("orders/1").json()["line_items"]
    assert line["price"] == 32.20 / 3
    assert (line["total"], line["total_tax"]) == ("32.20", "6.12")


def test_the_store_keeps_its_orders_and_its_port_over_a_restart(tmp_path: Path, clock: SetClock) -> None:
    first = WooCommerceSimulator(tmp_path / "shop.sqlite", key="ck_test", secret="cs_test", clock=clock)
    first.start().add_order({})
    address = first.url
    first.stop()
    first.start()
    assert first.url == address
    assert Shopper(first).ids() == [1]
    first.close()
    with WooCommerceSimulator(tmp_path / "shop.sqlite", key="ck_test", secret="cs_test", clock=clock) as second:
        assert Shopper(second).ids() == [1]


def test_a_plugins_status_is_listed_where_it_is_registered(tmp_path: Path, clock: SetClock) -> None:
    database = tmp_path / "packed.sqlite"
    with WooCommerceSimulator(database, 0, "ck_test", "cs_test", clock=clock, further_statuses=("packed",)) as store:
        store.add_order({"status": "packed"})
        store.add_order({})
        shopper = Shopper(store)
        assert shopper.ids(status="packed") == [1]
        assert shopper.ids(status="any") == [2, 1]
        assert shopper.ask("PUT", "orders/2", json={"status": "packed"}).status_code == 200
        assert shopper.ask("PUT", "orders/2", json={"status": "lost"}).status_code == 400
