"""A cause is cured once, and all its orders go by themselves; what is skipped shows its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.own_profile import own_profile
from tests.world import address, world

pytestmark = pytest.mark.scenario


def test_one_missing_sku_holds_its_orders_and_one_cure_frees_them(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="ABC-123")
        here.order_paid(10453, sku="ABC-123")
        here.run_pass()
        assert here.open_exceptions() == [("Missing SKU mapping for ABC-123", ["10452", "10453"])]
        assert here.inbound() == []
        here.edit_map("sku", "ABC-123,40099")
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}
        assert here.open_exceptions() == []


def test_a_wrong_country_code_of_many_orders_is_one_cause(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        for number in (10452, 10453):
            here.order_paid(number, billing=address(country="UK"))
        here.order_paid(10454, billing=address(country="EL"))
        here.run_pass()
        held = [(title, sorted(set(numbers))) for title, numbers in here.open_exceptions()]  # both addresses of each
        assert held == [("UK in shop is no country", ["10452", "10453"]), ("EL in shop is no country", ["10454"])]
        assert [one.orders for one in here.exceptions()] == [2, 1]


def test_a_code_that_the_erp_does_not_know_is_one_cause_and_one_cure_frees_its_orders(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        limit = (
            '[[limits]]\nfield = "payment.erp_code"\nlabel = "Payment"\ncodes = ["BLIK"]\nsource = "agreed"\n\n[file]\n'
        )
        own_profile(here, ("[file]\n", limit))
        for number in (10452, 10453):
            here.order_paid(number)
        here.run_pass()
        assert here.open_exceptions() == [("The ERP does not know the ERP payment code CARD", ["10452", "10453"])]
        payment = here.folder / "maps" / "payment.csv"
        payment.write_text(payment.read_text("utf-8").replace("stripe,CARD", "stripe,BLIK"), "utf-8")
        here.go_round()
        assert (here.open_exceptions(), len(here.shop.erp_numbers())) == ([], 2)


def test_fifty_bad_orders_at_the_head_of_the_queue_stop_no_good_one(tmp_path: Path) -> None:
    """Pain 22: one bad order stops the others."""
    with world(tmp_path / "w", "csv") as here:
        for number in range(100, 150):
            here.order_paid(number, sku=f"GONE-{number}")
        here.order_paid(10452)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert len(here.open_exceptions()) == 50


def test_all_problems_of_an_order_are_told_at_once(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="ABC-123", billing=address(address_1="Długa", postcode="99"))
        here.run_pass()
        assert sorted(here.codes()) == ["house-number-missing", "postal-code", "sku-unmapped"]


def test_an_unpaid_order_is_skipped_by_its_rule_and_goes_when_it_is_paid(tmp_path: Path) -> None:
    """Pain 21: an order not yet payable when first seen is forgotten."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452, status="pending", date_paid_gmt=None)
        here.go_round()
        assert (here.orders()["10452"].state.value, here.orders()["10452"].rule) == ("skipped", "unpaid")
        here.later(days=20)
        here.shop.shop.clock = here.now
        here.shop.pay(10452)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_leading_zeros_of_a_sku_live_all_the_way(tmp_path: Path) -> None:
    """Pain 17: SKUs lose zeros."""
    with world(tmp_path / "w", "csv") as here:
        here.order_paid(10452, sku="00173")
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_a_map_damaged_by_a_spreadsheet_is_refused_with_its_line(tmp_path: Path) -> None:
    """Pain 17: keys turn into 4.9E+10."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.edit_map("sku", "4.9E+10,40018")
        here.run_pass()
        (only,) = here.exceptions()
        assert only.code == "configuration"
        assert "sku.csv:4" in only.message
