"""WooCommerce orders for the benchmarks, as the shop writes them: three articles, a parcel, a coupon now and then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

CENT, RATE = Decimal("0.01"), Decimal("0.23")
ARTICLES, TOWNS = 500, ("Kraków", "Gdynia", "Łódź", "Poznań")
PAGE_ORDERS = 100  # what the shop gives in one answer


def order(number: int) -> dict[str, Any]:
    """One paid order of a private buyer; every seventh is a company's with a tax id."""
    lines = [_line(number, place) for place in range(3)]
    shipping = _money(Decimal("15.00"))
    gross = sum((Decimal(one["total"]) + Decimal(one["total_tax"]) for one in (*lines, shipping)), Decimal(0))
    tax = sum((Decimal(one["total_tax"]) for one in (*lines, shipping)), Decimal(0))
    return {
        "id": number, "parent_id": 0, "number": str(number), "status": "processing", "currency": "PLN",
        "version": "9.4.0", "prices_include_tax": True, "created_via": "checkout", "customer_id": number % 977,
        "date_created_gmt": "2026-03-02T08:00:00", "date_modified_gmt": "2026-03-02T08:05:00",
        "date_paid_gmt": "2026-03-02T08:01:00", "payment_method": "stripe", "payment_method_title": "Card",
        "transaction_id": f"pi_{number}", "customer_note": "Ring twice" if number % 5 == 0 else "",
        "total": str(gross), "total_tax": str(tax), "cart_tax": str(tax - Decimal(shipping["total_tax"])),
        "shipping_total": shipping["total"], "shipping_tax": shipping["total_tax"],
        "discount_total": str(sum(Decimal(one["subtotal"]) - Decimal(one["total"]) for one in lines)),
        "billing": _party(number), "shipping": _party(number) | {"email": "", "phone": ""},
        "line_items": lines,
        "shipping_lines": [{"id": number * 10 + 9, "method_id": "flat_rate", "method_title": "Parcel", **shipping}],
        "fee_lines": [], "coupon_lines": [], "refunds": [],
        "tax_lines": [{"id": 1, "rate_id": 7, "label": "VAT", "compound": False, "rate_percent": 23}],
        "meta_data": [{"id": 1, "key": "_billing_vat", "value": "5260001246" if number % 7 == 0 else ""}],
    }  # fmt: skip


def pages(count: int) -> Iterator[str]:
    """Answers of the shop, a hundred orders each."""
    for first in range(0, count, PAGE_ORDERS):
        wanted = range(first + 1, min(first + PAGE_ORDERS, count) + 1)
        yield json.dumps([order(number) for number in wanted], ensure_ascii=False)


def skus() -> dict[str, str]:
    """The SKU map."""
    return {f"SKU-{number:04}": f"40{number:04}" for number in range(ARTICLES)}


def _line(number: int, place: int) -> dict[str, Any]:
    quantity = (number + place) % 3 + 1
    before = (Decimal("19.90") + place) * quantity
    off = (before / 10).quantize(CENT) if number % 4 == 0 else Decimal(0)
    return {
        "id": number * 10 + place, "name": f"Article {place}", "product_id": place + 1, "variation_id": 0,
        "quantity": quantity, "sku": f"SKU-{(number * 7 + place) % ARTICLES:04}", "tax_class": "",
        "subtotal": str(before), "subtotal_tax": str((before * RATE).quantize(CENT)), "price": float(before / quantity),
        **_money(before - off), "meta_data": [],
    }  # fmt: skip


def _money(net: Decimal) -> dict[str, Any]:
    tax = (net * RATE).quantize(CENT)
    return {"total": str(net), "total_tax": str(tax), "taxes": [{"id": 7, "total": str(tax), "subtotal": str(tax)}]}


def _party(number: int) -> dict[str, str]:
    company = f"Example {number} Sp. z o.o." if number % 7 == 0 else ""
    return {
        "first_name": "Ada", "last_name": f"Example-{number}", "company": company,
        "address_1": f"Długa {number % 200 + 1}", "address_2": "", "city": TOWNS[number % len(TOWNS)], "state": "",
        "postcode": f"{number % 90 + 10:02}-{number % 1000:03}", "country": "PL",
        "email": f"ada{number}@example.com",
        "phone": f"+48 50{number % 10} {number // 1000 % 1000:03} {number % 1000:03}",
    }  # fmt: skip
