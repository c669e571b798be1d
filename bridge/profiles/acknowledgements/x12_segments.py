"""How any X12 answer is walked: streamed, with the separators that each ISA says, and every count and reference held.

A byte order mark, blanks and line ends before a segment are passed over; several interchanges may follow each other.
An envelope that is cut or whose counts are wrong breaks the answer: a part of it may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK_BYTES = 1 << 16
SEGMENT_BYTES_MAX = 20_000
MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"
ISA_BYTES_MAX = 120  # 106 by the standard; senders are seen that fill an id with too few or too many blanks
ISA_ELEMENTS = 16
# Trailer: the header that it closes, and where the control number stands in the header.
TRAILERS = {"SE": ("ST", 2), "GE": ("GS", 6), "IEA": ("ISA", 13)}
CONTAINED = {"ST": "GS", "GS": "ISA", "ISA": ""}


class X12Broken(ValueError):
    """What is wrong, and in which segment, counted from 1. The text quotes no value."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. elements: the name first, so that an element's number is its index."""

    number: int  # in the file, from 1
    elements: list[str]

    @property
    def name(self) -> str:
        """ISA, GS, ST, ..."""
        return self.elements[0]

    def __getitem__(self, number: int) -> str:
        """An element by its number, without blanks around; empty where the segment ends before it."""
        return self.elements[number].strip() if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class _Marks:
    """The separators of one interchange. At a blank or a line end a segment ends with its line."""

    element: bytes
    component: bytes
    segment: bytes

    def same_as(self, isa: bytes) -> bool:
        """Whether an ISA that was cut off at the segment mark says the same separators."""
        begun = isa.startswith(b"ISA" + self.element) and len(isa) < ISA_BYTES_MAX
        return begun and isa.count(self.element) == ISA_ELEMENTS and isa.endswith(self.element + self.component)


class _Bytes:
    """What is read but not yet understood."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.held = b""
        self.fill(len(MARK))
        self.held = self.held.removeprefix(MARK)

    def fill(self, length: int) -> bool:
        """Read until so much is there; False at the end of the file."""
        while len(self.held) < length:
            chunk = self._content.read(CHUNK_BYTES)
            if not chunk:
                return False
            self.held += chunk
        return True

    def begins(self) -> bool:
        """Whether anything but blanks follows; the blanks are gone then."""
        while True:
            self.held = self.held.lstrip(BLANKS)
            if self.held or not self.fill(1):
                return bool(self.held)

    def parts(self, mark: bytes) -> Iterator[bytes]:
        """What stands between the marks. What is not taken stays to be read again, with the caller's `put_back`."""
        while self.fill(1):
            pieces = self.held.split(mark)
            self.held = pieces.pop()
            for number, piece in enumerate(pieces, start=1):
                self._after = (mark, pieces, number)
                yield piece
            more = self._content.read(CHUNK_BYTES)
            if not more or len(self.held) > SEGMENT_BYTES_MAX:  # the last one may have no mark, none is so long
                last, self.held = self.held, more
                self._after = (b"", [], 0)
                yield last
                return
            self.held += more

    def put_back(self, first: bytes) -> None:
        """Take back the part that was given last, as `first`, and all after it."""
        mark, pieces, number = self._after
        self.held = mark.join([first, *pieces[number:], self.held])


def segments_of(content: BinaryIO, encoding: str) -> Iterator[Segment]:
    """Every segment of every interchange, envelopes included. Raises X12Broken."""
    held, number = _Bytes(content), 0
    while held.begins():
        held.fill(ISA_BYTES_MAX)
        marks = _marks_of(held.held[:ISA_BYTES_MAX], number + 1)
        envelope = _Envelope()
        for part in held.parts(marks.segment):
            raw = part.strip(BLANKS) if marks.segment in BLANKS else part.lstrip(BLANKS)
            if not raw:
                continue
            if envelope.closed:
                if not marks.same_as(raw):  # another interchange, or what is none
                    held.put_back(part)
                    break
                envelope = _Envelope()
            number += 1
            segment = Segment(number, _elements(raw, marks, encoding, number))
            envelope.take(segment)
            yield segment
        if not envelope.closed:
            raise X12Broken(number + 1, "the file ends before IEA, so a part of it is missing")


def _marks_of(isa: bytes, number: int) -> _Marks:
    """The fourth character, and the two after the last element mark; where one is a blank, lines end segments."""
    element = isa[3:4]
    parts = isa.split(element, ISA_ELEMENTS) if element.strip() else []
    if len(parts) <= ISA_ELEMENTS or parts[0] != b"ISA" or len(parts[ISA_ELEMENTS]) < 2:
        raise X12Broken(number, "is no X12 interchange: there is no whole ISA")
    component, segment, after = parts[ISA_ELEMENTS][:1], parts[ISA_ELEMENTS][1:2], parts[ISA_ELEMENTS][2:4]
    if segment in (b" ", b"\t"):
        segment = b"\n" if b"\n" in after else b"\r"
    return _Marks(element, component, segment)


def _elements(raw: bytes, marks: _Marks, encoding: str, number: int) -> list[str]:
    if len(raw) > SEGMENT_BYTES_MAX:
        raise X12Broken(number, f"a segment is longer than {SEGMENT_BYTES_MAX} bytes")
    try:
        elements = raw.decode(encoding).split(marks.element.decode(encoding))
    except UnicodeDecodeError:
        raise X12Broken(number, f"is not in {encoding}") from None
    return elements


class _Envelope:
    """Headers that are open, and how many of what they hold has been seen."""

    def __init__(self) -> None:
        self._open: list[tuple[Segment, int]] = []  # with the number of what it holds: segments, sets, groups
        self._groups = 0
        self.closed = False

    def take(self, segment: Segment) -> None:
        """One more segment. Raises X12Broken for a wrong place, count or control number."""
        name = segment.name
        if name in CONTAINED:
            self._begin(segment, CONTAINED[name])
        elif name in TRAILERS:
            self._end(segment, *TRAILERS[name])
        elif self._within("ST"):
            self._count()
        elif not (self._within("ISA") and name == "TA1"):
            raise X12Broken(segment.number, "a segment stands outside of any transaction set")

    def _begin(self, segment: Segment, around: str) -> None:
        if not self._within(around):
            raise X12Broken(segment.number, f"{segment.name} stands where it cannot")
        if around:
            self._count()
        self._open.append((segment, 1 if segment.name == "ST" else 0))

    def _end(self, segment: Segment, header: str, place: int) -> None:
        if not self._within(header):
            raise X12Broken(segment.number, f"{segment.name} closes no {header}")
        opened, count = self._open.pop()
        count += segment.name == "SE"
        if segment[2].lstrip("0") != opened[place].lstrip("0"):
            raise X12Broken(segment.number, f"{segment.name}02 is not the control number of its {header}")
        told = segment[1]
        # An interchange of TA1 alone is told as 0 or 1 groups, both in public samples.
        if not told.isdecimal() or (int(told) != count and not (header == "ISA" and (count, told) == (0, "1"))):
            raise X12Broken(segment.number, f"{segment.name}01 does not count what is there, which is {count}")
        self.closed = header == "ISA"

    def _within(self, header: str) -> bool:
        return (self._open[-1][0].name if self._open else "") == header

    def _count(self) -> None:
        header, count = self._open[-1]
        self._open[-1] = (header, count + 1)
