"""The simulated store takes writes, and moves `date_modified`, as WooCommerce does in both storage modes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from tests.simulator.conftest import SetClock, Shopper

ORDER = {
    "billing": {"country": "DE", "city": "Bremen"},
    "line_items": [{"sku": "A", "quantity": 2, "total": "20.00", "tax_rate": "19"}],
    "shipping_lines": [{"total": "5.00", "tax_rate": "19"}],
}
NUMBER = {"meta_data": [{"key": "_erp_number", "value": "SO-1"}]}


@pytest.fixture(params=["hpos", "posts"])
def both(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[WooCommerceSimulator]:
    database = tmp_path / "both.sqlite"
    with WooCommerceSimulator(database, 0, "ck_test", "cs_test", request.param, clock=clock) as running:
        running.add_order(ORDER)
        clock.advance(hours=1)
        yield running


def modified(store: WooCommerceSimulator) -> str:
    return str(store.order(1)["date_modified_gmt"])[11:]


def test_writing_the_number_moves_the_order_only_with_order_tables(both: WooCommerceSimulator) -> None:
    assert Shopper(both).ask("PUT", "orders/1", json=NUMBER).status_code == 200
    assert both.erp_numbers() == {"1": "SO-1"}
    assert modified(both) == ("10:00:00" if both.shop.storage == "hpos" else "09:00:00")


def test_an_address_written_by_rest_is_unseen_in_post_storage(both: WooCommerceSimulator) -> None:
    Shopper(both).ask("PUT", "orders/1", json={"billing": {"city": "Kiel"}})
    assert both.order(1)["billing"]["city"] == "Kiel"
    assert modified(both) == ("10:00:00" if both.shop.storage == "hpos" else "09:00:00")


def test_a_status_or_an_edit_on_the_page_moves_it_in_both(both: WooCommerceSimulator, clock: SetClock) -> None:
    Shopper(both).ask("PUT", "orders/1", json={"status": "completed"})
    assert modified(both) == "10:00:00"
    clock.advance(hours=1)
    both.edit(1, shipping={"city": "Kiel"})
    assert modified(both) == "11:00:00"


def test_a_note_and_the_items_box_move_it_in_neither(both: WooCommerceSimulator) -> None:
    assert Shopper(both).ask("POST", "orders/1/notes", json={"note": "SO-1 created"}).status_code == 201
    both.shop.edit_unseen(1, total="1.00")
    assert modified(both) == "09:00:00"
    assert both.notes(1) == ["SO-1 created"]


def test_a_refund_and_a_look_move_it_as_the_version_does(both: WooCommerceSimulator) -> None:
    both.shop.refund_moves = both.shop.view_moves = False
    both.shop.open_in_admin(1)
    both.shop.refund(1, Decimal("3.00"))
    assert modified(both) == "09:00:00"
    both.shop.view_moves = True
    both.shop.open_in_admin(1)
    assert modified(both) == "10:00:00"


def test_the_same_number_written_again_changes_nothing(both: WooCommerceSimulator, clock: SetClock) -> None:
    Shopper(both).ask("PUT", "orders/1", json=NUMBER)
    before = both.order(1)
    clock.advance(hours=1)
    Shopper(both).ask("PUT", "orders/1", json=NUMBER)
    assert both.order(1) == before


def test_meta_is_updated_by_key_and_repeated_keys_become_one(store: WooCommerceSimulator, shopper: Shopper) -> None:
    doubled = [
        {"key": "_erp_number", "value": "a"},
        {"key": "gift", "value": "x"},
        {"key": "_erp_number", "value": "b"},
    ]
    store.add_order({"meta_data": doubled})
    shopper.ask("PUT", "orders/1", json=NUMBER)
    rows = [(row["key"], row["value"]) for row in store.order(1)["meta_data"]]
    assert rows == [("_erp_number", "SO-1"), ("gift", "x")]


def test_a_careless_write_back_changes_the_customers_total(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    read = shopper.get("orders/1").json()
    assert (read["total"], read["total_tax"]) == ("29.75", "4.75")
    shopper.ask("PUT", "orders/1", json={**NUMBER, "billing": read["billing"]})
    assert store.order(1)["total"] == "31.25"


def test_sending_back_an_order_with_coupons_is_refused_and_changes_nothing(
    store: WooCommerceSimulator, shopper: Shopper
) -> None:
    store.add_order({**ORDER, "coupon_lines": [{"code": "spring"}]})
    read = shopper.get("orders/1").json()
    answer = shopper.ask("PUT", "orders/1", json={**read, **NUMBER})
    assert (answer.status_code, answer.json()["code"]) == (400, "woocommerce_rest_coupon_item_id_readonly")
    assert (store.erp_numbers(), store.order(1)["total"]) == ({}, "29.75")


def test_set_paid_pays_a_pending_order_and_not_one_on_hold(store: WooCommerceSimulator, shopper: Shopper) -> None:
    for status in ("pending", "on-hold"):
        store.add_order({**ORDER, "status": status})
    for order_id in (1, 2):
        shopper.ask("PUT", f"orders/{order_id}", json={"set_paid": True})
    assert [store.order(order_id)["status"] for order_id in (1, 2)] == ["processing", "on-hold"]
    assert store.order(2)["date_paid_gmt"] is None


def test_an_order_made_by_rest_is_pending_and_must_not_bring_its_id(
    store: WooCommerceSimulator, shopper: Shopper
) -> None:
    made = shopper.ask("POST", "orders", json=ORDER)
    assert (made.status_code, made.json()["status"]) == (201, "pending")
    assert made.headers["Location"] == f"{store.url}/wp-json/wc/v3/orders/1"
    assert shopper.ask("POST", "orders", json={"id": 7}).json()["code"] == "woocommerce_rest_shop_order_exists"


def test_totals_and_the_order_number_cannot_be_written(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    shopper.ask("PUT", "orders/1", json={"number": "SO-1", "total": "0.00"})
    assert (store.order(1)["number"], store.order(1)["total"]) == ("1", "29.75")


def test_an_unknown_order_is_404_to_read_and_400_to_write(shopper: Shopper) -> None:
    for method, status in (("GET", 404), ("PUT", 400)):
        answer = shopper.ask(method, "orders/77", json={})
        assert (answer.status_code, answer.json()["code"]) == (status, "woocommerce_rest_shop_order_invalid_id")


def test_a_note_posted_twice_stands_twice_and_newest_comes_first(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    for text in ("first", "same", "same"):
        shopper.ask("POST", "orders/1/notes", json={"note": text})
    assert [note["note"] for note in shopper.get("orders/1/notes").json()] == ["same", "same", "first"]
    assert shopper.ask("POST", "orders/1/notes", json={}).json()["code"] == "rest_missing_callback_param"


def test_a_batch_answers_200_even_where_an_item_failed(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    answer = shopper.ask("POST", "orders/batch", json={"update": [{"id": 1, **NUMBER}, {"id": 9, **NUMBER}]})
    good, bad = answer.json()["update"]
    assert (answer.status_code, good["id"], bad["error"]["code"]) == (200, 1, "woocommerce_rest_shop_order_invalid_id")
    assert store.erp_numbers() == {"1": "SO-1"}
    too_many = shopper.ask("POST", "orders/batch", json={"update": [{"id": 1}] * 101})
    assert too_many.status_code == 413


def test_a_full_refund_keeps_the_total_and_lists_its_details(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    refund_id = store.shop.refund(1, reason="Broken")
    order = shopper.get("orders/1").json()
    assert (order["status"], order["total"]) == ("refunded", "29.75")
    assert order["refunds"] == [{"id": refund_id, "reason": "Broken", "total": "-29.75"}]
    (details,) = shopper.get("orders/1/refunds").json()
    assert (details["id"], details["amount"]) == (refund_id, "29.75")
    assert shopper.get(f"orders/{refund_id}").status_code == 404


def test_paying_sets_the_time_and_the_status(store: WooCommerceSimulator) -> None:
    store.add_order({**ORDER, "payment_method": "bacs"})
    assert (store.order(1)["status"], store.order(1)["date_paid_gmt"]) == ("on-hold", None)
    store.pay(1)
    assert (store.order(1)["status"], store.order(1)["date_paid_gmt"]) == ("processing", "2026-03-02T09:00:00")
    assert store.order(1)["date_paid"] == "2026-03-02T10:00:00"


def test_control_totals_count_orders_with_a_number_and_add_gift_cards_back(store: WooCommerceSimulator) -> None:
    number = [{"key": "_erp_number", "value": "SO-1"}]
    card = [{"id": 1, "code": "ABCD", "amount": 10}]
    store.add_order({**ORDER, "meta_data": number, "gift_cards": card})
    store.add_order({**ORDER, "meta_data": number, "currency": "PLN"})
    store.add_order(ORDER)
    assert store.order(1)["total"] == "19.75"
    assert store.control_totals() == {"EUR": Decimal("29.75"), "PLN": Decimal("29.75")}


def test_an_unknown_key_is_anonymous_and_only_a_wrong_secret_is_told(store: WooCommerceSimulator) -> None:
    store.add_order(ORDER)
    unknown = Shopper(store, key="ck_other").get("orders")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "woocommerce_rest_cannot_view")
    wrong = Shopper(store, secret="cs_other").get("orders")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "woocommerce_rest_authentication_error")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic realm=")
    query = {"consumer_key": "ck_test", "consumer_secret": "cs_test"}
    assert requests.get(f"{store.url}/wp-json/wc/v3/orders", params=query, timeout=10).status_code == 200


def test_a_key_without_the_right_to_write_reads_only(tmp_path: Path, clock: SetClock) -> None:
    with WooCommerceSimulator(tmp_path / "s.sqlite", 0, "ck_test", "cs_test", clock=clock, read_only=True) as store:
        store.add_order(ORDER)
        assert Shopper(store).get("orders/1").status_code == 200
        refused = Shopper(store).ask("PUT", "orders/1", json=NUMBER)
        assert (refused.status_code, refused.json()["code"]) == (401, "woocommerce_rest_authentication_error")


def test_broken_json_and_unknown_routes_have_wordpress_bodies(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order(ORDER)
    broken = shopper.session.put(f"{store.url}/wp-json/wc/v3/orders/1", data=b"{", timeout=10)
    assert (broken.status_code, broken.json()["code"]) == (400, "rest_invalid_json")
    assert shopper.get("parcels").json()["code"] == "rest_no_route"
