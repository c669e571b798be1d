"""What the section of a Shopify store may say, and what `bridge check` finds at the shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bridge.config.values import Secret, StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store, store_types
from bridge.stores.shopify.settings import read_settings
from bridge.stores.shopify.store import ShopifyStore
from tests.stores.shopify.shop import ShopifyWorld, settings
from tests.stores.shops import SetClock

URL = "https://example.myshopify.com"
SECRET = Secret("env:X", "x")


def refusal(options: dict[str, Any], url: str = URL) -> str:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("shop", settings(url, **options))
    return str(caught.value)


def test_a_short_section_has_good_defaults() -> None:
    read = read_settings("shop", settings(URL + "/"))
    assert (read.http.url, read.api_version, read.namespace, read.key, read.tag) == (
        URL, "2026-07", "erp_bridge", "erp_number", "in-erp",
    )  # fmt: skip
    assert (read.poll.per_page, read.poll.overlap_s, read.reading.money) == (100, 300, "shop")
    assert read.reading.own_tag == "in-erp"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_version": "2026-02"}, "stores.shop.api_version is no version"),
        ({"api_version": "latest"}, "stores.shop.api_version is no version"),
        ({"money": "both"}, "stores.shop.money has an unknown value"),
        ({"erp_number_field": "erp_number"}, "stores.shop.erp_number_field is no name of a metafield"),
        ({"erp_number_field": "a.b"}, "stores.shop.erp_number_field is no name of a metafield"),
        ({"erp_number_field": "erp_bridge.number_{order}"}, "stores.shop.erp_number_field is no name of a metafield"),
        ({"tag": "x" * 41}, "stores.shop.tag is no tag"),
        ({"tag": "a,b"}, "stores.shop.tag is no tag"),
        ({"per_page": 251}, "stores.shop.per_page must be a whole number"),
        ({"client_id": SECRET}, "stores.shop.client_secret"),
        ({"client_id": SECRET, "client_secret": SECRET, "token": SECRET}, "stores.shop.token stands beside client_id"),
        ({"token": "shpat_written_out"}, "stores.shop.token must not stand here itself"),
        ({"apiversion": "2026-07"}, "stores.shop.apiversion is unknown"),
    ],
)
def test_a_wrong_key_is_named(options: dict[str, Any], said: str) -> None:
    assert said in refusal(options)


def test_a_token_never_travels_unprotected() -> None:
    assert "would send the key unprotected" in refusal({}, "http://example.myshopify.com")


def test_a_metafield_may_have_a_key_for_each_endpoint_and_the_apps_own_namespace() -> None:
    read = read_settings("shop", settings(URL, erp_number_field="$app:erp.number_{endpoint}"))
    assert (read.namespace, read.key) == ("$app:erp", "number_{endpoint}")


def test_the_type_shopify_opens_this_connector() -> None:
    assert "shopify" in store_types()
    opened = open_store(
        "shop", StoreSettings("shop", "shopify", {"url": URL, "token": SECRET}, "bridge.toml:1"), SetClock()
    )
    assert isinstance(opened, ShopifyStore)
    opened.close()


def findings(shop: ShopifyWorld, our_clock: SetClock | None = None, **options: Any) -> dict[str, tuple[bool, str]]:
    return {found.what: (found.fine, found.detail) for found in shop.open(our_clock, **options).check()}


def test_a_check_of_a_healthy_shop_says_what_was_found(shop: ShopifyWorld) -> None:
    host = shop.simulator.url.removeprefix("http://")
    assert findings(shop) == {
        f"store shop: read orders from {host}": (True, "the key is accepted"),
        "store shop: version 2026-07 of the API": (True, "answered by that version"),
        "store shop: rights": (True, "the key may do what is needed and no more"),
    }


def test_an_expired_version_is_seen(shop: ShopifyWorld) -> None:
    fine, detail = findings(shop, api_version="2025-04")["store shop: version 2025-04 of the API"]
    assert not fine
    assert detail == "the shop answers with version 2026-01; 2025-04 has expired or does not exist yet"
    (cure,) = [found.action for found in shop.open(api_version="2025-04").check() if not found.fine]
    assert cure == "Set api_version to 2026-10, then: bridge check."


def test_a_store_knows_the_version_that_answered_it_once_the_shop_has_said_so(shop: ShopifyWorld) -> None:
    store = shop.open(api_version="2025-04")
    for header in ("", "<b>2026-01</b>"):
        shop.simulator.say({"data": {"shop": {"id": "1"}}}, when="Clock", headers={"X-Shopify-API-Version": header})
        store.clock()
        assert store.describe().served_version == ""
    store.clock()
    assert (store.describe().api_version, store.describe().served_version) == ("2025-04", "2026-01")


def test_missing_and_needless_rights_are_named(shop: ShopifyWorld) -> None:
    shop.simulator.shop.scopes = ("read_orders", "write_products", "read_themes")
    found = findings(shop, companies=True)
    assert found["store shop: rights"] == (False, "the key lacks write_orders, read_customers")
    assert found["store shop: more rights than needed"] == (
        True, "the key may do more than erp-bridge needs: read_themes, write_products",
    )  # fmt: skip
    assert found["store shop: older orders"] == (
        True, "without read_all_orders the shop shows orders of the last 60 days only",
    )  # fmt: skip
    assert findings(shop, sweep_days=90)["store shop: older orders"][0] is False


def test_a_right_to_write_includes_the_right_to_read(shop: ShopifyWorld) -> None:
    shop.simulator.shop.scopes = ("write_orders", "read_all_orders")
    assert findings(shop)["store shop: rights"][0] is True


def test_clocks_apart_are_seen(shop: ShopifyWorld) -> None:
    fine, detail = findings(shop, SetClock(shop.clock() + timedelta(minutes=9)))["store shop: clock"]
    assert (fine, detail) == (False, "the shop's clock and ours are 9 minutes apart")


def test_a_shop_that_refuses_the_key_is_one_finding(shop: ShopifyWorld) -> None:
    (found,) = shop.open(token=Secret("env:X", "wrong")).check()
    assert not found.fine
    assert found.action and "401" in found.detail


def test_a_shop_is_polled_and_says_what_it_is_like(shop: ShopifyWorld) -> None:
    store = shop.open(companies=True)
    assert store.wake_paths() == ()
    told = store.describe()
    assert (told.system, told.api_version, told.sweep_days) == ("Shopify, Admin GraphQL", "2026-07", 14)
    assert "PARTIALLY_REFUNDED" in told.statuses
    assert told.least_rights[:2] == ("read_orders", "write_orders")


def test_a_shop_that_gets_a_tag_says_so_that_its_owner_can_forbid_it() -> None:
    def writes(**options: Any) -> tuple[str, ...]:
        return ShopifyStore(read_settings("shop", settings(URL, **options)), SetClock()).describe().writes

    assert writes() == ("erp_number", "tags")
    assert writes(tag="") == ("erp_number",)
