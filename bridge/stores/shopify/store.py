"""The Shopify connector (Admin GraphQL): its door. Reading, writing back and HTTP live in files of their own."""

from __future__ import annotations

import time

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Description, StoreOrder
from bridge.stores.looks import Looks
from bridge.stores.polled import PolledStore
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


class ShopifyStore(PolledStore):
    """One Shopify shop over one kept session. pause: how a short wait for the shop's bucket is taken."""

    def __init__(self, settings: ShopifySettings, clock: Clock, pause: Pause = time.sleep) -> None:
        self._settings = settings
        self._now = clock
        self._client = ShopifyClient(settings, clock, pause)
        self._rights = Rights(self._client)
        self._listing = ShopifyListing(self._client, settings, self._rights)
        looks = Looks(settings.name, self._listing, settings.poll.overlap_s)
        super().__init__(self._client, looks, self._listing, WritingBack(self._client, settings, self._rights))

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
            served_version=self._client.served,
            writes=("erp_number", "tags") if self._settings.tag else ("erp_number",),
            number_field=self._settings.key,
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return mapped(self._settings.name, original.decode(), self._settings.reading)

    def check(self) -> list[Finding]:
        """Connection, version, rights and clocks; nothing is changed."""
        return findings(self._settings, self._client, self._listing, self._rights, self._now)
