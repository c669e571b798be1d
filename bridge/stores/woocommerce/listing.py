"""How a WooCommerce shop is asked for orders. `modified_after` is exclusive; `dates_are_gmt` makes it mean UTC
(woocommerce/woocommerce#14539). Inside one second, pages are followed by number: the API filters by no id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bridge.stores.base import Fetched, StoreOrder, Window
from bridge.stores.looks import SECOND, Listed
from bridge.stores.problems import StoreFailing, StoreKeyRefused, StoreRequestRefused
from bridge.stores.raw import Unreadable, moment_of
from bridge.stores.woocommerce.client import ORDER_ABSENT, WooCommerceClient
from bridge.stores.woocommerce.lists import AT_ONCE_MAX, ListedOrder, OrderList, OrderLists, elements_of, is_crash
from bridge.stores.woocommerce.mapping import DRAFT_STATUSES, malformed, mapped, original_of, store_order
from bridge.stores.woocommerce.settings import SplitOrders, WooCommerceSettings
from bridge.stores.woocommerce.split_orders import PARENT_FIELDS, parent_id_of

FAILS = "the shop itself fails when it is asked for {what}; its administrator finds why in the error log"


@dataclass(frozen=True, slots=True)
class WooCommerceRow:
    """One order of an answer, not mapped yet."""

    listed: ListedOrder
    page: PageOfOrders

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last changed it; None where the order does not say it readably."""
        raw = self.listed.raw
        try:
            return moment_of(raw, "date_modified_gmt") if isinstance(raw, dict) else None
        except Unreadable:
            return None

    @property
    def mark(self) -> tuple[str, str]:
        """Id and time of change."""
        raw = self.listed.raw
        if not isinstance(raw, dict):
            return ("", self.listed.text)
        return (self.listed.key, str(raw.get("date_modified_gmt")))

    def told(self) -> StoreOrder | None:
        """The order, or its problem; None for a draft, and for one at which the shop is known to fail."""
        raw = self.listed.raw
        if self.listed.is_known:
            return None
        if isinstance(raw, dict) and raw.get("status") in DRAFT_STATUSES:
            return None
        return self.page.told(self.listed)


class PageOfOrders:
    """The orders of one answer. The parents that some of them name are asked for once, when the first is told."""

    def __init__(self, listing: WooCommerceListing, orders: Sequence[ListedOrder]) -> None:
        self._listing = listing
        self._named = [parent for one in orders if isinstance(one.raw, dict) and (parent := parent_id_of(one.raw))]
        self._parents: Mapping[str, ListedOrder] | None = None

    def told(self, listed: ListedOrder) -> StoreOrder | None:
        """The order with what belongs to it; None for one that was deleted meanwhile."""
        if self._parents is None:
            self._parents = self._listing.parents(self._named)
        parent = self._parents.get(parent_id_of(listed.raw)) if isinstance(listed.raw, dict) else None
        return self._listing.told(listed, parent)


class WooCommerceListing:
    """The questions to one shop."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings
        self._lists = OrderLists(client, settings)
        self.unshown = self._lists.unshown

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`. Raises StoreKeyRefused where the key's user may see no order of those that are counted."""
        answer = self._lists.listed(orderby="modified", modified_after=shop_time(second - SECOND))
        rows = self._rows(answer)
        if not rows and answer.total:
            raise StoreKeyRefused(store=self._settings.http.name, what="read all orders", code="orders hidden")
        return Listed(rows, answer.now, self._is_whole(answer, rows) or not rows)

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. An order changed meanwhile leaves the second and the others move up: then from its start."""
        number, total = (int(part) for part in place.split("/")) if place else (1, None)
        bounds = {"modified_after": shop_time(second - SECOND), "modified_before": shop_time(second + SECOND)}
        answer = self._lists.listed(orderby="modified", page=str(number), **bounds)
        if total is not None and (answer.total or 0) != total:  # 0: a cache on the way took the count out of the answer
            number = 1
            answer = self._lists.listed(orderby="modified", page="1", **bounds)
        listed = self._numbered(answer, number)
        return replace(listed, place=f"{listed.place}/{answer.total or 0}" if listed.place else "")

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`. By page number: times of creation stand still, and a deletion is met by the next sweep."""
        number = int(place or 1)
        return self._numbered(self._lists.listed(orderby="date", after=shop_time(moment), page=str(number)), number)

    def _numbered(self, answer: OrderList, number: int) -> Listed:
        """One page by its number. An empty one is the last, but not where all orders of it are counted and hidden."""
        rows = self._rows(answer)
        is_last = (number - 1) * self._settings.poll.per_page >= (answer.total or 0) if not rows else False
        whole = is_last or (number == 1 and self._is_whole(answer, rows))
        return Listed(rows, answer.now, whole, "" if whole else str(number + 1))

    def _is_whole(self, answer: OrderList, rows: Sequence[WooCommerceRow]) -> bool:
        """Whether a first page holds all that is counted. Orders that the user may not read are counted and left out,
        so a short page need not be the last; of a full page the count is not believed, as some plugins save counting.
        """
        is_full = len(rows) >= self._settings.poll.per_page
        return not is_full and answer.total is not None and answer.total <= len(rows)

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now; one in the bin or deleted is told as gone.

        Raises StoreKeyRefused where some are counted and not shown: an order that the key may not read is not gone.
        """
        for start in range(0, len(store_order_ids), AT_ONCE_MAX):
            group = store_order_ids[start : start + AT_ONCE_MAX]
            found: dict[str, WooCommerceRow] = {}
            if ids := ",".join(one for one in group if one.isdigit()):
                answer = self._lists.listed(include=ids, per_page=str(AT_ONCE_MAX))
                found = {row.mark[0]: row for row in self._rows(answer)}
                if (answer.total or 0) > len(answer.orders):
                    raise StoreKeyRefused(store=self._settings.http.name, what="read all orders", code="orders hidden")
            for one in group:
                row = found.get(one) or self._alone(one)
                yield Fetched(one, row.told() if row else None)

    def _alone(self, store_order_id: str) -> WooCommerceRow | None:
        order = self._lists.alone(store_order_id) if store_order_id.isdigit() else None
        return WooCommerceRow(order, PageOfOrders(self, [order])) if order else None

    def told(self, listed: ListedOrder, parent: ListedOrder | None) -> StoreOrder | None:
        """The order of one answer; refunds are asked for where it has some, as it tells only their sums.

        parent: the order that it names, where one is shown. None where the order was deleted meanwhile.
        """
        raw, text, refunds = listed.raw, listed.text, ""
        name, keys = self._settings.http.name, self._settings.meta
        if not listed.is_shown:
            return malformed(name, listed.key, text, FAILS.format(what="this order"))
        if parent is not None and not parent.is_shown:
            return malformed(name, listed.key, text, FAILS.format(what="the order that this one belongs to"))
        if isinstance(raw, dict) and raw.get("refunds"):
            try:
                refunds = self._refunds(listed.key)
            except StoreFailing as error:
                if not is_crash(error):
                    raise
                self.now()  # the shop itself answers, or this rises
                return malformed(name, listed.key, text, FAILS.format(what="the refunds of this order"))
            if not refunds:
                return None
        if not refunds and parent is None:
            return store_order(name, raw, text, keys)
        return mapped(name, original_of(text, refunds, parent.text if parent else ""), keys)

    def parents(self, store_order_ids: Sequence[str]) -> dict[str, ListedOrder]:
        """Each of these orders that the shop shows, the bin left out, with what tells whether it was split."""
        ids = list(dict.fromkeys(store_order_ids))
        if not ids or self._settings.meta.split_orders is SplitOrders.NONE:
            return {}
        found = self._lists.listed(include=",".join(ids), per_page=str(AT_ONCE_MAX), _fields=PARENT_FIELDS)
        return {one.key: one for one in found.orders if one.key in ids}

    def _refunds(self, store_order_id: str) -> str:
        """The text of an order's refunds: up to a hundred, which no order has. Empty where it was deleted meanwhile."""
        if not store_order_id.isdigit():
            return "[]"
        path = f"/orders/{store_order_id}/refunds"
        try:
            answer = self._client.get(path, "read the refunds of an order", per_page=str(AT_ONCE_MAX))
        except StoreRequestRefused as error:
            if error.subject.get("code") == ORDER_ABSENT:
                return ""
            raise
        elements_of(self._settings.http.name, answer.text, "refunds")
        return answer.text

    def count(self, window: Window) -> int | None:
        """Orders created within the window, drafts and the bin left out."""
        bounds = {"after": shop_time(window.start - SECOND), "before": shop_time(window.end)}
        return self._lists.listed(**bounds, per_page="1", _fields="id").total

    def now(self) -> datetime:
        """The shop's clock, for the price of one id."""
        return self._lists.listed(per_page="1", _fields="id").now

    def _rows(self, found: OrderList) -> list[WooCommerceRow]:
        page = PageOfOrders(self, found.orders)
        return [WooCommerceRow(one, page) for one in found.orders]


def shop_time(moment: datetime) -> str:
    """Whole seconds without a suffix, UTC by `dates_are_gmt`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
