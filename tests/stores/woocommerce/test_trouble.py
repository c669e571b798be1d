"""Each trouble with a shop has its own words and its own kind of error. The simulated shop fails on demand."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.errors import BridgeError, Refused, Unavailable
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerTooLarge,
    StoreAnswerUnreadable,
    StoreBusy,
    StoreFailing,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
)
from bridge.stores.woocommerce.client import WooCommerceClient
from bridge.stores.woocommerce.settings import read_settings
from bridge.stores.woocommerce.store import open_store
from tests.stores.shops import MORNING, SetClock, WooShop, settings

FROM = datetime(2026, 1, 1, tzinfo=UTC)

TROUBLES: list[tuple[FaultKind, type[BridgeError], str]] = [
    (FaultKind.WRONG_SECRET, StoreKeyRefused, "(woocommerce_rest_authentication_error)"),
    (FaultKind.NO_RIGHT, StoreKeyRefused, "or the key has no right to read orders (woocommerce_rest_cannot_view)"),
    (FaultKind.FORBIDDEN, StoreBusy, "answered 403"),
    (FaultKind.NO_ROUTE, StoreAddressWrong, "no WooCommerce REST API there"),
    (FaultKind.BROKEN_JSON, StoreFailing, "answered 500"),
    (FaultKind.BROKEN_HTML, StoreFailing, "answered 500"),
    (FaultKind.BAD_GATEWAY, StoreFailing, "answered 502"),
    (FaultKind.MAINTENANCE, StoreBusy, "answered 503"),
    (FaultKind.GATEWAY_TIMEOUT, StoreFailing, "answered 504"),
    (FaultKind.HTML, StoreAnswerUnreadable, "a page came in place of data"),
    (FaultKind.PHP_NOTICE, StoreAnswerUnreadable, "a PHP message stands before it"),
    (FaultKind.CUT, StoreAnswerUnreadable, "breaks off"),
    (FaultKind.CUT_LYING, StoreUnreachable, "the answer broke off"),
    (FaultKind.REDIRECT_AWAY, StoreAddressWrong, "it sends us on to elsewhere.example"),
    (FaultKind.REDIRECT_HTTPS, StoreAddressWrong, "a key is never carried along"),
    (FaultKind.RESET_BEFORE, StoreUnreachable, "the connection was refused or cut"),
]


# How often a question is asked before it is given up; after a 500 for ids alone, as one order may be its cause.
ASKED_AGAIN = dict.fromkeys((FaultKind.RESET_BEFORE, FaultKind.STALL, FaultKind.BROKEN_JSON, FaultKind.BROKEN_HTML), 2)


@pytest.mark.parametrize(("fault", "error", "words"), TROUBLES, ids=[fault.value for fault, _, _ in TROUBLES])
def test_each_trouble_is_told_apart(shop: WooShop, fault: FaultKind, error: type[BridgeError], words: str) -> None:
    shop.place()
    shop.simulator.break_with(Fault(fault, times=ASKED_AGAIN.get(fault, 1)))
    with pytest.raises(error) as caught:
        list(shop.open().changed_since(None, FROM))
    assert words in str(caught.value)
    assert caught.value.problem.action


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [(FaultKind.WAIT_SECONDS, 90.0), (FaultKind.WAIT_DATE, 90.0), (FaultKind.WAIT_SILENT, None)],
)
def test_a_wait_that_the_shop_names_is_honoured(shop: WooShop, fault: FaultKind, wait_s: float | None) -> None:
    shop.simulator.break_with(Fault(fault, seconds=90))
    with pytest.raises(StoreBusy) as caught:
        list(shop.open().changed_since(None, FROM))
    assert caught.value.retry_after_s == wait_s


def test_a_byte_order_mark_is_forgiven(shop: WooShop) -> None:
    placed = shop.place()
    shop.simulator.break_with(Fault(FaultKind.BOM))
    (page,) = shop.open().changed_since(None, FROM)
    assert [order.store_order_id for order in page.orders] == placed


def test_after_trouble_the_same_store_goes_on(shop: WooShop) -> None:
    placed = shop.place(3)
    store = shop.open()
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE, times=2))
    with pytest.raises(Unavailable):
        list(store.changed_since(None, FROM))
    (page,) = store.changed_since(None, FROM)
    assert [order.store_order_id for order in page.orders] == placed


def test_a_question_whose_connection_is_cut_once_is_asked_again_unseen(shop: WooShop) -> None:
    placed = shop.place(3)
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE))
    (page,) = shop.open().changed_since(None, FROM)
    assert [order.store_order_id for order in page.orders] == placed


def test_the_pages_before_a_trouble_stay_good(shop: WooShop) -> None:
    placed = shop.place(150)
    shop.simulator.break_with(Fault(FaultKind.BAD_GATEWAY, skip=1))
    look = shop.open().changed_since(None, FROM)
    first = next(look)
    with pytest.raises(StoreFailing):
        next(look)
    rest = [order.store_order_id for page in shop.open().changed_since(first.cursor, FROM) for order in page.orders]
    assert {order.store_order_id for order in first.orders} | set(rest) == set(placed)


def test_a_silent_shop_is_left_after_the_time_out(shop: WooShop) -> None:
    shop.simulator.break_with(Fault(FaultKind.STALL, seconds=20, times=ASKED_AGAIN[FaultKind.STALL]))
    with pytest.raises(StoreUnreachable, match="no answer in time"):
        list(shop.open(read_timeout_s=0.2).changed_since(None, FROM))


def test_a_shop_that_drips_bytes_is_left_when_the_whole_answer_takes_too_long(shop: WooShop) -> None:
    shop.place(30)
    shop.simulator.break_with(Fault(FaultKind.SLOW, seconds=4))
    with pytest.raises(StoreUnreachable, match="no answer in time"):
        list(shop.open(read_timeout_s=2, answer_timeout_s=0.3).changed_since(None, FROM))


def test_an_answer_larger_than_any_page_is_refused(shop: WooShop) -> None:
    shop.place(10)
    with pytest.raises(StoreAnswerTooLarge, match="more than 4096 bytes"):
        list(shop.open(answer_bytes_max=4096).changed_since(None, FROM))


def test_a_shop_that_is_off_is_unreachable(shop: WooShop) -> None:
    store = shop.open()
    shop.simulator.stop()
    with pytest.raises(StoreUnreachable):
        list(store.changed_since(None, FROM))


def test_a_parameter_that_the_shop_refuses_is_named_by_its_code(shop: WooShop) -> None:
    client = WooCommerceClient(read_settings("shop", settings(shop.simulator.url)), shop.clock)
    with pytest.raises(StoreRequestRefused) as caught:
        client.get("/orders", "read orders", per_page="101")
    client.close()
    assert str(caught.value) == "Store shop refuses to read orders: it answered 400 with code rest_invalid_param."


def test_an_unknown_key_is_said_to_be_wrong_or_without_the_right(shop: WooShop) -> None:
    shop.simulator.shop.keys = type(shop.simulator.shop.keys)("ck_other", "cs_other", False)
    with pytest.raises(Refused, match="refuses our key, or the key has no right to read orders"):
        list(shop.open().changed_since(None, FROM))


def test_check_tells_trouble_as_a_finding(shop: WooShop) -> None:
    shop.simulator.break_with(Fault(FaultKind.NO_RIGHT))
    (finding,) = shop.open().check()
    assert (finding.fine, "no right to read orders" in finding.detail) == (False, True)


def test_check_finds_clocks_that_are_apart(shop: WooShop) -> None:
    ours = SetClock(MORNING + timedelta(minutes=20))
    store = open_store("shop", settings(shop.simulator.url), ours)
    assert [finding.detail for finding in store.check() if not finding.fine] == [
        "the shop's clock and ours are 20 minutes apart"
    ]
    store.close()


def test_no_secret_and_no_customer_stands_in_an_error(shop: WooShop) -> None:
    shop.place_as({"billing": {"last_name": "Zebra-Mark", "email": "zebra@mark.example"}})
    for fault, _, _ in TROUBLES:
        shop.simulator.break_with(Fault(fault, times=ASKED_AGAIN.get(fault, 1)))
        with pytest.raises(BridgeError) as caught:
            list(shop.open().changed_since(None, FROM))
        for text in (str(caught.value), repr(caught.value), caught.value.problem.action):
            assert "ck_test" not in text and "cs_test" not in text and "mark" not in text.lower()


def test_a_port_that_takes_connections_and_speaks_no_http(shop: WooShop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        store = open_store("shop", settings(f"http://127.0.0.1:{port}", read_timeout_s=0.2), shop.clock)
        with pytest.raises(StoreUnreachable, match="no answer in time"):
            list(store.changed_since(None, FROM))
        store.close()
