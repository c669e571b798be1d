"""Lists of a WooCommerce's orders, whole although the shop itself fails to show one of them.

One order at which PHP dies, in a plugin or for a lost row of the database, makes the whole list a 500, each time. Asked
for ids and times alone the shop shows the list; the orders are then asked for by ever fewer ids until the broken one
stands alone. A shop that fails at more than a few is broken itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bridge.stores.exact_json import decoded, elements
from bridge.stores.problems import StoreAnswerUnreadable, StoreFailing, StoreRequestRefused
from bridge.stores.woocommerce.client import ORDER_ABSENT, WooCommerceClient
from bridge.stores.woocommerce.settings import WooCommerceSettings

TO_READ = "read orders"
AT_ONCE_MAX = 100  # the API's largest page
BROKEN_MAX = 5  # orders of one list
NAMES = "id,date_modified_gmt"
CRASHED = 500  # PHP died while it answered


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order of a list; of one that the shop fails to show, id and time only."""

    raw: Any
    text: str
    is_shown: bool = True

    @property
    def key(self) -> str:
        return str(self.raw.get("id")) if isinstance(self.raw, dict) else ""


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of a list."""

    orders: Sequence[ListedOrder]
    now: datetime  # the shop's own clock
    total: int | None  # how many it counts in all


class OrderLists:
    """The lists of one shop."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._store = settings.http.name
        self._usual = {
            "dates_are_gmt": "true", "status": "any", "order": "asc", "per_page": str(settings.poll.per_page),
        }  # fmt: skip

    def listed(self, **query: str) -> OrderList:
        """What the query asks for. Raises Unavailable or Refused."""
        try:
            return self._asked(query)
        except StoreFailing as error:
            if not is_crash(error):
                raise
            names = self._asked({**query, "_fields": NAMES})
            found = self._apart({one.key: one for one in names.orders}, query.get("_fields", ""))
            if found is None:
                raise
        return OrderList([found[one.key] for one in names.orders if one.key in found], names.now, names.total)

    def _apart(self, names: Mapping[str, ListedOrder], fields: str) -> dict[str, ListedOrder] | None:
        """The orders of these names, the broken ones by their names alone; None where too many are broken."""
        found: dict[str, ListedOrder] = {}
        groups, broken = [list(names)], 0
        while groups:
            group = groups.pop()
            query = {"include": ",".join(group), "per_page": str(AT_ONCE_MAX)} | ({"_fields": fields} if fields else {})
            try:
                found |= {one.key: one for one in self._asked(query).orders}
            except StoreFailing as error:
                if not is_crash(error):
                    raise
                half = len(group) // 2
                if half:
                    groups += [group[:half], group[half:]]
                    continue
                found[group[0]] = replace(names[group[0]], is_shown=False)
                broken += 1
                if broken > min(BROKEN_MAX, max(1, len(names) - 1)):
                    return None
        return found

    def _asked(self, query: Mapping[str, str]) -> OrderList:
        answer = self._client.get("/orders", TO_READ, **{**self._usual, **query})
        orders = [ListedOrder(raw, text) for raw, text in elements_of(self._store, answer.text, "orders")]
        if "include" in query and not {one.key for one in orders} <= {*query["include"].split(",")}:
            what = "it lists orders that were not asked for, as if no id were named"
            raise StoreAnswerUnreadable(store=self._store, what=what)
        return OrderList(orders, answer.now, answer.total)

    def alone(self, store_order_id: str) -> ListedOrder | None:
        """One order that no list shows; None where the shop says of it that it is deleted, or in the bin.

        A list leaves out more than what is gone: orders in a status of a plugin that hides it, or all in an answer that
        a cache kept from before they came.
        """
        try:
            text = self._client.get(f"/orders/{store_order_id}", "read an order").text
            raw = decoded(text)
        except StoreRequestRefused as error:
            if error.subject.get("code") == ORDER_ABSENT:
                return None
            raise
        except ValueError as error:
            raise StoreAnswerUnreadable(store=self._store, what="an order breaks off") from error
        order = ListedOrder(raw, text)
        if order.key != store_order_id:
            raise StoreAnswerUnreadable(store=self._store, what="it shows another order than the one asked for")
        return None if raw.get("status") == "trash" else order


def is_crash(error: StoreFailing) -> bool:
    """Whether the shop answered, but PHP died on the way: not a proxy that reached nobody."""
    return error.subject.get("status") == CRASHED


def elements_of(store: str, text: str, of: str) -> list[tuple[Any, str]]:
    """Each element of a list with its own text. Raises StoreAnswerUnreadable."""
    try:
        return elements(text)
    except ValueError as error:
        raise StoreAnswerUnreadable(store=store, what=f"the list of {of} breaks off or is not a list") from error
