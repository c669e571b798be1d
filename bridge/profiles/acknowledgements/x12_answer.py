"""Acknowledgement style `x12`: TA1, 997 (and 999), 855 and 865, told apart by what they are, not by their names.

TA1 speaks of an interchange, 997 of a functional group and of the transaction sets in it, by the numbers that we gave:
both are our file's number, and a set's number is its order's place in the file. Neither says what the ERP decided.
855 says that of an order and 865 of its change, by our external id. Sets of other kinds, and answers to groups that
hold no orders, are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles.acknowledgements.addressed import hold_receiver, hold_sender
from bridge.profiles.acknowledgements.base import Answer, malformed
from bridge.profiles.acknowledgements.x12_orders import FORMS, OrderAnswer, Text
from bridge.profiles.acknowledgements.x12_segments import Segment, X12Broken, segments_of
from bridge.profiles.acknowledgements.x12_words import (
    ELEMENT_ERRORS,
    GROUP_ERRORS,
    INTERCHANGE_NOTES,
    ORDER_VERDICTS,
    SEGMENT_ERRORS,
    SET_ERRORS,
)
from bridge.profiles.answer_settings import X12AnswerSettings
from bridge.profiles.settings import AnswerRuleSettings

ORDER_GROUPS = ("PO", "PC")  # what we send
CONTROL_NUMBER_DIGITS_MAX = 9
FUNCTIONAL = {"IK3": "AK3", "IK4": "AK4", "IK5": "AK5"}  # of 999, which else reads as 997 does
ACCEPTED = ("A", "E")
AROUND = frozenset(("ISA", "TA1", "GS", "ST", "SE"))  # what stands around the segments of sets
NOTHING = "holds no TA1, 997, 999, 855 or 865 about orders"


class X12Acknowledgements:
    """One profile's way of reading X12 answers."""

    def __init__(self, rule: AnswerRuleSettings, x12: X12AnswerSettings) -> None:
        self._rule, self._x12 = rule, x12
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
                for result in self._said(segments_of(content, self._x12.encoding), name):
                    answer.rows_read += 1
                    yield result
        except X12Broken as error:
            raise malformed(name, f"segment {error.number}", str(error)) from None
        if not answer.rows_read:
            raise malformed(name, "segment 1", NOTHING)

    def _said(self, segments: Iterator[Segment], name: str) -> Iterator[Result]:
        """What each set says. Whoever applies it takes all first: a count at the end can still break the answer."""
        reader: _Functional | OrderAnswer | None = None
        for segment in segments:
            kind = segment.name
            if kind not in AROUND:
                if reader is not None and (result := reader.take(segment)):
                    yield result
            elif kind == "ST":
                reader = self._reader_of(segment[1])
            elif kind == "SE":
                if reader is not None:
                    yield from reader.results()
                reader = None
            elif kind == "TA1":
                yield _of_interchange(segment)
            else:
                self._hold_parties(segment, name)

    def _reader_of(self, kind: str) -> _Functional | OrderAnswer | None:
        if kind in ("997", "999"):
            return _Functional()
        form = FORMS.get(kind)
        return OrderAnswer(form, self._verdicts, self._x12.number_references) if form else None

    def _hold_parties(self, header: Segment, name: str) -> None:
        """An interchange is the ERP's, and for us; a group in it, where the profile says who writes those."""
        place = f"segment {header.number}"
        if header.name == "ISA":
            hold_sender(self._rule.sender, {header[6]}, name, place)
            hold_receiver(self._rule.receiver, {header[8]}, name, place)
        else:
            hold_sender(self._x12.group_sender, {header[2]}, name, place, "x12.group_sender")
            hold_receiver(self._x12.group_receiver, {header[3]}, name, place, "x12.group_receiver")


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


class _Functional:
    """997: AK1 names our group, AK2 to AK5 one of its sets, AK9 the verdict on the group."""

    def __init__(self) -> None:
        self._group: Segment | None = None
        self._set: Segment | None = None
        self._errors = Text()
        self._verdict: Segment | None = None

    def take(self, segment: Segment) -> Result | None:
        """One more segment of the set; at AK5 what it says of one of our sets."""
        name = FUNCTIONAL.get(segment.name, segment.name)
        if name == "AK1":
            self._group = segment
        elif name == "AK2":
            self._set, self._errors = segment, Text()
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
        reason = Text()
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
