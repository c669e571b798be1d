"""The demo, as the real command: what it says is what the simulators' databases hold, and it leaves nothing behind."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.docs.blocks import run_lines, runnable_lines

pytestmark = [pytest.mark.slow, pytest.mark.scenario, pytest.mark.xdist_group("demo"), pytest.mark.timeout(900)]

COMMAND = (sys.executable, "-m", "bridge", "demo")
GIVEN_UP_AFTER_S = 300.0
"""When what is waited for will not come: far, for a machine under load."""
SUMMARY_KEYS = [
    "orders", "created", "skipped", "failed", "waiting", "written_back", "erp_documents", "erp_duplicates",
    "control_total_store", "control_total_erp",
]  # fmt: skip
REASONS = (
    "Missing SKU mapping for ABC-123",
    "Delivery company is 111 characters; the ERP field holds 100",
    "the delivery address has no house number",
    "Article DISCONTINUED-1 is discontinued",
    "Not paid yet",
    "was changed in the store after it was sent",
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder where the demo ran in a pipe, and how it ended."""
    here = tmp_path_factory.mktemp("demo")
    ended = subprocess.run(COMMAND, cwd=here, capture_output=True, text=True, check=False, timeout=GIVEN_UP_AFTER_S)
    return here, ended


def summary_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """What a simulator's database holds, read without any code of ours."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        found = opened.execute(query).fetchall()
    opened.close()
    return found


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:  # it ended while we looked
            words = b""
        if str(folder).encode() in words:
            found.append(int(path.parent.name))
    return found


def test_the_demo_runs_the_whole_way_in_a_pipe(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    here, ended = done
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""  # no progress in a pipe
    assert "\x1b" not in ended.stdout
    for reason in REASONS:
        assert reason in " ".join(ended.stdout.split())
    assert processes_of(here / "demo") == []


def test_its_summary_is_what_the_simulators_databases_hold(
    done: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder = done[0] / "demo"
    summary = summary_in(folder)
    assert list(summary) == SUMMARY_KEYS
    assert summary["orders"] == summary["created"] + summary["skipped"] + summary["failed"] + summary["waiting"]
    assert summary["orders"] >= 60
    assert (summary["waiting"], summary["erp_duplicates"]) == (0, 0)
    documents = rows(folder / "world/erp.sqlite", "SELECT external_id, erp_number, currency, gross FROM documents")
    assert summary["erp_documents"] == len(documents) == summary["created"]
    assert max(Counter(external_id for external_id, *_ in documents).values()) == 1
    in_store = [json.loads(body) for (body,) in rows(folder / "world/store.sqlite", "SELECT body FROM orders")]
    numbered = {str(order["id"]): number_of(order) for order in in_store if number_of(order)}
    assert summary["written_back"] == len(numbered) == summary["created"]
    assert numbered == {external_id: number for external_id, number, *_ in documents}
    assert summary["control_total_erp"] == totals((currency, gross) for *_, currency, gross in documents)
    with_number = [
        (order["currency"], amount) for order in in_store if number_of(order) for amount in amounts_of(order)
    ]
    assert summary["control_total_store"] == totals(with_number) == summary["control_total_erp"]


def number_of(order: dict[str, Any]) -> str | None:
    """The ERP's number in a store's order."""
    return next((entry["value"] for entry in order["meta_data"] if entry["key"] == "_erp_number"), None)


def amounts_of(order: dict[str, Any]) -> list[str]:
    """What the buyer owed: the store's total, and the gift cards that it has subtracted as if they were discounts."""
    return [order["total"], *(str(card["amount"]) for card in order.get("gift_cards", ()))]


def totals(amounts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Exact sums by currency, as text."""
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return {currency: format(total, "f") for currency, total in sorted(sums.items())}


def test_its_report_is_one_page_that_needs_no_network(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    (page,) = (done[0] / "demo/reports").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!#)""", text) == []
    assert "http:" not in text
    assert "https:" not in text
    assert "Missing SKU mapping for ABC-123" in text


def test_every_path_and_command_that_it_names_works(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    here, ended = done
    paths = re.findall(r"^  (?:the|all|this) .*?  (\S+)$", ended.stdout, re.MULTILINE)
    assert len(paths) == 5
    assert [path for path in paths if not (here / path).exists()] == []
    commands = re.findall(r"^  \S+ -m bridge ((?:status|orders|exceptions|archive) .*?)  #", ended.stdout, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        told = subprocess.run(
            [*COMMAND[:3], *command.split()], cwd=here, capture_output=True, text=True, check=False, timeout=240
        )
        assert told.returncode == 0, told.stderr


def test_the_readme_leads_through_what_it_left(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    lines = [line for line in runnable_lines("README.md") if "--config demo" in line]
    assert len(lines) == 4
    said = run_lines(lines, done[0])
    assert "Missing SKU mapping for ABC-123" in said
    assert "Order 10450" in said
    assert "Nothing is damaged" in said


def test_run_again_on_a_terminal_it_starts_afresh_ends_the_same_and_shows_progress(
    done: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    here, _ = done
    before = summary_in(here / "demo")
    (here / "demo/summary.json").write_text("{}")
    code, shown = on_a_terminal(here)
    assert code == 0, shown
    assert "fetched from the store" in shown
    assert "\x1b[" in shown
    assert summary_in(here / "demo") == before


def on_a_terminal(here: Path) -> tuple[int, str]:
    """The demo on a pseudo-terminal: its exit code and all that it showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(here)
        os.environ["TERM"] = "xterm"
        os.execv(COMMAND[0], COMMAND)
    shown = bytearray()
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux tells the end of a terminal so
            piece = b""
        if not piece:
            break
        shown += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/letter.txt").write_text("mine")
    ended = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 1
    assert "was not made by the demo; nothing in it was touched" in ended.stderr
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["letter.txt"]
    assert (tmp_path / "demo/letter.txt").read_text() == "mine"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_left_running_it_says_what_to_try_and_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen((*COMMAND, "--live"), cwd=tmp_path, stdout=subprocess.PIPE, text=True) as live:
        said = read_until(live, "Ctrl-C ends it.")
        assert re.search(r"curl -X POST \S+/orders/\d+/pay$", said, re.MULTILINE)
        assert "touch demo/world/erp.stop" in said
        sftp = re.search(r"kill -STOP (\d+)", said)
        assert sftp is not None
        assert int(sftp[1]) in processes_of(tmp_path / "demo")
        pay, cure = re.search(r"curl -X POST (\S+/pay)$", said, re.MULTILINE), re.search(r"echo .*sku.csv", said)
        assert pay is not None
        assert cure is not None
        assert requests.post(pay[1], timeout=240).status_code == 200
        subprocess.run(["bash", "-c", cure[0]], cwd=tmp_path, check=True, timeout=240)
        before = summary_in(tmp_path / "demo")["written_back"]
        wait_for_numbers(tmp_path / "demo/world/store.sqlite", before + 1 + 4)  # one was paid, four lacked the SKU
        live.send_signal(number)
        assert live.wait(240) == 0
    assert processes_of(tmp_path / "demo") == []


def wait_for_numbers(store: Path, count: int) -> None:
    """Until so many orders of the store carry an ERP number, within a bound."""
    deadline, found = time.monotonic() + GIVEN_UP_AFTER_S, 0
    while found < count and time.monotonic() < deadline:
        time.sleep(0.1)
        found = sum(number_of(json.loads(body)) is not None for (body,) in rows(store, "SELECT body FROM orders"))
    assert found == count


def test_stopped_half_way_it_leaves_no_process_behind(tmp_path: Path) -> None:
    with subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        log = tmp_path / "demo/logs/bridge.log"
        deadline = time.monotonic() + GIVEN_UP_AFTER_S
        while not log.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert log.exists()
        run.send_signal(signal.SIGTERM)
        _, error = run.communicate(timeout=240)
    assert run.returncode == 143
    assert "Traceback" not in error
    assert processes_of(tmp_path / "demo") == []


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What a process said until it said these words, within a bound."""
    assert process.stdout is not None
    said, deadline = b"", time.monotonic() + GIVEN_UP_AFTER_S
    while words.encode() not in said:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(process.stdout.fileno(), 65536) if ready else b""
        assert piece, said.decode(errors="replace")
        said += piece
    return said.decode()  # not piece by piece: a pipe may part the bytes of one letter
