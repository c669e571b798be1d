"""An answer folder with odd things in it: each is told once, and none keeps an answer from being read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.world import World, world

pytestmark = pytest.mark.scenario


def sent(here: World, *numbers: int) -> None:
    for number in numbers:
        here.order_paid(number)
    here.run_pass()
    here.erp.import_all()


@pytest.mark.parametrize("transport", ["local", "openssh"])
def test_an_answer_that_cannot_be_moved_is_applied_once_and_keeps_no_other_from_being_read(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", transport=transport) as here:
        taken = here.erp_root / "out" / "taken"
        taken.rmdir()
        taken.symlink_to("nowhere")
        sent(here, 10452)
        here.run_pass()
        sent(here, 10453)
        here.run_pass()
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}
        assert len(here.codes()) == 1
        with here.site() as site:
            reading = site.ledger.reading
            story = reading.order_story(reading.find_orders("10452")[0].order_id)
        assert [line.verb for line in story if line.subject == "sending" and line.target == "accepted"] == ["moved"]
        taken.unlink()
        here.run_pass()
        assert sorted(path.name for path in taken.iterdir()) == [
            "000001-RESP_ORD_000001.xml", "000002-RESP_ORD_000002.xml",
        ]  # fmt: skip
        assert here.codes() == []


@pytest.mark.parametrize("transport", ["local", "openssh"])
def test_a_name_that_is_no_text_is_told_and_the_answers_beside_it_are_read(tmp_path: Path, transport: str) -> None:
    with world(tmp_path / "w", transport=transport) as here:
        strange = here.erp_root / "out" / os.fsdecode(b"RESP_\xff.xml")
        sent(here, 10452)
        strange.write_bytes(b"<a/>")
        here.run_pass()
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == ["answer-name-unreadable"]
        strange.unlink()
        here.run_pass()
        assert here.codes() == []


def test_a_name_as_long_as_a_folder_holds_moves_away_like_any_other(tmp_path: Path) -> None:
    with world(tmp_path / "w", transport="openssh") as here:
        sent(here, 10452)
        here.outbound("RESP_" + "x" * 230 + ".xml", b"<a/>")
        here.run_pass()
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert [path.name for path in (here.erp_root / "out").iterdir()] == ["taken"]
        assert here.codes() == ["answer-malformed"]


def test_a_thousand_old_files_are_told_together_and_cost_the_next_passes_nothing(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        for number in range(1000):
            (here.erp_root / "out" / f"old-{number:04}.txt").write_bytes(b"x")
        sent(here, 10452)
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes().count("answer-file-unknown") == 20
        (many,) = [one for one in here.exceptions() if one.code == "answer-files-unknown"]
        assert many.message.startswith("980 more files lie in the answer folder of acme")
        for path in (here.erp_root / "out").glob("old-*"):
            path.unlink()
        here.run_pass()
        assert here.codes() == []
