"""Reads Peppol orders (T01), order changes (T114) and cancellations (T115): their own words, Python's parser.

Says what stands in the document, and by its own sums where these disagree.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

from tests.readers.ubl import amount, steps, text

ADDRESS = {
    "address": "StreetName", "extra": "AdditionalStreetName", "postal_code": "PostalZone", "city": "CityName",
    "region": "CountrySubentity",
}  # fmt: skip
TOTALS = {
    "lines": "LineExtensionAmount", "net": "TaxExclusiveAmount", "gross": "TaxInclusiveAmount",
    "allowances": "AllowanceTotalAmount", "charges": "ChargeTotalAmount", "paid": "PrepaidAmount",
    "rounding": "PayableRoundingAmount", "due": "PayableAmount",
}  # fmt: skip


def read_order(content: bytes) -> dict[str, Any]:
    """What the document says: canonical paths where there is one, else the transaction's own words."""
    root = ET.fromstring(content)
    documents = {
        text(one, "cbc:DocumentType"): text(one, "cbc:ID")
        for one in root.findall(steps("cac:AdditionalDocumentReference"))
    }
    order: dict[str, Any] = {
        "root": root.tag.rpartition("}")[2],
        "external_id": text(root, "cac:OrderReference/cbc:ID") or text(root, "cbc:ID"),
        "id": text(root, "cbc:ID"),
        "number": documents.get("store order number", ""),
        "payment.transaction_id": documents.get("payment transaction", ""),
        "created_at": f"{text(root, 'cbc:IssueDate')}T{text(root, 'cbc:IssueTime')}",
        "note": text(root, "cbc:Note"),
        "currency": text(root, "cbc:DocumentCurrencyCode"),
        "buyer_order_number": text(root, "cbc:CustomerReference"),
        "store": text(root, "cac:SellerSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID"),
        "pickup_point_id": text(root, "cac:Delivery/cac:DeliveryLocation/cbc:ID"),
        "shipping_erp_code": text(root, "cac:DeliveryTerms/cbc:SpecialTerms"),
        "payment.erp_code": text(root, "cac:PaymentTerms/cbc:Note"),
        "totals.tax": amount(root, "cac:TaxTotal/cbc:TaxAmount"),
        "billing.tax_id": text(root, "cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"),
        "lines": [_line(item) for item in root.findall(steps("cac:OrderLine/cac:LineItem"))],
        "offs": [_off(one) for one in root.findall(steps("cac:AllowanceCharge"))],
    }
    for name, element in TOTALS.items():
        order[f"totals.{name}"] = amount(root, f"cac:AnticipatedMonetaryTotal/cbc:{element}")
    buyer, delivery = "cac:BuyerCustomerParty/cac:Party", "cac:Delivery/cac:DeliveryParty"
    order |= {f"billing.{name}": said for name, said in _party(root, buyer, f"{buyer}/cac:PostalAddress").items()}
    address = "cac:Delivery/cac:DeliveryLocation/cac:Address"
    return order | {f"delivery.{name}": said for name, said in _party(root, delivery, address).items()}


def disagreements(order: dict[str, Any]) -> list[str]:
    """The sums that are wrong, by the transaction's own definitions."""
    charges = sum((one["amount"] for one in order["offs"] if one["charge"]), Decimal(0))
    allowances = sum((one["amount"] for one in order["offs"] if not one["charge"]), Decimal(0))
    sums = {name: order[f"totals.{name}"] for name in TOTALS}
    right = {
        "lines": sum((line["net"] for line in order["lines"]), Decimal(0)),
        "charges": charges,
        "allowances": allowances,
        "net": sums["lines"] - allowances + charges,
        "gross": sums["net"] + order["totals.tax"],
        "due": sums["gross"] - sums["paid"] + sums["rounding"],
    }
    return [f"{name} is {sums[name]}, not {said}" for name, said in right.items() if sums[name] != said]


def _party(root: ET.Element, party: str, address: str) -> dict[str, str]:
    said = {name: text(root, f"{address}/cbc:{element}") for name, element in ADDRESS.items()}
    return said | {
        "called": text(root, f"{party}/cac:PartyName/cbc:Name"),
        "country": text(root, f"{address}/cac:Country/cbc:IdentificationCode"),
        "name": text(root, f"{party}/cac:Contact/cbc:Name"),
        "phone": text(root, f"{party}/cac:Contact/cbc:Telephone"),
        "email": text(root, f"{party}/cac:Contact/cbc:ElectronicMail"),
    }


def _off(one: ET.Element) -> dict[str, Any]:
    return {
        "charge": text(one, "cbc:ChargeIndicator") == "true",
        "reason": text(one, "cbc:AllowanceChargeReason"),
        "amount": amount(one, "cbc:Amount"),
    }


def _line(item: ET.Element) -> dict[str, Any]:
    quantity = item.find(steps("cbc:Quantity"))
    assert quantity is not None
    off = item.find(steps("cac:AllowanceCharge"))
    discount = Decimal(0) if off is None else _off(off)["amount"] * (-1 if _off(off)["charge"] else 1)
    return {
        "id": text(item, "cbc:ID"),
        "status": text(item, "cbc:LineStatusCode"),
        "quantity": Decimal(quantity.text or ""),
        "unit_code": quantity.get("unitCode"),
        "net": amount(item, "cbc:LineExtensionAmount"),
        "discount": discount,
        "unit_net": amount(item, "cac:Price/cbc:PriceAmount"),
        "name": text(item, "cac:Item/cbc:Name"),
        "erp_sku": text(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        "tax_category": text(item, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
    }
