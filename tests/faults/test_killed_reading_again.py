"""Killed while it reads kept answers again, a pass applies each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.battery import EVERY_KILL, Zygote, killed_in_one_pass, pass_until_still
from tests.scenarios.own_profile import own_profile
from tests.scenarios.test_answers_read_again import HEADING, WHOLE_LOG, outcomes
from tests.world import World, world

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0 if EVERY_KILL else 1800)]

KILLS_IN_CI = 6
SEED = 20261128
ASKED, CAME = "import-1.log.csv", "import-2.log.csv"
CONTENT = {
    ASKED: HEADING + b"ORD_000001.csv;2;10452;DONE;SO-1;\r\n",
    CAME: HEADING + b"ORD_000002.csv;2;10453;PARKED;;full\r\n",
}
WORDS = ('OK = "accepted"', 'OK = "accepted"\nDONE = "accepted"\nPARKED = "rejected"')


@contextmanager
def to_be_read_again(folder: Path) -> Iterator[World]:
    """Two answers that the mended profile can read: a person asked for one, the ERP wrote the other once more."""
    with world(folder, "csv") as here:
        own_profile(here, WHOLE_LOG)
        for number in (10452, 10453):
            here.order_paid(number)
            here.run_pass()
        for name, content in CONTENT.items():
            here.outbound(name, content)
        here.run_pass()
        own_profile(here, WHOLE_LOG, WORDS)
        (asked,) = [one for one in here.exceptions() if ASKED in one.message]
        with here.site() as site:
            site.ledger.acts.retry_exception(asked.exception_id, "ada", "the profile knows the words now")
        here.outbound(CAME, CONTENT[CAME])
        yield here


def test_a_pass_that_is_killed_while_it_reads_kept_answers_again_applies_each_once(tmp_path: Path) -> None:
    moments = killed_in_one_pass(tmp_path, to_be_read_again, all_was_applied_once, kills_in_ci=KILLS_IN_CI, seed=SEED)
    assert moments >= 12


def all_was_applied_once(here: World, bridge: Zygote, moment: str) -> None:
    pass_until_still(here, bridge)
    assert here.states() == {"10452": "written_back", "10453": "rejected"}, moment
    assert here.codes() == ["rejected"], moment
    assert (outcomes(here, "10452"), outcomes(here, "10453")) == (["applied"], ["applied"]), moment
    assert here.shop.erp_numbers() == {"10452": "SO-1"}, moment
    assert len(here.shop.notes(10452)) == 1, moment
    assert [path.name for path in (here.erp_root / "out").iterdir() if path.is_file()] == [], moment
    assert here.damage() == [], moment
