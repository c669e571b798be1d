"""Servers that are away, lines that die, files in the way, runs that meet: everything goes on by itself or is told."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.domain.errors import EXIT_BUSY, EXIT_OK
from bridge.simulator.sftp.faults import Cut
from bridge.simulator.shops.faults import Fault, FaultKind
from tests.world import World, world

pytestmark = pytest.mark.scenario
ROOT = Path(__file__).resolve().parents[2]


def in_the_erp_and_back(here: World, *numbers: int) -> None:
    """Exactly these orders are documents, once, with gapless file numbers, and their numbers stand in the store."""
    assert here.erp.external_ids() == [str(number) for number in numbers]
    assert here.erp.duplicates() == []
    assert sorted(here.shop.erp_numbers()) == [str(number) for number in numbers]
    files = here.file_numbers()
    assert files == list(range(1, len(files) + 1))
    assert here.damage() == []


def test_a_server_that_is_away_is_told_and_what_waits_goes_out_when_it_is_back(tmp_path: Path) -> None:
    with world(tmp_path / "w", "ubl", "sftp") as here:
        assert here.sftp
        here.sftp.stop()
        here.order_paid(10452)
        here.run_pass()
        assert here.states() == {"10452": "exported"}
        assert here.exceptions()
        assert all(one.temporary for one in here.exceptions())
        here.sftp.start()
        here.later(hours=1)
        here.go_round()
        in_the_erp_and_back(here, 10452)
        assert here.codes() == []


@pytest.mark.parametrize("kind", ["open", "write", "close", "rename", "lstat", "opendir", "remove"])
@pytest.mark.parametrize("executed", [True, False], ids=["answer lost", "request lost"])
def test_a_line_cut_at_each_request_loses_and_doubles_nothing(tmp_path: Path, kind: str, executed: bool) -> None:
    """Pain 1: the answer to a completed step is lost."""
    with world(tmp_path / "w", "ubl", "sftp") as here:
        assert here.sftp
        here.order_paid(10452)
        here.order_paid(10453)
        here.sftp.faults.cut = Cut(kind, 2, executed=executed)
        here.run_pass()
        here.erp.import_all()
        for _ in range(4):
            here.later(hours=1)
            here.go_round()
        in_the_erp_and_back(here, 10452, 10453)


def test_an_erp_that_takes_files_the_moment_they_are_visible(tmp_path: Path) -> None:
    """Pain 10: the file vanishes between rename and stat."""
    with world(tmp_path / "w", "ubl", "sftp") as here:
        assert here.sftp
        here.sftp.faults.takes_at_once = True
        here.sftp.faults.cut = Cut("rename", 1, executed=True)
        here.order_paid(10452)
        here.run_pass()
        here.later(hours=1)
        here.run_pass()
        with here.site() as site:
            (file,) = site.ledger.reading.files()
        assert file.state.value == "placed"
        assert [name for name, _ in here.sftp.faults.taken if name.endswith(".xml")] == ["ORD_000001.xml"]


def test_a_foreign_file_under_our_name_is_left_alone_and_told(tmp_path: Path) -> None:
    """Pain 7: rename overwrites on some servers and is refused on others."""
    with world(tmp_path / "w", "ubl", "sftp") as here:
        (here.erp_root / "in" / "ORD_000001.xml").write_bytes(b"theirs")
        here.order_paid(10452)
        here.order_paid(10453)
        here.run_pass()
        assert (here.erp_root / "in" / "ORD_000001.xml").read_bytes() == b"theirs"
        assert here.inbound() == ["ORD_000001.xml"] or not [
            name for name in here.inbound() if name[-10:] == "000002.xml"
        ]
        assert "name-taken" in here.codes()
        (here.erp_root / "in" / "ORD_000001.xml").unlink()
        with here.site() as site:
            site.ledger.acts.retry_file("acme", 1, "ada", "removed the foreign file")
        here.go_round()
        in_the_erp_and_back(here, 10452, 10453)


SHOP_FAULTS = [
    FaultKind.WAIT_SECONDS, FaultKind.WAIT_SILENT, FaultKind.MAINTENANCE, FaultKind.HTML, FaultKind.BROKEN_HTML,
    FaultKind.CUT_LYING, FaultKind.RESET_BEFORE, FaultKind.FORBIDDEN,
]  # fmt: skip


@pytest.mark.parametrize("kind", SHOP_FAULTS)
def test_a_shop_in_trouble_delays_no_answer_of_the_erp(tmp_path: Path, kind: FaultKind) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.order_paid(10453)
        # A connection that is cut once is asked again unseen; a 500 may be the fault of one order, which is looked for.
        asked = 2 if kind in (FaultKind.RESET_BEFORE, FaultKind.BROKEN_HTML) else 1
        here.shop.break_with(Fault(kind, "GET orders", times=asked))
        here.run_pass()
        assert here.states()["10452"] in ("accepted", "written_back")
        assert here.codes() != []
        here.later(hours=2)
        here.go_round()
        in_the_erp_and_back(here, 10452, 10453)
        assert here.codes() == []


def test_a_write_back_whose_answer_is_lost_is_looked_for_before_it_is_repeated(tmp_path: Path) -> None:
    """Pain 1: shop write done, answer lost."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.shop.break_with(Fault(FaultKind.RESET_AFTER, "PUT"), Fault(FaultKind.RESET_AFTER, "POST notes"))
        for _ in range(4):
            here.run_pass()
            here.later(hours=2)
        in_the_erp_and_back(here, 10452)
        assert len(here.shop.notes(10452)) == 1


def bridge(here: World, *arguments: str) -> subprocess.Popen[bytes]:
    """The real command as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "bridge", *arguments, "--config", str(here.folder)],
        cwd=ROOT,
        env={**os.environ, **here.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_ten_runs_at_the_same_moment_do_the_work_once(tmp_path: Path) -> None:
    """Pain 3: two runs overlap."""
    with world(tmp_path / "w") as here:
        for number in range(10452, 10462):
            here.order_paid(number)
        runs = [bridge(here, "once") for _ in range(10)]
        codes = [(run.communicate()[0], run.returncode) for run in runs]
        assert {code for _, code in codes} <= {EXIT_OK, EXIT_BUSY}, codes
        assert EXIT_OK in {code for _, code in codes}
        here.go_round()
        in_the_erp_and_back(here, *range(10452, 10462))


def test_a_service_that_cannot_write_its_health_file_works_on(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="every_s = 1") as here:
        (here.folder / "state" / "health.tmp").mkdir(parents=True)
        here.erp.start()
        service = bridge(here, "run")
        try:
            for number in (10452, 10453):
                here.order_paid(number)
                deadline = time.monotonic() + 200
                while str(number) not in here.shop.erp_numbers() and time.monotonic() < deadline:
                    assert service.poll() is None
            in_the_erp_and_back(here, 10452, 10453)
        finally:
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=60)
            here.erp.stop()


def test_a_bug_that_is_over_is_no_open_exception_any_more(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        (here.folder / "state" / "scratch").mkdir(parents=True)
        (here.folder / "state" / "scratch" / "acme").write_bytes(
            b""
        )  # a file where a folder must be: nobody thought of it
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.run_pass()
        assert here.codes() == ["internal-fault"]
        (here.folder / "state" / "scratch" / "acme").unlink()
        here.run_pass()
        assert here.codes() == []
        in_the_erp_and_back(here, 10452)


def test_a_promise_that_the_ledger_kept_is_an_exception_and_no_stack_trace_alone(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        with sqlite3.connect(here.folder / "state" / "ledger.sqlite") as by_hand:
            by_hand.execute("UPDATE export_files SET sequence_number = 2")  # somebody edits the ledger
        by_hand.close()
        here.order_paid(10453)
        here.run_pass()
        (shown,) = here.exceptions()
        assert (shown.code, shown.cause) == ("promise-kept", "promise:gapless_file_number")


def test_a_lock_that_cannot_be_taken_is_told_in_words_and_nothing_is_sent(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        (here.folder / "state" / "endpoint-acme.lock").mkdir(parents=True)
        (outcome,) = here.run_pass()
        assert outcome.error
        assert outcome.error.problem.message == (
            "acme was not worked on: its lock in the state folder cannot be taken (Is a directory)."
        )
        assert here.inbound() == []


def test_the_service_works_on_its_schedule_and_stops_gracefully(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="every_s = 1") as here:
        here.order_paid(10452)
        here.erp.start()
        service = bridge(here, "run")
        try:
            deadline = time.monotonic() + 200
            while not here.shop.erp_numbers() and time.monotonic() < deadline:
                assert service.poll() is None
            assert here.shop.erp_numbers() == {"10452": "SO-1"}
        finally:
            service.send_signal(signal.SIGTERM)
            output, _ = service.communicate(timeout=60)
            here.erp.stop()
        assert service.returncode == 0, output
        health = (here.folder / "state" / "health.json").read_text()
        assert '"state": "stopped"' in health
        in_the_erp_and_back(here, 10452)
