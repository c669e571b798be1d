"""What was read of each file, so that one whose writer goes on after we have read it is seen to have grown.

A writer may pause for longer than `settle_s` with the file still open: renamed, the file stays his. So a file's size
and time are kept from before it was read; where they differ later, reading goes on at the last order that was whole.
A file is compared when it is put away, and for `WATCHED_S` after that. All is durable before the cursor behind it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from bridge.stores.folder import effects
from bridge.stores.folder.records import Place, Record
from bridge.stores.folder.settings import FolderSettings

WATCHED_S = 3_600
NAME = ".read.jsonl"
_AT_START = (0, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as it was before it was read, where reading begins, and where its last whole order begins."""

    file: str  # its name in `in-work`
    bytes: int
    time_ns: int
    begins: tuple[int, int] = _AT_START  # byte and line; behind the start where the file has grown since it was read
    told: str = ""  # SHA-256 of the order there: told before and unchanged, it is no news
    last: tuple[int, int] = _AT_START
    order: str = ""  # SHA-256 of the last whole order
    where: str = ""  # put away: its path below the store's folder
    put_away_s: float = 0.0

    @classmethod
    def of(cls, file: Path, known: Reading | None) -> Reading:
        """A file that is about to be read."""
        status = file.stat()
        now = cls(file.name, status.st_size, status.st_mtime_ns)
        return now if known is None else replace(now, begins=known.begins, told=known.told)

    @property
    def place(self) -> Place:
        """Where reading begins."""
        return Place(*self.begins)

    def read_on(self, target: Path, size: int) -> Reading:
        """The same file under its new name, grown: it is read on at its last whole order; if it shrank, anew."""
        begins, told = (_AT_START, "") if size < self.bytes else (self.last, self.order)
        return Reading(target.name, self.bytes, self.time_ns, begins, told)

    def ending_with(self, last: Record | None, begins: Place) -> Reading:
        """The reading once its last whole order is known, and where that begins."""
        if last is None:
            return self
        return replace(self, last=(begins.offset, begins.line), order=_digest(last))

    def has_told(self, record: Record) -> bool:
        """Whether the first record of a file that has grown was told before it grew."""
        return bool(self.told) and self.told == _digest(record)

    def is_of(self, file: Path) -> bool:
        """Whether the file is still as it was read."""
        status = file.stat()
        return (status.st_size, status.st_mtime_ns) == (self.bytes, self.time_ns)


class Readings:
    """The readings of one store, kept beside the files in work."""

    def __init__(self, settings: FolderSettings) -> None:
        self._settings = settings
        self._path = settings.in_work / NAME
        self._kept: dict[str, Reading] = {}

    def load(self, now: datetime) -> None:
        """Take what an earlier look kept, and forget files that are gone, or were put away long ago."""
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        found = {reading.file: reading for line in lines if (reading := _read(line)) is not None}
        self._kept = {name: each for name, each in found.items() if self._is_watched(each, now)}
        if len(self._kept) < len(lines):
            self._rewrite()

    def of(self, file: Path) -> Reading | None:
        """What was read of a file in work before; None where it is new."""
        return self._kept.get(file.name)

    def put_away(self) -> list[Reading]:
        """Those that are watched for a while."""
        return [each for each in self._kept.values() if each.where]

    def keep(self, readings: Sequence[Reading]) -> None:
        """Make them durable."""
        if readings:
            self._kept |= {each.file: each for each in readings}
            effects.append_durably(self._path, "".join(json.dumps(asdict(each)) + "\n" for each in readings))

    def _is_watched(self, reading: Reading, now: datetime) -> bool:
        if not reading.where:
            return (self._settings.in_work / reading.file).exists()
        is_recent = abs(now.timestamp() - reading.put_away_s) <= WATCHED_S
        return is_recent and (self._settings.path / reading.where).exists()

    def _rewrite(self) -> None:
        if not self._kept:
            effects.remove(self._path)
            return
        whole = self._path.with_suffix(".new")
        content = "".join(json.dumps(asdict(each)) + "\n" for each in self._kept.values())
        effects.write_durably(whole, content.encode())
        effects.rename(whole, self._path)


def _read(line: str) -> Reading | None:
    """One kept line; None for one that a killed process left half written."""
    try:
        kept = json.loads(line)
        return Reading(**{**kept, "begins": tuple(kept["begins"]), "last": tuple(kept["last"])})
    except (ValueError, TypeError, KeyError):
        return None


def _digest(record: Record) -> str:
    return sha256(record.told.original).hexdigest()
