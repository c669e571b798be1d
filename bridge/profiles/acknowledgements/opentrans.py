"""Acknowledgement style `opentrans`: ORDERRESPONSE of openTRANS 2.1.

The standard has no word for accepted or rejected. What counts as a rejection is agreed with the partner and stands in
the rule's `reject_when`; everything else is an acceptance. Each line repeats its quantity, and may its price: what is
not as we sent it is a difference. A delivery date is none: our orders ask for none. A document is read item by item,
so that memory does not grow with it, and is never held against the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from bridge.domain.answers import Difference, Result, Verdict
from bridge.profiles.acknowledgements.addressed import hold_receiver, hold_sender
from bridge.profiles.acknowledgements.base import Answer, malformed, named_file
from bridge.profiles.acknowledgements.xml_walk import Broken, bounded, drop, line_of, parts_of, told
from bridge.profiles.patterns import SEARCH_RUNNING_MAX, TooManyWays, refuse_too_many_ways
from bridge.profiles.settings import AnswerRuleSettings, OpentransAnswerSettings

OT, BMECAT = "{http://www.opentrans.org/XMLSchema/2.1}", "{http://www.bmecat.org/bmecat/2005}"
LINES_MAX = 10_000  # of one order that are held against what was sent
REMARKS_MAX = 20
ID_LENGTH_MAX = 250  # PARTY_ID of the standard
REMARK_LENGTH_MAX = 4_000  # of 64,000 that the standard allows
_ROOT = f"{OT}ORDERRESPONSE"
_INFO, _ITEM = f"{OT}ORDERRESPONSE_INFO", f"{OT}ORDERRESPONSE_ITEM"
# Written out once, as each item asks for them.
_ORDER_ID, _SUPPLIER_ORDER_ID = f"{OT}ORDER_ID", f"{OT}SUPPLIER_ORDER_ID"
_ORDER_PARTIES_REFERENCE = f"{OT}ORDER_PARTIES_REFERENCE"
_SUPPLIER_IDREF, _BUYER_IDREF = f"{BMECAT}SUPPLIER_IDREF", f"{BMECAT}BUYER_IDREF"
_PARTIES, _PARTY, _PARTY_ROLE, _PARTY_ID = f"{OT}PARTIES", f"{OT}PARTY", f"{OT}PARTY_ROLE", f"{BMECAT}PARTY_ID"
_LINE_ITEM_ID, _QUANTITY, _REMARKS = f"{OT}LINE_ITEM_ID", f"{OT}QUANTITY", f"{OT}REMARKS"
_PRODUCT_PRICE_FIX, _PRICE_AMOUNT = f"{OT}PRODUCT_PRICE_FIX", f"{BMECAT}PRICE_AMOUNT"
_Parts = dict[object, etree._Element]


class WordsRefused(ValueError):
    """A pattern of reject_words is no regular expression, or could try too many ways to fit."""


@dataclass(slots=True)
class _Document:
    """What has been read of one order response."""

    line: int
    external_id: str = ""
    number: str = ""
    remarks: list[str] = field(default_factory=list)
    suppliers: set[str] = field(default_factory=set)
    buyers: set[str] = field(default_factory=set)
    items: int = 0
    items_of_nothing: int = 0
    lines: list[Difference] = field(default_factory=list)

    def because(self, remark: str) -> None:
        """Note one of the ERP's words, each once."""
        if remark and remark not in self.remarks and len(self.remarks) < REMARKS_MAX:
            self.remarks.append(remark)

    def confirms(self, field: str, line: str, confirmed: str) -> None:
        """Note what one line will be, where the ERP says so."""
        if confirmed and len(self.lines) < LINES_MAX:
            self.lines.append(Difference(field, line, confirmed=confirmed, of_all=True))


class OpentransAcknowledgements:
    """What one profile makes of order responses."""

    def __init__(self, settings: AnswerRuleSettings, opentrans: OpentransAnswerSettings, extension: str) -> None:
        self._settings, self._extension = settings, extension
        self._reject_when = frozenset(opentrans.reject_when)
        self._words = [_compiled(words) for words in opentrans.reject_words]

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # an XML answer does not grow
        """The answer, read while its results are taken."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, answer)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        with told(name), path.open("rb") as content:
            for document in _documents(parts_of(content, (_ROOT, _INFO, _ITEM))):
                answer.rows_read += 1
                yield self._result(document, name)
        if not answer.rows_read:
            raise malformed(name, "line 1", "holds no ORDERRESPONSE of openTRANS 2.1")

    def _result(self, document: _Document, name: str) -> Result:
        hold_sender(self._settings.sender, document.suppliers, name, f"line {document.line}")
        hold_receiver(self._settings.receiver, document.buyers, name, f"line {document.line}")
        if not document.external_id:
            raise Broken(document.line, "the ORDERRESPONSE does not name its order (ORDER_ID)")
        rejected = self._is_rejected(document)
        differences = document.lines
        if len(differences) == LINES_MAX:  # a list that was cut would call its missing lines missing
            differences = [Difference(f"has {document.items} lines, more than are held against what was sent")]
        return Result(
            external_id=document.external_id,
            verdict=Verdict.REJECTED if rejected else Verdict.ACCEPTED,
            erp_number=None if rejected else document.number or None,
            reason="; ".join(document.remarks),
            place=f"line {document.line}",
            differences=() if rejected else tuple(differences),
        )

    def _is_rejected(self, document: _Document) -> bool:
        """Whether any of the signs is there that the partner uses for a rejection."""
        signs = {
            "quantity-zero": document.items > 0 and document.items_of_nothing == document.items,
            "no-items": document.items == 0,
            "no-number": not document.number,
            "remarks": any(words.search(remark) for words in self._words for remark in document.remarks),
        }
        return any(signs[sign] for sign in self._reject_when)


def _compiled(words: str) -> re.Pattern[str]:
    """A pattern that is looked for anywhere in a remark, which is one loop over the text already."""
    try:
        pattern = re.compile(words, re.IGNORECASE)
        refuse_too_many_ways(words, SEARCH_RUNNING_MAX, pattern.flags)
    except re.error as error:
        raise WordsRefused(f"{words!r} is no regular expression: {error}") from error
    except TooManyWays as refused:
        raise WordsRefused(f"{words!r} {refused}") from refused
    return pattern


def _documents(parts: Iterator[etree._Element]) -> Iterator[_Document]:
    """Each whole order response. Its items are read and dropped one by one."""
    document: _Document | None = None
    for element in parts:
        if element.tag == _ROOT:
            yield document or _Document(line_of(element))
            document = None
        else:
            document = document or _Document(line_of(element))
            (_take_info if element.tag == _INFO else _take_item)(document, element)
        drop(element)


def _take_info(document: _Document, info: etree._Element) -> None:
    parts, remarks = _parts(info)
    document.external_id = _text(parts.get(_ORDER_ID))
    document.number = _text(parts.get(_SUPPLIER_ORDER_ID))
    references = _inside(parts, _ORDER_PARTIES_REFERENCE)
    document.suppliers = {_text(references.get(_SUPPLIER_IDREF))}
    document.buyers = {_text(references.get(_BUYER_IDREF))}
    for party in parts.get(_PARTIES, ()):
        _take_party(document, party)
    document.suppliers.discard("")
    document.buyers.discard("")
    for remark in remarks:
        document.because(_words(remark))


def _take_party(document: _Document, party: etree._Element) -> None:
    """The ids of whoever is the supplier or the buyer; one party can be both."""
    if party.tag != _PARTY:
        return
    roles = {(one.text or "").strip() for one in party if one.tag == _PARTY_ROLE}
    ids = {(one.text or "").strip()[:ID_LENGTH_MAX] for one in party if one.tag == _PARTY_ID}
    if "supplier" in roles:
        document.suppliers |= ids
    if "buyer" in roles:
        document.buyers |= ids


def _take_item(document: _Document, item: etree._Element) -> None:
    """One line: its quantity is what the ERP confirms, and nothing where it will not deliver."""
    document.items += 1
    parts, remarks = _parts(item)
    line, quantity = _text(parts.get(_LINE_ITEM_ID)), _text(parts.get(_QUANTITY))
    document.items_of_nothing += _is_nothing(quantity)
    document.confirms("quantity", line, quantity)
    document.confirms("unit price", line, _text(_inside(parts, _PRODUCT_PRICE_FIX).get(_PRICE_AMOUNT)))
    for remark in remarks:
        words = _words(remark)
        document.because(f"line {line}: {words}" if words else "")


def _parts(element: etree._Element) -> tuple[_Parts, list[etree._Element]]:
    """The element's own elements by name, of several the first, and all of its remarks: looked at once, not by paths.

    A long answer has a million items.
    """
    parts: _Parts = {}
    remarks = []
    for child in element:
        if child.tag == _REMARKS:
            remarks.append(child)
        else:
            parts.setdefault(child.tag, child)
    return parts, remarks


def _inside(parts: _Parts, name: str) -> _Parts:
    found = parts.get(name)
    return {} if found is None else _parts(found)[0]


def _text(element: etree._Element | None) -> str:
    """With single blanks; empty where there is none."""
    said = None if element is None else element.text
    return bounded(" ".join(said.split()), element) if said and element is not None else ""


def _words(remark: etree._Element) -> str:
    """A remark with single blanks, no more of it than a person reads."""
    return " ".join((remark.text or "").split())[:REMARK_LENGTH_MAX]


def _is_nothing(quantity: str) -> bool:
    try:
        return Decimal(quantity) == 0
    except InvalidOperation:
        return False  # no number: a person reads the remarks
