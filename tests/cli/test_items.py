"""`bridge items`: the ERP's list comes in, and what the shop sells without the ERP having it is told beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.json_keys import PRINTED
from tests.cli.commands import bridge
from tests.world import World, canonical, world


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """A shop that sold: two cups, two lamps that no map knows, and something without a SKU."""
    with world(tmp_path / "w") as made:
        for number, sku in ((1, "1001"), (2, "1001"), (3, "LAMP"), (4, "LAMP"), (5, ""), (6, "00173")):
            made.order_paid(number, sku=sku)
        made.run_pass()
        yield made


def told(here: World, *words: str) -> list[dict[str, Any]]:
    """What `bridge items report` finds, as JSON."""
    found: list[dict[str, Any]] = bridge(here, "items", "report", *words, "--json").json()
    return found


def short(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows without what is the same in all."""
    return [(row["sku"], row["why"], row["article"], row["orders"]) for row in rows]


def items_file(here: World, content: str) -> str:
    """A file that the ERP exported."""
    path = here.folder / "exported.csv"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_what_is_missing_is_told_with_how_many_orders_and_the_row_that_cures_it(here: World) -> None:
    rows = told(here)
    assert short(rows) == [("LAMP", "no-mapping", "", 2), ("", "no-sku", "", 1)]
    assert all(set(row) == set(PRINTED["items report"].keys) for row in rows)
    assert rows[0]["action"] == "Add to maps/sku.csv: LAMP,ARTICLE"
    assert (rows[0]["store"], rows[0]["flow"], rows[0]["endpoint"]) == ("shop", "shop-acme", "acme")
    here.edit_map("sku", "LAMP,40999")
    assert short(told(here)) == [("", "no-sku", "", 1)]


def test_an_imported_list_tells_which_articles_of_the_map_the_erp_has(here: World) -> None:
    here.edit_map("sku", "LAMP,40999")
    file = items_file(here, "Artikel;Name\n40017;Cup\n0040999;Lamp\n")
    done = bridge(here, "items", "import", file, "--endpoint", "acme", "--column", "Artikel", "--json").json()
    assert (done["articles"], done["before"], done["unknown_lines"]) == (2, None, [3, 4])
    assert done["message"] == (
        "acme has 2 articles. maps/sku.csv names articles that are not in it: line 3 (40173), line 4 (40999)."
    )
    rows = told(here)
    assert short(rows) == [
        ("LAMP", "no-article", "40999", 2),
        ("", "no-sku", "", 1),
        ("00173", "no-article", "40173", 1),
    ]
    assert rows[0]["action"] == "The list has 0040999: correct the row of LAMP in maps/sku.csv."


def test_what_the_shop_only_offers_is_looked_at_too(here: World) -> None:
    offered = items_file(here, "name,sku\nCup,1001\nHat,HAT\nLamp,LAMP\nNo code,\n")
    rows = told(here, "--offered", offered)
    assert short(rows) == [("LAMP", "no-mapping", "", 2), ("", "no-sku", "", 1), ("HAT", "no-mapping", "", 0)]
    assert rows[2]["last_sold_at"] is None


def test_only_orders_that_a_flow_takes_and_of_the_days_asked_for_count(here: World) -> None:
    here.shop.edit(3, status="cancelled")
    here.later(minutes=10)
    here.run_pass()
    assert short(told(here)) == [("", "no-sku", "", 1), ("LAMP", "no-mapping", "", 1)]
    here.edit_settings("orders_from = 2020-01-01T00:00:00Z", "orders_from = 2199-01-01T00:00:00Z")
    assert told(here) == []
    here.edit_settings("orders_from = 2199-01-01T00:00:00Z", 'orders_from = 2020-01-01T00:00:00Z\nstatuses = ["sent"]')
    assert told(here) == []


def test_a_kit_in_one_line_needs_no_articles_of_its_components(tmp_path: Path) -> None:
    lines = [
        {"position": 1, "kind": "kit", "sku": "KIT", "net": "20.00", "tax": "4.60", "gross": "24.60"},
        {"position": 2, "kind": "kit_component", "sku": "PART", "parent_position": 1},
    ]
    with world(tmp_path / "w", store="folder") as made:
        made.drop("orders.jsonl", canonical("1") | {"lines": lines, "created_at": made.now().isoformat()})
        made.run_pass()
        assert short(told(made)) == [("KIT", "no-mapping", "", 1), ("PART", "no-mapping", "", 1)]
        made.edit_settings("[flows.shop-acme]\n", '[flows.shop-acme]\nkit = "bundle"\n')
        assert short(told(made)) == [("KIT", "no-mapping", "", 1)]
        made.edit_settings('kit = "bundle"', 'kit = "components"')
        assert short(told(made)) == [("PART", "no-mapping", "", 1)]


def test_check_counts_what_is_missing_once_there_is_a_list(here: World) -> None:
    def findings() -> dict[str, tuple[bool, str]]:
        found = bridge(here, "check", "--offline", "--json").json()
        return {one["what"]: (one["fine"], one["detail"]) for one in found if one["what"].startswith("items")}

    assert findings() == {}
    file = items_file(here, "erp_sku\n40017\n40173\n")
    assert bridge(here, "items", "import", file, "--endpoint", "acme").exit_code == 0
    found = findings()
    assert found.pop("items acme")[1].startswith("2 articles, imported on ")
    assert found == {"items of shop": (False, "2 of the SKUs sold in the last 30 days have no article in the ERP")}
    here.edit_map("sku", "LAMP,50000")
    assert findings()["items"] == (
        False, "1 rows of maps/sku.csv name articles that no item list has: 50000 (line 4)"
    )  # fmt: skip


def test_names_that_are_not_there_and_files_that_cannot_be_read_end_with_a_cure(here: World) -> None:
    file = items_file(here, "erp_sku\n4.9E+10\n")
    unread = bridge(here, "items", "import", file, "--endpoint", "acme")
    assert (unread.exit_code, "looks like a long number" in unread.err) == (2, True)
    assert not (here.folder / "maps" / "items").exists()
    assert "Endpoint acne is not there." in bridge(here, "items", "import", file, "--endpoint", "acne").err
    assert "Store shops is not there." in bridge(here, "items", "report", "--store", "shops").err
    two = bridge(here, "items", "import", file, "--endpoint", "acme", "--delimiter", "||")
    assert two.exit_code == 2
    assert "one character" in two.err
    tabs = items_file(here, "n\terp_sku\n1\t40017\n")
    assert bridge(here, "items", "import", tabs, "--endpoint", "acme", "--delimiter", "tab").exit_code == 0


def test_the_list_is_no_map_and_no_part_of_what_an_order_is_judged_by(here: World) -> None:
    here.go_round()
    before = here.states()
    file = items_file(here, "erp_sku\nnothing\n")
    bridge(here, "items", "import", file, "--endpoint", "acme")
    here.later(minutes=10)
    here.go_round()
    assert here.states() == before
    assert here.damage() == []


@pytest.mark.parametrize(
    "export",
    [
        "ID,Type,SKU,Name\n7,simple,HAT,Hat\n8,variable,,Shirt\n",
        "Handle,Title,Variant SKU,Variant Price\nhat,Hat,HAT,10.00\nhat,,,\n",
        "sku,store_view_code,name\nHAT,,Hat\n",
        "Product ID;Image;Name;Reference;Category\n7;;Hat;HAT;Clothes\n",
    ],
)
def test_a_shops_product_export_is_read_as_it_is(here: World, export: str) -> None:
    rows = told(here, "--offered", items_file(here, export))
    assert ("HAT", "no-mapping", "", 0) in short(rows)


def test_an_export_without_a_usual_column_is_refused_with_its_columns(here: World) -> None:
    said = bridge(here, "items", "report", "--offered", items_file(here, "Nummer,Name\nHAT,Hat\n"))
    assert said.exit_code == 2
    assert "has no column of SKUs that is known by its name" in said.err
    assert "Name it with --column. Its columns: Nummer, Name." in said.err
