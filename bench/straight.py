"""The honest yardstick: parse, render, hash and write the same orders with no checks, no ledger and no archive.

Usage: python bench/straight.py csv|ubl RENDERER ORDERS.jsonl FOLDER
RENDERER: format (f-strings), library (csv.writer or lxml), jinja. `bench/whole_way.py` takes the fastest of the three.
csv: 500 orders a file; ubl: one order a file. Each file gets its `.sha256` sidecar. Nothing is kept between files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jinja2
import orjson
from lxml import etree

Order = dict[str, Any]
ORDERS_PER_CSV_FILE = 500

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"


def head_of(order: Order) -> list[str]:
    """The values of an `H` record of csv-orders."""
    to, sums = order["delivery"], order["totals"]
    return [
        "H", order["store_order_id"], order["number"], order["created_at"][:10], order["currency"],
        order["payment"]["method"], order["shipping_method"], to["company"], f"{to['first_name']} {to['last_name']}",
        to["street"], to["house_number"], "", "", to["postal_code"], to["city"], "", to["country"], to["email"],
        to["phone"], "", "", sums["net"], sums["tax"], sums["gross"], sums["paid"], sums["due"], "",
        str(len(order["lines"])),
    ]  # fmt: skip


def line_of(order: Order, line: Order) -> list[str]:
    """The values of an `L` record of csv-orders."""
    return [
        "L", order["store_order_id"], str(line["position"]), line["kind"], line["sku"], line["name"],
        line["quantity"], "C62", line["unit_net"], "0.00", line["tax_code"], str(Decimal(line["tax_rate"]) * 100),
        line["net"], line["tax"], line["gross"],
    ]  # fmt: skip


def quoted(value: str) -> str:
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if any(c in value for c in ';"\r\n') else value


def csv_format(batch: list[Order]) -> bytes:
    rows = []
    for order in batch:
        rows.append(";".join(map(quoted, head_of(order))))
        rows.extend(";".join(map(quoted, line_of(order, line))) for line in order["lines"])
    return ("\r\n".join(rows) + "\r\n").encode()


def csv_library(batch: list[Order]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for order in batch:
        writer.writerow(head_of(order))
        writer.writerows(line_of(order, line) for line in order["lines"])
    return text.getvalue().encode()


CSV_TEMPLATE = jinja2.Environment(autoescape=False).from_string(  # noqa: S701  # CSV, as the yardstick
    "{% for r in rows %}{{ r|join(';') }}\r\n{% endfor %}"
)


def csv_jinja(batch: list[Order]) -> bytes:
    rows = []
    for order in batch:
        rows.append([quoted(value) for value in head_of(order)])
        rows.extend([quoted(value) for value in line_of(order, line)] for line in order["lines"])
    return CSV_TEMPLATE.render(rows=rows).encode()


def party_xml(tag: str, to: Order) -> str:
    name = escape(f"{to['first_name']} {to['last_name']}")
    return (
        f"<cac:{tag}><cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName><cac:PostalAddress>"
        f"<cbc:StreetName>{escape(to['street'])}</cbc:StreetName><cbc:BuildingNumber>{escape(to['house_number'])}"
        f"</cbc:BuildingNumber><cbc:CityName>{escape(to['city'])}</cbc:CityName><cbc:PostalZone>"
        f"{escape(to['postal_code'])}</cbc:PostalZone><cac:Country><cbc:IdentificationCode>{to['country']}"
        f"</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:Contact><cbc:Telephone>{escape(to['phone'])}"
        f"</cbc:Telephone><cbc:ElectronicMail>{escape(to['email'])}</cbc:ElectronicMail></cac:Contact>"
        f"</cac:Party></cac:{tag}>"
    )


def ubl_format(batch: list[Order]) -> bytes:
    (order,) = batch
    money, sums = order["currency"], order["totals"]
    lines = "".join(
        f"<cac:OrderLine><cac:LineItem><cbc:ID>{line['position']}</cbc:ID><cbc:Quantity unitCode=\"C62\">"
        f"{line['quantity']}</cbc:Quantity><cbc:LineExtensionAmount currencyID=\"{money}\">{line['net']}"
        f"</cbc:LineExtensionAmount><cbc:TotalTaxAmount currencyID=\"{money}\">{line['tax']}</cbc:TotalTaxAmount>"
        f"<cac:Price><cbc:PriceAmount currencyID=\"{money}\">{line['unit_net']}</cbc:PriceAmount></cac:Price><cac:Item>"
        f"<cbc:Name>{escape(line['name'])}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{escape(line['sku'])}"
        f"</cbc:ID></cac:SellersItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>"
        for line in order["lines"]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Order xmlns="{UBL}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}"><cbc:ID>'
        f"{order['store_order_id']}</cbc:ID><cbc:IssueDate>{order['created_at'][:10]}</cbc:IssueDate>"
        f"<cbc:DocumentCurrencyCode>{money}</cbc:DocumentCurrencyCode>{party_xml('BuyerCustomerParty', order['billing'])}"
        f"<cac:SellerSupplierParty/><cac:TaxTotal><cbc:TaxAmount currencyID=\"{money}\">{sums['tax']}"
        f"</cbc:TaxAmount></cac:TaxTotal><cac:AnticipatedMonetaryTotal><cbc:LineExtensionAmount currencyID=\"{money}\">"
        f"{sums['net']}</cbc:LineExtensionAmount><cbc:PayableAmount currencyID=\"{money}\">{sums['due']}"
        f"</cbc:PayableAmount></cac:AnticipatedMonetaryTotal>{lines}</Order>\n"
    ).encode()


UBL_TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="{{ ubl }}" xmlns:cac="{{ cac }}" xmlns:cbc="{{ cbc }}"><cbc:ID>{{ o['store_order_id'] }}</cbc:ID>
<cbc:IssueDate>{{ o['created_at'][:10] }}</cbc:IssueDate><cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>
{{ o['billing']['first_name'] }} {{ o['billing']['last_name'] }}</cbc:Name></cac:PartyName></cac:Party>
</cac:BuyerCustomerParty><cac:SellerSupplierParty/>{% for line in o['lines'] %}<cac:OrderLine><cac:LineItem>
<cbc:ID>{{ line['position'] }}</cbc:ID><cbc:Quantity unitCode="C62">{{ line['quantity'] }}</cbc:Quantity>
<cbc:LineExtensionAmount currencyID="{{ o['currency'] }}">{{ line['net'] }}</cbc:LineExtensionAmount><cac:Item>
<cbc:Name>{{ line['name'] }}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{{ line['sku'] }}</cbc:ID>
</cac:SellersItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>{% endfor %}</Order>
"""
)


def ubl_jinja(batch: list[Order]) -> bytes:
    return UBL_TEMPLATE.render(o=batch[0], ubl=UBL, cac=CAC, cbc=CBC).encode()


def ubl_library(batch: list[Order]) -> bytes:
    (order,) = batch
    root = etree.fromstring(ubl_format([{**order, "lines": []}]))
    for line in order["lines"]:
        item = etree.SubElement(etree.SubElement(root, f"{{{CAC}}}OrderLine"), f"{{{CAC}}}LineItem")
        etree.SubElement(item, f"{{{CBC}}}ID").text = str(line["position"])
        etree.SubElement(item, f"{{{CBC}}}Quantity", unitCode="C62").text = line["quantity"]
        amount = etree.SubElement(item, f"{{{CBC}}}LineExtensionAmount", currencyID=order["currency"])
        amount.text = line["net"]
        article = etree.SubElement(item, f"{{{CAC}}}Item")
        etree.SubElement(article, f"{{{CBC}}}Name").text = line["name"]
        identification = etree.SubElement(article, f"{{{CAC}}}SellersItemIdentification")
        etree.SubElement(identification, f"{{{CBC}}}ID").text = line["sku"]
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content


RENDERERS: dict[str, dict[str, Callable[[list[Order]], bytes]]] = {
    "csv": {"format": csv_format, "library": csv_library, "jinja": csv_jinja},
    "ubl": {"format": ubl_format, "library": ubl_library, "jinja": ubl_jinja},
}


def batches(path: Path, size: int) -> Iterator[list[Order]]:
    """Parsed orders, one file's worth at a time."""
    with path.open("rb") as lines:
        while batch := [orjson.loads(line) for line in islice(lines, size)]:
            yield batch


def main(form: str, renderer: str, source: Path, folder: Path) -> int:
    """Write every file and its sidecar; gives the number of files."""
    render = RENDERERS[form][renderer]
    extension = "csv" if form == "csv" else "xml"
    number = 0
    for number, batch in enumerate(batches(source, ORDERS_PER_CSV_FILE if form == "csv" else 1), start=1):
        content = render(batch)
        name = f"ORD_{number:06}.{extension}"
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
    return number


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
