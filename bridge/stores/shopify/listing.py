"""How a Shopify shop is asked for orders: first their ids and times, then the orders themselves by id.

A filter that Shopify does not understand is passed over in silence, and would tell all orders of the shop: times are
quoted, and an answer that carries warnings of the search is refused. Every question is for one page that begins at a
time or behind an id, so that no question comes near the 25,000 objects that Shopify pages through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from bridge.stores.base import Fetched, StoreOrder, Window
from bridge.stores.looks import SECOND, Listed, Row
from bridge.stores.problems import StoreKeyRefused
from bridge.stores.raw import Unreadable, moment_of, tables_of, verbatim_of
from bridge.stores.shopify.client import ShopifyClient, Told
from bridge.stores.shopify.details import TO_READ, Detail, Details
from bridge.stores.shopify.ids import gid_of, is_order_id, order_id_of
from bridge.stores.shopify.mapping import mapped
from bridge.stores.shopify.problems import ORDER_HIDDEN, ORDER_NOT_WHOLE
from bridge.stores.shopify.queries import BY_ID, CHANGED, CLOCK, COUNT
from bridge.stores.shopify.rights import Rights
from bridge.stores.shopify.settings import ShopifySettings

AT_ONCE_MAX = 50  # orders asked for by id before they are told
GOES_BACK = "begins before the place that was asked for, and reading it would have no end"


@dataclass(frozen=True, slots=True)
class ShopifyRow:
    """One order of a list: its id and time, and the order where the shop still showed it a moment later."""

    gid: str
    updated_at: str
    order: StoreOrder | None

    @property
    def mark(self) -> tuple[str, str]:
        """Id and time of change."""
        return (self.gid, self.updated_at)

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last changed it."""
        try:
            return moment_of({"updatedAt": self.updated_at}, "updatedAt")
        except Unreadable:
            return None

    def told(self) -> StoreOrder | None:
        """The order, or its problem; None for one that vanished meanwhile."""
        return self.order


class ShopifyListing:
    """The questions to one shop."""

    def __init__(self, client: ShopifyClient, settings: ShopifySettings, rights: Rights) -> None:
        self._client = client
        self._settings = settings
        self._rights = rights
        self._details = Details(client, settings)

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`."""
        rows, told, is_cut = self._page(CHANGED, f"updated_at:>='{shop_time(second)}'")
        if is_cut:
            self._refuse_older(rows, second)
        return Listed(rows, told.now, whole=not is_cut)

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. `place` is the number of the last order: ids stand still, whatever changes meanwhile."""
        within = f"updated_at:>='{shop_time(second)}' updated_at:<'{shop_time(second + SECOND)}'"
        listed = self._behind(within, place)
        if listed.place:
            self._refuse_older(listed.rows, second)
        return listed

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`. By id, as above."""
        return self._behind(f"created_at:>='{shop_time(moment)}'", place)

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now.

        An order that is not shown is gone; but where the key sees the last 60 days only, it may also be older.
        """
        for start in range(0, len(store_order_ids), AT_ONCE_MAX):
            self._client.begin()
            group = store_order_ids[start : start + AT_ONCE_MAX]
            gids = [gid_of(one) for one in group if is_order_id(one)]
            found: dict[str, Detail] = {}
            while gids:
                batch = self._details.of(gids)
                found |= batch.found
                gids = gids[batch.asked :]
            for one in group:
                detail = found.get(gid_of(one))
                yield Fetched(one, self._told(detail) if detail else self._absent(one))

    def _absent(self, store_order_id: str) -> StoreOrder | None:
        """None for an order that is gone; a problem where it may only be hidden."""
        if not is_order_id(store_order_id) or not self._rights.may_hide(store_order_id):
            return None
        problem = ORDER_HIDDEN.problem(store=self._settings.name, order=store_order_id)
        return StoreOrder(store_order_id, b"{}", None, problem)

    def count(self, window: Window) -> int | None:
        """Orders created within the window; None where the shop counts no further, or hides older ones."""
        self._client.begin()
        query = f"created_at:>='{shop_time(window.start)}' created_at:<'{shop_time(window.end)}'"
        told = self._asked(COUNT, {"query": query})
        counted = told.data.get("ordersCount")
        if not isinstance(counted, dict) or counted.get("precision") != "EXACT":
            return None
        if self._rights.hides(window.start, told.now):
            return None
        count = counted.get("count")
        return count if isinstance(count, int) else None

    def now(self) -> datetime:
        """The shop's clock, for the price of one object."""
        self._client.begin()
        return self._client.ask(CLOCK, TO_READ).now

    def _behind(self, within: str, place: str) -> Listed:
        """A page by id, behind the order whose number is `place`."""
        query = f"{within} id:>={int(place) + 1}" if place else within
        rows, told, is_cut = self._page(BY_ID, query)
        numbers = [int(order_id_of(row.gid) or 0) for row in rows]
        rising = [int(place or 0), *numbers]
        if is_cut and any(later <= earlier for earlier, later in pairwise(rising)):
            raise self._client.unreadable(f"its list of orders by id {GOES_BACK}")
        return Listed(rows, told.now, whole=not is_cut, place=str(numbers[-1]) if is_cut else "")

    def _refuse_older(self, rows: Sequence[Row], second: datetime) -> None:
        """A cut page that begins before the second that was asked for would begin there for ever.

        Its first row tells: a later one may be read from a copy of the shop's database that lags behind its search.
        """
        times = [moment for row in rows if (moment := row.modified_at)]
        if not times or times[0] < second:
            raise self._client.unreadable(f"its list of changed orders {GOES_BACK}")

    def _page(self, query: str, search: str) -> tuple[list[ShopifyRow], Told, bool]:
        """Rows with their orders, the answer that named them, and whether more stand behind."""
        self._client.begin()
        told = self._asked(query, {"first": self._settings.poll.per_page, "query": search})
        connection = told.data.get("orders")
        if not isinstance(connection, dict):
            raise self._client.unreadable("it holds no list of orders")
        try:
            nodes = tables_of(connection, "nodes")
        except Unreadable as error:
            raise self._client.unreadable(str(error)) from error
        gids = [verbatim_of(node, "id") for node in nodes]
        if not all(order_id_of(one) for one in gids):
            raise self._client.unreadable("a row of the list of orders has no id of an order")
        batch = self._details.of(gids)
        rows = []
        for gid, node in zip(gids[: batch.asked], nodes, strict=False):
            detail = batch.found.get(gid)
            rows.append(ShopifyRow(gid, verbatim_of(node, "updatedAt"), self._told(detail) if detail else None))
        page = connection.get("pageInfo")
        more = batch.asked < len(gids) or (isinstance(page, dict) and page.get("hasNextPage") is True)
        return rows, told, bool(rows) and more

    def _asked(self, query: str, variables: dict[str, object]) -> Told:
        """The answer to a search that the shop has understood whole. Raises StoreKeyRefused, Unavailable, Refused."""
        told = self._client.ask(query, TO_READ, variables)
        searches = told.answer.extensions.get("search")
        if any(
            isinstance(each, dict) and each.get("warnings") for each in (searches if isinstance(searches, list) else ())
        ):
            raise self._client.unreadable("the shop did not understand our filter and would tell all its orders")
        if told.failed:
            raise StoreKeyRefused(store=self._settings.name, what=TO_READ, code=told.failed[0].code or "no-code")
        return told

    def _told(self, detail: Detail) -> StoreOrder:
        store, order_id, original = self._settings.name, order_id_of(detail.gid) or detail.gid, detail.original()
        if detail.trouble:
            problem = ORDER_NOT_WHOLE.problem(store=store, order=order_id, what=detail.trouble)
            return StoreOrder(order_id, original, None, problem)
        return mapped(store, original.decode(), self._settings.reading, order_id)


def shop_time(moment: datetime) -> str:
    """Whole seconds in UTC, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
