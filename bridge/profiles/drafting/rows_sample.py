"""A sample of rows taken apart: encoding, separators, heading, records, and what stands in each column."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO

from bridge.profiles.drafting.values import date_form_of, decimals_of, is_code, shape
from bridge.profiles.drafting.words import meaning

ROWS_MAX = 5_000
CONSTANT_MAX = 4
UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
VALUE_COLUMNS_MIN = 2  # so many columns of values under words that nobody knows make the first row a heading
DELIMITERS = (";", ",", "\t", "|")
# Letters that a text in the language of the code page has; the wrong code page gives signs and capitals inside words.
_LIKELY = {
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőű",
    "cp1252": "àâäçéèêëîïôöùûüßñáíóúåæøãõ",
    "iso8859-2": "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőű",
    "cp852": "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőű",
}


class SampleUnreadable(ValueError):
    """The sample is no file of rows; the text says why."""


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """What the sample has in one column."""

    heading: str
    shape: str
    longest: int
    date_form: str | None
    decimals: tuple[str, int] | None
    constant: str | None  # the one value of all rows, where there are several rows and it is a code


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """One kind of row. code: what its first field always holds; None where all rows are of one kind."""

    code: str | None
    each: str  # file, order, line or end
    columns: tuple[ColumnSeen, ...]


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """The whole sample."""

    encoding: str
    byte_order_mark: bool
    line_end: str
    returns_alone: bool  # lines end with CR, as on old machines
    delimiter: str
    quoting: str
    heading: bool
    records: tuple[RecordSeen, ...]

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers are written 12,50."""
        marks = [column.decimals[0] for record in self.records for column in record.columns if column.decimals]
        return marks.count(",") > marks.count(".")


def take_apart(content: bytes) -> RowsSeen:
    """Look at a sample of rows. Raises SampleUnreadable."""
    encoding, mark, text = _decoded(content)
    line_end = "crlf" if "\r\n" in text else "lf"
    delimiter, rows = _rows(text)
    heading = _is_heading(rows)
    body = rows[1:] if heading else rows
    if not body:
        raise SampleUnreadable("has a heading and no row; a sample needs at least one order")
    records = (_record(None, "line", body, rows[0]),) if heading else tuple(_records(body))
    alone = "\r" in text and "\n" not in text
    return RowsSeen(encoding, mark, line_end, alone, delimiter, _quoting(text, delimiter), heading, records)


def _decoded(content: bytes) -> tuple[str, bool, str]:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8", True, content.decode("utf-8-sig", "replace")
    for mark, encoding in UTF_16.items():
        if content.startswith(mark):
            return encoding, True, content.decode(encoding, "replace").removeprefix("\ufeff")
    if b"\x00" in content:
        what = "holds NUL bytes: it is UTF-16 without a mark, a spreadsheet or no text; save it as CSV in UTF-8"
        raise SampleUnreadable(what)
    try:
        return "utf-8", False, content.decode("utf-8")
    except UnicodeDecodeError:
        return max(
            ((encoding, False, content.decode(encoding, "replace")) for encoding in _LIKELY),
            key=lambda found: _likeliness(found[2], _LIKELY[found[0]]),
        )


def _likeliness(text: str, letters: str) -> int:
    high = Counter(character for character in text if ord(character) > 127)
    return sum(count if character.lower() in letters else -2 * count for character, count in high.items())


def _rows(text: str) -> tuple[str, list[list[str]]]:
    """The delimiter that cuts the rows most evenly, and the rows."""
    best: tuple[float, str, list[list[str]]] | None = None
    for delimiter in DELIMITERS:
        try:
            read = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
            rows = [row for row, _ in zip(read, range(ROWS_MAX), strict=False) if row]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        score = sum(count for width, count in widths.items() if width > 1) / (len(rows) or 1) / len(widths or (1,))
        score += min(max(widths, default=1), 50) / 1000
        if rows and max(widths) > 1 and (best is None or score > best[0]):
            best = (score, delimiter, rows)
    if best is None:
        raise SampleUnreadable("has no rows with fields between ; , | or tabs")
    return best[1], best[2]


def _is_heading(rows: list[list[str]]) -> bool:
    first = [field.strip() for field in rows[0]]
    plain = all(field and not any(character.isdigit() for character in field[:1]) for field in first)
    alike = len({len(row) for row in rows}) == 1
    if not plain or not alike or len(set(first)) < len(first) or len(rows) == 1 or any(map(_is_value, first)):
        return False
    # Words can be a row of names too, which would be kept as headings: something must tell that they are none.
    return any(map(meaning, first)) or _value_columns(rows[1:]) >= VALUE_COLUMNS_MIN


def _value_columns(body: list[list[str]]) -> int:
    """How many columns hold a number or a day in every row."""
    return sum(all(_is_value(field.strip()) for field in column) for column in zip(*body, strict=True))


def _is_value(text: str) -> bool:
    return date_form_of([text]) is not None or decimals_of([text]) is not None or text.isdigit()


def _quoting(text: str, delimiter: str) -> str:
    if '"' not in text:
        return "needed"
    line = text.partition("\n")[0].rstrip("\r")
    return "all" if all(field.startswith('"') and field.endswith('"') for field in line.split(delimiter)) else "needed"


def _records(rows: list[list[str]]) -> list[RecordSeen]:
    """Rows by the code in their first field; all of one kind where that is no code."""
    codes = Counter(row[0] for row in rows)
    if len(codes) == len(rows) or len(codes) > 8 or any(len(code) > 4 for code in codes):
        return [_record(None, "line", rows, None)]
    order = list(dict.fromkeys(row[0] for row in rows))
    found: list[RecordSeen] = []
    for number, code in enumerate(order):
        each = "line"
        if codes[code] == 1 and rows[0][0] == code and len(order) > 2:
            each = "file"
        elif codes[code] == 1 and rows[-1][0] == code and number > 0:
            each = "end"
        elif not any(record.each == "order" for record in found):
            each = "order"
        found.append(_record(code, each, [row for row in rows if row[0] == code], None))
    return found


def _record(code: str | None, each: str, rows: list[list[str]], heading: list[str] | None) -> RecordSeen:
    width = max(len(row) for row in rows)
    names = heading or [f"field {number}" for number in range(1, width + 1)]
    columns = []
    for at in range(width):
        texts = [row[at] if at < len(row) else "" for row in rows]
        is_short = not texts[0] or (len(texts[0]) <= CONSTANT_MAX and is_code(texts[0]))
        same = texts[0] if len(set(texts)) == 1 and len(rows) > 1 and is_short else None
        if at == 0 and code is not None:
            same = code
        longest = max(texts, key=len)
        columns.append(
            ColumnSeen(
                names[at].strip() if at < len(names) else f"field {at + 1}",
                shape(longest),
                len(longest),
                date_form_of(texts),
                decimals_of(texts),
                same,
            )
        )
    return RecordSeen(code, each, tuple(columns))
