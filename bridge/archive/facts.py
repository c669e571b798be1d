"""The ledger's facts against the archive: each file that it knows is there, and it knows each export file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from bridge.archive.damage import LEAVE, Damage, ExpectedFile
from bridge.archive.day_check import DaySeen
from bridge.archive.marks import Marks
from bridge.archive.names import DAYS, INCOMING
from bridge.archive.rows import entries_of

LEDGER_BEHIND = "If the ledger was restored from a backup, restore a newer one. " + LEAVE


class Facts:
    """The expected files, taken day by day as the walk over the archive comes to them. None: no ledger was asked."""

    def __init__(self, archive: Path, expected: Iterable[ExpectedFile] | None) -> None:
        self._archive = archive
        self._asked = expected is not None
        self._days = itertools.groupby(expected or (), key=day_of)
        self._next = next(self._days, None)

    def before(self, day: str) -> Iterator[Damage]:
        """What the ledger expects in earlier days, which the archive does not have at all."""
        while self._next is not None and self._next[0] < day:
            for fact in self._next[1]:
                if not self._waits(fact):
                    yield Damage(fact.path, "it is gone, with its whole day; the ledger knows it")
            self._advance()

    def of_day(self, day: str, seen: DaySeen) -> Iterator[Damage]:
        """The day's facts against its index, and its export files against the facts."""
        known = Marks()
        if self._next is not None and self._next[0] == day:
            for fact in self._next[1]:
                known.add(fact.path)
                yield from self._compare(fact, seen)
            self._advance()
        if not self._asked:
            return
        for entry in entries_of(seen.day_path, seen.index_size):
            path = seen.place + entry.row.path
            if entry.row.path.split("/")[1] == "out" and path not in known:
                yield Damage(path, "the ledger does not know this export file", LEDGER_BEHIND)

    def _compare(self, fact: ExpectedFile, seen: DaySeen) -> Iterator[Damage]:
        """One fact against what the index lists."""
        path = fact.path.removeprefix(seen.place)
        size = "" if fact.size is None else fact.size
        if path not in seen.listed:
            if not self._waits(fact):
                yield Damage(fact.path, "the ledger knows it, but the index does not list it")
        elif fact.sha256 is not None and f"{path},{fact.sha256},{size}" not in seen.facts:
            yield Damage(fact.path, f"the ledger knows it with other bytes (SHA-256 {fact.sha256[:12]}...)")

    def _waits(self, fact: ExpectedFile) -> bool:
        """Whether its bytes are still on their way to their place."""
        return fact.sha256 is not None and (self._archive / INCOMING / fact.sha256).is_file()

    def _advance(self) -> None:
        """To the next day. Raises ValueError where the facts are not sorted by day."""
        assert self._next is not None
        day = self._next[0]
        self._next = next(self._days, None)
        if self._next is not None and self._next[0] <= day:
            raise ValueError("the expected files must come day by day")


def day_of(fact: ExpectedFile) -> str:
    """The name of the day's folder. Raises ValueError for a path that is in no day."""
    steps = fact.path.split("/")
    if len(steps) < 3 or steps[0] != DAYS:
        raise ValueError("an expected file must lie in a day's folder")
    return steps[1]
