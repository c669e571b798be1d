"""A child of the demo ends with it, also when the demo is ended while the child starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.child_process import child_process

WAITS = [sys.executable, "-c", "import sys; sys.stdin.read(); import threading; threading.Event().wait()"]


@pytest.fixture
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM as the demo takes it."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("ended_by_sigterm")
def test_a_signal_between_fork_and_knowing_leaves_no_child_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def forked_then_told_to_end(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(real(*arguments, **options))
        os.kill(os.getpid(), signal.SIGTERM)
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", forked_then_told_to_end)
    with pytest.raises(SystemExit), child_process(WAITS, tmp_path / "child.log"):
        pytest.fail("it went on though it was told to end")
    assert started[0].poll() == -signal.SIGTERM


@pytest.mark.usefixtures("ended_by_sigterm")
def test_afterwards_signals_are_taken_as_before(tmp_path: Path) -> None:
    with pytest.raises(SystemExit), child_process(WAITS, tmp_path / "child.log") as child:
        os.kill(os.getpid(), signal.SIGTERM)
    assert child.poll() == -signal.SIGTERM


def test_a_command_that_is_not_there_leaves_the_handlers_as_they_were(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with pytest.raises(FileNotFoundError), child_process([str(tmp_path / "none")], tmp_path / "child.log"):
        pytest.fail("it cannot start")
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
