"""Acknowledgement style `fixed`: a log in records of fixed width, in any code page, with line ends or without.

A record whose blanks at the end were cut is read as if they were there. Streamed; nothing grows with the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, count
from operator import itemgetter, methodcaller
from pathlib import Path
from typing import BinaryIO

from bridge.domain.answers import Result
from bridge.profiles.acknowledgements.base import Answer, malformed, named_file
from bridge.profiles.acknowledgements.row_results import KEYS, RowResults
from bridge.profiles.formats.fixed_columns import varies
from bridge.profiles.rows import LINE_BYTES_MAX, RowsBroken
from bridge.profiles.settings import AnswerRuleSettings
from bridge.profiles.table_settings import FixedAnswerSettings

CHUNK_BYTES = 1 << 16
EBCDIC_ENDS = (b"\x15", b"\x25")  # next line, as its own programs write, and line feed, as others do


class WidthsRefused(ValueError):
    """The places of a profile's columns cannot be read: which key, and why."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key = key


@dataclass(slots=True)
class _Given:
    """How many results of one answer have been given."""

    results: int = 0


class FixedAcknowledgements:
    """The places of one profile's log."""

    def __init__(self, settings: AnswerRuleSettings, fixed: FixedAnswerSettings, extension: str) -> None:
        self._settings, self._fixed, self._extension = settings, fixed, extension
        self._rows = RowResults(settings, "record")
        self._ends = _ends_of(fixed)
        has_mark = codecs.lookup(fixed.encoding).name == "utf-8-sig"
        self._mark, self._encoding = (codecs.BOM_UTF8, "utf-8") if has_mark else (b"", fixed.encoding)
        # A code page of one byte a letter is cut in the same places as text; else each byte is read as a character.
        self._in_bytes = varies(fixed.unit, fixed.encoding)
        self._read_as = "latin-1" if self._in_bytes else self._encoding
        self._only = fixed.only.encode(self._encoding, "replace").decode("latin-1") if self._in_bytes else fixed.only
        # Whether a record is of the kind that has results; what nobody filled in is of none.
        begins: Callable[[str], bool] = methodcaller("startswith", self._only)
        self._tells = begins if self._only.strip() else lambda record: begins(record) and record.strip() != ""
        self._is_wide = len(" ".encode(self._encoding)) > 1
        self._end = self._ends[0].decode("latin-1" if self._is_wide else self._read_as)
        places = fixed.columns.model_dump(exclude_none=True)
        slices = {key: slice(one["at"] - 1, one["at"] - 1 + one["width"]) for key, one in places.items()}
        self._words_of: Callable[[str], tuple[str, ...]] = itemgetter(*(slices.get(key, slice(0)) for key in KEYS))
        if "external_id" not in places and not settings.by_position:
            raise WidthsRefused("columns", "external_id is missing; only with by_position an answer can do without")
        last = max(part.stop for part in slices.values())
        if fixed.record_length is not None and fixed.unit == "bytes" and last > fixed.record_length:
            raise WidthsRefused("columns", f"a column ends at {last}; a record has {fixed.record_length} bytes")

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """Records after the first `from_row`; of a log that grows, only whole ones."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = chain.from_iterable(self._blocks(path, name, from_row, answer))
        return answer

    def _blocks(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Iterable[Result]]:
        """In a log that grows a bad record stands in nobody's way; a whole file is refused for it."""
        given = _Given()
        try:
            with path.open("rb") as content:
                for records in self._records(content):
                    known = max(from_row - answer.rows_read, 0)
                    begun = answer.rows_read + known + 1
                    all_at_once = self._all_at_once(begun, records[known:], given)
                    yield (
                        self._one_by_one(begun, records[known:], answer, given, name)
                        if all_at_once is None
                        else all_at_once
                    )
                    answer.rows_read += len(records)
        except RowsBroken as error:
            raise malformed(name, f"record {error.line}", str(error)) from error
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} records, and had {from_row} before; a log that grows never loses any"
            raise malformed(name, f"record {answer.rows_read + 1}", what)

    def _all_at_once(self, begun: int, records: Sequence[str | bytes], given: _Given) -> Iterator[Result] | None:
        """The results of some records, the first of which has this number; None where one of them is odd."""
        texts = [record for record in records if isinstance(record, str)]
        if len(texts) < len(records) or (self._in_bytes and not all(map(str.isascii, texts))):
            return None
        telling = [*map(self._tells, texts)]
        texts = texts if all(telling) else [*compress(texts, telling)]
        if not texts:
            return iter(())
        columns = [*zip(*map(self._words_of, texts), strict=True)]
        results = self._rows.of_rows(compress(count(begun), telling), columns)
        if results is not None:
            given.results += len(texts)
        return results

    def _one_by_one(
        self, begun: int, records: Sequence[str | bytes], answer: Answer, given: _Given, name: str
    ) -> Iterator[Result]:
        for number, record in enumerate(records, start=begun):
            try:
                result = self._understood(number, record)
            except RowsBroken as error:
                if not self._settings.grows:
                    raise malformed(name, f"record {error.line}", str(error)) from error
                answer.bad_row = answer.bad_row or (error.line, str(error))
                answer.bad_rows += 1
                continue
            if result is not None:
                given.results += 1
                yield result if result.external_id else result._replace(position=given.results)

    def _understood(self, number: int, record: str | bytes) -> Result | None:
        """One record's result; None where it holds none."""
        if isinstance(record, bytes):
            raise RowsBroken(number, self._damage_of(record))
        if not self._tells(record):
            return None
        words: Sequence[str] = self._words_of(record)
        if self._in_bytes and not record.isascii():
            words = self._letters_of(number, words, record)
        return self._rows.of_row(number, words)

    def _letters_of(self, number: int, words: Sequence[str], record: str) -> list[str]:
        """Words that were cut by bytes, each byte a character, as what they are."""
        try:
            record.encode("latin-1").decode(self._encoding)
            return [word.encode("latin-1").decode(self._encoding) for word in words]
        except UnicodeDecodeError as error:
            raise RowsBroken(number, f"byte {error.start + 1} is not {self._encoding}") from error

    def _damage_of(self, record: bytes) -> str:
        """What is wrong with a record that is no text."""
        try:
            record.decode(self._encoding)
        except UnicodeDecodeError as error:
            return f"byte {error.start + 1} is not {self._encoding}"
        return "holds a NUL; the file is damaged or in another encoding"

    def _records(self, content: BinaryIO) -> Iterator[Sequence[str | bytes]]:
        """The records without their line ends, many at a time. Of a log that grows, one without its end is left."""
        length = self._fixed.record_length
        held = content.read(CHUNK_BYTES).removeprefix(self._mark)
        while held:
            whole = len(held) - len(held) % length if length else max(map(held.rfind, self._ends)) + 1
            if whole:
                yield self._texts_of(held[:whole])
            held = held[whole:]
            if len(held) > LINE_BYTES_MAX:
                raise RowsBroken(1, f"a record is longer than {LINE_BYTES_MAX} bytes")
            chunk = content.read(CHUNK_BYTES)
            if not chunk:
                break
            held += chunk
        if not held or self._settings.grows:
            return
        if length is None:
            yield self._texts_of(held)
        elif held.removeprefix(b"\r") not in self._ends:
            raise RowsBroken(1, f"the file ends inside a record: {len(held)} of {length} bytes")

    def _texts_of(self, raw: bytes) -> Sequence[str | bytes]:
        """Whole records, each as a text, or as its bytes where it is none. All at once are decoded much quicker."""
        return self._texts_at_once(raw) or [self._text_of(record) for record in self._cut(raw)]

    def _texts_at_once(self, raw: bytes) -> list[str]:
        """The records where all of them are texts and end alike; else nothing."""
        end, *others = self._ends
        length = self._fixed.record_length
        if self._is_wide or any(other in raw for other in others):
            return []
        lines = end.join(self._cut(raw)) + end if length else raw.removesuffix(end) + end
        try:
            text = lines.decode(self._read_as)
        except UnicodeDecodeError:
            return []
        long_end = f"\r{self._end}"
        *texts, behind = text.split(self._end if length or long_end not in text else long_end)
        fits = (
            behind == ""
            and "\x00" not in text
            and len(texts) == (-(-len(raw) // length) if length else lines.count(end))
        )
        return texts if fits else []

    def _text_of(self, record: bytes) -> str | bytes:
        try:
            text = record.decode(self._read_as)
        except UnicodeDecodeError:
            return record
        return record if "\x00" in text else text

    def _cut(self, raw: bytes) -> list[bytes]:
        if length := self._fixed.record_length:
            return [raw[at : at + length] for at in range(0, len(raw), length)]
        end, *others = self._ends
        for other in others:
            raw = raw.replace(other, end)
        return raw.replace(b"\r" + end, end).removesuffix(end).split(end)


def _ends_of(fixed: FixedAnswerSettings) -> tuple[bytes, ...]:
    """What divides records in this encoding. Raises WidthsRefused for one that is not known, or has no such bytes."""
    try:
        blank = " ".encode(fixed.encoding.removesuffix("-sig"))
    except (LookupError, UnicodeError):
        raise WidthsRefused("encoding", f"fixed.encoding = {fixed.encoding!r} is not known") from None
    if len(blank) > 1 and fixed.record_length is None:
        raise WidthsRefused("encoding", f"a file in {fixed.encoding} needs record_length: bytes do not show its lines")
    return EBCDIC_ENDS if blank == b"\x40" else (b"\n",)
