"""What a change does to a stored order: REST writes, recalculation, and which change moves `date_modified`.

The two storage modes of WooCommerce differ: with order tables (`hpos`) any saved change moves the modification time;
with the old post storage (`posts`) only a change of the post row does, so an address or a meta value written by REST
goes unseen by `modified_after`. Pure: no clock, no database.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bridge.simulator.woocommerce.orders import (
    Json,
    amount,
    digits_of,
    new_item,
    set_item_tax,
    sums,
    tax_lines,
)

# The shop's tax rates of today. Orders were made under other ones (`store_orders.RATES_AT_ORDER`).
RATES_TODAY: Mapping[str, Decimal] = {"": Decimal(25), "reduced-rate": Decimal(9), "zero-rate": Decimal(0)}

# Their mere presence in a REST write makes the shop recalculate the whole order (class-wc-rest-orders-controller).
RECALCULATES = ("billing", "shipping", "line_items", "shipping_lines", "fee_lines", "coupon_lines")
WRITABLE = (
    "status", "customer_note", "parent_id", "customer_id", "currency", "payment_method", "payment_method_title",
    "transaction_id",
)  # fmt: skip
POST_ROW = frozenset({"status", "customer_note", "parent_id", "date_created_gmt"})


class Storage(StrEnum):
    """Where the shop keeps its orders."""

    HPOS = "hpos"
    POSTS = "posts"


def rest_write(order: Json, sent: Mapping[str, Any]) -> tuple[Json, frozenset[str]]:
    """The order after a REST write of `sent`, and the names of the fields that changed. Read-only keys are ignored."""
    changed = copy.deepcopy(order)
    for name in WRITABLE:
        if name in sent:
            changed[name] = sent[name]
    for name in ("billing", "shipping"):
        if name in sent:
            changed[name] = {**changed[name], **sent[name]}
    for group in ("line_items", "shipping_lines", "fee_lines"):
        if group in sent:
            changed[group] = _merge_items(changed, group, sent[group])
    if "meta_data" in sent:
        changed["meta_data"] = merge_meta(changed["meta_data"], sent["meta_data"])
    if any(name in sent for name in RECALCULATES):
        recalculate(changed)
    return changed, frozenset(name for name in changed if changed[name] != order.get(name))


def merge_meta(rows: Sequence[Json], sent: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Meta rows after a write. Without an id the key decides; of several with it one is kept; null deletes."""
    kept = [dict(row) for row in rows]
    for given in sent:
        matching = [row for row in kept if _same_meta(row, given)]
        kept = [row for row in kept if row not in matching[1:]]
        if given.get("value") is None:
            kept = [row for row in kept if row not in matching]
        elif matching:
            matching[0].update(key=given.get("key", matching[0]["key"]), value=given["value"])
        else:
            number = max((int(row["id"]) for row in kept), default=0) + 1
            kept.append({"id": number, "key": given["key"], "value": given["value"]})
    return kept


def recalculate(order: Json, rates: Mapping[str, Decimal] = RATES_TODAY) -> None:
    """Taxes and totals anew, with today's rates: what WooCommerce does when addresses or items are sent."""
    digits = digits_of(order)
    for group in ("line_items", "shipping_lines", "fee_lines"):
        for item in order[group]:
            set_item_tax(item, rates.get(str(item.get("tax_class", "")), rates[""]), digits)
    order["tax_lines"] = tax_lines(order, digits)
    order.update(sums(order, digits))


def moves_date_modified(storage: Storage, changed: frozenset[str]) -> bool:
    """Whether a REST write of these fields moves `date_modified`."""
    return bool(changed) if storage is Storage.HPOS else bool(changed & POST_ROW)


def refunded_fully(order: Mapping[str, Any]) -> bool:
    """Whether the refunds reach the order's total (which stays as it was)."""
    back = sum((-Decimal(str(refund["total"])) for refund in order["refunds"]), Decimal(0))
    return back >= Decimal(str(order["total"]))


def refund_entry(order: Mapping[str, Any], refund_id: int, value: Decimal, reason: str) -> Json:
    """The short form that stands inside the order: a negative string."""
    return {"id": refund_id, "reason": reason, "total": amount(-value, digits_of(order))}


def _same_meta(row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    if given.get("id"):
        return bool(row["id"] == given["id"])
    return bool(row["key"] == given["key"])


def _merge_items(order: Json, group: str, sent: Sequence[Mapping[str, Any]]) -> list[Json]:
    items: list[Json] = [dict(item) for item in order[group]]
    for given in sent:
        known = next((item for item in items if given.get("id") and item["id"] == given["id"]), None)
        if known is None:
            items.append(new_item(group, given, int(order["id"]) * 1000 + 400 + len(items), digits_of(order)))
        elif given.get("quantity") == 0:
            items.remove(known)
        else:
            known.update(given)
    return items
