"""Acknowledgement style `idoc`: what SAP says of our IDocs.

- ORDRSP: the order is accepted; items that were changed, confirmed in part or rejected are differences. An order all of
  whose items were rejected is rejected.
- STATUS (SYSTAT01) and ALEAUD (ALEAUD01): the verdict stands for the status of the inbound IDoc in SAP. A status of
  waiting (64, 62) is a level below the verdict, and 53 after 51 (a person reprocessed the IDoc) is for the ledger.

A status names an order by our reference, or by the IDoc number that we handed over: `join` of the profile says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Result, Verdict
from bridge.profiles.acknowledgements.addressed import hold_receiver, hold_sender
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.acknowledgements.idoc_layouts import CONTROL, layouts
from bridge.profiles.acknowledgements.idoc_records import Flat, Record, records
from bridge.profiles.acknowledgements.idoc_response import OrderResponse
from bridge.profiles.acknowledgements.xml_walk import Broken, told
from bridge.profiles.idoc_settings import IdocAnswerSettings
from bridge.profiles.settings import AnswerRuleSettings

PARAMETERS = ("STAPA1", "STAPA2", "STAPA3", "STAPA4")
POSITIONS_MAX = 1_000_000  # of the IDoc numbers that we hand over: file number, then the order's place with six digits
_UNNAMED = {
    "E1STATS": "a status names no order: its ARCKEY is empty",
    "E1STATE": "an ALEAUD names IDocs by the numbers that we gave; this needs the parameter join = docnum",
}
_HEADS = frozenset((CONTROL, "E1ADHDR", "E1STATE", "E1STATS"))  # with each of them something else begins
_PLACEHOLDER = re.compile("&([1-4])?")


class _Audit:
    """One confirmation of an ALEAUD: the state of an IDoc, and the business objects that came of it."""

    def __init__(self, state: Record) -> None:
        self.state, self.objects = state, list[Record]()

    def add(self, record: Record) -> None:
        """A segment below the state."""
        if record.name == "E1PRTOB" and len(self.objects) < 100:
            self.objects.append(record)


class IdocAcknowledgements:
    """One profile's way of reading IDocs."""

    def __init__(self, settings: AnswerRuleSettings, idoc: IdocAnswerSettings, extension: str) -> None:
        self._settings, self._idoc, self._extension = settings, idoc, extension
        self._flat = Flat(idoc.encoding, idoc.unit == "bytes", layouts(idoc.columns))

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # a file of IDocs does not grow
        """The answer. Its results name our files, each its own."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, answer)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        with told(name):
            for result in self._said(records(path, self._flat), name):
                answer.rows_read += 1
                yield result
        if not answer.rows_read:
            raise malformed(name, "line 1", "holds no IDoc that says what became of an order (ORDRSP, STATUS, ALEAUD)")

    def _said(self, segments: Iterator[Record], name: str) -> Iterator[Result]:
        """Each result as soon as all its segments have gone by."""
        pending: OrderResponse | _Audit | None = None
        ours = True
        for record in segments:
            if pending is not None and record.name in _HEADS:
                yield self._finished(pending)
                pending = None
            if record.name == CONTROL:
                self._hold_parties(record, name)
                ours = True
                pending = OrderResponse(record, self._idoc.actions) if record["MESTYP"] == "ORDRSP" else None
            elif record.name == "E1ADHDR":
                ours = (record["MESTYP_LNG"] or record["MESTYP"] or "ORDERS") in self._idoc.messages
            elif record.name == "E1STATE":
                pending = _Audit(record) if ours else None
            elif record.name == "E1STATS":
                yield self._status(record, ())
            elif pending is not None:
                pending.add(record)
        if pending is not None:
            yield self._finished(pending)

    def _hold_parties(self, control: Record, name: str) -> None:
        place = f"line {control.line}"
        hold_sender(self._settings.sender, {control["SNDPRN"]} - {""}, name, place)
        hold_receiver(self._settings.receiver, {control["RCVPRN"]} - {""}, name, place)

    def _finished(self, pending: OrderResponse | _Audit) -> Result:
        return pending.result() if isinstance(pending, OrderResponse) else self._status(pending.state, pending.objects)

    def _order_number(self, record: Record, objects: Sequence[Record]) -> str | None:
        """The sales order's, of the objects that came of an IDoc, or where the status' message tells it."""
        keys = [one["OBJKEY"] for one in objects if self._is_order(one)]
        number = keys[0] if keys else self._number_told(record)
        return (number.lstrip("0") if number.isdigit() else number) or None

    def _is_order(self, record: Record) -> bool:
        return record["OBJTYPE"] in ("", *self._idoc.order_objects)

    def _number_told(self, record: Record) -> str:
        """The sales order's number where it is a parameter of the status' message."""
        parameter = self._idoc.numbers.get(_code(record))
        return _parameter(record, parameter) if parameter else ""

    def _status(self, record: Record, objects: Sequence[Record]) -> Result:
        """What the status of one IDoc says."""
        meaning = self._settings.verdicts.get(record["STATUS"])
        if meaning is None:
            known = ", ".join(self._settings.verdicts)
            raise Broken(record.line, f"a status is missing or one that the profile does not know (it knows {known})")
        level, verdict = MEANINGS[meaning]
        external_id, file, position = self._named(record)
        place = f"line {record.line}"
        if verdict is Verdict.ACCEPTED:
            number = self._order_number(record, objects)
            return Result(external_id, verdict, number, "", place, level, "", file, position)
        return Result(external_id, verdict, None, _reason(record), place, level, _code(record), file, position)

    def _named(self, record: Record) -> tuple[str, FileReference | None, int | None]:
        """External id, file and place of the order that a status means."""
        external_id = record["ARCKEY"]
        if self._idoc.join == "docnum" and record["DOCNUM"].strip("0"):
            sequence_number, position = _parts_of(record)
            return external_id, FileReference(FileKey.REFERENCE, str(sequence_number)), position
        if not external_id:
            raise Broken(record.line, _UNNAMED[record.name])
        number = record["REFINT"].lstrip("0")
        return external_id, FileReference(FileKey.REFERENCE, number) if number.isdigit() else None, None


def _parts_of(record: Record) -> tuple[int, int]:
    """The file's number and the order's place in it, of an IDoc number that we handed over."""
    docnum = record["DOCNUM"]
    if docnum.isdecimal() and docnum.isascii():
        sequence_number, position = divmod(int(docnum), POSITIONS_MAX)
        if sequence_number and position:
            return sequence_number, position
    raise Broken(record.line, "a status is about an IDoc number that we never gave")


def _code(record: Record) -> str:
    """The message of a status: class and number, V1311."""
    message_class = record["STAMID"]
    return f"{message_class}{record['STAMNO']}" if message_class else record["STACOD"].removeprefix("SAP")


def _parameter(record: Record, name: str) -> str:
    """The newer, longer form first."""
    return record[f"{name}_LNG"] or record[name]


def _reason(record: Record) -> str:
    """The text of a status with its parameters in their places; those without a place stand behind."""
    left = {name[-1]: _parameter(record, name) for name in PARAMETERS}

    def filled(found: re.Match[str]) -> str:
        return left.pop(found.group(1) or min(left, default=""), "")

    text = " ".join(_PLACEHOLDER.sub(filled, record["STATXT"]).split())
    unplaced = " ".join(value for value in left.values() if value and value not in text)
    return "; ".join(part for part in (text, unplaced) if part)
