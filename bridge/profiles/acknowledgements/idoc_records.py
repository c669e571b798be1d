"""The segments of IDocs, one after the other, each before those below it: from XML, or from flat records.

Unknown segments and fields pass by, a record whose blanks at the end were cut is read as if they were there, and
nothing is held longer than until the next segment: a file of any size is read in flat memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from bridge.profiles.acknowledgements.idoc_layouts import (
    CONTROL,
    CONTROL_3X,
    CONTROL_4X,
    DATA_3X,
    DATA_4X,
    Slices,
    segment_name,
)
from bridge.profiles.acknowledgements.xml_walk import Broken, bounded, drop, line_of, walked

RECORD_CHARACTERS_MAX = 8_000  # a segment holds 1000, with 63 before it
FIELDS_PER_SEGMENT_MAX = 1_000
_SEGMENT_BEGINS = ("E1", "E2", "Z1", "Z2", "EDI_D")


@dataclass(slots=True)
class Record:
    """One segment: its name without a release, its fields without blanks around, and where it stands."""

    name: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A field's text; empty where it is not there."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Flat:
    """How flat records are written. in_bytes: widths are bytes of the encoding, as a non-Unicode SAP counts."""

    encoding: str
    in_bytes: bool
    segments: Mapping[str, Slices]


def records(path: Path, flat: Flat) -> Iterator[Record]:
    """Every segment of every IDoc, its control record first. Raises Broken or XMLSyntaxError."""
    with path.open("rb") as content:
        if not _is_xml(content.read(64)):
            yield from _flat_records(path, flat)
            return
        content.seek(0)
        yield from _xml_records(content)


def _is_xml(head: bytes) -> bool:
    """By its first mark: a tag, or the byte order mark of UTF-16, which flat files never have."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@dataclass(slots=True)
class _Open:
    """A segment whose end has not come. A segment's fields stand before the segments below it."""

    element: etree._Element
    record: Record
    given: bool = False


def _xml_records(content: BinaryIO) -> Iterator[Record]:
    stack: list[_Open] = []
    for event, element in walked(content):
        if event == "start":
            if _is_segment(element):
                if stack and not stack[-1].given:
                    stack[-1].given = True
                    yield stack[-1].record
                stack.append(_Open(element, Record(segment_name(_local(element)), line_of(element))))
            continue
        if stack and stack[-1].element is element:
            closed = stack.pop()
            if not closed.given:
                yield closed.record
        elif stack and element.getparent() is stack[-1].element:
            _note(stack[-1].record, element)
        drop(element)


def _is_segment(element: etree._Element) -> bool:
    return "SEGMENT" in element.attrib or _local(element).startswith(_SEGMENT_BEGINS)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _note(record: Record, element: etree._Element) -> None:
    if len(record.fields) == FIELDS_PER_SEGMENT_MAX:
        raise Broken(line_of(element), f"a segment has more than {FIELDS_PER_SEGMENT_MAX} fields")
    record.fields[_local(element)] = bounded((element.text or "").strip(), element)


def _flat_records(path: Path, flat: Flat) -> Iterator[Record]:
    data: Slices | None = None
    for line, text in _lines(path, flat):
        if text.startswith("EDI_DC"):
            is_4x = text.startswith("EDI_DC40")
            data = DATA_4X if is_4x else DATA_3X
            yield Record(CONTROL, line, _cut(text, CONTROL_4X if is_4x else CONTROL_3X))
            continue
        if data is None:
            raise Broken(line, "is no IDoc: a flat file begins with a control record EDI_DC40 or EDI_DC")
        name = segment_name(text[data["SEGNAM"]].strip())
        if name in flat.segments:
            fields = _cut(text[data["SDATA"]], flat.segments[name])
            yield Record(name, line, _decoded(fields, flat.encoding, line) if flat.in_bytes else fields)


def _lines(path: Path, flat: Flat) -> Iterator[tuple[int, str]]:
    """Each record with its line. A byte order mark is passed over. Bytes go as the first 256 characters."""
    is_utf8 = flat.encoding.casefold().replace("_", "-") in ("utf-8", "utf8")
    line = 0
    encoding = "latin-1" if flat.in_bytes else "utf-8-sig" if is_utf8 else flat.encoding
    with path.open(encoding=encoding, newline="\n") as content:
        try:
            while text := content.readline(RECORD_CHARACTERS_MAX + 1):
                line += 1
                if len(text) > RECORD_CHARACTERS_MAX:
                    raise Broken(line, f"a record is longer than {RECORD_CHARACTERS_MAX} characters")
                if text.strip():
                    yield line, text.rstrip("\r\n")
        except UnicodeDecodeError:
            # Without the original: its text holds the bytes.
            raise _misencoded(line + 1, flat.encoding) from None


def _cut(text: str, fields: Slices) -> dict[str, str]:
    return {name: text[place].strip() for name, place in fields.items()}


def _decoded(fields: Mapping[str, str], encoding: str, line: int) -> dict[str, str]:
    try:
        return {name: text.encode("latin-1").decode(encoding) for name, text in fields.items()}
    except UnicodeDecodeError:
        raise _misencoded(line, encoding) from None


def _misencoded(line: int, encoding: str) -> Broken:
    return Broken(line, f"is not in the encoding {encoding}")
