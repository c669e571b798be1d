"""Every trouble of the shop, its host and its network becomes an error of its own kind, by shape and code."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.errors import BridgeError, Refused, Unavailable
from bridge.simulator.shopify.cost import Bucket
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
from bridge.testing.stores import readable, told
from tests.stores.shopify.shop import TOKEN, ShopifyWorld, shopify_world

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WHOLE = "WholeOrders"


def error_of(shop: ShopifyWorld, **options: Any) -> BridgeError:
    """The error of a look."""
    with pytest.raises(BridgeError) as caught:
        list(shop.open(**options).changed_since(None, LONG_AGO))
    return caught.value


def graphql_error(code: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"message": "Coś poszło nie tak", "extensions": {"code": code}, **more}]}


STATUSES: list[tuple[int, Any, type[BridgeError], str]] = [
    (401, {"errors": "[API] Invalid API key or access token"}, StoreKeyRefused, "401"),
    (403, {"errors": "[API] This action requires merchant approval for read_orders scope."}, StoreKeyRefused, "403"),
    (403, "<html>Blocked</html>", StoreBusy, "403"),
    (402, {"errors": "Payment Required"}, StoreRequestRefused, "shop-frozen"),
    (404, {"errors": "Not Found"}, StoreAddressWrong, "no shop of that name"),
    (404, "<html>Not found</html>", StoreAddressWrong, "not its API"),
    (423, {"errors": "Locked"}, StoreRequestRefused, "shop-locked"),
    (429, {"errors": "Exceeded 2 calls per second"}, StoreBusy, "429"),
    (430, "Security rejection", StoreBusy, "430"),
    (400, {"errors": "Required parameter missing"}, StoreRequestRefused, "400"),
    (500, {"errors": "Internal Server Error"}, StoreFailing, "500"),
    (502, "<html>Bad gateway</html>", StoreFailing, "502"),
    (503, "<html>Maintenance</html>", StoreBusy, "503"),
]


@pytest.mark.parametrize(("status", "body", "kind", "said"), STATUSES)
def test_a_status_tells_its_error(
    shop: ShopifyWorld, status: int, body: Any, kind: type[BridgeError], said: str
) -> None:
    shop.place()
    shop.simulator.say(body, status, when=WHOLE)
    error = error_of(shop)
    assert type(error) is kind
    assert said in str(error)


CODES: list[tuple[dict[str, Any], type[BridgeError], str]] = [
    (graphql_error("ACCESS_DENIED"), StoreKeyRefused, "ACCESS_DENIED"),
    (graphql_error("SHOP_INACTIVE"), StoreRequestRefused, "shop-inactive"),
    (graphql_error("INTERNAL_SERVER_ERROR"), StoreFailing, "INTERNAL_SERVER_ERROR"),
    (graphql_error("undefinedField"), StoreRequestRefused, "undefinedField"),
    ({"errors": [{"message": "Something"}]}, StoreRequestRefused, "no-code"),
    ({"errors": "a text"}, StoreRequestRefused, "no-code"),
    ({"data": {"nodes": None}, **graphql_error("TIMEOUT", path=["nodes"])}, StoreFailing, "TIMEOUT"),
    ({"data": {"nodes": []}}, StoreAnswerUnreadable, "another number of orders"),
    ({"data": {"nodes": [{"id": "gid://shopify/Order/9"}]}}, StoreAnswerUnreadable, "another order than was asked for"),
    ({"data": {"nodes": {}}}, StoreAnswerUnreadable, "not a list"),
    ({"data": {}}, StoreAnswerUnreadable, "breaks off"),
    ({}, StoreAnswerUnreadable, "no answer of a GraphQL server"),
]


@pytest.mark.parametrize(("body", "kind", "said"), CODES)
def test_a_code_in_an_answer_of_200_tells_its_error(
    shop: ShopifyWorld, body: dict[str, Any], kind: type[BridgeError], said: str
) -> None:
    shop.place()
    shop.simulator.say(body, when=WHOLE)
    error = error_of(shop)
    assert type(error) is kind
    assert said in str(error)
    assert "Coś" not in str(error)


FAULTS: list[tuple[FaultKind, type[BridgeError]]] = [
    (FaultKind.HTML, StoreAnswerUnreadable),
    (FaultKind.PHP_NOTICE, StoreAnswerUnreadable),
    (FaultKind.CUT, StoreAnswerUnreadable),
    (FaultKind.BAD_GATEWAY, StoreFailing),
    (FaultKind.GATEWAY_TIMEOUT, StoreFailing),
    (FaultKind.MAINTENANCE, StoreBusy),
    (FaultKind.REDIRECT_AWAY, StoreAddressWrong),
    (FaultKind.REDIRECT_HTTPS, StoreAddressWrong),
]


@pytest.mark.parametrize(("kind", "error"), FAULTS)
def test_a_fault_of_host_or_network_tells_its_error(
    shop: ShopifyWorld, kind: FaultKind, error: type[BridgeError]
) -> None:
    shop.place()
    shop.simulator.break_with(Fault(kind, when=WHOLE))
    assert type(error_of(shop)) is error


@pytest.mark.parametrize("kind", [FaultKind.RESET_BEFORE, FaultKind.CUT_LYING, FaultKind.SLOW])
def test_a_line_that_stays_broken_is_unreachable(shop: ShopifyWorld, kind: FaultKind) -> None:
    shop.place()
    shop.simulator.break_with(Fault(kind, when=WHOLE, times=-1, seconds=30))
    error = error_of(shop, read_timeout_s=0.2, answer_timeout_s=0.3)
    assert type(error) is StoreUnreachable
    assert isinstance(error, Unavailable)


def test_a_line_that_breaks_once_is_asked_again(shop: ShopifyWorld) -> None:
    placed = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE, when=WHOLE))
    assert list(readable(list(shop.open().changed_since(None, LONG_AGO)))) == placed


def test_a_byte_order_mark_is_forgiven(shop: ShopifyWorld) -> None:
    placed = shop.place()
    shop.simulator.break_with(Fault(FaultKind.BOM, when=WHOLE))
    assert list(readable(list(shop.open().changed_since(None, LONG_AGO)))) == placed


def test_an_answer_larger_than_the_bound_is_refused(shop: ShopifyWorld) -> None:
    shop.place(3)
    assert type(error_of(shop, answer_bytes_max=2048)) is StoreAnswerTooLarge


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [({"Retry-After": "7"}, 7.0), ({}, None), ({"Retry-After": "Mon, 02 Mar 2026 08:01:00 GMT"}, 60.0)],
)
def test_the_wait_of_a_429_is_carried(shop: ShopifyWorld, headers: dict[str, str], wait_s: float | None) -> None:
    shop.simulator.say({"errors": "Too many"}, 429, when="ChangedOrders", headers=headers)
    error = error_of(shop)
    assert isinstance(error, StoreBusy)
    assert error.retry_after_s == wait_s


def throttled(requested: float, available: float, rate: float) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return {**graphql_error("THROTTLED"), "extensions": {"cost": cost}}


def test_a_short_wait_for_the_bucket_is_taken_and_the_question_asked_again(shop: ShopifyWorld) -> None:
    placed = shop.place()
    shop.simulator.say(throttled(900, 400, 100), when=WHOLE)
    assert list(readable(list(shop.open().changed_since(None, LONG_AGO)))) == placed
    assert shop.paused == [9.0]  # 5 s until it fits, and 4 s more for the questions behind it


def test_a_wait_longer_than_the_budget_is_given_back(shop: ShopifyWorld) -> None:
    shop.place()
    shop.simulator.say(throttled(900, 400, 10), when=WHOLE)
    error = error_of(shop)
    assert isinstance(error, StoreBusy)
    assert error.retry_after_s == 50.0
    assert shop.paused == []


@pytest.mark.parametrize("extensions", [None, {}, {"cost": 3}, {"cost": {"throttleStatus": {"restoreRate": 0}}}])
def test_a_throttling_that_says_nothing_waits_a_second(shop: ShopifyWorld, extensions: Any) -> None:
    placed = shop.place()
    shop.simulator.say({**graphql_error("THROTTLED"), "extensions": extensions}, when=WHOLE)
    assert list(readable(list(shop.open().changed_since(None, LONG_AGO)))) == placed
    assert shop.paused == [1.0]


def test_no_wait_is_taken_where_none_is_allowed(shop: ShopifyWorld) -> None:
    shop.place()
    shop.simulator.say(throttled(900, 899, 100), when=WHOLE)
    assert isinstance(error_of(shop, throttle_wait_s=0), StoreBusy)
    assert shop.paused == []


def test_a_page_dearer_than_the_bucket_comes_to_its_end_over_several_looks() -> None:
    with shopify_world(bucket=Bucket(restore_rate=10)) as shop:
        placed = set(shop.place(60))
        seen: set[str] = set()
        cursor: str | None = None
        looks = 0
        while seen != placed:
            looks += 1
            assert looks < 30
            shop.clock.advance(minutes=4)  # the next pass: the bucket is full again
            try:
                for page in shop.open(throttle_wait_s=0).changed_since(cursor, LONG_AGO):
                    seen |= {one.store_order_id for one in page.orders}
                    cursor = page.cursor
            except StoreBusy:
                continue
        assert looks > 1


def test_a_sweep_dearer_than_the_bucket_comes_to_its_end_over_several_passes() -> None:
    with shopify_world(bucket=Bucket(restore_rate=10)) as shop:
        placed = set(shop.place(60))
        seen: set[str] = set()
        cursor = ""
        passes = 0
        while not passes or cursor:
            passes += 1
            assert passes < 30
            shop.clock.advance(minutes=4)
            try:
                for page in shop.open(throttle_wait_s=0).recent(LONG_AGO, cursor or None):
                    seen |= {one.store_order_id for one in page.orders}
                    cursor = page.cursor
            except StoreBusy:
                continue
        assert seen == placed
        assert passes > 1


@pytest.mark.parametrize("allowed_s", [0, 30])
def test_an_order_that_costs_more_than_the_bucket_holds_is_read_to_its_end(
    shop: ShopifyWorld, allowed_s: float
) -> None:
    large = shop.place_as(lines=[{"sku": f"S{n}", "price": "1.00", "rates": ("0.1", "0.05")} for n in range(260)])
    (behind,) = shop.place()
    orders = readable(list(shop.open(throttle_wait_s=allowed_s, per_page=1).changed_since(None, LONG_AGO)))
    assert list(orders) == [large, behind]
    assert [line.sku for line in orders[large].lines] == [f"S{n}" for n in range(260)]
    assert orders[large].totals.gross == sum(line.gross for line in orders[large].lines) == Decimal("299.00")
    assert len(shop.paused) > 2 and max(shop.paused) < 30


def test_orders_too_dear_for_one_query_are_asked_for_in_smaller_groups(shop: ShopifyWorld) -> None:
    placed = shop.place(30)
    assert set(readable(list(shop.open().changed_since(None, LONG_AGO)))) == set(placed)
    assert shop.asked(WHOLE) == 9  # one query too dear for 25 orders, then four at once


def test_an_order_too_dear_by_itself_is_asked_for_with_fewer_lines(shop: ShopifyWorld) -> None:
    placed = shop.place_as(lines=[{"price": "1.00"}] * 12)
    too_dear = {"errors": [{"message": "", "extensions": {"code": "MAX_COST_EXCEEDED", "cost": 4000, "maxCost": 1000}}]}
    shop.simulator.say(too_dear, when=WHOLE, times=4)
    order = readable(list(shop.open().changed_since(None, LONG_AGO)))[placed]
    assert len(order.lines) == 12


def test_a_query_that_stays_too_dear_is_refused_and_not_asked_for_ever(shop: ShopifyWorld) -> None:
    shop.place()
    shop.simulator.say(graphql_error("MAX_COST_EXCEEDED"), when=WHOLE, times=1000)
    error = error_of(shop)
    assert isinstance(error, StoreRequestRefused)
    assert "MAX_COST_EXCEEDED" in str(error)
    assert shop.asked(WHOLE) < 20


def test_a_missing_right_is_named_with_the_field(shop: ShopifyWorld) -> None:
    shop.place()
    error = error_of(shop, companies=True)
    assert isinstance(error, StoreKeyRefused)
    assert isinstance(error, Refused)
    assert "read orders: purchasingEntity (ACCESS_DENIED)" in str(error)
    shop.simulator.shop.scopes = ("read_products",)
    assert isinstance(error_of(shop), StoreKeyRefused)


def test_an_order_that_the_shop_cannot_tell_whole_stands_still_alone(shop: ShopifyWorld) -> None:
    first, second, third = shop.place(3)
    shop.simulator.order(second)["displayFulfillmentStatus"] = None  # the schema forbids it: the shop's own fault
    pages = list(shop.open().changed_since(None, LONG_AGO))
    assert set(readable(pages)) == {first, third}
    (broken,) = [one for one in told(pages) if one.problem]
    assert broken.problem is not None
    assert (broken.store_order_id, broken.problem.code) == (second, "order-not-whole")
    assert "INTERNAL_SERVER_ERROR" in broken.problem.message


def test_a_filter_that_the_shop_passed_over_is_no_answer(shop: ShopifyWorld) -> None:
    shop.place()
    warned = {"path": ["orders"], "warnings": [{"field": "updated_at", "code": "invalid_field", "message": "?"}]}
    body = {"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": False}}}, "extensions": {"search": [warned]}}
    shop.simulator.say(body, when="ChangedOrders")
    error = error_of(shop)
    assert isinstance(error, StoreAnswerUnreadable)
    assert "did not understand our filter" in str(error)


def test_a_filter_that_the_shop_only_repeats_is_understood(shop: ShopifyWorld) -> None:
    repeated = {"path": ["orders"], "query": "updated_at:>='2020'", "parsed": {"field": "updated_at"}}
    body = {"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": False}}}, "extensions": {"search": [repeated]}}
    shop.simulator.say(body, when="ChangedOrders")
    assert told(list(shop.open().changed_since(None, LONG_AGO))) == []


def test_a_cut_list_without_a_cursor_is_a_problem_of_its_order(shop: ShopifyWorld) -> None:
    placed = shop.place_as(lines=[{"price": "1.00"}] * 15)
    node = {"id": f"gid://shopify/Order/{placed}", "updatedAt": shop.simulator.order(placed)["updatedAt"]}
    cut = {"lineItems": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}}
    shop.simulator.say({"data": {"node": node | cut}}, when="MoreLines")
    (one,) = told(list(shop.open().changed_since(None, LONG_AGO)))
    assert one.problem is not None
    assert "lineItems is cut" in one.problem.message


ODD: list[Any] = [
    None,
    3,
    "text",
    [],
    [3],
    [None],
    {},
    {"nodes": 3},
    {"nodes": [3]},
    {"nodes": [{}]},
    {"refunds": {"a": 1}},
]


@pytest.mark.parametrize("operation", ["ChangedOrders", "WholeOrders", "OrderRefunds", "MoreLines", "MoreRefundLines"])
def test_an_answer_of_any_other_shape_is_an_error_or_a_problem_and_never_a_fault(operation: str) -> None:
    for odd in ODD:
        for data in (
            odd,
            {"orders": odd, "nodes": odd, "node": odd},
            {"nodes": [odd], "node": {"id": "x", "refunds": odd}},
        ):
            with shopify_world() as shop:
                placed = shop.place_as(lines=[{"price": "1.00"}] * 60)
                shop.simulator.shop.refund(placed, dict.fromkeys(range(60), 1))
                shop.simulator.say({"data": data}, when=operation)
                try:
                    orders = told(list(shop.open().changed_since(None, LONG_AGO)))
                except (Unavailable, Refused):
                    continue
                assert all(one.problem is not None for one in orders), (operation, data)


def test_a_granted_token_is_renewed_before_it_ends() -> None:
    with shopify_world() as shop:
        placed = shop.place()
        store = shop.open(client_id=secret("client"), client_secret=secret("secret"))
        assert list(readable(list(store.changed_since(None, LONG_AGO)))) == placed
        shop.clock.advance(hours=23, minutes=40)
        list(store.changed_since(None, LONG_AGO))
        assert len(shop.simulator.door.granted) == 1
        shop.clock.advance(minutes=11)
        list(store.changed_since(None, LONG_AGO))
        assert len(shop.simulator.door.granted) == 2
        assert not [request for request in shop.simulator.requests() if "401" in request]


def test_a_granted_token_that_is_refused_early_is_replaced_once() -> None:
    with shopify_world() as shop:
        placed = shop.place()
        store = shop.open(client_id=secret("client"), client_secret=secret("secret"))
        list(store.changed_since(None, LONG_AGO))
        shop.simulator.door.granted.clear()
        assert list(readable(list(store.changed_since(None, LONG_AGO)))) == placed
        shop.simulator.say({"errors": "no"}, 401, when="ChangedOrders", times=-1)
        with pytest.raises(StoreKeyRefused):
            list(store.changed_since(None, LONG_AGO))


def test_wrong_credentials_are_refused_without_showing_them() -> None:
    with shopify_world() as shop:
        error = error_of(shop, client_id=secret("client"), client_secret=secret("shh-wrong"))
        assert isinstance(error, StoreKeyRefused)
        assert "get an access token" in str(error)
        assert "shh-wrong" not in str(error)


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 3}, "<html></html>", [1]])
def test_a_grant_that_is_none_is_unreadable(body: Any) -> None:
    with shopify_world() as shop:
        shop.simulator.say(body, when="access_token")
        error = error_of(shop, client_id=secret("client"), client_secret=secret("secret"))
        assert isinstance(error, StoreAnswerUnreadable)


def secret(value: str) -> Any:
    return type(TOKEN)("env:X", value)
