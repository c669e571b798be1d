"""What an order response of UBL changed: per line its quantity, price, delivery date, article, or the line itself."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from bridge.domain.answers import Difference
from bridge.profiles.acknowledgements.xml_walk import bounded

_XSD = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{_XSD}CommonAggregateComponents-2}}", f"{{{_XSD}CommonBasicComponents-2}}"
# UNCL 1229 as Peppol uses it, and the words that OASIS' own examples have. Empty: the line is as ordered.
_STATUSES = {
    "1": "added", "2": "deleted", "3": "changed", "4": "", "5": "", "7": "not accepted", "42": "already delivered",
    "NoStatus": "", "Revised": "changed", "Cancelled": "not accepted", "Disputed": "disputed", "": "changed",
}  # fmt: skip
# Written out once: a long response asks for them a million times.
_LINE_ITEM = f"{CAC}LineItem"
_ORDER_LINE_REFERENCE = f"{CAC}OrderLineReference"
_LINE_ID = f"{CBC}LineID"
_ID = f"{CBC}ID"
_NOTE = f"{CBC}Note"
_LINE_STATUS_CODE = f"{CBC}LineStatusCode"
_PROMISED_DELIVERY_PERIOD = f"{CAC}PromisedDeliveryPeriod"
_START_DATE = f"{CBC}StartDate"
_END_DATE = f"{CBC}EndDate"
_DELIVERY = f"{CAC}Delivery"
_QUANTITY = f"{CBC}Quantity"
_MAXIMUM_BACKORDER_QUANTITY = f"{CBC}MaximumBackorderQuantity"
_PRICE = f"{CAC}Price"
_SELLER_SUBSTITUTED_LINE_ITEM = f"{CAC}SellerSubstitutedLineItem"
_PRICE_AMOUNT = f"{CBC}PriceAmount"
_BASE_QUANTITY = f"{CBC}BaseQuantity"
_ITEM = f"{CAC}Item"
_SELLERS_ITEM_IDENTIFICATION = f"{CAC}SellersItemIdentification"
_NAME = f"{CBC}Name"
_Parts = dict[object, etree._Element]


@dataclass(frozen=True, slots=True)
class LineSaid:
    """One line of a response. stated: it says itself whether it was changed; else the order's verdict tells."""

    note: str
    stated: bool
    differences: list[Difference]


def line_said(element: etree._Element) -> LineSaid:
    """Of one cac:OrderLine. Its elements are looked at once: a long response has a million of them."""
    parts = _parts(element)
    item = _inside(parts, _LINE_ITEM)
    number = _text(_inside(parts, _ORDER_LINE_REFERENCE).get(_LINE_ID)) or _text(item.get(_ID))
    note = _text(item.get(_NOTE))
    code = _text(item.get(_LINE_STATUS_CODE))
    status = _STATUSES.get(code)
    if status == "":
        found = []
    elif status == "changed":
        found = _changes(parts, item, number) or ([Difference("is changed", number)] if code else [])
    else:
        found = [Difference(f"is {status}" if status else f"status {code}", number)]
    return LineSaid(f"line {number}: {note}" if note else "", code != "", found)


def promised(delivery: etree._Element) -> str:
    """The day that a cac:Delivery promises, or the first and the last."""
    period = _inside(_parts(delivery), _PROMISED_DELIVERY_PERIOD)
    days = (_text(period.get(_START_DATE)), _text(period.get(_END_DATE)))
    return " to ".join(dict.fromkeys(day for day in days if day))


def text(element: etree._Element, *path: str) -> str:
    """The text at a path of names with their namespaces, with single blanks; empty where there is none."""
    found = element.findtext("/".join(path))
    return bounded(" ".join(found.split()), element) if found else ""


def _changes(parts: _Parts, item: _Parts, number: str) -> list[Difference]:
    delivery = item.get(_DELIVERY)
    confirmed = {
        "quantity": _text(item.get(_QUANTITY)),
        "back-ordered quantity": _text(item.get(_MAXIMUM_BACKORDER_QUANTITY)),
        "unit price": _price(_inside(item, _PRICE)),
        "delivery date": "" if delivery is None else promised(delivery),
        "article": _substitute(_inside(parts, _SELLER_SUBSTITUTED_LINE_ITEM)),
    }
    return [Difference(what, number, confirmed=said) for what, said in confirmed.items() if said]


def _price(parts: _Parts) -> str:
    """0.90, or 0.90 for 10 where the price is for more than one."""
    price, base = _text(parts.get(_PRICE_AMOUNT)), _text(parts.get(_BASE_QUANTITY))
    return f"{price} for {base}" if price and base not in ("", "1") else price


def _substitute(parts: _Parts) -> str:
    """The article that comes instead, by the seller's number or its name."""
    item = _inside(parts, _ITEM)
    sellers = _inside(item, _SELLERS_ITEM_IDENTIFICATION)
    return _text(sellers.get(_ID)) or _text(item.get(_NAME))


def _parts(element: etree._Element) -> _Parts:
    """The element's own elements by name, of several the last."""
    return {child.tag: child for child in element}


def _inside(parts: _Parts, name: str) -> _Parts:
    found = parts.get(name)
    return {} if found is None else _parts(found)


def _text(element: etree._Element | None) -> str:
    said = None if element is None else element.text
    if not said or element is None:
        return ""
    return bounded(" ".join(said.split()), element)
