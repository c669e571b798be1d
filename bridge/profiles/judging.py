"""What a reader finds in a rendered file, by the grammar of its format alone: records, and the fields in each.

Used by the proof, to hold a file with hostile texts against the same file with harmless ones. Nothing here asks the
renderer: separators, quotes and widths come from the profile's settings, as the ERP's own reader has them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from bridge.profiles.formats.schema import safe_parser
from bridge.profiles.settings import FixedSettings, ProfileSettings, TextSettings

Record = list[str]
_USUAL_UNA = ":+.? '"
_NEL = "\x85"  # what an EBCDIC code page's hexadecimal 15 decodes to


class Misshapen(ValueError):
    """The file breaks the grammar of its format. The text says how, and holds no value."""


def records_of(content: bytes, settings: ProfileSettings) -> list[Record]:
    """The records of a file, the first field telling the kind where there is one. Raises Misshapen."""
    try:
        text = content.decode(settings.file.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Misshapen(f"it is not {settings.file.encoding}") from None
    if settings.format == "xml":
        return list(_elements(content))
    if settings.format == "edifact":
        return _edifact(text)
    if settings.format == "x12":
        return _x12(text)
    if settings.csv is not None:
        return _rows(text, settings)
    if settings.fixed is not None:
        return list(_fixed(text, settings, settings.fixed))
    if settings.text is not None:
        return list(_text(text, settings.text))
    if settings.idoc is not None and settings.file.line_end != "none":
        return [[f"{line[:10]} length {len(line)}", line] for line in _lines(text)]
    return [[text]] if text.isprintable() else [[line] for line in _lines(text)]


def _lines(text: str) -> list[str]:
    """The lines, by their line ends alone: `splitlines` would cut at form feeds too."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _elements(content: bytes) -> Iterator[Record]:
    """Each element with its depth, attributes and text; comments and instructions too."""
    try:
        root = etree.fromstring(content, safe_parser())
    except etree.XMLSyntaxError:
        raise Misshapen("it is not well-formed XML") from None
    pending = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        kind = str(node.tag) if isinstance(node.tag, str) else "not an element"
        yield [f"{depth} {kind}", *(f"{name!s}={value!s}" for name, value in node.attrib.items()), node.text or ""]
        if node.tail and node.tail.strip():
            yield ["text between elements", node.tail]
        pending += [(child, depth + 1) for child in reversed(node)]


def _rows(text: str, settings: ProfileSettings) -> list[Record]:
    """As Python's own csv module reads them."""
    assert settings.csv is not None
    given = settings.csv
    try:
        read = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=given.delimiter,
            quotechar=None if given.quoting == "never" else given.quote,
            quoting=csv.QUOTE_NONE if given.quoting == "never" else csv.QUOTE_MINIMAL,
            strict=True,
        )
        return [["", *row] for row in read]
    except csv.Error as error:
        raise Misshapen(f"its rows cannot be read: {error}") from None


def _fixed(text: str, settings: ProfileSettings, fixed: FixedSettings) -> Iterator[Record]:
    """Each record with its length in the profile's unit, unless blanks at its end are cut."""
    encoding = settings.file.encoding
    if settings.file.line_end == "none":
        width = fixed.record_length or sum(column.width for column in fixed.records[0].columns)
        whole = text.encode(encoding) if fixed.unit == "bytes" else text
        if len(whole) % width:
            raise Misshapen(f"it is no whole number of records of {width}")
        found = [text] if fixed.unit == "bytes" else [text[at : at + width] for at in range(0, len(text), width)]
    else:
        found = text.removesuffix(_NEL).split(_NEL) if fixed.line_end == "nel" else _lines(text)
    for record in found:
        length = len(record.encode(encoding)) if fixed.unit == "bytes" else len(record)
        yield ["" if fixed.trim else f"length {length}", record]


def _text(text: str, given: TextSettings) -> Iterator[Record]:
    """Lines cut at each separator that is neither escaped nor quoted; of JSON every value with the way to it."""
    if given.values == "json":
        yield from _json(text)
        return
    for line in _lines(text):
        pieces, quoted, escaped = [""], False, False
        for sign in line:
            if escaped:
                escaped = False
            elif given.values == "escaped" and sign == given.escape:
                escaped = True
                continue
            elif given.values == "quoted" and sign == given.quote:
                quoted = not quoted
            elif sign in (given.separators or "") and not quoted:
                pieces.append("")
                continue
            pieces[-1] += sign
        if quoted:
            raise Misshapen("a line ends inside quotes")
        if given.values == "quoted":
            double = given.quote * 2
            pieces = [
                piece[1:-1].replace(double, given.quote) if piece[:1] == given.quote else piece for piece in pieces
            ]
        yield ["", *pieces]


def _json(text: str) -> Iterator[Record]:
    try:
        try:
            found = [json.loads(text)]
        except ValueError:
            found = [json.loads(line) for line in _lines(text) if line]
    except ValueError:
        raise Misshapen("it is no JSON, neither as a whole nor line by line") from None
    for one in found:
        yield from _values(one, "")


def _values(value: Any, way: str) -> Iterator[Record]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _values(item, f"{way}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, f"{way}[]")
    else:
        yield [f"{way} {type(value).__name__}", str(value)]


def _edifact(text: str) -> list[Record]:
    """Segments of elements and components, counted by UNT and named by UNB and UNZ."""
    una = text[3:9] if text.startswith("UNA") else _USUAL_UNA
    component, element, _, release, repetition, end = list(una)
    special = {element, component, end} | ({repetition} - {" "})
    records: list[Record] = [[""]]
    escaped = False
    for sign in text[9:] if text.startswith("UNA") else text:
        if escaped or sign not in special | {release}:
            if records[-1] != [""] or escaped or sign not in "\r\n":  # line ends after a segment are layout
                records[-1][-1] += sign
            escaped = False
        elif sign == release:
            escaped = True
        elif sign == end:
            records.append([""])
        else:
            records[-1].append("" if sign == component else f"{element}")
    if records.pop() != [""]:
        raise Misshapen("its last segment has no end")
    records = [[field.removeprefix(element) if at else field for at, field in enumerate(one)] for one in records]
    _counted(records, "UNH", "UNT")
    return records


def _x12(text: str) -> list[Record]:
    """Segments by the separators that ISA tells, counted by SE."""
    if not text.startswith("ISA") or len(text) < 106:
        element, component, end = "*", ">", "~"  # a file without an envelope
    else:
        element, component, end = text[3], text[104], text[105]
    *segments, rest = text.split(end)
    if rest.strip():
        raise Misshapen("its last segment has no end")
    records = []
    for segment in segments:
        elements = segment.lstrip("\r\n").split(element)
        is_isa = elements[0] == "ISA"
        records.append([part for one in elements for part in ([one] if is_isa else one.split(component))])
    _counted(records, "ST", "SE")
    return records


def _counted(records: list[Record], begin: str, end: str) -> None:
    """Raise Misshapen where a message does not count its segments, both ends included."""
    begun = 0
    for number, record in enumerate(records):
        if record[0] == begin:
            begun = number
        elif record[0] == end and (len(record) < 2 or not record[1].isdigit() or int(record[1]) != number - begun + 1):
            raise Misshapen(f"{end} does not count the {number - begun + 1} segments of its message")


def difference(found: list[Record], plain: list[Record], texts: Sequence[str], harmless: str) -> str | None:
    """What a reader would misread of a file with one of `texts` where `plain` has `harmless`; None where nothing is.

    texts: as the profile prepares it, and as it is, for codes are never changed. Without `harmless` the shape counts.
    """
    harmless = _blurred(harmless)
    wanted = [_blurred(text) for text in texts]
    if len(found) != len(plain):
        return f"the file has {len(found)} records, and {len(plain)} with a harmless text"
    for number, (one, other) in enumerate(zip(found, plain, strict=True), start=1):
        if len(one) != len(other):
            return f"record {number} has {len(one)} fields, and {len(other)} with a harmless text"
        if one[0] != other[0] and not (harmless and harmless in _blurred(other[0])):
            return f"record {number} is of another kind or length than with a harmless text"
        for field, expected in zip(one, other, strict=True):
            if field == expected or not harmless or harmless not in _blurred(expected):
                continue
            read = _blurred(_unescaped(field))
            if not any(text in read for text in wanted):
                return f"the text comes back changed from record {number}"
    return None


def _blurred(text: str) -> str:
    """Without what formats may do to a text: capitals, and blanks at its ends or several together."""
    return re.sub(r"\s+", " ", text).casefold().strip()


def _unescaped(field: str) -> str:
    """A field as it is, and as HTML shows it, which is a form of columns."""
    shown = field.replace("<br/>", " ")
    for sign, written in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        shown = shown.replace(written, sign)
    return f"{field}\n{shown}"
