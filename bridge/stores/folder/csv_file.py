"""Order files in CSV: one row a line of an order, the order's own fields in its first row, repeated or blank below.

Columns are found by name, so their order is free and further columns are passed over. Rows of one order are adjacent;
the same order met again later in the file is a mistake of the file. Amounts left out are derived only where they follow
from their neighbours (gross from net and tax), never from a price and a rate.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bridge.stores.base import StoreOrder
from bridge.stores.folder.marks import Marks
from bridge.stores.folder.records import Place, Record, Source, as_text, malformed, told
from bridge.stores.folder.settings import AUTOMATIC, CsvDialect
from bridge.stores.rows.columns import fields_of, problems_of_header
from bridge.stores.rows.order import NotAnOrder, order_of

LINE_BYTES_MAX = 2**20
LINES_PER_ORDER_MAX = 10_000
BOM = b"\xef\xbb\xbf"
KEY = "store_order_id"


class _Unreadable(Exception):
    """The file cannot be read from here on."""


def records_of_csv(path: Path, source: Source, place: Place, dialect: CsvDialect) -> Iterator[Record]:
    """The orders of one CSV file."""
    with path.open("rb") as file:
        rows = _Rows(file, dialect)
        try:
            header = rows.header()
            missing = problems_of_header(header)
            if missing:
                raise _Unreadable(missing)
            rows.go_on_at(place)
            yield from _orders(rows, header, source, dialect)
        except _Unreadable as error:
            kept = as_text(source, rows.place.line, rows.last)
            yield Record(malformed(source, rows.place.line, str(error), kept), rows.end())


@dataclass
class _Group:
    """The rows of one order, as they come."""

    key: str
    line: int
    cells: list[list[str]] = field(default_factory=list)


def _orders(rows: _Rows, header: Sequence[str], source: Source, dialect: CsvDialect) -> Iterator[Record]:
    """The orders behind the header. An order is known to be whole when the next one begins, or at the file's end."""
    key_at = header.index(KEY)
    ended = Marks()
    group: _Group | None = None
    before = rows.place
    try:
        for cells in rows:
            key = cells[key_at].strip() if key_at < len(cells) else ""
            if group is None or (key and key != group.key):
                if group is not None:
                    yield Record(_told(group, header, source, dialect, ended), before)
                group = _Group(key, before.line)
            if len(group.cells) >= LINES_PER_ORDER_MAX:
                raise _Unreadable(f"one order has more than {LINES_PER_ORDER_MAX} rows")
            group.cells.append(cells)
            before = rows.place
    except _Unreadable:
        if group is not None:  # what cannot be read may have been a row of this order
            what = "the file cannot be read to the end of this order"
            yield Record(malformed(source, group.line, what, _kept(group, header, source), group.key), before)
        raise
    if group is not None:
        yield Record(_told(group, header, source, dialect, ended), rows.place)


def _told(group: _Group, header: Sequence[str], source: Source, dialect: CsvDialect, ended: Marks) -> StoreOrder:
    """One order's rows as an order or a problem."""
    original = _kept(group, header, source)
    try:
        if not group.key:
            raise NotAnOrder(f"{KEY} is empty in the order's first row")
        if not ended.add(group.key):
            raise NotAnOrder("its rows stand apart from earlier rows of the same order")
        if any(any(cells[len(header) :]) for cells in group.cells):
            raise NotAnOrder("a row has more cells than the header")
        named = [dict(zip(header, cells, strict=False)) for cells in group.cells]
        order = order_of(fields_of(named, dialect), source.store)
    except NotAnOrder as error:
        return malformed(source, group.line, str(error), original, group.key)
    return told(order, original)


def _kept(group: _Group, header: Sequence[str], source: Source) -> bytes:
    """The cells as they were, on one line of JSON."""
    kept = {"file": source.file, "line": group.line, "header": list(header), "rows": group.cells}
    return json.dumps(kept, ensure_ascii=False).encode()


class _Rows:
    """The rows of a file, with the byte and line behind the last one read."""

    def __init__(self, file: BinaryIO, dialect: CsvDialect) -> None:
        self._file = file
        self._dialect = dialect
        self._delimiter = dialect.delimiter
        self.place = Place()
        self.last = b""

    def header(self) -> list[str]:
        """The column names. A first line `sep=;` names the delimiter, as spreadsheets do."""
        first = self._peek()
        if first.lower().startswith("sep=") and len(first) > 4:
            self._delimiter = first[4]
            next(self._lines())
            first = self._peek()
        elif self._delimiter == AUTOMATIC:
            self._delimiter = max(",;\t|", key=first.count)
        names = [name.strip().lower() for name in next(iter(self), [])]
        if not any(names):
            raise _Unreadable("the file has no header row")
        doubled = sorted({name for name in names if name and names.count(name) > 1})
        if doubled:
            raise _Unreadable(f"the column {doubled[0][:40]} stands there twice")
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
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _Unreadable("a quoted cell does not end, or is larger than any cell of an order") from error
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
                raise _Unreadable(f"a line is longer than {LINE_BYTES_MAX} bytes")
            text = self._decoded(raw.removeprefix(BOM) if self.place.offset == 0 else raw)
            self.place = Place(self.place.offset + len(raw), self.place.line + 1)
            yield text

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode(self._dialect.encoding)
        except UnicodeDecodeError as error:
            raise _Unreadable(f"the text is not in {self._dialect.encoding}") from error
