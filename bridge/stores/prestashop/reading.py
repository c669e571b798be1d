"""A look at a PrestaShop: orders whose own row changed, then orders on which something hangs that changed.

A slip, a payment or a change of state has a row and a time of its own, which the order's row need not show. They are
asked for after the orders, from a time of their own in the cursor, so that a look that was cut short loses neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bridge.stores.base import Page
from bridge.stores.looks import Cursor, Looks
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.listing import BY_ID, PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.zone import moment_of, read_from, text_of
from bridge.stores.raw import Unreadable

# resource, and by which field its rows name their order
HANGING = (("order_histories", "id_order"), ("order_slip", "id_order"), ("order_payments", "order_reference"))
ROWS_AT_ONCE = 500
TOLD_KEPT_MAX = 50_000  # ids of this look that are not told twice


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look begins: the cursor over orders, and since when to ask for what hangs on them."""

    look: str | None
    hanging: datetime

    @classmethod
    def read(cls, text: str) -> Place:
        fields = json.loads(text)
        return cls(json.dumps(fields["look"]), datetime.fromisoformat(fields["hanging"]).astimezone(UTC))

    def written(self) -> str:
        return json.dumps({"look": json.loads(self.look or "null"), "hanging": self.hanging.isoformat()})


class Reading:
    """The looks at one shop."""

    def __init__(self, client: PrestaShopClient, listing: PrestaShopListing, settings: PrestaShopSettings) -> None:
        self._client = client
        self._listing = listing
        self._settings = settings
        self._overlap = timedelta(seconds=settings.poll.overlap_s)
        self._looks = Looks(settings.name, listing, settings.poll.overlap_s)

    def changed(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages, oldest change first. Raises Unavailable or Refused; the pages before it stay good."""
        self._listing.relations.forget()
        place = Place.read(cursor) if cursor else Place(None, self._settled(self._listing.now()))
        told: set[str] = set()
        for page in self._looks.changed(self._widened(place.look), orders_from):
            place = replace(place, look=page.cursor)
            if not page.orders:
                break  # the look ends; its cursor goes with what comes below
            if len(told) < TOLD_KEPT_MAX:
                told.update(order.store_order_id for order in page.orders)
            yield Page(page.orders, place.written())
        yield from self._hanging(place, told, all_new=cursor is None)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """All orders created after a moment."""
        self._listing.relations.forget()
        yield from self._looks.recent(read_from(created_after, self._listing.zone), cursor)

    def _widened(self, look: str | None) -> str | None:
        """The hour that the clock shows twice is read from its start: its second pass has the same times."""
        if look is None:
            return None
        cursor = Cursor.read(look)
        return replace(cursor, settled=read_from(cursor.settled, self._listing.zone)).written()

    def _hanging(self, place: Place, told: set[str], all_new: bool) -> Iterator[Page]:
        """Orders that only a slip, payment or history shows as changed; then the page that ends the look."""
        latest = place.hanging
        for resource, name in () if all_new else HANGING:
            last = "0"
            while last:
                start = text_of(read_from(place.hanging, self._listing.zone), self._listing.zone)
                asked = {"date_add": f"[{start},{_END}]", "id": f">[{last}]"}
                rows = self._client.rows(resource, asked, f"[id,{name},date_add]", BY_ID, f"0,{ROWS_AT_ONCE}")
                fresh, last = self._client.page(rows.parts, last, ROWS_AT_ONCE)
                latest = max(latest, *(self._date(part["date_add"], rows.now) for part in fresh), latest)
                keys = list(dict.fromkeys(part[name] for part in fresh))
                ids = self._ids(name, keys)
                unseen = [one for one in ids if one not in told]
                told.update(unseen)
                yield from self._told(unseen, place)
        yield Page([], replace(place, hanging=latest).written())

    def _told(self, ids: Sequence[str], place: Place) -> Iterator[Page]:
        count = self._settings.poll.per_page
        for start in range(0, len(ids), count):
            orders = list(self._listing.by_ids(ids[start : start + count]))
            if orders:
                yield Page(orders, place.written())

    def _ids(self, name: str, keys: Sequence[str]) -> list[str]:
        if name == "id_order":
            return list(keys)
        found = self._listing.relations.by_key(ORDERS, "reference", keys, "[id,reference]")
        return [part.key for parts in found.rows.values() for part in parts]

    def _date(self, text: str, now: datetime) -> datetime:
        """When a row was added, no later than what can still appear behind it."""
        try:
            moment = moment_of(text, self._listing.zone, "date_add")
        except Unreadable:
            moment = None
        settled = self._settled(now)
        return settled if moment is None else min(moment, settled)

    def _settled(self, now: datetime) -> datetime:
        return now.replace(microsecond=0) - self._overlap


_END = "9999-12-31 23:59:59"
