"""How a Magento shop is asked for orders: by time of change, inside one second by id, never by page number.

MySQL sets `updated_at` at each write of an order's row; times are UTC without a zone. `gteq` includes its second.
An order at which the shop itself fails, or at what belongs to it, holds up no other (see `lists.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bridge.stores.apart import told_apart
from bridge.stores.base import Children, Fetched, StoreOrder, Window
from bridge.stores.looks import Listed
from bridge.stores.magento.assembly import Assembly, Whole, replaces
from bridge.stores.magento.client import Filter, MagentoClient, shop_time
from bridge.stores.magento.lists import (
    BY_CHANGE,
    BY_ID,
    NO_ORDER,
    TO_READ,
    OrderList,
    OrderLists,
    may_be_of_an_order,
)
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.parts import Part, kept_line
from bridge.stores.magento.payments import credits_of, invoiced_of
from bridge.stores.magento.settings import MagentoSettings
from bridge.stores.problems import ORDER_MALFORMED, StoreAnswerUnreadable
from bridge.stores.raw import Unreadable, moment_of, text_of

AT_ONCE_MAX = 100
Made = TypeVar("Made")
FAILS = "the shop itself fails when it is asked for {what}; its administrator finds why in the error log"


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


@dataclass(frozen=True, slots=True)
class UnshownRow:
    """An order of which the shop shows nothing."""

    told_order: StoreOrder

    @property
    def modified_at(self) -> datetime | None:
        return None

    @property
    def mark(self) -> tuple[str, str]:
        return (self.told_order.store_order_id, "")

    def told(self) -> StoreOrder | None:
        return self.told_order


class MagentoListing:
    """The questions to one shop."""

    def __init__(self, client: MagentoClient, settings: MagentoSettings) -> None:
        self._client = client
        self._settings = settings
        self._assembly = Assembly(client)
        self._lists = OrderLists(client, settings.http.name)
        self.unshown = self._lists.unshown
        views = settings.store_ids
        self._ours = [Filter("store_id", "in", ",".join(views))] if views else []

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`."""
        listed = self._page([Filter("updated_at", "gteq", shop_time(second))], BY_CHANGE)
        whole = listed.found.total <= len(listed.found.rows)
        return Listed(self._rows(listed), listed.found.now, whole, more=not whole)

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
            found, broken = self._named(group)
            for one in group:
                told = self._told(found[one]) if one in found else None
                yield Fetched(one, self._unshown(one, broken[one]) if one in broken else told)

    def children(self, store_order_id: str) -> Children:
        """Credit memos and payments of one order as they are now. Raises StoreAnswerUnreadable for a malformed one."""
        found, broken = self._named([store_order_id])
        if not found and not broken:
            return Children()
        whole = found.get(store_order_id)
        told = self._told(whole) if whole else None
        if whole is None or told is None or told.order is None:
            what = f"order {store_order_id} cannot be read"
            raise StoreAnswerUnreadable(store=self._settings.http.name, what=what)
        parts = whole.parts
        money = self._settings.fields.money
        payments = (*invoiced_of(parts.invoices, parts.order, money), *credits_of(parts.order, money))
        return Children(told.order.refunds, payments)

    def newest(self, store_order_ids: Sequence[str]) -> dict[str, Part | None]:
        """Id -> the newest version of the order, as the shop shows it now; None where the shop itself fails at it.

        Those that are gone are left out.
        """
        found, broken = self._asked(store_order_ids)
        rows, untold = self._each(found, self._assembly.newest)
        return rows | dict.fromkeys((*broken, *untold))

    def count(self, window: Window) -> int:
        """Orders placed within the window: one that replaces another was not placed again."""
        filters = [
            Filter("created_at", "gteq", shop_time(window.start)),
            Filter("created_at", "lt", shop_time(window.end)),
            Filter("original_increment_id", "null", "1"),
        ]
        return self._lists.count([*filters, *self._ours]).total

    def changed_after(self, moment: datetime) -> int:
        """How many orders say that they were changed after a moment."""
        return self._lists.count([Filter("updated_at", "gt", shop_time(moment)), *self._ours]).total

    def now(self) -> datetime:
        """The shop's clock, for the price of a search that finds nothing."""
        return self._lists.count([NO_ORDER]).now

    def _page(self, filters: Sequence[Filter], sorted_by: Sequence[str]) -> OrderList:
        """The first page of a search over the orders of the store views that are ours."""
        return self._lists.page([*filters, *self._ours], sorted_by, self._settings.poll.per_page)

    def _by_id_from(self, filters: Sequence[Filter], place: str) -> Listed:
        listed = self._page([*filters, Filter("entity_id", "gt", place or "0")], BY_ID)
        found = listed.found
        if found.total <= len(found.rows):
            return Listed(self._rows(listed), found.now, whole=True)
        last = self._client.next_id(found, int(place or 0))
        return Listed(self._rows(listed), found.now, False, str(last))

    def _named(self, store_order_ids: Sequence[str]) -> tuple[dict[str, Whole], dict[str, str]]:
        """Each order that is there in its newest version, by the id that it was asked for; and what fails of others."""
        found, broken = self._asked(store_order_ids)
        whole, untold = self._each(found, self._assembly.whole)
        return whole, dict.fromkeys(broken, "this order") | dict.fromkeys(untold, "what belongs to this order")

    def _asked(self, store_order_ids: Sequence[str]) -> tuple[dict[str, Part], list[str]]:
        """Id -> the order itself, whatever replaced it; where it was deleted, the edit that took its place.

        And the ids of those at which the shop fails.
        """
        ids = [one for one in store_order_ids if one.isascii() and one.isdigit()]
        found, broken = self._lists.named(ids, self._ours)
        missing = [one for one in ids if one not in found and one not in broken]
        if missing:
            wanted = [Filter("relation_parent_id", "in", ",".join(missing)), *self._ours]
            edits = self._client.search_all("orders", TO_READ, wanted)
            found.update({parent: row for row in edits if (parent := replaces(row.fields))})
        return {one: found[one] for one in ids if one in found}, broken

    def _each(
        self, rows: Mapping[str, Part], make: Callable[[Sequence[Part]], Sequence[Made]]
    ) -> tuple[dict[str, Made], list[str]]:
        """What is made of each row by further questions, by its key; and the keys of those at which they fail."""

        def ask(keys: Sequence[str]) -> list[tuple[str, Made]]:
            return list(zip(keys, make([rows[key] for key in keys]), strict=True))

        made, broken = told_apart(list(rows), ask, may_be_of_an_order, lambda _: False)
        return dict(made), broken

    def _rows(self, listed: OrderList) -> list[MagentoRow | UnshownRow]:
        """Old and new version of an edited order on one page tell the same: it is told once."""
        seen: set[str] = set()
        made: list[MagentoRow | UnshownRow] = []
        rows = {str(place): row for place, row in enumerate(listed.found.rows)}
        found, untold = self._each(rows, self._assembly.whole)
        for place, row in rows.items():
            if place in untold:
                named = text_of(row.fields, "entity_id") or "without id"
                made.append(MagentoRow(row, self._unshown(named, "what belongs to this order")))
                continue
            whole = found[place]
            known = whole.parts.store_order_id
            made.append(MagentoRow(row, None if known in seen else self._told(whole)))
            seen |= {known} if known else set()
        return [*made, *(UnshownRow(self._unshown(one, "this order")) for one in listed.broken)]

    def _unshown(self, store_order_id: str, of: str) -> StoreOrder:
        """An order at which the shop fails, by its id alone, so that it is no news at each look."""
        original = kept_line(Part({}, json.dumps({"entity_id": store_order_id})), (), (), None)
        name, what = self._settings.http.name, FAILS.format(what=of)
        problem = ORDER_MALFORMED.problem(order=store_order_id, store=name, what=what)
        return StoreOrder(store_order_id, original, None, problem)

    def _told(self, whole: Whole) -> StoreOrder:
        return store_order(self._settings.http.name, whole.parts, whole.original, self._settings.fields)
