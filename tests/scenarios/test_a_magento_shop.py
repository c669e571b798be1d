"""The whole way of a Magento shop's orders: into the ERP, the number back, and an edit that is no second sale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bridge.simulator.magento.simulator import MagentoSimulator
from tests.world import World, toml, world

pytestmark = pytest.mark.scenario

KEYS = {
    "MAGENTO_TOKEN": "access-token",
    "MAGENTO_KEY": "consumer-key",
    "MAGENTO_SECRET": "consumer-secret",
    "MAGENTO_TOKEN_SECRET": "access-token-secret",
}
BUYER = {"street": ["Morska", "1"], "city": "Gdynia", "postcode": "81-300", "country_id": "PL"}
CUPS = {"sku": "1001", "name": "Enamel cup", "qty": 2, "price": "12.30"}


class Shop(NamedTuple):
    """A Magento shop and the bridge that serves it."""

    simulator: MagentoSimulator
    bridge: World

    def order(self, paid: bool = True, **given: object) -> str:
        items = given.pop("items", [CUPS])
        placed = str(self.simulator.add_order({"billing": BUYER, "items": items, **given}))
        if paid:
            self.simulator.shop.pay(placed)
        return placed

    def numbers(self) -> dict[str, list[str]]:
        """What stands in the comments, by increment id."""
        return {
            order["increment_id"]: [row["comment"] for row in order["status_histories"]]
            for order in self.simulator.shop.shelf.orders()
        }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with world(tmp_path, store="folder") as bridge, MagentoSimulator(tmp_path / "magento.sqlite") as simulator:
        simulator.shop.clock = bridge.now
        simulator.shop.keys.bearer = False
        options = {
            "type": "magento",
            "url": simulator.url,
            "access_token": "env:MAGENTO_TOKEN",
            "consumer_key": "env:MAGENTO_KEY",
            "consumer_secret": "env:MAGENTO_SECRET",
            "access_token_secret": "env:MAGENTO_TOKEN_SECRET",
            "street_lines": ["street", "house_number"],
        }
        folder_store = 'type = "folder"\npath = "drop"\nresults = "results"\nsettle_s = 0\n'
        bridge.edit_settings(folder_store, toml(options))
        bridge.edit_settings('stripe = "prepaid"', 'stripe = "prepaid"\ncheckmo = "prepaid"')
        bridge.environ.update(KEYS)
        bridge.edit_map("tax", "PL VAT 23,S")
        bridge.edit_map("payment", "checkmo,TRANSFER")
        bridge.edit_map("shipping", "flatrate_flatrate,PARCEL")
        yield Shop(simulator, bridge)


def test_a_paid_order_reaches_the_erp_and_its_number_the_shop(shop: Shop) -> None:
    shop.order()
    shop.bridge.go_round()
    assert shop.bridge.states() == {"000000001": "written_back"}
    ((comment,),) = shop.numbers().values()
    assert comment.startswith("ERP number ") and comment.endswith(" (acme)")
    assert shop.bridge.open_exceptions() == []
    assert shop.bridge.damage() == []


def test_our_comment_moves_the_orders_time_and_makes_no_further_file(shop: Shop) -> None:
    shop.order()
    shop.bridge.go_round()
    shop.bridge.later(hours=1)
    shop.bridge.go_round()
    assert (shop.bridge.file_numbers(), len(shop.numbers()["000000001"])) == ([1], 1)


def test_an_order_that_is_paid_20_days_later_goes_then(shop: Shop) -> None:
    placed = shop.order(paid=False)
    shop.bridge.go_round()
    assert shop.bridge.file_numbers() == []
    shop.bridge.later(days=20)
    shop.simulator.shop.pay(placed)
    shop.bridge.go_round()
    assert shop.bridge.states() == {"000000001": "written_back"}


def test_an_order_edited_before_its_export_goes_once_as_it_is_now(shop: Shop) -> None:
    placed = shop.order(paid=False)
    shop.bridge.run_pass()
    shop.bridge.later(minutes=10)
    new = shop.simulator.shop.replace(placed, billing=BUYER, items=[{**CUPS, "qty": 3}])
    shop.simulator.shop.pay(new)
    shop.bridge.go_round()
    assert (shop.bridge.states(), shop.bridge.file_numbers()) == ({"000000001-1": "written_back"}, [1])
    numbers = shop.numbers()
    assert (numbers["000000001"], len(numbers["000000001-1"])) == ([], 1)


def test_an_order_edited_after_its_export_is_a_change_for_a_person_and_no_second_sale(shop: Shop) -> None:
    placed = shop.order()
    shop.bridge.go_round()
    shop.bridge.later(minutes=10)
    new = shop.simulator.shop.replace(placed, billing=BUYER, items=[{**CUPS, "qty": 3}])
    shop.simulator.shop.pay(new)
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["changed-after-export"]
    assert shop.bridge.file_numbers() == [1]


def test_a_malformed_order_stands_still_alone(shop: Shop) -> None:
    shop.order(raw={"grand_total": "twelve"}, paid=False)
    shop.order()
    shop.bridge.go_round()
    assert shop.bridge.codes() == ["order-malformed"]
    assert shop.bridge.states()["000000002"] == "written_back"


def test_a_save_that_changes_more_stops_until_a_person_has_looked(shop: Shop) -> None:
    shop.bridge.edit_settings(
        'type = "magento"\n', 'type = "magento"\next_order_id = true\nstop_file = "state/m.stop"\n'
    )
    shop.simulator.shop.bites = True
    shop.order()
    shop.bridge.go_round()
    assert sorted(shop.bridge.codes()) == ["changed-after-export", "store-changed-more"]  # an item lost its price
    stop_file = shop.bridge.folder / "state" / "m.stop"
    assert stop_file.read_text(encoding="utf-8").startswith("Order 1: only ext_order_id was written into store shop")
    shop.simulator.shop.bites = False
    shop.order()
    shop.bridge.go_round()
    assert "store-writes-stopped" in shop.bridge.codes()
    assert shop.simulator.shop.order(2).get("ext_order_id") is None
    stop_file.unlink()
    for trouble in shop.bridge.exceptions():
        if trouble.code == "store-writes-stopped":
            with shop.bridge.site() as site:
                site.ledger.acts.retry_exception(trouble.exception_id, "ada", "the shop was updated")
    shop.bridge.run_pass()
    assert shop.bridge.states()["000000002"] == "written_back"
    assert shop.simulator.shop.order(2)["ext_order_id"] in shop.numbers()["000000002"][0]
