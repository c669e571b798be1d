"""Acknowledgement style `edifact`: CONTRL, APERAK and ORDRSP, told apart by what they are and not by their names.

CONTRL speaks of one of our interchanges and of messages by their reference, which is the place of an order; it is never
answered itself. APERAK and ORDRSP name the order: RFF ON first. Other messages in the same interchange are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Result
from bridge.profiles.acknowledgements.addressed import hold_receiver, hold_sender, same_party
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.acknowledgements.edifact_orders import Response
from bridge.profiles.acknowledgements.edifact_segment import EdifactBroken, Segment
from bridge.profiles.acknowledgements.edifact_segments import segments_of
from bridge.profiles.edifact_settings import EdifactAnswerSettings
from bridge.profiles.settings import AnswerRuleSettings

TEXT_MAX = 4_000  # of a reason
KINDS = ("CONTRL", "APERAK", "ORDRSP")
ERRORS_TOLD_MAX = 5


class EdifactAcknowledgements:
    """One profile's codes."""

    def __init__(self, settings: AnswerRuleSettings, edifact: EdifactAnswerSettings, extension: str) -> None:
        self._settings, self._edifact, self._extension = settings, edifact, extension

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # messages do not grow
        """The answer. What stands before its first result is read at once, the rest while results are taken."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        results = self._results(path, name, answer)
        first = next(results, None)
        answer.results = results if first is None else chain([first], results)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        known, other = 0, ""
        try:
            with ExitStack() as stack:
                segments = segments_of(stack.enter_context(path.open("rb")), self._edifact.counts)
                for header in segments:
                    if header.tag == "UNB":
                        self._hold_parties(header, name)
                    if header.tag != "UNH":
                        continue
                    kind = header.value(2)
                    if kind not in KINDS:
                        other = kind
                        continue
                    known += 1
                    for result in self._of_message(kind, _until_end(segments)):
                        answer.rows_read += 1
                        yield result
        except EdifactBroken as error:
            raise malformed(name, f"segment {error.number}", str(error)) from None
        if not known:
            said = f"its messages are {other[:6]}" if other.isalnum() else "there is no message in it"
            raise malformed(name, "segment 1", f"holds none of {', '.join(KINDS)}; {said}")

    def _hold_parties(self, interchange: Segment, name: str) -> None:
        """An interchange is the ERP's, and for us. One that names nobody is neither."""
        place = f"segment {interchange.number}"
        hold_sender(self._settings.sender, {interchange.value(2)}, name, place)
        hold_receiver(self._settings.receiver, {interchange.value(3)}, name, place)

    def _of_message(self, kind: str, segments: Iterator[Segment]) -> Iterator[Result]:
        if kind == "CONTRL":
            yield from self._control(segments)
        elif kind == "APERAK":
            yield self._application(segments)
        else:
            response = Response(self._edifact.counts)
            for segment in segments:
                response.take(segment)
            yield response.result(self._edifact.ordrsp)

    def _control(self, segments: Iterator[Segment]) -> Iterator[Result]:
        """One result for the interchange, and one for each of its messages that is told apart."""
        told: _Told | None = None
        for segment in segments:
            if segment.tag == "UCI":
                file = FileReference(FileKey.REFERENCE, self._reference(segment))
                told = _Told(file, None, segment, segment.value(4), segment.value(5))
                yield from self._rest(told, segments)
        if told is None:
            raise EdifactBroken(1, "CONTRL has no UCI, so it names no interchange")

    def _reference(self, interchange: Segment) -> str:
        """The number of the interchange, with its sender where that is not us: both together are unique, one is not."""
        number, sender = _needed(interchange, 1), interchange.value(2).strip()
        ours = self._settings.receiver
        return f"{sender}/{number}" if ours and sender and not same_party(ours, sender) else number

    def _rest(self, interchange: _Told, segments: Iterator[Segment]) -> Iterator[Result]:
        """What is said of the interchange as a whole, and of the messages after it, each with its errors."""
        told, rejected = interchange, self._word(interchange) == "rejected"
        for segment in segments:
            if segment.tag == "UCM" and not rejected:
                yield self._said(told)
                told = _Told(interchange.file, _place(segment), segment, segment.value(3), segment.value(4))
            elif segment.tag in ("UCM", "UCF", "UCS", "UCD"):
                told.add(segment)
        yield self._said(told)

    def _said(self, told: _Told) -> Result:
        level, verdict = MEANINGS[self._word(told)]
        return Result(
            external_id="",
            verdict=verdict,
            level=level,
            reason="; ".join(told.errors),
            place=f"segment {told.segment.number}",
            code=told.code,
            file=told.file,
            position=told.position,
            whole_file=told.position is None,
        )

    def _word(self, told: _Told) -> str:
        word = self._edifact.contrl.get(told.action)
        if word is None:
            what = f"{told.segment.tag} has an action code that the profile does not know"
            raise EdifactBroken(told.segment.number, what)
        return word

    def _application(self, segments: Iterator[Segment]) -> Result:
        """An application's word for one order."""
        begin: Segment | None = None
        references: dict[str, str] = {}
        errors: list[str] = []
        texts: list[str] = []
        for segment in segments:
            if segment.tag == "BGM":
                begin = segment
            elif segment.tag == "RFF":
                kind, reference = segment.pair(1)
                if kind in ("ON", "ACW"):
                    references.setdefault(kind, reference)
            elif segment.tag == "ERC" and len(errors) < ERRORS_TOLD_MAX:
                errors.append(segment.value(1))
            elif segment.tag == "FTX" and len(texts) < ERRORS_TOLD_MAX:
                texts.append(" ".join(segment.values(4)))
        number = begin.number if begin else 1
        external_id = references.get("ON") or references.get("ACW") or ""
        if not external_id:
            raise EdifactBroken(number, "APERAK names no order: there is neither RFF ON nor RFF ACW")
        level, verdict = MEANINGS[self._application_word(begin, errors, number)]
        reason = "; ".join(text for text in texts if text)[:TEXT_MAX]
        code = next((one for one in errors if one), "")
        return Result(external_id, verdict, None, reason, f"segment {number}", level, code)

    def _application_word(self, begin: Segment | None, errors: list[str], number: int) -> str:
        said = [begin.value(4), begin.value(3)] if begin else []
        word = next((self._edifact.aperak[code] for code in said if code in self._edifact.aperak), None)
        if word is not None:
            return word
        words = [self._edifact.errors.get(code, self._edifact.errors.get("*")) for code in errors]
        if not words or None in words:
            raise EdifactBroken(number, "APERAK has no code that the profile knows, neither in BGM nor in ERC")
        return "rejected" if "rejected" in words else str(words[0])


class _Told:
    """What CONTRL says of an interchange, or of a message at a place in it."""

    def __init__(self, file: FileReference, position: int | None, segment: Segment, action: str, error: str) -> None:
        self.file, self.position, self.segment, self.action, self.code = file, position, segment, action, error
        self.errors = [f"syntax error {error}"] if error else []

    def add(self, segment: Segment) -> None:
        """An error below it. Of many the first few are told."""
        if segment.tag == "UCS":
            error, where = segment.value(2), f"in segment {segment.value(1)} of the message"
        elif segment.tag == "UCD":
            error, where = segment.value(1), f"in element {'.'.join(segment.values(2))}"
        else:
            error, where = segment.value(4 if segment.tag == "UCM" else 5), f"in message {segment.value(1)}"
        self.code = self.code or error
        if error and len(self.errors) < ERRORS_TOLD_MAX:
            self.errors.append(f"syntax error {error[:6]} {where[:60]}")


def _until_end(segments: Iterator[Segment]) -> Iterator[Segment]:
    """The rest of a message, without UNT."""
    for segment in segments:
        if segment.tag == "UNT":
            return
        yield segment


def _needed(segment: Segment, element: int) -> str:
    text = segment.value(element)
    if not text:
        raise EdifactBroken(segment.number, f"{segment.tag} names nothing")
    return text


def _place(segment: Segment) -> int:
    """The place of an order in our file, which is the reference of its message."""
    text = _needed(segment, 1)
    if not text.isdecimal() or len(text) > 14:
        raise EdifactBroken(segment.number, "UCM names a message by a reference that is none of ours")
    return int(text)
