"""A home-made shop has no API: its database is read and told the ERP's number, or somebody drops its export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.stores.folder.sheets import SHOPIFY, SHOPIFY_ORDER, SHOPIFY_SECOND, sheet
from tests.stores.sql.shops import COLUMNS, TABLES, HomeMadeShop, sqlite_shop
from tests.world import World, toml, world

FOLDER_STORE = 'type = "folder"\npath = "drop"\nresults = "results"\nsettle_s = 0\n'
BUYER: dict[str, Any] = {
    "street": "Długa",
    "house": "7",
    "zip": "30-001",
    "city": "Kraków",
    "country": "PL",
    "last_name": "Example",
}


@contextmanager
def connected(folder: Path, options: dict[str, Any]) -> Iterator[World]:
    """A world whose store has these options."""
    with world(folder / "world", store="folder") as found:
        found.edit_settings(FOLDER_STORE, toml({name: each for name, each in options.items() if name != "columns"}))
        tables = "".join(f"\n[stores.shop.{name}]\n{toml(options[name])}" for name in ("columns",) if name in options)
        path = found.folder / "bridge.toml"
        path.write_text(path.read_text(encoding="utf-8") + tables, encoding="utf-8")
        found.edit_map("sku", "007,40007")
        found.edit_map("sku", "008,40008")
        found.edit_map("sku", "PARCEL,90001")
        found.edit_map("tax", "23%,S")
        found.edit_map("payment", "Przelewy24,CARD")
        found.edit_map("shipping", "Paczkomat InPost,PARCEL")
        yield found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[HomeMadeShop]:
    with sqlite_shop(tmp_path) as found:
        found.execute("ALTER TABLE buyer_order ADD COLUMN house TEXT")
        yield found


@pytest.fixture
def of_database(tmp_path: Path, shop: HomeMadeShop) -> Iterator[World]:
    columns = {**COLUMNS, "billing_house_number": "house"}
    url = shop.url.render_as_string()
    options = {"type": "sql", "url": url, "timezone": "UTC", **TABLES, "columns": columns}
    with connected(tmp_path, options) as found:
        yield found


def test_an_order_goes_from_the_database_to_the_erp_and_its_number_comes_back(
    shop: HomeMadeShop, of_database: World
) -> None:
    placed = shop.shop.place(pay_method="stripe", **BUYER)
    of_database.go_round()
    assert of_database.open_exceptions() == []
    assert of_database.states() == {"A-000001": "written_back"}
    numbers = shop.shop.erp_numbers()
    assert list(numbers) == [placed] and numbers[placed]
    of_database.go_round()
    assert (of_database.file_numbers(), of_database.damage()) == ([1], [])


def test_a_number_that_somebody_typed_into_the_shop_is_never_overwritten(
    shop: HomeMadeShop, of_database: World
) -> None:
    placed = shop.shop.place(pay_method="stripe", **BUYER)
    shop.shop.edit_unseen([placed], erp="BY-HAND-1")
    of_database.go_round()
    assert shop.shop.erp_numbers() == {placed: "BY-HAND-1"}
    assert [title for title, _ in of_database.open_exceptions()] != []


def test_an_export_dropped_twice_makes_one_order_and_its_number_is_a_file(tmp_path: Path) -> None:
    options = {"type": "folder", "path": "drop", "results": "results", "settle_s": 0}
    with connected(tmp_path, options) as found:
        found.edit_settings('stripe = "prepaid"', 'stripe = "prepaid"\nPrzelewy24 = "prepaid"')
        row = SHOPIFY_ORDER | {"Billing Address1": "Długa 1", "Shipping Address1": "Krótka 2"}
        for name in ("monday.csv", "monday-again.csv"):
            (found.folder / "drop" / name).write_text(sheet(SHOPIFY, row, SHOPIFY_SECOND), encoding="utf-8")
            found.go_round()
        assert (found.open_exceptions(), found.states()) == ([], {"#1001": "written_back"})
        results = [path.read_text(encoding="utf-8") for path in (found.folder / "results").glob("results-*.csv")]
        assert len(results) == 1 and "5001," in results[0]
        assert found.file_numbers() == [1]
