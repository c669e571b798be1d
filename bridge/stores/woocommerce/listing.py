"""How a WooCommerce shop is asked for orders. `modified_after` is exclusive; `dates_are_gmt` makes it mean UTC
(woocommerce/woocommerce#14539). Inside one second, pages are followed by number: the API filters by no id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bridge.stores.base import Fetched, StoreOrder, Window
from bridge.stores.exact_json import elements
from bridge.stores.looks import SECOND, Listed
from bridge.stores.problems import StoreAnswerUnreadable, StoreKeyRefused
from bridge.stores.raw import Unreadable, moment_of
from bridge.stores.woocommerce.client import JsonAnswer, WooCommerceClient
from bridge.stores.woocommerce.mapping import DRAFT_STATUSES, mapped, store_order
from bridge.stores.woocommerce.settings import WooCommerceSettings

TO_READ = "read orders"
AT_ONCE_MAX = 100  # the API's largest page


@dataclass(frozen=True, slots=True)
class WooCommerceRow:
    """One order of an answer, not mapped yet."""

    raw: Any
    text: str
    listing: WooCommerceListing

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last changed it; None where the order does not say it readably."""
        try:
            return moment_of(self.raw, "date_modified_gmt") if isinstance(self.raw, dict) else None
        except Unreadable:
            return None

    @property
    def mark(self) -> tuple[str, str]:
        """Id and time of change."""
        if not isinstance(self.raw, dict):
            return ("", self.text)
        return (str(self.raw.get("id")), str(self.raw.get("date_modified_gmt")))

    def told(self) -> StoreOrder | None:
        """The order, or its problem; None for a draft."""
        if isinstance(self.raw, dict) and self.raw.get("status") in DRAFT_STATUSES:
            return None
        return self.listing.told(self.raw, self.text)


class WooCommerceListing:
    """The questions to one shop."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings

    def changed_from(self, second: datetime) -> Listed:
        """See `Listing`. Raises StoreKeyRefused where the key's user may see no order of those that are counted."""
        answer = self._ask(orderby="modified", modified_after=shop_time(second - SECOND))
        rows = self._rows(answer)
        if not rows and answer.total:
            raise StoreKeyRefused(store=self._settings.http.name, what="read all orders", code="orders hidden")
        # Orders that the user may not read are counted and left out: a short page need not be the last one.
        whole = (answer.total is not None and answer.total <= len(rows)) or not rows
        return Listed(rows, answer.now, whole)

    def changed_within(self, second: datetime, place: str) -> Listed:
        """See `Listing`. An order changed meanwhile leaves the second and the others move up: then from its start."""
        number, total = (int(part) for part in place.split("/")) if place else (1, None)
        bounds = {"modified_after": shop_time(second - SECOND), "modified_before": shop_time(second + SECOND)}
        answer = self._ask(orderby="modified", page=str(number), **bounds)
        if total is not None and (answer.total or 0) != total:  # 0: a cache on the way took the count out of the answer
            number = 1
            answer = self._ask(orderby="modified", page="1", **bounds)
        rows = self._rows(answer)
        return Listed(rows, answer.now, False, f"{number + 1}/{answer.total or 0}" if rows else "")

    def created_after(self, moment: datetime, place: str) -> Listed:
        """See `Listing`. By page number: times of creation stand still, and a deletion is met by the next sweep."""
        number = int(place or 1)
        answer = self._ask(orderby="date", after=shop_time(moment), page=str(number))
        rows = self._rows(answer)
        return Listed(rows, answer.now, False, str(number + 1) if rows else "")

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now; one in the bin or deleted is told as gone.

        Raises StoreKeyRefused where some are counted and not shown: an order that the key may not read is not gone.
        """
        for start in range(0, len(store_order_ids), AT_ONCE_MAX):
            group = store_order_ids[start : start + AT_ONCE_MAX]
            ids = ",".join(one for one in group if one.isdigit())
            rows = self._shown(self._ask(include=ids, per_page=str(AT_ONCE_MAX))) if ids else []
            found = {row.mark[0]: row for row in rows}
            for one in group:
                yield Fetched(one, found[one].told() if one in found else None)

    def told(self, raw: Any, text: str) -> StoreOrder:
        """The order of one answer; refunds are asked for where it has some, as it tells only their sums."""
        name, keys = self._settings.http.name, self._settings.meta
        if not isinstance(raw, dict) or not raw.get("refunds"):
            return store_order(name, raw, text, keys)
        details = self._refunds(str(raw.get("id")))
        return mapped(name, f'{{"order":{text},"refund_details":{details}}}', keys)

    def _refunds(self, store_order_id: str) -> str:
        """The text of an order's refunds: up to a hundred, which no order has."""
        if not store_order_id.isdigit():
            return "[]"
        path = f"/orders/{store_order_id}/refunds"
        return self._client.get(path, "read the refunds of an order", per_page=str(AT_ONCE_MAX)).text

    def count(self, window: Window) -> int | None:
        """Orders created within the window, drafts and the bin left out."""
        bounds = {"after": shop_time(window.start - SECOND), "before": shop_time(window.end)}
        return self._ask(**bounds, per_page="1", _fields="id").total

    def now(self) -> datetime:
        """The shop's clock, for the price of one id."""
        return self._ask(per_page="1", _fields="id").now

    def _shown(self, answer: JsonAnswer) -> list[WooCommerceRow]:
        rows = self._rows(answer)
        if (answer.total or 0) > len(rows):
            raise StoreKeyRefused(store=self._settings.http.name, what="read all orders", code="orders hidden")
        return rows

    def _ask(self, **more: str) -> JsonAnswer:
        query = {
            "dates_are_gmt": "true",
            "status": "any",
            "order": "asc",
            "per_page": str(self._settings.poll.per_page),
        }
        return self._client.get("/orders", TO_READ, **(query | more))

    def _rows(self, answer: JsonAnswer) -> list[WooCommerceRow]:
        try:
            return [WooCommerceRow(raw, text, self) for raw, text in elements(answer.text)]
        except ValueError as error:
            what = "the list of orders breaks off or is not a list"
            raise StoreAnswerUnreadable(store=self._settings.http.name, what=what) from error


def shop_time(moment: datetime) -> str:
    """Whole seconds without a suffix, UTC by `dates_are_gmt`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
