"""How any EDIFACT answer is walked: streamed, with the separators of its UNA or the usual ones, in its own encoding.

Passed over: a byte order mark, blanks before an interchange, line ends anywhere, functional groups, a missing UNZ.
Several interchanges may follow each other, each with its own UNA. A message without its end breaks the answer, and so
does an interchange that counts more messages than there are: a part of it may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK_BYTES = 1 << 16
SEGMENT_BYTES_MAX = 20_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"
LINE_ENDS = b"\r\n"
USUAL = b":+.? '"
# ISO 9735 annex A. UNOA and UNOB are ASCII; where senders put more into them, it is UTF-8 or Latin-1.
ENCODINGS = {
    "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3",
    "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_KEPT = (b"\x00", b"\x01", b"\x02", b"\x03")  # released characters until the elements are apart


class EdifactBroken(ValueError):
    """What is wrong, and in which segment, counted from 1. The text quotes no value."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of one interchange; release is empty where there is none."""

    component: bytes
    element: bytes
    decimal_comma: bool
    release: bytes
    segment: bytes


class Segment:
    """One segment, taken apart when it is asked for its values."""

    __slots__ = ("_elements", "_encoding", "_marks", "_raw", "number", "tag")

    def __init__(self, number: int, raw: bytes, marks: Marks, encoding: str) -> None:
        self.number, self._raw, self._marks, self._encoding = number, raw, marks, encoding
        self.tag = raw[:3].decode("latin-1")
        self._elements: list[list[bytes]] | None = None

    def value(self, element: int, component: int = 1) -> str:
        """A component of an element, both counted from 1, without blanks around; empty where it is not there."""
        if self._elements is None:
            self._elements = _apart(self._raw, self._marks)
        if element >= len(self._elements) or component > len(self._elements[element]):
            return ""
        raw = self._elements[element][component - 1]
        for kept, mark in zip(_KEPT, _released(self._marks), strict=True):
            raw = raw.replace(kept, mark)
        text = _decoded(raw, self._encoding).strip()
        if _CONTROLS.search(text):
            raise EdifactBroken(self.number, f"{self.tag} holds a control character")
        return text

    def values(self, element: int) -> list[str]:
        """Every component of an element that is not empty."""
        self.value(element)
        count = len(self._elements[element]) if self._elements and element < len(self._elements) else 0
        return [text for number in range(1, count + 1) if (text := self.value(element, number))]

    def amount(self, element: int, component: int) -> str:
        """A number with a decimal point, whatever UNA says."""
        text = self.value(element, component)
        return text.replace(",", ".") if self._marks.decimal_comma else text


@dataclass(slots=True)
class _Interchange:
    """What of one interchange is open, and how much of it was seen."""

    encoding: str = "ascii"
    begun: bool = False
    ended: bool = False
    messages: int = 0
    groups: int = 0
    inside: bool = False  # a message


class _Bytes:
    """What is read but not yet understood."""

    def __init__(self, content: BinaryIO) -> None:
        self._content, self._at = content, 0
        self._held = content.read(CHUNK_BYTES).removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)
        # Where segments end with their line, line ends count; else they are nobody's data, wherever they stand.
        self._dropped = b"" if self._held[:3] == b"UNA" and self._held[8:9] in (b"\r", b"\n") else LINE_ENDS
        self._held = self._held.translate(None, self._dropped)

    def _fill(self) -> bool:
        chunk = self._content.read(CHUNK_BYTES)
        self._held = self._held[self._at :] + chunk.translate(None, self._dropped)
        self._at = 0
        return bool(chunk)

    def begins(self) -> bool:
        """Whether anything but blanks follows; the blanks are gone then."""
        while True:
            self._held, self._at = self._held[self._at :].lstrip(BLANKS), 0
            if len(self._held) >= 12 or not self._fill():
                self._held = self._held.lstrip(BLANKS)
                return bool(self._held)

    def marks(self) -> Marks:
        """What UNA says, which is then gone; the usual separators where it is missing."""
        said = USUAL
        if self._held[self._at :].startswith(b"UNA"):
            said = self._held[self._at + 3 : self._at + 9]
            self._at += 9
        signs = [said[at : at + 1] for at in range(6)]
        component, element, decimal, release, _, segment = signs
        if len({component, element, segment}) < 3 or any(sign.isalnum() or not sign for sign in signs):
            raise EdifactBroken(1, "UNA does not say separators that can be told apart")
        return Marks(component, element, decimal == b",", b"" if release == b" " else release, segment)

    def segment(self, marks: Marks, number: int) -> bytes | None:
        """The next segment without its end; None at the end of the file."""
        start = self._at
        while True:
            end = self._held.find(marks.segment, start)
            if end >= 0 and not self._is_released(end, marks):
                raw, self._at = self._held[self._at : end], end + 1
                if len(raw) > SEGMENT_BYTES_MAX:
                    break
                return raw.lstrip(BLANKS)
            if end >= 0:
                start = end + 1
                continue
            searched = len(self._held) - self._at
            if searched > SEGMENT_BYTES_MAX:
                break
            if not self._fill():
                if self._held.strip(BLANKS):
                    raise EdifactBroken(number, "the file ends inside of a segment, so a part of it is missing")
                return None
            start = searched
        raise EdifactBroken(number, f"a segment is longer than {SEGMENT_BYTES_MAX} bytes")

    def _is_released(self, end: int, marks: Marks) -> bool:
        count = 0
        while marks.release and end - count > self._at and self._held[end - count - 1 : end - count] == marks.release:
            count += 1
        return count % 2 == 1


def segments_of(content: BinaryIO) -> Iterator[Segment]:
    """Every segment of every interchange, envelopes included. Raises EdifactBroken."""
    held, number = _Bytes(content), 0
    if not held.begins():
        raise EdifactBroken(1, "is empty")
    while held.begins():
        marks, interchange = held.marks(), _Interchange()
        while not interchange.ended and (raw := held.segment(marks, number + 1)) is not None:
            if not raw:
                continue
            number += 1
            segment = Segment(number, raw, marks, interchange.encoding)
            _take(interchange, segment)
            yield segment
        if not interchange.begun:
            raise EdifactBroken(number + 1, "is no EDIFACT interchange: there is no UNB")
        if interchange.inside:
            raise EdifactBroken(number, "the file ends before UNT, so a part of a message is missing")


def _take(interchange: _Interchange, segment: Segment) -> None:
    """One more segment of the interchange. Raises EdifactBroken for what stands where it cannot."""
    tag = segment.tag
    if not interchange.begun and tag != "UNB":
        raise EdifactBroken(segment.number, "is no EDIFACT interchange: there is no UNB")
    if tag == "UNB":
        if interchange.begun:
            raise EdifactBroken(segment.number, "an interchange begins inside of another")
        interchange.begun = True
        interchange.encoding = ENCODINGS.get(segment.value(1), "utf-8")
    elif tag == "UNH":
        if interchange.inside:
            raise EdifactBroken(segment.number, "a message begins before the one before it has ended")
        interchange.inside = True
        interchange.messages += 1
    elif tag == "UNT":
        interchange.inside = False
    elif tag == "UNG":
        interchange.groups += 1
    elif tag == "UNZ":
        told, seen = segment.value(1), interchange.groups or interchange.messages
        if told.isdecimal() and int(told) > seen:
            raise EdifactBroken(segment.number, f"UNZ counts {told[:9]} and {seen} are there; a part is missing")
        interchange.ended = True


def _released(marks: Marks) -> tuple[bytes, bytes, bytes, bytes]:
    return marks.release, marks.component, marks.element, marks.segment


def _apart(raw: bytes, marks: Marks) -> list[list[bytes]]:
    """Elements and their components, with released characters kept aside."""
    if marks.release and marks.release in raw:
        if any(kept in raw for kept in _KEPT):
            return [[]]  # control characters beside released ones: nothing of it can be told
        for kept, mark in zip(_KEPT, _released(marks), strict=True):
            raw = raw.replace(marks.release + mark, kept)
    return [element.split(marks.component) for element in raw.split(marks.element)]


def _decoded(raw: bytes, encoding: str) -> str:
    """The text; where it is not in the encoding that UNB says, a person still reads most of it."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("latin-1")
