"""Shopify originals made by hand, as the connector keeps them: `{"order", "parts"}`. Every amount is written out.

No public payload has refunds, order edits, gift cards as payment, duties or two currencies: these are made after the
published schema (2026-01) and its descriptions, with invented people.
"""

from __future__ import annotations

import json
from typing import Any

from bridge.domain.contract import Order
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.shopify.mapping import mapped, order_of
from bridge.stores.shopify.settings import Reading

Json = dict[str, Any]
ORDER = "gid://shopify/Order/5001"


def bag(shop: str, presentment: str | None = None) -> Json:
    """An amount in both currencies; the same in both where only one is given."""
    return {"shopMoney": {"amount": shop}, "presentmentMoney": {"amount": presentment or shop}}


def tax(rate: str, amount: Any, title: str = "VAT", **more: Any) -> Json:
    """A tax line. The rate is a JSON number on the wire."""
    return {"title": title, "rate": float(rate), "priceSet": as_bag(amount), "channelLiable": False, **more}


def as_bag(amount: Any) -> Json:
    return amount if isinstance(amount, dict) else bag(amount)


def nodes(*rows: Json, **page: Any) -> Json:
    """A connection."""
    return {"nodes": list(rows), "pageInfo": {"hasNextPage": False, "endCursor": None, **page}}


def line(number: int, unit: Any, quantity: int = 1, *taxes: Json, off: Any = (), **more: Any) -> Json:
    """A line item; `off` is one discount allocation for the whole quantity, or several."""
    given = off if isinstance(off, list | tuple) else (off,)
    return {
        "id": f"gid://shopify/LineItem/{number}", "sku": f"SKU-{number}", "name": f"Article {number}",
        "quantity": quantity, "currentQuantity": quantity, "isGiftCard": False, "requiresShipping": True,
        "customAttributes": [], "lineItemGroup": None, "originalUnitPriceSet": as_bag(unit),
        "discountAllocations": [{"allocatedAmountSet": as_bag(each)} for each in given],
        "taxLines": list(taxes), "duties": [], **more,
    }  # fmt: skip


def shipping(price: Any, *taxes: Json, full: Any = None, **more: Any) -> Json:
    """A shipping line."""
    return {
        "id": "gid://shopify/ShippingLine/1", "title": "Courier", "code": "courier-24",
        "originalPriceSet": as_bag(full or price), "discountedPriceSet": as_bag(price), "taxLines": list(taxes), **more,
    }  # fmt: skip


def paid(
    amount: Any, gateway: str = "shopify_payments", kind: str = "SALE", status: str = "SUCCESS", **more: Any
) -> Json:
    """A transaction."""
    return {
        "id": "gid://shopify/OrderTransaction/9", "kind": kind, "status": status, "gateway": gateway, "test": False,
        "paymentId": None, "createdAt": "2026-03-01T10:00:00Z", "processedAt": "2026-03-01T10:00:05Z",
        "amountSet": as_bag(amount), **more,
    }  # fmt: skip


def address(**fields: Any) -> Json:
    whole = {
        "name": "Ada Nowak", "firstName": "Ada", "lastName": "Nowak", "company": None, "address1": "Lipowa 7",
        "address2": None, "zip": "31-147", "city": "Kraków", "province": None, "provinceCode": None,
        "country": "Poland", "countryCodeV2": "PL", "phone": None,
    }  # fmt: skip
    return whole | fields


def refund(
    number: int, amount: Any, *lines: Json, shipping: tuple[Json, ...] = (), duties: Any = (), **more: Any
) -> Json:
    """One record of `refunds`."""
    return {
        "id": f"gid://shopify/Refund/{number}", "legacyResourceId": str(number), "createdAt": "2026-03-05T09:00:00Z",
        "processedAt": "2026-03-05T09:00:00Z", "totalRefundedSet": as_bag(amount),
        "duties": [{"amountSet": as_bag(each)} for each in duties], "refundLineItems": nodes(*lines),
        "refundShippingLines": nodes(*shipping), "transactions": nodes(), **more,
    }  # fmt: skip


def back(line_number: int, quantity: int, subtotal: Any, tax_amount: Any) -> Json:
    """Pieces of a line in a refund."""
    return {
        "quantity": quantity, "restockType": "RETURN", "lineItem": {"id": f"gid://shopify/LineItem/{line_number}"},
        "subtotalSet": as_bag(subtotal), "totalTaxSet": as_bag(tax_amount),
    }  # fmt: skip


def shipping_back(subtotal: Any, tax_amount: Any) -> Json:
    return {
        "shippingLine": {"id": "gid://shopify/ShippingLine/1"}, "subtotalAmountSet": as_bag(subtotal),
        "taxAmountSet": as_bag(tax_amount),
    }  # fmt: skip


def original(total: Any, *lines: Json, refunds: tuple[Json, ...] = (), **fields: Any) -> Json:
    """A whole original. total: `currentTotalPriceSet`; received in one payment unless `transactions` are given."""
    received = fields.pop("received", total)
    shown = fields.pop("shippingLines", ())
    order = {
        "id": ORDER, "legacyResourceId": "5001", "name": "#1042", "createdAt": "2026-03-01T10:00:00Z",
        "updatedAt": "2026-03-02T10:00:00Z", "processedAt": "2026-03-01T10:00:00Z", "cancelledAt": None, "test": False,
        "taxesIncluded": False, "taxExempt": False, "dutiesIncluded": False, "currencyCode": "EUR",
        "presentmentCurrencyCode": "EUR", "customerLocale": "pl", "sourceName": "web", "note": None, "poNumber": None,
        "email": "ada@example.org", "phone": None, "tags": [], "discountCodes": [], "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED", "paymentGatewayNames": ["shopify_payments"],
        "customAttributes": [], "localizedFields": nodes(), "billingAddress": address(), "shippingAddress": address(),
        "totalPriceSet": as_bag(total), "currentTotalPriceSet": as_bag(total), "totalTipReceivedSet": bag("0.0"),
        "totalReceivedSet": as_bag(received), "totalCashRoundingAdjustment": {"paymentSet": bag("0.0")},
        "additionalFees": [], "lineItems": nodes(*lines), "shippingLines": nodes(*shown),
        "transactions": [paid(received)], "refunds": [{"id": each["id"]} for each in refunds], **fields,
    }  # fmt: skip
    parts = [{"id": ORDER, "updatedAt": order["updatedAt"], "refunds": list(refunds)}] if refunds else []
    return {"api_version": "2026-07", "order": order, "parts": parts}


def as_kept(raw: Json) -> str:
    """The text of an original."""
    return json.dumps(raw)


def order_from(raw: Json, **reading: Any) -> Order:
    """Its canonical order. Raises Unreadable."""
    return order_of("shop", decoded(as_kept(raw)), Reading(**reading))


def told_from(raw: Json, **reading: Any) -> StoreOrder:
    """What the connector would tell of it."""
    return mapped("shop", as_kept(raw), Reading(**reading))
