"""Exports as shops write them, with invented people. Headers are those of the shops; orders are made by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence


def header(line: str) -> list[str]:
    """The names of one line of CSV."""
    return line.split(",")


SHOPIFY = header(
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
SHOPIFY_ORDER = {
    "Name": "#1001", "Email": "jan@example.com", "Financial Status": "paid", "Paid at": "2026-04-05 21:06:21 +0400",
    "Fulfillment Status": "unfulfilled", "Currency": "PLN", "Subtotal": "159.00", "Shipping": "12.99",
    "Taxes": "32.16", "Total": "171.99", "Discount Amount": "0.00", "Shipping Method": "Paczkomat InPost",
    "Created at": "2026-04-05 21:06:20 +0400", "Lineitem quantity": "2", "Lineitem name": "Kettle",
    "Lineitem price": "39.99", "Lineitem sku": "007", "Lineitem taxable": "true", "Billing Name": "Jan Maria Nowak",
    "Billing Address1": "ul. Długa 1", "Billing City": "Gdynia", "Billing Zip": "'00-001", "Billing Country": "PL",
    "Billing Phone": "'+48600100200", "Shipping Name": "Jan Maria Nowak", "Shipping Address1": "ul. Krótka 2",
    "Shipping City": "Sopot", "Shipping Zip": "'81-701", "Shipping Country": "PL", "Payment Method": "Przelewy24",
    "Note Attributes": "Paczkomat: GDY01A\nNIP: 5260250274", "Payment Reference": "c123.1", "Refunded Amount": "0.00",
    "Outstanding Balance": "0.00", "Id": "5001", "Tags": "vip, b2b", "Source": "web", "Lineitem discount": "0.00",
    "Tax 1 Name": "VAT 23%", "Tax 1 Value": "32.16",
}  # fmt: skip
SHOPIFY_SECOND = {
    "Name": "#1001", "Email": "jan@example.com", "Created at": "2026-04-05 21:06:20 +0400", "Lineitem quantity": "1",
    "Lineitem name": "Cup", "Lineitem price": "79.02", "Lineitem sku": "008", "Lineitem taxable": "true",
    "Lineitem discount": "0.00",
}  # fmt: skip


def sheet(header: Sequence[str], *rows: Mapping[str, str]) -> str:
    """A CSV file. Cells that a row does not name are empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
