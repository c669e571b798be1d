"""The WooCommerce connector: REST v3 over HTTPS with consumer key and secret, whichever way the shop stores orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, Fetched, Page, StoreOrder, Window, WriteBack, WriteBackReceipt
from bridge.stores.looks import Looks
from bridge.stores.woocommerce.client import WooCommerceClient
from bridge.stores.woocommerce.listing import WooCommerceListing
from bridge.stores.woocommerce.mapping import STATUSES, mapped
from bridge.stores.woocommerce.settings import WooCommerceSettings, read_settings
from bridge.stores.woocommerce.write_back import WritingBack

CLOCKS_APART_MAX = timedelta(minutes=5)


def open_store(name: str, settings: StoreSettings, clock: Clock) -> WooCommerceStore:
    """The entry point `woocommerce` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return WooCommerceStore(read_settings(name, settings), clock)


class WooCommerceStore:
    """One WooCommerce shop over one kept session."""

    def __init__(self, settings: WooCommerceSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client = WooCommerceClient(settings, clock)
        self._listing = WooCommerceListing(self._client, settings)
        self._looks = Looks(self._listing, settings.poll.overlap_s)
        self._writing = WritingBack(self._client, settings)

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`. Each page is one answer of the shop."""
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
        """See `Store`. From the facts of both storages: what moves the time in one and not in the other is listed."""
        poll = self._settings.poll
        return Description(
            system="WooCommerce, REST v3",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=("status", "payment", "refund made in the shop", "edit of the order's page in the admin"),
            only_the_sweep_sees=(
                "lines edited with Save in the items box",
                "refund by a payment plugin, or deleted",
                "addresses, totals and meta edited by the API, with the old post storage",
            ),
            least_rights=("an API key of a shop manager with read and write",),
            statuses=STATUSES,
            writes=self._settings.writes,
        )

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return mapped(self._settings.http.name, original.decode(), self._settings.meta)

    def check(self) -> list[Finding]:
        """One order is asked for; the right to write is only known by writing, so it is named and not tried."""
        name = self._settings.http.name
        what = f"store {name}: read orders from {self._settings.http.host}"
        try:
            apart = abs(self._listing.now() - self._clock())
        except BridgeError as error:
            return [Finding(what, False, error.problem.message, error.problem.action)]
        findings = [Finding(what, True, "the key reads orders; its right to write shows at the first write-back")]
        if apart > CLOCKS_APART_MAX:
            minutes = int(apart.total_seconds() // 60)
            detail = f"the shop's clock and ours are {minutes} minutes apart"
            findings.append(Finding(f"store {name}: clock", False, detail, "Set both clocks by NTP."))
        return findings

    def wake_paths(self) -> Sequence[str]:
        """None: a shop is polled."""
        return ()

    def close(self) -> None:
        self._client.close()
