"""Lists of a WooCommerce's orders, whole although the shop itself fails to show one of them.

One order at which PHP dies, in a plugin or for a lost row of the database, makes the whole list a 500, each time. Asked
for ids and times alone the shop shows the list; the orders are then asked for by ever fewer ids until the broken one
stands alone. A shop that shows none is broken itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.stores.apart import Unshown, shows_any, spread, told_apart
from bridge.stores.exact_json import decoded, elements
from bridge.stores.problems import StoreAnswerUnreadable, StoreFailing, StoreRequestRefused
from bridge.stores.woocommerce.client import ORDER_ABSENT, WooCommerceClient
from bridge.stores.woocommerce.settings import WooCommerceSettings

TO_READ = "read orders"
AT_ONCE_MAX = 100  # the API's largest page
CHANGED = "date_modified_gmt"
NAMES = f"id,{CHANGED}"
CRASHED = 500  # PHP died while it answered


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order of a list; of one that the shop fails to show, id and time only.

    is_known: as one that it fails to show, from a look before, and was not asked for again: nothing is to be told.
    """

    raw: Any
    text: str
    is_shown: bool = True
    is_known: bool = False

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
        self.unshown = Unshown()
        self._usual = {
            "dates_are_gmt": "true", "status": "any", "order": "asc", "per_page": str(settings.poll.per_page),
        }  # fmt: skip

    def listed(self, **query: str) -> OrderList:
        """What the query asks for. Raises Unavailable or Refused."""
        fields = query.get("_fields", "")
        is_look = not fields and "include" not in query  # orders by id are asked for whatever is known of them
        try:
            whole = self._asked(query)
        except StoreFailing as error:
            if not is_crash(error):
                raise
        else:
            if is_look:
                self.unshown.tried({}, [one.key for one in whole.orders])
            return whole
        names = self._asked({**query, "_fields": NAMES})
        found = self._apart({one.key: one for one in names.orders if one.key}, fields, is_look)
        return OrderList([found[one.key] for one in names.orders if one.key in found], names.now, names.total)

    def _apart(self, names: Mapping[str, ListedOrder], fields: str, is_look: bool) -> dict[str, ListedOrder]:
        """The orders of these names, the broken ones by their names alone. Raises StoreFailing where none is shown."""

        def ask(group: Sequence[str]) -> Sequence[ListedOrder]:
            return self._asked({"include": ",".join(group), "per_page": str(AT_ONCE_MAX), **cut}).orders

        def shows(broken: Sequence[str]) -> bool:
            return shows_any(spread(ids, broken), ask, is_crash) or self._shows_newest(cut)

        cut = {"_fields": fields} if fields else {}
        times = {key: str(one.raw.get(CHANGED)) for key, one in names.items()}
        again, left = self.unshown.unchanged(times if is_look else {})
        ids = [key for key in names if key not in {*again, *left}]
        shown, broken = told_apart(ids, ask, is_crash, shows)
        for one in again:
            more, still = told_apart([one], ask, is_crash, shows)
            shown, broken = [*shown, *more], [*broken, *still]
        if is_look:
            self.unshown.tried({key: times[key] for key in broken}, [one.key for one in shown])
        known = {key: replace(names[key], is_known=True) for key in left}
        return known | {one.key: one for one in shown} | {key: replace(names[key], is_shown=False) for key in broken}

    def _shows_newest(self, cut: Mapping[str, str]) -> bool:
        newest = {"orderby": "date", "order": "desc", "per_page": "1", **cut}
        return shows_any([[""]], lambda _: self._asked(newest).orders, is_crash)

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


def is_crash(error: BridgeError) -> bool:
    """Whether the shop answered, but PHP died on the way: not a proxy that reached nobody."""
    return isinstance(error, StoreFailing) and error.subject.get("status") == CRASHED


def elements_of(store: str, text: str, of: str) -> list[tuple[Any, str]]:
    """Each element of a list with its own text. Raises StoreAnswerUnreadable."""
    try:
        return elements(text)
    except ValueError as error:
        raise StoreAnswerUnreadable(store=store, what=f"the list of {of} breaks off or is not a list") from error
