"""Reads openTRANS 2.1 orders back: each word in its own namespace, by the parser of the standard library."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

OT, BME = "{http://www.opentrans.org/XMLSchema/2.1}", "{http://www.bmecat.org/bmecat/2005}"
# Which namespace an element has is the classic fault; in a path `b:` is BMEcat's, `o:` openTRANS's.
ADDRESS = {
    "company": "b:NAME", "extra": "b:NAME2", "last_name": "o:CONTACT_DETAILS/b:CONTACT_NAME",
    "first_name": "o:CONTACT_DETAILS/b:FIRST_NAME", "address": "b:STREET", "postal_code": "b:ZIP", "city": "b:CITY",
    "region": "b:STATE", "country": "b:COUNTRY_CODED", "tax_id": "b:VAT_ID", "phone": "b:PHONE", "email": "b:EMAIL",
}  # fmt: skip
ROLES = ("buyer", "supplier", "delivery", "invoice_recipient")


def read_order(content: bytes) -> dict[str, Any]:
    """One ORDER. Fails where it is no ORDER of openTRANS 2.1, or a party that must be there is not."""
    root = ET.fromstring(content)
    assert (root.tag, root.get("version")) == (f"{OT}ORDER", "2.1")
    info = "o:ORDER_HEADER/o:ORDER_INFO"
    parties: dict[str, dict[str, str]] = {}
    for party in root.iterfind(steps(f"{info}/o:PARTIES/o:PARTY")):
        for role in party.iterfind(f"{OT}PARTY_ROLE"):
            assert role.text and role.text not in parties, "a role twice"
            parties[role.text] = _party(party)
    return {
        "type": root.get("type"),
        "external_id": text(root, f"{info}/o:ORDER_ID"),
        "created_at": text(root, f"{info}/o:ORDER_DATE"),
        "number": text(root, f"{info}/o:CUSTOMER_ORDER_REFERENCE/o:ORDER_ID"),
        "buyer_order_number": text(root, f"{info}/o:CUSTOMER_ORDER_REFERENCE/o:ORDER_DESCR"),
        "buyer_ref": text(root, f"{info}/o:ORDER_PARTIES_REFERENCE/b:BUYER_IDREF"),
        "supplier_ref": text(root, f"{info}/o:ORDER_PARTIES_REFERENCE/b:SUPPLIER_IDREF"),
        "currency": text(root, f"{info}/b:CURRENCY"),
        "remarks": {one.get("type"): one.text or "" for one in root.iterfind(steps(f"{info}/o:REMARKS"))},
        "parties": parties,
        "lines": [_line(item) for item in root.iterfind(steps("o:ORDER_ITEM_LIST/o:ORDER_ITEM"))],
        "count": int(text(root, "o:ORDER_SUMMARY/o:TOTAL_ITEM_NUM")),
        "total": amount(root, "o:ORDER_SUMMARY/o:TOTAL_AMOUNT"),
    }


def misreferences(order: dict[str, Any]) -> list[str]:
    """Counts and references that are wrong, which no schema sees."""
    found = [f"there is no {role}" for role in ROLES if role not in order["parties"]]
    for role in ("buyer", "supplier"):
        party = order["parties"].get(role, {}).get("id")
        if party != order[f"{role}_ref"]:
            found.append(f"the {role} is {party}, referred to as {order[f'{role}_ref']}")
    ids = [line["position"] for line in order["lines"]]
    if len(set(ids)) != len(ids):
        found.append("a LINE_ITEM_ID stands twice")
    if order["count"] != len(ids):
        found.append(f"TOTAL_ITEM_NUM is {order['count']}, there are {len(ids)} items")
    return found


def disagreements(order: dict[str, Any], priced: bool = True) -> list[str]:
    """The sums that are wrong. priced: the lines were sold by price, quantity and discount."""
    found = []
    total = sum((line["net"] for line in order["lines"]), Decimal(0))
    if order["total"] != total:
        found.append(f"TOTAL_AMOUNT is {order['total']}, the items make {total}")
    for line in order["lines"] if priced else ():
        made = line["unit_net"] * line["quantity"] - line["discount"]
        if made.quantize(line["net"], rounding="ROUND_HALF_UP") != line["net"]:
            found.append(f"item {line['position']} is worth {line['net']}, its price makes {made}")
    return found


def _party(party: ET.Element) -> dict[str, str]:
    said = {name: text(party, f"o:ADDRESS/{path}") for name, path in ADDRESS.items()}
    return {"id": text(party, "b:PARTY_ID"), **said}


def _line(item: ET.Element) -> dict[str, Any]:
    price, tax = "o:PRODUCT_PRICE_FIX", "o:PRODUCT_PRICE_FIX/o:TAX_DETAILS_FIX"
    off = f"{price}/o:ALLOW_OR_CHARGES_FIX/o:ALLOW_OR_CHARGE"
    charge = item.find(steps(off))
    assert charge is None or charge.get("type") == "allowance"
    return {
        "position": text(item, "o:LINE_ITEM_ID"),
        "erp_sku": text(item, "o:PRODUCT_ID/b:SUPPLIER_PID"),
        "sku": text(item, "o:PRODUCT_ID/b:BUYER_PID"),
        "name": text(item, "o:PRODUCT_ID/b:DESCRIPTION_SHORT"),
        "quantity": Decimal(text(item, "o:QUANTITY")),
        "unit_code": text(item, "b:ORDER_UNIT"),
        "unit_net": amount(item, f"{price}/b:PRICE_AMOUNT"),
        "discount": amount(item, f"{off}/o:ALLOW_OR_CHARGE_VALUE/o:AOC_MONETARY_AMOUNT"),
        "tax_rate": text(item, f"{tax}/b:TAX"),
        "tax": amount(item, f"{tax}/o:TAX_AMOUNT"),
        "net": amount(item, "o:PRICE_LINE_AMOUNT"),
    }


def text(element: ET.Element, path: str) -> str:
    """The text at a path, empty where there is none."""
    return element.findtext(steps(path)) or ""


def amount(element: ET.Element, path: str) -> Decimal:
    """The amount at a path; an absent one is zero."""
    return Decimal(text(element, path) or "0")


def steps(path: str) -> str:
    """o:A/b:B with the namespaces written out."""
    return path.replace("o:", OT).replace("b:", BME)
