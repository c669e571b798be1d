"""One look at a Vendure shop: what was placed, what was changed, and what became of orders that were still open.

A payment that is settled days later moves none of an order's times, so orders that wait for money or are being modified
are watched: their ids and states lie in the cursor, and each look asks for their states. What neither time nor state
shows (refunds, notes, addresses) is the sweep's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.stores.base import Page, StoreOrder
from bridge.stores.looks import SECOND, Cursor, Looks
from bridge.stores.raw import key_of, table_of, tables_of, verbatim_of
from bridge.stores.vendure.client import VendureClient
from bridge.stores.vendure.listing import SingleOrders, both_listings
from bridge.stores.vendure.mapping import CANCELLED, FULFILMENT_STATES, SETTLED
from bridge.stores.vendure.queries import STATES
from bridge.stores.vendure.questions import TO_READ, VendureQuestions
from bridge.stores.vendure.settings import VendureSettings

WATCHED_MAX = 500  # the newest; older ones are met by the sweep
DONE = frozenset({SETTLED, CANCELLED}) | FULFILMENT_STATES


@dataclass(slots=True)
class Progress:
    """The place where a look stands: small JSON, opaque to everybody else.

    placed, changed: the cursors of the two looks. watched: order id to the state in which it was told last.
    """

    changed: str
    placed: str | None = None
    watched: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Progress:
        fields = json.loads(text)
        watched = {str(one): str(state) for one, state in fields.get("watched", {}).items()}
        return cls(str(fields["changed"]), fields.get("placed"), watched)

    def written(self) -> str:
        return json.dumps({"placed": self.placed, "changed": self.changed, "watched": self.watched})

    def heard(self, orders: Sequence[StoreOrder]) -> None:
        """Watch those that are open, and no longer those that are done."""
        for told in orders:
            self.watched.pop(told.store_order_id, None)
            if told.order is not None and told.order.status not in DONE:
                self.watched[told.store_order_id] = told.order.status
        for one in list(self.watched)[: max(0, len(self.watched) - WATCHED_MAX)]:
            del self.watched[one]


class Looking:
    """The looks at one shop."""

    def __init__(
        self, client: VendureClient, questions: VendureQuestions, single: SingleOrders, settings: VendureSettings
    ) -> None:
        self._client = client
        self._single = single
        self._per_page = settings.poll.per_page
        self._overlap = timedelta(seconds=settings.poll.overlap_s)
        placed, changed = both_listings(questions, settings)
        self._placed = Looks(settings.http.name, placed, settings.poll.overlap_s)
        self._changed = Looks(settings.http.name, changed, settings.poll.overlap_s)

    def changed(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`. A first look reads what was placed as it is now, so changes count from its beginning on."""
        progress = Progress.read(cursor) if cursor else Progress(Cursor(self._settled()).written())
        before = dict(progress.watched)
        kept = cursor
        for page in self._pages(progress, orders_from):
            for told in page.orders:
                before.pop(told.store_order_id, None)
            if page.orders:  # an empty one would end the look
                kept = page.cursor
                yield page
        for page in self._of_watched(progress, before):
            kept = page.cursor
            yield page
        if kept != progress.written() or cursor is None:
            yield Page([], progress.written())  # ends the look: only its cursor is kept

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store`."""
        return self._placed.recent(created_after, cursor)

    def _pages(self, progress: Progress, orders_from: datetime) -> Iterator[Page]:
        since = Cursor.read(progress.changed).settled
        told_just_now: set[bytes] = set()
        for page in self._placed.changed(progress.placed, orders_from):
            progress.placed = page.cursor
            progress.heard(page.orders)
            told_just_now |= {_digest(told) for told in page.orders if _is_new(told, since)}
            yield Page(page.orders, progress.written())
        for page in self._changed.changed(progress.changed, orders_from):
            progress.changed = page.cursor
            news = [told for told in page.orders if _digest(told) not in told_just_now]
            progress.heard(news)
            yield Page(news, progress.written())

    def _of_watched(self, progress: Progress, watched: dict[str, str]) -> Iterator[Page]:
        """The watched orders whose state is another one by now, whole."""
        moved = [one for one, state in self._states(list(watched)) if state != watched[one]]
        for start in range(0, len(moved), self._per_page):
            group = moved[start : start + self._per_page]
            orders = [fetched.told for fetched in self._single.by_id(group) if fetched.told is not None]
            for one in group:
                progress.watched.pop(one, None)
            progress.heard(orders)
            if orders:
                yield Page(orders, progress.written())

    def _states(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        for start in range(0, len(ids), self._per_page):
            group = list(ids[start : start + self._per_page])
            options = {"filter": {"id": {"in": group}}, "take": len(group)}
            answer = self._client.ask(STATES, TO_READ, options=options)
            for row in tables_of(table_of(answer.data, "orders"), "items"):
                yield key_of(row), verbatim_of(row, "state")

    def _settled(self) -> datetime:
        return self._single.now().replace(microsecond=0) - self._overlap


def _is_new(told: StoreOrder, since: datetime) -> bool:
    """Whether the look at changes will meet the order too."""
    return told.order is None or told.order.updated_at >= since - SECOND


def _digest(told: StoreOrder) -> bytes:
    """What tells the same text again; a broken order, whose text differs by the look, by its id."""
    text = told.store_order_id.encode() if told.order is None else told.original
    return hashlib.sha256(text).digest()
