"""Lists of whole orders from a Vendure shop, in which one order that the shop itself fails at harms no other.

GraphQL answers nothing at all of a list in which one field of one order cannot be told (a currency that is none, an
article that somebody deleted from the database). Such a page is asked for again in halves, until that order stands
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import elements
from bridge.stores.graphql import GraphqlAnswer
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.stores.raw import Unreadable, moment_of, table_of
from bridge.stores.vendure.client import AtOrder, VendureClient
from bridge.stores.vendure.mapping import original_of, store_order, untold
from bridge.stores.vendure.queries import MARKS, orders_query
from bridge.stores.vendure.settings import VendureSettings
from bridge.stores.vendure.shop import ShopSettings, read_shop

TO_READ = "read orders"
PLACED, CHANGED = "orderPlacedAt", "updatedAt"
Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VendureRow:
    """One order of an answer. text: as the shop wrote it, its marks alone where the shop fails at it."""

    raw: Any
    text: str
    time: str  # the name of the time that this look goes by
    questions: VendureQuestions
    fault: str = ""  # the field at which the shop fails

    @property
    def store_order_id(self) -> str:
        return str(self.raw.get("id", "")) if isinstance(self.raw, dict) else ""

    @property
    def modified_at(self) -> datetime | None:
        """The time of this look, its fraction cut off."""
        try:
            moment = moment_of(self.raw, self.time) if isinstance(self.raw, dict) else None
        except Unreadable:
            return None
        return moment.replace(microsecond=0) if moment else None

    @property
    def mark(self) -> tuple[str, str]:
        """Id and time of change."""
        return (self.store_order_id, str(self.raw.get(CHANGED)) if isinstance(self.raw, dict) else self.text)

    def told(self) -> StoreOrder:
        """The order, or its problem."""
        return self.questions.told(self)


@dataclass(frozen=True, slots=True)
class Answered:
    """A list of orders. total: how many there are in all, past the list's own length."""

    rows: Sequence[VendureRow]
    now: datetime
    total: int


class VendureQuestions:
    """The lists of one shop."""

    def __init__(self, client: VendureClient, settings: VendureSettings) -> None:
        self._client = client
        self._settings = settings
        self._shop: ShopSettings | None = None

    @property
    def shop(self) -> ShopSettings:
        """Asked once a connection. Raises Unavailable or Refused."""
        if self._shop is None:
            self._shop = read_shop(self._client, self._settings.http.name)
        return self._shop

    def told(self, row: VendureRow) -> StoreOrder:
        """One order mapped."""
        name = self._settings.http.name
        original = original_of(self.shop.precision, row.text)
        if row.fault:
            return untold(name, row.store_order_id, original, f"the shop itself fails at its {row.fault}")
        return store_order(name, original, self._settings.fields)

    def orders(self, options: Options, time: str = CHANGED) -> Answered:
        """Whole orders by list options. Raises Unavailable or Refused."""
        try:
            return self._asked(orders_query(self.shop.custom), options, time)
        except AtOrder:
            marks = self._asked(MARKS, options, time)
            whole = {row.store_order_id: row for row in self._in_halves(marks.rows, time)}
            rows = [whole[mark.store_order_id] for mark in marks.rows if mark.store_order_id in whole]
            return Answered(rows, marks.now, marks.total)

    def _in_halves(self, marks: Sequence[VendureRow], time: str) -> Iterator[VendureRow]:
        """The whole orders of some marks; one that the shop fails at keeps its marks, with the fault."""
        ids = [mark.store_order_id for mark in marks]
        options = {"filter": {"id": {"in": ids}}, "take": max(1, len(ids))}
        try:
            yield from self._asked(orders_query(self.shop.custom), options, time).rows
        except AtOrder as error:
            if len(marks) == 1:
                (alone,) = marks
                yield VendureRow(alone.raw, alone.text, time, self, error.field)
                return
            middle = len(marks) // 2
            yield from self._in_halves(marks[:middle], time)
            yield from self._in_halves(marks[middle:], time)

    def _asked(self, query: str, options: Options, time: str) -> Answered:
        answer = self._client.ask(query, TO_READ, options=dict(options))
        try:
            items = elements(answer.original("orders", "items"))
        except (KeyError, ValueError) as error:
            what = "the list of orders breaks off or is not a list"
            raise StoreAnswerUnreadable(store=self._settings.http.name, what=what) from error
        return Answered([VendureRow(raw, text, time, self) for raw, text in items], answer.now, total_of(answer))


def total_of(answer: GraphqlAnswer) -> int:
    """`totalItems` of a list of orders; 0 where it does not say."""
    total = table_of(answer.data, "orders").get("totalItems")
    return total if isinstance(total, int) and not isinstance(total, bool) else 0
