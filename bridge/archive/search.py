"""Finding files in the indexes alone, without the ledger: by digest or by name, newest day first.

Memory stays flat; the time grows with the days that are looked through, so the ledger is asked first where it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bridge.archive.index import days_of
from bridge.archive.names import DAYS, folded
from bridge.archive.rows import Row, entries_of

DIGEST_PART = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One indexed file. `path` is seen from the archive."""

    path: str
    day: date
    size: int
    sha256: str
    record_sha256: str
    sequence_number: int | None


def with_digest(archive: Path, sha256: str) -> Iterator[ArchivedFile]:
    """The files whose SHA-256 begins so."""
    return matching(archive, lambda row: row.sha256.startswith(sha256))


def with_name(archive: Path, part: str) -> Iterator[ArchivedFile]:
    """The files whose name has this part, upper and lower case alike."""
    wanted = folded(part)
    return matching(archive, lambda row: wanted in folded(row.path.rpartition("/")[2]))


def find(archive: Path, words: str) -> Iterator[ArchivedFile]:
    """The files that are meant by a digest (its first 8 digits or more) or by a part of a name."""
    digest = words.lower() if DIGEST_PART.fullmatch(words.lower()) else None
    name = folded(words)

    def meant(row: Row) -> bool:
        return name in folded(row.path.rpartition("/")[2]) or (digest is not None and row.sha256.startswith(digest))

    return matching(archive, meant)


def matching(archive: Path, wanted: Callable[[Row], bool]) -> Iterator[ArchivedFile]:
    """Indexed files, newest day first, within a day in order of arrival."""
    for name in reversed(days_of(archive)):
        for entry in entries_of(archive / DAYS / name):
            row = entry.row
            if wanted(row):
                yield ArchivedFile(
                    f"{DAYS}/{name}/{row.path}",
                    date.fromisoformat(name),
                    row.size,
                    row.sha256,
                    row.record_sha256,
                    row.sequence_number,
                )
