"""Order files in CSV, in the two shapes that shops export.

One row a line of an order, the order's own fields in its first row, repeated or blank below; or one row an order, its
lines in numbered columns. Columns are found by name, so their order is free and further columns are passed over. Rows
of one order are adjacent; the same order met again later in the file is a mistake of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.domain.contract import Order
from bridge.stores.base import StoreOrder
from bridge.stores.folder.csv_rows import CsvRows
from bridge.stores.folder.marks import Marks
from bridge.stores.folder.records import Place, Record, Source, UnreadableFile, as_text, malformed, told
from bridge.stores.folder.settings import AUTOMATIC, CsvDialect
from bridge.stores.rows.columns import DIGITS_MATTER, SPREADSHEET_NUMBER, shown
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.known import LAYOUTS, OWN, known_by
from bridge.stores.rows.layout import KEY, Cells, Plan
from bridge.stores.rows.order import NotAnOrder, order_of

LINES_PER_ORDER_MAX = 10_000


def records_of_csv(path: Path, source: Source, place: Place, dialect: CsvDialect) -> Iterator[Record]:
    """The orders of one CSV file."""
    with path.open("rb") as file:
        rows = CsvRows(file, dialect)
        try:
            sheet = Sheet(rows.header(), dialect)
            sheet.refuse_unfit()
            rows.go_on_at(place)
            yield from _orders(rows, sheet, source)
        except UnreadableFile as error:
            kept = as_text(source, rows.row_line, rows.last)
            yield Record(malformed(source, rows.row_line, str(error), kept), rows.end())


class Sheet:
    """A header with the layout that it has: the one that is set, else the one that it is known by."""

    def __init__(self, header: Sequence[str], dialect: CsvDialect) -> None:
        self.header = list(header)
        self._notation = dialect.notation
        by_header = dialect.layout == AUTOMATIC
        self._layout = dialect.overrides.on(LAYOUTS[OWN if by_header else dialect.layout])
        self._plan = Plan(self.header, self._layout)
        known = known_by(self.header) if by_header and self._plan.missing() else None
        if known is not None:
            self._layout = dialect.overrides.on(known)
            self._plan = Plan(self.header, self._layout)

    def refuse_unfit(self) -> None:
        """Raise UnreadableFile for a header that lacks a column, or has one twice."""
        missing = self._plan.missing()
        if missing:
            raise UnreadableFile(f"the header lacks {', '.join(missing)}")
        used = self._plan.used
        doubled = sorted({name for name in used if used.count(name) > 1})
        if doubled:
            raise UnreadableFile(f"the column {doubled[0][:40]} stands there twice")

    @property
    def key(self) -> str:
        """The column that the rows of one order share."""
        return self._layout.key

    def key_of(self, cells: Sequence[str]) -> str:
        """What the rows of one order share; empty where it is left blank."""
        return _unguarded(self._plan.text_of(self.key, cells))

    def id_of(self, rows: Sequence[Sequence[str]]) -> str:
        """The order's id as far as it can be read, so that its corrected form closes the problem."""
        return _unguarded(self._plan.text_of(KEY, rows[0]))

    def order(self, rows: Sequence[Sequence[str]], store: str) -> Order:
        """The order of its rows. Raises NotAnOrder."""
        if any(any(cells[len(self.header) :]) for cells in rows):
            raise NotAnOrder("a row has more cells than the header")
        if self._plan.is_numbered and len(rows) > 1:
            raise NotAnOrder("it stands in two rows, though each order has one row with numbered items")
        named = [cells for row in rows for cells in self._plan.rows([_unguarded(cell) for cell in row])]
        for cells in named:
            _refuse_lost_digits(cells)
        return order_of(fields_of(named, self._layout, self._notation), store)


def order_again(original: bytes, store: str, dialect: CsvDialect) -> Order:
    """The order of a kept original. Raises NotAnOrder."""
    kept = json.loads(original)
    return Sheet(kept["header"], dialect).order(kept["rows"], store)


@dataclass
class _Group:
    """The rows of one order, as they come."""

    key: str
    line: int
    cells: list[list[str]] = field(default_factory=list)


def _orders(rows: CsvRows, sheet: Sheet, source: Source) -> Iterator[Record]:
    """The orders behind the header. An order is known to be whole when the next one begins, or at the file's end."""
    ended = Marks()
    group: _Group | None = None
    before = rows.place
    try:
        for cells in rows:
            key = sheet.key_of(cells)
            if group is None or (key and key != group.key):
                if group is not None:
                    yield Record(_told(group, sheet, source, ended), before)
                group = _Group(key, before.line)
            if len(group.cells) >= LINES_PER_ORDER_MAX:
                raise UnreadableFile(f"one order has more than {LINES_PER_ORDER_MAX} rows")
            group.cells.append(cells)
            before = rows.place
    except UnreadableFile:
        if group is not None:  # what cannot be read may have been a row of this order
            what = "the file cannot be read to the end of this order"
            yield Record(
                malformed(source, group.line, what, _kept(group, sheet, source), sheet.id_of(group.cells)), before
            )
        raise
    if group is not None:
        yield Record(_told(group, sheet, source, ended), rows.place)


def _told(group: _Group, sheet: Sheet, source: Source, ended: Marks) -> StoreOrder:
    """One order's rows as an order or a problem."""
    original = _kept(group, sheet, source)
    try:
        if not group.key:
            raise NotAnOrder(f"{sheet.key} is empty in the order's first row")
        if not ended.add(group.key):
            raise NotAnOrder("its rows stand apart from earlier rows of the same order")
        order = sheet.order(group.cells, source.store)
    except NotAnOrder as error:
        return malformed(source, group.line, str(error), original, sheet.id_of(group.cells))
    return told(order, original)


def _kept(group: _Group, sheet: Sheet, source: Source) -> bytes:
    """The cells as they were, on one line of JSON."""
    kept = {"file": source.file, "line": group.line, "header": sheet.header, "rows": group.cells}
    return json.dumps(kept, ensure_ascii=False).encode()


def _unguarded(cell: str) -> str:
    """Without blanks around, and without what guards zeros from a spreadsheet: '00-001 or ="00-001"."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    return text[1:] if len(text) > 1 and text[0] == "'" and (text[1].isdigit() or text[1] in "+=-@") else text


def _refuse_lost_digits(cells: Cells) -> None:
    for name, text in cells.items():
        if name.endswith(DIGITS_MATTER) and SPREADSHEET_NUMBER.fullmatch(text):
            what = "was turned into a number by a spreadsheet (as 5.9E+12); its digits are lost"
            raise NotAnOrder(f"{shown(name)} {what}")
