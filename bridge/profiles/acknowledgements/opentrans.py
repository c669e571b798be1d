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
from bridge.profiles.acknowledgements.ubl_lines import text
from bridge.profiles.acknowledgements.xml_walk import Broken, drop, line_of, parts_of, told
from bridge.profiles.patterns import SEARCH_RUNNING_MAX, TooManyWays, refuse_too_many_ways
from bridge.profiles.settings import AnswerRuleSettings, OpentransAnswerSettings

OT, BMECAT = "{http://www.opentrans.org/XMLSchema/2.1}", "{http://www.bmecat.org/bmecat/2005}"
LINES_MAX = 10_000  # of one order that are held against what was sent
REMARKS_MAX = 20
ID_LENGTH_MAX = 250  # PARTY_ID of the standard
REMARK_LENGTH_MAX = 4_000  # of 64,000 that the standard allows
_ROOT = f"{OT}ORDERRESPONSE"
_INFO, _ITEM = f"{OT}ORDERRESPONSE_INFO", f"{OT}ORDERRESPONSE_ITEM"


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
    document.external_id = text(info, f"{OT}ORDER_ID")
    document.number = text(info, f"{OT}SUPPLIER_ORDER_ID")
    document.suppliers = _parties(info, "supplier", "SUPPLIER_IDREF")
    document.buyers = _parties(info, "buyer", "BUYER_IDREF")
    for remark in info.iterfind(f"{OT}REMARKS"):
        document.because(_words(remark))


def _parties(info: etree._Element, role: str, reference: str) -> set[str]:
    """The ids of whoever has a role in the order, by the list of parties or by the reference to it."""
    told = {text(info, f"{OT}ORDER_PARTIES_REFERENCE", f"{BMECAT}{reference}")}
    for party in info.iterfind(f"{OT}PARTIES/{OT}PARTY"):
        if any((one.text or "").strip() == role for one in party.iterfind(f"{OT}PARTY_ROLE")):
            told |= {(one.text or "").strip()[:ID_LENGTH_MAX] for one in party.iterfind(f"{BMECAT}PARTY_ID")}
    return told - {""}


def _take_item(document: _Document, item: etree._Element) -> None:
    """One line: its quantity is what the ERP confirms, and nothing where it will not deliver."""
    document.items += 1
    line, quantity = text(item, f"{OT}LINE_ITEM_ID"), text(item, f"{OT}QUANTITY")
    document.items_of_nothing += _is_nothing(quantity)
    document.confirms("quantity", line, quantity)
    document.confirms("unit price", line, text(item, f"{OT}PRODUCT_PRICE_FIX", f"{BMECAT}PRICE_AMOUNT"))
    for remark in item.iterfind(f"{OT}REMARKS"):
        words = _words(remark)
        document.because(f"line {line}: {words}" if words else "")


def _words(remark: etree._Element) -> str:
    """A remark with single blanks, no more of it than a person reads."""
    return " ".join((remark.text or "").split())[:REMARK_LENGTH_MAX]


def _is_nothing(quantity: str) -> bool:
    try:
        return Decimal(quantity) == 0
    except InvalidOperation:
        return False  # no number: a person reads the remarks
