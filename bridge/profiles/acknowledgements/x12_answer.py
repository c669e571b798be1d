"""Acknowledgement style `x12`: TA1, 997 (and 999) and 855, told apart by what they are, not by their names.

TA1 speaks of an interchange, 997 of a functional group and of the transaction sets in it, by the numbers that we gave:
both are our file's number, and a set's number is its order's place in the file. Neither says what the ERP decided.
855 says that, by our external id. Sets of other kinds, and answers to groups that hold no orders, are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed
from bridge.profiles.acknowledgements.x12_segments import Segment, X12Broken, segments_of
from bridge.profiles.acknowledgements.x12_words import (
    CHANGED,
    ELEMENT_ERRORS,
    GROUP_ERRORS,
    INTERCHANGE_NOTES,
    LINE_STATUS,
    ORDER_VERDICTS,
    SEGMENT_ERRORS,
    SET_ERRORS,
)
from bridge.profiles.answer_settings import X12AnswerSettings
from bridge.profiles.settings import AnswerRuleSettings

ORDER_GROUPS = ("PO", "PC")  # what we send
REASON_LENGTH_MAX = 4_000
DIFFERENCES_MAX = 1_000
CONTROL_NUMBER_DIGITS_MAX = 9
FUNCTIONAL = {"IK3": "AK3", "IK4": "AK4", "IK5": "AK5"}  # of 999, which else reads as 997 does
ACCEPTED = ("A", "E")
NOTHING = "holds no TA1, 997, 999 or 855 about orders"


class X12Acknowledgements:
    """One profile's way of reading X12 answers."""

    def __init__(self, rule: AnswerRuleSettings, x12: X12AnswerSettings) -> None:
        self._x12 = x12
        self._verdicts = {**ORDER_VERDICTS, **rule.verdicts}

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # an X12 answer does not grow
        """The answer. Its first result is read at once, the rest while results are taken."""
        answer = Answer([], iter(()))
        results = self._results(path, name, answer)
        first = next(results, None)
        answer.results = results if first is None else chain([first], results)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        try:
            with path.open("rb") as content:
                for result in self._said(segments_of(content, self._x12.encoding)):
                    answer.rows_read += 1
                    yield result
        except X12Broken as error:
            raise malformed(name, f"segment {error.number}", str(error)) from None
        if not answer.rows_read:
            raise malformed(name, "segment 1", NOTHING)

    def _said(self, segments: Iterator[Segment]) -> Iterator[Result]:
        """What each set says. Whoever applies it takes all first: a count at the end can still break the answer."""
        reader: _Functional | _Order | None = None
        for segment in segments:
            if segment.name == "TA1":
                yield _of_interchange(segment)
            elif segment.name == "ST":
                reader = self._reader_of(segment[1])
            elif segment.name == "SE":
                if reader is not None:
                    yield from reader.results()
                reader = None
            elif reader is not None and (result := reader.take(segment)):
                yield result

    def _reader_of(self, kind: str) -> _Functional | _Order | None:
        if kind in ("997", "999"):
            return _Functional()
        return _Order(self._verdicts, self._x12.number_references) if kind == "855" else None


def _is_control_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= CONTROL_NUMBER_DIGITS_MAX


def _of_interchange(ta1: Segment) -> Result:
    """TA104 is A, E (noted errors) or R; TA105 says why."""
    number, word, note = ta1[1], ta1[4], ta1[5]
    if word not in ("A", "E", "R") or not _is_control_number(number):
        raise X12Broken(ta1.number, "TA1 has no control number, or a word other than A, E and R")
    reason = "" if note in ("", "000") else f"interchange: {INTERCHANGE_NOTES.get(note, note)}"
    return Result(
        external_id="",
        verdict=Verdict.REJECTED if word == "R" else Verdict.PENDING,
        level=Level.VERDICT if word == "R" else Level.SYNTAX_RECEIVED,
        reason=reason,
        code=f"TA1*{note}" if reason else "",
        file=FileReference(FileKey.REFERENCE, number),
        whole_file=True,
        place=f"segment {ta1.number}",
    )


class _Text:
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


class _Functional:
    """997: AK1 names our group, AK2 to AK5 one of its sets, AK9 the verdict on the group."""

    def __init__(self) -> None:
        self._group: Segment | None = None
        self._set: Segment | None = None
        self._errors = _Text()
        self._verdict: Segment | None = None

    def take(self, segment: Segment) -> Result | None:
        """One more segment of the set; at AK5 what it says of one of our sets."""
        name = FUNCTIONAL.get(segment.name, segment.name)
        if name == "AK1":
            self._group = segment
        elif name == "AK2":
            self._set, self._errors = segment, _Text()
        elif name == "AK3":
            words = SEGMENT_ERRORS.get(segment[4], segment[4] and f"has error {segment[4]}")
            self._errors.add(f"segment {segment[1]} at {segment[2]} {words or 'has errors'}")
        elif name == "AK4":
            found = f" ({segment[4]})" if segment[4] else ""
            self._errors.add(f"element {segment[1]} {ELEMENT_ERRORS.get(segment[3], f'has error {segment[3]}')}{found}")
        elif name == "AK9":
            self._verdict = segment
        elif name == "AK5" and self._of_orders():
            return self._of_set(segment)
        return None

    def _of_orders(self) -> bool:
        """An empty acknowledgement says nothing, and one of invoices nothing to us."""
        return self._group is not None and self._group[1] in ORDER_GROUPS

    def results(self) -> Iterator[Result]:
        """What is said of the whole group; of one that was taken in part, nothing beyond its sets."""
        group, verdict = self._group, self._verdict
        if group is None or not self._of_orders():
            return
        if verdict is None or verdict[1] not in ("A", "E", "P", "R") or not _is_control_number(group[2]):
            raise X12Broken(group.number, "a 997 does not say in AK9 what became of the group, or not of which")
        if verdict[1] == "P":
            return
        rejected = verdict[1] == "R"
        reason = _Text()
        for code in [verdict[number] for number in range(5, 10) if verdict[number]]:
            reason.add(GROUP_ERRORS.get(code, f"group error {code}"))
        yield Result(
            external_id="",
            verdict=Verdict.REJECTED if rejected else Verdict.PENDING,
            level=Level.VERDICT if rejected else Level.SYNTAX_ACCEPTED,
            reason=str(reason) or ("the functional group was rejected" if rejected else ""),
            code=f"AK9*{verdict[5]}" if verdict[5] else "",
            file=self._file(),
            whole_file=True,
            place=f"segment {verdict.number}",
        )

    def _of_set(self, ak5: Segment) -> Result:
        named, accepted = self._set, ak5[1] in ACCEPTED
        if named is None or not _is_control_number(named[2]):
            raise X12Broken(ak5.number, "AK5 closes no AK2 with a control number of ours")
        for code in [ak5[number] for number in range(2, 7) if ak5[number]]:
            self._errors.add(SET_ERRORS.get(code, f"set error {code}"))
        self._set = None
        return Result(
            external_id="",
            verdict=Verdict.PENDING if accepted else Verdict.REJECTED,
            level=Level.SYNTAX_ACCEPTED if accepted else Level.VERDICT,
            reason=str(self._errors),
            code=f"AK5*{ak5[2]}" if ak5[2] else "",
            file=self._file(),
            position=int(named[2]),
            place=f"segment {ak5.number}",
        )

    def _file(self) -> FileReference:
        assert self._group is not None
        return FileReference(FileKey.REFERENCE, self._group[2])


class _Order:
    """855: BAK has the verdict, PO1 a line as it was sent, ACK what became of it."""

    def __init__(self, verdicts: dict[str, str], number_references: tuple[str, ...]) -> None:
        self._verdicts, self._number_references = verdicts, number_references
        self._head: Segment | None = None
        self._line: Segment | None = None
        self._number = ""
        self._reason = _Text()
        self._differences: list[Difference] = []

    def take(self, segment: Segment) -> Result | None:
        """One more segment of the set, which says nothing before its end."""
        name = segment.name
        if name == "BAK":
            self._head = segment
        elif name == "REF" and self._line is None and segment[1] in self._number_references:
            self._number = self._number or segment[2]
        elif name == "PO1":
            self._line = segment
        elif name == "ACK" and self._line is not None:
            self._differ(self._line, segment)
        elif name == "MSG":
            self._reason.add(segment[1])
        return None

    def results(self) -> Iterator[Result]:
        """The one result of the set."""
        head = self._head
        if head is None:
            raise X12Broken(1, "an 855 has no BAK")
        word, external_id = head[2], head[3]
        meaning = self._verdicts.get(word)
        if meaning is None or not external_id:
            known = ", ".join(self._verdicts)
            raise X12Broken(head.number, f"BAK names no order, or a word that the profile does not know ({known})")
        level, verdict = MEANINGS[meaning]
        if verdict is Verdict.ACCEPTED and word in CHANGED and not self._differences:
            self._differences.append(Difference("something that the answer does not name"))
        yield Result(
            external_id=external_id,
            verdict=verdict,
            level=level,
            erp_number=(head[8] or self._number or None) if verdict is Verdict.ACCEPTED else None,
            reason=str(self._reason),
            code=f"BAK*{word}" if verdict is Verdict.REJECTED else "",
            differences=tuple(self._differences) if verdict is Verdict.ACCEPTED else (),
            place=f"segment {head.number}",
        )

    def _differ(self, line: Segment, ack: Segment) -> None:
        """What ACK01 says is different. ACK02 is a quantity, ACK05 a date, ACK08 an article."""
        field = LINE_STATUS.get(ack[1], f"status {ack[1]}")
        if not field or len(self._differences) == DIFFERENCES_MAX:
            return
        sent, confirmed = {
            "delivery date": ("", ack[5]),
            "unit price": ("", line[4]),  # PO104 of an 855 is the ERP's price
            "article": (line[7], ack[8]),
        }.get(field, (line[2], ack[2]))
        self._differences.append(Difference(field, line[1], sent, confirmed))
