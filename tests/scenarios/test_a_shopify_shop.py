"""The whole way of a Shopify shop's orders: into the ERP, the number back, and what edits and refunds become."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from bridge.simulator.shopify.simulator import ShopifySimulator
from bridge.simulator.shops.faults import Fault, FaultKind
from tests.world import World, toml, world

pytestmark = pytest.mark.scenario

CUPS = {"sku": "1001", "title": "Enamel cup", "quantity": 2, "price": "10.00"}
BANK = [{"amount": "24.60", "gateway": "Bank Deposit", "status": "PENDING"}]


class Shop(NamedTuple):
    """A Shopify shop and the bridge that serves it."""

    simulator: ShopifySimulator
    bridge: World

    def order(self, **given: object) -> str:
        return self.simulator.add_order({"lines": [CUPS], **given})

    def numbers(self) -> dict[str, str]:
        """The ERP number of each order that has one, by the name that people see."""
        return {self.simulator.order(gid)["name"]: number for gid, number in self.simulator.erp_numbers().items()}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with world(tmp_path, store="folder") as bridge, ShopifySimulator(clock=bridge.now) as simulator:
        options = {"type": "shopify", "url": simulator.url, "client_id": "env:CLIENT", "client_secret": "env:SECRET"}
        bridge.edit_settings('type = "folder"\npath = "drop"\nresults = "results"\nsettle_s = 0\n', toml(options))
        bridge.edit_settings(
            'stripe = "prepaid"', 'stripe = "prepaid"\nshopify_payments = "prepaid"\n"Bank Deposit" = "prepaid"'
        )
        bridge.environ.update({"CLIENT": "client", "SECRET": "secret"})
        bridge.edit_map("tax", "VAT 23%,S")
        bridge.edit_map("payment", "shopify_payments,CARD")
        bridge.edit_map("payment", "Bank Deposit,TRANSFER")
        bridge.edit_map("shipping", "courier,PARCEL")
        yield Shop(simulator, bridge)


def test_a_paid_order_reaches_the_erp_and_its_number_and_a_tag_the_shop(shop: Shop) -> None:
    shop.order(shipping=[{}])
    shop.bridge.go_round()
    assert shop.bridge.open_exceptions() == []
    assert shop.bridge.states() == {"#1001": "written_back"}
    assert list(shop.numbers()) == ["#1001"]
    assert shop.simulator.order("1001")["tags"] == ["in-erp"]
    assert shop.bridge.damage() == []


def test_our_tag_moves_the_orders_time_and_makes_no_further_file(shop: Shop) -> None:
    shop.order()
    shop.bridge.go_round()
    shop.bridge.later(hours=1)
    shop.simulator.shop.archive("1001")
    shop.bridge.go_round()
    assert (shop.bridge.file_numbers(), shop.bridge.open_exceptions()) == ([1], [])


def test_a_bank_transfer_that_comes_20_days_later_goes_then(shop: Shop) -> None:
    shop.order(payments=BANK)
    shop.bridge.go_round()
    assert shop.bridge.file_numbers() == []
    shop.bridge.later(days=20)
    shop.simulator.shop.pay("1001", gateway="Bank Deposit")
    shop.bridge.go_round()
    assert shop.bridge.states() == {"#1001": "written_back"}


def test_an_order_edited_before_it_is_paid_goes_once_as_it_is_then(shop: Shop) -> None:
    shop.order(payments=BANK)
    shop.bridge.run_pass()
    shop.bridge.later(minutes=10)
    shop.simulator.shop.refund("1001", {0: 1}, is_paid_back=False)
    shop.simulator.shop.pay("1001", gateway="Bank Deposit")
    shop.bridge.go_round()
    assert (shop.bridge.states(), shop.bridge.file_numbers()) == ({"#1001": "written_back"}, [1])
    assert shop.bridge.erp.control_totals() == {"EUR": Decimal("12.30")}


def test_a_refund_after_the_export_is_a_change_for_a_person_and_no_second_sale(shop: Shop) -> None:
    shop.order()
    shop.bridge.go_round()
    shop.bridge.later(minutes=10)
    shop.simulator.shop.refund("1001", {0: 1})
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["changed-after-export"]
    assert shop.bridge.file_numbers() == [1]


def test_an_expired_version_of_the_api_is_told_once_in_service_and_closes_when_it_is_set_anew(shop: Shop) -> None:
    shop.order()
    shop.bridge.run_pass()
    assert shop.bridge.codes() == []
    shop.simulator.door.versions = ("2026-10", "2027-01")  # the quarter is over
    shop.order()
    shop.bridge.later(hours=1)
    shop.bridge.go_round()
    shop.bridge.go_round()
    (told,) = shop.bridge.exceptions()
    assert (told.scope_kind, told.scope, told.times) == ("store", "shop", 1)
    assert told.title == "shop answers in version 2026-10 of its API, and 2026-07 is set"
    assert shop.bridge.states() == {"#1001": "written_back", "#1002": "written_back"}
    shop.simulator.door.versions = ("2027-01",)
    shop.bridge.run_pass()
    assert [one.title for one in shop.bridge.exceptions()] == [
        "shop answers in version 2027-01 of its API, and 2026-07 is set"
    ]
    shop.bridge.edit_settings('type = "shopify"', 'type = "shopify"\napi_version = "2027-01"')
    shop.bridge.run_pass()
    assert shop.bridge.exceptions() == []


def test_a_version_in_which_our_question_is_wrong_is_told_beside_the_failed_fetch(shop: Shop) -> None:
    shop.order()
    unknown = {"errors": [{"message": "?", "extensions": {"code": "undefinedField"}}]}
    shop.simulator.say(unknown, when="WholeOrders", headers={"X-Shopify-API-Version": "2026-10"})
    shop.bridge.run_pass()
    assert shop.bridge.codes() == ["store-request-refused", "store-version"]


def test_a_malformed_order_stands_still_alone(shop: Shop) -> None:
    shop.order()
    shop.simulator.order("1001")["currentTotalPriceSet"]["shopMoney"]["amount"] = "twelve"
    shop.order()
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["order-malformed"]
    assert shop.bridge.states()["#1002"] == "written_back"


def test_an_order_that_the_key_does_not_see_any_more_stays_one_order_when_a_key_is_corrected(shop: Shop) -> None:
    shop.order(lines=[{**CUPS, "sku": "NO-SUCH"}])
    shop.bridge.go_round()
    shop.simulator.shop.scopes = ("read_orders", "write_orders")
    shop.bridge.later(days=61)
    shop.order()
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["order-hidden"]
    shop.bridge.edit_settings('type = "shopify"', 'type = "shopify"\ntag = ""')
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["order-hidden"]


def test_odd_orders_are_right_in_the_erp_to_the_cent_or_explained(shop: Shop) -> None:
    act = shop.simulator.shop
    less_and_settled = shop.order(lines=[CUPS, {**CUPS, "sku": "00173", "quantity": 1}])
    act.refund(less_and_settled, {1: 1}, is_paid_back=False)
    act.refund(less_and_settled, amount=Decimal("12.30"))
    exchanged = shop.order()
    act.refund(exchanged, {0: 1}, amount=Decimal("2.30"))
    act.add_line(exchanged, {"sku": "00173", "price": "10.00", "rates": ()})
    shop.order(shipping=[{"price": "5.00", "discount": "5.00"}])
    shop.order(lines=[{**CUPS, "discount": "20.00"}], payments=[])
    restored = shop.order(payments=BANK)
    act.cancel(restored)
    shop.order(payments=[{"amount": "24.60", "kind": "AUTHORIZATION"}])
    shop.order(lines=[{**CUPS, "sku": None}])
    refunded = shop.order()
    act.refund(refunded, {0: 1})
    shop.bridge.run_pass()
    act.edit(restored, cancelledAt=None)
    act.pay(restored, gateway="Bank Deposit")
    shop.bridge.later(minutes=10)
    shop.bridge.go_round()
    gone = ("#1001", "#1002", "#1003", "#1004", "#1005")
    assert shop.bridge.states() == dict.fromkeys(gone, "written_back") | {
        "#1006": "received", "#1007": "held", "#1008": "held",
    }  # fmt: skip
    assert shop.bridge.orders()["#1006"].rule == "authorized"
    assert shop.bridge.open_exceptions() == [
        ("Order #1007: goods without a SKU", ["#1007"]),
        ("Orders of shop-acme were refunded in part before they were exported", ["#1008"]),
    ]
    # 24.60 of 36.90, 12.30 + 10.00 exchanged, 24.60 with a free parcel, nothing for a gift, 24.60 restored
    assert shop.bridge.erp.control_totals() == {"EUR": Decimal("96.10")}


def test_a_test_order_is_skipped(shop: Shop) -> None:
    shop.order(test=True)
    shop.bridge.go_round()
    assert shop.bridge.states() == {"#1001": "skipped"}


def test_a_write_whose_answer_is_lost_is_settled_by_reading(shop: Shop) -> None:
    shop.order()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="WriteNumber"))
    shop.bridge.go_round()
    shop.bridge.later(hours=1)
    shop.bridge.go_round()
    assert shop.bridge.states() == {"#1001": "written_back"}
    assert sum(1 for request in shop.simulator.requests() if request.endswith(" WriteNumber")) == 1
    assert shop.bridge.open_exceptions() == []


def test_a_shop_that_throttles_is_asked_again_and_nothing_is_lost(shop: Shop) -> None:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 0.0, "restoreRate": 1.0}
    cost = {"requestedQueryCost": 900, "actualQueryCost": None, "throttleStatus": status}
    throttled = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": cost},
    }
    shop.order()
    shop.simulator.say(throttled, when="WholeOrders")
    shop.bridge.run_pass()
    assert shop.bridge.codes() == ["store-busy"]
    shop.bridge.later(minutes=20)
    shop.bridge.go_round()
    assert (shop.bridge.states(), shop.bridge.open_exceptions()) == ({"#1001": "written_back"}, [])
