"""Reads the documents of profile business-central-xml as the XMLport of its README.txt does: names, sizes, Code fields.

Sizes are those of the tables of Business Central, written down here anew and not taken from the profile's schema.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

# Fields of Sales Header in their order: name -> (Code or Text, size).
HEADER = {
    "ExternalDocumentNo": ("Code", 35), "SellToCustomerNo": ("Code", 20), "DocumentDate": ("Date", 10),
    "YourReference": ("Text", 35), "CurrencyCode": ("Code", 10), "PaymentMethodCode": ("Code", 10),
    "ShipmentMethodCode": ("Code", 10), "LocationCode": ("Code", 10), "VATRegistrationNo": ("Code", 20),
    "SellToEMail": ("Text", 80), "SellToPhoneNo": ("Text", 30),
}  # fmt: skip
PARTY = {
    "Name": ("Text", 100), "Address": ("Text", 100), "Address2": ("Text", 50), "PostCode": ("Code", 20),
    "City": ("Text", 30), "County": ("Text", 30), "CountryRegionCode": ("Code", 10), "Contact": ("Text", 100),
}  # fmt: skip
LINE = {
    "LineNo": ("Integer", 9), "Type": ("Option", 20), "No": ("Code", 20), "Description": ("Text", 100),
    "Quantity": ("Decimal", 20), "UnitOfMeasureCode": ("Code", 10), "UnitPrice": ("Decimal", 20),
    "LineDiscountAmount": ("Decimal", 20), "VATProdPostingGroup": ("Code", 20), "LineAmount": ("Decimal", 20),
    "AmountIncludingVAT": ("Decimal", 20),
}  # fmt: skip
TYPES = ("Item", "G/L Account", "Resource", "Charge (Item)")


def read_order(content: bytes) -> dict[str, Any]:
    """One order as the tables have it after the import. Fails where the XMLport would stop, or cut a text."""
    root = ET.fromstring(content)
    assert root.tag == "SalesOrder"
    names = [child.tag for child in root]
    known = [*HEADER, "BillTo", "ShipTo", "Comment", "Line", "NoOfLines", "TotalAmount", "TotalAmountIncludingVAT"]
    assert [known.index(name) for name in names] == sorted(known.index(name) for name in names), "elements out of order"
    order: dict[str, Any] = _fields(root, HEADER)
    for owner in ("BillTo", "ShipTo"):
        party = root.find(owner)
        order[owner] = {} if party is None else _fields(party, PARTY)
    order["Comments"] = [one.text or "" for one in root.iterfind("Comment")]
    assert all(0 < len(one) <= 80 for one in order["Comments"]), "Sales Comment Line, Comment (Text 80)"
    order["Lines"] = [_line(line) for line in root.iterfind("Line")]
    order["NoOfLines"] = int(root.findtext("NoOfLines") or "")
    for name in ("TotalAmount", "TotalAmountIncludingVAT"):
        order[name] = Decimal(root.findtext(name) or "")
    return order


def disagreements(order: dict[str, Any], priced: bool = True) -> list[str]:
    """Counts, keys and sums that are wrong. priced: the lines were sold by price, quantity and discount."""
    found, lines = [], order["Lines"]
    if order["NoOfLines"] != len(lines):
        found.append(f"NoOfLines is {order['NoOfLines']}, there are {len(lines)}")
    if len({line["LineNo"] for line in lines}) != len(lines):
        found.append("a LineNo stands twice")
    for total, of in (("TotalAmount", "LineAmount"), ("TotalAmountIncludingVAT", "AmountIncludingVAT")):
        made = sum((line[of] for line in lines), Decimal(0))
        if order[total] != made:
            found.append(f"{total} is {order[total]}, the lines make {made}")
    for line in lines if priced else ():
        made = line["Quantity"] * line["UnitPrice"] - line.get("LineDiscountAmount", Decimal(0))
        if made.quantize(line["LineAmount"], rounding="ROUND_HALF_UP") != line["LineAmount"]:
            found.append(f"line {line['LineNo']} is worth {line['LineAmount']}, its price makes {made}")
    return found


def _line(line: ET.Element) -> dict[str, Any]:
    read = _fields(line, LINE)
    assert read["Type"] in TYPES
    numbers = [name for name, (kind, _) in LINE.items() if kind == "Decimal" and name in read]
    return {**read, "LineNo": int(read["LineNo"]), **{name: Decimal(read[name]) for name in numbers}}


def _fields(owner: ET.Element, table: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """The fields of a table that are there. A Code is in capitals; what is longer than its field would be cut."""
    read = {}
    for child in owner:
        if child.tag not in table:
            continue
        kind, size = table[child.tag]
        value = child.text or ""
        assert value.strip(), f"{child.tag} is empty"
        assert child.tag not in read, f"{child.tag} stands twice"
        assert len(value) <= size, f"{child.tag} has {len(value)} characters, its field {size}"
        assert kind != "Code" or value == value.upper(), f"{child.tag} would become {value.upper()}"
        assert kind != "Date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value), f"{child.tag} is no day"
        read[child.tag] = value
    return read
