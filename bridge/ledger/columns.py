"""Column types and clauses that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Row: TypeAlias = sa.Row[*tuple[Any, ...]]
Rows: TypeAlias = sa.CursorResult[*tuple[Any, ...]]

# SQLite makes only an INTEGER PRIMARY KEY an alias of its row id; PostgreSQL gets BIGINT identities.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Instants with a zone, kept as UTC; a value without a zone is refused at the door."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone, so it gets the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone reached the ledger")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: sa.ColumnElement[str], states: Iterable[StrEnum]) -> sa.ColumnElement[bool]:
    """`column IN (...)` with the words written out.

    SQLite takes a partial index only when the query repeats the index's condition word for word; a bound parameter
    does not count. So indexes and queries both build their conditions here.
    """
    return column.in_([sa.literal_column(f"'{state.value}'", sa.String()) for state in sorted(states)])


def none_of(column: sa.ColumnElement[str], states: Iterable[StrEnum]) -> sa.ColumnElement[bool]:
    """`column NOT IN (...)` with the words written out; see `one_of`."""
    return sa.not_(one_of(column, states))


def partial_index(name: str, *columns: sa.ColumnElement[object], where: sa.ColumnElement[bool]) -> sa.Index:
    """An index over the open rows only, so that history costs nothing."""
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


def partial_unique(name: str, *columns: sa.ColumnElement[object], where: sa.ColumnElement[bool]) -> sa.Index:
    """A unique key over some rows, named after the promise that it holds."""
    return sa.Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


def identity() -> sa.Column[int]:
    """The row's own number."""
    return sa.Column("id", Id, sa.Identity(), primary_key=True)


def refers(name: str, target: str, null: bool = False) -> sa.Column[int]:
    """A column that holds the row number of another table."""
    return sa.Column(name, Id, sa.ForeignKey(f"{target}.id"), nullable=null)


def values_of(row: Row, states: type[StrEnum]) -> list[Any]:
    """The row's values, the one called `state` as its enum."""
    return [states(value) if name == "state" else value for name, value in zip(row._fields, row, strict=True)]


def look(connection: sa.Connection, query: sa.Executable) -> Rows:
    """The rows of a query. Their types are those of the tables, which no annotation here repeats."""
    found: Rows = connection.execute(query)
    return found
