"""Faults of the simulated store, its host and its network, and the desk's own door."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime

import pytest
import requests

from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from tests.simulator.conftest import SetClock, Shopper

NUMBER = {"meta_data": [{"key": "_erp_number", "value": "SO-1"}]}

STILL_200 = ("200-html", "php-notice", "bom", "cut", "slow", "ignores")


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("401-secret", 401, "application/json"),
        ("401-right", 401, "application/json"),
        ("403-html", 403, "text/html"),
        ("404-no-route", 404, "application/json"),
        ("429", 429, "text/html"),
        ("500-json", 500, "application/json"),
        ("500-html", 500, "text/html"),
        ("502", 502, "text/html"),
        ("503", 503, "text/html"),
        ("504", 504, "text/html"),
        ("200-html", 200, "text/html"),
    ],
)
def test_a_fault_answers_in_the_shops_place_once(
    store: WooCommerceSimulator, shopper: Shopper, kind: str, status: int, content_type: str
) -> None:
    store.add_order({})
    store.break_with(Fault(kind, when="PUT orders/1"))
    assert shopper.get("orders/1").status_code == 200
    broken = shopper.ask("PUT", "orders/1", json=NUMBER)
    assert broken.status_code == status
    assert broken.headers["Content-Type"].startswith(content_type)
    assert store.erp_numbers() == {}
    assert shopper.ask("PUT", "orders/1", json=NUMBER).status_code == 200


def test_the_wait_is_named_in_seconds_as_a_date_or_not_at_all(
    store: WooCommerceSimulator, shopper: Shopper, clock: SetClock
) -> None:
    store.break_with(Fault("429-seconds", seconds=7), Fault("429-date", seconds=60), Fault("429"))
    assert shopper.get("orders").headers["Retry-After"] == "7"
    named = parsedate_to_datetime(shopper.get("orders").headers["Retry-After"])
    assert (named - clock()).total_seconds() == 60
    assert "Retry-After" not in shopper.get("orders").headers


def test_a_fault_can_let_some_requests_pass_and_last_for_ever(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.break_with(Fault("503", skip=2, times=-1))
    assert [shopper.get("orders").status_code for _ in range(5)] == [200, 200, 503, 503, 503]
    store.faults.clear()
    assert shopper.get("orders").status_code == 200


def test_bodies_come_spoilt_by_notices_marks_and_cuts(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order({})
    store.break_with(Fault("php-notice"), Fault("bom"), Fault("cut"), Fault("cut-lying"), Fault("slow", seconds=0.1))
    assert shopper.get("orders").content.startswith(b"<br />\n<b>Warning</b>")
    assert shopper.get("orders").content.startswith(b"\xef\xbb\xbf[")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        shopper.get("orders").json()
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        shopper.get("orders").json()
    started = time.monotonic()
    assert [order["id"] for order in shopper.get("orders").json()] == [1]
    assert time.monotonic() - started >= 0.09


def test_redirects_lead_to_https_and_to_another_host(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.break_with(Fault("redirect-https"), Fault("redirect-away"))
    secure = shopper.get("orders", page=1).headers["Location"]
    assert secure == store.url.replace("http:", "https:") + "/wp-json/wc/v3/orders?page=1"
    assert shopper.get("orders").headers["Location"] == "http://elsewhere.example/wp-json/wc/v3/orders"


def test_the_line_dies_after_the_write_was_done_or_before(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order({})
    store.break_with(Fault("reset-before", when="PUT"), Fault("reset-after", when="POST notes"))
    with pytest.raises(requests.ConnectionError):
        shopper.ask("PUT", "orders/1", json=NUMBER)
    assert store.erp_numbers() == {}
    with pytest.raises(requests.ConnectionError):
        shopper.ask("POST", "orders/1/notes", json={"note": "SO-1"})
    assert store.notes(1) == ["SO-1"]


def test_a_stalled_answer_never_comes(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.break_with(Fault("stall", seconds=30))
    with pytest.raises(requests.exceptions.ReadTimeout):
        shopper.session.get(f"{store.url}/wp-json/wc/v3/orders", timeout=0.2)


def test_an_unknown_fault_is_refused_when_it_is_armed(store: WooCommerceSimulator) -> None:
    with pytest.raises(ValueError, match="no-such"):
        store.break_with(Fault("no-such"))


def test_the_desk_adds_pays_edits_and_breaks_by_curl(store: WooCommerceSimulator, shopper: Shopper) -> None:
    def desk(method: str, path: str, content: object = None) -> dict[str, object]:
        body = json.dumps(content) if content is not None else None
        answer = requests.request(method, f"{store.url}/simulator/{path}", data=body, timeout=10)
        return dict(answer.json())

    assert desk("POST", "orders", {"payment_method": "bacs", "line_items": [{"sku": "A", "total": "10.00"}]}) == {
        "id": "1"
    }
    desk("POST", "orders/1/pay")
    desk("POST", "orders/1/edit", {"customer_note": "Ring twice"})
    assert desk("GET", "orders")["orders"] == [
        {"id": 1, "status": "processing", "currency": "EUR", "total": "12.30", "paid": True, "erp_number": ""}
    ]
    assert store.order(1)["customer_note"] == "Ring twice"
    desk("POST", "faults", {"kind": "503", "when": "GET orders", "times": -1})
    assert shopper.get("orders").status_code == 503
    desk("DELETE", "faults")
    assert shopper.get("orders").status_code == 200
    assert "kind must be one of" in str(desk("POST", "faults", {"kind": "fire"})["error"])
    assert f"curl {store.url}/simulator/orders" in str(desk("GET", "")["commands"])


def test_every_kind_of_fault_has_its_way_to_strike(store: WooCommerceSimulator, shopper: Shopper) -> None:
    store.add_order({})
    for kind in FaultKind:
        store.break_with(Fault(kind, when="GET orders/1", seconds=0.05))
        try:
            struck = shopper.get("orders/1")
            assert struck.status_code != 200 or kind in STILL_200, kind
        except requests.RequestException:
            assert kind in ("reset-before", "reset-after", "stall", "cut-lying"), kind
        assert store.faults.armed() == []
