"""A day's index after a kill between two of its writes: carried on if the chain proves it ours, else refused.

The order of writes is `index.csv`, `files.sha256`, `head.sha256`, each only grown (the head replaced). So after a kill
the head fits an earlier end of the index, and `files.sha256` is a beginning of what the index says. Every other
state was made by somebody else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bridge.archive.errors import ArchiveDamaged
from bridge.archive.names import FILES, HEAD, INDEX
from bridge.archive.rows import COLUMNS, Entry, checksum_lines, entries_of, follows, head_digests, lines_of, parsed


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How a day's index goes on: keep so many bytes of each file, then add what `files.sha256` lacks."""

    index_size: int
    files_size: int
    files_lack: bytes
    begins: bool = False  # not even row 0 was acknowledged: the index begins anew


def unfinished(day_path: Path) -> Unfinished:
    """What a kill left of the day's index. Raises ArchiveDamaged where it was no kill."""
    head = head_digests(day_path)
    index_size, rows, fits_head = proven(day_path, head[0] if head else None)
    if head is None and rows == 0:
        return Unfinished(0, 0, b"", begins=True)
    if not fits_head:
        raise damaged(day_path, HEAD if head is None else INDEX, "it does not fit the head that was kept of it")
    files_size, lack = missing_lines(day_path, index_size, head[1] if head else None)
    return Unfinished(index_size, files_size, lack)


def proven(day_path: Path, head_sha256: str | None) -> tuple[int, int, bool]:
    """How many bytes of the index are whole chained lines, how many file rows, and whether the head fits on the way."""
    digest = hashlib.sha256()
    size, rows, fits_head = 0, 0, False
    before: Entry | None = None
    for line in lines_of(day_path / INDEX):
        if size == 0:
            whole = line == COLUMNS
            unfinished_line = COLUMNS.startswith(line)
        else:
            entry = parsed(line)
            whole = follows(entry, before, line)
            unfinished_line = not line.endswith(b"\n")
            before = entry if whole else before
            rows += whole and before is not None and before.number > 0
        if not whole:
            if unfinished_line:
                break
            raise damaged(day_path, INDEX, f"the chain breaks after row {before.number if before else 0}")
        digest.update(line)
        size += len(line)
        fits_head = fits_head or digest.copy().hexdigest() == head_sha256
    return size, rows, fits_head


def missing_lines(day_path: Path, index_size: int, head_sha256: str | None) -> tuple[int, bytes]:
    """How many bytes of `files.sha256` are right, and the lines that it lacks. Raises ArchiveDamaged."""
    digest = hashlib.sha256()
    size, lack, fits_head = 0, b"", digest.hexdigest() == head_sha256
    if not (day_path / FILES).is_file():
        raise damaged(day_path, FILES, "it is gone")
    with (day_path / FILES).open("rb") as content:
        for entry in entries_of(day_path, index_size):
            expected = checksum_lines(entry.row)
            found = content.read(len(expected)) if not lack else b""
            if found == expected:
                size += len(expected)
                digest.update(expected)
                fits_head = fits_head or digest.copy().hexdigest() == head_sha256
            elif expected.startswith(found):
                lack += expected
            else:
                raise damaged(day_path, FILES, f"its lines for row {entry.number} of {INDEX} are not as written")
        if content.read(1):
            raise damaged(day_path, FILES, f"it has lines that {INDEX} has not")
    if not fits_head:
        raise damaged(day_path, FILES, "it does not fit the head that was kept of it")
    return size, lack


def damaged(day_path: Path, name: str, what: str) -> ArchiveDamaged:
    """The refusal for one of the day's three files."""
    return ArchiveDamaged(path=f"{day_path.parent.name}/{day_path.name}/{name}", what=what)
