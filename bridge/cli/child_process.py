"""A process of the demo's own, which ends with the demo whenever that is ended."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ENDING = (signal.SIGTERM, signal.SIGINT)
ENDS_WITHIN_S = 10


@contextmanager
def child_process(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command with its log; asked to end by SIGTERM, killed when it does not. In the main thread only."""
    held_back = _HeldBack()
    started = None
    try:
        with log.open("ab") as said:
            started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        held_back.let_go()  # a signal that came meanwhile ends us here, where the child is known
        yield started
    finally:
        held_back.let_go()
        if started is not None:
            _end(started)


class _HeldBack:
    """Signals that would end us while a child starts: between its fork and our knowing of it, it would stay behind."""

    def __init__(self) -> None:
        self._came: list[int] = []
        self._before = {number: signal.signal(number, lambda came, _: self._came.append(came)) for number in ENDING}

    def let_go(self) -> None:
        """Handlers as they were, for what came too. A second time it does nothing."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        came, self._before, self._came = self._came, {}, []
        for each in came[:1]:
            signal.raise_signal(each)


def _end(started: subprocess.Popen[bytes]) -> None:
    started.send_signal(signal.SIGTERM)
    try:
        started.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
