"""The tables, views or queries that hold orders, lines and refunds, and which of their columns are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from bridge.stores.rows.columns import is_of_line
from bridge.stores.rows.layout import KEY, Layout, Plan
from bridge.stores.sql.mapping import order_columns, refund_columns
from bridge.stores.sql.missing import Found, refuse_missing
from bridge.stores.sql.settings import TABLE, SqlSettings

_TOLD_BY = {"orders": order_columns, "lines": is_of_line, "refunds": refund_columns}


@dataclass(frozen=True, slots=True)
class Source:
    """One table or query, with what is read of it."""

    table: FromClause
    columns: tuple[str, ...]  # as the database names them, in the order of `plan`
    plan: Plan
    key: str  # the column that holds the order's id

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """A column of the source by the database's name."""
        return self.table.c[name]

    def selected(self) -> sa.Select[Any]:
        """All that is read of it."""
        return sa.select(*(self.table.c[name] for name in self.columns))

    def named(self, ours: str) -> str | None:
        """The database's name of one of our columns; None where there is none."""
        index = self.plan.index_of(ours)
        return None if index is None else self.columns[index]


@dataclass(frozen=True, slots=True)
class Sources:
    """All that is read of one database."""

    orders: Source
    lines: Source
    refunds: Source | None
    line_sort: str
    changed: str  # the column with the time of change; that of creation where there is none
    created: str


def find_sources(connection: sa.Connection, settings: SqlSettings) -> Sources:
    """Ask the database for the columns that it has. Raises ColumnsMissing."""
    orders = _found(connection, settings, "orders", settings.orders)
    lines = _found(connection, settings, "lines", settings.lines)
    refunds = _found(connection, settings, "refunds", settings.refunds) if settings.refunds else None
    refuse_missing(settings, orders, lines, refunds)
    of_orders, of_lines = _source(orders, settings.layout), _source(lines, settings.layout)
    created = of_orders.named("created_at") or ""
    return Sources(
        of_orders,
        of_lines,
        None if refunds is None else _source(refunds, settings.layout),
        of_lines.named("line_position") or settings.line_key,
        of_orders.named("updated_at") or created,
        created,
    )


def _found(connection: sa.Connection, settings: SqlSettings, what: str, text: str) -> Found:
    """What the database has of one table or query."""
    header = list(connection.execute(sa.select(sa.text("*")).select_from(_from(text, ())).where(sa.false())).keys())
    plan = Plan(header, settings.layout, _TOLD_BY[what])
    own = next((header[index] for index in [plan.index_of(KEY)] if index is not None), "")
    return Found(
        what, text, header, plan, {"lines": settings.line_order, "refunds": settings.refund_order}.get(what, own)
    )


def _source(found: Found, layout: Layout) -> Source:
    """What is read of a table or query: those of our columns that it may tell, and the order's id."""
    used = [found.header[index] for index in found.plan.indexes]
    names = tuple(dict.fromkeys([*used, found.key]))
    return Source(_from(found.text, found.header), names, Plan(names, layout, _TOLD_BY[found.what]), found.key)


def _from(text: str, header: Sequence[str]) -> FromClause:
    """A table, or a query as a table. Names are quoted by SQLAlchemy where they need it; nothing is made of data."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in header]
    if TABLE.fullmatch(text):
        schema, _, name = text.rpartition(".")
        return sa.table(name, *columns, schema=schema or None)
    query = sa.text(re.sub(r"(?=:)", r"\\", text))  # no word of the query is a parameter
    if not columns:
        return sa.TextualSelect(query, []).subquery("q")
    return query.columns(*columns).subquery("q")
