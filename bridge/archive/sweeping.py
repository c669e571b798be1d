"""After a kill: `mend` finishes placements and indexes, `sweep_incoming` removes what nobody needs.

Only `incoming/` is ever swept.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from bridge.archive import effects
from bridge.archive.index import DayIndex, Remembered, days_of
from bridge.archive.names import DAYS, DIGEST, INCOMING, INDEX, PART, RECORD, Direction
from bridge.archive.placing import place
from bridge.archive.records import Placement

DAYS_BACK_MAX = 7  # how far back an unfinished placement is looked for: a kill is followed by a pass within days


def mend(archive: Path, remembered: Remembered) -> int:
    """Finish what a kill left of received files and of the newest indexes; gives how many placements that were.

    Cheap and harmless at any time, beside other processes too. Export files are left to settle, which repeats their
    placement with their record. Raises ArchiveDamaged where an index was changed by somebody else.
    """
    mend_newest(archive, remembered)
    finished = 0
    for entry in list(os.scandir(archive / INCOMING)):
        with suppress(FileNotFoundError):  # another process placed it meanwhile
            facts = entry.stat(follow_symlinks=False)
            if DIGEST.fullmatch(entry.name) and facts.st_nlink > 1:
                places = list(unfinished_places(archive, entry.name, facts.st_ino))
                received = [item for item in places if item.direction == "in"]
                place(archive, received, remembered)
                finished += len(received)
    return finished


def mend_newest(archive: Path, remembered: Remembered) -> None:
    """Open the newest indexes once, which carries on what a kill left unfinished. Raises ArchiveDamaged."""
    for day in days_of(archive)[-DAYS_BACK_MAX:]:
        folder = archive / DAYS / day
        if (folder / INDEX).exists() or not any(folder.iterdir()):
            with DayIndex.opened(archive, date.fromisoformat(day), remembered):
                continue


def sweep_incoming(archive: Path, known: Callable[[str], bool], older_than: datetime) -> int:
    """Remove from `incoming/` what nobody needs; gives how many files that were.

    known: whether the ledger has, for any endpoint, a sealed file with this digest that is not in its place yet; it is
    left to settle. older_than: what was written later is left to the pass that writes it.
    """
    removed = 0
    for entry in list(os.scandir(archive / INCOMING)):
        with suppress(FileNotFoundError):  # another process placed or swept it meanwhile
            if is_old(Path(entry.path), older_than) and is_waste(entry.name, known):
                if entry.is_dir(follow_symlinks=False):
                    effects.remove_folder(Path(entry.path))
                    removed += 1
                else:
                    removed += remove_old(Path(entry.path), older_than)
    return removed


def is_old(path: Path, older_than: datetime) -> bool:
    """Whether it was written, or kept once more, before then."""
    return path.stat(follow_symlinks=False).st_mtime < older_than.timestamp()


def remove_old(path: Path, older_than: datetime) -> bool:
    """Remove a file, unless the same bytes were kept again since it was looked at: then it stays.

    It is looked at once more under a name that nobody else knows, so that nothing comes between look and removal.
    """
    aside = path.with_name(PART + secrets.token_hex(8))
    effects.rename(path, aside, FileNotFoundError)
    is_waste_still = is_old(aside, older_than)
    if not is_waste_still:
        with suppress(FileExistsError):  # kept once more even now
            effects.link(aside, path)
    effects.unlink(aside)
    return is_waste_still


def is_waste(name: str, known: Callable[[str], bool]) -> bool:
    """A write that never ended, or bytes that nothing was made of. Other names are for `verify` to report."""
    return name.startswith(PART) or (DIGEST.fullmatch(name) is not None and not known(name))


def unfinished_places(archive: Path, sha256: str, inode: int) -> Iterator[Placement]:
    """The names that the kept bytes have in the newest days: each placement that was begun and not ended."""
    record = {"why": "placed, then stopped before its index row"}
    for day in reversed(days_of(archive)[-DAYS_BACK_MAX:]):
        for path in (archive / DAYS / day).glob("*/*/*"):
            owner, way, name = path.parts[-3:]
            direction: Direction = "out" if way == "out" else "in"
            if not name.endswith(RECORD) and path.stat(follow_symlinks=False).st_ino == inode:
                yield Placement(sha256, date.fromisoformat(day), owner, direction, name, record)
