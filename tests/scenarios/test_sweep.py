"""What no modification time shows is found by the slow sweep, told as the business tells it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.revision import MAPPER_VERSION
from bridge.simulator.store_faults import Fault, FaultKind
from tests.world import World, world

A_DAY_H = 25


def swept(here: World) -> None:
    """The passes of the next day: the first one only starts the sweep's clock where none has run."""
    here.run_pass()
    here.later(hours=A_DAY_H)
    here.run_pass()


def test_an_address_edited_past_the_shops_own_time_is_found_within_a_day(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="write_back = false") as here:  # ours would move the time
        two_hours_ago = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%S}"  # behind what is read twice
        here.order_paid(10452, date_modified_gmt=two_hours_ago)
        here.order_paid(10453)
        here.go_round()
        here.shop.shop.edit_unseen(10452, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.later(minutes=10)
        here.run_pass()
        assert here.codes() == []
        swept(here)
        assert here.codes() == ["changed-after-export"]


def test_an_order_deleted_before_its_export_does_not_go(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453, sku="NO-SUCH")
        here.order_paid(10454)
        here.go_round()
        assert here.codes() == ["sku-unmapped"]
        here.shop.shop.delete(10453)
        swept(here)
        assert here.codes() == []
        assert here.states()["10453"] == "cancelled"


def test_an_order_in_the_bin_that_is_restored_goes_after_all(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453, sku="NO-SUCH")
        here.order_paid(10454)
        here.go_round()
        here.shop.shop.set_status(10453, "trash")
        swept(here)
        assert here.states()["10453"] == "cancelled"
        here.shop.shop.set_status(10453, "processing")
        here.edit_map("sku", "NO-SUCH,40999")
        here.later(minutes=10)
        here.go_round()
        assert here.states()["10453"] == "written_back"


@pytest.mark.parametrize("cancellations", ["hold", "send"])
def test_an_order_deleted_after_its_export_is_a_persons_to_decide(tmp_path: Path, cancellations: str) -> None:
    with world(tmp_path / "w", flow=f'cancellations = "{cancellations}"') as here:
        for number in (10452, 10453, 10454):
            here.order_paid(number)
        here.go_round()
        here.shop.shop.delete(10453)
        swept(here)
        here.go_round()
        (code,) = here.codes()
        assert code == ("deleted-in-store" if cancellations == "send" else "cancelled-after-export")
        assert here.states()["10453"] == "written_back"


def test_an_upgrade_of_the_mapping_makes_no_change_that_nobody_made(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453)
        here.go_round()
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        with ledger:  # as an older version kept them
            ledger.execute("UPDATE revisions SET digest = 'older-' || order_id, mapper_version = '0'")
            ledger.execute("UPDATE orders SET latest_digest = 'older-' || id")
        here.shop.edit(10453, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.later(minutes=10)
        here.run_pass()
        assert here.open_exceptions() == [("Order 10453 was changed in the store after it was sent", ["10453"])]
        rows = ledger.execute("SELECT DISTINCT mapper_version FROM revisions WHERE digest NOT LIKE 'older%'").fetchall()
        assert rows == [(MAPPER_VERSION,)]
        ledger.close()


def test_a_store_that_asks_to_come_later_is_left_alone_until_then(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS))
        here.run_pass()
        asked = here.shop.requests()
        assert here.codes() == ["store-busy"]
        here.run_pass()
        assert here.shop.requests() == asked
        here.later(seconds=91)
        here.run_pass()
        assert here.codes() == []
        assert len(here.shop.requests()) > len(asked)
