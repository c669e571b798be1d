"""The yardstick's Peppol order (T01) by string formatting, for given outgoing trees."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bench.straight_orders import money, percent, plain
from bench.straight_words import File, Tree, escaped

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:ordering:3</cbc:ProfileID>
"""
BUYER = """  <cac:BuyerCustomerParty>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>
"""
SELLER = """  <cac:SellerSupplierParty>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">9876543210128</cbc:EndpointID>
      <cac:PartyIdentification>
        <cbc:ID>shop</cbc:ID>
      </cac:PartyIdentification>
      <cac:PostalAddress>
        <cac:Country>
          <cbc:IdentificationCode>SE</cbc:IdentificationCode>
        </cac:Country>
      </cac:PostalAddress>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>Kustens Handel AB</cbc:RegistrationName>
      </cac:PartyLegalEntity>
    </cac:Party>
  </cac:SellerSupplierParty>
"""
PARAMETERS = {
    "buyer_endpoint": "7300010000001", "buyer_endpoint_scheme": "0088", "seller_endpoint": "9876543210128",
    "seller_endpoint_scheme": "0088", "seller_name": "Kustens Handel AB", "seller_country": "SE",
}  # fmt: skip
BESIDE = {"shipping": "Shipping", "fee": "Fee", "discount": "Discount", "comment": "comment"}
CENT = Decimal("0.01")


def by_format(orders: Sequence[Tree], file: File) -> bytes:
    """String formatting; one order a file."""
    order = orders[0]
    out = [OPENING]
    add = out.append
    sums, notes = _sums(order)
    add(f"  <cbc:ID>{escaped(order['external_id'])}</cbc:ID>\n")
    moment = order["created_at"]
    add(f"  <cbc:IssueDate>{moment[:10]}</cbc:IssueDate>\n  <cbc:IssueTime>{moment[11:19]}Z</cbc:IssueTime>\n")
    if note := "\n".join(text for one in notes if (text := one.strip())):
        add(f"  <cbc:Note>{escaped(note)}</cbc:Note>\n")
    add(f"  <cbc:DocumentCurrencyCode>{order['currency']}</cbc:DocumentCurrencyCode>\n")
    if order["buyer_order_number"].strip():
        add(f"  <cbc:CustomerReference>{escaped(order['buyer_order_number'])}</cbc:CustomerReference>\n")
    _reference(out, order["number"], "store order number")
    _reference(out, str(file.number), "file sequence number")
    _reference(out, order["payment"]["transaction_id"], "payment transaction")
    add(BUYER)
    buyer = _buyer(out, order["billing"])
    add("    </cac:Party>\n  </cac:BuyerCustomerParty>\n")
    add(SELLER)
    _delivery(out, order, buyer)
    if code := order["shipping_erp_code"].strip():
        add(
            f"  <cac:DeliveryTerms>\n    <cbc:SpecialTerms>{escaped(code)}</cbc:SpecialTerms>\n  </cac:DeliveryTerms>\n"
        )
    if code := order["payment"]["erp_code"].strip():
        add(f"  <cac:PaymentTerms>\n    <cbc:Note>{escaped(code)}</cbc:Note>\n  </cac:PaymentTerms>\n")
    _amounts(out, order, *sums)
    return "".join(out).encode()


def _sums(order: Tree) -> tuple[tuple[Decimal, Decimal, Decimal], list[str]]:
    """Lines, allowances and charges added up, and the notes."""
    lines = allowances = charges = Decimal(0)
    notes = [order["customer_note"]]
    for line in order["lines"]:
        net = Decimal(line["net"])
        if net < 0:
            allowances -= net
        elif line["kind"] not in BESIDE:
            lines += net
        elif net:
            charges += net
        elif line["kind"] == "comment":
            notes.append(line["name"])
    return (lines, allowances, charges), notes


def _reference(out: list[str], number: str, kind: str) -> None:
    if number.strip():
        out.append(
            f"  <cac:AdditionalDocumentReference>\n    <cbc:ID>{escaped(number)}</cbc:ID>\n"
            f"    <cbc:DocumentType>{kind}</cbc:DocumentType>\n  </cac:AdditionalDocumentReference>\n"
        )


def _buyer(out: list[str], party: Tree) -> str:
    name: str = party["company"].strip() or party["name"].strip()
    shown = escaped(name or "Web store customer")
    if name:
        out.append(f"      <cac:PartyName>\n        <cbc:Name>{shown}</cbc:Name>\n      </cac:PartyName>\n")
    if lines := _address(party):
        out.append(f"      <cac:PostalAddress>\n{lines}      </cac:PostalAddress>\n")
    if vat := party["tax_id"].strip():
        if not vat[:2].isalpha():
            vat = ("EL" if party["country"] == "GR" else party["country"]) + vat
        out.append(
            f"      <cac:PartyTaxScheme>\n        <cbc:CompanyID>{escaped(vat)}</cbc:CompanyID>\n"
            "        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n"
            "      </cac:PartyTaxScheme>\n"
        )
    out.append(
        f"      <cac:PartyLegalEntity>\n        <cbc:RegistrationName>{shown}</cbc:RegistrationName>\n"
        f"      </cac:PartyLegalEntity>\n{_contact(party)}"
    )
    return name


def _address(party: Tree) -> str:
    lines = []
    if (party["street"] + party["house_number"] + party["flat"]).strip():
        lines.append(f"        <cbc:StreetName>{escaped(party['address'])}</cbc:StreetName>\n")
    for tag, key in (
        ("AdditionalStreetName", "extra"), ("CityName", "city"), ("PostalZone", "postal_code"),
        ("CountrySubentity", "region"),
    ):  # fmt: skip
        if party[key].strip():
            lines.append(f"        <cbc:{tag}>{escaped(party[key])}</cbc:{tag}>\n")
    if party["country"].strip():
        code = escaped(party["country"])
        lines.append(f"        <cac:Country>\n          <cbc:IdentificationCode>{code}</cbc:IdentificationCode>\n")
        lines.append("        </cac:Country>\n")
    return "".join(lines)


def _contact(party: Tree) -> str:
    lines = "".join(
        f"        <cbc:{tag}>{escaped(party[key])}</cbc:{tag}>\n"
        for tag, key in (("Name", "name"), ("Telephone", "phone"), ("ElectronicMail", "email"))
        if party[key].strip()
    )
    return f"      <cac:Contact>\n{lines}      </cac:Contact>\n" if lines else ""


def _delivery(out: list[str], order: Tree, buyer: str) -> None:
    party, point = order["delivery"], order["pickup_point_id"]
    lines, contact = _address(party), _contact(party)
    recipient = party["company"].strip() or party["name"].strip()
    has_point = bool(point.strip())
    if not (lines or has_point or recipient or contact):
        return
    out.append("  <cac:Delivery>\n")
    if lines or has_point:
        out.append("    <cac:DeliveryLocation>\n")
        if has_point:
            out.append(f"      <cbc:ID>{escaped(point)}</cbc:ID>\n")
        if lines:
            out.append(f"      <cac:Address>\n{lines}      </cac:Address>\n")
        out.append("    </cac:DeliveryLocation>\n")
    if recipient or contact:
        name = escaped(recipient or buyer or "Web store customer")
        out.append(
            f"    <cac:DeliveryParty>\n      <cac:PartyName>\n        <cbc:Name>{name}</cbc:Name>\n"
            f"      </cac:PartyName>\n{contact}    </cac:DeliveryParty>\n"
        )
    out.append("  </cac:Delivery>\n")


def _amounts(out: list[str], order: Tree, lines: Decimal, allowances: Decimal, charges: Decimal) -> None:
    of, totals = f' currencyID="{order["currency"]}"', order["totals"]
    add = out.append
    for line in order["lines"]:
        _charge(out, line, of)
    net = lines - allowances + charges
    gross = net + Decimal(totals["tax"])
    add(
        f"  <cac:TaxTotal>\n    <cbc:TaxAmount{of}>{money(totals['tax'])}</cbc:TaxAmount>\n  </cac:TaxTotal>\n"
        f"  <cac:AnticipatedMonetaryTotal>\n"
        f"    <cbc:LineExtensionAmount{of}>{lines.quantize(CENT)}</cbc:LineExtensionAmount>\n"
        f"    <cbc:TaxExclusiveAmount{of}>{net.quantize(CENT)}</cbc:TaxExclusiveAmount>\n"
        f"    <cbc:TaxInclusiveAmount{of}>{gross.quantize(CENT)}</cbc:TaxInclusiveAmount>\n"
    )
    if allowances:
        add(f"    <cbc:AllowanceTotalAmount{of}>{allowances.quantize(CENT)}</cbc:AllowanceTotalAmount>\n")
    if charges:
        add(f"    <cbc:ChargeTotalAmount{of}>{charges.quantize(CENT)}</cbc:ChargeTotalAmount>\n")
    if Decimal(totals["paid"]):
        add(f"    <cbc:PrepaidAmount{of}>{money(totals['paid'])}</cbc:PrepaidAmount>\n")
    if rounding := Decimal(totals["gross"]) - gross:
        add(f"    <cbc:PayableRoundingAmount{of}>{rounding.quantize(CENT)}</cbc:PayableRoundingAmount>\n")
    add(f"    <cbc:PayableAmount{of}>{money(totals['due'])}</cbc:PayableAmount>\n  </cac:AnticipatedMonetaryTotal>\n")
    for line in sorted(order["lines"], key=lambda one: int(one["position"])):
        if line["kind"] not in BESIDE and Decimal(line["net"]) >= 0:
            _line(out, line, of)
    add("</Order>\n")


def _tax(line: Tree, tag: str, indent: str) -> str:
    if not line["erp_tax_code"].strip():
        return ""
    rate = f"{indent}  <cbc:Percent>{percent(line['tax_rate'])}</cbc:Percent>\n" if line["tax_rate"] != "" else ""
    return (
        f"{indent}<cac:{tag}>\n{indent}  <cbc:ID>{escaped(line['erp_tax_code'])}</cbc:ID>\n{rate}"
        f"{indent}  <cac:TaxScheme>\n{indent}    <cbc:ID>VAT</cbc:ID>\n{indent}  </cac:TaxScheme>\n"
        f"{indent}</cac:{tag}>\n"
    )


def _charge(out: list[str], line: Tree, of: str) -> None:
    kind, net = line["kind"], Decimal(line["net"])
    below = net < 0
    if not (below or kind in ("shipping", "fee") or (kind in BESIDE and net)):
        return
    code = "95" if below else ("FC" if kind == "shipping" else "ABK")
    reason = escaped(line["name"].strip() or BESIDE.get(kind) or kind)
    out.append(
        f"  <cac:AllowanceCharge>\n    <cbc:ChargeIndicator>{'false' if below else 'true'}</cbc:ChargeIndicator>\n"
        f"    <cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode>\n"
        f"    <cbc:AllowanceChargeReason>{reason}</cbc:AllowanceChargeReason>\n"
        f"    <cbc:Amount{of}>{abs(net).quantize(CENT)}</cbc:Amount>\n"
        f"{_tax(line, 'TaxCategory', '    ')}  </cac:AllowanceCharge>\n"
    )


def _line(out: list[str], line: Tree, of: str) -> None:
    unit = escaped(line["unit_code"] or "C62")
    out.append(
        f"  <cac:OrderLine>\n    <cac:LineItem>\n      <cbc:ID>{line['position']}</cbc:ID>\n"
        f'      <cbc:Quantity unitCode="{unit}">{plain(line["quantity"])}</cbc:Quantity>\n'
        f"      <cbc:LineExtensionAmount{of}>{money(line['net'])}</cbc:LineExtensionAmount>\n"
    )
    if discount := Decimal(line["discount"]):
        more = discount < 0
        out.append(
            f"      <cac:AllowanceCharge>\n        <cbc:ChargeIndicator>{'true' if more else 'false'}"
            "</cbc:ChargeIndicator>\n        <cbc:AllowanceChargeReasonCode>"
            f"{'ABK' if more else '95'}</cbc:AllowanceChargeReasonCode>\n        <cbc:AllowanceChargeReason>"
            f"{'Surcharge' if more else 'Discount'}</cbc:AllowanceChargeReason>\n"
            f"        <cbc:Amount{of}>{abs(discount).quantize(CENT)}</cbc:Amount>\n      </cac:AllowanceCharge>\n"
        )
    name = line["name"].strip() or line["erp_sku"].strip() or line["sku"].strip() or line["kind"]
    out.append(
        f"      <cac:Price>\n        <cbc:PriceAmount{of}>{plain(line['unit_net'])}</cbc:PriceAmount>\n"
        f"      </cac:Price>\n      <cac:Item>\n        <cbc:Name>{escaped(name)}</cbc:Name>\n"
    )
    for tag, key in (("BuyersItemIdentification", "sku"), ("SellersItemIdentification", "erp_sku")):
        if line[key].strip():
            out.append(f"        <cac:{tag}>\n          <cbc:ID>{escaped(line[key])}</cbc:ID>\n        </cac:{tag}>\n")
    out.append(_tax(line, "ClassifiedTaxCategory", "        "))
    if line["kind"] != "product":
        out.append(
            "        <cac:AdditionalItemProperty>\n          <cbc:Name>Kind of line</cbc:Name>\n"
            f"          <cbc:Value>{line['kind']}</cbc:Value>\n        </cac:AdditionalItemProperty>\n"
        )
    out.append("      </cac:Item>\n    </cac:LineItem>\n  </cac:OrderLine>\n")
