"""A process of its own that ends before or after the effect with a given number."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from bridge.domain import effects

KILLED = 9


@dataclass
class _Killer:
    left: int

    def before(self, kind: str) -> None:
        self._count()

    def after(self, kind: str) -> None:
        self._count()

    def _count(self) -> None:
        if self.left == 0:
            os._exit(KILLED)
        self.left -= 1


def ends_before(moment: int, act: Callable[[], object]) -> bool:
    """Do the act in a forked process that dies at the moment; whether the act came to its end before."""
    child = os.fork()
    if child == 0:
        effects.observe(_Killer(moment))
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, KILLED)
    return ended == 0
