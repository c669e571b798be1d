"""A home-made shop has no API: its database is read and told the ERP's number, or somebody drops its export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.flow.trial import try_everything
from tests.stores.folder.sheets import SHOPIFY, SHOPIFY_ORDER, SHOPIFY_SECOND, sheet
from tests.stores.sql.shops import COLUMNS, TABLES, HomeMadeShop, sqlite_shop
from tests.world import World, canonical, toml, world

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
        nested = {name: each for name, each in options.items() if isinstance(each, dict)}
        found.edit_settings(FOLDER_STORE, toml({name: each for name, each in options.items() if name not in nested}))
        tables = "".join(f"\n[stores.shop.{name}]\n{toml(each)}" for name, each in nested.items())
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


def of_tables(shop: HomeMadeShop, **options: Any) -> dict[str, Any]:
    """The options of a store that reads the shop's tables."""
    columns = {**COLUMNS, "billing_house_number": "house"}
    url = shop.url.render_as_string()
    return {"type": "sql", "url": url, "timezone": "UTC", **TABLES, "columns": columns, **options}


@pytest.fixture
def of_database(tmp_path: Path, shop: HomeMadeShop) -> Iterator[World]:
    with connected(tmp_path, of_tables(shop)) as found:
        yield found


def findings_of(found: World) -> dict[str, str]:
    """What `bridge check` says, by what it looked at."""
    with found.site() as site:
        return {one.what: one.detail for one in try_everything(site.deployment, found.now, offline=False)}


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


def test_an_order_paid_twenty_days_later_goes_through_though_nothing_sets_a_time_of_change(
    tmp_path: Path, shop: HomeMadeShop
) -> None:
    columns = {ours: theirs for ours, theirs in COLUMNS.items() if ours != "updated_at"}
    options = of_tables(shop, columns={**columns, "billing_house_number": "house"})
    with connected(tmp_path, options) as found:
        late = shop.shop.place(pay_method="stripe", paid_on=None, **BUYER)
        shop.clock.advance(minutes=1)
        paid = shop.shop.place(pay_method="stripe", **BUYER)
        found.go_round()
        found.later(days=20)
        found.go_round()
        shop.shop.edit_unseen([late], paid_on=shop.shop.time(found.now()))
        found.go_round()
        assert list(shop.shop.erp_numbers()) == [paid]  # the sweep is not due again before tomorrow
        found.later(hours=25)
        found.go_round()
        assert list(shop.shop.erp_numbers()) == [late, paid]
        said = findings_of(found)
        words = "a payment more than 45 days after the order is never seen"
        assert words in said["store shop: time of change"]


def test_an_order_paid_twenty_days_later_goes_through_by_the_file_that_says_so(tmp_path: Path) -> None:
    with world(tmp_path / "world", store="folder") as found:
        order = canonical("10452")
        totals = {**order["totals"], "paid": "0.00", "due": order["totals"]["gross"]}
        found.drop("monday.jsonl", {**order, "payment": {"method": "stripe", "state": "unpaid"}, "totals": totals})
        found.go_round()
        assert found.states() == {"10452": "skipped"}
        found.later(days=20)
        found.go_round()
        found.drop("weeks-later.jsonl", order)
        found.go_round()
        assert (found.states(), found.open_exceptions()) == ({"10452": "written_back"}, [])


def test_the_status_that_we_set_with_the_number_is_no_change_of_the_order(tmp_path: Path, shop: HomeMadeShop) -> None:
    with connected(tmp_path, of_tables(shop, status_after={"new": "in_erp"})) as found:
        placed = shop.shop.place(pay_method="stripe", **BUYER)
        found.go_round()
        shop.shop.edit([placed])  # its time of change moves, as a trigger would have it
        found.go_round()
        assert (found.states(), found.file_numbers()) == ({"A-000001": "written_back"}, [1])
        assert found.open_exceptions() == []


@pytest.mark.parametrize("listed", [False, True])
def test_the_check_says_where_no_status_word_is_unknown(of_database: World, listed: bool) -> None:
    if listed:
        of_database.edit_settings('store = "shop"\n', 'store = "shop"\nknown_statuses = ["new"]\n')
    said = findings_of(of_database).get("store shop: unknown statuses", "")
    assert ("no order is held for a status that nobody knows" in said) is not listed
