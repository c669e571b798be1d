"""A PrestaShop's orders go the whole way to an ERP and back, told as the business tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.simulator.prestashop.orders import Basket, Goods, Rule
from bridge.simulator.prestashop.simulator import DEMO_KEY, PrestaShopSimulator
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.prestashop.write_back import number_in
from tests.world import World, world

FOLDER_STORE = 'type = "folder"\npath = "drop"\nresults = "results"\nsettle_s = 0\n'
CUPS = Goods("1001", 2, "10.00", name="Enamel cup")
BOOK = Goods("00173", 1, "20.00", rate="8", name="Book")
MAPS = {"tax": ("23%,S", "8%,R", "0%,Z"), "payment": ("ps_wirepayment,TRANSFER",), "shipping": ("2,PARCEL",)}


@contextmanager
def presta(folder: Path) -> Iterator[tuple[World, PrestaShopSimulator]]:
    """A world whose shop is a PrestaShop."""
    with world(folder, store="folder") as here, PrestaShopSimulator(clock=here.now) as shop:
        here.environ["PRESTA_KEY"] = DEMO_KEY
        here.edit_settings(FOLDER_STORE, f'type = "prestashop"\nurl = "{shop.url}"\nkey = "env:PRESTA_KEY"\n')
        here.edit_settings('bacs = "bank_transfer"', 'ps_wirepayment = "bank_transfer"')
        for name, lines in MAPS.items():
            for line in lines:
                here.edit_map(name, line)
        yield here, shop


def place(shop: PrestaShopSimulator, *goods: Goods, paid: bool = True, rules: tuple[Rule, ...] = ()) -> str:
    """An order of goods with a parcel."""
    return shop.shop.place(Basket(goods or (CUPS,), shipping="6.15", rules=rules), paid=paid)


def numbers(shop: PrestaShopSimulator, placed: list[str]) -> list[list[str]]:
    """The ERP numbers that stand in each order's messages."""
    return [[number_in(text, "acme") for text in shop.shop.messages(one)] for one in placed]


@pytest.mark.scenario
def test_paid_orders_become_documents_and_their_numbers_stand_in_the_shop(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        placed = [
            place(shop),
            place(shop, CUPS, BOOK),
            place(shop, CUPS, rules=(Rule("Spring", "12.30", "10.00"),)),
        ]
        waits = place(shop, paid=False)
        here.go_round()
        assert here.erp.external_ids() == placed
        assert numbers(shop, placed) == [["SO-1"], ["SO-2"], ["SO-3"]]
        assert {str(value) for value in here.erp.control_totals().values()} == {"101.55"}
        assert here.erp.complaints() == []
        assert here.open_exceptions() == []
        here.later(days=1)
        shop.shop.pay(waits)
        here.go_round()
        assert numbers(shop, [waits]) == [["SO-4"]]
        assert here.damage() == []
        assert not [request for request in shop.requests() if request.startswith(("PUT", "PATCH", "DELETE"))]


@pytest.mark.scenario
def test_a_line_that_breaks_after_the_message_was_written_writes_no_second_one(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        placed = [place(shop), place(shop)]
        shop.break_with(Fault(FaultKind.RESET_AFTER, when="POST messages"))
        here.go_round()
        here.later(hours=1)
        here.go_round()
        assert numbers(shop, placed) == [["SO-1"], ["SO-2"]]
        assert here.open_exceptions() == []


@pytest.mark.scenario
def test_an_order_that_the_shop_cannot_show_keeps_no_other_from_its_way(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        first, broken, last = (place(shop) for _ in range(3))
        shop.door.unreadable.add(int(broken))
        here.go_round()
        assert here.codes() == ["order-malformed"]
        assert here.erp.external_ids() == [first, last]
        shop.door.unreadable.clear()
        here.later(minutes=10)
        shop.shop.save(broken)
        here.go_round()
        assert here.erp.external_ids() == [first, last, broken]
        assert here.codes() == []


@pytest.mark.scenario
def test_a_slip_after_the_export_is_a_change_that_a_person_is_told(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        placed = place(shop)
        here.go_round()
        here.later(hours=2)
        detail = shop.shop.details(placed)[0]["id"]
        shop.shop.refund(placed, {detail: (1, "10.00", "12.30")})
        here.run_pass()
        assert here.codes() == ["changed-after-export"]


@pytest.mark.scenario
def test_an_order_unpaid_at_first_sight_and_paid_20_days_later_goes_through(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        waits, never = place(shop, paid=False), place(shop, paid=False)
        for days in (1, 12, 7):  # behind the last of them the order is older than the sweep looks
            here.run_pass()
            here.later(days=days)
        assert here.file_numbers() == []
        shop.shop.add_payment(waits)  # of bank statements, by a module: no state changes, and no order's time moves
        here.go_round()
        assert numbers(shop, [waits, never]) == [["SO-1"], []]
        assert here.erp.external_ids() == [waits]


@pytest.mark.scenario
def test_a_corrected_time_zone_of_the_shop_changes_no_order_of_the_past(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        setting = next(row["id"] for row in shop.shop.tables.rows("configurations") if row["name"] == "PS_TIMEZONE")
        shop.shop.tables.change("configurations", setting, value="America/New_York")
        placed, _ = place(shop), place(shop)
        here.go_round()
        shop.shop.tables.change("configurations", setting, value=shop.shop.zone.key)
        for _ in range(2):  # the sweep reads them all again
            here.later(hours=25)
            here.run_pass()
        assert (here.codes(), here.file_numbers()) == ([], [1, 2])
        shop.shop.new_address(placed, address1="Krótka 9")
        here.run_pass()
        (trouble,) = here.exceptions()
        assert trouble.code == "changed-after-export"
        assert "created at" not in trouble.message and "paid at" not in trouble.message


@pytest.mark.scenario
def test_a_quiet_shop_writes_nothing(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        place(shop)
        here.go_round()
        here.later(seconds=timedelta(hours=1).total_seconds())
        here.run_pass()
        before = sorted((path, path.stat().st_mtime_ns) for path in (here.folder / "archive").rglob("*"))
        here.run_pass()
        assert sorted((path, path.stat().st_mtime_ns) for path in (here.folder / "archive").rglob("*")) == before


@pytest.mark.scenario
def test_a_corrected_time_zone_of_the_shop_is_no_change_of_orders_that_the_erp_has(tmp_path: Path) -> None:
    with presta(tmp_path / "w") as (here, shop):
        placed = [place(shop), place(shop)]
        here.go_round()
        here.later(hours=1)
        here.go_round()
        assert here.erp.external_ids() == placed
        before = latest_digests(here)
        zone = next(row for row in shop.shop.tables.rows("configurations") if row["name"] == "PS_TIMEZONE")
        shop.shop.tables.change("configurations", zone["id"], value="America/Chicago")
        here.later(hours=25)
        here.go_round()
        assert not before & latest_digests(here)  # all were read, with times of another zone
        assert here.open_exceptions() == []


def latest_digests(here: World) -> set[str]:
    """What tells the newest content of each order from its others."""
    with here.site() as site:
        return {site.ledger.reading.revisions(one.order_id)[-1].digest for one in site.ledger.reading.orders()}
