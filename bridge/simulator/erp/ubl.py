"""The simulated ERP's own reader of UBL 2.1 Order documents. It shares no code with the renderer."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from lxml import etree

from bridge.simulator.erp.orders import HalfFile, ReadFile, ReadLine, ReadOrder

ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
SPACES = {
    "o": ORDER,
    "a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_BUYER = "a:BuyerCustomerParty/a:Party"
_COMPANIES = ("a:PartyLegalEntity/b:RegistrationName", "a:PartyName/b:Name")
_ARTICLES = ("a:SellersItemIdentification/b:ID", "a:StandardItemIdentification/b:ID")


def read_ubl(content: bytes) -> ReadFile:
    """One order. Raises HalfFile when it is not well-formed XML, or no UBL order with what an import needs."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise HalfFile("not well-formed XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise HalfFile("a document type is not allowed")
    if root.tag != f"{{{ORDER}}}Order":
        raise HalfFile("the root element is not a UBL 2.1 Order")
    if len({amount.get("currencyID") for amount in root.iterfind(".//*[@currencyID]")}) > 1:
        raise HalfFile("amounts in more than one currency")
    try:
        return ReadFile((_order(root),))
    except InvalidOperation:
        raise HalfFile("an amount is not a number") from None


def _order(root: etree._Element) -> ReadOrder:
    total = root.find("a:AnticipatedMonetaryTotal", SPACES)
    if total is None:
        raise HalfFile("the order has no totals")
    charges = _charges(root)
    taxes = root.findall("a:TaxTotal/b:TaxAmount", SPACES)
    lines = Decimal(_required(total, "b:LineExtensionAmount"))
    payable, prepaid = (Decimal(_text(total, path) or "0") for path in ("b:PayableAmount", "b:PrepaidAmount"))
    return ReadOrder(
        external_id=_required(root, "b:ID"),
        order_date=_required(root, "b:IssueDate"),
        currency=_text(root, "b:DocumentCurrencyCode") or _currency_of_amounts(root),
        customer=_customer(root),
        net=Decimal(_text(total, "b:TaxExclusiveAmount") or lines + charges),
        tax=sum((Decimal(tax.text or "0") for tax in taxes), Decimal(0)),
        gross=Decimal(_text(total, "b:TaxInclusiveAmount") or payable + prepaid),
        charges=charges,
        rounding=Decimal(_text(total, "b:PayableRoundingAmount") or "0"),
        lines=tuple(_line(item) for item in root.findall("a:OrderLine/a:LineItem", SPACES)),
    )


def _customer(root: etree._Element) -> str:
    """The company, else the person."""
    company = next((name for path in _COMPANIES if (name := _text(root, f"{_BUYER}/{path}"))), "")
    person = (_text(root, f"{_BUYER}/a:Person/b:{part}") for part in ("FirstName", "FamilyName"))
    return company or " ".join(filter(None, person))


def _charges(root: etree._Element) -> Decimal:
    """Charges less allowances of the header: shipping or a voucher may stand there instead of on a line."""
    total = Decimal(0)
    for charge in root.findall("a:AllowanceCharge", SPACES):
        value = Decimal(_required(charge, "b:Amount"))
        total += value if _required(charge, "b:ChargeIndicator") in ("true", "1") else -value
    return total


def _line(item: etree._Element) -> ReadLine:
    about = item.find("a:Item", SPACES)
    if about is None:
        raise HalfFile("an order line names no item")
    return ReadLine(
        position=_required(item, "b:ID"),
        article=next((article for path in _ARTICLES if (article := _text(about, path))), ""),
        name=_text(about, "b:Name"),
        quantity=Decimal(_text(item, "b:Quantity") or "1"),
        net=Decimal(_required(item, "b:LineExtensionAmount")),
    )


def _currency_of_amounts(root: etree._Element) -> str:
    found = root.find("a:AnticipatedMonetaryTotal/b:PayableAmount", SPACES)
    return "" if found is None else str(found.get("currencyID", ""))


def _text(element: etree._Element, path: str) -> str:
    found = element.findtext(path, namespaces=SPACES)
    return (found or "").strip()


def _required(element: etree._Element, path: str) -> str:
    text = _text(element, path)
    if not text:
        raise HalfFile(f"{path.rpartition(':')[2]} is missing")
    return text
