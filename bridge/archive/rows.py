"""The lines of a day's index, as docs/archive-format.md states them: made, chained, read back. Writes nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.archive.names import FILES, HEAD, INDEX, RECORD

COLUMNS = b"number,path,bytes,sha256,record_sha256,sequence_number,chain\n"
NO_CHAIN = "0" * 64
LINE_BYTES_MAX = 1024  # owner 63, name 150, four digests, three numbers
READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the day. `path` is seen from the day's folder."""

    path: str
    size: int
    sha256: str
    record_sha256: str  # empty in row 0, which stands for no file
    sequence_number: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it stands in the index, with its number and chain value."""

    number: int
    row: Row
    chain: str


def row_text(number: int, row: Row) -> str:
    """The row up to its last comma, not included: what the chain covers."""
    sequence_number = "" if row.sequence_number is None else row.sequence_number
    return f"{number},{row.path},{row.size},{row.sha256},{row.record_sha256},{sequence_number}"


def chained(before: str, text: str) -> str:
    """The chain value of a row that follows `before`."""
    return hashlib.sha256(f"{before},{text}".encode()).hexdigest()


def row_line(before: str, number: int, row: Row) -> tuple[bytes, str]:
    """The row's line in `index.csv`, and its chain value."""
    text = row_text(number, row)
    chain = chained(before, text)
    return f"{text},{chain}\n".encode(), chain


def checksum_lines(row: Row) -> bytes:
    """The row's two lines of `files.sha256`; none for row 0."""
    if not row.record_sha256:
        return b""
    return f"{row.sha256}  {row.path}\n{row.record_sha256}  {row.path}{RECORD}\n".encode()


def head_text(index_sha256: str, files_sha256: str) -> bytes:
    """The whole content of `head.sha256`."""
    return f"{index_sha256}  {INDEX}\n{files_sha256}  {FILES}\n".encode()


def head_digests(day_path: Path) -> tuple[str, str] | None:
    """The digests that `head.sha256` gives for the index and the list; None where there is no whole head."""
    head = day_path / HEAD
    if not head.exists():
        return None
    with head.open("rb") as content:
        text = content.read(LINE_BYTES_MAX)
    index_sha256, files_sha256 = text[:64].decode("ascii", "replace"), text[76:140].decode("ascii", "replace")
    return (index_sha256, files_sha256) if text == head_text(index_sha256, files_sha256) else None


def parsed(line: bytes) -> Entry | None:
    """The entry of one whole line; None where it is none."""
    try:
        number, path, size, sha256, record_sha256, sequence, chain = line.decode().removesuffix("\n").split(",")
        row = Row(path, int(size), sha256, record_sha256, int(sequence) if sequence else None)
        return Entry(int(number), row, chain)
    except ValueError:
        return None


def follows(entry: Entry | None, before: Entry | None, line: bytes) -> bool:
    """Whether a line is the one that comes after `before` (None: at the start), by number, chain and spelling."""
    if entry is None:
        return False
    number, chain = (before.number + 1, before.chain) if before else (0, NO_CHAIN)
    return line == row_line(chain, number, entry.row)[0]


def lines_of(path: Path, size: int | None = None) -> Iterator[bytes]:
    """The lines of a growing file, up to `size` bytes; one that is too long to be ours comes in pieces."""
    with path.open("rb") as content:
        left = os.fstat(content.fileno()).st_size if size is None else size
        while left > 0 and (line := content.readline(min(left, LINE_BYTES_MAX))):
            left -= len(line)
            yield line


def entries_of(day_path: Path, size: int | None = None) -> Iterator[Entry]:
    """The entries of a day in order of arrival, row 0 left out. Unreadable lines are for `verify` to report."""
    index = day_path / INDEX
    if not index.exists():
        return
    for line in lines_of(index, size):
        entry = parsed(line)
        if entry is not None and entry.row.record_sha256:
            yield entry


def last_entry(day_path: Path) -> Entry | None:
    """The entry of the index's last whole line, row 0 included; None where there is none."""
    index = day_path / INDEX
    if not index.exists():
        return None
    with index.open("rb") as content:
        size = content.seek(0, os.SEEK_END)
        content.seek(max(0, size - 2 * LINE_BYTES_MAX))
        lines = content.read().splitlines(keepends=True)
    for line in reversed(lines):
        if line.endswith(b"\n"):
            return parsed(line)
    return None
