"""What `bridge check` says about a real Vendure shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.config.values import Secret
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.finding import Finding
from bridge.stores.vendure.settings import read_settings
from tests.stores.vendure.server import ADMINISTRATOR
from tests.stores.vendure.shop import VendureShop, settings

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]


def findings(shop: VendureShop, **options: Any) -> dict[str, Finding]:
    return {one.what.removeprefix("store shop: "): one for one in shop.open(**options).check()}


def test_a_login_of_the_least_rights_is_fine(shop: VendureShop) -> None:
    found = findings(shop)
    assert all(one.fine for one in found.values())
    assert found["rights"].detail == "ReadOrder and UpdateOrder, and no other"
    assert found["money"].detail == "amounts have 2 digits in every currency"
    assert "field erpNumber" in found


def test_a_login_that_may_do_more_is_warned_of(shop: VendureShop) -> None:
    all_powerful = {"user": ADMINISTRATOR["username"], "password": Secret("env:P", ADMINISTRATOR["password"])}
    rights = findings(shop, **all_powerful)["rights"]
    assert rights.fine
    assert rights.detail.startswith("the user may do more than is needed: CreateAdministrator, ")
    assert rights.action


def test_a_login_that_may_not_write_is_said_so(shop: VendureShop) -> None:
    role = {"code": "reader", "description": "reads", "permissions": ["ReadOrder"]}
    made = shop.admin("mutation ($role: CreateRoleInput!) { createRole(input: $role) { id } }", role=role)
    person = {"firstName": "R", "lastName": "R", "emailAddress": "reader@example.com", "password": "a-reader-password",
              "roleIds": [made["id"]]}  # fmt: skip
    query = "mutation ($it: CreateAdministratorInput!) { createAdministrator(input: $it) { id } }"
    person_id = shop.admin(query, it=person)["id"]
    try:
        login = {"user": "reader@example.com", "password": Secret("env:P", "a-reader-password")}
        rights = findings(shop, **login)["rights"]
        assert (rights.fine, rights.detail) == (False, "missing: UpdateOrder")
    finally:
        shop.admin("mutation ($id: ID!) { deleteAdministrator(id: $id) { result } }", id=person_id)
        shop.admin("mutation ($id: ID!) { deleteRole(id: $id) { result } }", id=made["id"])


@pytest.mark.parametrize("field", ["noSuchField", "readOnlyNumber"])
def test_a_field_that_cannot_take_the_number_is_said_before_the_first_order(shop: VendureShop, field: str) -> None:
    found = findings(shop, erp_number_field=field)[f"field {field}"]
    assert not found.fine
    assert "customFields.Order" in found.action


def test_clocks_apart_are_said(shop: VendureShop) -> None:
    shop.ours = lambda: datetime.now(UTC) + timedelta(minutes=17)
    clock = findings(shop)["clock"]
    assert not clock.fine
    assert clock.detail.startswith("the shop's clock and ours are 1")
    assert clock.detail.endswith(" minutes apart")


def test_a_shop_that_is_not_there_is_one_finding(shop: VendureShop) -> None:
    shop.url = "http://127.0.0.1:9"
    (found,) = shop.open(connect_timeout_s=0.5).check()
    assert not found.fine
    assert found.action


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "http://shop.example/admin-api"}, "would send the key unprotected"),
        ({"url": "shop.example"}, "is not a web address"),
        ({"password": "in plain sight"}, "must not stand here itself"),
        ({"api_key": Secret("env:KEY", "k")}, "stands beside user and password"),
        ({"erp_number_field": "erp-number"}, "is no name of a custom field"),
        ({"erp_number_field": "erp{shop}"}, "holds an unknown word in braces"),
        ({"per_page": 501}, "must be a whole number"),
        ({"marketplace_orders": "both"}, "has an unknown value"),
        ({"tax_id_field": ["vat"]}, "is unknown"),
        ({"gift_card_methods": "gift-card"}, "must be a list of texts"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_said_with_its_place_and_cure(options: dict[str, Any], said: str) -> None:
    given = settings({"url": "https://shop.example/admin-api"})
    given.options.update(options)  # type: ignore[attr-defined]  # a dict in our hands
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("shop", given)
    assert said in caught.value.problem.message
    assert "bridge.toml:7" in caught.value.problem.message
    assert caught.value.problem.action
