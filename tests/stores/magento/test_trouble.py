"""Each trouble with a Magento shop has its own words and its own kind of error. The simulated shop fails on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.domain.errors import BridgeError
from bridge.simulator.magento.keys import ALL_RIGHTS, LEAST_RIGHTS
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.magento.store import open_store
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerUnreadable,
    StoreBusy,
    StoreFailing,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
)
from bridge.testing.stores import told
from tests.stores.magento.shops import SIGNED, Magento, settings
from tests.stores.shops import MORNING, SetClock
from tests.stores.troubles import HttpTroubles, Troubled

FROM = datetime(2026, 1, 1, tzinfo=UTC)

TROUBLES: list[tuple[FaultKind, type[BridgeError], str]] = [
    (FaultKind.WRONG_SECRET, StoreKeyRefused, "(the signature or a key is wrong)"),
    (FaultKind.NO_RIGHT, StoreKeyRefused, "or the key has no right to read orders (Magento_Sales::actions_view)"),
    (FaultKind.FORBIDDEN, StoreBusy, "answered 403"),
    (FaultKind.NO_ROUTE, StoreAddressWrong, "no such route of the REST API"),
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
]


class TestTroublesOfHttp(HttpTroubles):
    @pytest.fixture
    def troubled(self, shop: Magento) -> Troubled:
        shop.place(10)
        return Troubled(shop.simulator, lambda **options: list(shop.open(**options).changed_since(None, FROM)))


@pytest.mark.parametrize(("fault", "error", "words"), TROUBLES, ids=[fault.value for fault, _, _ in TROUBLES])
def test_each_trouble_is_told_apart(shop: Magento, fault: FaultKind, error: type[BridgeError], words: str) -> None:
    shop.place_as({})
    shop.simulator.break_with(Fault(fault, times=-1))
    with pytest.raises(error) as caught:
        list(shop.open().changed_since(None, FROM))
    assert words in str(caught.value)
    assert caught.value.problem.action


@pytest.mark.parametrize("options", [{}, SIGNED], ids=["token", "signed"])
def test_a_question_whose_connection_broke_is_asked_again(shop: Magento, options: dict[str, object]) -> None:
    """Signed ones under a new signature: the shop has taken the first nonce, and would call it a replay."""
    placed = shop.place_as({})
    for fault in (FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER):
        shop.simulator.break_with(Fault(fault))
        (order,) = told(list(shop.open(**options).changed_since(None, FROM)))
        assert order.store_order_id == placed


@pytest.mark.parametrize("options", [{}, SIGNED], ids=["token", "signed"])
def test_a_connection_that_always_breaks_is_left(shop: Magento, options: dict[str, object]) -> None:
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, times=-1))
    with pytest.raises(StoreUnreachable, match="refused or cut"):
        list(shop.open(**options).changed_since(None, FROM))


def test_a_byte_order_mark_is_forgiven(shop: Magento) -> None:
    placed = shop.place_as({})
    shop.simulator.break_with(Fault(FaultKind.BOM))
    (order,) = told(list(shop.open().changed_since(None, FROM)))
    assert order.store_order_id == placed


def test_the_pages_before_a_trouble_stay_good(shop: Magento) -> None:
    placed = [shop.place_as({"updated_at": f"2026-03-01 08:{minute:02}:00"}) for minute in range(9)]
    shop.simulator.break_with(Fault(FaultKind.BAD_GATEWAY, skip=1))
    look = shop.open(per_page=5).changed_since(None, FROM)
    first = next(look)
    with pytest.raises(StoreFailing):
        next(look)
    rest = [order.store_order_id for order in told(list(shop.open().changed_since(first.cursor, FROM)))]
    assert {order.store_order_id for order in first.orders} | set(rest) == set(placed)


def test_a_shop_that_allows_smaller_pages_only_is_read_in_these(shop: Magento) -> None:
    shop.shop.size_max = 7
    placed = [shop.place_as({}) for _ in range(30)]
    store = shop.open()
    pages = list(store.changed_since(None, FROM))
    assert sorted((order.store_order_id for order in told(pages)), key=int) == placed
    assert [fetched.told is not None for fetched in store.fetch(placed)] == [True] * 30
    swept = list(store.recent(FROM, None))
    assert [order.store_order_id for order in told(swept)] == placed


def test_a_shop_that_gives_less_than_was_asked_for_loses_none(shop: Magento) -> None:
    """Some modules cut pages without a word; an order that is not on the page is not gone."""
    shop.shop.cuts_at = 7
    placed = [shop.place_as({}) for _ in range(30)]
    store = shop.open()
    assert sorted(order.store_order_id for order in told(list(store.changed_since(None, FROM)))) == sorted(placed)
    assert [fetched.told is not None for fetched in store.fetch(placed)] == [True] * 30


def test_a_list_that_repeats_itself_is_no_list(shop: Magento) -> None:
    for _ in range(5):
        shop.place_as({})
    shop.shop.ignores = ("entity_id",)
    with pytest.raises(StoreAnswerUnreadable, match="does not go on where its page ended"):
        list(shop.open(per_page=2).recent(FROM, None))


def test_a_page_of_which_all_orders_are_hidden_is_no_end_of_the_list(shop: Magento) -> None:
    placed = shop.place(12)
    shop.shop.hidden = {int(one) for one in placed[:5]}
    with pytest.raises(StoreAnswerUnreadable, match="counts more orders than it lists"):
        list(shop.open(per_page=5).changed_since(None, FROM))
    shop.shop.hidden = {int(one) for one in placed[1:5]}
    orders = told(list(shop.open(per_page=5).changed_since(None, FROM)))
    assert {order.store_order_id for order in orders} == {placed[0], *placed[5:]}
    shop.shop.hidden = {int(one) for one in placed[5:10]}  # behind the last order of a page
    with pytest.raises(StoreAnswerUnreadable, match="counts more orders than it lists"):
        list(shop.open(per_page=5).changed_since(None, FROM))


def test_a_request_that_the_shop_refuses_is_named(shop: Magento) -> None:
    with pytest.raises(StoreRequestRefused, match="answered 400 with code searchCriteria"):
        shop.open()._client.ask("/orders", "read orders", [("x", "1")])


def test_a_missing_right_to_credit_memos_is_named(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.refund(placed)
    shop.shop.keys = replace(shop.shop.keys, rights=ALL_RIGHTS - {"Magento_Sales::sales_creditmemo"})
    with pytest.raises(StoreKeyRefused, match=r"read credit memos \(Magento_Sales::sales_creditmemo\)"):
        list(shop.open().changed_since(None, FROM))


def test_a_token_that_expired_is_a_key_that_is_refused(shop: Magento) -> None:
    shop.shop.keys = replace(shop.shop.keys, access_token="another")
    with pytest.raises(StoreKeyRefused):
        list(shop.open().changed_since(None, FROM))


def test_a_store_code_that_is_not_there_is_an_address(shop: Magento) -> None:
    with pytest.raises(StoreAddressWrong, match="or not for this store_code"):
        list(shop.open(store_code="Not_There").changed_since(None, FROM))


READS = [(True, f"the key may read {what}") for what in ("orders", "invoices", "refunds")]
NOT_TOLD = "whether it may cancel, ship, invoice or refund cannot be known without doing it"
NO_MORE = "the key may do no more than it needs, as far as the shop tells"


def checked(shop: Magento, rights: frozenset[str], **options: Any) -> list[tuple[bool, str]]:
    shop.shop.keys = replace(shop.shop.keys, rights=rights)
    return [(finding.fine, finding.detail) for finding in shop.open(**options).check()]


def test_check_tells_what_the_key_may_do_and_what_is_more_than_it_needs(shop: Magento) -> None:
    assert checked(shop, LEAST_RIGHTS) == [
        *READS,
        (True, "the key may comment on orders"),
        (True, f"{NO_MORE}; {NOT_TOLD}"),
    ]
    *_, (fine, more) = checked(shop, ALL_RIGHTS)
    assert (fine, more) == (
        True,
        "the key may do more than it needs, with products, customers, carts, shipments, transactions of payments, "
        "discount rules, pages, tax rates, settings of stores, orders, to save them (Create); " + NOT_TOLD,
    )
    assert [line for line in shop.simulator.requests() if "POST" in line] == [
        "POST /rest/all/V1/orders/0/comments",
        "POST /rest/all/V1/orders",
    ] * 2
    assert shop.shop.shelf.orders() == []  # asked, and nothing written


def test_check_names_each_right_that_is_missing(shop: Magento) -> None:
    assert checked(shop, LEAST_RIGHTS - {"Magento_Sales::comment"})[3] == (False, "the key may not comment on orders")
    comment = shop.open().check()[3]
    assert comment.action.startswith("Add Sales > Operations > Orders > Actions > Comment to the integration, or set")
    field = {"ext_order_id": True, "stop_file": "stop"}
    assert checked(shop, LEAST_RIGHTS, **field)[4] == (False, "the key may not save orders")
    assert checked(shop, LEAST_RIGHTS | {"Magento_Sales::create"}, **field)[4:] == [
        (True, "the key may save orders"),
        (True, f"{NO_MORE}; {NOT_TOLD}"),
    ]
    fine, missing = checked(shop, frozenset({"Magento_Sales::actions_view"}))
    assert (fine[0], missing[0]) == (True, False)
    assert "no right to read invoices (Magento_Sales::sales_invoice)" in missing[1]
    assert "Needed are: Sales > Operations > Orders > Actions > View; " in shop.open().check()[1].action


@pytest.mark.parametrize("fault", [FaultKind.BROKEN_HTML, FaultKind.NO_ROUTE, FaultKind.MAINTENANCE])
def test_check_says_where_a_right_cannot_be_known(shop: Magento, fault: FaultKind) -> None:
    shop.simulator.break_with(Fault(fault, when="POST", times=-1))
    found = checked(shop, LEAST_RIGHTS)
    assert found[3] == (True, "whether the key may comment on orders shows at the first write-back")
    assert found[4] == (True, f"{NO_MORE}; {NOT_TOLD}")


@pytest.mark.parametrize(("options", "told"), [({}, True), (SIGNED, False)], ids=["token", "signed"])
def test_check_tells_that_a_token_alone_may_not_be_taken(shop: Magento, options: dict[str, Any], told: bool) -> None:
    """A shop says the same of a token that it does not take and of one without the right."""
    shop.shop.keys = replace(shop.shop.keys, bearer=False, rights=frozenset())
    (finding,) = shop.open(**options).check()
    assert ("give all four keys of the integration" in finding.action) is told


def test_check_finds_clocks_that_are_apart(shop: Magento) -> None:
    store = open_store("shop", settings(shop.simulator.url), SetClock(MORNING + timedelta(minutes=20)))
    assert [finding.detail for finding in store.check() if not finding.fine] == [
        "the shop's clock and ours are 20 minutes apart"
    ]
    store.close()


def test_check_finds_a_database_that_does_not_write_utc(shop: Magento) -> None:
    shop.place_as({"updated_at": "2026-03-02 22:00:00"})  # UTC+14
    assert [finding.detail for finding in shop.open().check() if not finding.fine] == [
        "changes lie ahead of the shop's own clock (orders: 1): its database does not write UTC"
    ]


def test_no_secret_and_no_customer_stands_in_an_error(shop: Magento) -> None:
    shop.place_as({"billing": {"lastname": "Zebra-Mark", "email": "zebra@mark.example"}})
    for fault, _, _ in TROUBLES:
        for options in ({}, SIGNED):
            shop.simulator.faults.clear()
            shop.simulator.break_with(Fault(fault, times=-1))
            with pytest.raises(BridgeError) as caught:
                list(shop.open(**options).changed_since(None, FROM))
            for text in (str(caught.value), repr(caught.value), caught.value.problem.action):
                assert "access-token" not in text and "consumer-" not in text and "mark" not in text.lower()
