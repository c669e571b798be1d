"""Acknowledgement style `ubl`: an order response, a simple one, or an application response (Peppol's MLR), by content.

One file holds one document, or several in an envelope of any kind. A document is read part by part, so that memory
does not grow with its lines; it is never held against a schema, for ERPs write what UBL has no place for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from bridge.domain.answers import Difference, Result, Verdict
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.acknowledgements.ubl_lines import differences_of, part_of_document, text
from bridge.profiles.acknowledgements.xml_walk import Broken, bounded, drop, line_of, told, walked
from bridge.profiles.settings import AnswerRuleSettings

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
ELEMENTS_PER_PART_MAX = 20_000
DIFFERENCES_MAX = 200
REASONS_MAX = 20
# What each document's word for the verdict means, unless the rule's verdicts say otherwise. UNCL 4343: AB received,
# AP accepted, CA accepted with changes, RE rejected. An application response speaks of the document, not of the order.
MEANS = {
    "OrderResponseSimple": {"true": "accepted", "1": "accepted", "false": "rejected", "0": "rejected"},
    "OrderResponse": {"AB": "syntax accepted", "AP": "accepted", "CA": "accepted", "RE": "rejected"},
    "ApplicationResponse": {"AB": "syntax received", "AP": "syntax accepted", "RE": "rejected"},
}
_ROOTS = {f"{{{SPACE}{name}-2}}{name}": name for name in MEANS}


@dataclass(slots=True)
class _Document:
    """What has been read of one document."""

    kind: str
    line: int
    word: str = ""
    external_id: str = ""
    numbers: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    code: str = ""
    differences: list[Difference] = field(default_factory=list)
    differences_left_out: int = 0

    def because(self, reason: str) -> None:
        """Note one of the ERP's words, each once."""
        if reason and reason not in self.reasons and len(self.reasons) < REASONS_MAX:
            self.reasons.append(reason)

    def differs(self, found: list[Difference]) -> None:
        """Note what the ERP changed, the first of it."""
        room = DIFFERENCES_MAX - len(self.differences)
        self.differences += found[:room]
        self.differences_left_out += len(found[room:])


class UblAcknowledgements:
    """What one profile makes of UBL's words."""

    def __init__(self, settings: AnswerRuleSettings, extension: str) -> None:
        self._settings, self._extension = settings, extension

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # an XML answer does not grow
        """The answer, read while its results are taken."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, answer)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        with told(name), path.open("rb") as content:
            for document in _documents(walked(content)):
                answer.rows_read += 1
                yield self._result(document)
        if not answer.rows_read:
            known = ", ".join(MEANS)
            raise malformed(name, "line 1", f"holds none of the documents that UBL answers with ({known})")

    def _result(self, document: _Document) -> Result:
        if not document.external_id:
            raise Broken(document.line, f"the {document.kind} does not name its order")
        numbers = list(dict.fromkeys(document.numbers))
        if len(numbers) > 1:
            raise Broken(document.line, f"the {document.kind} gives the order {len(numbers)} different numbers")
        level, verdict = MEANINGS[self._meaning(document)]
        differences = document.differences if verdict is Verdict.ACCEPTED else []
        if differences and document.differences_left_out:
            differences = [*differences, Difference(f"{document.differences_left_out} more differences")]
        return Result(
            external_id=document.external_id,
            verdict=verdict,
            level=level,
            erp_number=numbers[0] if numbers else None,
            reason="; ".join(document.reasons),
            place=f"line {document.line}",
            code=document.code,
            differences=tuple(differences),
        )

    def _meaning(self, document: _Document) -> str:
        """Of its word: by the rule's own verdicts (`RE`, or `ApplicationResponse RE`), else as UBL has it."""
        own = self._settings.verdicts
        full = f"{document.kind} {document.word}"
        set_by_rule = own.get(full) or (own.get(document.word) if document.kind != "ApplicationResponse" else None)
        meaning = set_by_rule or MEANS[document.kind].get(document.word)
        if meaning is None:
            known = ", ".join(MEANS[document.kind])
            what = f"the verdict of the {document.kind} is missing or a word that is not known (known are {known})"
            raise Broken(document.line, what)
        return meaning


def _documents(walk: Iterator[tuple[str, etree._Element]]) -> Iterator[_Document]:
    """Each whole document. Its parts are read and dropped one by one, everything outside is dropped at once."""
    document: _Document | None = None
    depth = count = 0
    for event, element in walk:
        if event == "start":
            depth += document is not None
            count += 1
            if document is None and (kind := _ROOTS.get(str(element.tag))):
                document, count = _Document(kind, line_of(element)), 0
            elif document is not None and count > ELEMENTS_PER_PART_MAX:
                raise Broken(line_of(element), f"one part of the answer has more than {ELEMENTS_PER_PART_MAX} elements")
            continue
        if document is None:
            drop(element)
        elif depth == 0:
            yield document
            document = None
            drop(element)
        else:
            if part_of_document(element, depth):
                _PARTS.get((document.kind, str(element.tag)), _nothing)(document, element)
                drop(element)
                count = 0
            depth -= 1


def _nothing(document: _Document, element: etree._Element) -> None:
    """A part that says nothing of the verdict: parties, dates, totals."""


def _word(document: _Document, element: etree._Element) -> None:
    document.word = " ".join((element.text or "").split())


def _note(document: _Document, element: etree._Element) -> None:
    document.because(bounded(" ".join((element.text or "").split()), element))


def _number(document: _Document, element: etree._Element) -> None:
    if said := bounded(" ".join((element.text or "").split()), element):
        document.numbers.append(said)


def _order_reference(document: _Document, element: etree._Element) -> None:
    """Our order, and the ERP's number of it."""
    document.external_id = document.external_id or text(element, "cbc:ID")
    if said := text(element, "cbc:SalesOrderID"):
        document.numbers.append(said)


def _promised(document: _Document, element: etree._Element) -> None:
    """The delivery of the order as a whole: a difference only where the ERP says that it changed something."""
    if document.word == "CA":
        document.differs(differences_of(element, whole=True))


def _order_line(document: _Document, element: etree._Element) -> None:
    document.differs(differences_of(element))
    note = text(element, "cac:LineItem/cbc:Note")
    if note:
        line = text(element, "cac:OrderLineReference/cbc:LineID") or text(element, "cac:LineItem/cbc:ID")
        document.because(f"line {line}: {note}")


def _response(document: _Document, element: etree._Element) -> None:
    document.word = text(element, "cbc:ResponseCode")
    document.because(text(element, "cbc:Description"))
    document.code = document.code or text(element, "cac:Status/cbc:StatusReasonCode")


def _document_reference(document: _Document, element: etree._Element) -> None:
    document.external_id = document.external_id or text(element, "cbc:ID")


def _line_response(document: _Document, element: etree._Element) -> None:
    """What is wrong at one place of our document; the place is an XPath."""
    place = text(element, "cac:LineReference/cbc:LineID")
    said = text(element, "cac:Response/cbc:Description")
    document.because(f"{place}: {said}" if place and said else said or place)
    document.code = document.code or text(element, "cac:Response/cac:Status/cbc:StatusReasonCode")


_CAC, _CBC = f"{{{SPACE}CommonAggregateComponents-2}}", f"{{{SPACE}CommonBasicComponents-2}}"
_PARTS: dict[tuple[str, str], Callable[[_Document, etree._Element], None]] = {
    ("OrderResponseSimple", f"{_CBC}AcceptedIndicator"): _word,
    ("OrderResponseSimple", f"{_CBC}RejectionNote"): _note,
    ("OrderResponseSimple", f"{_CBC}Note"): _note,
    ("OrderResponseSimple", f"{_CAC}OrderReference"): _order_reference,
    ("OrderResponse", f"{_CBC}OrderResponseCode"): _word,
    ("OrderResponse", f"{_CBC}SalesOrderID"): _number,
    ("OrderResponse", f"{_CBC}Note"): _note,
    ("OrderResponse", f"{_CAC}OrderReference"): _order_reference,
    ("OrderResponse", f"{_CAC}Delivery"): _promised,
    ("OrderResponse", f"{_CAC}OrderLine"): _order_line,
    ("ApplicationResponse", f"{_CBC}Note"): _note,
    ("ApplicationResponse", f"{_CAC}Response"): _response,
    ("ApplicationResponse", f"{_CAC}DocumentReference"): _document_reference,
    ("ApplicationResponse", f"{_CAC}LineResponse"): _line_response,
}
