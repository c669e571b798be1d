"""The ERP's number reaches the shop once, never over another one, and changes nothing else of the order."""

from __future__ import annotations

import pytest

from bridge.domain.errors import BridgeError, Doubtful, Refused, Unavailable
from bridge.domain.revision import revision_digest
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import WriteBack, WriteBackOutcome
from bridge.stores.problems import (
    StoreAnswerUnreadable,
    StoreBusy,
    StoreDidNotKeep,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
    StoreWriteInDoubt,
)
from bridge.testing.stores import ORDERS_FROM, numbers_for, outcomes, readable
from tests.stores.shopify.shop import ShopifyWorld

W = WriteBackOutcome


def number_for(order: str, number: str = "SO-1", endpoint: str = "acme") -> WriteBack:
    return WriteBack(order, "1042", number, endpoint)


def test_number_and_tag_stand_in_the_order_once_and_nothing_else_moves(shop: ShopifyWorld) -> None:
    placed = shop.place_as(tags=["wholesale"], note="ring twice")
    before = dict(shop.simulator.order(placed))
    for _ in range(3):
        list(shop.open().write_back([number_for(placed)]))
    after = shop.simulator.order(placed)
    assert shop.number_of(placed) == "SO-1"
    assert after["tags"] == ["in-erp", "wholesale"]
    assert {name for name in before if before[name] != after[name]} <= {"metafields", "tags", "updatedAt"}
    assert (shop.asked("WriteNumber"), shop.asked("AddTag")) == (1, 1)


def test_the_echo_of_our_own_write_is_the_same_revision(shop: ShopifyWorld) -> None:
    placed = shop.place_as(tags=["wholesale"])
    pages = list(shop.open().changed_since(None, ORDERS_FROM))
    before = revision_digest(readable(pages)[placed])
    shop.clock.advance(minutes=1)
    list(shop.open().write_back([number_for(placed)]))
    again = readable(list(shop.open().changed_since(pages[-1].cursor, ORDERS_FROM)))
    assert revision_digest(again[placed]) == before


def test_250_orders_are_read_a_hundred_at_once(shop: ShopifyWorld) -> None:
    placed = shop.place(250)
    receipts = list(shop.open(tag="").write_back(numbers_for(placed)))
    assert outcomes(receipts) == [W.WRITTEN] * 250
    assert (shop.asked("NumbersOfOrders"), shop.asked("WriteNumber"), shop.asked("AddTag")) == (3, 250, 0)


def test_a_foreign_number_is_reported_and_kept_and_gets_no_tag(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    list(shop.open(tag="").write_back([number_for(placed, "OLD-1")]))
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert (receipt.outcome, receipt.found) == (W.DIFFERENT, "OLD-1")
    assert shop.number_of(placed) == "OLD-1"
    assert shop.simulator.order(placed)["tags"] == []


@pytest.mark.parametrize(("other", "outcome"), [("SO-2", W.DIFFERENT), ("SO-1", W.ALREADY)])
def test_a_number_written_between_our_read_and_our_write_is_never_overwritten(
    shop: ShopifyWorld, other: str, outcome: WriteBackOutcome
) -> None:
    placed = shop.place_as()
    rival = shop.open(tag="")
    shop.simulator.door.before = {"WriteNumber": lambda: list(rival.write_back([number_for(placed, other)]))}
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert receipt.outcome is outcome
    assert shop.number_of(placed) == other


def test_an_answer_lost_after_the_write_is_a_doubt_that_the_next_read_settles(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="WriteNumber"))
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert receipt.outcome is W.FAILED
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert isinstance(receipt.error, Doubtful)
    assert shop.number_of(placed) == "SO-1"
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.ALREADY]
    assert shop.simulator.order(placed)["tags"] == ["in-erp"]
    assert shop.asked("WriteNumber") == 1


def test_an_answer_lost_after_the_tag_adds_no_second_one(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="AddTag"))
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.ALREADY]
    assert shop.simulator.order(placed)["tags"] == ["in-erp"]
    assert shop.asked("AddTag") == 1


def test_a_cut_connection_before_the_write_is_tried_again(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE, when="WriteNumber"))
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert receipt.outcome is W.FAILED
    assert shop.number_of(placed) is None
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.WRITTEN]


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.HTML, FaultKind.BAD_GATEWAY])
def test_an_answer_to_a_write_that_nobody_can_read_is_a_doubt(shop: ShopifyWorld, kind: FaultKind) -> None:
    placed = shop.place_as()
    shop.simulator.break_with(Fault(kind, when="WriteNumber"))
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert isinstance(receipt.error, StoreWriteInDoubt)


def test_an_error_inside_the_shop_during_a_write_is_a_doubt(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    inside = {"message": "", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    for body in (
        {"errors": [inside]},
        {"errors": [{"message": "Something went wrong"}]},
        {"data": {"metafieldsSet": None}, "errors": [{**inside, "path": ["metafieldsSet"]}]},
    ):
        shop.simulator.say(body, when="WriteNumber")
        (receipt,) = shop.open().write_back([number_for(placed)])
        assert isinstance(receipt.error, StoreWriteInDoubt)


def test_a_throttled_write_was_not_done_and_is_sent_again_after_a_wait(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.say({"errors": [{"extensions": {"code": "THROTTLED"}}]}, when="WriteNumber")
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.WRITTEN]
    assert shop.paused == [1.0]


def test_a_busy_shop_leaves_the_rest_untried_and_says_when(shop: ShopifyWorld) -> None:
    placed = shop.place(4)
    shop.simulator.say({"errors": "later"}, 429, when="WriteNumber", skip=1, headers={"Retry-After": "60"})
    receipts = list(shop.open(tag="").write_back(numbers_for(placed)))
    assert outcomes(receipts) == [W.WRITTEN, W.FAILED, W.FAILED, W.FAILED]
    errors = [receipt.error for receipt in receipts[1:]]
    assert [error.retry_after_s for error in errors if isinstance(error, Unavailable)] == [60.0, 60.0, 60.0]
    assert shop.asked("WriteNumber") == 2


def test_after_a_doubt_the_rest_is_untried_and_not_in_doubt(shop: ShopifyWorld) -> None:
    placed = shop.place(3)
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="WriteNumber"))
    kinds = [type(receipt.error) for receipt in shop.open().write_back(numbers_for(placed))]
    assert kinds == [StoreWriteInDoubt, StoreUnreachable, StoreUnreachable]


def test_a_shop_that_cannot_be_read_is_not_written_to(shop: ShopifyWorld) -> None:
    placed = shop.place(2)
    shop.simulator.break_with(Fault(FaultKind.HTML))
    receipts = list(shop.open().write_back(numbers_for(placed)))
    assert [type(receipt.error) for receipt in receipts] == [StoreAnswerUnreadable, StoreAnswerUnreadable]
    assert shop.simulator.erp_numbers() == {}


USER_ERRORS: list[tuple[str | None, type[BridgeError], str]] = [
    ("INVALID_VALUE", StoreRequestRefused, "INVALID_VALUE"),
    ("APP_NOT_AUTHORIZED", StoreRequestRefused, "APP_NOT_AUTHORIZED"),
    (None, StoreRequestRefused, "userErrors"),
    ("STALE_OBJECT", StoreBusy, "STALE_OBJECT"),  # and yet nothing is there: asked again later
]


@pytest.mark.parametrize(("code", "kind", "said"), USER_ERRORS)
def test_user_errors_in_an_answer_of_200_are_errors(
    shop: ShopifyWorld, code: str | None, kind: type[BridgeError], said: str
) -> None:
    placed = shop.place_as()
    body = {"data": {"metafieldsSet": {"metafields": [], "userErrors": [{"code": code, "message": "Nein"}]}}}
    shop.simulator.say(body, when="WriteNumber")
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert type(receipt.error) is kind
    assert said in str(receipt.error) and "Nein" not in str(receipt.error)
    assert shop.simulator.order(placed)["tags"] == []


def test_a_tag_that_the_shop_refuses_is_seen_and_the_number_stays(shop: ShopifyWorld) -> None:
    placed = shop.place_as(tags=[f"t{place}" for place in range(250)])
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert isinstance(receipt.error, StoreRequestRefused)
    assert "tag an order" in str(receipt.error)
    assert shop.number_of(placed) == "SO-1"


def test_a_shop_that_takes_the_number_and_does_not_keep_it_is_seen(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.say({"data": {"metafieldsSet": {"metafields": [], "userErrors": []}}}, when="WriteNumber")
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert isinstance(receipt.error, StoreDidNotKeep)
    assert "erp_bridge.erp_number" in str(receipt.error)


def test_a_key_that_may_only_read_needs_a_person(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.shop.scopes = ("read_orders", "read_all_orders")
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert isinstance(receipt.error, StoreKeyRefused)
    assert isinstance(receipt.error, Refused)
    assert "write the ERP number into an order" in str(receipt.error)


def test_deleted_orders_are_gone_and_the_others_go_on(shop: ShopifyWorld) -> None:
    deleted, alive = shop.place(2)
    shop.remove(deleted)
    assert outcomes(list(shop.open().write_back(numbers_for([deleted, alive])))) == [W.GONE, W.WRITTEN]


def test_an_order_deleted_between_read_and_write_is_refused_and_gone_the_next_time(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    shop.simulator.door.before = {"WriteNumber": lambda: shop.remove(placed)}
    (receipt,) = shop.open().write_back([number_for(placed)])
    assert receipt.outcome is W.FAILED
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.GONE]


def test_an_order_that_the_key_is_too_young_for_is_not_called_gone(shop: ShopifyWorld) -> None:
    old = shop.place_as()
    shop.clock.advance(days=61)
    shop.simulator.shop.scopes = ("read_orders", "write_orders")
    (receipt,) = shop.open().write_back([number_for(old)])
    assert receipt.outcome is W.FAILED
    assert isinstance(receipt.error, StoreKeyRefused)
    assert "order 1042" in str(receipt.error) and "read_all_orders" in str(receipt.error)


def test_a_young_order_that_was_deleted_is_gone_also_for_a_key_of_sixty_days(shop: ShopifyWorld) -> None:
    _, deleted = shop.place(2)
    shop.simulator.shop.scopes = ("read_orders", "write_orders")
    shop.remove(deleted)
    assert outcomes(list(shop.open().write_back([number_for(deleted)]))) == [W.GONE]


def test_two_endpoints_keep_their_numbers_apart(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    numbers = [number_for(placed, "A-1", "acme"), number_for(placed, "G-1", "globex")]
    store = shop.open(erp_number_field="erp_bridge.number_{endpoint}")
    assert outcomes(list(store.write_back(numbers))) == [W.WRITTEN, W.WRITTEN]
    rows = {row["key"]: row["value"] for row in shop.simulator.order(placed)["metafields"]}
    assert rows == {"number_acme": "A-1", "number_globex": "G-1"}


def test_a_field_that_holds_only_blanks_is_written_over_what_was_read(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    blank = {"namespace": "erp_bridge", "key": "erp_number", "value": "  ", "compareDigest": "digest-of-blanks"}
    shop.simulator.order(placed)["metafields"] = [
        {"__typename": "Metafield", "id": "gid://shopify/Metafield/1", **blank}
    ]
    assert outcomes(list(shop.open().write_back([number_for(placed)]))) == [W.WRITTEN]
    assert shop.number_of(placed) == "SO-1"


def test_a_number_with_blanks_around_is_known_again(shop: ShopifyWorld) -> None:
    placed = shop.place_as()
    assert outcomes(list(shop.open().write_back([number_for(placed, " 00471 ")]))) == [W.WRITTEN]
    assert outcomes(list(shop.open().write_back([number_for(placed, " 00471 ")]))) == [W.ALREADY]
    assert shop.number_of(placed) == "00471"


@pytest.mark.parametrize("order", ["gid://shopify/Order/1001", "#1001", '1") { shop { id } }', "", "1" * 21, "\u0661"])
def test_an_id_that_is_no_orders_is_gone_and_never_asked_for(shop: ShopifyWorld, order: str) -> None:
    (receipt,) = shop.open().write_back([number_for(order)])
    assert receipt.outcome is W.GONE
    assert shop.simulator.requests() == []
