"""Which elements a Peppol document has, and how often: its field table, written small.

`Name` stands once, `Name?` at most once, `Name*` any number of times, `Name+` at least once; `@x` is an attribute that
must be there; what stands in parentheses are the element's own elements. Anything else does not belong there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from bridge.profiles.rules.document import Document, Element, Found, line_of, name_of

_TOKEN = re.compile(r"([A-Za-z]+)(@[A-Za-z]+)?([?*+]?)|([()])")
_LINES = "StreetName? AdditionalStreetName? CityName? PostalZone? CountrySubentity? AddressLine?(Line?)"
_ADDRESS = f"{_LINES} Country(IdentificationCode)"
_CONTACT = "Contact?(Name? Telephone? ElectronicMail?)"
_LEGAL = "RegistrationName CompanyID? RegistrationAddress?(CityName? Country(IdentificationCode))"
_SCHEME = "TaxScheme(ID)"
_ID = "PartyIdentification?(ID) PartyName?(Name)"
_BUYER = f"""EndpointID@schemeID {_ID} PostalAddress?({_ADDRESS}) PartyTaxScheme?(CompanyID {_SCHEME})
    PartyLegalEntity({_LEGAL}) {_CONTACT}"""
_SELLER = f"EndpointID@schemeID {_ID} PostalAddress({_ADDRESS}) PartyLegalEntity({_LEGAL}) {_CONTACT}"
_INVOICED = f"""EndpointID@schemeID? {_ID} PostalAddress({_ADDRESS}) PartyTaxScheme?(CompanyID {_SCHEME})
    PartyLegalEntity({_LEGAL}) {_CONTACT}"""
_ATTACHED = """AdditionalDocumentReference*(ID DocumentType?
    Attachment?(EmbeddedDocumentBinaryObject? ExternalReference?(URI)))"""
_PERIOD = "StartDate? StartTime? EndDate? EndTime?"
_PARTIES = f"""BuyerCustomerParty(Party({_BUYER})) SellerSupplierParty(Party({_SELLER}))
    OriginatorCustomerParty?(Party({_ID} {_CONTACT}))"""
_DELIVERY = f"""Delivery?(DeliveryLocation?(ID? Name? Address({_ADDRESS})) RequestedDeliveryPeriod?({_PERIOD})
    DeliveryParty?({_ID} PostalAddress?({_ADDRESS}) {_CONTACT})
    Despatch?(RequestedDespatchDate RequestedDespatchTime?)
    Shipment?(ID ShippingPriorityLevelCode? TransportHandlingUnit?(ShippingMarks?)))
    DeliveryTerms?(ID? SpecialTerms? DeliveryLocation?(ID)) PaymentTerms?(Note)"""
_OFF = "ChargeIndicator AllowanceChargeReasonCode? AllowanceChargeReason{} MultiplierFactorNumeric? Amount BaseAmount?"
_TOTALS = f"""AllowanceCharge*({_OFF.format("")} TaxCategory?(ID Percent? {_SCHEME})) TaxTotal?(TaxAmount)
    AnticipatedMonetaryTotal?(LineExtensionAmount TaxExclusiveAmount? TaxInclusiveAmount? AllowanceTotalAmount?
        ChargeTotalAmount? PrepaidAmount? PayableRoundingAmount? PayableAmount)"""
_ITEM = f"""Item(Description? Name BuyersItemIdentification?(ID) SellersItemIdentification?(ID)
    ManufacturersItemIdentification?(ID) StandardItemIdentification?(ID@schemeID)
    ItemSpecificationDocumentReference*(ID) CommodityClassification*(ItemClassificationCode@listID?)
    ClassifiedTaxCategory?(ID Percent? {_SCHEME})
    AdditionalItemProperty*(ID? Name NameCode? Value ValueQuantity@unitCode? ValueQualifier?)
    ItemInstance*(SerialID? LotIdentification?(LotNumberID?)))"""
_LINE = f"""OrderLine+(Note? LineItem(ID {{status}} Quantity@unitCode LineExtensionAmount? PartialDeliveryIndicator?
    AccountingCost? Delivery?(ID? RequestedDeliveryPeriod?({_PERIOD})) OriginatorParty?({_ID})
    AllowanceCharge*({_OFF.format("?")})
    Price?(PriceAmount BaseQuantity? AllowanceCharge?(ChargeIndicator Amount BaseAmount?)) {_ITEM}))"""
_HEAD = "CustomizationID ProfileID ID {} IssueDate IssueTime?"
_MIDDLE = "Note? DocumentCurrencyCode CustomerReference? AccountingCost? ValidityPeriod?(EndDate)"
ORDER = f"""{_HEAD.format("SalesOrderID?")} OrderTypeCode? {_MIDDLE} QuotationDocumentReference?(ID)
    OrderDocumentReference?(ID) OriginatorDocumentReference?(ID) CatalogueReference?(ID) {_ATTACHED} Contract?(ID)
    ProjectReference?(ID) {_PARTIES} AccountingCustomerParty?(Party({_INVOICED})) {_DELIVERY} {_TOTALS}
    {_LINE.format(status="")}"""
CHANGE = f"""{_HEAD.format("SalesOrderID?")} SequenceNumberID? {_MIDDLE} OrderReference(ID)
    QuotationDocumentReference?(ID) OriginatorDocumentReference?(ID) {_ATTACHED} Contract?(ID)
    {_PARTIES} AccountingCustomerParty?(Party({_INVOICED})) {_DELIVERY} {_TOTALS}
    {_LINE.format(status="LineStatusCode")}"""
CANCELLATION = f"""{_HEAD.format("")} Note? CancellationNote OrderReference(ID) OriginatorDocumentReference?(ID)
    {_ATTACHED} Contract?(ID) {_PARTIES}"""
_TABLES = {"T01": ORDER, "T114": CHANGE, "T115": CANCELLATION}
# What people call the elements that an order most often lacks.
_LACKS = {
    ("PostalAddress", "Country"): "the billing address has no country",
    ("Address", "Country"): "the delivery address has no country",
    ("DeliveryLocation", "Address"): "a pickup point is named without a delivery address",
    ("DeliveryParty", "PartyName"): "the recipient has no name",
    ("Item", "Name"): "an article has no name",
}
_LACKS |= dict.fromkeys([("Order", "OrderLine"), ("OrderChange", "OrderLine")], "the order has no line with goods")


@dataclass(slots=True)
class _Place:
    attribute: str = ""
    often: str = ""
    inner: dict[str, _Place] = field(default_factory=dict)


def misplaced(document: Document) -> Iterator[Found]:
    """Each element that lacks one of its own, has one too often, or has one that does not belong there."""
    yield from _wrong(document.root, _table(document.transaction))


def _wrong(element: Element, places: dict[str, _Place]) -> Iterator[Found]:
    own = list(element.iterchildren("*"))
    counts: dict[str, int] = {}
    for child in own:
        counts[name_of(child)] = counts.get(name_of(child), 0) + 1
    for name, place in places.items():
        count = counts.pop(name, 0)
        if not count and place.often in ("", "+"):
            lacks = _LACKS.get((name_of(element), name), f"{name_of(element)} lacks {name}")
            yield Found(line_of(element), lacks)
        elif count > 1 and place.often in ("", "?"):
            yield Found(line_of(element), f"{name_of(element)} has {name} {count} times")
    for name in counts:
        yield Found(line_of(element), f"{name} does not belong into {name_of(element)}")
    for child in own:
        known = places.get(name_of(child))
        if known is None:
            continue
        if known.attribute and not child.get(known.attribute):
            yield Found(line_of(child), f"{name_of(child)} lacks its {known.attribute}")
        yield from _wrong(child, known.inner)


@cache
def _table(transaction: str) -> dict[str, _Place]:
    root = _Place()
    above, last = [root], root
    for name, attribute, often, bracket in _TOKEN.findall(_TABLES[transaction]):
        if bracket == "(":
            above.append(last)
        elif bracket == ")":
            above.pop()
        else:
            last = _Place(attribute.removeprefix("@"), often)
            above[-1].inner[name] = last
    return root.inner
