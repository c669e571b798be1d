"""What an 855 says of an order, and an 865 of its change: the verdict at its head, and what differs line by line.

Both have the same words; they stand in other segments and elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.domain.answers import Difference, Result, Verdict
from bridge.profiles.acknowledgements.base import MEANINGS
from bridge.profiles.acknowledgements.x12_segments import Segment, X12Broken
from bridge.profiles.acknowledgements.x12_words import AS_SENT, CHANGED, LINE_STATUS

REASON_LENGTH_MAX = 4_000
DIFFERENCES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Form:
    """Where one kind of set says what. The numbers are those of elements."""

    kind: str
    head: str
    erp_number: int
    line: str
    quantity: int
    price: int
    article: int


FORMS: Mapping[str, Form] = {
    "855": Form("an 855", "BAK", 8, "PO1", quantity=2, price=4, article=7),
    "865": Form("an 865", "BCA", 9, "POC", quantity=3, price=6, article=9),
}


class Text:
    """Words joined by a semicolon, as long as a reason may be."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._length = 0

    def add(self, words: str) -> None:
        """More of it; what no longer fits is left out."""
        words = " ".join(words.split())
        if words and self._length + len(words) <= REASON_LENGTH_MAX:
            self._words.append(words)
            self._length += len(words) + 2

    def __str__(self) -> str:
        return "; ".join(self._words)


class OrderAnswer:
    """One set: its head has the verdict, a line what was sent or what the ERP has, ACK what became of it."""

    def __init__(self, form: Form, verdicts: dict[str, str], number_references: tuple[str, ...]) -> None:
        self._form, self._verdicts, self._number_references = form, verdicts, number_references
        self._head: Segment | None = None
        self._line: Segment | None = None
        self._number = ""
        self._reason = Text()
        self._differences: list[Difference] = []

    def take(self, segment: Segment) -> Result | None:
        """One more segment of the set, which says nothing before its end."""
        name = segment.name
        if name == "ACK":
            if self._line is not None:
                self._differ(self._line, segment)
        elif name == self._form.line:
            self._line = segment
        elif name == self._form.head:
            self._head = segment
        elif name == "REF" and self._line is None and segment[1] in self._number_references:
            self._number = self._number or segment[2]
        elif name == "MSG":
            self._reason.add(segment[1])
        return None

    def results(self) -> Iterator[Result]:
        """The one result of the set."""
        head, form = self._head, self._form
        if head is None:
            raise X12Broken(1, f"{form.kind} has no {form.head}")
        word, external_id = head[2], head[3]
        meaning = self._verdicts.get(word)
        if meaning is None or not external_id:
            known = ", ".join(self._verdicts)
            what = f"{form.head} names no order, or a word that the profile does not know ({known})"
            raise X12Broken(head.number, what)
        level, verdict = MEANINGS[meaning]
        if verdict is Verdict.ACCEPTED and word in CHANGED and not self._differences:
            self._differences.append(Difference("something that the answer does not name"))
        yield Result(
            external_id=external_id,
            verdict=verdict,
            level=level,
            erp_number=(head[form.erp_number] or self._number or None) if verdict is Verdict.ACCEPTED else None,
            reason=str(self._reason),
            code=f"{form.head}*{word}" if verdict is Verdict.REJECTED else "",
            differences=tuple(self._differences) if verdict is Verdict.ACCEPTED else (),
            place=f"segment {head.number}",
        )

    def _differ(self, line: Segment, ack: Segment) -> None:
        """What ACK01 says is different. ACK02 is a quantity, ACK05 a date, ACK08 an article."""
        status, form = ack[1], self._form
        if status in AS_SENT or len(self._differences) == DIFFERENCES_MAX:
            return
        field = LINE_STATUS.get(status, f"status {status}")
        sent, confirmed = {
            "delivery date": ("", ack[5]),
            "unit price": ("", line[form.price]),  # of an answer: the ERP's
            "article": (line[form.article], ack[8]),
        }.get(field, (line[form.quantity], ack[2]))
        self._differences.append(Difference(field, line[1], sent, confirmed))
