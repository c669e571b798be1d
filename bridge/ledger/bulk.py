"""Many rows at once, the fast way of each database: one prepared statement on SQLite, COPY on PostgreSQL.

SQLAlchemy's own executemany looks at every value of every row; that was a third of the ledger's whole cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.json import Json

from bridge.ledger.errors import CONSTRAINT_ERRORS, LedgerUnavailable, PromiseKept

FEW = 8  # below this COPY costs more than it saves


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add the rows; each names the same columns, in the same order."""
    names = list(rows[0])
    if len(rows) < FEW:
        connection.execute(table.insert(), list(rows))
    elif connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in names)
        statement = f"INSERT INTO {table.name} ({_list(connection, names)}) VALUES ({marks})"
        connection.exec_driver_sql(statement, list(zip(*_columns(connection, table, names, rows), strict=True)))
    else:
        _copy(connection, table, names, rows)


def update_rows(connection: sa.Connection, statement: sa.Update, rows: Sequence[Mapping[str, int | str | None]]) -> int:
    """Run the update once for each parameter set, whose values the driver takes as they are; gives how many rows."""
    if len(rows) < FEW or connection.dialect.name != "sqlite":
        return connection.execute(statement, [dict(row) for row in rows]).rowcount
    compiled = statement.compile(dialect=connection.dialect)
    names = compiled.positiontup
    assert names is not None
    fixed = {name: value for name, value in compiled.params.items() if name not in rows[0]}
    parameters = [tuple(row[name] if name in row else fixed[name] for name in names) for row in rows]
    return connection.exec_driver_sql(str(compiled), parameters).rowcount


def _columns(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[dict[str, Any]]
) -> list[Sequence[Any]]:
    """The values column by column, in the driver's form. A value that fills a column is turned once."""
    columns: list[Sequence[Any]] = []
    for name in names:
        values = [row[name] for row in rows]
        turn: Callable[[Any], Any] | None = (
            table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        )
        if turn is None:
            columns.append(values)
        elif all(value is values[0] for value in values):
            columns.append(list(repeat(turn(values[0]), len(values))))
        else:
            columns.append([turn(value) for value in values])
    return columns


def _copy(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    of_json = [isinstance(table.c[name].type, sa.JSON) for name in names]
    statement = f"COPY {table.name} ({_list(connection, names)}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                values = zip(row.values(), of_json, strict=True)
                copy.write_row([Json(value) if json else value for value, json in values])
    except psycopg.Error as error:
        raise _without_the_row(error) from None  # the driver's own text quotes the whole row


def _without_the_row(error: psycopg.Error) -> Exception:
    name = error.diag.constraint_name
    if isinstance(error, psycopg.IntegrityError) and name:
        return CONSTRAINT_ERRORS.get(name, PromiseKept)(promise=name)
    if isinstance(error, psycopg.OperationalError):
        return LedgerUnavailable(why="it does not answer")
    return type(error)(error.diag.message_primary or "the rows were refused")


def _list(connection: sa.Connection, names: Sequence[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(quote(name) for name in names)
