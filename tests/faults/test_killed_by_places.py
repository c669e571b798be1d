"""Killed while it reads what became of our files (moved on, refused beside, gone), a pass applies each of it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.battery import EVERY_KILL, Zygote, killed_in_one_pass, pass_until_still
from tests.scenarios.test_acknowledgement_places import answering
from tests.world import World, world

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0 if EVERY_KILL else 1800)]

KILLS_IN_CI = 8
SEED = 20261127
RULES = """
[answers]
[[answers.rules]]
name = "err"
style = "sibling"
names = "{file}.err"
beside = true
[answers.rules.sibling]
says = "rejected"
[[answers.rules]]
name = "moved"
style = "moved"
[answers.rules.moved]
folders = { "/done" = "accepted", "/error" = "rejected" }
[[answers.rules]]
name = "gone"
style = "vanished"
"""
STATES = {"10452": "accepted", "10453": "rejected", "10454": "delivered"}
VERBS = ("applied", "raised", "repeated", "contradicts")
TOLD = {
    "10452": [("applied", "rejected"), ("repeated", "taken by the ERP"), ("applied", "accepted")],
    "10453": [("applied", "rejected")],
    "10454": [("raised", "taken by the ERP")],
}


@contextmanager
def answered_by_places(folder: Path) -> Iterator[World]:
    """Three files: one that was refused and now lies among those done, one with its refusal beside it, one gone."""
    with world(folder, "csv") as here:
        answering(here, RULES)
        for number in (10452, 10453, 10454):
            here.order_paid(number)
            here.run_pass()
        inbound, done, error = (here.erp_root / name for name in ("in", "done", "error"))
        done.mkdir()
        error.mkdir()
        first = inbound / "ORD_000001.csv"
        first.rename(error / first.name)
        here.run_pass()
        (error / first.name).rename(done / first.name)
        (inbound / "ORD_000002.csv.err").write_text("The period is closed")
        (inbound / "ORD_000003.csv").unlink()
        yield here


def test_a_pass_that_is_killed_while_it_reads_places_applies_each_answer_once(tmp_path: Path) -> None:
    moments = killed_in_one_pass(tmp_path, answered_by_places, all_was_applied_once, kills_in_ci=KILLS_IN_CI, seed=SEED)
    assert moments >= 20


def all_was_applied_once(here: World, bridge: Zygote, moment: str) -> None:
    pass_until_still(here, bridge)
    assert here.states() == STATES, moment
    assert here.codes() == ["rejected"], moment
    with here.site() as site:
        for order in site.ledger.reading.orders():
            story = site.ledger.reading.order_story(order.order_id)
            told = [(line.verb, line.target) for line in story if line.verb in VERBS and line.target]
            assert told == TOLD[order.number], (moment, order.number)
    assert here.damage() == [], moment
