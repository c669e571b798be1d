"""Rows of a CSV file that an ERP wrote: streamed, with every bound that a hostile file could break."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

LINE_BYTES_MAX = 1 << 20
NUMBER_MAX = 250  # characters of an id or a document number: indexes of databases hold no endless ones
CHUNK_BYTES = 1 << 16
RECORD_LINES_MAX = 1_000
RECORD_BYTES_MAX = 1 << 20
UNENDED = "a quoted field does not end"


class RowsBroken(ValueError):
    """A row cannot be read: line and what is wrong, without a value."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def is_encoding(encoding: str) -> bool:
    """Whether there is such an encoding of texts."""
    try:
        return isinstance("a".encode(encoding), bytes)
    except (LookupError, UnicodeError):
        return False


def reads_in_lines(encoding: str) -> bool:
    """Whether a file in this encoding can be cut into lines before it is decoded (UTF-16 and EBCDIC cannot)."""
    try:
        return "a\n".encode(encoding).endswith(b"a\n")
    except (LookupError, UnicodeError):
        return False


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written."""

    encoding: str
    delimiter: str
    quote: str


Row = tuple[int, list[str]]  # the line on which a record begins, and its fields


def rows_of(path: Path, dialect: Dialect, whole_only: bool) -> Iterator[Row]:
    """The file's records. whole_only: a last record without its line end is still being written, and is left out."""
    with path.open("rb") as content:
        lines = _Lines(content, dialect.encoding, whole_only)
        texts = chain.from_iterable(lines.pieces())
        rows = csv.reader(texts, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
        try:
            for fields in rows:
                begun, lines.begun = lines.begun, rows.line_num + 1
                if fields and fields != [""]:
                    yield begun, fields
        except csv.Error as error:
            if not lines.ended:  # csv's words hold no value
                raise RowsBroken(lines.begun, f"is no row of this dialect: {error}") from error
            if not whole_only or rows.line_num - lines.begun >= RECORD_LINES_MAX:
                raise RowsBroken(lines.begun, UNENDED) from error


class _Lines:
    """A file's lines, many at a time.

    begun: the line on which the record begins that is being read; whoever reads records says so. ended: no more follow.
    """

    def __init__(self, content: BinaryIO, encoding: str, whole_only: bool) -> None:
        self._content, self._encoding, self._whole_only = content, encoding, whole_only
        self._number = 1  # of the line that follows
        self.begun = 1
        self.ended = False

    def pieces(self) -> Iterator[Iterable[str]]:
        """The lines with their ends, as they are asked for. Raises RowsBroken after those before what is wrong."""
        rest, pending, begun = b"", 0, 0
        has_mark = codecs.lookup(self._encoding).name == "utf-8-sig"
        while chunk := self._content.read(CHUNK_BYTES):
            held = rest + chunk
            whole, mark, rest = held.rpartition(b"\n")
            if max(held.find(b"\n"), len(rest)) > LINE_BYTES_MAX:  # only the first line can span chunks
                raise RowsBroken(self._number, f"the line is longer than {LINE_BYTES_MAX} bytes")
            pending = pending + len(whole) if self.begun == begun else 0
            begun = self.begun
            if pending > RECORD_BYTES_MAX or (pending and self._number - begun > RECORD_LINES_MAX):
                raise RowsBroken(begun, UNENDED)
            yield from self._lines_of((whole + mark).removeprefix(codecs.BOM_UTF8) if has_mark else whole + mark)
            has_mark = has_mark and not mark
        if rest and not self._whole_only:
            yield from self._lines_of(rest.removeprefix(codecs.BOM_UTF8) if has_mark else rest)
        self.ended = True

    def _lines_of(self, raw: bytes) -> Iterator[Iterable[str]]:
        """Whole lines as texts, at last those before what is wrong."""
        wrong = ""
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            start = raw.rfind(b"\n", 0, error.start) + 1
            wrong = f"byte {error.start - start + 1} is not {self._encoding}"
            text = raw[:start].decode(self._encoding)
        if "\x00" in text:
            wrong = "holds a NUL; the file is damaged or in another encoding"
            text = text[: text.rfind("\n", 0, text.index("\x00")) + 1]
        self._number += text.count("\n")
        yield StringIO(text, newline="\n")
        if wrong:
            raise RowsBroken(self._number, wrong)
