"""The Shopify connector (Admin GraphQL): its door. Reading, writing back and HTTP live in files of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, Fetched, Page, StoreOrder, Window, WriteBack, WriteBackReceipt
from bridge.stores.looks import Looks
from bridge.stores.shopify.checking import findings
from bridge.stores.shopify.client import Pause, ShopifyClient
from bridge.stores.shopify.listing import ShopifyListing
from bridge.stores.shopify.mapping import STATUSES, mapped
from bridge.stores.shopify.rights import COMPANIES, OLD, READ, WRITE, Rights
from bridge.stores.shopify.settings import ShopifySettings, read_settings
from bridge.stores.shopify.write_back import WritingBack


def open_store(name: str, settings: StoreSettings, clock: Clock) -> ShopifyStore:
    """The entry point `shopify` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return ShopifyStore(read_settings(name, settings), clock)


class ShopifyStore:
    """One Shopify shop over one kept session. pause: how a short wait for the shop's bucket is taken."""

    def __init__(self, settings: ShopifySettings, clock: Clock, pause: Pause = time.sleep) -> None:
        self._settings = settings
        self._clock = clock
        self._client = ShopifyClient(settings, clock, pause)
        self._rights = Rights(self._client)
        self._listing = ShopifyListing(self._client, settings, self._rights)
        self._looks = Looks(self._listing, settings.poll.overlap_s)
        self._writing = WritingBack(self._client, settings, self._rights)

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`."""
        return self._looks.changed(cursor, orders_from)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store`."""
        return self._looks.recent(created_after, cursor)

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """See `Store`."""
        return self._listing.by_id(store_order_ids)

    def children(self, store_order_id: str) -> Children:
        """See `Store`."""
        return self._listing.children(store_order_id)

    def clock(self) -> datetime:
        """See `Store`."""
        return self._listing.now()

    def count(self, window: Window) -> int | None:
        """See `Store`."""
        return self._listing.count(window)

    def describe(self) -> Description:
        """See `Store`."""
        poll = self._settings.poll
        companies = (f"{COMPANIES} (companies = true)",) if self._settings.has_companies else ()
        return Description(
            system="Shopify, Admin GraphQL",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=(
                "payment",
                "refund",
                "order edit",
                "address",
                "cancellation",
                "fulfilment",
                "tags, note and risk, which change nothing",
            ),
            only_the_sweep_sees=("what an app changes past the order: metafields, the company's tax id",),
            least_rights=(READ, WRITE, f"{OLD} (orders older than 60 days)", *companies),
            statuses=STATUSES,
            api_version=self._settings.api_version,
        )

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return mapped(self._settings.name, original.decode(), self._settings.reading)

    def check(self) -> list[Finding]:
        """Connection, version, rights and clocks; nothing is changed."""
        return findings(self._settings, self._client, self._listing, self._rights, self._clock)

    def wake_paths(self) -> Sequence[str]:
        """None: a shop is polled."""
        return ()

    def close(self) -> None:
        self._client.close()
