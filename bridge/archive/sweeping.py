"""After a kill: placements are finished, the newest indexes mended, and what nobody needs leaves `incoming/`.

Only `incoming/` is ever swept.
"""

from __future__ import annotations

import os
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


def sweep_incoming(archive: Path, known: Callable[[str], bool], older_than: datetime, remembered: Remembered) -> int:
    """Finish or remove what lies in `incoming/`; gives how many files were removed.

    known: whether the ledger has a sealed file with this digest that is not in its place yet; it is left to settle.
    older_than: what was written later is left to the pass that writes it.
    """
    mend_newest(archive, remembered)
    removed = 0
    for entry in list(os.scandir(archive / INCOMING)):
        removed += sweep_entry(archive, entry, known, older_than, remembered)
    return removed


def mend_newest(archive: Path, remembered: Remembered) -> None:
    """Open the newest indexes once, which carries on what a kill left unfinished. Raises ArchiveDamaged."""
    for day in days_of(archive)[-DAYS_BACK_MAX:]:
        folder = archive / DAYS / day
        if (folder / INDEX).exists() or not any(folder.iterdir()):
            with DayIndex.opened(archive, date.fromisoformat(day), remembered):
                continue


def sweep_entry(
    archive: Path,
    entry: os.DirEntry[str],
    known: Callable[[str], bool],
    older_than: datetime,
    remembered: Remembered,
) -> bool:
    """What becomes of one entry; whether it was removed as not needed."""
    with suppress(FileNotFoundError):  # another process placed or swept it meanwhile
        facts = entry.stat(follow_symlinks=False)
        old = facts.st_mtime < older_than.timestamp()
        if entry.name.startswith(PART) and old:
            remove = effects.remove_folder if entry.is_dir(follow_symlinks=False) else effects.unlink
            remove(Path(entry.path))
            return True
        if not DIGEST.fullmatch(entry.name) or known(entry.name):
            return False
        if facts.st_nlink > 1:
            place(archive, list(unfinished_places(archive, entry.name, facts.st_ino)), remembered)
        elif old:
            effects.unlink(Path(entry.path))
            return True
    return False


def unfinished_places(archive: Path, sha256: str, inode: int) -> Iterator[Placement]:
    """The names that the kept bytes have in the newest days: each placement that was begun and not ended."""
    record = {"why": "placed, then stopped before its index row"}
    for day in reversed(days_of(archive)[-DAYS_BACK_MAX:]):
        for path in (archive / DAYS / day).glob("*/*/*"):
            owner, way, name = path.parts[-3:]
            direction: Direction = "out" if way == "out" else "in"
            if not name.endswith(RECORD) and path.stat(follow_symlinks=False).st_ino == inode:
                yield Placement(sha256, date.fromisoformat(day), owner, direction, name, record)
