"""CSV files as people and spreadsheets write them: rows of text with their lines, and what a spreadsheet damages.

UTF-8 with or without a mark, comma or semicolon, `sep=` as the first line are all fine. What a spreadsheet does to
codes is not: 4.9E+10, dates made of codes, errors of formulas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.config.mistakes import Mistake, suggestion

NOTE = "note"  # a column that people may fill in any file
AS_IT_IS = "as_it_is"  # a column for codes that look damaged and are not
_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})
BYTES_MAX = 256 * 2**20
_EXPONENT = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez sty lut kwi maj cze lip sie wrz paź lis gru"
# As spreadsheets write months: small, or with a capital. In capitals alone they are codes of people (SIE-100, MAR-10).
_MONTH = "|".join(form for month in _MONTHS.split() for form in (month, month.capitalize()))
_YEAR = "[0-9]{2}(?:[0-9]{2})?"
_DATE = re.compile(rf"[0-9]{{1,2}}[-. ]({_MONTH})([-. ]{_YEAR})?|({_MONTH})[-. ]{_YEAR}")
_ERROR_CELL = re.compile(r"#(NAME|REF|VALUE|DIV/0|N/A|NUM|NULL)[!?]?|#+")
Heard = Callable[[Mistake], None]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file's first line may name: columns that must be there, and others that may be left out."""

    required: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which a row's cells are given."""
        return (*self.required, *self.further)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in an editor, and its cells in the order of `Columns.names`, those left out empty."""

    line: int
    cells: tuple[str, ...]
    as_it_is: bool = False  # somebody says that its codes are no work of a spreadsheet


def content_of(path: Path, shown: str, hear: Heard) -> bytes | None:
    """The file's bytes; None where there is none to read."""
    try:
        with path.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        hear(Mistake(shown, f"cannot be read ({error.strerror}).", "Give erp-bridge the right to read it."))
        return None
    if len(content) > BYTES_MAX:
        hear(Mistake(shown, "is larger than 256 MB.", "Remove rows that no order needs."))
        return None
    return content


def text_of(content: bytes, shown: str, hear: Heard) -> str | None:
    """The file's text; None where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hear(Mistake(f"{shown}:{line}", "is not UTF-8.", 'In the spreadsheet choose "CSV UTF-8" when saving.'))
        return None


def rows_of(text: str, columns: Columns, shown: str, hear: Heard) -> Iterator[Row]:
    """The rows below the heading. Blank rows, and rows of empty cells as spreadsheets leave them, are passed over."""
    first, _, rest = text.partition("\n")
    lines_before = 0
    delimiter = separator_line(first)
    if delimiter is not None:
        text, lines_before = rest, 1
        first = rest.partition("\n")[0]
    delimiter = delimiter or (";" if first.count(";") > first.count(",") else ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        at = _places(heading, columns, f"{shown}:{lines_before + 1}", hear)
        if at is None:
            return
        line, mark = lines_before + reader.line_num + 1, heading.index(AS_IT_IS) if AS_IT_IS in heading else -1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found = tuple(cells[index].strip() if -1 < index < len(cells) else "" for index in at)
                yield Row(line, found, _is_marked(cells, mark, f"{shown}:{line}", hear))
            line = lines_before + reader.line_num + 1
    except csv.Error as error:
        place = f"{shown}:{lines_before + reader.line_num}"
        hear(Mistake(place, f"is no CSV ({error}).", "Look at the quotes of this row and the one above."))


def _is_marked(cells: list[str], mark: int, place: str, hear: Heard) -> bool:
    word = cells[mark].strip().lower() if -1 < mark < len(cells) else ""
    if word not in _YES | _NO:
        hear(Mistake(place, f"has {word!r} in the column {AS_IT_IS}.", "Write yes, or leave it empty."))
    return word in _YES


def separator_line(first: str) -> str | None:
    """The separator that a spreadsheet's `sep=;` names, or an empty text where it names none; None for other lines."""
    line = first.strip("\r\n \ufeff").strip('"')
    return line[4:5] if line.lower().startswith("sep=") else None


def _places(heading: list[str], columns: Columns, place: str, hear: Heard) -> list[int] | None:
    """Where each column stands, -1 for one that is left out; None where a required one is."""
    known = (*columns.names, NOTE, AS_IT_IS)
    for cell in dict.fromkeys(heading):
        if cell not in known and cell:
            allowed = f"{suggestion(cell, known)}Allowed: {', '.join(known)}."
            hear(Mistake(place, f"has the unknown column {cell!r}.", allowed))
    for name in dict.fromkeys(cell for cell in heading if cell and heading.count(cell) > 1):
        hear(Mistake(place, f"has the column {name!r} twice.", "Keep one of them."))
    missing = [column for column in columns.required if column not in heading]
    if missing:
        more = f"columns {', '.join((*columns.further, NOTE))} and {AS_IT_IS}"
        must = f"The first line must be {','.join(columns.required)} ({more} are allowed)."
        hear(Mistake(place, f"lacks the column {' and '.join(missing)}.", must))
        return None
    return [heading.index(name) if name in heading else -1 for name in columns.names]


def damage(cells: Iterable[str], place: str, otherwise: str) -> Iterator[Mistake]:
    """What a spreadsheet has made of codes. The cell is shown: it is a code, never a person's.

    otherwise: what to do where it is the code, as a sentence.
    """
    for cell in cells:
        what = made_of(cell)
        if what:
            cure = "Restore the code, and format the column as text before opening the file in a spreadsheet."
            yield Mistake(place, f"{cell!r} looks like {what}.", f"{cure} {otherwise}")


def made_of(cell: str) -> str:
    """What a spreadsheet has made of a code, in words; empty where it looks whole."""
    if _EXPONENT.fullmatch(cell):
        return "a long number that a spreadsheet has shortened"
    if _DATE.fullmatch(cell):
        return "a code that a spreadsheet has turned into a date"
    if _ERROR_CELL.fullmatch(cell):
        return "an error of a spreadsheet"
    return ""
