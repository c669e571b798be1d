"""How any EDIFACT answer is walked: streamed, with the separators of its UNA or the usual ones, in its own encoding.

Passed over: a byte order mark, blanks before an interchange, line ends anywhere, functional groups, a missing UNZ.
Several interchanges may follow each other, each with its own UNA. A message without its end breaks the answer, and so
does a count or a reference at the end of a message, a group or an interchange that is not that of its beginning: a part
of it may be missing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bridge.profiles.acknowledgements.edifact_segment import EdifactBroken, Marks, OddSegment, Segment

CHUNK_BYTES = 1 << 16
SEGMENT_BYTES_MAX = 20_000
COUNT_DIGITS_MAX = 9
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"
BLANK_LETTERS = BLANKS.decode()
LINE_ENDS = b"\r\n"
USUAL = b":+.? '"
# ISO 9735 annex A. UNOA and UNOB are ASCII; where senders put more into them, it is UTF-8 or Latin-1.
ENCODINGS = {
    "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3",
    "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
_ENVELOPE = frozenset(("UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"))


@dataclass(slots=True)
class _Interchange:
    """What of one interchange is open, and how much of it was seen. A header is kept until its trailer comes."""

    header: Segment | None = None
    group: Segment | None = None
    message: Segment | None = None
    messages: int = 0
    in_group: int = 0
    groups: int = 0
    counts: bool = True  # whether trailers are held to what is there


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
        )

    def encoding(self, marks: Marks) -> str:
        """What the UNB that follows says of its letters."""
        elements = self._held[: self._at + 12][self._at :].decode("latin-1").split(marks.element)
        syntax = elements[1].partition(marks.component)[0].strip() if elements[0] == "UNB" and elements[1:] else ""
        return ENCODINGS.get(syntax, "utf-8")

    def segments(self, marks: Marks) -> Iterator[list[bytes]]:
        """Segments without their ends, as many at a time as are there."""
        while True:
            *whole, self._held = _divided(self._held[self._at :], marks)
            self._at = 0
            if whole:
                yield whole
            if len(self._held) > SEGMENT_BYTES_MAX or not self._fill():
                return

    def put_back(self, segments: list[bytes], marks: Marks) -> None:
        """Segments that belong to the next interchange."""
        self._held = marks.segment.join([*segments, self._held])

    def refuse_rest(self, number: int) -> None:
        """Raise EdifactBroken for what stands behind the last end of a segment."""
        if len(self._held) > SEGMENT_BYTES_MAX:
            raise _too_long(number)
        if self._held.strip(BLANKS):
            raise EdifactBroken(number, "the file ends inside of a segment, so a part of it is missing")


def _too_long(number: int) -> EdifactBroken:
    return EdifactBroken(number, f"a segment is longer than {SEGMENT_BYTES_MAX} bytes")


def _divided(held: bytes, marks: Marks) -> list[bytes]:
    """What stands between the marks, where a mark that is released divides nothing."""
    release, pieces = marks.release.encode(), held.split(marks.segment)
    if not release or release + marks.segment not in held:
        return pieces
    whole, begun = [], b""
    for piece in pieces[:-1]:
        begun += piece
        if (len(begun) - len(begun.rstrip(release))) % 2:
            begun += marks.segment
        else:
            whole.append(begun)
            begun = b""
    return [*whole, begun + pieces[-1]]


def segments_of(content: BinaryIO, counts: bool = True) -> Iterator[Segment]:
    """Every segment of every interchange, envelopes included. Raises EdifactBroken.

    counts: whether trailers must count what is there and repeat the reference of their headers.
    """
    held, number = _Bytes(content), 0
    if not held.begins():
        raise EdifactBroken(1, "is empty")
    while held.begins():
        interchange = _Interchange(counts=counts)
        number = yield from _of_interchange(held, interchange, number)
        if interchange.header is None:
            raise EdifactBroken(number + 1, "is no EDIFACT interchange: there is no UNB")
        if interchange.message is not None:
            raise EdifactBroken(number, "the file ends before UNT, so a part of a message is missing")


def _of_interchange(held: _Bytes, interchange: _Interchange, number: int) -> Generator[Segment, None, int]:
    """The segments to the next UNZ, counted on from those before them. Returns the number of the last."""
    marks = held.marks()
    held.begins()
    encoding = held.encoding(marks)
    for raw in held.segments(marks):
        texts, are_plain = _texts_of(raw, marks, encoding)
        for place, text in enumerate(texts, start=1):
            text = text.lstrip(BLANK_LETTERS)
            if not text:
                continue
            number += 1
            if len(text) > SEGMENT_BYTES_MAX:
                raise _too_long(number)
            segment = Segment(number, text, marks) if are_plain else _segment_of(number, text, marks)
            if segment.tag in _ENVELOPE or interchange.header is None:
                _take(interchange, segment)
                if segment.tag == "UNZ":
                    held.put_back(raw[place:], marks)
                    yield segment
                    return number
            yield segment
    held.refuse_rest(number + 1)
    return number


def _texts_of(raw: list[bytes], marks: Marks, encoding: str) -> tuple[list[str], bool]:
    """Segments as texts, and whether none has anything to look out for. All at once are decoded much quicker."""
    try:
        text = marks.segment.join(raw).decode(encoding)
    except UnicodeDecodeError:
        return [_decoded(one, encoding) for one in raw], False
    if text.isprintable() and not (marks.release and marks.release in text):
        return text.split(marks.segment.decode()), True
    return [_decoded(one, encoding) for one in raw], False


def _segment_of(number: int, text: str, marks: Marks) -> Segment:
    is_odd = (marks.release and marks.release in text) or not text.isprintable()
    return OddSegment(number, text, marks) if is_odd else Segment(number, text, marks)


def _take(interchange: _Interchange, segment: Segment) -> None:
    """One more segment of the envelope. Raises EdifactBroken for what stands where it cannot."""
    tag = segment.tag
    if interchange.header is None and tag != "UNB":
        raise EdifactBroken(segment.number, "is no EDIFACT interchange: there is no UNB")
    if tag == "UNB":
        if interchange.header is not None:
            raise EdifactBroken(segment.number, "an interchange begins inside of another")
        interchange.header = segment
    elif tag == "UNG":
        interchange.group, interchange.in_group = segment, 0
        interchange.groups += 1
    elif tag == "UNH":
        if interchange.message is not None:
            raise EdifactBroken(segment.number, "a message begins before the one before it has ended")
        interchange.message = segment
        interchange.messages += 1
        interchange.in_group += 1
    elif tag == "UNT":
        opened, interchange.message = interchange.message, None
        _hold(interchange, segment, opened, 1, segment.number - opened.number + 1 if opened else 0)
    elif tag == "UNE":
        _hold(interchange, segment, interchange.group, 5, interchange.in_group)
    elif tag == "UNZ":
        _hold(interchange, segment, interchange.header, 5, interchange.groups or interchange.messages)


def _hold(interchange: _Interchange, trailer: Segment, header: Segment | None, place: int, seen: int) -> None:
    """A trailer counts what is there, and repeats the reference of its header, which stands at the place."""
    if not interchange.counts:
        return
    if header is None:
        raise EdifactBroken(trailer.number, f"{trailer.tag} closes nothing")
    told = trailer.value(1)
    if not told.isdecimal() or len(told) > COUNT_DIGITS_MAX or int(told) != seen:
        shown = told[:COUNT_DIGITS_MAX] if told.isdecimal() else "nothing"
        what = f"{trailer.tag} counts {shown} and {seen} are there; a part is missing or was altered"
        raise EdifactBroken(trailer.number, what)
    if trailer.value(2).lstrip("0") != header.value(place).lstrip("0"):
        raise EdifactBroken(trailer.number, f"{trailer.tag} does not repeat the reference of its {header.tag}")


def _decoded(raw: bytes, encoding: str) -> str:
    """The text; where it is not in the encoding that UNB says, a person still reads most of it."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("latin-1")
