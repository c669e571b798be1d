"""One way into the database: read transactions, and write transactions that all end in one commit function.

A write transaction begins with BEGIN IMMEDIATE on SQLite, so that two writers meet at the start and never half-way.
Rollback is the default; a transaction that changed nothing commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError

from bridge.domain.effects import effect
from bridge.ledger.bulk import insert_rows, update_rows
from bridge.ledger.columns import Rows, look
from bridge.ledger.errors import CONSTRAINT_ERRORS, LedgerDamaged, LedgerUnavailable, PromiseKept
from bridge.ledger.network_folders import refuse_network_folder
from bridge.ledger.schema import KEYS_BY_COLUMNS

BUSY_TIMEOUT_MS = 10_000
DAMAGES = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit is on the disk: a sealed number must survive a power cut
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA cache_size=-16384",  # KiB
)


class Database:
    """The engine, and the two kinds of transactions."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view; nothing can be changed through it by accident, for it is always rolled back."""
        with translated(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Changes]:
        """One transaction: committed when the block ends and something changed, else rolled back."""
        with translated(), self.engine.connect() as connection:
            changes = Changes(connection.execution_options(bridge_writes=True))
            with connection.begin() as transaction:
                yield changes
                if not changes.count:
                    transaction.rollback()
                    return
                with effect("ledger.commit"):
                    transaction.commit()

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


class Changes:
    """A write transaction's connection that counts the rows it changed."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.count = 0

    def select(self, statement: sa.Executable) -> Rows:
        """Read within the transaction."""
        return look(self.connection, statement)

    def change(self, statement: sa.Executable, rows: Any = None) -> int:
        """Insert or update; gives the number of rows concerned (for many parameter sets: of all together)."""
        changed = self.connection.execute(statement, rows).rowcount
        self.count += max(changed, 0)  # -1: the driver does not count an INSERT ... SELECT
        return changed

    def change_each(self, statement: sa.Update, rows: Sequence[Mapping[str, int | str | None]]) -> int:
        """Update one row for each of these parameter sets of plain numbers and texts; gives how many were changed."""
        if not rows:
            return 0
        changed = update_rows(self.connection, statement, rows)
        self.count += changed
        return changed

    def insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        """Add many rows; each row must name the same columns."""
        if rows:
            insert_rows(self.connection, table, rows)
            self.count += len(rows)

    def reserve_ids(self, table: sa.Table, count: int) -> list[int]:
        """Ids for rows that are about to be added, so that rows can refer to each other before the insert."""
        if not count:
            return []
        if self.connection.dialect.name == "sqlite":  # the write lock is held: nobody else can take them
            last: int = self.connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
            return list(range(last + 1, last + 1 + count))
        drawn = sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(self.connection.execute(drawn, {"name": table.name, "count": count}).scalars())


def _engine(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(address.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        refuse_network_folder(Path(address.database).resolve().parent)
    engine = sa.create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, record: object) -> None:
    """The driver must not open transactions by itself: `_begin_sqlite` does, in the right kind."""
    del record
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("bridge_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Database errors in our words. What is not foreseen rises as it is."""
    try:
        yield
    except IntegrityError as error:
        name = _constraint(error)
        if name is None:
            raise
        raise CONSTRAINT_ERRORS.get(name, PromiseKept)(promise=name) from error
    except OperationalError as error:
        why = _why(error)
        if why is None:
            raise
        raise LedgerUnavailable(why=why) from error
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorname", "") not in DAMAGES:
            raise
        raise LedgerDamaged(why=str(error.orig)) from error


def _constraint(error: IntegrityError) -> str | None:
    """The violated unique key. SQLite names columns, not the key, so no two keys have the same columns."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name: str | None = diagnosis.constraint_name
        return name
    words = str(error.orig)
    if not words.startswith("UNIQUE constraint failed: "):
        return None
    return KEYS_BY_COLUMNS.get(words.removeprefix("UNIQUE constraint failed: "))


WHY = {
    "locked": "another writer held it too long",
    "full": "no space left",
    "no space": "no space left",
    "unable to open": "its file cannot be opened",
    "readonly": "its file may not be written",
    "disk i/o": "the disk reports an error",
}


def _why(error: DBAPIError) -> str | None:
    """In business words; None for what no waiting cures (SQLite calls a missing table operational too)."""
    words = str(error.orig).lower()
    for part, why in WHY.items():
        if part in words:
            return why
    return None if isinstance(error.orig, SqliteError) else "it does not answer"
