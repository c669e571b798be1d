"""The tables, views or queries that hold orders, lines and refunds, and which of their columns are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from bridge.stores.rows.columns import is_of_line
from bridge.stores.rows.layout import KEY, Layout, Plan
from bridge.stores.sql.mapping import order_columns, refund_columns
from bridge.stores.sql.problems import ColumnsMissing
from bridge.stores.sql.settings import TABLE, SqlSettings


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
    layout = settings.layout
    orders = _source(connection, settings.orders, layout, order_columns, None)
    lines = _source(connection, settings.lines, layout, is_of_line, settings.line_order)
    refunds = None
    if settings.refunds:
        refunds = _source(connection, settings.refunds, layout, refund_columns, settings.refund_order)
    for source, name in ((lines, "lines"), (refunds, "refunds")):
        if source is not None and source.key not in source.columns:
            raise ColumnsMissing(store=settings.name, source=name, missing=f"the order's id ({source.key})")
    missing = orders.plan.missing(lines.plan.names)
    if missing:
        raise ColumnsMissing(store=settings.name, source="orders and lines", missing=", ".join(missing))
    created = orders.named("created_at")
    if created is None:
        raise ColumnsMissing(store=settings.name, source="orders", missing="created_at")
    if refunds is not None and "refund_id" not in refunds.plan.names:
        raise ColumnsMissing(store=settings.name, source="refunds", missing="refund_id")
    line_sort = lines.named("line_position") or settings.line_key
    if line_sort not in lines.table.c:
        what = f"line_position, and {line_sort}, by which lines are put in order"
        raise ColumnsMissing(store=settings.name, source="lines", missing=what)
    return Sources(orders, lines, refunds, line_sort, orders.named("updated_at") or created, created)


def _source(
    connection: sa.Connection, text: str, layout: Layout, is_read: Callable[[str], bool], key: str | None
) -> Source:
    """A source with those of our columns that it may tell."""
    header = list(connection.execute(sa.select(sa.text("*")).select_from(_from(text, ())).where(sa.false())).keys())
    whole = Plan(header, layout, is_read)
    used = [header[index] for index in whole.indexes]
    key = key or next((header[index] for index in [whole.index_of(KEY)] if index is not None), "")
    names = tuple(dict.fromkeys([*used, *([key] if key in header else [])]))
    return Source(_from(text, header), names, Plan(names, layout, is_read), key)


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
