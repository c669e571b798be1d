"""maps/*.csv become code maps. Keys are text; a file that a spreadsheet has damaged is refused with its line numbers.

A map is what a person edits in a spreadsheet: UTF-8 with or without a mark, comma or semicolon, `sep=` as its first
line are all fine. What a spreadsheet does to codes is not: 4.9E+10, dates made of codes, zeros lost from keys.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bridge.config.mistakes import DeploymentRefused, Mistake, suggestion
from bridge.domain.maps import MAP_NAMES, PAYMENT, SHIPPING, SKU, TAX, CodeMap, Maps

# map -> (name of the key's column, name of the value's column)
COLUMNS = {
    SKU: ("store_sku", "erp_sku"),
    TAX: ("store_tax", "erp_tax"),
    PAYMENT: ("store_method", "erp_method"),
    SHIPPING: ("store_method", "erp_method"),
}
NOTE = "note"  # a third column that people may fill
MAP_BYTES_MAX = 256 * 2**20
_EXPONENT = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez sty lut kwi maj cze lip sie wrz paź lis gru"
_MONTH = _MONTHS.replace(" ", "|")
_DATE = re.compile(rf"(?i:[0-9]{{1,2}}[-. ]({_MONTH})([-. ][0-9]{{2,4}})?|({_MONTH})[-. ][0-9]{{2,4}})")
_ERROR_CELL = re.compile(r"#(NAME|REF|VALUE|DIV/0|N/A|NUM|NULL)[!?]?|#+")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    key: str
    value: str


def load_maps(folder: Path) -> Maps:
    """The four maps of a folder; a missing file is an empty map. Raises DeploymentRefused with all mistakes."""
    mistakes: list[Mistake] = []
    maps = {}
    for name in MAP_NAMES:
        content = _content(folder / f"{name}.csv", mistakes)
        maps[name], found = _read(name, content) if content is not None else (CodeMap(), ())
        mistakes.extend(found)
    if mistakes:
        raise DeploymentRefused(mistakes)
    return Maps(**maps)


def _content(path: Path, mistakes: list[Mistake]) -> bytes | None:
    """The file's bytes; None where there is none to read."""
    shown = f"maps/{path.name}"
    try:
        with path.open("rb") as opened:
            content = opened.read(MAP_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        mistakes.append(Mistake(shown, f"cannot be read ({error.strerror}).", "Give erp-bridge the right to read it."))
        return None
    if len(content) > MAP_BYTES_MAX:
        mistakes.append(Mistake(shown, "is larger than 256 MB.", "Remove rows that no order needs."))
        return None
    return content


@lru_cache(maxsize=2 * len(MAP_NAMES))
def _read(name: str, content: bytes) -> tuple[CodeMap, tuple[Mistake, ...]]:
    """The map in these bytes. Kept by the bytes themselves: each pass looks at the files, few of them have changed."""
    shown = f"maps/{name}.csv"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        cure = 'In the spreadsheet choose "CSV UTF-8" when saving.'
        return CodeMap(), (Mistake(f"{shown}:{line}", "is not UTF-8.", cure),)
    mistakes: list[Mistake] = []
    rows = list(_rows(text, name, shown, mistakes))
    mistakes.extend(_damage(rows, shown))
    return CodeMap(_codes(rows, shown, mistakes)), tuple(mistakes)


def _rows(text: str, name: str, shown: str, mistakes: list[Mistake]) -> Iterator[_Row]:
    """The rows below the heading. Blank rows, and rows of empty cells as spreadsheets leave them, are passed over."""
    first, _, rest = text.partition("\n")
    lines_before = 0
    delimiter = ""
    if first.strip().strip('"').lower().startswith("sep="):
        delimiter = first.strip().strip('"')[4:5]
        text, lines_before = rest, 1
        first = rest.partition("\n")[0]
    delimiter = delimiter or (";" if first.count(";") > first.count(",") else ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        at = _columns(heading, name, f"{shown}:{lines_before + 1}", mistakes)
        if at is None:
            return
        line = lines_before + reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _row(cells, at, line, shown, mistakes)
            line = lines_before + reader.line_num + 1
    except csv.Error as error:
        place = f"{shown}:{lines_before + reader.line_num}"
        mistakes.append(Mistake(place, f"is no CSV ({error}).", "Look at the quotes of this row and the one above."))


def _columns(heading: list[str], name: str, place: str, mistakes: list[Mistake]) -> tuple[int, int] | None:
    key, value = COLUMNS[name]
    known = (key, value, NOTE)
    for cell in heading:
        if cell not in known and cell:
            allowed = f"{suggestion(cell, known)}Allowed: {', '.join(known)}."
            mistakes.append(Mistake(place, f"has the unknown column {cell!r}.", allowed))
    missing = [column for column in (key, value) if column not in heading]
    if missing:
        what = f"lacks the column {' and '.join(missing)}."
        mistakes.append(
            Mistake(place, what, f"The first line must be {key},{value} (a third column {NOTE} is allowed).")
        )
        return None
    return heading.index(key), heading.index(value)


def _row(cells: list[str], at: tuple[int, int], line: int, shown: str, mistakes: list[Mistake]) -> Iterator[_Row]:
    key, value = ((cells[index] if index < len(cells) else "").strip() for index in at)
    if not value:
        mistakes.append(
            Mistake(f"{shown}:{line}", f"{key or 'The row'} has no ERP code.", "Fill it, or remove the row.")
        )
        return
    yield _Row(line, key, value)


def _damage(rows: Iterable[_Row], shown: str) -> Iterator[Mistake]:
    """What a spreadsheet has made of codes. The cell is shown: it is a code, never a person's."""
    for row in rows:
        for cell in (row.key, row.value):
            what = _made_of(cell)
            if what:
                cure = "Restore the code, and format the column as text before opening the file in a spreadsheet."
                yield Mistake(f"{shown}:{row.line}", f"{cell!r} looks like {what}.", cure)


def _made_of(cell: str) -> str:
    if _EXPONENT.fullmatch(cell):
        return "a long number that a spreadsheet has shortened"
    if _DATE.fullmatch(cell):
        return "a code that a spreadsheet has turned into a date"
    if _ERROR_CELL.fullmatch(cell):
        return "an error of a spreadsheet"
    return ""


def _codes(rows: list[_Row], shown: str, mistakes: list[Mistake]) -> dict[str, str]:
    """Key to value. One key twice is refused, and so are keys that differ by leading zeros only."""
    codes: dict[str, str] = {}
    lines: dict[str, int] = {}
    bare: dict[str, str] = {}
    for row in rows:
        place = f"{shown}:{row.line}"
        if row.key in codes:
            what = f"{row.key!r} stands on line {lines[row.key]} already."
            mistakes.append(Mistake(place, what, "Keep one of the two rows."))
            continue
        twin = bare.get(row.key.lstrip("0")) if row.key.isdigit() else None
        if twin is not None:
            what = f"{row.key!r} and {twin!r} (line {lines[twin]}) differ by leading zeros only."
            cure = "A spreadsheet has probably taken the zeros of one. Keep the row that is right."
            mistakes.append(Mistake(place, what, cure))
        if row.key.isdigit():
            bare[row.key.lstrip("0")] = row.key
        codes[row.key] = row.value
        lines[row.key] = row.line
    return codes
