"""Reads UBL 2.1 orders back into canonical field paths: the standard's words, the standard library's parser."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
ADDRESS = {
    "street": "StreetName", "house_number": "BuildingNumber", "flat": "Room", "extra": "AdditionalStreetName",
    "postal_code": "PostalZone", "city": "CityName", "region": "CountrySubentity",
}  # fmt: skip
TOTALS = {
    "net": "LineExtensionAmount", "gross": "TaxInclusiveAmount", "paid": "PrepaidAmount", "due": "PayableAmount",
    "rounding": "PayableRoundingAmount",
}  # fmt: skip


def read_order(content: bytes) -> dict[str, Any]:
    """Canonical path to value, `lines` a list of dicts."""
    root = ET.fromstring(content)
    order: dict[str, Any] = {
        "external_id": text(root, "cbc:ID"),
        "number": text(root, "cac:AdditionalDocumentReference/cbc:ID"),
        "created_at": f"{text(root, 'cbc:IssueDate')}T{text(root, 'cbc:IssueTime')}",
        "customer_note": text(root, "cbc:Note"),
        "currency": text(root, "cbc:DocumentCurrencyCode"),
        "buyer_order_number": text(root, "cbc:CustomerReference"),
        "store": text(root, "cac:SellerSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID"),
        "pickup_point_id": text(root, "cac:Delivery/cac:DeliveryLocation/cbc:ID"),
        "shipping_erp_code": text(root, "cac:DeliveryTerms/cbc:ID"),
        "payment.erp_code": text(root, "cac:PaymentMeans/cbc:PaymentMeansCode"),
        "payment.transaction_id": text(root, "cac:PaymentMeans/cbc:PaymentID"),
        "totals.tax": amount(root, "cac:TaxTotal/cbc:TaxAmount"),
        "lines": [_line(item) for item in root.findall(steps("cac:OrderLine/cac:LineItem"))],
    }
    for name, element in TOTALS.items():
        order[f"totals.{name}"] = amount(root, f"cac:AnticipatedMonetaryTotal/cbc:{element}")
    for owner, path in (
        ("billing", "cac:BuyerCustomerParty/cac:Party"),
        ("delivery", "cac:Delivery/cac:DeliveryParty"),
    ):
        order |= {f"{owner}.{name}": value for name, value in _party(root, path).items()}
    return order


def disagreements(order: dict[str, Any]) -> list[str]:
    """The sums that are wrong. A store may round its sums alone: they then miss the lines by the rounding at most."""
    net = sum((line["net"] for line in order["lines"]), Decimal(0))
    tax = sum((line["tax"] for line in order["lines"]), Decimal(0))
    rounding = order["totals.rounding"]
    found = []
    for name, lines in (("net", net), ("tax", tax)):
        if abs(order[f"totals.{name}"] - lines) > abs(rounding):
            found.append(f"{name} is {order[f'totals.{name}']}, the lines make {lines}")
    if order["totals.gross"] != net + tax + rounding:
        found.append(f"gross is {order['totals.gross']}, lines and rounding make {net + tax + rounding}")
    if order["totals.due"] != order["totals.gross"] - order["totals.paid"]:
        found.append(f"due is {order['totals.due']}, gross less paid is {order['totals.gross'] - order['totals.paid']}")
    return found


def _party(root: ET.Element, path: str) -> dict[str, str]:
    party = {name: text(root, f"{path}/cac:PostalAddress/cbc:{element}") for name, element in ADDRESS.items()}
    return party | {
        "company": text(root, f"{path}/cac:PartyName/cbc:Name"),
        "country": text(root, f"{path}/cac:PostalAddress/cac:Country/cbc:IdentificationCode"),
        "tax_id": text(root, f"{path}/cac:PartyTaxScheme/cbc:CompanyID"),
        "phone": text(root, f"{path}/cac:Contact/cbc:Telephone"),
        "email": text(root, f"{path}/cac:Contact/cbc:ElectronicMail"),
        "first_name": text(root, f"{path}/cac:Person/cbc:FirstName"),
        "last_name": text(root, f"{path}/cac:Person/cbc:FamilyName"),
    }


def _line(item: ET.Element) -> dict[str, Any]:
    quantity = item.find(steps("cbc:Quantity"))
    rate = text(item, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent")
    assert quantity is not None
    return {
        "position": int(text(item, "cbc:ID")),
        "quantity": Decimal(quantity.text or ""),
        "unit_code": quantity.get("unitCode"),
        "net": amount(item, "cbc:LineExtensionAmount"),
        "tax": amount(item, "cbc:TotalTaxAmount"),
        "discount": amount(item, "cac:AllowanceCharge/cbc:Amount"),
        "unit_net": amount(item, "cac:Price/cbc:PriceAmount"),
        "name": text(item, "cac:Item/cbc:Name"),
        "sku": text(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        "erp_sku": text(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        "kind": text(item, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"),
        "erp_tax_code": text(item, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
        "tax_rate": Decimal(rate) / 100 if rate else "",
    }


def text(element: ET.Element, path: str) -> str:
    """The text at a path, empty where there is none."""
    return element.findtext(steps(path)) or ""


def amount(element: ET.Element, path: str) -> Decimal:
    """The amount at a path; an absent one is zero."""
    return Decimal(text(element, path) or "0")


def steps(path: str) -> str:
    """cac:A/cbc:B with the namespaces written out."""
    return path.replace("cac:", CAC).replace("cbc:", CBC)
