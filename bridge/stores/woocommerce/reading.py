"""Asking a WooCommerce shop for changed orders so that none slips between pages.

The shop sorts by (modified, id) ascending and every change moves an order to the end, so a page number points at other
orders a moment later. We therefore ask again from the last seen second (a keyset). Only inside one second, when it
holds more orders than a page, do we page by number: the second is closed by `modified_before`. A finished look is
followed by one that reads the overlap again; a look that was cut short is followed by one that goes on.
`modified_after` is exclusive and whole seconds; `dates_are_gmt` makes it mean UTC (woocommerce/woocommerce#14539).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.stores.base import Page, StoreOrder
from bridge.stores.exact_json import elements
from bridge.stores.problems import StoreAnswerUnreadable, StoreKeyRefused
from bridge.stores.woocommerce.client import Answer, WooCommerceClient
from bridge.stores.woocommerce.cursor import Cursor, shop_time
from bridge.stores.woocommerce.fields import Unreadable, moment_of
from bridge.stores.woocommerce.mapping import DRAFT_STATUSES, store_order
from bridge.stores.woocommerce.settings import WooCommerceSettings

SECOND = timedelta(seconds=1)
TO_READ = "read orders"


@dataclass(frozen=True, slots=True)
class Row:
    """One order of an answer, not mapped yet."""

    raw: Any
    text: str

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last changed it; None where the order does not say it readably."""
        try:
            return moment_of(self.raw, "date_modified_gmt") if isinstance(self.raw, dict) else None
        except Unreadable:
            return None

    @property
    def is_draft(self) -> bool:
        return isinstance(self.raw, dict) and self.raw.get("status") in DRAFT_STATUSES

    @property
    def mark(self) -> tuple[str, str]:
        """What tells a row seen already in this look: id and time of change."""
        if not isinstance(self.raw, dict):
            return ("", self.text)
        return (str(self.raw.get("id")), str(self.raw.get("date_modified_gmt")))


class Reading:
    """The looks at one shop."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings

    def pages(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages, oldest change first. Raises Unavailable or Refused; the pages before it stay good."""
        yield from _Look(self._client, self._settings).pages(Cursor.read(cursor) if cursor else None, orders_from)


class _Look:
    """One look, from a cursor to the newest change, and then the sweep if it is due."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings
        self._floor: datetime | None = None  # a look that goes on behind unsettled orders leaves `settled` there
        self._sweep = Cursor(datetime.min.replace(tzinfo=UTC))  # where the sweep stands; carried by every cursor
        self._seen: set[tuple[str, str]] = set()  # told in this look; of the last second only

    def pages(self, cursor: Cursor | None, orders_from: datetime) -> Iterator[Page]:
        after = orders_from.astimezone(UTC).replace(microsecond=0) - SECOND
        if cursor is not None:
            self._sweep = cursor
            after = (cursor.reached or cursor.settled) - SECOND  # exclusive: its second is read again
            if cursor.reached and cursor.reached > cursor.settled:
                self._floor = cursor.settled
            if cursor.reached and cursor.page:
                yield from self._one_second(cursor.reached, cursor.page, cursor.total)
                after = cursor.reached
        answer = self._ask(after)
        latest = self._settled(answer)
        if cursor is not None and cursor.settled > latest:  # the shop's clock ran ahead when the cursor was made
            after = latest
            answer = self._ask(after)
        if cursor is None or cursor.swept is None:  # all is new: the first sweep comes a period later
            self._sweep = replace(self._sweep, swept=answer.now)
        finished, is_told = yield from self._from(after, answer)
        if self._sweep_is_due(finished, answer.now):
            yield from self._swept(finished, answer.now, orders_from)
        elif not is_told:
            yield self._page([], finished)  # ends the look: only its cursor is kept

    def _sweep_is_due(self, finished: Cursor, now: datetime) -> bool:
        settings = self._settings
        if not settings.sweep_days:
            return False
        since = now - (finished.swept or now)
        return finished.sweep_from is not None or since >= timedelta(hours=settings.sweep_every_h)

    def _swept(self, finished: Cursor, now: datetime, orders_from: datetime) -> Iterator[Page]:
        """Orders of the last days once more: no `modified_after` finds a line, address or refund edited past it.

        By page number: times of creation stand still, and what a deletion pushes aside is met by the next sweep.
        """
        start = finished.sweep_from or max(now - timedelta(days=self._settings.sweep_days), orders_from - SECOND)
        number = finished.sweep_page or 1
        while True:
            rows = self._rows(self._ask(None, after=shop_time(start), orderby="date", page=str(number)))
            if not rows:
                break
            number += 1
            yield self._page(rows, replace(finished, sweep_from=start, sweep_page=number))
        yield self._page([], replace(finished, swept=now, sweep_from=None, sweep_page=None))

    def _from(self, after: datetime, answer: Answer) -> Generator[Page, None, tuple[Cursor, bool]]:
        """From an answer on to the newest change. Gives the cursor that says so, and whether a page carries it."""
        while True:
            rows = self._rows(answer)
            fresh = [row for row in rows if row.mark not in self._seen]
            times = [moment for row in rows if (moment := row.modified_at)]
            if not rows and answer.total:
                raise StoreKeyRefused(store=self._settings.name, what="read all orders", code="orders hidden")
            whole = not times or (answer.total is not None and answer.total <= len(rows))
            if whole or not fresh:
                finished = self._cursor(answer, max(times, default=after + SECOND))
                if fresh:
                    yield self._page(fresh, finished)
                return finished, bool(fresh)
            last = max(times)
            if len(rows) >= self._settings.per_page and min(times) == last:
                yield from self._one_second(last)
                after = last
            else:
                yield self._page(fresh, self._cursor(answer, last, goes_on=True))
                after = last - SECOND
            self._seen = {row.mark for row in rows if row.modified_at in (last, None)}
            answer = self._ask(after)

    def _one_second(self, second: datetime, number: int = 1, total: int | None = None) -> Iterator[Page]:
        """All orders changed within one second, page by page, by number.

        An order changed meanwhile leaves the second and the others move up: then it is read from its start again.
        """
        while True:
            answer = self._ask(second - SECOND, modified_before=shop_time(second + SECOND), page=str(number))
            if total is not None and answer.total != total:
                number, total = 1, None
                continue
            total = answer.total
            rows = self._rows(answer)
            if not rows:
                return
            number += 1
            yield self._page(rows, replace(self._cursor(answer, second), reached=second, page=number, total=total))

    def _ask(self, modified_after: datetime | None, **more: str) -> Answer:
        query = {"dates_are_gmt": "true", "status": "any", "orderby": "modified", "order": "asc"}
        if modified_after is not None:
            query["modified_after"] = shop_time(modified_after)
        query["per_page"] = str(self._settings.per_page)
        return self._client.get("/orders", TO_READ, **(query | more))

    def _rows(self, answer: Answer) -> list[Row]:
        try:
            return [Row(raw, text) for raw, text in elements(answer.text)]
        except ValueError as error:
            what = "the list of orders breaks off or is not a list"
            raise StoreAnswerUnreadable(store=self._settings.name, what=what) from error

    def _page(self, rows: list[Row], cursor: Cursor) -> Page:
        settings = self._settings
        orders: list[StoreOrder] = [
            store_order(settings.name, row.raw, row.text, settings.meta) for row in rows if not row.is_draft
        ]
        return Page(orders, cursor.written())

    def _cursor(self, answer: Answer, last: datetime, goes_on: bool = False) -> Cursor:
        """The cursor behind `last`."""
        settled = self._floor or min(last, self._settled(answer))
        return replace(self._sweep, settled=settled, reached=last if goes_on else None, page=None, total=None)

    def _settled(self, answer: Answer) -> datetime:
        """Up to here nothing can appear any more: changes become visible within the overlap (the shop's clock)."""
        return answer.now.replace(microsecond=0) - timedelta(seconds=self._settings.overlap_s)
