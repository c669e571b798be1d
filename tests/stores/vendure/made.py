"""Raw Vendure orders made by hand from the shop's schema, for what no public payload shows. Invented people."""

from __future__ import annotations

import json
from typing import Any

from bridge.domain.contract import Order
from bridge.stores.base import StoreOrder
from bridge.stores.vendure.mapping import original_of, store_order
from bridge.stores.vendure.settings import TEST_MARKS, FieldNames

NAMES = FieldNames(test_marks=TEST_MARKS)


def line(**changes: Any) -> dict[str, Any]:
    """Two cups of 9.99 net with 23 %."""
    return {
        "id": "11", "quantity": 2, "orderPlacedQuantity": 2, "taxRate": 23,
        "unitPrice": 999, "unitPriceWithTax": 1229, "linePrice": 1998, "linePriceWithTax": 2458,
        "proratedLinePrice": 1998, "proratedLinePriceWithTax": 2458,
        "taxLines": [{"description": "Standard Tax", "taxRate": 23}], "discounts": [],
        "productVariant": {"id": "1", "sku": "1001", "name": "Enamel cup"},
        **changes,
    }  # fmt: skip


def payment(**changes: Any) -> dict[str, Any]:
    """Paid by card, all of it."""
    return {
        "id": "21", "createdAt": "2026-11-20T10:00:01.000Z", "method": "card", "amount": 2958, "state": "Settled",
        "transactionId": "T-1", "refunds": [], **changes,
    }  # fmt: skip


def refund(total: int, **changes: Any) -> dict[str, Any]:
    """Money given back."""
    return {
        "id": "31", "createdAt": "2026-11-21T09:00:00.000Z", "items": total, "shipping": 0, "adjustment": 0,
        "total": total, "state": "Settled", "lines": [], **changes,
    }  # fmt: skip


def pieces(line_id: str, quantity: int) -> dict[str, Any]:
    return {"orderLineId": line_id, "quantity": quantity}


def raw_order(**changes: Any) -> dict[str, Any]:
    """A paid order: two cups, a parcel of 5.00 without tax."""
    return {
        "id": "7", "code": "MADEBYHAND000001", "state": "PaymentSettled", "active": False, "type": "Regular",
        "orderPlacedAt": "2026-11-20T10:00:00.123Z", "createdAt": "2026-11-20T09:50:00.000Z",
        "updatedAt": "2026-11-20T09:59:58.000Z", "currencyCode": "EUR", "couponCodes": [],
        "subTotal": 1998, "subTotalWithTax": 2458, "shipping": 500, "shippingWithTax": 500,
        "total": 2498, "totalWithTax": 2958, "aggregateOrderId": None,
        "channels": [{"code": "__default_channel__"}],
        "customer": {
            "firstName": "Ada", "lastName": "Example", "emailAddress": "ada@example.com", "phoneNumber": None,
        },
        "shippingAddress": {
            "fullName": "Ada Example", "company": "", "streetLine1": "Długa 7", "streetLine2": None, "city": "Kraków",
            "province": None, "postalCode": "30-001", "country": "Poland", "countryCode": "PL",
            "phoneNumber": "+48500100200",
        },
        "billingAddress": {"fullName": None, "streetLine1": None, "countryCode": None},
        "lines": [line()],
        "surcharges": [],
        "shippingLines": [parcel()],
        "taxSummary": [
            {"description": "Standard Tax", "taxRate": 23, "taxBase": 1998, "taxTotal": 460},
            {"description": "shipping tax", "taxRate": 0, "taxBase": 500, "taxTotal": 0},
        ],
        "payments": [payment()],
        "history": {"items": []},
        **changes,
    }  # fmt: skip


def parcel(net: int = 500, gross: int = 500) -> dict[str, Any]:
    """A shipping line."""
    return {
        "id": "41", "price": net, "priceWithTax": gross, "discountedPrice": net, "discountedPriceWithTax": gross,
        "shippingMethod": {"code": "parcel", "name": "Parcel"},
    }  # fmt: skip


def told(precision: int = 2, names: FieldNames = NAMES, **changes: Any) -> StoreOrder:
    """As the connector tells it."""
    return store_order("shop", original_of(precision, json.dumps(raw_order(**changes))), names)


def mapped(precision: int = 2, names: FieldNames = NAMES, **changes: Any) -> Order:
    """The order of one that can be read."""
    order = told(precision, names, **changes).order
    assert order is not None
    return order
