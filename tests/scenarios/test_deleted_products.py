"""A shop shows no SKU of a product that was deleted. The sale stands, and what is known of its lines is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.world import World, world

pytestmark = pytest.mark.scenario

UNPAID: dict[str, Any] = {"status": "pending", "date_paid_gmt": None}
PAID: dict[str, Any] = {"status": "processing", "date_paid_gmt": "2026-03-20T10:00:00"}
CUP = {"product_id": 5, "sku": "1001", "name": "Enamel cup", "quantity": 2, "total": "20.00", "tax_rate": "23"}
POT = {"product_id": 6, "sku": "1002", "name": "Enamel cup", "quantity": 2, "total": "20.00", "tax_rate": "23"}


def deleted(here: World, *products: int) -> None:
    for product in products:
        here.shop.shop.shelf.set_live_sku(product, None)


def test_an_order_paid_after_its_product_was_deleted_goes_with_the_sku_that_was_sold(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, line_items=[CUP], **UNPAID)
        here.go_round()
        deleted(here, 5)
        here.shop.edit(10452, **PAID)
        here.run_pass()
        assert b">1001<" in (here.erp_root / "in" / "ORD_000001.xml").read_bytes()
        here.go_round()
        assert here.codes() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        here.shop.edit(10452, customer_note="Leave it at the door")
        here.go_round()
        assert here.file_numbers() == [1]


def test_of_edited_lines_nobody_guesses_which_sku_a_deleted_product_had(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, line_items=[CUP, POT], **UNPAID)
        here.go_round()
        deleted(here, 5, 6)
        pot = here.shop.order(10452)["line_items"][1]
        here.shop.edit(10452, line_items=[pot], total="30.75", total_tax="5.75", **PAID)
        here.go_round()
        assert here.codes() == ["sku-missing"]
