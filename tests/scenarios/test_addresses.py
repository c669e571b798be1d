"""Addresses on their way: what buyers type, what the ERP gets of it, and what a person is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.cli.orders import whole_story
from tests.readers.csv_orders import read_orders
from tests.world import World, address, world

pytestmark = pytest.mark.scenario
FIELDS = ("street", "house_number", "flat", "extra", "postal_code", "city")


def sent(here: World) -> dict[str, tuple[str, ...]]:
    """External id to the delivery address, of all files."""
    found = {}
    for file in (here.folder / "archive" / "days").glob("*/*/out/*.csv"):
        for order in read_orders(file.read_bytes()):
            found[order["external_id"]] = tuple(order[f"delivery.{name}"] for name in FIELDS)
    return found


def told(here: World, number: str) -> dict[str, Any]:
    """What `bridge orders show --json` prints of an order."""
    with here.site() as site:
        (view,) = site.ledger.reading.find_orders(number)
        return whole_story(site, view)


def test_a_shop_with_one_line_feeds_an_erp_with_a_field_for_the_number(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        here.order_paid(1, billing=address(address_1="Długa 12 m. 3", postcode="30001"))
        here.order_paid(2, billing=address(address_1="3 Maja", address_2="12/3"))
        here.order_paid(3, billing=address(address_1="Torstraße 118", postcode="D-10115", city="Berlin", country="DE"))
        here.go_round()
        assert sent(here) == {
            "1": ("Długa", "12", "3", "", "30-001", "Kraków"),
            "2": ("3 Maja", "", "", "12/3", "30-001", "Kraków"),
            "3": ("Torstraße", "118", "", "", "10115", "Berlin"),
        }
        assert [note["note"] for note in told(here, "1")["written_otherwise"]] == [
            "Billing and delivery: the house number was told apart from the street.",
            "Billing and delivery: the postal code was written as its country writes it.",
        ]
        assert told(here, "2")["written_otherwise"] == []


def test_a_flow_sends_addresses_as_given(tmp_path: Path) -> None:
    flow = 'as_given = ["house_number", "postal_code", "phone"]\nchecks_off = ["postal-code"]'
    with world(tmp_path / "w", "csv", flow=flow) as here:
        here.order_paid(1, billing=address(address_1="Długa 12 m. 3", postcode="30001"))
        here.go_round()
        assert sent(here) == {"1": ("Długa 12 m. 3", "", "", "", "30001", "Kraków")}


def test_a_post_office_box_and_a_damaged_name_wait_for_a_person_and_one_switch_lets_them_go(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        here.order_paid(1, billing=address(address_1="Skrytka pocztowa 5"))
        here.order_paid(2, billing=address(city="KrakĂłw"))
        here.go_round()
        assert sent(here) == {}
        assert here.open_exceptions() == [
            ("Order 1: the delivery address is a post office box", ["1"]),
            ("Order 2: delivery city is damaged text", ["2"]),
        ]
        here.edit_settings('mode = "full"', 'mode = "full"\nchecks_off = ["po-box", "text-damaged"]')
        here.go_round()
        assert sorted(sent(here)) == ["1", "2"]
        assert here.open_exceptions() == []
