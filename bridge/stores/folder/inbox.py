"""Which dropped files are whole, and where they go: from the folder to `in-work`, then to `processed` or `refused`.

A whole file is first renamed into `in-work` under a number that only grows, so that nothing appears before a file that
is already read. It leaves `in-work` at the look after the one that read it, when the cursor behind it has come back:
then its orders are in the ledger. A killed process therefore reads a file again and never loses one. A file that has
grown since it was read gets a new number, and what is new in it is read.
"""

from __future__ import annotations

import errno
import heapq
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bridge.domain.clock import Clock
from bridge.domain.errors import Refused, Unavailable
from bridge.domain.problems import ProblemKind
from bridge.stores.folder import effects
from bridge.stores.folder.ahead import FilesAhead
from bridge.stores.folder.kinds import NO_EXPORTS
from bridge.stores.folder.readings import Reading, Readings
from bridge.stores.folder.settings import FolderSettings

FILES_PER_LOOK_MAX = 5_000
NAME_LENGTH_MAX = 120
TRIGGER_LATE_S = 3_600
PROBLEMS_SUFFIX = ".problems.txt"
_NUMBERED = re.compile(r"([0-9]{8})\.([0-9]{5})-(.+)")
_NOT_OURS_NOW = (
    errno.ENOENT,
    errno.EBUSY,
    errno.ETXTBSY,
)  # taken away just now, or held by its writer (Windows shares)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class FolderUnavailable(Unavailable):
    """The folder cannot be listed or changed at the moment."""

    kind = ProblemKind(
        code="store-folder-unavailable",
        title="Store {store}: the folder cannot be used",
        message="Store {store}: the folder {path} cannot be used ({what}).",
        action="Mount it, or give erp-bridge's user all rights there. It is tried again by itself.",
        cause="store-folder:{store}",
        meaning="The folder of order files is not there, not mounted, or not permitted.",
        temporary=True,
    )


class FolderFull(Refused):
    """The number space of the inbox is used up."""

    kind = ProblemKind(
        code="store-folder-numbers",
        title="Store {store}: the folder's numbers are used up",
        message="Store {store}: in-work has reached number {number}.",
        action="Empty in-work and processed of the folder, then begin with a new store name.",
        cause="store-folder-numbers:{store}",
        meaning="A hundred million looks with news have been made at one folder.",
    )


class Inbox:
    """The dropped files of one folder store."""

    def __init__(self, settings: FolderSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._suffixes = (*settings.suffixes, *NO_EXPORTS)  # of files that are read, or refused with the reason
        self._ahead = FilesAhead(settings.in_work)
        self.readings = Readings(settings)

    def begin(self, after: str) -> list[Path]:
        """Put away what the cursor says is in the ledger, take what is whole; gives the files to read, in order.

        after: the last numbered name whose orders are all in the ledger.
        """
        try:
            self._make_folders()
            self._clear_triggers()
            self.readings.load(self._clock())
            grown = self._grown()
            left = self._put_away(after, grown)
            number = max([_number_of(after), *(_number_of(path.name) for path in left)]) + 1
            if number > 99_999_999:
                raise FolderFull(store=self._settings.name, number=number)
            again = self._again(number, grown)
            taken = self._take(number, len(again))
        except OSError as error:
            raise self.unavailable(error) from error
        return left + again + taken

    def note(self, file: Path, message: str) -> None:
        """Write down what is wrong with a file, for the person who finds it in `refused`."""
        effects.append_line(_notes_of(file), message)

    def forget_notes(self, file: Path) -> None:
        """A file that is read from its start begins a new list of what is wrong."""
        notes = _notes_of(file)
        if notes.exists():
            effects.remove(notes)

    def waiting(self) -> Iterator[os.DirEntry[str]]:
        """The files in the folder that look like order files, or like what people drop in place of them."""
        yield from (entry for entry in self._files() if Path(entry.name).suffix.lower() in self._suffixes)

    def keep(self, readings: Sequence[Reading]) -> None:
        """Remember what was read, before the cursor behind it can be kept."""
        try:
            self.readings.keep(readings)
        except OSError as error:
            raise self.unavailable(error) from error

    def unread(self) -> list[str]:
        """The names of files that will never be read, as their suffix says nothing to us."""
        trigger = self._settings.trigger
        names = (entry.name for entry in self._files() if Path(entry.name).suffix.lower() not in self._suffixes)
        return sorted(_safe(name) for name in names if not (trigger and name.endswith(trigger)))

    def without_trigger(self) -> list[str]:
        """The names of files that should have had their trigger by now."""
        trigger, latest = self._settings.trigger, self._clock().timestamp() - TRIGGER_LATE_S
        late = (entry.name for entry in self.waiting() if trigger and entry.stat().st_mtime < latest)
        return sorted(_safe(name) for name in late if not (self._settings.path / (name + trigger)).exists())

    def _files(self) -> Iterator[os.DirEntry[str]]:
        """Plain files that are not hidden."""
        with os.scandir(self._settings.path) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    yield entry

    def _make_folders(self) -> None:
        settings = self._settings
        if not settings.path.is_dir():  # a missing mount must not become an empty local folder
            raise FileNotFoundError(2, "it is not there")
        for folder in (settings.in_work, settings.processed, settings.refused):
            effects.make_folder(folder)

    def _clear_triggers(self) -> None:
        """Remove the trigger of a file that a killed look took: the next file of that name must not be taken early."""
        trigger = self._settings.trigger
        taken = {dropped_name(path) for path in self._settings.in_work.iterdir()} if trigger else set()
        if not taken:
            return
        with os.scandir(self._settings.path) as entries:
            for entry in entries:
                name = entry.name.removesuffix(trigger)
                if name != entry.name and _safe(name) in taken and not (self._settings.path / name).exists():
                    effects.remove(self._settings.path / entry.name)

    def _grown(self) -> list[tuple[Path, Reading]]:
        """Files put away a while ago that somebody still writes to."""
        watched = ((self._settings.path / each.where, each) for each in self.readings.put_away())
        return [(path, each) for path, each in watched if not each.is_of(path)]

    def _put_away(self, after: str, grown: list[tuple[Path, Reading]]) -> list[Path]:
        """Move what is done, add what has grown to `grown`; gives what is not done, in order."""
        left: list[Path] = []
        away: list[Reading] = []
        for path in sorted(self._settings.in_work.iterdir()):
            if not _NUMBERED.fullmatch(path.name):
                continue
            if path.name.endswith(PROBLEMS_SUFFIX):
                if path.exists() and not path.with_name(path.name.removesuffix(PROBLEMS_SUFFIX)).exists():
                    _move(path, self._settings.refused)  # killed between the file's move and that of its notes
                continue
            reading = self.readings.of(path)
            if path.name > after:
                left.append(path)
            elif reading is not None and not reading.is_of(path):
                grown.append((path, reading))
            else:
                where = self._move_away(path)
                if reading is not None:
                    away.append(replace(reading, where=where, put_away_s=self._clock().timestamp()))
        self.readings.keep(away)
        return left

    def _move_away(self, path: Path) -> str:
        """A file that is done goes to `processed`, or with its notes to `refused`; gives where it lies then."""
        notes = _notes_of(path)
        target = self._settings.refused if notes.exists() else self._settings.processed
        moved = _move(path, target)
        if notes.exists():
            _move(notes, target)
        return str(moved.relative_to(self._settings.path))

    def _again(self, number: int, grown: Sequence[tuple[Path, Reading]]) -> list[Path]:
        """Give files that have grown a new number, with where reading goes on; gives them in order."""
        again: list[Path] = []
        for index, (path, reading) in enumerate(grown):
            target = self._settings.in_work / f"{number:08d}.{index:05d}-{dropped_name(path)}"
            known = reading.read_on(target, path.stat().st_size)
            self.readings.keep([known])
            if _notes_of(path).exists():
                effects.rename(_notes_of(path), _notes_of(target))
                what = f"grew after it was read; it was read on from line {known.place.line}"
                self.note(target, f"{dropped_name(path)} {what}.")
            effects.rename(path, target)
            again.append(target)
        return again

    def _take(self, number: int, first: int) -> list[Path]:
        """Rename each whole file into `in-work`, oldest first, counted from `first` on."""
        now = self._clock()
        self._ahead.load()
        whole = [item for entry in self.waiting() if (item := self._if_whole(entry, now)) is not None]
        self._ahead.keep()
        taken: list[Path] = []
        for index, (_, name) in enumerate(heapq.nsmallest(FILES_PER_LOOK_MAX, whole), start=first):
            target = self._settings.in_work / f"{number:08d}.{index:05d}-{_safe(name)}"
            try:
                effects.rename(self._settings.path / name, target)
            except OSError as error:
                if error.errno in _NOT_OURS_NOW:
                    continue
                raise
            if self._settings.trigger:
                effects.remove(self._settings.path / (name + self._settings.trigger))
            taken.append(target)
        return taken

    def _if_whole(self, entry: os.DirEntry[str], now: datetime) -> tuple[int, str] | None:
        """(time, name) of a file that is complete."""
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # its writer renamed it just now
            return None
        item = (status.st_mtime_ns, entry.name)
        if self._settings.trigger:
            return item if (self._settings.path / (entry.name + self._settings.trigger)).exists() else None
        still_s = now.timestamp() - status.st_mtime
        if still_s < 0:
            since = self._ahead.since(entry.name, status.st_size, status.st_mtime_ns, now)
            still_s = (now - since).total_seconds() or -1.0  # at least two looks
        return item if still_s >= self._settings.settle_s else None

    def unavailable(self, error: OSError) -> FolderUnavailable:
        what = "it is not there" if isinstance(error, FileNotFoundError) else (error.strerror or "no reason given")
        return FolderUnavailable(store=self._settings.name, path=self._settings.path, what=what)


def dropped_name(file: Path) -> str:
    """The name a numbered file was dropped under, as far as it is safe to repeat."""
    match = _NUMBERED.fullmatch(file.name)
    return match.group(3) if match else file.name


def _number_of(name: str) -> int:
    match = _NUMBERED.fullmatch(name)
    return int(match.group(1)) if match else 0


def _safe(name: str) -> str:
    """A foreign name without characters that harm a log, a terminal or a path; its suffix stays."""
    suffix = Path(name).suffix
    return _UNSAFE.sub("_", name)[: NAME_LENGTH_MAX - len(suffix)].removesuffix(suffix) + suffix


def _notes_of(file: Path) -> Path:
    """What is wrong with a file, written beside it."""
    return file.with_name(file.name + PROBLEMS_SUFFIX)


def _move(path: Path, folder: Path) -> Path:
    """Move without overwriting: after a lost ledger the numbers begin anew beside older files."""
    target = folder / path.name
    again = 2
    while target.exists():
        target = folder / f"{path.stem}~{again}{path.suffix}"
        again += 1
    effects.rename(path, target)
    return target
