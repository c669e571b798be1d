"""How a Magento shop is asked for orders: by time of change, inside one second by id, never by page number.

MySQL sets `updated_at` at each write of an order's row; times are UTC without a zone. `gteq` includes its second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.stores.base import Children, Fetched, StoreOrder, Window
from bridge.stores.looks import Listed
from bridge.stores.magento.assembly import Assembly, Whole, replaces
from bridge.stores.magento.client import Filter, Found, MagentoClient, shop_time
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.parts import Part
from bridge.stores.magento.payments import credits_of, invoiced_of
from bridge.stores.magento.settings import MagentoSettings
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.stores.raw import Unreadable, moment_of, text_of

TO_READ = "read orders"
AT_ONCE_MAX = 100
BY_CHANGE = ("updated_at", "entity_id")


@dataclass(frozen=True, slots=True)
class MagentoRow:
    """One order of an answer: as listed, and as it is told. told_order None: another row of the page tells the same."""

    listed: Part
    told_order: StoreOrder | None

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last wrote its row; None where the order does not say it readably."""
        try:
            return moment_of(self.listed.fields, "updated_at")
        except Unreadable:
            return None

    @property
    def mark(self) -> tuple[str, str]:
        """Id and time of change."""
        if not self.listed.fields:
            return ("", self.listed.text)
        return (text_of(self.listed.fields, "entity_id"), text_of(self.listed.fields, "updated_at"))

    def told(self) -> StoreOrder | None:
        """The order, or its problem."""
        return self.told_order


class MagentoListing:
    """The questions to one shop."""

    def __init__(self, client: MagentoClient, settings: MagentoSettings) -> None:
        self._client = client
        self._settings = settings
        self._assembly = Assembly(client)
        views = settings.store_ids
        self._ours = [Filter("store_id", "in", ",".join(views))] if views else []

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`."""
        found = self._find([Filter("updated_at", "gteq", shop_time(second))], BY_CHANGE)
        return Listed(self._rows(found.rows), found.now, whole=found.total <= len(found.rows))

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. An id stands still, so that an order which leaves the second pushes no other aside."""
        return self._by_id_from([Filter("updated_at", "eq", shop_time(second))], place)

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`."""
        return self._by_id_from([Filter("created_at", "gteq", shop_time(moment))], place)

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now, each in its newest version."""
        for start in range(0, len(store_order_ids), AT_ONCE_MAX):
            group = store_order_ids[start : start + AT_ONCE_MAX]
            found = dict(self._named(group))
            for one in group:
                yield Fetched(one, self._told(found[one]) if one in found else None)

    def children(self, store_order_id: str) -> Children:
        """Credit memos and payments of one order as they are now. Raises StoreAnswerUnreadable for a malformed one."""
        found = self._named([store_order_id])
        if not found:
            return Children()
        parts = found[0][1].parts
        told = self._told(found[0][1])
        if told.order is None:
            what = f"order {store_order_id} cannot be read"
            raise StoreAnswerUnreadable(store=self._settings.http.name, what=what)
        money = self._settings.fields.money
        payments = (*invoiced_of(parts.invoices, parts.order, money), *credits_of(parts.order, money))
        return Children(told.order.refunds, payments)

    def newest(self, store_order_ids: Sequence[str]) -> dict[str, Part]:
        """Id -> the newest version of the order, as the shop shows it now; those that are gone are left out."""
        found = self._asked(store_order_ids)
        return dict(zip(found, self._assembly.newest(list(found.values())), strict=True))

    def count(self, window: Window) -> int:
        """Orders placed within the window: one that replaces another was not placed again."""
        filters = [
            Filter("created_at", "gteq", shop_time(window.start)),
            Filter("created_at", "lt", shop_time(window.end)),
            Filter("original_increment_id", "null", "1"),
        ]
        return self._find(filters, size=1, fields="entity_id").total

    def changed_after(self, moment: datetime) -> int:
        """How many orders say that they were changed after a moment."""
        return self._find([Filter("updated_at", "gt", shop_time(moment))], size=1, fields="entity_id").total

    def now(self) -> datetime:
        """The shop's clock, for the price of one id."""
        return self._find([], size=1, fields="entity_id").now

    def _find(
        self,
        filters: Sequence[Filter],
        sorted_by: Sequence[str] = ("entity_id",),
        size: int | None = None,
        fields: str = "",
    ) -> Found:
        """A search over the orders of the store views that are ours."""
        size = size or self._settings.poll.per_page
        return self._client.search("orders", TO_READ, [*filters, *self._ours], sorted_by, size, fields)

    def _by_id_from(self, filters: Sequence[Filter], place: str) -> Listed:
        found = self._find([*filters, Filter("entity_id", "gt", place or "0")])
        if found.total <= len(found.rows):
            return Listed(self._rows(found.rows), found.now, whole=True)
        last = self._client.next_id(found, int(place or 0))
        return Listed(self._rows(found.rows), found.now, False, str(last))

    def _named(self, store_order_ids: Sequence[str]) -> list[tuple[str, Whole]]:
        """Each order that is there: the id that it was asked for by, and its newest version."""
        found = self._asked(store_order_ids)
        return list(zip(found, self._assembly.whole(list(found.values())), strict=True))

    def _asked(self, store_order_ids: Sequence[str]) -> dict[str, Part]:
        """Id -> the order itself, whatever replaced it; where it was deleted, the edit that took its place."""
        ids = [one for one in store_order_ids if one.isascii() and one.isdigit()]
        if not ids:
            return {}
        wanted = [Filter("entity_id", "in", ",".join(ids)), *self._ours]
        found = {text_of(row.fields, "entity_id"): row for row in self._client.search_all("orders", TO_READ, wanted)}
        missing = [one for one in ids if one not in found]
        if missing:
            wanted = [Filter("relation_parent_id", "in", ",".join(missing)), *self._ours]
            edits = self._client.search_all("orders", TO_READ, wanted)
            found.update({parent: row for row in edits if (parent := replaces(row.fields))})
        return {one: found[one] for one in ids if one in found}

    def _rows(self, rows: Sequence[Part]) -> list[MagentoRow]:
        """Old and new version of an edited order on one page tell the same: it is told once."""
        seen: set[str] = set()
        made = []
        for row, whole in zip(rows, self._assembly.whole(rows), strict=True):
            known = whole.parts.store_order_id
            made.append(MagentoRow(row, None if known in seen else self._told(whole)))
            seen |= {known} if known else set()
        return made

    def _told(self, whole: Whole) -> StoreOrder:
        return store_order(self._settings.http.name, whole.parts, whole.original, self._settings.fields)
