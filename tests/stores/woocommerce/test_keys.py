"""How a key reaches the shop, what is said when it does not, and what of its rights can be known."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.errors import BridgeError, ConfigurationRefused
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.simulator.woocommerce.keys import Keys
from bridge.stores.base import WriteBackOutcome
from bridge.stores.problems import StoreKeyRefused
from bridge.stores.woocommerce.store import open_store
from bridge.testing.stores import numbers_for, outcomes, told
from tests.engine.lines import caught_lines
from tests.stores.shops import WooShop, settings
from tests.stores.woocommerce.test_trouble import ASKED_AGAIN, TROUBLES

FROM = datetime(2026, 1, 1, tzinfo=UTC)
STRIPPED = Fault(FaultKind.STRIPS_KEY, times=-1)


def checked(shop: WooShop, **options: Any) -> list[tuple[bool, str, str]]:
    return [(finding.fine, finding.detail, finding.action) for finding in shop.open(**options).check()]


def test_a_host_that_takes_the_header_away_is_asked_with_the_key_in_the_address(shop: WooShop) -> None:
    placed = shop.place(3)
    shop.simulator.shop.refund(placed[0])
    shop.simulator.break_with(STRIPPED)
    with pytest.raises(StoreKeyRefused):
        list(shop.open().changed_since(None, FROM))
    store = shop.open(key_in_query=True)
    assert sorted(order.store_order_id for order in told(list(store.changed_since(None, FROM)))) == placed
    assert outcomes(list(store.write_back(numbers_for(placed)))) == [WriteBackOutcome.WRITTEN] * 3
    assert shop.simulator.notes(placed[1]) == [f"ERP number SO-{placed[1]} (acme)"]


def test_check_tells_a_header_that_was_taken_away_from_a_key_that_is_wrong(shop: WooShop) -> None:
    shop.simulator.break_with(STRIPPED)
    ((fine, detail, action),) = checked(shop)
    assert (fine, "has no right to read orders" in detail) == (False, True)
    assert "takes the Authorization header away" in action and "key_in_query = true" in action
    assert [fine for fine, _, _ in checked(shop, key_in_query=True)] == [True, True]
    shop.simulator.faults.clear()
    shop.simulator.shop.keys = Keys("ck_other", "cs_other")
    for options in ({}, {"key_in_query": True}):
        ((_, _, action),) = checked(shop, **options)
        assert "Check key, user and rights" in action and "key_in_query" not in action
    shop.simulator.shop.keys = Keys("ck_test", "cs_other")
    ((_, _, action),) = checked(shop)
    assert "Check key, user and rights" in action and "HTTPS" not in action


def test_no_key_stands_in_an_error_or_in_the_log_though_it_stands_in_the_address(shop: WooShop) -> None:
    placed = shop.place()
    with caught_lines(level=logging.DEBUG) as lines:
        for fault, _, _ in TROUBLES:
            shop.simulator.break_with(Fault(fault, times=ASKED_AGAIN.get(fault, 1)))
            with pytest.raises(BridgeError) as caught:
                list(shop.open(key_in_query=True).changed_since(None, FROM))
            logging.getLogger("bridge").error("trouble", exc_info=caught.value)
            for text in (str(caught.value), repr(caught.value), caught.value.problem.action):
                assert "ck_test" not in text and "cs_test" not in text
        shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE))  # asked again: urllib3 warns, and names the address
        (order,) = told(list(shop.open(key_in_query=True).changed_since(None, FROM)))
    assert order.store_order_id == placed[0]
    assert b"ck_test" not in order.original and b"cs_test" not in order.original
    assert "library" in lines.text
    assert "ck_test" not in lines.text and "cs_test" not in lines.text


def test_a_key_in_the_address_travels_over_https_only(shop: WooShop) -> None:
    with pytest.raises(ConfigurationRefused, match="would send the key unprotected"):
        open_store("shop", settings("http://shop.example", key_in_query=True), shop.clock)


def test_check_says_whether_the_key_may_write_and_changes_nothing(shop: WooShop) -> None:
    shop.place()
    before = shop.simulator.order(1)
    (_, _, _), (fine, detail, _) = checked(shop)
    assert fine and detail.startswith("it may read and write orders, as a write-back needs; what else its user may do")
    assert "least is the role shop manager" in detail
    shop.simulator.shop.keys = Keys("ck_test", "cs_test", read_only=True)
    (_, _, _), (fine, detail, _) = checked(shop)
    assert fine and detail.startswith("it may read and not write, which suffices where no number is written back")
    assert shop.simulator.order(1) == before
    shop.simulator.break_with(Fault(FaultKind.FORBIDDEN, when="batch"))
    (_, _, _), (fine, detail, _) = checked(shop)
    assert fine and "whether it may write shows at the first write-back" in detail
