"""Credit memos of the simulated Magento: pieces, shipping and adjustments given back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bridge.simulator.magento.sums import ZERO, Json, cents, number

_SHARED = ("row_total", "tax_amount", "discount_amount", "discount_tax_compensation_amount")


def refund_of(
    order: Json, memo_id: int, quantities: Mapping[str, int] | None, amounts: Mapping[str, str], now: str
) -> Json:
    """The memo. quantities: pieces by SKU; None gives everything back, the shipping too."""
    items: list[Json] = []
    value = ZERO
    for item in order["items"]:
        ordered = Decimal(str(item["qty_ordered"]))
        quantity = ordered if quantities is None else Decimal(quantities.get(item["sku"], 0))
        if not quantity:
            continue
        given = {name: cents(Decimal(str(item.get(name, 0))) * quantity / ordered) for name in _SHARED}
        item["qty_refunded"] = number(Decimal(str(item["qty_refunded"])) + quantity)
        if item["product_type"] != "bundle" or not _children_hold_money(order, item):
            value += given["row_total"] - given["discount_amount"]
            value += given["discount_tax_compensation_amount"] + given["tax_amount"]
        items.append(
            {
                "entity_id": memo_id * 100 + len(items) + 1,
                "order_item_id": item["item_id"],
                "sku": item["sku"],
                "qty": number(quantity),
                **{name: number(amount) for name, amount in given.items()},
                **{f"base_{name}": number(amount) for name, amount in given.items()},
            }
        )
    shipping = _shipping(order, quantities, amounts)
    plus, minus = (Decimal(amounts.get(name, "0")) for name in ("adjustment_positive", "adjustment_negative"))
    freight = _freight(order)
    freight_tax = cents(Decimal(str(order["shipping_tax_amount"])) * shipping / freight) if freight else ZERO
    off = cents(_freight_discount(order) * shipping / freight) if freight else ZERO
    total = value + shipping - off + plus - minus
    return {
        "entity_id": memo_id,
        "order_id": order["entity_id"],
        "increment_id": f"{memo_id:09d}",
        "store_id": order["store_id"],
        "state": 2,
        "created_at": now,
        "updated_at": now,
        "order_currency_code": order["order_currency_code"],
        "base_currency_code": order["base_currency_code"],
        "shipping_amount": number(shipping - freight_tax),
        "shipping_tax_amount": number(freight_tax),
        "shipping_incl_tax": number(shipping),
        "adjustment_positive": number(plus),
        "adjustment_negative": number(minus),
        "adjustment": number(plus - minus),
        "grand_total": number(total),
        "base_grand_total": number(total),
        "items": items,
        "comments": [],
    }


def _shipping(order: Json, quantities: Mapping[str, int] | None, amounts: Mapping[str, str]) -> Decimal:
    """What a memo says of the shipping, with tax and before its discount: never more than all of it."""
    whole = _freight(order)
    return whole if quantities is None else min(Decimal(amounts.get("shipping", "0")), whole)


def _freight(order: Json) -> Decimal:
    return Decimal(str(order["shipping_amount"])) + Decimal(str(order["shipping_tax_amount"]))


def _freight_discount(order: Json) -> Decimal:
    names = ("shipping_discount_amount", "shipping_discount_tax_compensation_amount")
    discount, compensation = (Decimal(str(order.get(name, 0))) for name in names)
    return discount - compensation


def _children_hold_money(order: Json, parent: Json) -> bool:
    return any(item.get("parent_item_id") == parent["item_id"] and item.get("row_total") for item in order["items"])
