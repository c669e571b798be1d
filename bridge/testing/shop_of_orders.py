"""The other side of a store under test, and how its pages are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from bridge.domain.contract import Order
from bridge.stores import Page, Store, StoreOrder, WriteBack, WriteBackOutcome, WriteBackReceipt

ORDERS_FROM = datetime(2020, 1, 1, tzinfo=UTC)
ORDERS_PER_PAGE_MAX = 500


class ShopOfOrders(Protocol):
    """The other side of a store, as a test needs it."""

    def open(self) -> Store:
        """A new connection of the connector under test, as after a restart."""

    def place(self, count: int = 1) -> list[str]:
        """New, readable, paid orders; gives their ids, oldest first."""

    def change(self, store_order_id: str) -> None:
        """Change something that matters (an address line)."""

    def place_malformed(self) -> None:
        """One order that cannot be read."""

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        """Change all of them in a way that matters, within one second of the shop's clock."""

    def number_of(self, store_order_id: str) -> str | None:
        """The ERP number that stands in the shop."""

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        """Give back some money of a placed order; False where this kind of store knows no refunds."""

    def change_unseen(self, store_order_id: str) -> bool:
        """Change something that matters and moves no modification time; False where nothing is like that."""

    def remove(self, store_order_id: str) -> bool:
        """Take an order away for good; False where orders cannot be asked for by id."""

    def now(self) -> datetime:
        """The shop's own clock."""


def told(pages: Sequence[Page]) -> list[StoreOrder]:
    """All orders of some pages."""
    return [order for page in pages for order in page.orders]


def readable(pages: Sequence[Page]) -> dict[str, Order]:
    """The readable orders of some pages by id; the last word on each."""
    return {each.store_order_id: each.order for each in told(pages) if each.order is not None}


def numbers_for(store_order_ids: Sequence[str], prefix: str = "SO") -> list[WriteBack]:
    """A write-back for each id: SO-ID."""
    return [WriteBack(one, one, f"{prefix}-{one}", "acme") for one in store_order_ids]


def outcomes(receipts: Sequence[WriteBackReceipt]) -> list[WriteBackOutcome]:
    """Only what became of each."""
    return [receipt.outcome for receipt in receipts]
