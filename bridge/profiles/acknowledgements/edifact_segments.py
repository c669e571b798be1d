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
COUNT_DIGITS_MAX = 9
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
_KEPT = ("\x00", "\x01", "\x02", "\x03")  # released characters until the elements are apart; no text has them
_ENVELOPE = ("UNB", "UNG", "UNH", "UNT", "UNZ")


class EdifactBroken(ValueError):
    """What is wrong, and in which segment, counted from 1. The text quotes no value."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of one interchange; release is empty where there is none."""

    component: str
    element: str
    decimal_comma: bool
    release: str
    segment: bytes
    release_byte: int  # -1 where there is none


class Segment:
    """One segment, taken apart when it is asked for its values: most are never asked."""

    __slots__ = ("_elements", "_encoding", "_is_released", "_marks", "_raw", "number", "tag")

    def __init__(self, number: int, raw: bytes, marks: Marks, encoding: str) -> None:
        self.number, self._raw, self._marks, self._encoding = number, raw, marks, encoding
        self.tag = raw[:3].decode("latin-1")
        self._elements: list[str] | None = None
        self._is_released = False

    def value(self, element: int, component: int = 1) -> str:
        """A component of an element, both counted from 1, without blanks around; empty where it is not there."""
        elements = self._apart() if self._elements is None else self._elements
        if element >= len(elements):
            return ""
        return self._component(elements[element], component)

    def values(self, element: int) -> list[str]:
        """Every component of an element that is not empty."""
        elements = self._apart() if self._elements is None else self._elements
        whole = elements[element] if element < len(elements) else ""
        count = whole.count(self._marks.component) + 1
        return [text for number in range(1, count + 1) if (text := self._component(whole, number))]

    def amount(self, element: int, component: int) -> str:
        """A number with a decimal point, whatever UNA says."""
        text = self.value(element, component)
        return text.replace(",", ".") if self._marks.decimal_comma else text

    def _component(self, whole: str, number: int) -> str:
        if self._marks.component in whole:
            parts = whole.split(self._marks.component)
            whole = parts[number - 1] if number <= len(parts) else ""
        elif number > 1:
            return ""
        if self._is_released:
            for kept, mark in zip(_KEPT, self._released(), strict=True):
                whole = whole.replace(kept, mark)
        return whole.strip()

    def _apart(self) -> list[str]:
        """The elements, with released characters kept aside. Raises EdifactBroken for a control character."""
        text = _decoded(self._raw, self._encoding)
        if not text.isprintable() and _CONTROLS.search(text):
            raise EdifactBroken(self.number, f"{self.tag} holds a control character")
        release = self._marks.release
        if release and release in text:
            self._is_released = True
            for kept, mark in zip(_KEPT, self._released(), strict=True):
                text = text.replace(release + mark, kept)
        self._elements = text.split(self._marks.element)
        return self._elements

    def _released(self) -> tuple[str, str, str, str]:
        marks = self._marks
        return marks.release, marks.component, marks.element, marks.segment.decode("latin-1")


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
        if len({component, element, segment}) < 3 or any(sign.isalnum() or not b"" < sign < b"\x80" for sign in signs):
            raise EdifactBroken(1, "UNA does not say separators that can be told apart")
        if release == b" ":
            release = b""
        return Marks(
            component=component.decode(),
            element=element.decode(),
            decimal_comma=decimal == b",",
            release=release.decode(),
            segment=segment,
            release_byte=release[0] if release else -1,
        )

    def segment(self, marks: Marks, number: int) -> bytes | None:
        """The next segment without its end; None at the end of the file."""
        start = self._at
        while True:
            end = self._held.find(marks.segment, start)
            if end > self._at and self._held[end - 1] == marks.release_byte and self._is_released(end, marks):
                start = end + 1
                continue
            if end >= 0:
                raw, self._at = self._held[self._at : end], end + 1
                if len(raw) > SEGMENT_BYTES_MAX:
                    break
                return raw.lstrip(BLANKS)
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
        count = 1
        while end - count > self._at and self._held[end - count - 1] == marks.release_byte:
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
            if segment.tag in _ENVELOPE or not interchange.begun:
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
        if told.isdecimal() and (len(told) > COUNT_DIGITS_MAX or int(told) > seen):
            raise EdifactBroken(segment.number, f"UNZ counts {told[:9]} and {seen} are there; a part is missing")
        interchange.ended = True


def _decoded(raw: bytes, encoding: str) -> str:
    """The text; where it is not in the encoding that UNB says, a person still reads most of it."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("latin-1")
