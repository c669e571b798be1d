"""How any X12 answer is walked: streamed, with the separators that each ISA says, and every count and reference held.

A byte order mark, blanks and line ends before a segment are passed over; several interchanges may follow each other.
An envelope that is cut or whose counts are wrong breaks the answer: a part of it may be missing.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK_BYTES = 1 << 16
SEGMENT_LENGTH_MAX = 20_000
BLANKS = " \t\r\n"
ISA_LENGTH_MAX = 120  # 106 by the standard; senders are seen that fill an id with too few or too many blanks
ISA_ELEMENTS = 16
COUNT_DIGITS_MAX = 10
# Trailer: the header that it closes, and where the control number stands in the header.
TRAILERS = {"SE": ("ST", 2), "GE": ("GS", 6), "IEA": ("ISA", 13)}
CONTAINED = {"ST": "GS", "GS": "ISA", "ISA": ""}
ENVELOPE = frozenset((*TRAILERS, *CONTAINED))


class X12Broken(ValueError):
    """What is wrong, and in which segment, counted from 1. The text quotes no value."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


class Segment:
    """One segment. number: in the file, from 1. elements: its name first, so that an element's number is its index."""

    __slots__ = ("elements", "name", "number")

    def __init__(self, number: int, elements: list[str]) -> None:
        self.number, self.elements, self.name = number, elements, elements[0]

    def __getitem__(self, number: int) -> str:
        """An element by its number, without blanks around; empty where the segment ends before it."""
        return self.elements[number].strip() if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class _Marks:
    """The separators of one interchange. At a blank or a line end a segment ends with its line."""

    element: str
    component: str
    segment: str

    def same_as(self, isa: str) -> bool:
        """Whether an ISA that was cut off at the segment mark says the same separators."""
        begun = isa.startswith("ISA" + self.element) and len(isa) < ISA_LENGTH_MAX
        return begun and isa.count(self.element) == ISA_ELEMENTS and isa.endswith(self.element + self.component)


class _Text:
    """What is read but not yet understood."""

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._content, self._encoding = content, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self.held = self._between = ""  # _between: what stood between the pieces given last, and behind them
        self.number = 0  # of segments that were understood
        self.fill(1)
        self.held = self.held.removeprefix("\ufeff")

    def _more(self) -> str:
        """Some more of the file; empty at its end."""
        chunk = self._content.read(CHUNK_BYTES)
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise X12Broken(self.number + 1, f"is not in {self._encoding}, here or soon after") from None
        if "\x00" in text:
            raise X12Broken(self.number + 1, "holds a NUL, here or soon after; it is damaged or in another encoding")
        return text if text or not chunk else self._more()

    def fill(self, length: int) -> bool:
        """Read until so much is there; False at the end of the file."""
        while len(self.held) < length:
            more = self._more()
            if not more:
                return False
            self.held += more
        return True

    def begins(self) -> bool:
        """Whether anything but blanks follows; the blanks are gone then."""
        while True:
            self.held = self.held.lstrip(BLANKS)
            if self.held or not self.fill(1):
                return bool(self.held)

    def blocks(self, mark: str) -> Iterator[list[str]]:
        """What stands between the marks, as many pieces at a time as are there."""
        while self.fill(1):
            *pieces, self.held = self.held.split(mark)
            self._between = mark
            if pieces:
                yield pieces
            more = self._more()
            if not more or len(self.held) > SEGMENT_LENGTH_MAX:  # the last one may have no mark, none is so long
                last, self.held, self._between = self.held, more, ""
                yield [last]
                return
            self.held += more

    def put_back(self, pieces: list[str]) -> None:
        """Take back the last pieces that were given."""
        self.held = self._between.join([*pieces, self.held])


def segments_of(content: BinaryIO, encoding: str) -> Iterator[Segment]:
    """Every segment of every interchange, envelopes included. Raises X12Broken."""
    text = _Text(content, encoding)
    while text.begins():
        text.fill(ISA_LENGTH_MAX)
        yield from _interchanges(text, _marks_of(text.held[:ISA_LENGTH_MAX], text.number + 1))


def _interchanges(text: _Text, marks: _Marks) -> Iterator[Segment]:
    """Those that follow each other with the same separators."""
    envelope = _Envelope()
    number, lines_end, inside = text.number, marks.segment in BLANKS, False
    for pieces in text.blocks(marks.segment):
        for place, piece in enumerate(pieces):
            raw = piece.strip(BLANKS) if lines_end else piece.lstrip(BLANKS)
            if not raw:
                continue
            if envelope.closed:
                if not marks.same_as(raw):  # another interchange, or what is none
                    text.put_back(pieces[place:])
                    return
                envelope = _Envelope()
            number += 1
            if len(raw) > SEGMENT_LENGTH_MAX:
                raise X12Broken(number, f"a segment is longer than {SEGMENT_LENGTH_MAX} characters")
            segment = Segment(number, raw.split(marks.element))
            if not inside or segment.name in ENVELOPE:
                envelope.take(segment)
                inside, text.number = envelope.in_set, number
            yield segment
        text.number = number
    if not envelope.closed:
        raise X12Broken(number + 1, "the file ends before IEA, so a part of it is missing")


def _marks_of(isa: str, number: int) -> _Marks:
    """The fourth character, and the two after the last element mark; where one is a blank, lines end segments."""
    element = isa[3:4]
    parts = isa.split(element, ISA_ELEMENTS) if element.strip(BLANKS) else []
    if len(parts) <= ISA_ELEMENTS or parts[0] != "ISA" or len(parts[ISA_ELEMENTS]) < 2:
        raise X12Broken(number, "is no X12 interchange: there is no whole ISA")
    component, segment, after = parts[ISA_ELEMENTS][:1], parts[ISA_ELEMENTS][1:2], parts[ISA_ELEMENTS][2:4]
    if segment in (" ", "\t"):
        segment = "\n" if "\n" in after else "\r"
    return _Marks(element, component, segment)


class _Envelope:
    """Headers that are open, and how many of what they hold has been seen."""

    def __init__(self) -> None:
        self._open: list[tuple[Segment, int]] = []  # those around, with the number of what they hold
        self._inmost: Segment | None = None
        self._count = 0  # of what the inmost holds: sets, groups
        self.in_set = False  # where segments that are no headers and trailers stand
        self.closed = False

    def take(self, segment: Segment) -> None:
        """A header, a trailer, or what stands outside of a set. Raises X12Broken for a wrong place or count."""
        name = segment.name
        if name in CONTAINED:
            self._begin(segment, CONTAINED[name])
        elif name in TRAILERS:
            self._end(segment, *TRAILERS[name])
        elif not (self._within("ISA") and name == "TA1"):
            raise X12Broken(segment.number, "a segment stands outside of any transaction set")

    def _begin(self, segment: Segment, around: str) -> None:
        if not self._within(around):
            raise X12Broken(segment.number, f"{segment.name} stands where it cannot")
        if self._inmost is not None:
            self._open.append((self._inmost, self._count + 1))
        self.in_set = segment.name == "ST"
        self._inmost, self._count = segment, 0

    def _end(self, segment: Segment, header: str, place: int) -> None:
        opened = self._inmost
        if opened is None or not self._within(header):
            raise X12Broken(segment.number, f"{segment.name} closes no {header}")
        count = segment.number - opened.number + 1 if header == "ST" else self._count
        if segment[2].lstrip("0") != opened[place].lstrip("0"):
            raise X12Broken(segment.number, f"{segment.name}02 is not the control number of its {header}")
        told = segment[1] if len(segment[1]) <= COUNT_DIGITS_MAX else ""
        # An interchange of TA1 alone is told as 0 or 1 groups, both in public samples.
        if not told.isdecimal() or (int(told) != count and not (header == "ISA" and (count, told) == (0, "1"))):
            raise X12Broken(segment.number, f"{segment.name}01 does not count what is there, which is {count}")
        self._inmost, self._count = self._open.pop() if self._open else (None, 0)
        self.in_set, self.closed = False, header == "ISA"

    def _within(self, header: str) -> bool:
        return (self._inmost.name if self._inmost else "") == header
