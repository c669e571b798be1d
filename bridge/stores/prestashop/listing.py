"""How a PrestaShop is asked for orders: by local time of change, inside one second and for the sweep by id.

`>[a]` is exclusive, so a second earlier is asked for; rows older than the filter have been seen in real shops and are
left out here again (PrestaShop/PrestaShop#12385). An order that PHP can't render breaks the answer that holds it: then
the ids of the page are asked for, and the orders by ever fewer ids until the broken one stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.stores.base import StoreOrder
from bridge.stores.looks import Listed
from bridge.stores.prestashop.client import PageUnreadable, PrestaShopClient, Rows
from bridge.stores.prestashop.mapping import problem_of, store_order
from bridge.stores.prestashop.parts import ORDERS, SETTINGS, OrderParts, unshown
from bridge.stores.prestashop.problems import StoreZoneUnknown
from bridge.stores.prestashop.relations import Relations
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.xml import Part
from bridge.stores.prestashop.zone import moment_of, text_of, zone_named
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.stores.raw import Unreadable

BY_CHANGE = "[date_upd_ASC,id_ASC]"
ZONE_SETTING = "PS_TIMEZONE"
BY_ID = "[id_ASC]"
STALE_PAGES_MAX = 50  # pages of nothing but orders older than the filter
_SECOND = timedelta(seconds=1)
_FORM = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of an answer; what belongs to it is asked for with its whole page when the first is told."""

    part: Part
    zone: ZoneInfo
    tell: Callable[[Part], StoreOrder]

    @property
    def mark(self) -> tuple[str, str]:
        return (self.part.key, self.part["date_upd"])

    @property
    def modified_at(self) -> datetime | None:
        try:
            return moment_of(self.part["date_upd"], self.zone, "date_upd")
        except Unreadable:
            return None

    def told(self) -> StoreOrder | None:
        return self.tell(self.part)


@dataclass(frozen=True, slots=True)
class UnshownRow:
    """An order that the shop itself can't show."""

    store: str
    key: str
    what: str  # why

    @property
    def mark(self) -> tuple[str, str]:
        return (self.key, "")

    @property
    def modified_at(self) -> datetime | None:
        return None

    def told(self) -> StoreOrder | None:
        return StoreOrder(self.key, unshown(self.key), None, problem_of(self.store, self.key, self.what))


class PrestaShopListing:
    """Lists orders of one shop, and tells them whole."""

    def __init__(self, client: PrestaShopClient, settings: PrestaShopSettings) -> None:
        self._client = client
        self._settings = settings
        self.relations = Relations(client, settings.shop_id)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the shop's times. Raises StoreZoneUnknown."""
        return self._zone_by(self.relations.settings)

    @property
    def zone_of_the_shop(self) -> ZoneInfo | None:
        """The zone that the shop itself says, whatever bridge.toml does; None where it names none that is known."""
        return _zone_in(self.relations.settings())

    def _zone_by(self, settings: Callable[[], Sequence[Part]]) -> ZoneInfo:
        if self._settings.timezone is not None:
            return self._settings.timezone
        zone = _zone_in(settings())
        if zone is None:
            raise StoreZoneUnknown(store=self._settings.name)
        return zone

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`."""
        start = text_of(second, self.zone)
        count = self._settings.poll.per_page
        for page in range(STALE_PAGES_MAX):
            asked = {"date_upd": f">[{_before(start)}]"}
            rows, told = self._page(asked, BY_CHANGE, f"{page * count},{count}")
            fresh = [row for row in told if isinstance(row, UnshownRow) or row.part["date_upd"] >= start]
            times = [row.part["date_upd"] for row in fresh if isinstance(row, OrderRow)]
            if times != sorted(times):
                raise self._not_a_list("its sorting by time has no effect")
            if fresh or len(rows.parts) < count:
                return Listed(fresh, rows.now, whole=len(rows.parts) < count)
        raise self._not_a_list("its filter by time has no effect: it lists only orders that are older than asked for")

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. `place`: the last id of the page before."""
        return self._by_id({"date_upd": f"[{text_of(second, self.zone)}]"}, place)

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`. `place`: the last id of the page before."""
        return self._by_id({"date_add": f">[{_before(text_of(moment, self.zone))}]"}, place)

    def now(self) -> datetime:
        """The shop's own clock."""
        return self._client.rows(ORDERS, {}, "minimum", limit="1").now

    def by_ids(self, ids: Sequence[str]) -> Iterator[StoreOrder]:
        """The orders that the shop still has, in the order of the ids."""
        count = self._settings.poll.per_page
        for start in range(0, len(ids), count):
            found = self._rows_of([one for one in ids[start : start + count] if one.isascii() and one.isdigit()])
            yield from (told for row in found if (told := row.told()) is not None)

    def _by_id(self, asked: Mapping[str, str], place: str) -> Listed:
        count = self._settings.poll.per_page
        rows, told = self._page({**asked, "id": f">[{place or 0}]"}, BY_ID, f"0,{count}")
        fresh, last = self._client.page(rows.parts, place, count)
        keys = {part.key for part in fresh}
        return Listed([row for row in told if row.mark[0] in keys], rows.now, whole=not last, place=last)

    def _not_a_list(self, what: str) -> StoreAnswerUnreadable:
        return StoreAnswerUnreadable(store=self._settings.name, what=what)

    def _page(self, asked: Mapping[str, str], sort: str, limit: str) -> tuple[Rows, list[OrderRow | UnshownRow]]:
        """One page of orders; one by one where the shop can't show all of it."""
        try:
            rows = self._client.rows(ORDERS, asked, sort=sort, limit=limit)
        except PageUnreadable:
            rows = self._client.rows(ORDERS, asked, "minimum", sort, limit)
            return rows, self._rows_of([part.key for part in rows.parts])
        return rows, list(self._told(rows.parts))

    def _rows_of(self, ids: Sequence[str]) -> list[OrderRow | UnshownRow]:
        found = self.relations.by_key(ORDERS, "id", ids)
        shown = {row.part.key: row for row in self._told([part for parts in found.rows.values() for part in parts])}
        rows: list[OrderRow | UnshownRow] = []
        for one in dict.fromkeys(ids):
            if one in found.broken:
                rows.append(UnshownRow(self._settings.name, one, found.broken[one]))
            elif one in shown:
                rows.append(shown[one])
        return rows

    def _told(self, parts: Sequence[Part]) -> Iterator[OrderRow]:
        page = _PageOfOrders(self, parts)
        return (OrderRow(part, self.zone, page.tell) for part in parts)

    def map(self, parts: OrderParts) -> StoreOrder:
        """The order of its parts, which hold the zone too: so it can be mapped without the shop."""
        zone = self._zone_by(lambda: parts.all(SETTINGS))
        return store_order(self._settings.name, parts, self._settings.fields, zone)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of what was kept of it, in the zone that the shop says now: one that was corrected is no change."""
        try:
            parts = OrderParts.read(original)
            zone = self._zone_by(lambda: self.relations.known_settings or parts.all(SETTINGS))
            return store_order(self._settings.name, parts, self._settings.fields, zone)
        except Unreadable as error:
            return self.unreadable("without id", original, str(error))

    def unreadable(self, key: str, original: bytes, what: str) -> StoreOrder:
        """An order whose parts the shop can't show."""
        return StoreOrder(key, original, None, problem_of(self._settings.name, key, what))


class _PageOfOrders:
    """The orders of one answer. Their relations are asked for once, when the first order is told."""

    def __init__(self, listing: PrestaShopListing, parts: Sequence[Part]) -> None:
        self._listing = listing
        self._parts = parts
        self._whole: dict[str, OrderParts | Unreadable] | None = None

    def tell(self, part: Part) -> StoreOrder:
        if self._whole is None:
            self._whole = self._listing.relations.parts_of(self._parts)
        found = self._whole[part.key]
        if isinstance(found, OrderParts):
            return self._listing.map(found)
        return self._listing.unreadable(part.key or "without id", OrderParts(part, {}).original(), str(found))


def _zone_in(settings: Sequence[Part]) -> ZoneInfo | None:
    return zone_named(next((part["value"] for part in settings if part["name"] == ZONE_SETTING), ""))


def _before(text: str) -> str:
    """A second earlier, in the shop's own texts."""
    return (datetime.strptime(text, _FORM) - _SECOND).strftime(_FORM)  # noqa: DTZ007 local, as the shop has it
