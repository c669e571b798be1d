"""Whole orders by their ids: several at once, each completed from as many answers as it needs, each with its own text.

Nested lists page by themselves, so an order whose lists are longer than a page is asked for the rest; refunds are asked
for where there are some. Every part says when the order was last changed: an order that was changed between two parts
is read anew. How many orders fit into a query is learnt from the shop's own costing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.errors import Unavailable
from bridge.stores.exact_json import decoded, elements, one_line
from bridge.stores.raw import Unreadable, tables_of
from bridge.stores.shopify.client import ShopifyClient, Told, TooDear
from bridge.stores.shopify.queries import MORE_LINES, MORE_REFUND_LINES, MORE_SHIPPING, REFUNDS, whole_orders
from bridge.stores.shopify.settings import ShopifySettings

TO_READ = "read orders"
ORDERS_AT_ONCE_MAX = 25
LINES_AT_ONCE = 6  # most orders have fewer; more come page by page
LINES_OF_ONE = 50  # of a page that is asked for alone
PART_WAIT_S = 30.0  # so long each part may wait at least, whatever the settings say of a page
PARTS_MAX = 400  # of one order: 20,000 lines
TORN_READS_MAX = 3
PAGED = {"lineItems": MORE_LINES, "shippingLines": MORE_SHIPPING}
Json = Mapping[str, Any]


class NotWhole(Exception):
    """One order could not be read to its end. Its text is made of our own words."""


@dataclass(slots=True)
class Detail:
    """One order as it was answered: the shop's own texts. `trouble` is filled when it could not be read whole."""

    gid: str
    text: str
    parts: list[str] = field(default_factory=list)
    version: str = ""
    trouble: str = ""

    def original(self) -> bytes:
        """All its answers as one line of JSON, each as the shop wrote it."""
        version = json.dumps(self.version)
        return one_line(f'{{"api_version":{version},"order":{self.text},"parts":[{",".join(self.parts)}]}}')


@dataclass(slots=True)
class Batch:
    """Orders by their global ids. asked: how many of the ids that were given have been asked for."""

    found: dict[str, Detail]
    asked: int


class Details:
    """The reader of one shop's orders."""

    def __init__(self, client: ShopifyClient, settings: ShopifySettings) -> None:
        self._client = client
        self._query = whole_orders(settings.has_companies)
        self._at_once = ORDERS_AT_ONCE_MAX
        self._lines = LINES_AT_ONCE
        self._lines_of_one = LINES_OF_ONE

    def of(self, ids: Sequence[str]) -> Batch:
        """The orders that the shop shows, by id: of all ids, or of the first ones when the shop then has enough of us.

        What was read is not thrown away for what could not be: a page that is dearer than the shop's bucket would else
        never come to its end. Raises Unavailable when not one was read, and Refused.
        """
        batch = Batch({}, 0)
        while batch.asked < len(ids):
            group = ids[batch.asked : batch.asked + self._at_once]
            try:
                told = self._client.ask(self._query, TO_READ, {"ids": list(group), "lines": self._lines})
                details = list(self._details(told, group))
            except TooDear as error:
                self._ask_for_less(error)
                continue
            except Unavailable:
                if not batch.asked:
                    raise
                return batch
            batch.asked += len(group)
            batch.found |= {detail.gid: detail for detail in details}
        return batch

    def _ask_for_less(self, error: TooDear) -> None:
        """Fewer orders in one query; then shorter pages of lines. Raises it when one is too dear."""
        if self._at_once > 1:
            self._at_once = max(1, int(self._at_once * error.share))
        elif self._lines > 1:
            self._lines //= 2
        else:
            raise error

    def _details(self, told: Told, group: Sequence[str]) -> Iterator[Detail]:
        try:
            nodes = elements(told.answer.original("nodes"))
        except (ValueError, KeyError) as error:
            raise self._client.unreadable("the list of orders breaks off or is not a list") from error
        if len(nodes) != len(group):
            raise self._client.unreadable("it holds another number of orders than were asked for")
        failed = {error.path[1]: error.code for error in told.failed if error.path[:1] == ("nodes",) and error.path[1:]}
        for place, (node, text) in enumerate(nodes):
            if place in failed:
                yield Detail(
                    group[place], text, [], told.version, f"the shop could not tell all of it ({failed[place]})"
                )
            elif isinstance(node, dict):
                if node.get("id") != group[place]:
                    raise self._client.unreadable("it holds another order than was asked for")
                yield self._completed(group[place], node, text, told.version)

    def _completed(self, gid: str, node: Json, text: str, version: str) -> Detail:
        """The order with the parts that its lists and refunds need."""
        detail = Detail(gid, text, [], version)
        for _ in range(TORN_READS_MAX):
            try:
                detail.parts = list(self._parts(gid, node))
            except NotWhole as error:
                detail.trouble = str(error)
                return detail
            changed_at = {str(part["updatedAt"]) for part in map(decoded, detail.parts) if "updatedAt" in part}
            if changed_at <= {str(node.get("updatedAt"))}:
                return detail
            told = self._client.ask(self._query, TO_READ, {"ids": [gid], "lines": self._lines})
            (again,) = self._rows(told)
            if not isinstance(again[0], dict):
                detail.trouble = "it vanished while it was read"
                return detail
            node, detail.text = again
        detail.trouble = "it changes faster than it can be read"
        return detail

    def _rows(self, told: Told) -> list[tuple[Any, str]]:
        rows = elements(told.answer.original("nodes"))
        if len(rows) != 1:
            raise self._client.unreadable("it holds another number of orders than were asked for")
        return rows

    def _parts(self, gid: str, node: Json) -> Iterator[str]:
        for name, query in PAGED.items():
            yield from self._rest(gid, node, name, query)
        if node.get("refunds"):
            refunds, text = self._node(REFUNDS, gid)
            yield text
            try:
                rows = tables_of(refunds, "refunds")
            except Unreadable as error:
                raise NotWhole(str(error)) from error
            for refund in rows:
                yield from self._rest(str(refund.get("id")), refund, "refundLineItems", MORE_REFUND_LINES)

    def _rest(self, owner_id: str, owner: Json, name: str, query: str) -> Iterator[str]:
        """The pages of a nested list behind the one that its owner came with."""
        for _ in range(PARTS_MAX):
            after = _next_page(owner, name)
            if after is None:
                return
            owner, text = self._node(query, owner_id, after)
            yield text
        raise NotWhole(f"{name} goes on without end")

    def _node(self, query: str, node_id: str, after: str | None = None) -> tuple[Json, str]:
        """One node with the part that was asked for, and its text."""
        while True:
            variables = {"id": node_id, "lines": self._lines_of_one} | ({"after": after} if after else {})
            # What is read of an order is kept when it is whole: an order with hundreds of lines costs more than the
            # bucket holds, so each of its parts waits anew, or it would never come to its end.
            self._client.begin(PART_WAIT_S)
            try:
                told = self._client.ask(query, TO_READ, variables)
            except TooDear as error:
                if self._lines_of_one == 1:
                    raise NotWhole("a part of it costs more than one query may") from error
                self._lines_of_one = max(1, int(self._lines_of_one * error.share))
                continue
            node = told.data.get("node")
            if told.failed:
                raise NotWhole(f"the shop could not tell all of it ({told.failed[0].code})")
            if not isinstance(node, dict) or node.get("id") != node_id:
                raise NotWhole("a part of it vanished while it was read")
            return node, told.answer.original("node")


def _next_page(owner: Json, name: str) -> str | None:
    """The cursor of the page behind; None where the list is whole. Raises NotWhole where it is cut without one."""
    connection = owner.get(name)
    page = connection.get("pageInfo") if isinstance(connection, dict) else None
    if not isinstance(page, dict) or page.get("hasNextPage") is not True:
        return None
    after = page.get("endCursor")
    if not isinstance(after, str) or not after:
        raise NotWhole(f"{name} is cut, and the shop does not say where it goes on")
    return after
