"""One way into a shop's database: transactions that only read and are always rolled back, and those that write.

A reading transaction sees one moment (orders and their lines fit), is read-only where the database knows that, and no
statement may run longer than it is allowed to. What goes wrong is told apart by SQLSTATE, or by SQLite's code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bridge.domain.effects import effect
from bridge.domain.errors import BridgeError
from bridge.stores.problems import StoreWriteInDoubt
from bridge.stores.sql.problems import DatabaseBusy, DatabaseRightMissing, DatabaseUnreachable, QueryRefused
from bridge.stores.sql.settings import SqlSettings

_BUSY = ("40", "55", "57014")  # serialization and deadlock, object in use or locked, statement time-out
_UNREACHABLE = ("08", "28", "53", "57P", "3D")  # connection, authorization, resources, shutdown, no such database
_CUT = ("08", "57P")  # the connection, or the server under it: what became of a commit is not said
_RIGHT = ("42501", "25006")  # no privilege, read-only transaction
# Of SQLite's result codes, sqlite.org/rescode.html.
_SQLITE_BUSY = (5, 6, 9)  # BUSY, LOCKED, INTERRUPT
_SQLITE_UNREACHABLE = (10, 11, 14, 26)  # IOERR, CORRUPT, CANTOPEN, NOTADB
_SQLITE_RIGHT = (8, 23)  # READONLY, AUTH


class Database:
    """The engines of one store: the role that reads, and the one that writes."""

    def __init__(self, settings: SqlSettings) -> None:
        self._settings = settings
        self._reader = _engine(settings, settings.url, reads_only=True)
        write = settings.write
        self._writer = None if write is None else _engine(settings, write.url, reads_only=False)

    @property
    def dialect(self) -> sa.Dialect:
        return self._reader.dialect

    @contextmanager
    def reading(self, what: str) -> Iterator[sa.Connection]:
        """One consistent view, which is always rolled back. what: for messages, `read orders`."""
        with self._translated(what), self._reader.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._limited(connection)
            yield connection

    @contextmanager
    def writing(self, what: str, order: str) -> Iterator[sa.Connection]:
        """A transaction of one order's write, committed behind the block. Raises StoreWriteInDoubt if that breaks."""
        assert self._writer is not None, "a store without a column to write to writes nothing"
        with self._translated(what), self._writer.connect() as connection:
            self._limited(connection)
            yield connection
            try:
                with effect("sql.commit"):
                    connection.commit()
            except DBAPIError as error:
                if _code(error) and not _code(error).startswith(_CUT):  # an answer: it was not committed
                    raise
                raise StoreWriteInDoubt(store=self._settings.name, order=order) from error

    @contextmanager
    def looking(self, what: str) -> Iterator[sa.Connection]:
        """As the role that writes, without writing: what it may do is asked."""
        assert self._writer is not None, "only asked where there is one"
        with self._translated(what), self._writer.connect() as connection:
            self._limited(connection)
            yield connection

    def close(self) -> None:
        """Give back all connections."""
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()

    def _limited(self, connection: sa.Connection) -> None:
        """Begin, with the time that a statement may take."""
        if connection.dialect.name == "postgresql":
            limit_ms = int(self._settings.statement_timeout_s * 1000)
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {limit_ms}"))
            connection.execute(sa.text(f"SET LOCAL lock_timeout = {limit_ms}"))
        elif connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise _translated(error, self._settings, what) from error


def _engine(settings: SqlSettings, url: sa.URL, reads_only: bool) -> sa.Engine:
    """A pool of one connection, which is tried before it is used again."""
    backend = url.get_backend_name()
    arguments: dict[str, Any] = {}
    if backend == "postgresql":
        # A pooler in between keeps no prepared statements; a host that vanishes is noticed within half a minute.
        arguments |= {"prepare_threshold": None, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    if backend == "sqlite":
        return _sqlite_engine(settings, url, reads_only)
    if backend in ("postgresql", "mysql", "mariadb"):
        arguments["connect_timeout"] = max(int(settings.connect_timeout_s), 1)
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)


def _sqlite_engine(settings: SqlSettings, url: sa.URL, reads_only: bool) -> sa.Engine:
    """A file that is there: one that is missing is never made."""
    place = f"file:{quote(str(url.database))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            place,
            uri=True,
            timeout=settings.statement_timeout_s,  # how long a lock is waited for
            isolation_level=None,  # BEGIN is ours, so that orders and lines are read in one transaction
            check_same_thread=False,
        )
        connection.text_factory = _text  # else one broken text would stop every order beside it
        connection.execute(f"PRAGMA query_only = {'ON' if reads_only else 'OFF'}")
        return connection

    return sa.create_engine(url, hide_parameters=True, creator=connect)


def _text(raw: bytes) -> str:
    """A text; bytes that are none become half characters, for which the one order that holds them is held."""
    return raw.decode(errors="surrogateescape")


def _code(error: SQLAlchemyError) -> str:
    """The database's own code; empty when it did not answer."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    return str(getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None) or "")


def _translated(error: SQLAlchemyError, settings: SqlSettings, what: str) -> BridgeError:
    """The error in business words, by its code."""
    name = settings.name
    origin = error.orig if isinstance(error, DBAPIError) else None
    state = str(getattr(origin, "sqlstate", None) or "")
    lite: int | None = getattr(origin, "sqlite_errorcode", None)
    code = _code(error) or type(origin or error).__name__
    primary = None if lite is None else lite & 0xFF
    if state.startswith(_BUSY) or primary in _SQLITE_BUSY:
        return DatabaseBusy(store=name, what=what, code=code)
    if state.startswith(_RIGHT) or primary in _SQLITE_RIGHT:
        return DatabaseRightMissing(store=name, what=what, code=code)
    is_lost = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) and not _code(error)
    if state.startswith(_UNREACHABLE) or primary in _SQLITE_UNREACHABLE or is_lost:
        return DatabaseUnreachable(store=name, host=settings.host, what=code)
    if isinstance(error, sa.exc.TimeoutError):
        return DatabaseBusy(store=name, what=what, code=code)
    return QueryRefused(store=name, what=what, code=code)
