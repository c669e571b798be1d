"""Bytes go from `incoming/` to their place in a day's folder: never overwriting, each beside its record, indexed.

Order of effects for a batch: the endpoint's highest number, each file under its name (link) and its record, their
folders, the index, and last the names in `incoming/`. Repeated after a kill, it goes on where it stopped: what has its
place with the same bytes stays, what is indexed is not indexed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.archive import effects, numbers
from bridge.archive.errors import ArchiveDamaged
from bridge.archive.index import DayIndex, Remembered
from bridge.archive.names import (
    INCOMING,
    checked_name,
    checked_owner,
    day_folder,
    folded,
    name_trouble,
    safe_name,
)
from bridge.archive.records import Placement, sequence_number_of, write_record
from bridge.archive.rows import Row
from bridge.archive.twins import holds, link_kept


@dataclass(frozen=True, slots=True)
class InPlace:
    """A file under its name in the day's folder. `path` is seen from there."""

    item: Placement
    path: str
    repeated: bool  # it lay there already


def place(archive: Path, items: Sequence[Placement], remembered: Remembered) -> list[Path]:
    """Put each file in its place; gives the paths, seen from the archive, in the order of the items.

    A received name that is unsafe or taken becomes a safe one. Raises ArchiveDamaged where a file of ours is gone or
    has other bytes than it had, ArchivePathRefused for an unsafe name of our own, ArchiveUnavailable.
    """
    paths: dict[int, Path] = {}
    for day in sorted({item.day for item in items}):
        with DayIndex.opened(archive, day, remembered) as index:
            of_day = [(number, item) for number, item in enumerate(items) if item.day == day]
            placed = place_day(archive, [item for _, item in of_day], index)
            paths |= {number: day_folder(day) / path for (number, _), path in zip(of_day, placed, strict=True)}
    return [paths[number] for number in range(len(items))]


def place_day(archive: Path, items: Sequence[Placement], index: DayIndex) -> list[str]:
    """The items of one day, under its lock."""
    raise_numbers(archive, items)
    folders = {path: Folder(index.folder / path) for path in dict.fromkeys(owner_path_of(item) for item in items)}
    placed = [put(archive, item, folders[owner_path_of(item)], index) for item in items]
    known = index.among([one.path for one in placed if one.repeated])
    fresh = {one.path: one for one in placed if one.path not in known}
    records = {path: write_record(archive, index.folder / path, one.item) for path, one in fresh.items()}
    for folder in folders.values():
        effects.fsync_folder(folder.path)
    index.add([row_of(index.folder, one, records[path]) for path, one in fresh.items()])
    for item in items:
        effects.unlink(archive / INCOMING / item.sha256)
    return [one.path for one in placed]


def owner_path_of(item: Placement) -> str:
    """`OWNER/out` or `OWNER/in`."""
    return f"{checked_owner(item.owner)}/{item.direction}"


def raise_numbers(archive: Path, items: Iterable[Placement]) -> None:
    """Each endpoint's highest number, before its file shows."""
    highest: dict[str, int] = {}
    for item in items:
        number = sequence_number_of(item)
        if number is not None:
            highest[item.owner] = max(number, highest.get(item.owner, 0))
    for endpoint, number in highest.items():
        numbers.raise_to(archive, endpoint, number)


class Folder:
    """One `OWNER/in` or `OWNER/out` of the day, made when missing, with the names that it holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        effects.make_folder(path)
        self._names: dict[str, str] | None = None

    def taken_by(self, name: str) -> str | None:
        """The name there that the usual disks take for the same, if any. Lists the folder once."""
        if self._names is None:
            with os.scandir(self.path) as entries:
                self._names = {folded(entry.name): entry.name for entry in entries}
        return self._names.get(folded(name))

    def took(self, name: str) -> None:
        """A name was used since the listing."""
        if self._names is not None:
            self._names.setdefault(folded(name), name)


def put(archive: Path, item: Placement, folder: Folder, index: DayIndex) -> InPlace:
    """The file under its name, or under the name it has from an earlier, interrupted time."""
    names = [checked_name(item.name)] if item.direction == "out" else received_names(item)
    for name in names:
        target = folder.path / name
        if item.direction == "in" and folder.taken_by(name) not in (None, name):
            continue
        repeated = not linked(archive, item, target)
        if not repeated or holds(target, item.sha256):
            folder.took(name)
            return InPlace(item, f"{owner_path_of(item)}/{name}", repeated)
        refuse_changed(item, f"{owner_path_of(item)}/{name}", index)
    raise ArchiveDamaged(
        path=str(day_folder(item.day) / owner_path_of(item) / names[-1]), what="other bytes have this name already"
    )


def received_names(item: Placement) -> list[str]:
    """The names to try for a received file, best first."""
    safe = safe_name(item.name, item.sha256)
    return [safe] if name_trouble(item.name) else [item.name, safe]


def refuse_changed(item: Placement, path: str, index: DayIndex) -> None:
    """Raise ArchiveDamaged when these very bytes were put under the name before, and others lie there now."""
    row = index.among([path]).get(path)
    if row is not None and row.sha256 == item.sha256:
        where = str(day_folder(item.day) / path)
        raise ArchiveDamaged(path=where, what="it no longer has the bytes that were put there")


def linked(archive: Path, item: Placement, target: Path) -> bool:
    """Give the kept bytes their name; False where the name is in use."""
    try:
        link_kept(archive, item.sha256, target)
    except FileExistsError:
        return False
    return True


def row_of(day_path: Path, one: InPlace, record_sha256: str) -> Row:
    """The index row of a file in its place."""
    size = (day_path / one.path).stat().st_size
    return Row(one.path, size, one.item.sha256, record_sha256, sequence_number_of(one.item))
