"""A look at a PrestaShop: orders whose own row changed, then orders on which something hangs that changed.

A slip, a payment or a change of state has a row and a time of its own, which the order's row need not show. They are
asked for after the orders, from a time of their own in the cursor, so that a look that was cut short loses neither.
An evening's bulk change has more such rows than one pass has time for: the cursor says up to which row they are read.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bridge.stores.base import Page
from bridge.stores.looks import SECOND, Cursor, Looks
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.listing import BY_ID, PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.xml import Part
from bridge.stores.prestashop.zone import moment_of, read_from, text_of
from bridge.stores.raw import Unreadable

# resource, and by which field its rows name their order
HANGING = (("order_histories", "id_order"), ("order_slip", "id_order"), ("order_payments", "order_reference"))
ROWS_AT_ONCE = 500
FIRST = "0"  # before any row
TOLD_KEPT_MAX = 50_000  # ids of this look that are not told twice


@dataclass(frozen=True, slots=True)
class Reached:
    """How far what hangs on orders was read by looks that did not come to its end.

    resource, row_id: the orders of all rows up to this one are told. next_from: the next reading begins there, behind
    the newest row. Never behind `settled`: what came later may hang on resources that were done with by then.
    """

    resource: str
    row_id: str
    next_from: datetime
    settled: datetime

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Reached:
        return cls(fields["resource"], fields["row_id"], _moment(fields["next_from"]), _moment(fields["settled"]))

    def written(self) -> dict[str, str]:
        times = {"next_from": self.next_from.isoformat(), "settled": self.settled.isoformat()}
        return {"resource": self.resource, "row_id": self.row_id, **times}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look begins: the cursor over orders, and since when to ask for what hangs on them.

    reached: None where no reading of that is under way.
    """

    look: str | None
    hanging: datetime
    reached: Reached | None = None

    @classmethod
    def read(cls, text: str) -> Place:
        fields = json.loads(text)
        reached = fields.get("reached")
        return cls(json.dumps(fields["look"]), _moment(fields["hanging"]), Reached.read(reached) if reached else None)

    def written(self) -> str:
        fields = {"look": json.loads(self.look or "null"), "hanging": self.hanging.isoformat()}
        return json.dumps(fields | ({"reached": self.reached.written()} if self.reached else {}))


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
        resources = [] if all_new else [resource for resource, _ in HANGING]
        if place.reached and place.reached.resource in resources:
            resources = resources[resources.index(place.reached.resource) :]
        for resource in resources:
            if place.reached and place.reached.resource != resource:
                place = replace(place, reached=replace(place.reached, resource=resource, row_id=FIRST))
            place = yield from self._rows_of(resource, place, told)
        next_from = place.reached.next_from if place.reached else place.hanging
        yield Page([], replace(place, hanging=next_from, reached=None).written())

    def _rows_of(self, resource: str, place: Place, told: set[str]) -> Generator[Page, None, Place]:
        """The orders of all rows of one resource behind the place; gives the place behind them."""
        name = dict(HANGING)[resource]
        last = place.reached.row_id if place.reached else FIRST
        while last:
            start = text_of(read_from(place.hanging, self._listing.zone), self._listing.zone)
            asked = {"date_add": f"[{start},{_END}]", "id": f">[{last}]"}
            rows = self._client.rows(resource, asked, f"[id,{name},date_add]", BY_ID, f"0,{ROWS_AT_ONCE}")
            fresh, last = self._client.page(rows.parts, last, ROWS_AT_ONCE)
            reached = place.reached or Reached(resource, FIRST, place.hanging, self._settled(rows.now))
            count = self._settings.poll.per_page
            for group in (fresh[one : one + count] for one in range(0, len(fresh), count)):
                unseen = [one for one in self._ids(name, group) if one not in told]
                told.update(unseen)
                reached = self._behind(reached, group)
                place = yield from self._told(unseen, place, replace(place, reached=reached))
            place = replace(place, reached=reached)
        return place

    def _behind(self, reached: Reached, group: Sequence[Part]) -> Reached:
        """Behind these rows."""
        numbers = [int(part.key) for part in group if part.key.isascii() and part.key.isdigit()]
        times = [self._behind_second(part["date_add"], reached.settled) for part in group]
        row_id = str(max(numbers, default=int(reached.row_id)))
        return replace(reached, row_id=row_id, next_from=max(reached.next_from, *times))

    def _told(self, ids: Sequence[str], before: Place, behind: Place) -> Generator[Page, None, Place]:
        """Pages of these orders, of which only the last one says that they are read; gives that place."""
        count = self._settings.poll.per_page
        for start in range(0, len(ids), count):
            orders = list(self._listing.by_ids(ids[start : start + count]))
            if orders:
                yield Page(orders, (behind if start + count >= len(ids) else before).written())
        return behind

    def _ids(self, name: str, rows: Sequence[Part]) -> list[str]:
        """The orders that these rows name."""
        keys = list(dict.fromkeys(part[name] for part in rows))
        if name == "id_order":
            return keys
        found = self._listing.relations.by_key(ORDERS, "reference", keys, "[id,reference]")
        return [part.key for parts in found.rows.values() for part in parts]

    def _behind_second(self, text: str, settled: datetime) -> datetime:
        """Behind the second in which a row was added, unless others can still appear in it."""
        try:
            moment = moment_of(text, self._listing.zone, "date_add")
        except Unreadable:
            moment = None
        return settled if moment is None else min(moment + SECOND, settled)

    def _settled(self, now: datetime) -> datetime:
        return now.replace(microsecond=0) - self._overlap


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_END = "9999-12-31 23:59:59"
