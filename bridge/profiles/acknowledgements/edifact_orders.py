"""What ORDRSP says of one order: accepted, accepted with changes, refused, and the changes line by line.

The order is RFF ON of the header; without it that of a line, at last the number in BGM. BGM 1004 is the ERP's number
unless it repeats ours. Differences are told as far as the answer itself tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from bridge.domain.answers import Difference, Result
from bridge.profiles.acknowledgements.base import MEANINGS
from bridge.profiles.acknowledgements.edifact_segment import EdifactBroken, Segment
from bridge.profiles.edifact_settings import OrderWord

DIFFERENCES_MAX = 1_000  # of one order; more are counted
TEXT_MAX = 4_000
ORDERED, CONFIRMED = "21", ("113", "12")
LESS = {"83": "back-ordered quantity", "119": "short quantity"}
DATES = ("69", "67", "17", "76", "2")  # of delivery: promised, earliest, estimated, scheduled, wanted
QUANTITIES = (ORDERED, *CONFIRMED, *LESS)
REFERENCES = ("ON", "VN")
LINES = "2"  # of CNT
# LIN 1229 where the line as it was sent is not what the ERP has.
STATES = {"1": "added", "2": "deleted", "7": "not accepted", "10": "not found"}
ACCEPTED, CHANGED, REFUSED = ("5",), ("1", "3", "6"), ("2", "7", "10")
TOLD = frozenset((*ACCEPTED, *CHANGED, *REFUSED))
OF_LINES = frozenset(("QTY", "PRI", "DTM", "PIA"))


@dataclass(slots=True)
class _Line:
    """One LIN with what stands under it."""

    number: str
    state: str
    quantities: dict[str, str] = field(default_factory=dict)
    price: str = ""
    date: str = ""
    article: str = ""

    def differences(self) -> list[Difference]:
        """What the ERP has instead of what was sent."""
        if self.state in STATES:
            return [Difference("line", self.number, "", STATES[self.state])]
        found = []
        ordered = self.quantities.get(ORDERED, "")
        confirmed = next(filter(None, map(self.quantities.get, CONFIRMED)), "")
        if confirmed and ordered and not _equal(ordered, confirmed):
            found.append(Difference("quantity", self.number, ordered, confirmed))
        elif self.state in CHANGED and (confirmed or ordered):
            found.append(Difference("quantity", self.number, "", confirmed or ordered))
        for code, words in LESS.items():
            if code in self.quantities and not _equal(self.quantities[code], "0"):
                found.append(Difference(words, self.number, "", self.quantities[code]))
        if self.article:
            found.append(Difference("article", self.number, "", self.article))
        if self.state in CHANGED:
            for words, value in (("unit price", self.price), ("delivery date", self.date)):
                if value:
                    found.append(Difference(words, self.number, "", value))
            if not found:
                found.append(Difference("line", self.number, "", "changed"))
        return found


class Response:
    """One message, segment by segment; nothing of a line is kept but its differences."""

    def __init__(self, counts: bool) -> None:
        self._counts, self._lines = counts, 0
        self._begin: Segment | None = None
        self._references: dict[str, str] = {}
        self._of_lines: dict[str, str] = {}
        self._texts: list[str] = []
        self._line: _Line | None = None
        self._differences: list[Difference] = []
        self._more = 0
        self._accepted = self._refused = self._changed = self._untold = 0
        self._code = ""

    def take(self, segment: Segment) -> None:
        """The next segment of the message."""
        tag = segment.tag
        if self._line is not None and tag in OF_LINES:  # most segments are
            _of_line(self._line, segment)
        elif tag == "BGM":
            self._begin = self._begin or segment
        elif tag == "RFF":
            kind, reference = segment.pair(1)
            if kind in REFERENCES:
                kept = self._references if self._line is None else self._of_lines
                kept.setdefault(kind, reference)
        elif tag == "FTX":
            self._text(segment)
        elif tag == "LIN":
            self._close()
            self._lines += 1
            self._line = _Line(segment.value(1), segment.value(2))
        elif tag == "UNS":
            self._close()
        elif tag == "CNT" and self._counts:
            self._hold_count(segment)

    def result(self, words: Mapping[str, OrderWord]) -> Result:
        """All of it. Raises EdifactBroken where it names no order, or gives no verdict."""
        self._close()
        if self._begin is None:
            raise EdifactBroken(1, "ORDRSP has no BGM")
        number = self._begin.value(2)
        external_id = self._references.get("ON") or self._of_lines.get("ON") or number
        if not external_id:
            raise EdifactBroken(
                self._begin.number, "ORDRSP names no order: there is neither RFF ON nor a number in BGM"
            )
        theirs = self._references.get("VN") or (number if number != external_id else "")
        level, verdict = MEANINGS[self._word(words, self._begin)]
        if self._more:
            self._texts.append(f"{self._more} more differences")
        accepted = verdict is MEANINGS["accepted"][1]
        return Result(
            external_id=external_id,
            verdict=verdict,
            erp_number=(theirs or None) if accepted else None,
            reason="; ".join(self._texts)[:TEXT_MAX],
            place=f"segment {self._begin.number}",
            level=level,
            code=self._code,
            differences=tuple(self._differences) if accepted else (),
        )

    def _word(self, words: Mapping[str, OrderWord], begin: Segment) -> str:
        said = next((words[code] for code in (begin.value(4), begin.value(3)) if code in words), None)
        lines = self._accepted + self._changed + self._refused
        if said is None or (said == "lines" and not lines):
            raise EdifactBroken(begin.number, "ORDRSP gives no verdict that the profile knows")
        if said not in ("lines", "changed"):
            return said
        return "rejected" if self._refused and not (self._accepted or self._changed or self._untold) else "accepted"

    def _hold_count(self, segment: Segment) -> None:
        """What CNT counts of lines is what is there."""
        kind, told = segment.pair(1)
        if kind == LINES and not _equal(told, str(self._lines)):
            what = f"CNT does not count the lines that are there, which are {self._lines}; some may be missing"
            raise EdifactBroken(segment.number, what)

    def _text(self, segment: Segment) -> None:
        self._code = self._code or segment.value(3)
        text = " ".join(segment.values(4))
        if text and sum(map(len, self._texts)) < TEXT_MAX:
            self._texts.append(f"line {self._line.number}: {text}" if self._line else text)

    def _close(self) -> None:
        """What the line that is open says, kept."""
        line, self._line = self._line, None
        if line is None:
            return
        self._accepted += line.state in ACCEPTED
        self._changed += line.state in CHANGED
        self._refused += line.state in REFUSED
        self._untold += line.state not in TOLD
        found = line.differences()
        room = DIFFERENCES_MAX - len(self._differences)
        self._differences += found[:room]
        self._more += len(found[room:])


def _of_line(line: _Line, segment: Segment) -> None:
    tag = segment.tag
    if tag == "QTY":
        kind, quantity = segment.pair(1)
        if kind in QUANTITIES:
            line.quantities.setdefault(kind, segment.pointed(quantity))
    elif tag == "PRI":
        line.price = line.price or segment.pointed(segment.value(1, 2))
    elif tag == "DTM":
        kind, date = segment.pair(1)
        line.date = line.date or (_date(date) if kind in DATES else "")
    elif tag == "PIA" and segment.value(1) == "3":
        line.article = segment.value(2, 1)


def _date(text: str) -> str:
    """20261124 as 2026-11-24; what is written otherwise stays."""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) >= 8 and text[:8].isdecimal() else text


def _equal(one: str, other: str) -> bool:
    try:
        return one == other or Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
