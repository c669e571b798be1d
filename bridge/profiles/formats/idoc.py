"""Format `idoc`: the flat records of SAP's IDocs, from a template that is written as the XML form is.

So one template gives both forms. Each element with SEGMENT="1" becomes a record, its fields stand where the profile's
columns have them, and records are counted from 1 in each IDoc: own number, number of the record above, level. What is
too long for its field is refused, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bridge.domain.characters import INVISIBLE, UNHOLDABLE, CharacterRules
from bridge.domain.fitting import measure
from bridge.profiles.formats.csv_rows import LINE_ENDS
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.formats.template import Uncarried
from bridge.profiles.idoc_settings import IdocSegmentSettings, IdocSettings

# SAP Library: control records EDI_DC40 (524 characters) and EDI_DC of release 3.x (464).
CONTROL_4X = (
    "TABNAM 10, MANDT 3, DOCNUM 16, DOCREL 4, STATUS 2, DIRECT 1, OUTMOD 1, EXPRSS 1, TEST 1, IDOCTYP 30, CIMTYP 30, "
    "MESTYP 30, MESCOD 3, MESFCT 3, STD 1, STDVRS 6, STDMES 6, SNDPOR 10, SNDPRT 2, SNDPFC 2, SNDPRN 10, SNDSAD 21, "
    "SNDLAD 70, RCVPOR 10, RCVPRT 2, RCVPFC 2, RCVPRN 10, RCVSAD 21, RCVLAD 70, CREDAT 8, CRETIM 6, REFINT 14, "
    "REFGRP 14, REFMES 14, ARCKEY 70, SERIAL 20"
)
CONTROL_3X = (
    "TABNAM 10, MANDT 3, DOCNUM 16, DOCREL 4, STATUS 2, DOCTYP 8, DIRECT 1, RCVPOR 10, RCVPRT 2, RCVPRN 10, RCVSAD 21, "
    "RCVLAD 70, STD 1, STDVRS 6, STDMES 6, MESCOD 3, MESFCT 3, OUTMOD 1, TEST 1, SNDPOR 10, SNDPRT 2, SNDPRN 10, "
    "SNDSAD 21, SNDLAD 70, REFINT 14, REFGRP 14, REFMES 14, ARCKEY 70, CREDAT 8, CRETIM 6, MESTYP 6, IDOCTYP 8, "
    "CIMTYP 8, RCVPFC 2, SNDPFC 2, SERIAL 20, EXPRSS 1"
)
CONTROL = "EDI_DC40"
SEGMENT_WIDTH = 1000  # SAP Library, EDI_DD40-SDATA: the most that a segment holds
_TOKEN = re.compile(r'<(\w+) SEGMENT="1">|<(\w+)>([^<]*)</\w+>|</(\w+)>')
_COLUMN = re.compile(r"(\w+) ([1-9][0-9]*)")
_LINE_BREAK = re.compile("[\r\n]")
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")  # emoji and rare letters: two units of UTF-16 each
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


@dataclass(frozen=True, slots=True)
class Column:
    """A field: its name, its first column from 0, its width."""

    name: str
    at: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of record. level: of its hierarchy; None: as deep as it stands."""

    record: str
    columns: Mapping[str, Column]
    width: int
    level: int | None = None


@dataclass(slots=True)
class _Record:
    """One segment as the template wrote it. number and parent: places in the IDoc, from 1; 0 is none."""

    name: str
    number: int
    parent: int
    depth: int
    fields: dict[str, str] = field(default_factory=dict)


def idoc_characters(idoc: IdocSettings, rules: CharacterRules) -> CharacterRules:
    """The profile's characters. A Unicode SAP counts an emoji as two, so that all columns behind it would be moved."""
    if idoc.unit == "bytes":
        return rules
    return replace(rules, refuses=_TWO_UNITS, medium="a flat IDoc, whose fields SAP counts in units of UTF-16,")


class IdocSyntax:
    """Flat records of one layout. Raises ValueError for columns that are no columns."""

    decimal_comma = False

    def __init__(self, settings: IdocSettings, encoding: str, line_end: str) -> None:
        self._settings, self._line_end = settings, LINE_ENDS[line_end]
        self._is_4x = settings.layout == "4x"
        self._length = measure(settings.unit, encoding)
        self._refuses = _TWO_UNITS if settings.unit == "characters" else None
        columns = _columns(CONTROL_4X if self._is_4x else CONTROL_3X)
        control = "EDI_DC40" if self._is_4x else "EDI_DC"
        self._control = Layout(control, columns, sum(one.width for one in columns.values()))
        self._layouts = {name: _layout(name, segment) for name, segment in settings.segments.items()}

    def escaped(self, text: str) -> str:
        """A value as it stands between the template's marks. A line break would end the record.

        A mark that nobody sees can only be a code's, for texts have lost theirs: with it the code is another one.
        """
        if not text.isprintable() and (UNHOLDABLE.search(text) or _LINE_BREAK.search(text) or INVISIBLE.search(text)):
            raise Uncarried(text)
        if self._refuses is not None and not text.isascii() and self._refuses.search(text):
            raise Uncarried(text)
        if "&" in text or "<" in text or ">" in text:
            for character, escape in _ESCAPES:
                text = text.replace(character, escape)
        return text

    def without_layout(self, text: str) -> str:
        """As it is: what stands between the template's marks is not looked at."""
        return text

    def finished(self, piece: str) -> str:
        """The records of an IDoc, or of none. Raises FormRefused for what has no column or does not fit into it."""
        control: dict[str, str] = {}
        lines: list[str] = []
        for record in _records(piece):
            if record.name == CONTROL:
                control = {**record.fields, "TABNAM": self._control.record}
                if not self._is_4x:
                    control["DOCTYP"] = control.get("CIMTYP") or control.get("IDOCTYP", "")
                lines.append(self._filled(CONTROL, self._control, control))
            else:
                lines.append(self._data(record, control))
        return "".join(f"{line.rstrip(' ') if self._settings.trim else line}{self._line_end}" for line in lines)

    def _data(self, record: _Record, control: Mapping[str, str]) -> str:
        layout = self._layouts.get(record.name)
        if layout is None:
            raise FormRefused(f"segment {record.name} has no columns in [idoc.segments]")
        client, docnum = control.get("MANDT", ""), control.get("DOCNUM", "")
        level = layout.level if layout.level is not None else record.depth + 1
        place = f"{record.number:06}"
        above = f"{record.parent:06}{level:02}"
        if self._is_4x:
            prefix = f"{layout.record:30}{client:3}{docnum:16}{place}{above}"
        else:
            prefix = f"{layout.record:10}{client:3}{docnum:16}{place}{layout.record:10}{above}  "
        return prefix + self._filled(record.name, layout, record.fields)

    def _filled(self, name: str, layout: Layout, fields: Mapping[str, str]) -> str:
        parts: list[str] = []
        end = 0
        for column, value in self._in_columns(name, layout, fields):
            length = self._length(value)
            if length > column.width:
                what = f"{name}-{column.name} has {length} {self._settings.unit}; the field holds {column.width}"
                raise FormRefused(what)
            parts += " " * (column.at - end), value, " " * (column.width - length)
            end = column.at + column.width
        return "".join(parts) + " " * (layout.width - end)

    def _in_columns(self, name: str, layout: Layout, fields: Mapping[str, str]) -> Iterator[tuple[Column, str]]:
        """The fields from the left, as they are read and not as they were escaped."""
        try:
            placed = sorted((layout.columns[key].at, key) for key in fields)
        except KeyError as error:
            raise FormRefused(f"field {name}-{error.args[0]} has no column in [idoc.segments]") from None
        for _, key in placed:
            value = fields[key]
            if "&" in value:
                for character, escape in reversed(_ESCAPES):
                    value = value.replace(escape, character)
            yield layout.columns[key], value


def _records(piece: str) -> Iterator[_Record]:
    """The segments in their order; each is given when all its fields were read. Control records are not counted."""
    stack: list[_Record] = []
    found: list[_Record] = []
    for token in _TOKEN.finditer(piece):
        segment, name, value, closed = token.groups()
        if segment is not None:
            is_control = segment == CONTROL
            number = 0 if is_control else len(found) if found and found[0].name == CONTROL else len(found) + 1
            record = _Record(segment, number, stack[-1].number if stack else 0, len(stack) + 1)
            found.append(record)
            stack.append(record)
        elif name is not None:
            stack[-1].fields[name] = value
        elif stack and closed == stack[-1].name:
            stack.pop()
    return iter(found)


def _layout(name: str, segment: IdocSegmentSettings) -> Layout:
    columns = _columns(segment.columns, name)
    if sum(one.width for one in columns.values()) > SEGMENT_WIDTH:
        raise ValueError(f"segment {name} is wider than {SEGMENT_WIDTH}")
    return Layout(segment.record, columns, SEGMENT_WIDTH, segment.level)


def _columns(text: str, segment: str = "") -> dict[str, Column]:
    """`NAME width, NAME width` from the left."""
    columns: dict[str, Column] = {}
    at = 0
    for part in text.split(","):
        found = _COLUMN.fullmatch(part.strip())
        if found is None or found.group(1) in columns:
            raise ValueError(
                f"segment {segment}: columns are NAME width, NAME width, each name once; not {part.strip()!r}"
            )
        columns[found.group(1)] = Column(found.group(1), at, int(found.group(2)))
        at += int(found.group(2))
    return columns
