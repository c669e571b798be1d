"""Products the whole way: what the shop sells as one thing reaches the ERP as the articles that it has."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world import World, world

pytestmark = pytest.mark.scenario

HEAD = "store_sku,erp_sku,quantity,weight,valid_from,valid_until\n"
SET = HEAD + "POT-SET,POT,1,70,,\nPOT-SET,LID,1,25,,\nPOT-SET,SPOON,3,5,,\nSIX,COLA,6,,,\n1001,40017,,,,\n"


def sku_map(here: World, content: str) -> None:
    """Somebody saves the SKU map."""
    (here.folder / "maps" / "sku.csv").write_text(content, encoding="utf-8")


def test_a_set_and_a_pack_reach_the_erp_in_their_parts_and_the_cent_is_right(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        sku_map(here, SET)
        here.shop.add_order(
            {
                "id": 10452, "payment_method": "stripe", "status": "processing",
                "date_paid_gmt": "2026-03-01T10:00:00",
                "line_items": [
                    {"sku": "POT-SET", "name": "Pot set", "quantity": 1, "total": "99.99", "tax_rate": "23"},
                    {"sku": "SIX", "name": "Six-pack", "quantity": 2, "total": "10.00", "tax_rate": "23"},
                ],
                "shipping_lines": [{"method_id": "flat_rate", "total": "5.00", "tax_rate": "23"}],
            }
        )  # fmt: skip
        here.go_round()
        assert (here.states(), here.open_exceptions()) == ({"10452": "written_back"}, [])
        assert here.erp.control_totals() == {"EUR": Decimal("141.44")}
        (file,) = here.folder.glob("archive/days/*/acme/out/*.xml")
        text = file.read_text(encoding="utf-8")
        assert [text.count(f">{article}<") for article in ("POT", "LID", "SPOON", "COLA")] == [1, 1, 1, 1]
        assert ">12<" in text  # pieces of two six-packs
        assert (">69.99<" in text, ">25.00<" in text, ">5.00<" in text) == (True, True, True)


def test_an_article_is_replaced_on_a_day_and_a_gap_waits_for_one_row(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        today = here.now().date()
        before, after = today - timedelta(days=3), today + timedelta(days=3)
        sku_map(here, f"{HEAD}1001,OLD,,,,{before}\n1001,NEW,,,{after},\n")
        here.order_paid(10452)
        here.order_paid(10453)
        here.run_pass()
        first, last = today - timedelta(days=2), today + timedelta(days=2)
        assert here.open_exceptions() == [(f"SKU 1001 has no mapping from {first} to {last}", ["10452", "10453"])]
        here.edit_map("sku", f"1001,40017,,,{first},{last}")
        here.go_round()
        assert (here.open_exceptions(), here.shop.erp_numbers()) == ([], {"10452": "SO-1", "10453": "SO-2"})
        (kept,) = here.folder.glob("archive/contracts/*/timezone.txt")  # whose days the map's rows speak of
        with here.site() as site:
            assert kept.read_text(encoding="utf-8") == f"{site.deployment.timezone.key}\n"


def test_a_map_with_a_mistake_stops_nothing_that_is_on_its_way_and_says_the_line(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        sku_map(here, f"{HEAD}1001,40017,,,,\n1001,40018,,,,\n")
        here.order_paid(10453)
        here.later(minutes=5)
        here.run_pass()
        (title,) = {title for title, _ in here.open_exceptions()}
        assert title.startswith("maps/sku.csv:3: '1001' stands on line 2 already")
        sku_map(here, f"{HEAD}1001,40017,,,,\n")
        here.later(minutes=5)
        here.go_round()
        assert (here.open_exceptions(), sorted(here.shop.erp_numbers())) == ([], ["10452", "10453"])
