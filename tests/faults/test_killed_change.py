"""Killed while a change goes out, the ERP gets it once, under the next number, and the order stays as it was."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.battery import Moment, Zygote, zygote
from tests.scenarios.test_changes_sent import accepted_order, acme, answer
from tests.world import World, address

pytestmark = [pytest.mark.fault, pytest.mark.timeout(1800)]

KILLS_IN_CI = 8
SEED = 20261126
PASSES_MAX = 10
ENVIRON = {"SHOP_KEY": "ck_demo", "SHOP_SECRET": "cs_demo"}
SENT, TOLD = "ORD_000001.xml", "CHG_000002.xml"


@contextmanager
def changed_order(folder: Path) -> Iterator[World]:
    """An order that the ERP has, and that the shop has just changed."""
    with acme(folder) as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        yield here


def effects_of_a_clean_pass(folder: Path, bridge: Zygote, record: Path) -> list[Moment]:
    """Every moment of the pass that takes the change out."""
    with changed_order(folder) as here:
        bridge.once(here.folder, record=record)
        assert here.inbound() == [TOLD, SENT]
    lines = [line.split(" ", 1) for line in record.read_text().splitlines()]
    return [Moment(1, int(ordinal), side, kind) for ordinal, kind in lines for side in ("before", "after")]


def test_a_change_whose_pass_is_killed_at_any_moment_goes_out_once(tmp_path: Path) -> None:
    with zygote(ENVIRON) as bridge:
        moments = effects_of_a_clean_pass(tmp_path / "clean", bridge, tmp_path / "effects")
        assert len(moments) >= 40
        if os.environ.get("BRIDGE_KILLS") != "all":
            moments = random.Random(SEED).sample(moments, KILLS_IN_CI)
        for count, moment in enumerate(moments):
            with changed_order(tmp_path / f"life-{count}") as here:
                bridge.once(here.folder, kill=(moment.ordinal, moment.side))
                go_on(here, bridge)
                assert here.inbound() == [TOLD, SENT], moment
                answer(here, TOLD, "10452;ok;SO-1;")
                go_on(here, bridge)
                assert here.file_numbers() == [1, 2], moment
                assert here.open_exceptions() == [], moment
                assert here.damage() == [], moment
                assert changes(here) == [("change", 1, "accepted")], moment


def go_on(here: World, bridge: Zygote) -> None:
    """Pass until nothing moves any more."""
    for _ in range(PASSES_MAX):
        if bridge.once(here.folder)["code"] == 0:
            return
    raise AssertionError(f"things still move after {PASSES_MAX} passes")


def changes(here: World) -> list[tuple[str, int | None, str]]:
    with here.site() as site:
        (order,) = site.ledger.reading.find_orders("10452")
        return [(one.purpose, one.change_number, one.state) for one in site.ledger.reading.changes(order.order_id)]
