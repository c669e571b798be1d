"""One way into a shop's database: transactions that only read and are always rolled back, and those that write.

A reading transaction sees one moment (orders and their lines fit), is read-only where the database knows that, and no
statement may run longer than it is allowed to. What goes wrong is told apart in `codes`.
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
from bridge.stores.problems import StoreWriteInDoubt
from bridge.stores.sql.codes import is_cut, translated
from bridge.stores.sql.settings import SqlSettings

MYSQL = ("mysql", "mariadb")


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
            elif connection.dialect.name in MYSQL:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")  # of the one that the first SELECT begins
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
                if not is_cut(error):  # an answer: it was not committed
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
        elif connection.dialect.name in MYSQL:
            limit_s = self._settings.statement_timeout_s
            if getattr(connection.dialect, "is_mariadb", False):
                connection.exec_driver_sql(f"SET SESSION max_statement_time = {limit_s:.3f}")
            else:
                connection.exec_driver_sql(f"SET SESSION max_execution_time = {int(limit_s * 1000)}")
            connection.exec_driver_sql(f"SET SESSION innodb_lock_wait_timeout = {max(int(limit_s), 1)}")
        elif connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise translated(error, self._settings.name, self._settings.host, what) from error


def _engine(settings: SqlSettings, url: sa.URL, reads_only: bool) -> sa.Engine:
    """A pool of one connection, which is tried before it is used again."""
    backend = url.get_backend_name()
    arguments: dict[str, Any] = {}
    if backend == "postgresql":
        # A pooler in between keeps no prepared statements; a host that vanishes is noticed within half a minute.
        arguments |= {"prepare_threshold": None, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    if backend == "sqlite":
        return _sqlite_engine(settings, url, reads_only)
    if backend in ("postgresql", *MYSQL):
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
