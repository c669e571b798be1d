"""Rows of a CSV file that an ERP wrote: streamed, with every bound that a hostile file could break."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, compress
from pathlib import Path
from typing import BinaryIO

LINE_BYTES_MAX = 1 << 20
NUMBER_MAX = 250  # characters of an id or a document number: indexes of databases hold no endless ones
CHUNK_BYTES = 1 << 15  # larger ones are slower: what is made of one no longer fits a processor's cache
RECORD_LINES_MAX = 1_000
RECORD_LENGTH_MAX = 1 << 20  # characters
UNENDED = "a quoted field does not end"
CSV_UNENDED = "unexpected end of data"  # as csv says it


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
Block = tuple[Sequence[int], list[list[str]]]  # the same of many records


def rows_of(path: Path, dialect: Dialect, whole_only: bool) -> Iterator[Row]:
    """The file's records. whole_only: a last record without its line end is still being written, and is left out."""
    for lines, records in blocks_of(path, dialect, whole_only):
        yield from zip(lines, records, strict=True)


def blocks_of(path: Path, dialect: Dialect, whole_only: bool) -> Iterator[Block]:
    """The same, as many at a time as have been read. Raises RowsBroken after those before what is wrong."""
    begun, held = 1, ""  # the line on which a record begins that has not ended yet, and what is there of it
    with path.open("rb") as content:
        for text in _texts_of(content, dialect.encoding, whole_only):
            read = _Read(held + text, dialect)
            yield read.block(begun)
            begun, held = begun + read.lines, read.rest
            if read.wrong:
                raise RowsBroken(begun, f"is no row of this dialect: {read.wrong}")
            if len(held) > RECORD_LENGTH_MAX or held.count("\n") > RECORD_LINES_MAX:
                raise RowsBroken(begun, UNENDED)
    if held and not whole_only:
        raise RowsBroken(begun, UNENDED)


class _Read:
    """Lines that begin with a record, read as far as it goes.

    lines: how many belong to whole records. rest: what follows them, the beginning of a record. wrong: why that can be
    none.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._records: list[list[str]] = []
        self.rest = self.wrong = ""
        lines = StringIO(text, newline="\n")
        records = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
        try:
            self._records.extend(records)  # where one cannot be read, those before it are there
            self.lines = records.line_num
        except csv.Error as error:
            self.lines = sum(map(_lines_in, self._records))
            self.rest = text.split("\n", self.lines)[-1]
            self.wrong = "" if str(error) == CSV_UNENDED else str(error)  # csv's words hold no value

    def block(self, begun: int) -> Block:
        """The records with something in them, if the first begins on this line."""
        records = self._records
        lines: Sequence[int] = range(begun, begun + self.lines)
        if len(lines) != len(records):
            lines = list(accumulate(map(_lines_in, records), initial=begun))[:-1]
        if all(records) and [""] not in records:
            return lines, records
        filled = [fields != [] and fields != [""] for fields in records]
        return list(compress(lines, filled)), list(compress(records, filled))


def _lines_in(fields: Sequence[str]) -> int:
    """How many lines a record takes."""
    return 1 + sum(field.count("\n") for field in fields)


def _texts_of(content: BinaryIO, encoding: str, whole_only: bool) -> Iterator[str]:
    """Whole lines, many at a time, as they are asked for. Raises RowsBroken after those before what is wrong."""
    rest, number = b"", 1  # of the line that follows
    has_mark = codecs.lookup(encoding).name == "utf-8-sig"
    letters = "utf-8" if has_mark else encoding  # a mark is one at the file's begin only, wherever a chunk ends
    while chunk := content.read(CHUNK_BYTES):
        held = rest + chunk
        whole, mark, rest = held.rpartition(b"\n")
        if max(held.find(b"\n"), len(rest)) > LINE_BYTES_MAX:  # only the first line can span chunks
            raise RowsBroken(number, f"the line is longer than {LINE_BYTES_MAX} bytes")
        lines = whole + mark
        text, wrong = _text_of(lines.removeprefix(codecs.BOM_UTF8) if has_mark else lines, letters)
        yield text
        number += text.count("\n")
        if wrong:
            raise RowsBroken(number, wrong)
        has_mark = has_mark and not mark
    if rest and not whole_only:
        text, wrong = _text_of(rest.removeprefix(codecs.BOM_UTF8) if has_mark else rest, letters)
        yield text
        if wrong:
            raise RowsBroken(number, wrong)


def _text_of(lines: bytes, encoding: str) -> tuple[str, str]:
    """The text of lines, or of those before one that is wrong, and what is wrong with it."""
    wrong = ""
    try:
        text = lines.decode(encoding)
    except UnicodeDecodeError as error:
        start = lines.rfind(b"\n", 0, error.start) + 1
        wrong = f"byte {error.start - start + 1} is not {encoding}"
        text = lines[:start].decode(encoding)
    if "\x00" in text:
        wrong = "holds a NUL; the file is damaged or in another encoding"
        text = text[: text.rfind("\n", 0, text.index("\x00")) + 1]
    return text, wrong
