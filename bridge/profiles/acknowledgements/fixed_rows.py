"""Acknowledgement style `fixed`: a log in records of fixed width, in any code page, with line ends or without.

A record whose blanks at the end were cut is read as if they were there. Streamed; nothing grows with the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bridge.domain.answers import FileKey, FileReference, Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.formats.fixed_columns import varies
from bridge.profiles.rows import LINE_BYTES_MAX, RowsBroken
from bridge.profiles.settings import AnswerRuleSettings
from bridge.profiles.table_settings import FixedAnswerSettings

CHUNK_BYTES = 1 << 16
_EBCDIC_ENDS = re.compile(rb"\r?[\x15\x25]")  # next line, as its own programs write, and line feed, as others do
_ENDS = re.compile(rb"\r?\n")


class WidthsRefused(ValueError):
    """The places of a profile's columns cannot be read: which key, and why."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key = key


class FixedAcknowledgements:
    """The places of one profile's log."""

    def __init__(self, settings: AnswerRuleSettings, fixed: FixedAnswerSettings, extension: str) -> None:
        self._settings, self._fixed, self._extension = settings, fixed, extension
        self._ends = _line_ends(fixed)
        self._later = "utf-8" if codecs.lookup(fixed.encoding).name == "utf-8-sig" else fixed.encoding
        # A code page of one byte a letter is cut quicker as text, and in the same places.
        self._in_bytes = varies(fixed.unit, fixed.encoding)
        places = fixed.columns.model_dump(exclude_none=True)
        self._slices = {key: slice(one["at"] - 1, one["at"] - 1 + one["width"]) for key, one in places.items()}
        if "external_id" not in places and not settings.by_position:
            raise WidthsRefused("columns", "external_id is missing; only with by_position an answer can do without")
        last = max(part.stop for part in self._slices.values())
        if fixed.record_length is not None and fixed.unit == "bytes" and last > fixed.record_length:
            raise WidthsRefused("columns", f"a column ends at {last}; a record has {fixed.record_length} bytes")

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """Records after the first `from_row`; of a log that grows, only whole ones."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, from_row, answer)
        return answer

    def _results(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Result]:
        given = 0
        try:
            with path.open("rb") as content:
                for number, record in enumerate(self._records(content), start=1):
                    answer.rows_read = number
                    if number > from_row and (result := self._understood(number, record, answer, given + 1)):
                        given += 1
                        yield result
        except RowsBroken as error:
            raise malformed(name, f"record {error.line}", str(error)) from error
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} records, and had {from_row} before; a log that grows never loses any"
            raise malformed(name, f"record {answer.rows_read + 1}", what)

    def _understood(self, number: int, record: bytes, answer: Answer, position: int) -> Result | None:
        """One record's result. In a log that grows a bad one stands in nobody's way; a whole file is refused for it."""
        try:
            words = self._words(number, record)
            return self._result(number, words, position) if words else None
        except RowsBroken as error:
            if not self._settings.grows:
                raise
            answer.bad_row = answer.bad_row or (error.line, str(error))
            answer.bad_rows += 1
            return None

    def _words(self, number: int, record: bytes) -> dict[str, str] | None:
        """The words at their places; None for a record that holds no result."""
        encoding = self._fixed.encoding if number == 1 else self._later
        try:
            text = record.decode(encoding)
            if "\x00" in text:
                raise RowsBroken(number, "holds a NUL; the file is damaged or in another encoding")
            if not text.startswith(self._fixed.only) or not text.strip():
                return None
            if self._in_bytes:
                return {key: record[part].decode(encoding).strip() for key, part in self._slices.items()}
            return {key: text[part].strip() for key, part in self._slices.items()}
        except UnicodeDecodeError as error:
            raise RowsBroken(number, f"byte {error.start + 1} is not {encoding}") from error

    def _result(self, number: int, words: dict[str, str], position: int) -> Result | None:
        meaning = self._settings.verdicts.get(words["verdict"])
        if meaning is None:
            known = ", ".join(self._settings.verdicts)
            raise RowsBroken(number, f"the verdict is a word that the profile does not know (it knows {known})")
        external_id = words.get("external_id", "")
        if not external_id and not self._settings.by_position:
            return None  # a record about a whole file has no order
        level, verdict = MEANINGS[meaning]
        named = words.get("file", "")
        return Result(
            external_id=external_id,
            verdict=verdict,
            level=level,
            erp_number=words.get("erp_number") or None,
            reason=words.get("reason", ""),
            code=words.get("code", ""),
            place=f"record {number}",
            file=FileReference(FileKey.NAME, named) if named else None,
            position=None if external_id else position,
        )

    def _records(self, content: BinaryIO) -> Iterator[bytes]:
        """Each record's bytes without its line end. Of a log that grows, one without its end is left for later."""
        length = self._fixed.record_length
        pending = b""
        while chunk := content.read(CHUNK_BYTES):
            pending += chunk
            if length is not None:
                whole = len(pending) - len(pending) % length
                yield from (pending[at : at + length] for at in range(0, whole, length))
                pending = pending[whole:]
                continue
            *records, pending = self._ends.split(pending)
            yield from records
            if len(pending) > LINE_BYTES_MAX:
                raise RowsBroken(1, f"a record is longer than {LINE_BYTES_MAX} bytes")
        if pending and length is not None and not self._settings.grows:
            if self._ends.fullmatch(pending) is None:
                raise RowsBroken(1, f"the file ends inside a record: {len(pending)} of {length} bytes")
        elif pending and not self._settings.grows:
            yield pending


def _line_ends(fixed: FixedAnswerSettings) -> re.Pattern[bytes]:
    """What divides records in this encoding. Raises WidthsRefused for one that is not known, or has no such bytes."""
    try:
        blank = " ".encode(fixed.encoding.removesuffix("-sig"))
    except (LookupError, UnicodeError):
        raise WidthsRefused("encoding", f"fixed.encoding = {fixed.encoding!r} is not known") from None
    if len(blank) > 1 and fixed.record_length is None:
        raise WidthsRefused("encoding", f"a file in {fixed.encoding} needs record_length: bytes do not show its lines")
    return _EBCDIC_ENDS if blank == b"\x40" else _ENDS
