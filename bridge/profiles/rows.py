"""Rows of a CSV file that an ERP wrote: streamed, with every bound that a hostile file could break."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LINE_BYTES_MAX = 1 << 20
RECORD_LINES_MAX = 1_000
FIELD_CHARACTERS_MAX = 131_072  # csv's own limit


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


@dataclass(frozen=True, slots=True)
class Row:
    """One record, and the line on which it begins."""

    line: int
    fields: list[str]


def rows_of(path: Path, dialect: Dialect, whole_only: bool) -> Iterator[Row]:
    """The file's records. whole_only: a last record without its line end is still being written, and is left out."""
    with path.open("rb") as content:
        for line, record in _records(content, dialect, whole_only):
            try:
                fields = next(
                    csv.reader([record], delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True), []
                )
            except csv.Error as error:
                raise RowsBroken(line, f"is no row of this dialect: {error}") from error  # csv's words hold no value
            if fields and fields != [""]:
                yield Row(line, fields)


def _records(content: BinaryIO, dialect: Dialect, whole_only: bool) -> Iterator[tuple[int, str]]:
    """Lines, joined where a quoted field spans several. A quote that is doubled counts as two."""
    pending, begun = "", 1
    for number, text in enumerate(_lines(content, dialect.encoding), start=1):
        begun = begun if pending else number
        pending += text
        if pending.count(dialect.quote) % 2 and _ends_inside_quotes(pending, dialect):
            if number - begun >= RECORD_LINES_MAX or len(pending) > FIELD_CHARACTERS_MAX * 8:
                raise RowsBroken(begun, "a quoted field does not end")
            continue
        if not text.endswith("\n") and whole_only:
            return
        yield begun, pending
        pending = ""
    if pending and not whole_only:
        raise RowsBroken(begun, "a quoted field does not end")


def _lines(content: BinaryIO, encoding: str) -> Iterator[str]:
    """Decoded lines, each bounded. A byte order mark belongs to the first line only."""
    later = "utf-8" if codecs.lookup(encoding).name == "utf-8-sig" else encoding
    number = 0
    while line := content.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(line) > LINE_BYTES_MAX:
            raise RowsBroken(number, f"the line is longer than {LINE_BYTES_MAX} bytes")
        try:
            text = line.decode(encoding if number == 1 else later)
        except UnicodeDecodeError as error:
            raise RowsBroken(number, f"byte {error.start + 1} is not {encoding}") from error
        if "\x00" in text:
            raise RowsBroken(number, "holds a NUL; the file is damaged or in another encoding")
        yield text


def _ends_inside_quotes(record: str, dialect: Dialect) -> bool:
    """Whether the record goes on in the next line. A quote inside an unquoted field (5" pipe) opens nothing."""
    inside, at_start = False, True
    for character in record:
        if character == dialect.quote and (inside or at_start):
            inside = not inside  # a doubled quote closes and opens again
            at_start = inside or at_start
        else:
            at_start = character == dialect.delimiter and not inside
    return inside
