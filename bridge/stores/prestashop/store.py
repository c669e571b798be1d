"""The PrestaShop connector: its door. Reading, writing back and the web service live in files of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, Fetched, Page, StoreOrder, Window, WriteBack, WriteBackReceipt
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.description import described
from bridge.stores.prestashop.listing import BY_ID, PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.reading import Reading
from bridge.stores.prestashop.settings import PrestaShopSettings, read_settings
from bridge.stores.prestashop.trial import findings
from bridge.stores.prestashop.write_back import WritingBack
from bridge.stores.prestashop.zone import text_of

IDS_AT_ONCE = 1_000


def open_store(name: str, settings: StoreSettings, clock: Clock) -> PrestaShopStore:
    """The entry point `prestashop` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return PrestaShopStore(read_settings(name, settings), clock)


class PrestaShopStore:
    """One PrestaShop over its web service."""

    def __init__(self, settings: PrestaShopSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client = PrestaShopClient(settings, clock)
        self._listing = PrestaShopListing(self._client, settings)
        self._reading = Reading(self._client, self._listing, settings)
        self._writing = WritingBack(self._client, settings)

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`. Each page is one answer of the shop with all that belongs to its orders."""
        return self._reading.pages(cursor, orders_from)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store`."""
        return self._reading.recent(created_after, cursor)

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """See `Store`."""
        self._listing.relations.forget()
        count = self._settings.poll.per_page
        for start in range(0, len(store_order_ids), count):
            asked = store_order_ids[start : start + count]
            found = {told.store_order_id: told for told in self._listing.by_ids(asked)}
            yield from (Fetched(one, found.get(one)) for one in asked)

    def children(self, store_order_id: str) -> Children:
        """See `Store`."""
        for fetched in self.fetch([store_order_id]):
            if fetched.told is not None and fetched.told.order is not None:
                return Children(fetched.told.order.refunds, fetched.told.order.payment.parts)
        return Children()

    def clock(self) -> datetime:
        """See `Store`."""
        return self._listing.now()

    def count(self, window: Window) -> int | None:
        """See `Store`. The web service tells no number, so ids are counted."""
        zone = self._listing.zone
        first, last = text_of(window.start, zone), text_of(window.end - timedelta(seconds=1), zone)
        counted, place = 0, "0"
        while place:
            asked = {"date_add": f"[{first},{last}]", "id": f">[{place}]"}
            rows = self._client.rows(ORDERS, asked, "minimum", BY_ID, f"0,{IDS_AT_ONCE}")
            counted += len(rows.parts)
            place = rows.parts[-1].key if len(rows.parts) >= IDS_AT_ONCE else ""
        return counted

    def describe(self) -> Description:
        """See `Store`."""
        return described(self._settings)

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return self._listing.mapped_again(original)

    def check(self) -> list[Finding]:
        """See `Store`."""
        return findings(self._settings, self._client, self._listing, self._clock)

    def wake_paths(self) -> Sequence[str]:
        """None: a shop is polled."""
        return ()

    def close(self) -> None:
        self._client.close()
