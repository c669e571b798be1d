"""Orders of an answer, made whole: credit memos and invoices beside them, and of an edited order its newest version.

Each is asked for once a page, for those orders only that have some. An order that was edited in the admin is cancelled
and replaced by another (`000000012-1`); whichever of the two a page brings, the newest is told, under the id of the
first: the edit is a new revision, not a second sale. A look that met the new one before the old one was cancelled
therefore still ends with the newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bridge.stores.magento.client import Filter, MagentoClient
from bridge.stores.magento.parts import FIRST_FIELDS, Part, Parts, kept_line
from bridge.stores.raw import Json, text_of

AT_ONCE_MAX = 100
EDITS_MAX = 50  # an order is edited a few times; a longer chain is a circle
INVOICE_FIELDS = "entity_id,order_id,state,created_at,grand_total,base_grand_total,transaction_id"
CHAIN_FIELDS = ",".join((*FIRST_FIELDS, "store_id", "relation_parent_id", "original_increment_id"))
GIVEN_BACK = ("total_refunded", "total_offline_refunded", "total_online_refunded")
CREDIT_GIVEN_BACK = ("gift_cards_refunded", "customer_balance_refunded", "customer_balance_total_refunded")


@dataclass(frozen=True, slots=True)
class Whole:
    """One order with all its parts, and the line that is kept of it."""

    parts: Parts
    original: bytes


class Assembly:
    """Makes the orders of one shop whole."""

    def __init__(self, client: MagentoClient) -> None:
        self._client = client

    def whole(self, rows: Sequence[Part]) -> list[Whole]:
        """One for each row, in order. Raises Unavailable or Refused."""
        newest = self.newest(rows)
        firsts = self._firsts(newest)
        memos = self._children("creditmemos", "read credit memos", [row for row in newest if _has_refund(row.fields)])
        paid = [row for row in newest if _number(row.fields, "total_paid")]
        invoices = self._children("invoices", "read invoices", paid, INVOICE_FIELDS)
        return [_whole(row, memos, invoices, firsts) for row in newest]

    def newest(self, rows: Sequence[Part]) -> list[Part]:
        """Each row, or what replaced it; one whose replacement is gone stays."""
        newest = list(rows)
        for _ in range(EDITS_MAX):
            wanted = {child for row in newest if (child := _replaced_by(row.fields))}
            found = self._by_id(wanted) if wanted else {}
            if not found:
                break
            newest = [found.get(_replaced_by(row.fields), row) for row in newest]
        return [self._newest_of_a_broken_chain(row) if _replaced_by(row.fields) else row for row in newest]

    def _newest_of_a_broken_chain(self, row: Part) -> Part:
        """Of an order whose replacement was deleted in the shop the last edit that is still there; else itself."""
        number = text_of(row.fields, "original_increment_id") or text_of(row.fields, "increment_id")
        view = Filter("store_id", "eq", text_of(row.fields, "store_id"))
        edits = self._client.search_all("orders", "read orders", [Filter("original_increment_id", "eq", number), view])
        later = [edit for edit in edits if text_of(edit.fields, "original_increment_id") == number]
        return later[-1] if later else row

    def _firsts(self, rows: Sequence[Part]) -> dict[str, Json]:
        """Id of an order that replaces another -> the first of its chain."""
        parents = {_id(row): parent for row in rows if (parent := replaces(row.fields))}
        firsts: dict[str, Json] = {}
        by_id = {_id(row): row.fields for row in rows}
        for _ in range(EDITS_MAX):
            if not parents:
                break
            found = self._by_id(set(parents.values()), CHAIN_FIELDS)
            for row_id, parent in list(parents.items()):
                del parents[row_id]
                if parent not in found:
                    firsts[row_id] = self._first_of_a_broken_chain(firsts.get(row_id) or by_id[row_id])
                    continue
                firsts[row_id] = found[parent].fields
                if further := replaces(found[parent].fields):
                    parents[row_id] = further
        return firsts

    def _first_of_a_broken_chain(self, last: Json) -> Json:
        """The first of a chain whose link behind `last` was deleted in the shop: the sale stays the one that it was.

        All edits keep the number of the original, by which it is found. Where it is gone too, the first edit knows its
        id; behind a further one nobody does, and no number says so.
        """
        number = text_of(last, "original_increment_id")
        asked = [Filter("increment_id", "eq", number), Filter("store_id", "eq", text_of(last, "store_id"))]
        found = self._client.search_all("orders", "read orders", asked, CHAIN_FIELDS)
        if found:
            return found[0].fields
        is_known = text_of(last, "increment_id") == f"{number}-1"
        return {"entity_id": replaces(last), "increment_id": number if is_known else ""}

    def _by_id(self, ids: Iterable[str], fields: str = "") -> dict[str, Part]:
        found: dict[str, Part] = {}
        for group in _groups(ids):
            rows = self._client.search_all("orders", "read orders", [Filter("entity_id", "in", group)], fields)
            found.update({_id(row): row for row in rows})
        return found

    def _children(self, table: str, what: str, orders: Sequence[Part], fields: str = "") -> dict[str, list[Part]]:
        """Order id -> its credit memos or invoices, oldest first."""
        found: dict[str, list[Part]] = {}
        for group in _groups(_id(row) for row in orders):
            for row in self._client.search_all(table, what, [Filter("order_id", "in", group)], fields):
                found.setdefault(text_of(row.fields, "order_id"), []).append(row)
        return found


def _groups(ids: Iterable[str]) -> Iterator[str]:
    """Ids as the values of filters, so many that an address stays short enough."""
    wanted = sorted({one for one in ids if one.isascii() and one.isdigit()}, key=int)
    for start in range(0, len(wanted), AT_ONCE_MAX):
        yield ",".join(wanted[start : start + AT_ONCE_MAX])


def _whole(row: Part, memos: dict[str, list[Part]], invoices: dict[str, list[Part]], firsts: dict[str, Json]) -> Whole:
    own = _id(row)
    given_back, paid, first = memos.get(own, []), invoices.get(own, []), firsts.get(own)
    parts = Parts(row.value, [part.fields for part in given_back], [part.fields for part in paid], first)
    return Whole(parts, kept_line(row, given_back, paid, first))


def _replaced_by(order: Json) -> str:
    """The id of the order that took the place of a cancelled one. Modules link orders that both go on."""
    return text_of(order, "relation_child_id") if text_of(order, "state") == "canceled" else ""


def replaces(order: Json) -> str:
    """The id of the order whose place this one took: an edit keeps the number of the original."""
    parent = text_of(order, "relation_parent_id") if text_of(order, "original_increment_id") else ""
    return parent if parent.isascii() and parent.isdigit() else ""


def _has_refund(order: Json) -> bool:
    extension = order.get("extension_attributes")
    told = [(order, GIVEN_BACK), (extension if isinstance(extension, dict) else {}, CREDIT_GIVEN_BACK)]
    return any(_number(source, name) for source, names in told for name in names)


def _number(source: Json, name: str) -> bool:
    """Whether something other than zero stands there; what cannot be read is judged by the mapping."""
    return source.get(name) not in (None, "", 0, "0", False)


def _id(row: Part) -> str:
    return text_of(row.fields, "entity_id")
