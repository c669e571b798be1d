"""What a person would write for one shop and one ERP: WooCommerce's orders mapped, validated and checked, no more.

The same library calls as ours: JSON with exact numbers, pydantic for the contract, phonenumbers, email-validator and
python-stdnum for the parties. It knows no other currency, no kit, no plugin, no limit; it says "wrong" and not why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.pl import nip

from bridge.domain.contract import Line, LineKind, Order, Party, Payment, PaymentState, TaxTotal, Totals

CENT, RATE = Decimal("0.01"), Decimal("0.23")
POSTAL = re.compile(r"[0-9]{2}-[0-9]{3}").fullmatch
HOUSE = re.compile(r"(.+?) ([0-9]+[a-z]?(?:/[0-9]+)?)").fullmatch


def read(text: str) -> list[dict[str, Any]]:
    """One answer of the shop, with exact numbers."""
    found: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)
    return found


def mapped(raw: Mapping[str, Any]) -> Order:
    """The order in the contract."""
    lines = [_line(item, place) for place, item in enumerate(raw["line_items"], start=1)]
    lines += [_shipping(item, len(lines) + 1) for item in raw["shipping_lines"]]
    gross = Decimal(raw["total"])
    net, tax = sum((line.net for line in lines), Decimal(0)), sum((line.tax for line in lines), Decimal(0))
    paid = gross if raw["date_paid_gmt"] else Decimal(0)
    tax_id = next((row["value"] for row in raw["meta_data"] if row["key"] == "_billing_vat"), "")
    return Order(
        store="shop",
        store_order_id=str(raw["id"]),
        number=raw["number"],
        created_at=_moment(raw["date_created_gmt"]),
        updated_at=_moment(raw["date_modified_gmt"]),
        currency=raw["currency"],
        status=raw["status"],
        customer_note=raw["customer_note"],
        payment=Payment(
            method=raw["payment_method"],
            state=PaymentState.PAID if paid else PaymentState.UNPAID,
            transaction_id=raw["transaction_id"],
            paid_at=_moment(raw["date_paid_gmt"]) if paid else None,
        ),
        shipping_method=raw["shipping_lines"][0]["method_id"],
        billing=_party(raw["billing"], tax_id),
        delivery=_party(raw["shipping"], ""),
        lines=tuple(lines),
        totals=Totals(
            net=net, tax=tax, gross=gross, discount=Decimal(raw["discount_total"]),
            shipping=Decimal(raw["shipping_total"]), paid=paid, due=gross - paid,
            by_rate=(TaxTotal(rate=RATE, net=net, tax=tax),),
        ),
    )  # fmt: skip


def is_right(order: Order, skus: Mapping[str, str], parties: bool = True) -> bool:
    """Whether the ERP can take it: sums, rates, articles and, if asked, who buys and where it goes."""
    for line in order.lines:
        if line.kind is LineKind.PRODUCT and line.sku not in skus:
            return False
        if abs((line.net * RATE).quantize(CENT) - line.tax) > CENT or line.net + line.tax != line.gross:
            return False
    if sum((line.gross for line in order.lines), Decimal(0)) != order.totals.gross:
        return False
    return not parties or _is_reachable(order)


def _is_reachable(order: Order) -> bool:
    billing, delivery = order.billing, order.delivery
    if not POSTAL(delivery.postal_code) or HOUSE(delivery.street) is None:
        return False
    if billing.company and billing.tax_id and not nip.is_valid(billing.tax_id):
        return False
    try:
        validate_email(billing.email, check_deliverability=False)
        phone = phonenumbers.parse(billing.phone, billing.country)
    except (EmailNotValidError, phonenumbers.NumberParseException):
        return False
    return phonenumbers.is_valid_number(phone)


def _line(item: Mapping[str, Any], position: int) -> Line:
    before, net, tax = Decimal(item["subtotal"]), Decimal(item["total"]), Decimal(item["total_tax"])
    return Line(
        position=position, sku=item["sku"], name=item["name"], quantity=Decimal(item["quantity"]),
        unit_net=before / item["quantity"], unit_gross=(before + Decimal(item["subtotal_tax"])) / item["quantity"],
        discount=before - net, tax_code=item["tax_class"] or "standard", tax_rate=RATE, net=net, tax=tax,
        gross=net + tax,
    )  # fmt: skip


def _shipping(item: Mapping[str, Any], position: int) -> Line:
    net, tax = Decimal(item["total"]), Decimal(item["total_tax"])
    return Line(
        position=position, kind=LineKind.SHIPPING, name=item["method_title"], unit_net=net, unit_gross=net + tax,
        tax_code="standard", tax_rate=RATE, net=net, tax=tax, gross=net + tax,
    )  # fmt: skip


def _party(given: Mapping[str, Any], tax_id: str) -> Party:
    return Party(
        company=given["company"], first_name=given["first_name"], last_name=given["last_name"],
        street=given["address_1"], extra=given["address_2"], postal_code=given["postcode"], city=given["city"],
        region=given["state"], country=given["country"], email=given["email"], phone=given["phone"], tax_id=tax_id,
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
