"""Lists of a Magento's orders, whole although the shop itself fails at one of them.

An order at which PHP dies (a product that was deleted, a module, a lost row) makes an error of each list that would
hold it. `fields` is no way around it: Magento cuts an answer down only once it is made. So no names are asked for, but
ever smaller ranges of ids, until one holds nothing but the broken order. Then that is left out by a filter (`nin`), and
the list is as good as any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.errors import BridgeError
from bridge.stores.apart import AGAIN_MAX, Unshown, shows_any, spread, told_apart
from bridge.stores.magento.client import Filter, Found, MagentoClient
from bridge.stores.magento.parts import Part
from bridge.stores.problems import StoreAddressWrong, StoreAnswerUnreadable, StoreFailing, StoreRequestRefused
from bridge.stores.raw import text_of

TO_READ = "read orders"
BY_ID = ("entity_id",)
BY_ID_BACKWARDS = ("-entity_id",)
BY_CHANGE = ("updated_at", "entity_id")
ID_MAX = 2**32 - 1
NO_ORDER = Filter("entity_id", "eq", "0")
SEARCHES_MAX = 10  # for broken orders of one page
QUESTIONS_MAX = 600  # of one search
CRASHED = 500
ID = "entity_id"
COUNT_PLACES = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of a list. broken: ids of orders that belong there, at which the shop was just found to fail."""

    found: Found
    broken: Sequence[str] = ()


class OrderLists:
    """The lists of one shop's orders. store: its name in messages."""

    def __init__(self, client: MagentoClient, store: str) -> None:
        self._client = client
        self._store = store
        self._tried: set[str] = set()
        self.unshown = Unshown()

    def page(self, filters: Sequence[Filter], sorted_by: Sequence[str], size: int) -> OrderList:
        """The first page of a search, without the orders at which the shop fails. Raises Unavailable or Refused."""
        self._try_again()
        broken: list[str] = []
        for _ in range(SEARCHES_MAX):
            try:
                return OrderList(self._search(self._without(filters), sorted_by, size), broken)
            except BridgeError as error:
                if not may_be_of_an_order(error):
                    raise
                now = self._search([*filters, NO_ORDER], BY_ID, 1).now  # raises where it is no order's fault
                found = self._broken_of(self._without(filters), sorted_by, size, now)
            self.unshown.tried(found, ())
            broken += found
            if not found:
                size = max(1, size // 2)  # too much for the shop's memory, it seems
        return OrderList(self._search(self._without(filters), sorted_by, size), broken)

    def named(self, ids: Sequence[str], filters: Sequence[Filter] = ()) -> tuple[dict[str, Part], list[str]]:
        """The orders with these ids that are there, and the ids of those at which the shop fails."""

        def ask(group: Sequence[str]) -> list[Part]:
            wanted = [Filter("entity_id", "in", ",".join(group)), *filters]
            rows = self._client.search_all("orders", TO_READ, wanted)
            if not by_id(rows).keys() <= {*group}:
                what = "it lists orders that were not asked for, as if no id were named"
                raise StoreAnswerUnreadable(store=self._store, what=what)
            return rows

        def shows(broken: Sequence[str]) -> bool:
            return shows_any(spread(ids, broken), ask, may_be_of_an_order) or self._end((), BY_ID_BACKWARDS) is not None

        try:
            return by_id(ask(ids) if ids else []), []
        except BridgeError as error:
            if not may_be_of_an_order(error):
                raise
            self._search([NO_ORDER], BY_ID, 1)  # raises where it is no order's fault
        rows, broken = told_apart(ids, ask, may_be_of_an_order, shows)
        return by_id(rows), broken

    def count(self, filters: Sequence[Filter]) -> Found:
        """How many orders a search finds, told with one of them: the first that the shop shows."""
        for place in COUNT_PLACES[:-1]:
            if (found := self._shown(filters, BY_ID, place, ID)) is not None:
                return found
        return self._search(filters, BY_ID, 1, COUNT_PLACES[-1], ID)

    def _search(
        self, filters: Sequence[Filter], sorted_by: Sequence[str], size: int, page: int = 1, fields: str = ""
    ) -> Found:
        return self._client.search("orders", TO_READ, filters, sorted_by, size, fields, page)

    def _without(self, filters: Sequence[Filter]) -> list[Filter]:
        """The filters, and that none of the orders that are known as broken is asked for."""
        known = ",".join(self.unshown.known)
        return [*filters, Filter("entity_id", "nin", known)] if known else [*filters]

    def _try_again(self) -> None:
        """Ask for a few of the orders that are known as broken, once a look: what the shop shows is listed again."""
        for one in self.unshown.known:
            if len(self._tried) == AGAIN_MAX:
                return
            self._tried.add(one)
            if self._shown([Filter("entity_id", "eq", one)], BY_ID) is None:
                self.unshown.tried({one: self.unshown.known[one]}, ())
            else:
                self.unshown.tried({}, [one])

    def _shown(
        self, filters: Sequence[Filter], sorted_by: Sequence[str], page: int = 1, fields: str = ""
    ) -> Found | None:
        """One row of a search, if any; None where the shop fails at it."""
        try:
            return self._search(filters, sorted_by, 1, page, fields)
        except BridgeError as error:
            if not may_be_of_an_order(error):
                raise
            return None

    def _end(self, filters: Sequence[Filter], sorted_by: Sequence[str]) -> int | None:
        """The id at the end of a search; None where none is shown there."""
        found = self._shown(filters, sorted_by, fields=ID)
        told = text_of(found.rows[0].fields, "entity_id") if found and found.rows else ""
        return int(told) if told.isascii() and told.isdigit() else None

    def _broken_of(
        self, filters: Sequence[Filter], sorted_by: Sequence[str], size: int, now: datetime
    ) -> dict[str, str]:
        """The orders of a page at which the shop fails, each with a time that its change does not lie behind."""
        shown = self._last_shown(filters, sorted_by, size)
        bound = None
        if shown and shown.total > size:
            bound = Filter(sorted_by[0], "lteq", text_of(shown.rows[0].fields, sorted_by[0]))
        within = [*filters, bound] if bound else list(filters)
        first, last = self._end(within, BY_ID), self._end(within, BY_ID_BACKWARDS)
        newest = last or self._end((), BY_ID_BACKWARDS)
        ids = range(first or 1, (newest or ID_MAX) + 1)
        is_shown = bool(shown or first or newest)
        questions = 0

        def ask(group: Sequence[int]) -> Sequence[Part]:
            nonlocal questions
            questions += 1
            ends = [Filter("entity_id", "gteq", str(group[0])), Filter("entity_id", "lteq", str(group[-1]))]
            return self._search([*within, *ends], BY_ID, size).rows

        def fails(error: BridgeError) -> bool:
            return may_be_of_an_order(error) and questions < QUESTIONS_MAX

        _, broken = told_apart(ids, ask, fails, lambda _: is_shown)
        told = bound.value if bound and bound.field == "updated_at" else f"{now:%Y-%m-%d %H:%M:%S}"
        return {str(one): told.replace(" ", "T") for one in broken}

    def _last_shown(self, filters: Sequence[Filter], sorted_by: Sequence[str], size: int) -> Found | None:
        """The last order of a page that the shop shows by its place there, so that it is known how far the page goes.

        None where it shows none of those that are tried.
        """
        for place in _places(size):
            found = self._shown(filters, sorted_by, place)
            if found and found.rows and text_of(found.rows[0].fields, sorted_by[0]):
                return found
        return None


def by_id(rows: Sequence[Part]) -> dict[str, Part]:
    """Orders by their ids."""
    return {text_of(row.fields, "entity_id"): row for row in rows}


def may_be_of_an_order(error: BridgeError) -> bool:
    """Whether the shop answered that it cannot: with 500 mostly, with 404 or 400 where a product of an order is gone
    (magento/magento2#7518).
    """
    if isinstance(error, StoreFailing):
        return error.subject.get("status") == CRASHED
    return isinstance(error, StoreAddressWrong | StoreRequestRefused)


def _places(size: int) -> Iterator[int]:
    """Places on a page, the last one first; then some from all over it."""
    places = []
    while size > 1:
        places.append(size)
        size //= 2
    for (place,) in spread(range(1, max(places, default=1) + 1), places):
        places.append(place)
    yield from places
