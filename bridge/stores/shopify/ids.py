"""The ids of Shopify's orders: a number to us and to people, `gid://shopify/Order/NUMBER` in the API.

The number is the shop's own (`legacyResourceId`), and unlike the global id it fits into file names, addresses of pages
and the fields of an ERP.
"""

from __future__ import annotations

GID = "gid://shopify/Order/"
DIGITS_MAX = 20  # of an unsigned 64-bit integer


def is_order_id(text: str) -> bool:
    """Whether a text is the number of an order, and can go into a query."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX


def gid_of(order_id: str) -> str:
    """The global id of an order's number."""
    return f"{GID}{order_id}"


def order_id_of(gid: str) -> str | None:
    """The number in an order's global id; None for what is no such id."""
    number = gid.removeprefix(GID)
    return number if gid.startswith(GID) and is_order_id(number) else None
