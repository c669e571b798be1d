"""The parts of one kept original, put together: nested lists from all their pages, refunds from their own answer.

The original is `{"api_version", "order", "parts"}`. A list that is still cut is refused: an order that looks whole and
is not would go to the ERP with lines missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bridge.stores.raw import Json, Unreadable, key_of, table_of, tables_of

LISTS_OF_ORDER = ("lineItems", "shippingLines", "localizedFields")
LISTS_OF_REFUND = ("refundLineItems", "refundShippingLines", "transactions")


def assembled(raw: Json) -> dict[str, Any]:
    """The order with plain lists in place of connections. Raises Unreadable naming the list that is cut."""
    order, parts = dict(table_of(raw, "order")), tables_of(raw, "parts")
    order_id = key_of(order)
    for name in LISTS_OF_ORDER:
        order[name] = _nodes((order, *_of(parts, order_id, name)), name)
    named = [key_of(refund) for refund in tables_of(order, "refunds")]
    refunds = [dict(refund) for part in _of(parts, order_id, "refunds") for refund in tables_of(part, "refunds")]
    if named and not refunds:
        raise Unreadable("refunds are named and not told")
    for refund in refunds:
        for name in LISTS_OF_REFUND:
            refund[name] = _nodes((refund, *_of(parts, key_of(refund), name)), name)
    order["refunds"] = refunds
    return order


def _of(parts: Iterable[Json], owner_id: str, name: str) -> list[Json]:
    return [part for part in parts if name in part and part.get("id") == owner_id]


def _nodes(owners: Iterable[Json], name: str) -> list[Json]:
    found: list[Json] = []
    is_cut = False
    for owner in owners:
        connection = table_of(owner, name)
        found += tables_of(connection, "nodes")
        is_cut = table_of(connection, "pageInfo").get("hasNextPage") is True
    if is_cut:
        raise Unreadable(f"{name} is cut")
    ids = [node["id"] for node in found if isinstance(node.get("id"), str)]
    if len(ids) != len(set(ids)):  # a page that came twice would be sold twice
        raise Unreadable(f"{name} names one row twice")
    return found
