"""Format `fixed`: records of columns of fixed width, several kinds of records in one file, with or without line ends.

The usual record is filled by one str.format, which never cuts: what comes out too long is looked at column by column.
Consecutive kinds of records of a line belong together: an item, its text, its dates, then the next item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby
from typing import Any

from bridge.domain.characters import CharacterRules
from bridge.profiles.formats.base import (
    NO_CONTROL,
    Control,
    ControlPlan,
    FileContext,
    file_words,
    refuse_other_currency,
    refuse_other_than_promised,
)
from bridge.profiles.formats.columns import VALUE_ERRORS, Place, Roots, Row, compile_row, is_written, parts_of
from bridge.profiles.formats.fixed_columns import CONTROLS, FixedColumn, is_ebcdic, varies
from bridge.profiles.formats.fixed_faults import careful_values, too_long
from bridge.profiles.settings import FileSettings
from bridge.profiles.table_settings import FixedSettings

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "none": ""}
NEXT_LINE = b"\x15"  # EBCDIC's own line end; Python's code pages read it as a line feed, and write that as 25


class Overflow(ValueError):
    """A record came out longer than its columns are wide."""


@dataclass(frozen=True, slots=True)
class FixedRecord:
    """One kind of record. when: the path that must not be empty. under: the record whose number is its parent."""

    each: str
    columns: Sequence[FixedColumn]
    when: Place | None = None
    name: str = ""
    under: str | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """A record kind, compiled for a currency's digits and a zone."""

    record: FixedRecord
    row: Row
    counters: Sequence[tuple[int, str]]
    template: str
    length: int  # of the filled record, in characters of usual width


class FixedFormat:
    """One profile's records, compiled."""

    def __init__(
        self,
        profile: str,
        settings: FixedSettings,
        file: FileSettings,
        characters: CharacterRules,
        records: Sequence[FixedRecord],
        control: ControlPlan = NO_CONTROL,
    ) -> None:
        self.profile, self.settings, self.file, self.characters = profile, settings, file, characters
        self.records, self.control = records, control
        self.varies = varies(settings.unit, file.encoding)
        self.line_end = LINE_ENDS[file.line_end]
        self._turns_lines = settings.line_end == "nel" and is_ebcdic(file.encoding)
        self._plans: dict[tuple[int, tzinfo], list[Plan]] = {}

    @property
    def carries(self) -> tuple[str, ...]:
        """Every canonical field that stands in a column of its own."""
        carried = (column.carried for record in self.records for column in record.columns)
        return tuple(dict.fromkeys(path for path in carried if path))

    @property
    def written(self) -> tuple[str, ...]:
        """Every canonical text that stands in a column, alone or with others: whose characters the file must hold."""
        places = (place for record in self.records for column in record.columns for place in column.texts)
        return tuple(dict.fromkeys(path for place in places for path in parts_of(place.path)))

    def renderer(self, context: FileContext) -> FixedRenderer:
        """A new file."""
        return FixedRenderer(self, context)

    def plans(self, digits: int, zone: tzinfo) -> list[Plan]:
        """The records compiled for a currency's minor digits and a zone; kept, there are few."""
        if (kept := self._plans.get((digits, zone))) is None:
            kept = [self._plan(record, digits, zone) for record in self.records]
            self._plans[digits, zone] = kept
        return kept

    def _plan(self, record: FixedRecord, digits: int, zone: tzinfo) -> Plan:
        template = "".join(column.spec for column in record.columns)
        length = sum(column.room for column in record.columns)
        if self.settings.record_length is not None:
            blank = record.columns[0].blank
            template += " " * (self.settings.record_length // blank - length)
            length = self.settings.record_length // blank
        counters = [(at, column.counter) for at, column in enumerate(record.columns) if column.counter]
        return Plan(record, compile_row(record.columns, self.settings, digits, zone), counters, template, length)

    def text_of(self, plan: Plan, values: Sequence[Any]) -> str:
        """One record without its line end. Raises Overflow."""
        text = plan.template.format(*values)
        if self.varies and not text.isascii():
            return self._padded(plan, values)
        if len(text) != plan.length:
            raise Overflow
        return text.rstrip(" ") if self.settings.trim else text

    def _padded(self, plan: Plan, values: Sequence[Any]) -> str:
        """Column by column, each measured in its own unit."""
        columns = plan.record.columns
        if any(column.overflow(value) for column, value in zip(columns, values, strict=True)):
            raise Overflow
        text = "".join(column.padded(value) for column, value in zip(columns, values, strict=True))
        text += " " * (plan.length - sum(column.room for column in columns))
        return text.rstrip(" ") if self.settings.trim else text

    def encoded(self, text: str) -> bytes:
        """The bytes, with line ends as the ERP's machine has them."""
        content = text.encode(self.file.encoding)
        return content.replace("\n".encode(self.file.encoding), NEXT_LINE) if self._turns_lines else content


class FixedRenderer:
    """One file of fixed width."""

    def __init__(self, format_: FixedFormat, context: FileContext) -> None:
        self._format, self._context, self._control = format_, context, Control(format_.control)
        self._file = file_words(context, self._control)
        self._numbered, self._written = 0, 0

    def head(self) -> bytes:
        """Byte order mark and the records written once a file."""
        plans = self._format.plans(self._control.digits(self._context.totals), self._context.zone)
        content = self._content([(plan, None) for plan in plans], "file")
        mark = "\ufeff".encode(self._format.file.encoding) if self._format.file.byte_order_mark else b""
        self._control.wrote(mark + content)
        return mark + content

    def order(self, order: dict[str, Any]) -> bytes:
        """The records of one order, all or none."""
        refuse_other_currency(self._format.profile, self._control, order)
        order["position"] = self._control.orders + 1
        plans = self._format.plans(order["currency_digits"], self._context.zone)
        content = self._content(list(in_file_order(plans, order)), "order", order)
        self._control.add(order, content)
        return content

    def tail(self) -> bytes:
        """The records written at the end, with what was rendered summed up. Raises Fault when it is not as promised."""
        refuse_other_than_promised(self._context, self._control)
        plans = self._format.plans(self._control.digits(self._context.totals), self._context.zone)
        body = self._written - sum(plan.record.each == "file" for plan in plans)
        ends = sum(plan.record.each == "end" for plan in plans)
        self._file = {
            **file_words(self._context, self._control),
            "record_count": self._written + ends,
            "body_count": body,
        }
        return self._content([(plan, None) for plan in plans], "end")

    def _content(self, written: Sequence[tuple[Plan, Any]], each: str, order: Mapping[str, Any] | None = None) -> bytes:
        """The bytes of a head, an order or a tail. The file's counters move only when all of it is there."""
        if order is None:
            written = [(plan, line) for plan, line in written if plan.record.each == each]
        format_, shown = self._format, order or {}
        try:
            rows = list(self._rows(written, order))
            texts = [format_.text_of(plan, values) for (plan, _), values in zip(written, rows, strict=True)]
            content = None if CONTROLS.search("".join(texts)) else self._joined(texts)
        except (*VALUE_ERRORS, Overflow, UnicodeEncodeError):
            content = None
        if content is None:
            content = self._joined(self._careful(written, shown))
        self._written += len(written)
        self._numbered += sum(plan.record.counted for plan, _ in written)
        return content

    def _careful(self, written: Sequence[tuple[Plan, Any]], order: Mapping[str, Any]) -> list[str]:
        """The records once more, texts mended by the profile's rules. Raises what is told of the first fault."""
        records = [(plan.record, (order, line, self._file)) for plan, line in written]
        made = list(careful_values(self._format, order, records, self._context.zone))
        for values, counters in zip(made, self._counts(written), strict=True):
            for at, number in counters:
                values[at] = number
        try:
            return [self._format.text_of(plan, values) for (plan, _), values in zip(written, made, strict=True)]
        except Overflow:
            found = ((*one, values) for one, values in zip(records, made, strict=True))
            raise too_long(self._format, order, found) from None

    def _rows(self, written: Sequence[tuple[Plan, Any]], order: Mapping[str, Any] | None) -> Iterator[Sequence[Any]]:
        for (plan, line), counters in zip(written, self._counts(written), strict=True):
            values = plan.row((order, line, self._file))
            if counters:
                values = list(values)
                for at, number in counters:
                    values[at] = number
            yield values

    def _counts(self, written: Sequence[tuple[Plan, Any]]) -> Iterator[Sequence[tuple[int, int]]]:
        """For each record the columns of its counters with their numbers."""
        in_order = 0
        parents: dict[str, int] = {}
        for plan, _ in written:
            record = plan.record
            in_order += record.counted
            if record.name:
                parents[record.name] = in_order
            numbers = {
                "record.number": self._numbered + in_order,
                "record.number_in_order": in_order,
                "record.parent": parents.get(record.under, 0) if record.under else 0,
            }
            yield [(at, numbers[counter]) for at, counter in plan.counters]

    def _joined(self, texts: Sequence[str]) -> bytes:
        """The records with their line ends; before each but the file's first where the last one has none."""
        format_ = self._format
        if not texts:
            return b""
        if format_.settings.last_line_end:
            return format_.encoded(format_.line_end.join(texts) + format_.line_end)
        before = format_.line_end if self._written else ""
        return format_.encoded(before + format_.line_end.join(texts))


def in_file_order(plans: Sequence[Plan], order: Mapping[str, Any]) -> Iterator[tuple[Plan, Any]]:
    """The records of an order as they are written, each with its line. Neighbouring kinds of a line go line by line."""
    for each, kinds in groupby(plans, key=lambda plan: plan.record.each):
        if each == "order":
            roots: Roots = (order, None, {})
            for plan in kinds:
                if plan.record.when is None or is_written(plan.record.when, roots):
                    yield plan, None
        elif each == "line":
            together = list(kinds)
            for line in order["lines"]:
                for plan in together:
                    if plan.record.when is None or is_written(plan.record.when, (order, line, {})):
                        yield plan, line
