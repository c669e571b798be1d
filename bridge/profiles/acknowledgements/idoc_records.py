"""The segments of IDocs, one after the other, each before those below it: from XML, or from flat records.

Unknown segments and fields pass by, a record whose blanks at the end were cut is read as if they were there, and
nothing is held longer than until the next segment: a file of any size is read in flat memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from bridge.profiles.acknowledgements.idoc_layouts import (
    CONTROL,
    CONTROL_3X,
    CONTROL_4X,
    DATA_3X,
    DATA_4X,
    SEGMENTS,
    Slices,
    segment_name,
)
from bridge.profiles.acknowledgements.xml_walk import TEXT_MAX, Broken, drop, line_of, parts_of

RECORD_CHARACTERS_MAX = 8_000  # a segment holds 1000, with 63 before it
FIELDS_PER_SEGMENT_MAX = 1_000
NAMES_KEPT_MAX = 1_000
_READ = frozenset(("EDI_DC40", "EDI_DC", *SEGMENTS))
_TAGS = [f"{{*}}{name}" for name in sorted(_READ)]


@dataclass(slots=True)
class Record:
    """One segment: its name without a release, where it stands, and its fields without blanks around."""

    name: str
    line: int
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A field's text; empty where it is not there. Raises Broken for one that is endless."""
        text = self.fields.get(name, "")
        if len(text) > TEXT_MAX:
            raise Broken(self.line, f"a text is longer than {TEXT_MAX} characters")
        return text


@dataclass(slots=True)
class FlatRecord(Record):
    """A segment of a flat file: a field is cut out when it is asked for."""

    text: str
    places: Slices
    encoding: str | None  # of texts whose characters are bytes

    def __getitem__(self, name: str) -> str:
        """A field's text; empty where it is not there. Raises Broken."""
        place = self.places.get(name)
        if place is None:
            return ""
        found = self.text[place].strip()
        if self.encoding is None or found.isascii():
            return found
        try:
            return found.encode("latin-1").decode(self.encoding)
        except UnicodeDecodeError:
            raise _misencoded(self.line, self.encoding) from None


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


def _xml_records(content: BinaryIO) -> Iterator[Record]:
    """A segment is whole after those below it, and is told before them: as soon as the first of them is there."""
    told: list[etree._Element] = []
    for element in parts_of(content, _TAGS):
        if told and told[-1] is element:
            told.pop()
        else:
            above = _untold_above(element, told)
            told += above
            yield from map(_record, (*above, element))
        drop(element)


def _untold_above(element: etree._Element, told: Sequence[etree._Element]) -> list[etree._Element]:
    """The segments around one, the outermost first, that were not told yet."""
    found: list[etree._Element] = []
    parent = element.getparent()
    while parent is not None and _local(parent) in _READ and not (told and parent is told[-1]):
        found.append(parent)
        parent = parent.getparent()
    return found[::-1]


def _record(element: etree._Element) -> Record:
    """A segment with the elements below it as its fields; segments below it have no text of their own."""
    if len(element) > FIELDS_PER_SEGMENT_MAX:
        raise Broken(line_of(element), f"a segment has more than {FIELDS_PER_SEGMENT_MAX} fields")
    name = _local(element)
    fields = {one.tag: text.strip() for one in element if (text := one.text)}
    if "}" in element.tag:
        fields = {str(tag).rpartition("}")[2]: text for tag, text in fields.items()}
    return Record(CONTROL if name.startswith("EDI_DC") else name, line_of(element), fields)


def _local(element: etree._Element) -> str:
    tag = str(element.tag)
    return tag.rpartition("}")[2] if "}" in tag else tag


def _flat_records(path: Path, flat: Flat) -> Iterator[Record]:
    encoding = flat.encoding if flat.in_bytes else None
    data: Slices | None = None
    names: dict[str, str] = {}  # as records are called, to the segment; there are few
    for line, text in _lines(path, flat):
        is_control = text.startswith("EDI_DC")
        if data is None and not is_control:
            raise Broken(line, "is no IDoc: a flat file begins with a control record EDI_DC40 or EDI_DC")
        if "\x00" in text:
            raise Broken(line, "holds a NUL; the file is damaged or in another encoding")
        if is_control or data is None:
            is_4x = text.startswith("EDI_DC40")
            data = DATA_4X if is_4x else DATA_3X
            yield FlatRecord(CONTROL, line, {}, text, CONTROL_4X if is_4x else CONTROL_3X, encoding)
            continue
        written = text[data["SEGNAM"]]
        name = names.get(written)
        if name is None:
            name = segment_name(written.strip())
            if len(names) < NAMES_KEPT_MAX:
                names[written] = name
        if name in flat.segments:
            yield FlatRecord(name, line, {}, text[data["SDATA"]], flat.segments[name], encoding)


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
                if not text.isspace():
                    yield line, text.rstrip("\r\n")
        except UnicodeDecodeError:
            # Without the original: its text holds the bytes.
            raise _misencoded(line + 1, flat.encoding) from None


def _misencoded(line: int, encoding: str) -> Broken:
    return Broken(line, f"is not in the encoding {encoding}")
