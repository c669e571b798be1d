"""How a Vendure shop is asked for orders: by one of its two times.

`updatedAt` alone finds too little: placing, settling, shipping and editing an address do not move it (seen on 3.7.3
with SQLite and with PostgreSQL: the order is saved twice, and the second time its old time is written back).
`orderPlacedAt` is set once, when the checkout ends. So there is one listing for each, and `watch.py` for what neither
shows. Carts and drafts have no `orderPlacedAt` and are asked for by nobody.

`after` is exclusive. Databases with fractions of a second hold more of them than the API tells, so a second is asked
for from a millisecond before it; and as SQLite compares times as texts, "before the next second" can bring the next
second's first rows too, which does no harm. A list is sorted by one field only: of two, GraphQL puts the one first
that stands first in the schema, which is the id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.stores.base import Fetched, Window
from bridge.stores.graphql import GraphqlAnswer
from bridge.stores.looks import SECOND, Listed
from bridge.stores.vendure.client import VendureClient
from bridge.stores.vendure.queries import COUNT
from bridge.stores.vendure.questions import CHANGED, PLACED, TO_READ, VendureQuestions, total_of
from bridge.stores.vendure.settings import VendureSettings

MILLISECOND = timedelta(milliseconds=1)
IS_PLACED = {PLACED: {"isNull": False}}


class VendureListing:
    """One shop, asked by one of its times."""

    def __init__(self, questions: VendureQuestions, settings: VendureSettings, time: str) -> None:
        self._questions = questions
        self._per_page = settings.poll.per_page
        self._time = time

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`."""
        return self._listed(self._bounds(second - MILLISECOND), 0, self._time)

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. An order changed meanwhile leaves the second and the others move up: then from its start."""
        skip, total = (int(part) for part in place.split("/")) if place else (0, None)
        bounds = self._bounds(second - MILLISECOND, before=second + SECOND)
        answer = self._questions.orders(self._options(bounds, skip, "id"), self._time)
        if total is not None and answer.total != total:
            skip = 0
            answer = self._questions.orders(self._options(bounds, skip, "id"), self._time)
        reached = skip + len(answer.rows)
        is_last = not answer.rows or reached >= answer.total
        return Listed(answer.rows, answer.now, is_last, "" if is_last else f"{reached}/{answer.total}")

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`. The time of placing stands still; what a deletion pushes aside is met by the next sweep."""
        skip = int(place or 0)
        listed = self._listed(self._bounds(moment), skip, PLACED)
        reached = str(skip + len(listed.rows))
        return Listed(listed.rows, listed.now, listed.whole, "" if listed.whole else reached)

    def _listed(self, bounds: Mapping[str, Any], skip: int, by: str) -> Listed:
        answer = self._questions.orders(self._options(bounds, skip, by), self._time)
        whole = not answer.rows or skip + len(answer.rows) >= answer.total
        return Listed(answer.rows, answer.now, whole)

    def _bounds(self, after: datetime, before: datetime | None = None) -> dict[str, Any]:
        bounds = {"after": shop_time(after)}
        if before is not None:
            bounds["before"] = shop_time(before)
        return {**IS_PLACED, self._time: bounds}

    def _options(self, bounds: Mapping[str, Any], skip: int, by: str) -> dict[str, Any]:
        return {"filter": bounds, "sort": {by: "ASC"}, "take": self._per_page, "skip": skip}


class SingleOrders:
    """Orders by id, the shop's count and its clock."""

    def __init__(self, client: VendureClient, questions: VendureQuestions, settings: VendureSettings) -> None:
        self._client = client
        self._questions = questions
        self._per_page = settings.poll.per_page

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now; one that is deleted is told as gone."""
        for start in range(0, len(store_order_ids), self._per_page):
            group = store_order_ids[start : start + self._per_page]
            options = {"filter": {"id": {"in": list(group)}}, "take": len(group)}
            found = {row.store_order_id: row for row in self._questions.orders(options).rows}
            for one in group:
                yield Fetched(one, found[one].told() if one in found else None)

    def count(self, window: Window) -> int:
        """Orders placed within the window, a marketplace's wholes and parts included."""
        bounds = {"after": shop_time(window.start - MILLISECOND), "before": shop_time(window.end)}
        return total_of(self._listed({PLACED: bounds}))

    def now(self) -> datetime:
        """The shop's clock, for the price of one id."""
        return self._listed(IS_PLACED).now

    def _listed(self, bounds: Mapping[str, Any]) -> GraphqlAnswer:
        # `take: 0` would mean all of them.
        return self._client.ask(COUNT, TO_READ, options={"filter": dict(bounds), "take": 1})


def shop_time(moment: datetime) -> str:
    """UTC with thousandths, as the shop itself writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def both_listings(questions: VendureQuestions, settings: VendureSettings) -> tuple[VendureListing, VendureListing]:
    """By the time of placing, and by the time of change."""
    return VendureListing(questions, settings, PLACED), VendureListing(questions, settings, CHANGED)
