"""Mistakes of a deployment folder: each with file and line, what is wrong and what is allowed; all of them at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.domain.errors import ConfigurationRefused

SHOWN_MAX = 50  # a spreadsheet can damage every row of a map; nobody reads more than this


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, with the place where a person mends it."""

    place: str  # file:line
    what: str
    cure: str

    @property
    def line(self) -> int:
        """Its line; 0 where the place names none."""
        line = self.place.rpartition(":")[2]
        return int(line) if line.isdecimal() else 0

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.cure}".rstrip()


class DeploymentRefused(ConfigurationRefused):
    """The deployment folder has mistakes; `mistakes` holds all of them."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        first = mistakes[0]
        if len(mistakes) == 1:
            super().__init__(place=first.place, what=first.what, cure=first.cure)
            return
        shown = [f"  {mistake}" for mistake in mistakes[:SHOWN_MAX]]
        if len(mistakes) > SHOWN_MAX:
            shown.append(f"  and {len(mistakes) - SHOWN_MAX} more")
        what = "\n".join((f"{len(mistakes)} mistakes.", *shown))
        cure = "Correct each of them; then: bridge check."
        super().__init__(place=first.place.partition(":")[0], what=what, cure=cure)


class Wrong(ValueError):
    """A value cannot be what a setting needs. Never leaves `config/`: the reader gives it its place."""

    def __init__(self, what: str, allowed: str, below: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.below = below  # keys inside the setting, where it is a table
        self.what = what
        self.allowed = allowed


def suggestion(word: str, known: Iterable[str]) -> str:
    """What was probably meant, as a sentence; empty where nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {near[0]}? " if near else ""
