"""The ledger's facts against the archive: each file that it knows is there, and it knows each export file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from bridge.archive.damage import LEAVE, Damage, ExpectedFile
from bridge.archive.day_check import DaySeen
from bridge.archive.index import is_day
from bridge.archive.marks import Marks
from bridge.archive.names import DAYS, INCOMING
from bridge.archive.rows import entries_of

LEDGER_BEHIND = "If the ledger was restored from a backup, restore a newer one. " + LEAVE
ASK = "Send this line to the maintainers: the ledger names a file that the archive cannot have."


class Facts:
    """The expected files by day, whatever order they come in. Kept in a temporary file: memory is flat."""

    def __init__(self, archive: Path, expected: Iterable[ExpectedFile] | None) -> None:
        self._archive = archive
        self.asked = expected is not None
        self._sorted = sqlite3.connect("")  # a private file that goes when it is closed
        self._sorted.execute("create table facts (day text, path text, sha256 text, size integer)")
        rows = ((day_of(fact.path), fact.path, fact.sha256, fact.size) for fact in expected or ())
        self._sorted.executemany("insert into facts values (?, ?, ?, ?)", rows)
        self._sorted.execute("create index by_day on facts (day)")

    def of_day(self, day: str, seen: DaySeen) -> Iterator[Damage]:
        """The day's facts against its index, and its export files against the facts."""
        if not self.asked:
            return
        known = Marks()
        for fact in self._rows(day):
            known.add(fact.path)
            yield from self._compare(fact, seen)
        for entry in entries_of(seen.day_path, seen.index_size):
            path = seen.place + entry.row.path
            if entry.row.path.split("/")[1] == "out" and path not in known:
                yield Damage(path, "the ledger does not know this export file", LEDGER_BEHIND)

    def of_other_days(self, days: Iterable[str]) -> Iterator[Damage]:
        """What the ledger expects in days that the archive does not have at all."""
        present = frozenset(days)
        with closing(self._sorted.execute("select distinct day from facts order by day")) as expected:
            absent = [day for (day,) in expected if day not in present]
        for day in absent:
            for fact in self._rows(day):
                if not is_day(day):
                    yield Damage(fact.path, "the ledger names it, but it lies in no day of the archive", ASK)
                elif not self._waits(fact):
                    yield Damage(fact.path, "it is gone, with its whole day; the ledger knows it")

    def close(self) -> None:
        """Give back the temporary file."""
        self._sorted.close()

    def _rows(self, day: str) -> Iterator[ExpectedFile]:
        with closing(self._sorted.execute("select path, sha256, size from facts where day = ?", (day,))) as rows:
            for path, sha256, size in rows:
                yield ExpectedFile(path, sha256, size)

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


def day_of(path: str) -> str:
    """The name of the day's folder; empty for a path that is in no day."""
    steps = path.split("/")
    return steps[1] if len(steps) > 2 and steps[0] == DAYS else ""
