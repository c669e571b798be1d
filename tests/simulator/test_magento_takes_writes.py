"""The simulated Magento checks who asks, and its writes bite as the real ones do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import oauthlib.oauth1
import pytest
import requests

from bridge.simulator.magento.keys import ALL_RIGHTS
from bridge.simulator.magento.simulator import MagentoSimulator

MORNING = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer access-token"}
ALL = "searchCriteria=&fields=total_count"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[MagentoSimulator]:
    with MagentoSimulator(tmp_path / "magento.sqlite", clock=lambda: MORNING) as simulator:
        simulator.add_order({})
        yield simulator


def signed(shop: MagentoSimulator, query: str = ALL, **replaced: Any) -> Any:
    """A request signed by a library, with single values of the signature replaced."""
    keys = {
        "client_key": "consumer-key",
        "client_secret": "consumer-secret",
        "resource_owner_key": "access-token",
        "resource_owner_secret": "access-token-secret",
        "signature_method": "HMAC-SHA256",
        "timestamp": str(int(MORNING.timestamp())),
        **replaced,
    }
    url, headers, _ = oauthlib.oauth1.Client(**keys).sign(f"{shop.url}/rest/V1/orders?{query}")
    return requests.get(url, headers=headers, timeout=10)


def test_a_signed_request_is_answered(shop: MagentoSimulator) -> None:
    assert signed(shop).json() == {"total_count": 1}


@pytest.mark.parametrize(
    ("replaced", "status", "message"),
    [
        ({"client_secret": "other"}, 401, "The signature is invalid. Verify and try again."),
        ({"resource_owner_secret": "other"}, 401, "The signature is invalid. Verify and try again."),
        ({"client_key": "other"}, 401, "A consumer having the specified key does not exist"),
        ({"resource_owner_key": "other"}, 401, "Specified token does not exist"),
        ({"signature_method": "PLAINTEXT"}, 400, "Signature method %1 is not supported"),
        (
            {"timestamp": str(int(MORNING.timestamp()) + 601)},
            401,
            "The timestamp value in the oauth_timestamp parameter is incorrect.",
        ),
    ],
)
def test_a_wrong_signature_is_told_by_its_kind(
    shop: MagentoSimulator, replaced: dict[str, str], status: int, message: str
) -> None:
    answer = signed(shop, **replaced)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_a_signature_from_the_past_is_taken(shop: MagentoSimulator) -> None:
    assert signed(shop, timestamp=str(int(MORNING.timestamp()) - 3600)).status_code == 200


def test_a_nonce_is_taken_once(shop: MagentoSimulator) -> None:
    assert [signed(shop, nonce="once").status_code for _ in range(2)] == [200, 401]


def test_a_blank_written_as_plus_breaks_the_signature(shop: MagentoSimulator) -> None:
    name = "searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D"
    query = f"{name}%5Bfield%5D=updated_at&{name}%5Bcondition_type%5D=gteq&{name}%5Bvalue%5D=2026-03-02"
    assert signed(shop, f"{query}%2008%3A00%3A00").status_code == 200
    assert signed(shop, f"{query}+08%3A00%3A00").status_code == 401


def test_eleven_filters_are_sorted_otherwise_than_the_standard_sorts_them(shop: MagentoSimulator) -> None:
    groups = [
        f"searchCriteria%5Bfilter_groups%5D%5B{group}%5D%5Bfilters%5D%5B0%5D%5B{name}%5D={value}"
        for group in range(11)
        for name, value in (("field", "entity_id"), ("value", "0"), ("condition_type", "gt"))
    ]
    assert [signed(shop, "&".join(groups[: 3 * count])).status_code for count in (10, 11)] == [200, 401]


def test_an_unknown_token_is_a_guest_without_rights(shop: MagentoSimulator) -> None:
    answer = requests.get(f"{shop.url}/rest/V1/orders?{ALL}", headers={"Authorization": "Bearer other"}, timeout=10)
    assert (answer.status_code, answer.json()["parameters"]) == (401, {"resources": "Magento_Sales::actions_view"})


def test_a_shop_can_refuse_the_token_alone(shop: MagentoSimulator) -> None:
    shop.shop.keys = replace(shop.shop.keys, bearer=False)
    answer = requests.get(f"{shop.url}/rest/V1/orders?{ALL}", headers=BEARER, timeout=10)
    assert (answer.status_code, signed(shop).status_code) == (401, 200)


def test_each_route_has_its_right(shop: MagentoSimulator) -> None:
    shop.shop.keys = replace(shop.shop.keys, rights=ALL_RIGHTS - {"Magento_Sales::sales_creditmemo"})
    answer = requests.get(f"{shop.url}/rest/V1/creditmemos?{ALL}", headers=BEARER, timeout=10)
    assert answer.json()["parameters"] == {"resources": "Magento_Sales::sales_creditmemo"}


def test_the_shop_tells_its_modules_and_that_other_tables_are_there(shop: MagentoSimulator) -> None:
    def told(path: str) -> Any:
        return requests.get(f"{shop.url}/rest/all/V1{path}", headers=BEARER, timeout=10).json()

    assert "Magento_Sales" in told("/modules")
    assert told("/products?searchCriteria[pageSize]=1&fields=total_count") == {"total_count": 0}


def post(shop: MagentoSimulator, path: str, body: Any) -> Any:
    return requests.post(f"{shop.url}/rest/V1{path}", json=body, headers=BEARER, timeout=10)


def test_a_comment_sent_twice_stands_there_twice(shop: MagentoSimulator) -> None:
    body = {"statusHistory": {"comment": "SO-1", "is_customer_notified": 0, "status": "pending"}}
    assert [post(shop, "/orders/1/comments", body).json() for _ in range(2)] == [True, True]
    assert shop.comments(1) == ["SO-1", "SO-1"]


def test_a_comment_without_a_status_empties_it_and_another_status_is_refused(shop: MagentoSimulator) -> None:
    assert post(shop, "/orders/1/comments", {"statusHistory": {"comment": "x", "status": "done"}}).status_code == 400
    post(shop, "/orders/1/comments", {"statusHistory": {"comment": "x"}})
    assert shop.shop.order(1)["status"] is None


def test_a_save_that_leaves_out_a_field_changes_it(shop: MagentoSimulator) -> None:
    post(shop, "/orders", {"entity": {"entity_id": 1, "ext_order_id": "SO-1"}})
    order = shop.shop.order(1)
    assert (order["ext_order_id"], order["increment_id"], order["store_id"]) == ("SO-1", "000000002", 0)


def test_a_save_with_all_six_fields_changes_only_the_one(shop: MagentoSimulator) -> None:
    before = shop.shop.order(1)
    six = {name: before[name] for name in ("entity_id", "increment_id", "state", "status", "store_id")}
    post(shop, "/orders", {"entity": {**six, "ext_order_id": "SO-1"}})
    assert {**before, "ext_order_id": "SO-1"} == shop.shop.order(1)
    shop.shop.bites = True
    post(shop, "/orders", {"entity": {**six, "ext_order_id": "SO-1"}})
    assert shop.shop.order(1)["items"][0]["row_total"] == 0


def test_an_order_that_is_not_there(shop: MagentoSimulator) -> None:
    answer = requests.get(f"{shop.url}/rest/V1/orders/99", headers=BEARER, timeout=10)
    assert (answer.status_code, answer.json()["message"]) == (
        404,
        "The entity that was requested doesn't exist. Verify the entity and try again.",
    )


def test_a_route_that_is_not_there(shop: MagentoSimulator) -> None:
    answer = requests.get(f"{shop.url}/rest/V1/nothing", headers=BEARER, timeout=10)
    assert (answer.status_code, answer.json()["message"]) == (404, "Request does not match any route.")
