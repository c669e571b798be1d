"""Every trouble with a Vendure shop is told apart by shape and code, and ends in business words."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.config.values import Secret
from bridge.domain.errors import BridgeError, Refused, Unavailable
from bridge.stores.problems import StoreBusy
from bridge.stores.vendure import client
from bridge.testing.stores import ORDERS_FROM, readable, told
from tests.stores.fault_proxy import FaultProxy
from tests.stores.vendure.server import vendure_server
from tests.stores.vendure.shop import PASSWORD, USER, VendureShop

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]
LIST = "query Orders"
SOON = {"read_timeout_s": 0.5, "answer_timeout_s": 0.5, "connect_timeout_s": 0.5}
ALWAYS = -1


def trouble(shop: VendureShop, **options: Any) -> BridgeError:
    """What a look ends in."""
    with pytest.raises(BridgeError) as caught:
        list(shop.open(**options).changed_since(None, ORDERS_FROM))
    return caught.value


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("429-seconds", "store-busy"), ("429-date", "store-busy"), ("429", "store-busy"), ("503", "store-busy"),
        ("403-html", "store-busy"), ("500-json", "store-failing"), ("500-html", "store-failing"),
        ("502", "store-failing"), ("504", "store-failing"), ("200-html", "store-answer-unreadable"),
        ("php-notice", "store-answer-unreadable"), ("cut", "store-answer-unreadable"),
        ("redirect-https", "store-address-wrong"), ("redirect-away", "store-address-wrong"),
    ],
)  # fmt: skip
def test_an_answer_in_the_shops_place_is_told_by_its_shape(
    shop: VendureShop, proxy: FaultProxy, kind: str, code: str
) -> None:
    placed = shop.place()
    proxy.arm(kind, LIST, times=ALWAYS)
    error = trouble(shop)
    assert error.problem.code == code
    assert error.problem.action
    proxy.faults.clear()
    assert list(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == placed


@pytest.mark.parametrize("kind", ["cut-lying", "reset-before", "reset-after", "stall", "slow"])
def test_a_line_that_breaks_is_unreachable_and_nothing_is_lost(shop: VendureShop, proxy: FaultProxy, kind: str) -> None:
    placed = shop.place()
    proxy.arm(kind, LIST, times=ALWAYS, seconds=3)
    error = trouble(shop, **SOON) if kind in ("stall", "slow") else trouble(shop)
    assert (error.problem.code, isinstance(error, Unavailable)) == ("store-unreachable", True)
    proxy.faults.clear()
    assert list(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == placed


def test_a_question_is_asked_again_at_once_where_a_line_broke_once(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place()
    proxy.arm("reset-before", LIST)
    assert list(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == placed


def test_a_byte_order_mark_is_forgiven(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place()
    proxy.arm("bom", LIST, times=ALWAYS)
    assert list(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == placed


def test_the_wait_that_a_shop_names_is_carried(shop: VendureShop, proxy: FaultProxy) -> None:
    proxy.arm("429-seconds", LIST, seconds=90)
    error = trouble(shop)
    assert isinstance(error, StoreBusy)
    assert error.retry_after_s == 90


def test_a_look_cut_by_trouble_goes_on_behind_the_last_page(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place(120)
    proxy.arm("502", LIST, skip=2)
    pages = shop.open(per_page=50).changed_since(None, ORDERS_FROM)
    first = [next(pages), next(pages)]
    with pytest.raises(Unavailable):
        next(pages)
    rest = list(shop.open(per_page=50).changed_since(first[-1].cursor, ORDERS_FROM))
    assert {one.store_order_id for one in told(first + rest)} == set(placed)


def test_a_session_that_ended_is_renewed_once_without_anybody_noticing(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place()
    store = shop.open()
    list(store.changed_since(None, ORDERS_FROM))
    other = vendure_server().admin_api_as(USER, PASSWORD)
    other("mutation { logout { success } }")  # ends every session of the account
    proxy.forget()
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed
    assert len(proxy.seen("mutation Login")) == 1


def test_one_login_serves_all_passes_of_a_process(shop: VendureShop, proxy: FaultProxy) -> None:
    for _ in range(3):
        list(shop.open().changed_since(None, ORDERS_FROM))
    assert len(proxy.seen("mutation Login")) <= 1
    assert proxy.seen("mutation Logout") == []


def test_a_shop_that_gives_cookies_alone_is_used_by_them(
    shop: VendureShop, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SESSIONS", client.Sessions())
    placed = shop.place()
    store = shop.open(auth_token_header="x-no-such-header")
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed
    assert len(proxy.seen("mutation Login")) == 1


def test_a_wrong_password_is_said_as_that(shop: VendureShop) -> None:
    error = trouble(shop, password=Secret("env:PASSWORD", "wrong"))
    assert (error.problem.code, isinstance(error, Refused)) == ("store-login-refused", True)
    assert "INVALID_CREDENTIALS_ERROR" in error.problem.message
    assert "wrong" not in error.problem.message


def test_a_wrong_api_key_is_refused(shop: VendureShop) -> None:
    assert trouble(shop, api_key_header="vendure-api-key-of-another", api_key=True).problem.code == "store-key-refused"


def test_an_api_key_reads_as_a_login_does(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place()
    store = shop.open(api_key=True)
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed
    assert proxy.seen("mutation Login") == []
    assert all(finding.fine for finding in store.check())


def test_another_program_behind_the_address_is_said_as_that(shop: VendureShop) -> None:
    shop.url = f"{shop.server.url}/no-such-place"
    assert trouble(shop).problem.code == "store-address-wrong"
    shop.url = f"{shop.server.url}/shop-api"  # the other API of the same shop: it knows no such question
    assert trouble(shop, api_key=True).problem.code in ("store-request-refused", "store-key-refused")
    shop.url = "http://127.0.0.1:9"
    assert trouble(shop, **SOON).problem.code == "store-unreachable"


def test_an_answer_larger_than_any_page_is_refused(shop: VendureShop) -> None:
    shop.place(5)
    assert trouble(shop, answer_bytes_max=9000).problem.code == "store-answer-too-large"


def test_no_secret_is_in_any_message(shop: VendureShop, proxy: FaultProxy) -> None:
    for kind in ("429", "500-json", "200-html", "cut", "redirect-away"):
        proxy.arm(kind, LIST, times=1)
        shown = trouble(shop).problem
        assert "a-bridge-password" not in f"{shown.message}{shown.action}{shown.cause}"
