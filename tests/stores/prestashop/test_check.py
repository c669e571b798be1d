"""`bridge check` tells what a PrestaShop's key may do, and whose clock or zone is wrong."""

from __future__ import annotations

from datetime import timedelta

from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.prestashop.description import READ_RESOURCES
from bridge.stores.prestashop.store import open_store
from tests.stores.prestashop.shop import PrestaWorld, settings
from tests.stores.shops import MORNING, SetClock


def details(presta: PrestaWorld, **options: str) -> list[tuple[bool, str]]:
    return [(finding.fine, finding.detail) for finding in presta.open(**options).check()]


def test_a_healthy_shop_with_the_least_rights(presta: PrestaWorld) -> None:
    presta.place()
    assert details(presta) == [
        (True, "PrestaShop 8.1.7 answers; times are read as Europe/Warsaw"),
        (True, "it may read all that is needed and add messages"),
        (True, "times are read as Europe/Warsaw; the newest order was then changed 0 minutes ago"),
    ]


def test_missing_rights_are_named(presta: PrestaWorld) -> None:
    del presta.door.permissions["order_slip"]
    presta.door.permissions["messages"] = ("GET",)
    assert details(presta) == [(False, "the key lacks order_slip: GET, messages: POST")]


def test_rights_that_are_not_needed_are_named(presta: PrestaWorld) -> None:
    presta.door.permissions["orders"] = ("GET", "PUT", "DELETE")
    presta.door.permissions["products"] = ("GET", "POST")
    _, (fine, told), _ = details(presta)
    assert fine
    assert told.endswith("; it may do more than it needs (orders: DELETE, orders: PUT, products: POST): take that away")


def test_gifts_without_the_right_to_cart_rules_are_told_of(presta: PrestaWorld) -> None:
    del presta.door.permissions["cart_rules"]
    assert "without cart_rules: GET, gifts travel as goods" in details(presta)[1][1]


def test_trouble_is_a_finding(presta: PrestaWorld) -> None:
    presta.simulator.break_with(Fault(FaultKind.MAINTENANCE, times=-1))
    ((fine, told),) = details(presta)
    assert (fine, "answered 503" in told) == (False, True)


def test_a_wrong_key_is_a_finding(presta: PrestaWorld) -> None:
    presta.door.key = "X" * 32
    ((fine, told),) = details(presta)
    assert (fine, "no right to use the web service (20)" in told) == (False, True)


def test_clocks_that_are_apart(presta: PrestaWorld) -> None:
    store = open_store("shop", settings(presta.simulator.url), SetClock(MORNING + timedelta(minutes=20)))
    assert [finding.detail for finding in store.check() if not finding.fine] == [
        "the shop's clock and ours are 20 minutes apart"
    ]
    store.close()


def test_a_zone_that_cannot_be_right_and_one_that_only_a_person_can_judge(presta: PrestaWorld) -> None:
    assert details(presta)[-1] == (True, "times are read as Europe/Warsaw; there is no order yet to prove it by")
    presta.place()
    assert details(presta, timezone="America/New_York")[-1] == (
        False,
        "times are read as America/New_York, though the shop says Europe/Warsaw; the newest order was then changed 360 "
        "minutes from now",
    )
    (*_, too_far_east) = presta.open(timezone="Asia/Tokyo").check()
    assert (too_far_east.fine, too_far_east.detail) == (
        True,
        "times are read as Asia/Tokyo, though the shop says Europe/Warsaw; the newest order was then changed 480 "
        "minutes ago",
    )
    assert too_far_east.action.startswith("If it was not, the zone is wrong. Orders that the ERP has are read anew")


def test_the_description_lists_each_right_that_a_look_uses(presta: PrestaWorld) -> None:
    presta.place()
    store = presta.open()
    before = len(presta.simulator.requests())
    list(store.changed_since(list(store.changed_since(None, MORNING))[-1].cursor, MORNING))
    used = {request.removeprefix("GET /api/") for request in presta.simulator.requests()[before:]}
    assert used <= {*READ_RESOURCES, "cart_rules"}
    rights = store.describe().least_rights
    assert "orders: GET" in rights and "messages: GET, POST" in rights
    assert all(f"{name}: GET" in " ".join(rights) for name in READ_RESOURCES)


def test_rights_to_the_customer_service_are_needed_where_the_number_goes_there(presta: PrestaWorld) -> None:
    assert details(presta, message_in="customer_thread") == [
        (False, "the key lacks customer_threads: POST, customer_messages: POST")
    ]
    rights = presta.open(message_in="customer_thread").describe().least_rights
    assert "customer_messages: GET, POST" in rights and "messages: GET" in rights
