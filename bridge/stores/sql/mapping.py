"""Rows of orders, lines and refunds as one original text, and that text as the canonical order.

Pure: the same original gives the same order, today and after an upgrade.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.rows.columns import NUMBERS, REFUND_COLUMNS, TIMES, is_of_line
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.layout import KEY, Cells, Plan
from bridge.stores.rows.order import NotAnOrder, order_of
from bridge.stores.sql.cells import cell_of, refuse_inexact, text_of, time_text
from bridge.stores.sql.settings import SqlSettings

LINES_PER_ORDER_MAX = 10_000
Row = Mapping[str, Any]


@dataclass(slots=True)
class Parts:
    """The rows of one order, as the database gave them."""

    order: Row
    lines: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)

    @property
    def original(self) -> bytes:
        """All rows as one line of JSON: columns as the database names them, values as exact text."""
        kept = {
            "order": {name: cell_of(value) for name, value in self.order.items()},
            "lines": [{name: cell_of(value) for name, value in row.items()} for row in self.lines],
            "refunds": [{name: cell_of(value) for name, value in row.items()} for row in self.refunds],
        }
        try:
            return json.dumps(kept, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # bytes that are no text of their encoding: kept as half characters, escaped
            return json.dumps(kept).encode()


class Mapper:
    """The mapping of one store."""

    def __init__(self, settings: SqlSettings) -> None:
        self._settings = settings
        self._plans: dict[tuple[str, tuple[str, ...]], Plan] = {}  # by part and its columns: the same row after row

    def told(self, store_order_id: str, parts: Parts, is_single: bool = True) -> StoreOrder:
        """The order, or its problem: a malformed one stands still alone. is_single: whether the query gives it once."""
        original = parts.original
        try:
            if not is_single:
                raise NotAnOrder("the query gives it more than once")
            if max(len(parts.lines), len(parts.refunds)) > LINES_PER_ORDER_MAX:
                raise NotAnOrder(f"it has more than {LINES_PER_ORDER_MAX} lines")
            self._refuse_inexact(parts)
            cells = self._cells(decoded(original.decode()))
            settings = self._settings
            order = order_of(fields_of(cells, settings.layout, settings.notation), settings.name)
        except NotAnOrder as error:
            what = ORDER_MALFORMED.problem(order=store_order_id, store=self._settings.name, what=str(error))
            return StoreOrder(store_order_id, original, None, what)
        return StoreOrder(store_order_id, original, order)

    def told_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today."""
        kept = decoded(original.decode())
        store_order_id = self._cells(kept)[0].get(KEY, "without id")
        return self.told(store_order_id, Parts(kept["order"], kept["lines"], kept["refunds"]))

    def _cells(self, kept: Mapping[str, Any]) -> list[Cells]:
        """Our cells of all rows, the order's first."""
        found: list[Cells] = []
        for part, row in _rows(kept["order"], kept["lines"], kept["refunds"]):
            for cells in self._plan(part, row).rows([text_of(value) for value in row.values()]):
                brought = {name: time_text(text) if name in TIMES else text for name, text in cells.items()}
                found.append({name: text for name, text in brought.items() if text})
        return found

    def _refuse_inexact(self, parts: Parts) -> None:
        for part, row in _rows(parts.order, parts.lines, parts.refunds):
            if any(isinstance(value, float) for value in row.values()):
                plan, values = self._plan(part, row), list(row.values())
                for ours in sorted(plan.names & NUMBERS):
                    index = plan.index_of(ours)
                    if index is not None:
                        refuse_inexact(ours, values[index])

    def _plan(self, part: str, row: Row) -> Plan:
        columns = tuple(row)
        plan = self._plans.get((part, columns))
        if plan is None:
            plan = self._plans[part, columns] = Plan(columns, self._settings.layout, _TOLD_BY[part])
        return plan


def order_columns(name: str) -> bool:
    """Which of our columns a row of the orders tells."""
    return not is_of_line(name) and name not in REFUND_COLUMNS


def refund_columns(name: str) -> bool:
    """Which of our columns a row of the refunds tells."""
    return is_of_line(name) or name in REFUND_COLUMNS


_TOLD_BY = {"order": order_columns, "lines": is_of_line, "refunds": refund_columns}


def _rows(order: Row, lines: Sequence[Row], refunds: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    yield "order", order
    yield from (("lines", row) for row in lines)
    yield from (("refunds", row) for row in refunds)
