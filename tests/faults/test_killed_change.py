"""Killed while a change goes out, the ERP gets it once, under the next number, and the order stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.battery import EVERY_KILL, Zygote, killed_in_one_pass, pass_until_still
from tests.scenarios.test_changes_sent import accepted_order, acme, answer
from tests.world import World, address

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0 if EVERY_KILL else 1800)]

KILLS_IN_CI = 8
SEED = 20261126
SENT, TOLD = "ORD_000001.xml", "CHG_000002.xml"


@contextmanager
def changed_order(folder: Path) -> Iterator[World]:
    """An order that the ERP has, and that the shop has just changed."""
    with acme(folder) as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        yield here


def test_a_change_whose_pass_is_killed_at_any_moment_goes_out_once(tmp_path: Path) -> None:
    moments = killed_in_one_pass(tmp_path, changed_order, goes_out_once, kills_in_ci=KILLS_IN_CI, seed=SEED)
    assert moments >= 40


def goes_out_once(here: World, bridge: Zygote, moment: str) -> None:
    pass_until_still(here, bridge)
    assert here.inbound() == [TOLD, SENT], moment
    answer(here, TOLD, "10452;ok;SO-1;")
    pass_until_still(here, bridge)
    assert here.file_numbers() == [1, 2], moment
    assert here.open_exceptions() == [], moment
    assert here.damage() == [], moment
    assert changes(here) == [("change", 1, "accepted")], moment


def changes(here: World) -> list[tuple[str, int | None, str]]:
    with here.site() as site:
        (order,) = site.ledger.reading.find_orders("10452")
        return [(one.purpose, one.change_number, one.state) for one in site.ledger.reading.changes(order.order_id)]
