"""What can go wrong between us and a shop's database, told apart by SQLSTATE or SQLite's code, never by a text."""

from __future__ import annotations

from bridge.domain.errors import Refused, Unavailable
from bridge.domain.problems import ProblemKind


class DatabaseUnreachable(Unavailable):
    """No connection, or none any more. A wrong password looks the same from outside."""

    kind = ProblemKind(
        code="store-database-unreachable",
        title="Store {store}: the database cannot be reached",
        message="Store {store}: the database at {host} did not let us in or broke off: {what}.",
        action="It is tried again by itself. If it stays, check the server, and user, password and name in the URL.",
        cause="store-unreachable:{store}",
        meaning="The shop's database is down, full, or refuses user or password: drivers do not say which.",
        temporary=True,
    )


class DatabaseBusy(Unavailable):
    """Somebody else holds a lock, or a statement took longer than it may."""

    kind = ProblemKind(
        code="store-database-busy",
        title="Store {store}: the database is busy",
        message="Store {store}: the database did not answer in time to {what} ({code}).",
        action="It is tried again by itself. If it stays, add an index on the time of change and on the order's id of "
        "the lines, or raise statement_timeout_s.",
        cause="store-busy:{store}",
        meaning="A statement ran into its time limit, a lock, or a conflict with another transaction.",
        temporary=True,
    )


class DatabaseRightMissing(Refused):
    """The role may not do this."""

    kind = ProblemKind(
        code="store-database-right",
        title="Store {store}: the database role lacks a right",
        message="Store {store}: the role has no right to {what} ({code}).",
        action="GRANT the right to the role: SELECT to read, UPDATE of the one column to write. Then: bridge check.",
        cause="store-key-refused:{store}",
        meaning="The shop's database knows us and refuses a table or column to our role.",
    )


class QueryRefused(Refused):
    """The database does not understand the query, or a column is not there."""

    kind = ProblemKind(
        code="store-query-refused",
        title="Store {store}: the database refuses a query",
        message="Store {store}: the database refuses to {what} ({code}).",
        action="Try the query in the database's own tool; correct orders, lines, refunds or columns in bridge.toml.",
        cause="store-query:{store}",
        meaning="A table or column of bridge.toml is not there, or a query is wrong.",
    )


class ColumnsMissing(Refused):
    """A table or query lacks a column that bridge.toml names, or that every order has."""

    kind = ProblemKind(
        code="store-columns-missing",
        title="Store {store}: columns are not there",
        message="Store {store}: {what}.",
        action="{cure}",
        cause="store-query:{store}",
        meaning="The tables or queries of a SQL store lack a column that bridge.toml names, or that every order has.",
    )


class TimesUnfit(Refused):
    """Times that cannot be put in order or lack their zone."""

    kind = ProblemKind(
        code="store-times-unfit",
        title="Store {store}: {column} cannot be used as a time",
        message="Store {store}: {column} of the orders {what}.",
        action="{cure}",
        cause="store-query:{store}",
        meaning="The time column of a SQL store has no zone and none is set, or holds what is no time.",
    )


class NotOneRow(Refused):
    """A write-back that would touch other rows too. Nothing was changed."""

    kind = ProblemKind(
        code="store-write-not-one-row",
        title="Store {store}: an order is not one row",
        message="Order {order}: {count} rows of the write_table of store {store} have its id. Nothing was written.",
        action="Set write_table and write_key to a table and a column that name one row for each order.",
        cause="store-write-not-one-row:{store}",
        meaning="The key by which the ERP number is written back is not unique.",
    )


class NoWriteBack(Refused):
    """Nobody said where the number goes."""

    kind = ProblemKind(
        code="store-no-write-back",
        title="Store {store}: no column for the ERP number",
        message="Order {order}: store {store} has no erp_number_column, so that the ERP number cannot be stored.",
        action="Set erp_number_column of the store, or write_back = false in the flow.",
        cause="store-no-write-back:{store}",
        meaning="A flow writes numbers back to a SQL store that names no column for them.",
    )
