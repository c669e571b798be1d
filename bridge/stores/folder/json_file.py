"""Order files in JSON: one order, a list of orders, or one order a line. Read with flat memory, whatever the size.

One order a line (`.jsonl`, `.ndjson`) is the fastest form, and the one in which a broken order harms no other: in a
list nothing behind a syntax error can be told apart any more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from io import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from bridge.domain.contract import Line, PaymentPart, Refund, RefundLine, TaxTotal, Totals
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import one_line, value_of
from bridge.stores.folder.records import RECORD_BYTES_MAX, Place, Record, Source, as_text, malformed, place_id, told
from bridge.stores.rows.order import NotAnOrder, id_of, order_of

CHUNK_BYTES = 256 * 1024
BOM = b"\xef\xbb\xbf"
RAW_KEPT_BYTES_MAX = 65_536  # of a part that is no order
BROKEN_MAX = 20  # lines in a row; more are one mistake
_SPREAD = "An order over several lines, or a list, belongs into a .json file"
_MODELS = (Line, Totals, TaxTotal, PaymentPart, Refund, RefundLine)
_NUMBERS = {
    name
    for model in _MODELS
    for name, field in model.model_fields.items()
    if field.annotation in (Decimal, Decimal | None)
}
_PERHAPS_UNDERSCORED = re.compile(rb"_[0-9]")  # found several times faster
_UNDERSCORED = re.compile(rb'"(?:%s)"[ \t\r\n]*:[ \t\r\n]*"[^"]*_' % "|".join(sorted(_NUMBERS)).encode())
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_BOUNDARIES = json.JSONDecoder()


def records_by_line(path: Path, source: Source, place: Place) -> Iterator[Record]:
    """The orders of a file with one order a line."""
    with path.open("rb") as file:
        file.seek(place.offset)
        offset, line, broken = place.offset, place.line, 0
        while raw := file.readline(RECORD_BYTES_MAX):
            offset += len(raw)
            if len(raw) == RECORD_BYTES_MAX and not raw.endswith(b"\n"):
                offset += _rest_of_line(file)
                what = f"the line is longer than {RECORD_BYTES_MAX} bytes"
                found = malformed(source, line, what, as_text(source, line, raw[:RAW_KEPT_BYTES_MAX]))
                yield Record(found, Place(offset, line + 1))
            else:
                content = (raw.removeprefix(BOM) if line == 1 else raw).strip()
                if content:
                    found = _told(content, source, line)
                    has_id = found.order is not None or found.store_order_id != place_id(source, line)
                    broken = 0 if has_id else broken + 1
                    if broken > BROKEN_MAX:
                        what = f"{broken} lines in a row are no orders; nothing behind them was read. {_SPREAD}"
                        found = malformed(source, line, what, as_text(source, line, content[:RAW_KEPT_BYTES_MAX]))
                        yield Record(found, Place(file.seek(0, SEEK_END), line))
                        return
                    yield Record(found, Place(offset, line + 1))
            line += 1


def records_of_list(path: Path, source: Source, place: Place) -> Iterator[Record]:
    """The orders of a file that holds one order, or a list of orders, laid out in any way."""
    with path.open("rb") as file:
        reader = _ListReader(file, source, place)
        yield from reader.records()


def _told(content: bytes, source: Source, line: int) -> StoreOrder:
    """One order's text as an order or a problem."""
    fields = None
    try:
        fields = value_of(content)
        _refuse_twice(content, fields)
        if _PERHAPS_UNDERSCORED.search(content) and _UNDERSCORED.search(content):
            raise NotAnOrder("an amount holds a sign that is no part of a number")
        order = order_of(fields, source.store)
    except NotAnOrder as error:
        return malformed(source, line, str(error), one_line(content.decode()), id_of(fields))
    except ValueError:
        what = "it is not JSON, or it breaks off"
        return malformed(source, line, what, as_text(source, line, content[:RAW_KEPT_BYTES_MAX]))
    return told(order, content if b"\n" not in content and b"\r" not in content else one_line(content.decode()))


def _refuse_twice(content: bytes, fields: Any) -> None:
    """Raise NotAnOrder for a field that is there twice: readers do not agree on which of the two counts.

    What was read is written again: with as many quotes as before, no name was dropped. Else it is looked into.
    """
    if _quotes_of(fields) == content.count(b'"'):
        return
    try:
        _STRICT.decode(content.decode())
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _quotes_of(fields: Any) -> int:
    """How many quotes the fields have when they are written; -1 where they cannot be."""
    try:
        return orjson.dumps(fields, default=lambda _: 0).count(b'"')
    except TypeError:  # a whole number of more than 64 bits
        return -1


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAnOrder("a field stands in it twice")
    return found


_STRICT = json.JSONDecoder(object_pairs_hook=_each_once)


def _rest_of_line(file: BinaryIO) -> int:
    """Read past the rest of an overlong line without keeping it."""
    passed = 0
    while raw := file.readline(CHUNK_BYTES):
        passed += len(raw)
        if raw.endswith(b"\n"):
            break
    return passed


class _ListReader:
    """A window on the file. Bytes are held as Latin-1 text, so that one character is one byte and places stay exact."""

    def __init__(self, file: BinaryIO, source: Source, place: Place) -> None:
        self._file = file
        self._source = source
        self._line = place.line
        self._in_list = self._opens_list()
        self._window = ""
        self._at = 0  # where in the window we are
        self._start = place.offset  # the window's first byte in the file
        self._size = file.seek(0, SEEK_END)
        file.seek(place.offset)

    def records(self) -> Iterator[Record]:
        if self._start == 0:
            self._skip_opening()
        elif self._start >= self._size:  # its end was told already
            return
        while self._to_next_value():
            if self._window[self._at] != "{":
                yield self._broken("something that is no order stands there; nothing behind it was read")
                return
            end = self._end_of_value()
            if end is None:
                yield self._broken("the order is not JSON, breaks off, or is too large; nothing behind it was read")
                return
            content = self._window[self._at : end].encode("latin-1")
            found = _told(content, self._source, self._line)
            self._move_to(end)
            yield Record(found, Place(self._start + self._at, self._line))
        if self._in_list and not self._closes():
            yield self._broken("the list breaks off, or goes on behind its end")

    def _opens_list(self) -> bool:
        self._file.seek(0)
        return self._file.read(CHUNK_BYTES).removeprefix(BOM).lstrip()[:1] == b"["

    def _skip_opening(self) -> None:
        """Past a byte order mark and the bracket that opens the list."""
        self._fill(CHUNK_BYTES)
        if self._window.startswith(BOM.decode("latin-1")):
            self._move_to(len(BOM))
        if self._in_list:
            self._move_to(self._window.index("[") + 1)

    def _to_next_value(self) -> bool:
        """Pass blanks and commas; False at the end of the list or the file."""
        while True:
            match = _BETWEEN.match(self._window, self._at)
            self._move_to(match.end() if match else self._at)
            if self._at < len(self._window):
                return not (self._in_list and self._window[self._at] == "]")
            if not self._fill(CHUNK_BYTES):
                return False

    def _end_of_value(self) -> int | None:
        """Where the object ends in the window; None when it is broken or larger than any order."""
        more = CHUNK_BYTES
        while True:
            try:
                return _BOUNDARIES.raw_decode(self._window, self._at)[1]
            except RecursionError:
                return None
            except ValueError:
                # broken, or not whole yet; the window doubles, so that a large order is not read again and again
                if len(self._window) - self._at > RECORD_BYTES_MAX or not self._fill(more):
                    return None
                more *= 2

    def _closes(self) -> bool:
        """Whether the list ends here with its bracket, and nothing but blanks behind it."""
        if self._window[self._at : self._at + 1] != "]":
            return False
        return not self._window[self._at + 1 :].strip() and not self._file.read(CHUNK_BYTES).strip()

    def _broken(self, what: str) -> Record:
        """The end of what can be read of this file."""
        raw = self._window[self._at : self._at + RAW_KEPT_BYTES_MAX].encode("latin-1")
        found = malformed(self._source, self._line, what, as_text(self._source, self._line, raw))
        return Record(found, Place(self._size, self._line))

    def _fill(self, count: int) -> bool:
        """Read on, and forget what lies behind."""
        part = self._file.read(count)
        self._window = self._window[self._at :] + part.decode("latin-1")
        self._start += self._at
        self._at = 0
        return bool(part)

    def _move_to(self, position: int) -> None:
        self._line += self._window.count("\n", self._at, position)
        self._at = position
