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
from bridge.profiles.acknowledgements.addressed import hold_receiver, hold_sender
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.acknowledgements.ubl_lines import CAC, CBC, line_said, promised, text
from bridge.profiles.acknowledgements.xml_walk import Broken, bounded, drop, line_of, parts_of, told
from bridge.profiles.settings import AnswerRuleSettings

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
DIFFERENCES_MAX = 200
REASONS_MAX = 20
CHANGED = "CA"
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
    senders: set[str] = field(default_factory=set)
    receivers: set[str] = field(default_factory=set)

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
            for document in _documents(parts_of(content, _TAGS)):
                answer.rows_read += 1
                yield self._result(document, name)
        if not answer.rows_read:
            known = ", ".join(MEANS)
            raise malformed(name, "line 1", f"holds none of the documents that UBL answers with ({known})")

    def _result(self, document: _Document, name: str) -> Result:
        hold_sender(self._settings.sender, document.senders, name, f"line {document.line}")
        hold_receiver(self._settings.receiver, document.receivers, name, f"line {document.line}")
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


def _documents(parts: Iterator[etree._Element]) -> Iterator[_Document]:
    """Each whole document. Its parts are read and dropped one by one."""
    document: _Document | None = None
    for element in parts:
        tag = str(element.tag)
        if kind := _ROOTS.get(tag):
            yield document or _Document(kind, line_of(element))
            document = None
            drop(element)
            continue
        root = _root_above(element)
        kind = _ROOTS.get(str(root.tag)) if root is not None else None
        if root is None or kind is None:
            continue  # the same name deeper inside: read with its part
        document = document or _Document(kind, line_of(root))
        if reader := _PARTS.get((kind, tag)):
            reader(document, element)
            drop(element)


def _root_above(element: etree._Element) -> etree._Element | None:
    """What an element stands right below; of an application response's parts, what their cac:DocumentResponse does."""
    parent = element.getparent()
    return parent.getparent() if parent is not None and parent.tag == _DOCUMENT_RESPONSE else parent


def _word(document: _Document, element: etree._Element) -> None:
    document.word = " ".join((element.text or "").split())


def _note(document: _Document, element: etree._Element) -> None:
    document.because(bounded(" ".join((element.text or "").split()), element))


def _number(document: _Document, element: etree._Element) -> None:
    if said := bounded(" ".join((element.text or "").split()), element):
        document.numbers.append(said)


def _order_reference(document: _Document, element: etree._Element) -> None:
    """Our order, and the ERP's number of it."""
    document.external_id = document.external_id or text(element, f"{CBC}ID")
    if said := text(element, f"{CBC}SalesOrderID"):
        document.numbers.append(said)


def _sender(document: _Document, element: etree._Element) -> None:
    document.senders |= _ids_of(element)


def _receiver(document: _Document, element: etree._Element) -> None:
    document.receivers |= _ids_of(element)


def _ids_of(element: etree._Element) -> set[str]:
    """How a party is identified: by its electronic address, or by what the partners agreed."""
    party = element.find(f"{CAC}Party")
    party = element if party is None else party
    told = {text(party, f"{CBC}EndpointID")}
    told |= {text(one, f"{CBC}ID") for one in party.iterfind(f"{CAC}PartyIdentification")}
    return told - {""}


def _delivery(document: _Document, element: etree._Element) -> None:
    """The delivery of the order as a whole: a difference only where the ERP says that it changed something."""
    if document.word == CHANGED and (day := promised(element)):
        document.differs([Difference("delivery date", confirmed=day)])


def _order_line(document: _Document, element: etree._Element) -> None:
    line = line_said(element)
    if line.stated or document.word == CHANGED:
        document.differs(line.differences)
    document.because(line.note)


def _response(document: _Document, element: etree._Element) -> None:
    document.word = text(element, f"{CBC}ResponseCode")
    document.because(text(element, f"{CBC}Description"))
    document.code = document.code or text(element, f"{CAC}Status", f"{CBC}StatusReasonCode")


def _document_reference(document: _Document, element: etree._Element) -> None:
    document.external_id = document.external_id or text(element, f"{CBC}ID")


def _line_response(document: _Document, element: etree._Element) -> None:
    """What is wrong at one place of our document; the place is an XPath."""
    place = text(element, f"{CAC}LineReference", f"{CBC}LineID")
    said = text(element, f"{CAC}Response", f"{CBC}Description")
    document.because(f"{place}: {said}" if place and said else said or place)
    document.code = document.code or text(element, f"{CAC}Response", f"{CAC}Status", f"{CBC}StatusReasonCode")


_PARTS: dict[tuple[str, str], Callable[[_Document, etree._Element], None]] = {
    ("OrderResponseSimple", f"{CBC}AcceptedIndicator"): _word,
    ("OrderResponseSimple", f"{CBC}RejectionNote"): _note,
    ("OrderResponseSimple", f"{CBC}Note"): _note,
    ("OrderResponseSimple", f"{CAC}OrderReference"): _order_reference,
    ("OrderResponse", f"{CBC}OrderResponseCode"): _word,
    ("OrderResponse", f"{CBC}SalesOrderID"): _number,
    ("OrderResponse", f"{CBC}Note"): _note,
    ("OrderResponse", f"{CAC}OrderReference"): _order_reference,
    ("OrderResponse", f"{CAC}Delivery"): _delivery,
    ("OrderResponse", f"{CAC}OrderLine"): _order_line,
    ("OrderResponseSimple", f"{CAC}SellerSupplierParty"): _sender,
    ("OrderResponseSimple", f"{CAC}BuyerCustomerParty"): _receiver,
    ("OrderResponse", f"{CAC}SellerSupplierParty"): _sender,
    ("OrderResponse", f"{CAC}BuyerCustomerParty"): _receiver,
    ("ApplicationResponse", f"{CAC}SenderParty"): _sender,
    ("ApplicationResponse", f"{CAC}ReceiverParty"): _receiver,
    ("ApplicationResponse", f"{CBC}Note"): _note,
    ("ApplicationResponse", f"{CAC}Response"): _response,
    ("ApplicationResponse", f"{CAC}DocumentReference"): _document_reference,
    ("ApplicationResponse", f"{CAC}LineResponse"): _line_response,
}
_TAGS = [*_ROOTS, *dict.fromkeys(tag for _, tag in _PARTS)]
_DOCUMENT_RESPONSE = f"{CAC}DocumentResponse"
