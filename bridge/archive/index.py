"""A day's index: one hash-chained row for each file, the same in sha256sum's form, and the head of both.

Written under a lock of the day, so that endpoints, stores and processes can share it. What a kill left unfinished is
mended at the next opening (mending.py).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bridge.archive import effects
from bridge.archive.incoming import replace_whole
from bridge.archive.mending import damaged, unfinished
from bridge.archive.names import DAYS, FILES, HEAD, INDEX, day_folder
from bridge.archive.rows import (
    COLUMNS,
    NO_CHAIN,
    READ_BYTES,
    Row,
    checksum_lines,
    entries_of,
    head_digests,
    head_text,
    last_entry,
    row_line,
)

DAYS_REMEMBERED_MAX = 8


class Running:
    """The digest of a file that only grows: reads what is new since the last look, so that a look stays cheap."""

    def __init__(self) -> None:
        self._size = 0
        self._digest = hashlib.sha256()

    def caught_up(self, path: Path) -> str:
        """The digest of the whole file as it stands now."""
        if path.stat().st_size < self._size:
            self._size, self._digest = 0, hashlib.sha256()
        with path.open("rb", buffering=0) as content:
            content.seek(self._size)
            while chunk := content.read(READ_BYTES):
                self._digest.update(chunk)
                self._size += len(chunk)
        return self._digest.hexdigest()


class Remembered:
    """The running digests of the newest days, for the life of a process. Used under the lock of their day."""

    def __init__(self) -> None:
        self._days: dict[date, tuple[Running, Running]] = {}

    def head(self, day: date, day_path: Path) -> tuple[str, str]:
        """The digests of the day's index and list as they stand now."""
        if day not in self._days:
            self._days[day] = (Running(), Running())
            for old in sorted(self._days)[:-DAYS_REMEMBERED_MAX]:
                self._days.pop(old, None)
        index, files = self._days.get(day) or (Running(), Running())
        return index.caught_up(day_path / INDEX), files.caught_up(day_path / FILES)

    def forget(self, day: date) -> None:
        """Read the day from its start at the next look."""
        self._days.pop(day, None)


class DayIndex:
    """The index of one day, opened and locked. Get it from `opened`."""

    def __init__(self, archive: Path, day: date, remembered: Remembered, descriptor: int) -> None:
        self.folder = archive / day_folder(day)
        self._archive = archive
        self._day = day
        self._remembered = remembered
        self._descriptor = descriptor
        self._number = 0
        self._chain = NO_CHAIN

    @classmethod
    @contextmanager
    def opened(cls, archive: Path, day: date, remembered: Remembered) -> Iterator[DayIndex]:
        """Lock the day, begin its index when it is new, mend what a kill left. Raises ArchiveDamaged."""
        effects.make_folder(archive / day_folder(day))
        with locked(archive / day_folder(day) / INDEX) as descriptor:
            index = cls(archive, day, remembered, descriptor)
            index._carry_on()
            yield index

    def among(self, paths: Collection[str]) -> dict[str, Row]:
        """The rows of these paths, as far as there are any."""
        wanted = frozenset(paths)
        if not wanted:
            return {}
        return {entry.row.path: entry.row for entry in entries_of(self.folder) if entry.row.path in wanted}

    def add(self, rows: Sequence[Row]) -> None:
        """Append the rows, their checksum lines and the new head: three durable writes, however many rows."""
        if not rows:
            return
        lines: list[bytes] = []
        for row in rows:
            self._number += 1
            line, self._chain = row_line(self._chain, self._number, row)
            lines.append(line)
        effects.append(self._descriptor, b"".join(lines))
        self._append_files(b"".join(checksum_lines(row) for row in rows))
        self._write_head()

    def _carry_on(self) -> None:
        """Find the chain's end; the usual case reads the last line and what others added to the digests."""
        fits = (self.folder / FILES).exists() and head_digests(self.folder) == self._remembered.head(
            self._day, self.folder
        )
        if not fits:
            self._mend()
        last = last_entry(self.folder)
        if last is None:
            raise damaged(self.folder, INDEX, "its last row cannot be read")
        self._number, self._chain = last.number, last.chain

    def _mend(self) -> None:
        """Finish what a kill left unfinished."""
        self._remembered.forget(self._day)
        self._append_files(b"")
        rest = unfinished(self.folder)
        if rest.index_size < (self.folder / INDEX).stat().st_size:
            effects.truncate(self._descriptor, rest.index_size)
        if rest.begins:
            path, chain = chain_of_day_before(self._archive, self._day)
            effects.append(self._descriptor, COLUMNS + row_line(NO_CHAIN, 0, Row(path, 0, chain, ""))[0])
        self._append_files(rest.files_lack, keep=rest.files_size)
        self._write_head()
        if rest.begins:
            effects.fsync_folder(self.folder)

    def _append_files(self, lines: bytes, keep: int | None = None) -> None:
        descriptor = opened_to_grow(self.folder / FILES)
        try:
            if keep is not None and os.fstat(descriptor).st_size > keep:
                effects.truncate(descriptor, keep)
            if lines:
                effects.append(descriptor, lines)
        finally:
            os.close(descriptor)

    def _write_head(self) -> None:
        """Replace the head: the old one or the new one is there, never a part."""
        digests = self._remembered.head(self._day, self.folder)
        replace_whole(self._archive, self.folder / HEAD, head_text(*digests))


@contextmanager
def locked(index: Path) -> Iterator[int]:
    """The index file, opened and locked against every other writer. Made when missing."""
    descriptor = opened_to_grow(index)
    try:
        with effects.disk("lock an index"):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def opened_to_grow(path: Path) -> int:
    """A descriptor of a file that is only appended to. Made when missing."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    with effects.disk("open an index"):
        return os.open(path, flags, effects.GROWING_MODE)


def days_of(archive: Path) -> list[str]:
    """The names of the day folders, oldest first."""
    return sorted(entry.name for entry in os.scandir(archive / DAYS) if is_day(entry.name))


def is_day(name: str) -> bool:
    """Whether a name is that of a day's folder."""
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def chain_of_day_before(archive: Path, day: date) -> tuple[str, str]:
    """What row 0 says: the index of the day before in the archive, and the chain value at its end now."""
    for name in reversed(days_of(archive)):
        if name < day.isoformat():
            last = last_entry(archive / DAYS / name)
            if last is not None:
                return f"../{name}/{INDEX}", last.chain
    return "", NO_CHAIN
