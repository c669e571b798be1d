"""The rules that hold in every Peppol document: nothing empty, dates as dates, registration numbers that exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from stdnum.au import abn
from stdnum.be import vat
from stdnum.no import orgnr as norwegian
from stdnum.se import orgnr as swedish

from bridge.profiles.rules.document import SPACES, Document, Found, Rule, line_of, name_of

_TEMPLATE = "Mend the template of the profile."
_PARAMETER = "Correct the number where it is set: a parameter under [endpoints.NAME.parameters] in bridge.toml."
_DATES = "|".join(
    f"//cbc:{name}" for name in ("IssueDate", "DueDate", "TaxPointDate", "StartDate", "EndDate", "ActualDeliveryDate")
)


def empty(document: Document) -> Iterator[Found]:
    """Bad: <cbc:Note/>, <cbc:Note> </cbc:Note>. Good: no Note."""
    for element in document.root.iter("*"):
        if not len(element) and not (element.text or "").strip(" \t\r\n"):
            yield Found(line_of(element), f"{name_of(element)} is empty")


def odd_dates(document: Document) -> Iterator[Found]:
    """Bad: 24.11.2026, 2026-11-24Z. Good: 2026-11-24."""
    for element in _found(document, _DATES):
        said = element.text or ""
        try:
            whole = len(said) == 10 and bool(date.fromisoformat(said))
        except ValueError:
            whole = False
        if not whole:
            yield Found(line_of(element), f"{name_of(element)} is no date")


def registered(scheme: str, digits: str, judge: Callable[[str], object]) -> Callable[[Document], Iterator[Found]]:
    """Ids of one scheme that nobody can have: wrong length, or a wrong check digit."""
    path = f"//cbc:EndpointID[@schemeID='{scheme}']|//cac:PartyIdentification/cbc:ID[@schemeID='{scheme}']"
    path += f"|//cbc:CompanyID[@schemeID='{scheme}']"

    def places(document: Document) -> Iterator[Found]:
        for element in _found(document, path):
            said = (element.text or "").strip()
            try:
                known = bool(re.fullmatch(digits, said)) and bool(judge(said))
            except ValueError:  # the library's verdicts: length, form, check digit
                known = False
            if not known:
                yield Found(line_of(element), f"{name_of(element)} has scheme {scheme} and is no such number")

    return places


def _is_gln(said: str) -> bool:
    """The check digit of GS1, which weighs by 3 and 1 from the right. Their length is 13; the rule asks for none."""
    weighed = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(reversed(said[:-1])))
    return (10 - weighed % 10) % 10 == int(said[-1])


def _found(document: Document, path: str) -> list:  # type: ignore[type-arg]
    return document.root.xpath(path, namespaces=SPACES)  # type: ignore[return-value]  # a path of elements gives a list


EVERY_DOCUMENT = (
    Rule("COMMON-R001", "no element is empty", _TEMPLATE, empty),
    Rule("COMMON-R030", "a date is YYYY-MM-DD", _TEMPLATE, odd_dates),
    Rule(
        "COMMON-R040", "a GLN (0088) has a right check digit", _PARAMETER,
        registered("0088", "[0-9]+", _is_gln),
    ),
    Rule(
        "COMMON-R041", "a Norwegian organisation number (0192) exists", _PARAMETER,
        registered("0192", "[0-9]{9}", norwegian.validate),
    ),
    Rule(
        "COMMON-R043", "a Belgian enterprise number (0208) exists", _PARAMETER,
        registered("0208", "[0-9]{10}", vat.validate),
    ),
    Rule(
        "COMMON-R049", "a Swedish organisation number (0007) exists", _PARAMETER,
        registered("0007", "[0-9]{10}", swedish.validate),
    ),
    Rule(
        "COMMON-R050", "an Australian business number (0151) exists", _PARAMETER,
        registered("0151", "[0-9]{11}", abn.validate),
    ),
)  # fmt: skip
