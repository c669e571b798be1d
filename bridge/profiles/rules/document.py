"""A rendered UBL document as its rules see it: exact amounts, texts by path, and what breaks a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lxml import etree

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
SPACES = {"cac": CAC, "cbc": CBC}
Element = etree._Element
LINES, ALLOWANCES = "cac:OrderLine/cac:LineItem", "cac:AllowanceCharge"
SLACK = Decimal("0.02")  # what rounding may take from a product
ORDER_CURE = "Correct the order in the store; it then goes out by itself."
TEMPLATE_CURE = "Mend the template of the profile, or correct the order in the store."


class Found(NamedTuple):
    """One place that breaks a rule: what is wrong there, in business words."""

    line: int
    what: str


class NoNumber(ValueError):
    """An amount of the document is no decimal number: which, and where."""

    def __init__(self, element: Element) -> None:
        super().__init__(f"{name_of(element)} is no decimal number")
        self.line = line_of(element)


@dataclass(frozen=True, slots=True)
class Document:
    """The document under trial. transaction: T01, T114, T115."""

    root: Element
    transaction: str

    @property
    def currency(self) -> str:
        """The document's currency."""
        return text(self.root, "cbc:DocumentCurrencyCode")

    def all(self, path: str) -> list[Element]:
        """Every element at a path from the root, in the document's order."""
        return self.root.findall(path, SPACES)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its number in its document, what it asks in our words, what a person does, and how it is tried."""

    number: str
    asks: str
    cure: str
    places: Callable[[Document], Iterator[Found]]


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def line_of(element: Element) -> int:
    """The line on which it begins."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def text(element: Element, path: str) -> str:
    """The text at a path without blanks around, empty where there is none."""
    return " ".join((element.findtext(path, namespaces=SPACES) or "").split())


def amount(element: Element, path: str, absent: Decimal = Decimal(0)) -> Decimal:
    """The amount at a path. Raises NoNumber."""
    found = element.find(path, SPACES)
    return absent if found is None else number(found)


def number(element: Element) -> Decimal:
    """The amount that an element holds. Raises NoNumber."""
    try:
        value = Decimal((element.text or "").strip())
    except InvalidOperation:
        raise NoNumber(element) from None  # the original's text can hold a value, and a log prints causes
    if not value.is_finite():
        raise NoNumber(element)
    return value


def total(elements: list[Element]) -> Decimal:
    """Exact sum."""
    return sum((number(one) for one in elements), Decimal(0))


def sum_of(owner: Element, indicator: str) -> Decimal:
    """An order's or a line's own charges (`true`) or allowances (`false`)."""
    offs = [one for one in owner.findall(ALLOWANCES, SPACES) if text(one, "cbc:ChargeIndicator") == indicator]
    return sum((amount(one, "cbc:Amount") for one in offs), Decimal(0))
