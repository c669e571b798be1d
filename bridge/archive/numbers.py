"""The highest file number of each endpoint, so that a ledger older than the archive is noticed at once.

`numbers/ENDPOINT` is raised before a file gets its place, so it is never behind the archive. It holds nothing that the
indexes do not: where it is missing, it is made again from them, newest day first.
"""

from __future__ import annotations

from pathlib import Path

from bridge.archive import effects
from bridge.archive.incoming import replace_whole
from bridge.archive.index import days_of
from bridge.archive.names import DAYS, NUMBERS, checked_owner
from bridge.archive.rows import entries_of

DIGITS_MAX = 19


def highest(archive: Path, endpoint: str) -> int | None:
    """The highest sequence number in the archive; None where the endpoint has no file there."""
    number = noted(archive, endpoint)
    if number is None:
        number = indexed(archive, endpoint)
        note(archive, endpoint, number)
    return number or None


def raise_to(archive: Path, endpoint: str, number: int) -> None:
    """Note a number that is about to get its place. A lower one changes nothing."""
    known = noted(archive, endpoint)
    if known is None:
        known = indexed(archive, endpoint)
    if number > known:
        note(archive, endpoint, number)


def noted(archive: Path, endpoint: str) -> int | None:
    """What the endpoint's file says; None where it says nothing that can be read."""
    path = archive / NUMBERS / checked_owner(endpoint)
    if not path.exists():
        return None
    with path.open("rb") as content:
        text = content.read(DIGITS_MAX + 1).strip()
    return int(text) if text.isdigit() else None


def indexed(archive: Path, endpoint: str) -> int:
    """The highest number of the newest day that has a numbered file of the endpoint; 0 where there is none."""
    beginning = f"{endpoint}/out/"
    for day in reversed(days_of(archive)):
        numbers = (
            entry.row.sequence_number or 0
            for entry in entries_of(archive / DAYS / day)
            if entry.row.path.startswith(beginning)
        )
        highest_of_day = max(numbers, default=0)
        if highest_of_day:
            return highest_of_day
    return 0


def note(archive: Path, endpoint: str, number: int) -> None:
    """Replace the endpoint's file, durably: the old number or the new one is there, never a part."""
    replace_whole(archive, archive / NUMBERS / checked_owner(endpoint), f"{number}\n".encode())
    effects.fsync_folder(archive / NUMBERS)
