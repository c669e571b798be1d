"""What a database's error is, by its code and never by its text: SQLSTATE, SQLite's result code, or MySQL's number."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bridge.domain.errors import BridgeError
from bridge.stores.sql.problems import DatabaseBusy, DatabaseRightMissing, DatabaseUnreachable, QueryRefused

_BUSY = ("40", "55", "57014")  # serialization and deadlock, object in use or locked, statement time-out
_UNREACHABLE = ("08", "28", "53", "57P", "3D")  # connection, authorization, resources, shutdown, no such database
_CUT = ("08", "57P")  # the connection, or the server under it: what became of a commit is not said
_RIGHT = ("42501", "25006")  # no privilege, read-only transaction
# Of SQLite's result codes, sqlite.org/rescode.html.
_SQLITE_BUSY = (5, 6, 9)  # BUSY, LOCKED, INTERRUPT
_SQLITE_UNREACHABLE = (10, 11, 14, 26)  # IOERR, CORRUPT, CANTOPEN, NOTADB
_SQLITE_RIGHT = (8, 23)  # READONLY, AUTH
# Of MySQL's and MariaDB's numbers, which their Python drivers give first, and often with no SQLSTATE.
_MYSQL_BUSY = (1205, 1213, 1317, 1969, 3024)  # lock, deadlock, interrupted, MariaDB's and MySQL's statement time-out
_MYSQL_RIGHT = (1142, 1143, 1044, 1227, 1290, 1370, 1792)  # table, column, database, privilege, read-only server, ...
_MYSQL_CUT = (1053, 1927, 2006, 2013, 2055)  # shutdown, killed, gone away, lost
_MYSQL_UNREACHABLE = (*_MYSQL_CUT, 1040, 1045, 1049, 1129, 1130, 1203, 1226, 2002, 2003, 2005)


def code_of(error: SQLAlchemyError) -> str:
    """The database's own code; empty when it did not answer."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    named = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    return str(_mysql_number(origin) or named or "")  # MySQL has one SQLSTATE for many numbers


def is_cut(error: SQLAlchemyError) -> bool:
    """Whether what became of a commit is not said."""
    code = code_of(error)
    return not code or code.startswith(_CUT) or code in map(str, _MYSQL_CUT)


def translated(error: SQLAlchemyError, store: str, host: str, what: str) -> BridgeError:
    """The error in business words. what: was tried, as `read orders`."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    state = str(getattr(origin, "sqlstate", None) or "")
    lite: int | None = getattr(origin, "sqlite_errorcode", None)
    number = _mysql_number(origin)
    code = code_of(error) or type(origin or error).__name__
    primary = None if lite is None else lite & 0xFF
    if state.startswith(_BUSY) or primary in _SQLITE_BUSY or number in _MYSQL_BUSY:
        return DatabaseBusy(store=store, what=what, code=code)
    if state.startswith(_RIGHT) or primary in _SQLITE_RIGHT or number in _MYSQL_RIGHT:
        return DatabaseRightMissing(store=store, what=what, code=code)
    is_lost = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) and not code_of(error)
    if state.startswith(_UNREACHABLE) or primary in _SQLITE_UNREACHABLE or number in _MYSQL_UNREACHABLE or is_lost:
        return DatabaseUnreachable(store=store, host=host, what=code)
    if isinstance(error, sa.exc.TimeoutError):
        return DatabaseBusy(store=store, what=what, code=code)
    return QueryRefused(store=store, what=what, code=code)


def _mysql_number(origin: BaseException | None) -> int | None:
    """The number of a driver that gives `(number, text)`; 0 is no answer of the server."""
    first = origin.args[0] if origin is not None and origin.args else None
    return first if isinstance(first, int) and not isinstance(first, bool) and first else None
