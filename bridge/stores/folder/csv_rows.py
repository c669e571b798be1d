"""The rows of one CSV file, one at a time, with the byte and line behind each: reading goes on there after a kill."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from bridge.stores.folder.records import Place, UnreadableFile
from bridge.stores.folder.settings import AUTOMATIC, CsvDialect

LINE_BYTES_MAX = 2**20
_QUOTED = re.compile(r'"[^"]*"')
BOM = b"\xef\xbb\xbf"


class CsvRows:
    """The rows of a file, with the byte and line behind the last one read."""

    def __init__(self, file: BinaryIO, dialect: CsvDialect) -> None:
        self._file = file
        self._dialect = dialect
        self._delimiter = dialect.delimiter
        self._width = 0
        self.place = Place()
        self.row_line = 1  # where the row begins that was read last
        self.last = b""

    def header(self) -> list[str]:
        """The column names. A first line `sep=;` names the delimiter, as spreadsheets do."""
        first = self._peek()
        if first.lower().startswith("sep=") and len(first) > 4:
            self._delimiter = first[4]
            next(self._lines())
            first = self._peek()
        elif self._delimiter == AUTOMATIC:
            self._delimiter = max(",;\t|", key=_QUOTED.sub("", first).count)
        if "\r" in first:
            raise UnreadableFile("its lines end in a bare carriage return: save it with ordinary line ends")
        names = [name.strip().lower() for name in next(iter(self), [])]
        if not any(names):
            raise UnreadableFile("the file has no header row")
        self._width = len(names)
        return names

    def go_on_at(self, place: Place) -> None:
        """Continue where an earlier look ended; the header is always read first."""
        if place.offset > self.place.offset:
            self._file.seek(place.offset)
            self.place = place

    def end(self) -> Place:
        """Behind the last byte: nothing more is read of this file."""
        return Place(self._file.seek(0, 2), self.place.line)

    def __iter__(self) -> Iterator[list[str]]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        while True:
            self.row_line = self.place.line
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise UnreadableFile("a quoted cell does not end, or is larger than any cell of an order") from error
            if len(cells) < self._width and not self.last.endswith((b"\n", b"\r")):
                raise UnreadableFile("the last line breaks off: the file was cut, or was still being written")
            if any(cell.strip() for cell in cells):
                yield cells

    def _peek(self) -> str:
        at = self._file.tell()
        raw = self._file.readline(LINE_BYTES_MAX)
        self._file.seek(at)
        return self._decoded(raw.removeprefix(BOM)).strip("\r\n")

    def _lines(self) -> Iterator[str]:
        """Decoded lines. The place is behind the last line handed out."""
        while raw := self._file.readline(LINE_BYTES_MAX):
            self.last = raw
            if len(raw) == LINE_BYTES_MAX:
                raise UnreadableFile(f"a line is longer than {LINE_BYTES_MAX} bytes")
            text = self._decoded(raw.removeprefix(BOM) if self.place.offset == 0 else raw)
            self.place = Place(self.place.offset + len(raw), self.place.line + 1)
            yield text

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode(self._dialect.encoding)
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"the text is not in {self._dialect.encoding}") from error
