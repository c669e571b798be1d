"""Killed at any moment of a pass that reads anew, sweeps and watches: what only the sweep sees is taken once, and so is
what a corrected setting says; an order that the shop has no more never goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.battery import EVERY_KILL, Zygote, go_on, killed_in_one_pass
from tests.world import World, world

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0 if EVERY_KILL else 1800)]

KILLS_IN_CI = 8
SEED = 20261127
WATCH = '[stores.shop.watch]\nsilence_hours = 500\nbusiness_hours = "Mon-Sun 00:00-24:00"\n'


@contextmanager
def due_for_a_sweep(folder: Path) -> Iterator[World]:
    """One order with the ERP, one held until an edit that moves no time, one held and deleted in the shop since, which
    was missed already.
    """
    with world(folder, "csv") as here:
        path = here.folder / "bridge.toml"
        path.write_text(path.read_text(encoding="utf-8") + WATCH, encoding="utf-8")
        placed = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"
        for number, sku in ((10452, "1001"), (10453, ""), (10454, "NO-SUCH"), (10455, "NO-SUCH")):
            times = {"date_created_gmt": placed, "date_modified_gmt": placed}
            here.order_paid(number, sku=sku, meta_data=[{"key": "_vat", "value": "PL1234563218"}], **times)
        here.run_pass()
        here.erp.import_all()
        line = here.shop.shop.order(10453)["line_items"][0]
        here.shop.shop.edit_unseen(10453, line_items=[{**line, "sku": "1001"}])
        here.shop.shop.delete(10454)
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\ntax_id_keys = ["_vat"]')
        with sqlite3.connect(here.folder / "state" / "ledger.sqlite") as ledger:  # as after a day
            long_ago = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%dT%H:%M:%S+00:00}"
            since = "UPDATE flows SET cursor = json_set(cursor, '$.swept_at', ?, '$.missed', json_object('10454', ?))"
            ledger.execute(since, (long_ago, long_ago))
        ledger.close()
        yield here


def swept_once(here: World, bridge: Zygote, moment: str) -> None:
    go_on(here, bridge)
    assert here.states() == {
        "10452": "written_back", "10453": "written_back", "10454": "cancelled", "10455": "held",
    }, moment  # fmt: skip
    assert here.erp.external_ids() == ["10452", "10453"], moment
    assert here.erp.duplicates() == [], moment
    assert [len(here.shop.notes(number)) for number in (10452, 10453)] == [1, 1], moment
    assert here.file_numbers() == [1, 2], moment
    assert here.damage() == [], moment
    assert here.codes() == ["sku-unmapped"], moment
    with here.site() as site:
        (held,) = site.ledger.reading.find_orders("10455")
        kept = [b"PL1234563218" in one.content for one in site.ledger.reading.revisions(held.order_id)]
    assert kept == [False, True], moment


def test_a_pass_that_sweeps_and_is_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    moments = killed_in_one_pass(tmp_path, due_for_a_sweep, swept_once, kills_in_ci=KILLS_IN_CI, seed=SEED)
    assert moments >= 60
