"""What else a PrestaShop is asked: single orders, its clock, and how many orders a span holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bridge.stores.base import Fetched, Window
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.listing import BY_ID, PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.zone import text_of

IDS_AT_ONCE = 1_000


class PrestaShopQuestions:
    """The questions to one shop beside its looks. at_once: orders asked for by id in one question."""

    def __init__(self, client: PrestaShopClient, listing: PrestaShopListing, at_once: int) -> None:
        self._client = client
        self._listing = listing
        self._at_once = at_once

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now, and which the shop has no more."""
        self._listing.relations.forget()
        for start in range(0, len(store_order_ids), self._at_once):
            asked = store_order_ids[start : start + self._at_once]
            found = {told.store_order_id: told for told in self._listing.by_ids(asked)}
            yield from (Fetched(one, found.get(one)) for one in asked)

    def now(self) -> datetime:
        """The shop's clock."""
        return self._listing.now()

    def count(self, window: Window) -> int | None:
        """Orders created within the window. The web service tells no number, so ids are counted."""
        zone = self._listing.zone
        first, last = text_of(window.start, zone), text_of(window.end - timedelta(seconds=1), zone)
        counted, place = 0, "0"
        while place:
            asked = {"date_add": f"[{first},{last}]", "id": f">[{place}]"}
            rows = self._client.rows(ORDERS, asked, "minimum", BY_ID, f"0,{IDS_AT_ONCE}")
            fresh, place = self._client.page(rows.parts, place, IDS_AT_ONCE)
            counted += len(fresh)
        return counted
