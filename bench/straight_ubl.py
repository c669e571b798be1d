"""The yardstick's UBL: the document of profile ubl-order-2.1 in three ways, with none of the bridge's code.

The Jinja way uses the profile's own template in a plain environment; the other two are written by hand after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import jinja2

from bench.straight_lxml import CAC, CBC, UBL, document
from bench.straight_orders import Maps, Order, money, percent, plain
from bench.straight_words import escaped as escape

OPENING = f"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="{UBL}"
       xmlns:cac="{CAC}"
       xmlns:cbc="{CBC}">
"""
TEMPLATES = Path(__file__).parent.parent / "templates" / "ubl-order-2.1"
Pieces = list[str]


def _add(out: Pieces, indent: str, tag: str, text: str) -> None:
    """One element, where it has a text."""
    if text:
        out.append(f"{indent}<cbc:{tag}>{escape(text)}</cbc:{tag}>\n")


def _party(out: Pieces, to: Order, tag: str) -> None:
    out.append(f"    <cac:{tag}>\n")
    if to["company"]:
        name = f"        <cbc:Name>{escape(to['company'])}</cbc:Name>\n"
        out.append(f"      <cac:PartyName>\n{name}      </cac:PartyName>\n")
    out.append("      <cac:PostalAddress>\n")
    for name, key in (
        ("Room", "flat"), ("StreetName", "street"), ("AdditionalStreetName", "extra"),
        ("BuildingNumber", "house_number"), ("CityName", "city"), ("PostalZone", "postal_code"),
        ("CountrySubentity", "region"),
    ):  # fmt: skip
        _add(out, "        ", name, to.get(key, ""))
    if to["country"]:
        out.append("        <cac:Country>\n")
        _add(out, "          ", "IdentificationCode", to["country"])
        out.append("        </cac:Country>\n")
    out.append("      </cac:PostalAddress>\n")
    if to.get("tax_id"):
        out.append(
            f"      <cac:PartyTaxScheme>\n        <cbc:CompanyID>{escape(to['tax_id'])}</cbc:CompanyID>\n"
            "        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n"
            "      </cac:PartyTaxScheme>\n"
        )
    if to["phone"] or to["email"]:
        out.append("      <cac:Contact>\n")
        _add(out, "        ", "Telephone", to["phone"])
        _add(out, "        ", "ElectronicMail", to["email"])
        out.append("      </cac:Contact>\n")
    if to["first_name"] or to["last_name"]:
        out.append("      <cac:Person>\n")
        _add(out, "        ", "FirstName", to["first_name"])
        _add(out, "        ", "FamilyName", to["last_name"])
        out.append("      </cac:Person>\n")
    out.append(f"    </cac:{tag}>\n")


def _line(out: Pieces, line: Order, currency: str, maps: Maps) -> None:
    of = f' currencyID="{currency}"'
    out.append(
        f"  <cac:OrderLine>\n    <cac:LineItem>\n      <cbc:ID>{line['position']}</cbc:ID>\n"
        f'      <cbc:Quantity unitCode="{line["unit"] or "C62"}">{plain(line["quantity"])}</cbc:Quantity>\n'
        f"      <cbc:LineExtensionAmount{of}>{money(line['net'])}</cbc:LineExtensionAmount>\n"
        f"      <cbc:TotalTaxAmount{of}>{money(line['tax'])}</cbc:TotalTaxAmount>\n"
    )
    if Decimal(line.get("discount", "0")):
        out.append(
            "      <cac:AllowanceCharge>\n        <cbc:ChargeIndicator>false</cbc:ChargeIndicator>\n"
            f"        <cbc:Amount{of}>{money(line['discount'])}</cbc:Amount>\n      </cac:AllowanceCharge>\n"
        )
    out.append(
        f"      <cac:Price>\n        <cbc:PriceAmount{of}>{plain(line['unit_net'])}</cbc:PriceAmount>\n"
        "      </cac:Price>\n      <cac:Item>\n"
    )
    _add(out, "        ", "Name", line["name"])
    for tag, code in (("BuyersItemIdentification", line["sku"]), ("SellersItemIdentification", maps.article(line))):
        if code:
            out.append(f"        <cac:{tag}>\n          <cbc:ID>{escape(code)}</cbc:ID>\n        </cac:{tag}>\n")
    out.append(
        "        <cac:CommodityClassification>\n"
        f'          <cbc:ItemClassificationCode listID="line-kind">{line["kind"]}'
        "</cbc:ItemClassificationCode>\n        </cac:CommodityClassification>\n        <cac:ClassifiedTaxCategory>\n"
    )
    _add(out, "          ", "ID", maps.tax[line["tax_code"]])
    out.append(
        f"          <cbc:Percent>{percent(line['tax_rate'])}</cbc:Percent>\n          <cac:TaxScheme>\n"
        "            <cbc:ID>VAT</cbc:ID>\n          </cac:TaxScheme>\n        </cac:ClassifiedTaxCategory>\n"
        "      </cac:Item>\n    </cac:LineItem>\n  </cac:OrderLine>\n"
    )


def _reference(number: str, kind: str) -> str:
    return (
        f"  <cac:AdditionalDocumentReference>\n    <cbc:ID>{escape(number)}</cbc:ID>\n"
        f"    <cbc:DocumentType>{kind}</cbc:DocumentType>\n  </cac:AdditionalDocumentReference>\n"
    )


def _head(out: Pieces, order: Order, number: int) -> None:
    _add(out, "  ", "UBLVersionID", "2.1")
    _add(out, "  ", "ID", order["store_order_id"])
    _add(out, "  ", "IssueDate", order["created_at"][:10])
    _add(out, "  ", "IssueTime", order["created_at"][11:19] + "Z")
    _add(out, "  ", "Note", order.get("customer_note", ""))
    _add(out, "  ", "DocumentCurrencyCode", order["currency"])
    _add(out, "  ", "CustomerReference", order.get("buyer_order_number", ""))
    out.append(f"  <cbc:LineCountNumeric>{len(order['lines'])}</cbc:LineCountNumeric>\n")
    out.append(_reference(order["number"], "store order number") + _reference(str(number), "file sequence number"))


def _sums(out: Pieces, order: Order, maps: Maps) -> None:
    of, sums, payment = f' currencyID="{order["currency"]}"', order["totals"], order["payment"]
    out.append(f"  <cac:DeliveryTerms>\n    <cbc:ID>{maps.shipping[order['shipping_method']]}</cbc:ID>\n")
    out.append("  </cac:DeliveryTerms>\n  <cac:PaymentMeans>\n")
    out.append(f"    <cbc:PaymentMeansCode>{escape(maps.payment[payment['method']])}</cbc:PaymentMeansCode>\n")
    _add(out, "    ", "PaymentID", payment["transaction_id"])
    out.append(
        f"  </cac:PaymentMeans>\n  <cac:TaxTotal>\n    <cbc:TaxAmount{of}>{money(sums['tax'])}</cbc:TaxAmount>\n"
    )
    for part in sums["by_rate"]:
        out.append(
            f"    <cac:TaxSubtotal>\n      <cbc:TaxableAmount{of}>{money(part['net'])}</cbc:TaxableAmount>\n"
            f"      <cbc:TaxAmount{of}>{money(part['tax'])}</cbc:TaxAmount>\n      <cac:TaxCategory>\n"
            f"        <cbc:Percent>{percent(part['rate'])}</cbc:Percent>\n        <cac:TaxScheme>\n"
            "          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:TaxCategory>\n"
            "    </cac:TaxSubtotal>\n"
        )
    net = money(sums["net"])
    out.append(
        "  </cac:TaxTotal>\n  <cac:AnticipatedMonetaryTotal>\n"
        f"    <cbc:LineExtensionAmount{of}>{net}</cbc:LineExtensionAmount>\n"
        f"    <cbc:TaxExclusiveAmount{of}>{net}</cbc:TaxExclusiveAmount>\n"
        f"    <cbc:TaxInclusiveAmount{of}>{money(sums['gross'])}</cbc:TaxInclusiveAmount>\n"
        f"    <cbc:PrepaidAmount{of}>{money(sums['paid'])}</cbc:PrepaidAmount>\n"
    )
    if Decimal(sums.get("rounding", "0")):
        out.append(f"    <cbc:PayableRoundingAmount{of}>{money(sums['rounding'])}</cbc:PayableRoundingAmount>\n")
    out.append(f"    <cbc:PayableAmount{of}>{money(sums['due'])}</cbc:PayableAmount>\n")
    out.append("  </cac:AnticipatedMonetaryTotal>\n")


def text_of(order: Order, number: int, maps: Maps) -> str:
    """The document by string formatting."""
    out: Pieces = [OPENING]
    _head(out, order, number)
    out.append("  <cac:BuyerCustomerParty>\n")
    _party(out, order["billing"], "Party")
    out.append(
        "  </cac:BuyerCustomerParty>\n  <cac:SellerSupplierParty>\n    <cac:Party>\n      <cac:PartyIdentification>\n"
        "        <cbc:ID>shop</cbc:ID>\n      </cac:PartyIdentification>\n    </cac:Party>\n"
        "  </cac:SellerSupplierParty>\n  <cac:Delivery>\n"
    )
    _party(out, order["delivery"], "DeliveryParty")
    out.append("  </cac:Delivery>\n")
    _sums(out, order, maps)
    for line in order["lines"]:
        _line(out, line, order["currency"], maps)
    out.append("</Order>\n")
    return "".join(out)


def by_format(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:  # noqa: ARG001  # one shape for all
    """String formatting."""
    return text_of(batch[0], number, maps).encode()


def by_library(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:  # noqa: ARG001  # one shape for all
    """lxml: a tree of elements, written out indented, under the opening that the bridge writes."""
    _, _, body = document(batch[0], number, maps).partition("\n")
    return (OPENING + body).encode()


_JINJA = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_JINJA.filters.update(
    money=money,
    decimal=plain,
    percent=percent,
    number=lambda text: Decimal(text or 0),
    date=lambda text, form, utc: text[:10] if form == "YYYY-MM-DD" else text[11:19] + "Z",  # noqa: ARG005
)
_TEMPLATE = _JINJA.from_string((TEMPLATES / "order.xml.j2").read_text(encoding="utf-8"))


def by_jinja(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:  # noqa: ARG001  # one shape for all
    """Jinja2, with the profile's own template."""
    order = batch[0]
    order["store"] = "shop"
    order["external_id"] = order["store_order_id"]
    order["shipping_erp_code"] = maps.shipping[order["shipping_method"]]
    order["payment"]["erp_code"] = maps.payment[order["payment"]["method"]]
    for line in order["lines"]:
        line["erp_sku"], line["erp_tax_code"] = maps.article(line), maps.tax[line["tax_code"]]
    return _TEMPLATE.render(order=order, file={"sequence_number": number}).encode()


Renderer = Callable[[list[Order], int, Maps, datetime], bytes]
RENDERERS: dict[str, Renderer] = {"format": by_format, "library": by_library, "jinja": by_jinja}
