"""A database's errors by their codes, in the shapes in which drivers give them that the tests cannot run."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from bridge.stores.sql.codes import is_cut, translated


class MysqlError(Exception):
    """As PyMySQL and mysqlclient raise: the number, then a text with whatever stands in the row."""


def error_of(kind: type[DBAPIError], number: int) -> DBAPIError:
    return kind("SELECT 1", {}, MysqlError(number, "Duplicate entry 'ada@example.com' for key 'email'"))


@pytest.mark.parametrize(
    ("kind", "number", "code", "is_in_doubt"),
    [
        (OperationalError, 1205, "store-database-busy", False),
        (OperationalError, 1969, "store-database-busy", False),  # MariaDB's time limit
        (OperationalError, 3024, "store-database-busy", False),  # MySQL's
        (OperationalError, 1142, "store-database-right", False),
        (OperationalError, 1792, "store-database-right", False),
        (OperationalError, 1045, "store-database-unreachable", False),
        (OperationalError, 2003, "store-database-unreachable", False),
        (OperationalError, 2013, "store-database-unreachable", True),
        (InterfaceError, 0, "store-database-unreachable", True),
        (OperationalError, 1054, "store-query-refused", False),  # unknown column: a person must act
        (ProgrammingError, 1064, "store-query-refused", False),
    ],
)
def test_the_numbers_of_mysql_are_told_apart(kind: type[DBAPIError], number: int, code: str, is_in_doubt: bool) -> None:
    error = error_of(kind, number)
    problem = translated(error, "shop", "db.example", "read orders").problem
    assert (problem.code, is_cut(error)) == (code, is_in_doubt)
    assert "ada@example.com" not in problem.message + problem.action
