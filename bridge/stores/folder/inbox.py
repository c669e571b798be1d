"""Which dropped files are whole, and where they go: from the folder to `in-work`, then to `processed` or `refused`.

A whole file is first renamed into `in-work` under a number that only grows, so that nothing appears before a file that
is already read. It leaves `in-work` at the look after the one that read it, when the cursor behind it has come back:
then its orders are in the ledger. A killed process therefore reads a file again and never loses one.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bridge.domain.clock import Clock
from bridge.domain.errors import Refused, Unavailable
from bridge.domain.problems import ProblemKind
from bridge.stores.folder import effects
from bridge.stores.folder.settings import FolderSettings

FILES_PER_LOOK_MAX = 5_000
NAME_LENGTH_MAX = 120
PROBLEMS_SUFFIX = ".problems.txt"
_NUMBERED = re.compile(r"([0-9]{8})\.([0-9]{5})-(.+)")
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
        self._seen: dict[str, tuple[int, int, datetime]] = {}  # name: size, time, since when we see it so

    def begin(self, after: str) -> list[Path]:
        """Put away what the cursor says is in the ledger, take what is whole; gives the files to read, in order.

        after: the last numbered name whose orders are all in the ledger.
        """
        try:
            self._make_folders()
            self._clear_triggers()
            left = self._put_away(after)
            taken = self._take(max([_number_of(after), *(_number_of(path.name) for path in left)]) + 1)
        except OSError as error:
            raise self.unavailable(error) from error
        return left + taken

    def note(self, file: Path, message: str) -> None:
        """Write down what is wrong with a file, for the person who finds it in `refused`."""
        effects.append_line(file.with_name(file.name + PROBLEMS_SUFFIX), message)

    def forget_notes(self, file: Path) -> None:
        """A file that is read from its start begins a new list of what is wrong."""
        notes = file.with_name(file.name + PROBLEMS_SUFFIX)
        if notes.exists():
            effects.remove(notes)

    def waiting(self) -> Iterator[os.DirEntry[str]]:
        """The files in the folder that look like order files."""
        yield from (entry for entry in self._files() if Path(entry.name).suffix.lower() in self._settings.suffixes)

    def unread(self) -> list[str]:
        """The names of files that will never be read, as their suffix says nothing to us."""
        trigger = self._settings.trigger
        names = (
            entry.name for entry in self._files() if Path(entry.name).suffix.lower() not in self._settings.suffixes
        )
        return sorted(_safe(name) for name in names if not (trigger and name.endswith(trigger)))

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

    def _put_away(self, after: str) -> list[Path]:
        """Move what is done; gives what is not, in order."""
        left: list[Path] = []
        for path in sorted(self._settings.in_work.iterdir()):
            if not _NUMBERED.fullmatch(path.name):
                continue
            if path.name.endswith(PROBLEMS_SUFFIX):
                if path.exists() and not path.with_name(path.name.removesuffix(PROBLEMS_SUFFIX)).exists():
                    _move(path, self._settings.refused)  # killed between the file's move and that of its notes
                continue
            if path.name > after:
                left.append(path)
                continue
            notes = path.with_name(path.name + PROBLEMS_SUFFIX)
            target = self._settings.refused if notes.exists() else self._settings.processed
            _move(path, target)
            if notes.exists():
                _move(notes, target)
        return left

    def _take(self, number: int) -> list[Path]:
        """Rename each whole file into `in-work`, oldest first."""
        if number > 99_999_999:
            raise FolderFull(store=self._settings.name, number=number)
        now = self._clock()
        found: dict[str, tuple[int, int, datetime]] = {}
        whole = [item for entry in self.waiting() if (item := self._if_whole(entry, now, found)) is not None]
        self._seen = found
        taken: list[Path] = []
        for index, (_, name) in enumerate(heapq.nsmallest(FILES_PER_LOOK_MAX, whole)):
            target = self._settings.in_work / f"{number:08d}.{index:05d}-{_safe(name)}"
            effects.rename(self._settings.path / name, target)
            if self._settings.trigger:
                effects.remove(self._settings.path / (name + self._settings.trigger))
            taken.append(target)
        return taken

    def _if_whole(
        self, entry: os.DirEntry[str], now: datetime, found: dict[str, tuple[int, int, datetime]]
    ) -> tuple[int, str] | None:
        """(time, name) of a file that is complete."""
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # its writer renamed it just now
            return None
        item = (status.st_mtime_ns, entry.name)
        if self._settings.trigger:
            return item if (self._settings.path / (entry.name + self._settings.trigger)).exists() else None
        size, time_ns, since = self._seen.get(entry.name, (-1, -1, now))
        if (size, time_ns) != (status.st_size, status.st_mtime_ns):
            since = now
        found[entry.name] = (status.st_size, status.st_mtime_ns, since)
        settle_s = self._settings.settle_s
        still_by_file_s = now.timestamp() - status.st_mtime
        still_by_us_s = (now - since).total_seconds()  # where the file server's clock runs ahead of ours
        return item if still_by_file_s >= settle_s or still_by_us_s >= max(settle_s, 0.001) else None

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


def _move(path: Path, folder: Path) -> None:
    """Move without overwriting: after a lost ledger the numbers begin anew beside older files."""
    target = folder / path.name
    again = 2
    while target.exists():
        target = folder / f"{path.stem}~{again}{path.suffix}"
        again += 1
    effects.rename(path, target)
