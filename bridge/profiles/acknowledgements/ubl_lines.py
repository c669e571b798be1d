"""What an order response of UBL changed: per line its quantity, price, delivery date, article, or the line itself."""

from __future__ import annotations

from lxml import etree

from bridge.domain.answers import Difference
from bridge.profiles.acknowledgements.xml_walk import bounded

_XSD = "urn:oasis:names:specification:ubl:schema:xsd:"
SPACES = {"cac": f"{_XSD}CommonAggregateComponents-2", "cbc": f"{_XSD}CommonBasicComponents-2"}
# UNCL 1229 as Peppol uses it, and the words that OASIS' own examples have. Empty: the line is as ordered.
_STATUSES = {
    "1": "added", "2": "deleted", "3": "changed", "4": "", "5": "", "7": "not accepted", "42": "already delivered",
    "NoStatus": "", "Revised": "changed", "Cancelled": "not accepted", "Disputed": "disputed",
}  # fmt: skip
_DOCUMENT_RESPONSE = f"{{{SPACES['cac']}}}DocumentResponse"


def part_of_document(element: etree._Element, depth: int) -> bool:
    """Whether an element is read and dropped as one: what stands right below the document, or below a response."""
    parent = element.getparent()
    within = parent is not None and parent.tag == _DOCUMENT_RESPONSE
    return depth == 1 or (depth == 2 and within)


def differences_of(element: etree._Element, whole: bool = False) -> list[Difference]:
    """Of one cac:OrderLine, or with `whole` of the order's own cac:Delivery."""
    if whole:
        promised = _promised(element, "cac:PromisedDeliveryPeriod")
        return [Difference("delivery date", confirmed=promised)] if promised else []
    item = "cac:LineItem"
    line = text(element, "cac:OrderLineReference/cbc:LineID") or text(element, f"{item}/cbc:ID")
    code = text(element, f"{item}/cbc:LineStatusCode")
    status = _STATUSES.get(code, f"status {code}")
    if not status:
        return []
    if status != "changed":
        return [Difference(f"is {status}" if code in _STATUSES else status, line)]
    return _changes(element, line) or [Difference("is changed", line)]


def _changes(element: etree._Element, line: str) -> list[Difference]:
    item = "cac:LineItem"
    confirmed = {
        "quantity": text(element, f"{item}/cbc:Quantity"),
        "back-ordered quantity": text(element, f"{item}/cbc:MaximumBackorderQuantity"),
        "unit price": _price(element, f"{item}/cac:Price"),
        "delivery date": _promised(element, f"{item}/cac:Delivery/cac:PromisedDeliveryPeriod"),
        "article": _substitute(element),
    }
    return [Difference(what, line, confirmed=said) for what, said in confirmed.items() if said]


def _price(element: etree._Element, path: str) -> str:
    """0.90, or 0.90 for 10 where the price is for more than one."""
    price, base = text(element, f"{path}/cbc:PriceAmount"), text(element, f"{path}/cbc:BaseQuantity")
    return f"{price} for {base}" if price and base not in ("", "1") else price


def _promised(element: etree._Element, path: str) -> str:
    """The day, or the first and the last."""
    days = (text(element, f"{path}/cbc:StartDate"), text(element, f"{path}/cbc:EndDate"))
    return " to ".join(dict.fromkeys(day for day in days if day))


def _substitute(element: etree._Element) -> str:
    """The article that comes instead, by the seller's number or its name."""
    item = "cac:SellerSubstitutedLineItem/cac:Item"
    return text(element, f"{item}/cac:SellersItemIdentification/cbc:ID") or text(element, f"{item}/cbc:Name")


def text(element: etree._Element, path: str) -> str:
    """The text at a path with single blanks, empty where there is none. Raises Broken for an endless one."""
    return bounded(" ".join((element.findtext(path, namespaces=SPACES) or "").split()), element)
