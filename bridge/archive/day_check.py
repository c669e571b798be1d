"""Verifying one day: the three lists against each other, each row's bytes, and what stands there without a row."""

from __future__ import annotations

import fcntl
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bridge.archive.bytes_check import contract_of, folder_files, found_digest, row_damage
from bridge.archive.damage import GO_ON, LEAVE, Damage
from bridge.archive.errors import ArchiveDamaged
from bridge.archive.marks import Marks
from bridge.archive.mending import unfinished
from bridge.archive.names import DAY_FILES, FILES, HEAD, INCOMING, INDEX, RECORD
from bridge.archive.rows import (
    COLUMNS,
    Entry,
    Row,
    checksum_lines,
    entries_of,
    follows,
    head_digests,
    lines_of,
    parsed,
)


@dataclass(slots=True)
class DaySeen:
    """What the walk over a day's index leaves for the later checks; a few bytes for each row."""

    day_path: Path
    index_size: int = 0
    files_size: int = 0
    files_lack: bytes = b""  # lines that a kill kept from `files.sha256`
    listed: Marks = field(default_factory=Marks)  # paths
    facts: Marks = field(default_factory=Marks)  # path and digest, with and without size
    chains_wanted: set[str] = field(default_factory=set)  # by row 0 of later days
    asked: bool = True  # the ledger will be compared
    highest: dict[str, int] = field(default_factory=dict)  # sequence number by endpoint
    contracts: set[str] = field(default_factory=set)  # that records of export files name

    @property
    def place(self) -> str:
        return f"{self.day_path.parent.name}/{self.day_path.name}/"


@contextmanager
def still(day_path: Path) -> Iterator[None]:
    """No batch is written to the day's index meanwhile."""
    with (day_path / INDEX).open("rb") as index:
        fcntl.flock(index, fcntl.LOCK_SH)
        yield


def check_day(day_path: Path, chains_wanted: set[str], asked: bool) -> Iterator[Damage | DaySeen]:
    """Every damage of the day; last what was seen, for the comparison with the ledger."""
    seen = DaySeen(day_path, chains_wanted=chains_wanted, asked=asked)
    begun = any(day_path.iterdir())  # looked at first: the index is the first thing that a day gets
    if not (day_path / INDEX).is_file():
        if begun:
            yield Damage(seen.place + INDEX, "the day's index is gone")
        yield seen
        return
    with still(day_path):
        seen.index_size = (day_path / INDEX).stat().st_size
        seen.files_size = (day_path / FILES).stat().st_size if (day_path / FILES).is_file() else 0
        of_head = list(check_head(seen))
    yield from of_head
    yield from check_rows(seen)
    yield from check_list(seen)
    yield from check_strangers(seen)
    yield seen


def check_head(seen: DaySeen) -> Iterator[Damage]:
    """The head against the two lists. What a kill left is told apart from what somebody changed."""
    head = head_digests(seen.day_path)
    index, files = (found_digest(str(seen.day_path / name)) for name in (INDEX, FILES))
    if head is not None and index is not None and files is not None and head == (index[0], files[0]):
        return
    try:
        rest = unfinished(seen.day_path)
    except ArchiveDamaged as damaged:
        yield Damage(str(damaged.subject["path"]), str(damaged.subject["what"]))
        return
    if not rest.begins:  # nothing was acknowledged in a day that just begins
        yield Damage(seen.place + HEAD, "the last batch was not finished", GO_ON)
    seen.index_size, seen.files_size, seen.files_lack = rest.index_size, rest.files_size, rest.files_lack


def check_rows(seen: DaySeen) -> Iterator[Damage]:
    """Walk the chain; check each row's bytes on the way. After a break the walk goes on from the row behind it."""
    before: Entry | None = None
    for number, line in enumerate(lines_of(seen.day_path / INDEX, seen.index_size)):
        if number == 0:
            if line != COLUMNS:
                yield Damage(seen.place + INDEX, "its first line is not the columns'")
            continue
        entry = parsed(line)
        if not follows(entry, before, line):
            what = f"the chain breaks at line {number + 1}: a row was changed, put in or taken out"
            yield Damage(seen.place + INDEX, what)
        if entry is None:
            continue
        before = entry
        seen.chains_wanted.discard(entry.chain)
        if entry.row.record_sha256:
            note_row(seen, entry.row)
            yield from row_damage(seen.day_path, entry.row)
    if seen.listed.repeats():
        yield Damage(seen.place + INDEX, "a file stands in it twice")


def note_row(seen: DaySeen, row: Row) -> None:
    """Remember a row for the later checks."""
    seen.listed.add(row.path)
    if seen.asked:
        seen.facts.add(f"{row.path},{row.sha256},")
        seen.facts.add(f"{row.path},{row.sha256},{row.size}")
    if row.sequence_number is not None:
        endpoint = row.path.partition("/")[0]
        seen.highest[endpoint] = max(row.sequence_number, seen.highest.get(endpoint, 0))
        seen.contracts |= contract_of(seen.day_path / (row.path + RECORD))


def check_list(seen: DaySeen) -> Iterator[Damage]:
    """`files.sha256` against the rows, line for line; each line that differs is told by the file that it names."""
    if not (seen.day_path / FILES).is_file():
        return
    lack = seen.files_lack.splitlines(keepends=True)
    lines = itertools.chain(lines_of(seen.day_path / FILES, seen.files_size), lack)
    for entry in entries_of(seen.day_path, seen.index_size):
        for expected in checksum_lines(entry.row).splitlines(keepends=True):
            found = next(lines, b"")
            if found != expected:
                name = expected[66:-1].decode()
                yield Damage(seen.place + FILES, f"its line for {name} is missing or not as written")
                return
    if next(lines, b""):
        yield Damage(seen.place + FILES, f"it has lines that {INDEX} has not")


def check_strangers(seen: DaySeen) -> Iterator[Damage]:
    """What stands in the day's folder without a row, links included."""
    strangers = {
        name: plain
        for name, plain in folder_files(seen.day_path)
        if name not in DAY_FILES and (not plain or name.removesuffix(RECORD) not in seen.listed)
    }
    if not strangers:
        return
    with still(seen.day_path):  # rows that came while we looked
        for entry in entries_of(seen.day_path):
            for name in (entry.row.path, entry.row.path + RECORD):
                if strangers.get(name):
                    del strangers[name]
    for name, plain in sorted(strangers.items()):
        if not plain:
            yield Damage(seen.place + name, "it is a link or a device, no plain file", LEAVE)
        elif is_unfinished(seen.day_path, name.removesuffix(RECORD)):
            yield Damage(seen.place + name, "it is in its place, but not in the index yet", GO_ON)
        else:
            yield Damage(seen.place + name, "it was added: the index does not list it", LEAVE)


def is_unfinished(day_path: Path, name: str) -> bool:
    """Whether the file's bytes still wait in `incoming/`: its placement was begun and will be finished."""
    found = found_digest(f"{day_path}/{name}")
    return found is not None and (day_path.parent.parent / INCOMING / found[0]).is_file()
