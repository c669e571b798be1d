"""Asking a WooCommerce shop for changed orders so that none slips between pages.

The shop sorts by (modified, id) ascending and every change moves an order to the end, so a page number points at other
orders a moment later. We therefore ask again from the last seen second (a keyset). Only inside one second, when it
holds more orders than a page, do we page by number: the second is closed by `modified_before`.
`modified_after` is exclusive and whole seconds; `dates_are_gmt` makes it mean UTC (woocommerce/woocommerce#14539).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.stores.base import Page, StoreOrder
from bridge.stores.exact_json import elements
from bridge.stores.problems import StoreAnswerUnreadable, StoreKeyRefused
from bridge.stores.woocommerce_client import Answer, WooCommerceClient
from bridge.stores.woocommerce_fields import Unreadable, moment_of
from bridge.stores.woocommerce_mapping import DRAFT_STATUSES, store_order
from bridge.stores.woocommerce_settings import WooCommerceSettings

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
    """One look at a shop, from a cursor on."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings

    def pages(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages, oldest change first. Raises Unavailable or Refused; the pages before it stay good."""
        after = self._start(cursor, orders_from)
        answer = self._ask(after)
        latest = self._settled(answer)
        if cursor is not None and after > latest:  # the shop's clock was ahead when the cursor was made, and is not now
            after = latest
            answer = self._ask(after)
        seen: set[tuple[str, str]] = set()  # of the last second only
        while True:
            rows = self._rows(answer)
            fresh = [row for row in rows if row.mark not in seen]
            last = max((moment for row in rows if (moment := row.modified_at)), default=None)
            if not rows and answer.total:
                raise StoreKeyRefused(store=self._settings.name, what="read all orders", code="orders hidden")
            if fresh:
                yield self._page(fresh, answer, last or after)
            if last is None or (answer.total is not None and answer.total <= len(rows)):
                return
            if not fresh and len(rows) >= self._settings.per_page:
                yield from self._one_second(last, seen)
                after = last  # the second is read to its end
            elif not fresh:
                return
            else:
                after = max(after, last - SECOND)
            seen = {row.mark for row in rows if row.modified_at == last}
            answer = self._ask(after)

    def _one_second(self, second: datetime, seen: set[tuple[str, str]]) -> Iterator[Page]:
        """All orders changed within one second, page by page, by number.

        An order changed meanwhile leaves the second and the others move up: then it is read from its start again.
        """
        number, total = 1, None
        while True:
            answer = self._ask(second - SECOND, modified_before=_written(second + SECOND), page=str(number))
            if number > 1 and answer.total != total:
                number = 1
                continue
            total = answer.total
            rows = self._rows(answer)
            fresh = [row for row in rows if row.mark not in seen]
            if fresh:
                yield self._page(fresh, answer, second)
            if not rows:
                return
            seen.update(row.mark for row in fresh)
            number += 1

    def _ask(self, after: datetime, **more: str) -> Answer:
        return self._client.get(
            "/orders",
            TO_READ,
            modified_after=_written(after),
            dates_are_gmt="true",
            status="any",
            orderby="modified",
            order="asc",
            per_page=str(self._settings.per_page),
            **more,
        )

    def _rows(self, answer: Answer) -> list[Row]:
        try:
            return [Row(raw, text) for raw, text in elements(answer.text)]
        except ValueError as error:
            what = "the list of orders breaks off or is not a list"
            raise StoreAnswerUnreadable(store=self._settings.name, what=what) from error

    def _page(self, rows: list[Row], answer: Answer, last: datetime) -> Page:
        """The orders of one answer, and the cursor after them."""
        until = min(last, self._settled(answer))
        settings = self._settings
        orders: list[StoreOrder] = [
            store_order(settings.name, row.raw, row.text, settings.meta) for row in rows if not row.is_draft
        ]
        return Page(orders, json.dumps({"modified": _written(until)}))

    def _settled(self, answer: Answer) -> datetime:
        """Up to here nothing can appear any more, by the shop's own clock: changes become visible within the overlap.

        The cursor stops here and not at the last order seen less the overlap: a look that is cut short by its time
        budget inside a busy overlap would then start at the same order for ever.
        """
        return answer.now.replace(microsecond=0) - timedelta(seconds=self._settings.overlap_s)

    def _start(self, cursor: str | None, orders_from: datetime) -> datetime:
        """From where to ask, exclusive: the cursor's second is read again; without a cursor the flow's first second."""
        if cursor is None:
            return orders_from.astimezone(UTC).replace(microsecond=0) - SECOND
        return datetime.fromisoformat(json.loads(cursor)["modified"]).replace(tzinfo=UTC) - SECOND


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
