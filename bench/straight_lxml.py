"""The yardstick's UBL document as a tree of lxml elements; the same elements as `straight_ubl.text_of`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree

from bench.straight_orders import Maps, Order, money, percent, plain

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
NAMESPACES: dict[Any, str] = {None: UBL, "cac": CAC, "cbc": CBC}  # the stubs do not know the default namespace
Element = etree._Element


def _group(parent: Element, tag: str) -> Element:
    return etree.SubElement(parent, f"{{{CAC}}}{tag}")


def _leaf(parent: Element, tag: str, text: str, **attributes: str) -> None:
    """One element, where it has a text."""
    if text:
        etree.SubElement(parent, f"{{{CBC}}}{tag}", attributes).text = text


def document(order: Order, number: int, maps: Maps) -> str:
    """The indented text of one order's document, its root on the first line."""
    root = etree.Element(f"{{{UBL}}}Order", nsmap=NAMESPACES)
    _head(root, order, number)
    _party(_group(root, "BuyerCustomerParty"), order["billing"], "Party")
    seller = _group(_group(root, "SellerSupplierParty"), "Party")
    _leaf(_group(seller, "PartyIdentification"), "ID", "shop")
    _party(_group(root, "Delivery"), order["delivery"], "DeliveryParty")
    _leaf(_group(root, "DeliveryTerms"), "ID", maps.shipping[order["shipping_method"]])
    means = _group(root, "PaymentMeans")
    _leaf(means, "PaymentMeansCode", maps.payment[order["payment"]["method"]])
    _leaf(means, "PaymentID", order["payment"]["transaction_id"])
    _sums(root, order)
    for line in order["lines"]:
        _line(root, line, order["currency"], maps)
    return etree.tostring(root, pretty_print=True, encoding="unicode")


def _head(root: Element, order: Order, number: int) -> None:
    _leaf(root, "UBLVersionID", "2.1")
    _leaf(root, "ID", order["store_order_id"])
    _leaf(root, "IssueDate", order["created_at"][:10])
    _leaf(root, "IssueTime", order["created_at"][11:19] + "Z")
    _leaf(root, "Note", order.get("customer_note", ""))
    _leaf(root, "DocumentCurrencyCode", order["currency"])
    _leaf(root, "CustomerReference", order.get("buyer_order_number", ""))
    _leaf(root, "LineCountNumeric", str(len(order["lines"])))
    for text, kind in ((order["number"], "store order number"), (str(number), "file sequence number")):
        reference = _group(root, "AdditionalDocumentReference")
        _leaf(reference, "ID", text)
        _leaf(reference, "DocumentType", kind)


def _party(parent: Element, to: Order, tag: str) -> None:
    party = _group(parent, tag)
    if to["company"]:
        _leaf(_group(party, "PartyName"), "Name", to["company"])
    address = _group(party, "PostalAddress")
    _leaf(address, "Room", to.get("flat", ""))
    _leaf(address, "StreetName", to["street"])
    _leaf(address, "AdditionalStreetName", to.get("extra", ""))
    _leaf(address, "BuildingNumber", to["house_number"])
    _leaf(address, "CityName", to["city"])
    _leaf(address, "PostalZone", to["postal_code"])
    _leaf(address, "CountrySubentity", to.get("region", ""))
    if to["country"]:
        _leaf(_group(address, "Country"), "IdentificationCode", to["country"])
    if to.get("tax_id"):
        scheme = _group(party, "PartyTaxScheme")
        _leaf(scheme, "CompanyID", to["tax_id"])
        _leaf(_group(scheme, "TaxScheme"), "ID", "VAT")
    if to["phone"] or to["email"]:
        contact = _group(party, "Contact")
        _leaf(contact, "Telephone", to["phone"])
        _leaf(contact, "ElectronicMail", to["email"])
    if to["first_name"] or to["last_name"]:
        person = _group(party, "Person")
        _leaf(person, "FirstName", to["first_name"])
        _leaf(person, "FamilyName", to["last_name"])


def _sums(root: Element, order: Order) -> None:
    currency, sums = order["currency"], order["totals"]
    total = _group(root, "TaxTotal")
    _leaf(total, "TaxAmount", money(sums["tax"]), currencyID=currency)
    for part in sums["by_rate"]:
        subtotal = _group(total, "TaxSubtotal")
        _leaf(subtotal, "TaxableAmount", money(part["net"]), currencyID=currency)
        _leaf(subtotal, "TaxAmount", money(part["tax"]), currencyID=currency)
        category = _group(subtotal, "TaxCategory")
        _leaf(category, "Percent", percent(part["rate"]))
        _leaf(_group(category, "TaxScheme"), "ID", "VAT")
    amounts = _group(root, "AnticipatedMonetaryTotal")
    _leaf(amounts, "LineExtensionAmount", money(sums["net"]), currencyID=currency)
    _leaf(amounts, "TaxExclusiveAmount", money(sums["net"]), currencyID=currency)
    _leaf(amounts, "TaxInclusiveAmount", money(sums["gross"]), currencyID=currency)
    _leaf(amounts, "PrepaidAmount", money(sums["paid"]), currencyID=currency)
    if Decimal(sums.get("rounding", "0")):
        _leaf(amounts, "PayableRoundingAmount", money(sums["rounding"]), currencyID=currency)
    _leaf(amounts, "PayableAmount", money(sums["due"]), currencyID=currency)


def _line(root: Element, line: Order, currency: str, maps: Maps) -> None:
    item = _group(_group(root, "OrderLine"), "LineItem")
    _leaf(item, "ID", str(line["position"]))
    _leaf(item, "Quantity", plain(line["quantity"]), unitCode=line["unit"] or "C62")
    _leaf(item, "LineExtensionAmount", money(line["net"]), currencyID=currency)
    _leaf(item, "TotalTaxAmount", money(line["tax"]), currencyID=currency)
    if Decimal(line.get("discount", "0")):
        allowance = _group(item, "AllowanceCharge")
        _leaf(allowance, "ChargeIndicator", "false")
        _leaf(allowance, "Amount", money(line["discount"]), currencyID=currency)
    _leaf(_group(item, "Price"), "PriceAmount", plain(line["unit_net"]), currencyID=currency)
    article = _group(item, "Item")
    _leaf(article, "Name", line["name"])
    if line["sku"]:
        _leaf(_group(article, "BuyersItemIdentification"), "ID", line["sku"])
        _leaf(_group(article, "SellersItemIdentification"), "ID", maps.article(line))
    kind = _group(article, "CommodityClassification")
    _leaf(kind, "ItemClassificationCode", line["kind"], listID="line-kind")
    category = _group(article, "ClassifiedTaxCategory")
    _leaf(category, "ID", maps.tax[line["tax_code"]])
    _leaf(category, "Percent", percent(line["tax_rate"]))
    _leaf(_group(category, "TaxScheme"), "ID", "VAT")
