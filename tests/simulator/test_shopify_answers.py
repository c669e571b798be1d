"""The simulated Shopify shop answers as the facts say: search, pages, costs, rights, versions, tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from bridge.simulator.shopify.cost import Bucket
from tests.simulator.shopify_asker import Asker, asked_shop, code_of

PAGE = """
query P($after: String) {
  orders(first: 2, sortKey: UPDATED_AT, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
}"""
CUT = """
{ orders(first: 1) { nodes { lineItems(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } } } }"""
DEAR = """
{ orders(first: 99) { nodes { lineItems(first: 250) { nodes { originalUnitPriceSet { shopMoney { amount } } } } } } }"""


@pytest.fixture
def shop() -> Iterator[Asker]:
    with asked_shop() as shop:
        yield shop


def test_a_quoted_time_filters_and_its_bound_is_inclusive(shop: Asker) -> None:
    shop.simulator.add_order({})
    shop.clock.advance(seconds=1)
    shop.simulator.add_order({})
    assert shop.names("updated_at:>='2026-03-02T08:00:01Z'") == ["#1002"]
    assert shop.names("updated_at:>='2026-03-02T08:00:00Z' updated_at:<'2026-03-02T08:00:01Z'") == ["#1001"]
    assert shop.names("created_at:>='2026-03-02T09:00:01+01:00' AND id:>1000") == ["#1002"]


@pytest.mark.parametrize(
    "search", ["updated_at:>=2026-03-02T09:00:00Z", "changed_at:>='2026-03-02T09:00:00Z'", "nonsense"]
)
def test_what_the_search_does_not_understand_filters_nothing_and_is_only_warned_of(shop: Asker, search: str) -> None:
    shop.simulator.add_order({})
    answer = shop.ask(f'{{ orders(first: 5, query: "{search}") {{ nodes {{ name }} }} }}')
    assert [node["name"] for node in answer["data"]["orders"]["nodes"]] == ["#1001"]
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == "invalid_field"
    assert "errors" not in answer


def test_an_order_changed_while_paging_moves_behind_the_cursor(shop: Asker) -> None:
    ids = []
    for _ in range(4):
        shop.clock.advance(seconds=1)
        ids.append(shop.simulator.add_order({}))
    page = PAGE
    first = shop.ask(page)["data"]["orders"]
    shop.clock.advance(seconds=1)
    shop.simulator.shop.touch(ids[0])
    second = shop.ask(page, after=first["pageInfo"]["endCursor"])["data"]["orders"]
    third = shop.ask(page, after=second["pageInfo"]["endCursor"])["data"]["orders"]
    assert [node["id"] for node in second["nodes"]] == ids[2:]
    assert [node["id"] for node in third["nodes"]] == ids[:1]
    assert third["pageInfo"]["hasNextPage"] is False


def test_a_nested_list_is_cut_at_its_size_and_says_so(shop: Asker) -> None:
    shop.simulator.add_order({"lines": [{}] * 5})
    answer = shop.ask(CUT)
    (node,) = answer["data"]["orders"]["nodes"]
    assert len(node["lineItems"]["nodes"]) == 2
    assert node["lineItems"]["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize("query", ["{ orders { nodes { id } } }", "{ orders(first: 251) { nodes { id } } }"])
def test_a_list_needs_a_size_of_at_most_250(shop: Asker, query: str) -> None:
    assert code_of(shop.ask(query)) == "BAD_REQUEST"


def test_paging_ends_at_25_000_objects(shop: Asker) -> None:
    shop.simulator.shop.paged_objects_max = 3
    for _ in range(5):
        shop.clock.advance(seconds=1)
        shop.simulator.add_order({})
    page = "query P($after: String) { orders(first: 2, after: $after) { pageInfo { endCursor } } }"
    cursor = shop.ask(page)["data"]["orders"]["pageInfo"]["endCursor"]
    assert code_of(shop.ask(page, after=cursor)) == "BAD_REQUEST"


def test_a_query_is_validated_against_the_published_schema(shop: Asker) -> None:
    assert code_of(shop.ask("{ orders(first: 1) { nodes { financial_status } } }")) == "undefinedField"
    assert code_of(shop.ask("{ orders(first: 1")) == "syntaxError"
    assert code_of(shop.ask("{ orders(limit: 1) { nodes { id } } }")) == "argumentLiteralsIncompatible"


def test_a_query_above_a_thousand_points_is_refused_and_costs_nothing(shop: Asker) -> None:
    query = DEAR
    answer = shop.ask(query)
    assert code_of(answer) == "MAX_COST_EXCEEDED"
    assert answer["errors"][0]["extensions"]["maxCost"] == 1000
    status = shop.ask("{ shop { id } }")["extensions"]["cost"]["throttleStatus"]
    assert status["currentlyAvailable"] == 1999


def test_an_empty_bucket_throttles_with_200_and_fills_by_time() -> None:
    with asked_shop(bucket=Bucket(maximum=60, available=60, restore_rate=10)) as shop:
        for _ in range(12):
            shop.simulator.add_order({})
        query = "{ orders(first: 50) { nodes { id } } }"
        assert "errors" not in shop.ask(query)
        throttled = shop.ask(query)
        assert code_of(throttled) == "THROTTLED"
        assert "data" not in throttled
        cost = throttled["extensions"]["cost"]
        assert (cost["requestedQueryCost"], cost["throttleStatus"]["currentlyAvailable"]) == (52, 46)
        shop.clock.advance(seconds=0.6)
        assert "errors" not in shop.ask(query)


def test_orders_older_than_sixty_days_are_hidden_without_the_right(shop: Asker) -> None:
    old = shop.simulator.add_order({})
    shop.clock.advance(days=61)
    shop.simulator.add_order({})
    shop.simulator.shop.scopes = ("read_orders",)
    assert shop.names("", "ID") == ["#1002"]
    assert shop.ask("query N($id: ID!) { node(id: $id) { id } }", id=old)["data"]["node"] is None
    assert shop.ask("{ ordersCount { count precision } }")["data"]["ordersCount"] == {"count": 1, "precision": "EXACT"}


def test_a_count_beyond_its_limit_is_at_least(shop: Asker) -> None:
    for _ in range(3):
        shop.simulator.add_order({})
    assert shop.ask("{ ordersCount(limit: 2) { count precision } }")["data"]["ordersCount"] == {
        "count": 2, "precision": "AT_LEAST",
    }  # fmt: skip
    assert shop.ask("{ ordersCount(limit: null) { count } }")["data"]["ordersCount"] == {"count": 3}


def test_a_missing_right_denies_the_field_and_tells_the_rest(shop: Asker) -> None:
    shop.simulator.add_order({})
    answer = shop.ask("{ orders(first: 1) { nodes { id purchasingEntity { __typename } } } }")
    assert answer["data"]["orders"]["nodes"] == [{"id": "gid://shopify/Order/1001", "purchasingEntity": None}]
    assert answer["errors"][0]["path"] == ["orders", "nodes", 0, "purchasingEntity"]
    assert code_of(answer) == "ACCESS_DENIED"
    shop.simulator.shop.scopes = ()
    assert code_of(shop.ask("{ orders(first: 1) { nodes { id } } }")) == "ACCESS_DENIED"


def test_the_app_lists_its_rights_and_the_living_versions(shop: Asker) -> None:
    answer = shop.ask("{ currentAppInstallation { accessScopes { handle } } publicApiVersions { handle supported } }")
    handles = [scope["handle"] for scope in answer["data"]["currentAppInstallation"]["accessScopes"]]
    assert handles == ["read_orders", "write_orders", "read_all_orders"]
    assert answer["data"]["publicApiVersions"][-1] == {"handle": "2026-10", "supported": True}


@pytest.mark.parametrize(("asked", "served"), [("2026-07", "2026-07"), ("2024-10", "2026-01"), ("2030-01", "2026-01")])
def test_an_expired_version_is_answered_by_another_and_only_a_header_says_so(
    shop: Asker, asked: str, served: str
) -> None:
    answer = shop.post("{ shop { id } }", version=asked)
    assert (answer.status_code, answer.headers["X-Shopify-API-Version"]) == (200, served)


def test_tokens_and_paths(shop: Asker) -> None:
    refused = shop.post("{ shop { id } }", token="wrong")
    assert refused.status_code == 401
    assert isinstance(refused.json()["errors"], str)
    assert shop.post("{ shop { id } }", version="v1").status_code == 404
    url = f"{shop.simulator.url}/admin/oauth/access_token"
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    granted = requests.post(url, data=form, timeout=10).json()
    assert granted["expires_in"] == 86_399
    token = granted["access_token"]
    assert shop.post("{ shop { id } }", token=token).status_code == 200
    shop.clock.advance(hours=24)
    assert shop.post("{ shop { id } }", token=token).status_code == 401
    assert requests.post(url, data=form | {"client_secret": "x"}, timeout=10).status_code == 401


def test_amounts_have_no_fixed_digits_and_stand_in_both_currencies(shop: Asker) -> None:
    shop.simulator.add_order(
        {"lines": [{"price": "10.00", "rates": []}], "currency": "EUR", "presentment": "JPY", "rate": "160.5"}
    )
    money = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
    answer = shop.ask(f"{{ orders(first: 1) {{ nodes {{ totalPriceSet {money} }} }} }}")
    assert answer["data"]["orders"]["nodes"][0]["totalPriceSet"] == {
        "shopMoney": {"amount": "10.0", "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "1605.0", "currencyCode": "JPY"},
    }
