"""Format `csv`: rows made from tables of columns, several kinds of rows in one file, any dialect."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal

from bridge.domain.characters import UNHOLDABLE, CharacterRules, NewlinePolicy
from bridge.profiles.formats.base import (
    NO_CONTROL,
    Control,
    ControlPlan,
    FileContext,
    file_words,
    refuse_other_currency,
    refuse_other_than_promised,
)
from bridge.profiles.formats.columns import VALUE_ERRORS, Column, Place, Roots, Row, compile_row, is_written, parts_of
from bridge.profiles.formats.csv_dialect import Record
from bridge.profiles.formats.csv_faults import careful_rows, explained, explained_once
from bridge.profiles.formats.quoted_lines import Line, needs_quotes, quoted_line
from bridge.profiles.settings import CsvSettings, FileSettings

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "none": ""}
_QUOTING: Mapping[str, Literal[0, 1, 3]] = {"needed": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "never": csv.QUOTE_NONE}


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of row, compiled. below: of an order's further lines, where it differs from the first.

    quoted, bare: with quoting = texts, where texts stand in quotes, and where they stand without and need a look.
    """

    each: str
    columns: Sequence[Column]
    row: Row
    below: Row
    lines: tuple[Line, Line] | None  # the same two as whole lines, with quoting = texts
    when: Place | None
    quoted: tuple[int, ...]
    bare: tuple[int, ...]


class CsvFormat:
    """One profile's records, compiled."""

    def __init__(
        self,
        profile: str,
        settings: CsvSettings,
        file: FileSettings,
        characters: CharacterRules,
        records: Sequence[Record],
        control: ControlPlan = NO_CONTROL,
    ) -> None:
        self.profile, self.settings, self.file, self.characters = profile, settings, file, characters
        self.records, self.control = records, control
        self._plans: dict[tuple[int, tzinfo], list[Plan]] = {}

    @property
    def carries(self) -> tuple[str, ...]:
        """Every canonical field that stands unchanged in a column."""
        carried = (column.carried for _, columns, _ in self.records for column in columns)
        return tuple(dict.fromkeys(path for path in carried if path))

    def renderer(self, context: FileContext) -> CsvRenderer:
        """A new file."""
        return CsvRenderer(self, context)

    @property
    def written(self) -> tuple[str, ...]:
        """Every canonical text that stands in a column, alone or with others: whose characters the file must hold."""
        places = (place for _, columns, _ in self.records for column in columns for place in column.texts)
        return tuple(dict.fromkeys(path for place in places for path in parts_of(place.path)))

    def plans(self, digits: int, zone: tzinfo) -> list[Plan]:
        """The records compiled for a currency's minor digits and a zone; kept, there are few."""
        if (kept := self._plans.get((digits, zone))) is None:
            kept = [self._plan(record, digits, zone) for record in self.records]
            self._plans[digits, zone] = kept
        return kept

    def _plan(self, record: Record, digits: int, zone: tzinfo) -> Plan:
        each, columns, when = record
        row = below = compile_row(columns, self.settings, digits, zone)
        if any(column.settings.once for column in columns):
            below = compile_row(columns, self.settings, digits, zone, below=True)
        quoted = tuple(at for at, column in enumerate(columns) if column.is_quoted)
        bare = tuple(at for at, column in enumerate(columns) if column.is_bare_text)
        return Plan(each, columns, row, below, self._lines(columns, digits, zone), when, quoted, bare)

    def _lines(self, columns: Sequence[Column], digits: int, zone: tzinfo) -> tuple[Line, Line] | None:
        if self.settings.quoting != "texts":
            return None
        end = LINE_ENDS[self.file.line_end]
        first = quoted_line(columns, self.settings, digits, zone, end, below=False)
        if not any(column.settings.once for column in columns):
            return first, first
        return first, quoted_line(columns, self.settings, digits, zone, end, below=True)

    def text_of(self, rows: Sequence[Sequence[Any]], plans: Sequence[Plan | None]) -> str:
        """The rows in the profile's dialect. plans: of each row; none of headings, which are texts.

        Raises csv.Error where a value needs quotes that its column does not have.
        """
        settings = self.settings
        if settings.quoting == "texts":
            end = LINE_ENDS[self.file.line_end]
            return "".join([self._texts_quoted(row, plan) + end for row, plan in zip(rows, plans, strict=True)])
        if (text := self.joined(rows)) is not None:
            return text
        pieces: list[str] = []
        never = settings.quoting == "never"
        writer = csv.writer(
            _Pieces(pieces),
            delimiter=settings.delimiter,
            quotechar=None if never else settings.quote,
            quoting=_QUOTING[settings.quoting],
            lineterminator=LINE_ENDS[self.file.line_end],
        )
        writer.writerows(rows)
        return "".join(pieces)

    def joined(self, rows: Sequence[Sequence[Any]]) -> str | None:
        """The rows as texts that need no quotes and hold no control character; None where one is anything else.

        Nearly all rows are such, and csv.writer, which looks at each sign of each field, takes five times as long.
        """
        delimiter, end = self.settings.delimiter, LINE_ENDS[self.file.line_end]
        if self.settings.quoting != "needed" or min(map(len, rows), default=0) < 2:
            return None  # csv tells a row of one empty field from no row at all by its quotes
        try:
            lines = [delimiter.join(row) for row in rows]
        except TypeError:
            return None
        looked_at = lines if delimiter.isprintable() else [line.replace(delimiter, "") for line in lines]
        text = end.join(lines) + end
        between = sum(map(len, rows)) - len(rows)
        if self.settings.quote in text or text.count(delimiter) != between:
            return None
        return text if all(map(str.isprintable, looked_at)) else None

    def _texts_quoted(self, row: Sequence[Any], plan: Plan | None) -> str:
        """One row with quotes around its texts that are not empty, and around nothing else."""
        fields, quote = list(map(str, row)), self.settings.quote
        for at in plan.quoted if plan else range(len(fields)):
            if text := fields[at]:
                fields[at] = f"{quote}{text.replace(quote, quote + quote)}{quote}"
        for at in plan.bare if plan else ():
            if needs_quotes(fields[at], self.settings):
                raise csv.Error("a value that stands without quotes needs them")
        return self.settings.delimiter.join(fields)


class CsvRenderer:
    """One csv file."""

    def __init__(self, format_: CsvFormat, context: FileContext) -> None:
        self._format, self._context, self._control = format_, context, Control(format_.control)
        self._file = file_words(context, self._control)
        self._line_end = LINE_ENDS[format_.file.line_end]
        self._keeps_breaks = format_.characters.newline is NewlinePolicy.KEEP

    def head(self) -> bytes:
        """Byte order mark, heading rows and the records written once a file, as the profile has them."""
        format_ = self._format
        headed = {"all": format_.records, True: format_.records[:1], False: ()}[format_.settings.heading_row]
        headings = [[column.heading for column in columns] for _, columns, _ in headed]
        mark = "\ufeff" if format_.file.byte_order_mark else ""
        text = format_.text_of(headings, [None] * len(headings)) + self._once("file")
        content = (mark + text).encode(format_.file.encoding)
        self._control.wrote(content)
        return content

    def order(self, order: dict[str, Any]) -> bytes:
        """The rows of one order, all or none."""
        format_ = self._format
        plans = format_.plans(order["currency_digits"], self._context.zone)
        refuse_other_currency(format_.profile, self._control, order)
        order["position"] = self._control.orders + 1
        rows: list[Sequence[Any]] = []
        kinds: list[Plan] = []
        try:
            content = self._in_lines(plans, order) if format_.settings.quoting == "texts" else None
            if content is None:
                for plan in plans:
                    rows += self._rows(plan, order)
                    kinds += [plan] * (len(rows) - len(kinds))
                content = self._encoded(rows, kinds)
        except VALUE_ERRORS as error:
            raise explained(format_, order, self._file, self._context.zone) from error
        if content is None:
            careful = careful_rows(format_, order, rows)
            content = format_.text_of(careful, kinds).encode(format_.file.encoding)
        self._control.add(order, content)
        return content

    def tail(self) -> bytes:
        """The records written at the end, with what was rendered summed up. Raises Fault when it is not as promised."""
        refuse_other_than_promised(self._context, self._control)
        self._file = file_words(self._context, self._control)
        return self._once("end").encode(self._format.file.encoding)

    def _rows(self, plan: Plan, order: dict[str, Any]) -> list[Sequence[Any]]:
        """The rows that one kind of record gives for an order."""
        roots = self._roots(plan, order)
        return [plan.row(one) for one in roots[:1]] + [plan.below(one) for one in roots[1:]]

    def _roots(self, plan: Plan, order: dict[str, Any]) -> list[Roots]:
        """What each row of one kind of record is made of."""
        if plan.each == "order":
            roots: list[Roots] = [(order, None, self._file)]
        else:
            roots = [(order, line, self._file) for line in order["lines"]] if plan.each == "line" else []
        return roots if plan.when is None else [one for one in roots if is_written(plan.when, one)]

    def _in_lines(self, plans: Sequence[Plan], order: dict[str, Any]) -> bytes | None:
        """The order with quoting = texts; None where something needs a closer look."""
        lines: list[str] = []
        try:
            for plan in plans:
                assert plan.lines is not None  # with quoting = texts all have them
                first, below = plan.lines
                roots = self._roots(plan, order)
                if roots and first is not below:
                    lines.append(first(roots.pop(0)))
                lines += map(below, roots)
        except csv.Error:
            return None
        return self._fitting("".join(lines), len(lines))

    def _once(self, each: str) -> str:
        """The records that are written once a file."""
        digits, zone = self._control.digits(self._context.totals), self._context.zone
        plans = [plan for plan in self._format.plans(digits, zone) if plan.each == each]
        try:
            return self._format.text_of([plan.row((None, None, self._file)) for plan in plans], plans)
        except VALUE_ERRORS:
            raise explained_once(self._format, each, self._file, digits, zone) from None

    def _encoded(self, rows: Sequence[Sequence[Any]], kinds: Sequence[Plan]) -> bytes | None:
        """The bytes; None where something needs a closer look."""
        try:
            return self._fitting(self._format.text_of(rows, kinds), len(rows))
        except csv.Error:
            return None

    def _fitting(self, text: str, rows: int) -> bytes | None:
        """The bytes; None where a value holds a line break, or a character that does not fit."""
        returns = rows if self._line_end == "\r\n" else 0
        if text.count("\r") != returns or (text.count("\n") != rows and not self._keeps_breaks):
            return None
        # What is printable can be held, and is found out in a quarter of the time.
        if not text.replace(self._line_end, "").isprintable() and UNHOLDABLE.search(text):
            return None
        try:
            return text.encode(self._format.file.encoding)
        except UnicodeEncodeError:
            return None


class _Pieces:
    """What csv.writer writes to: a list's append."""

    __slots__ = ("write",)

    def __init__(self, pieces: list[str]) -> None:
        self.write = pieces.append
