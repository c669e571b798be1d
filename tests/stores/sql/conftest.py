"""A home-made shop for the tests of the SQL connector, in SQLite and in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger import postgres
from tests.stores.sql.shops import HomeMadeShop, postgres_shop, sqlite_shop


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's URL."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HomeMadeShop]:
    """A shop in either database."""
    if request.param == "sqlite":
        with sqlite_shop(tmp_path) as found:
            yield found
    else:
        with postgres_shop(request.getfixturevalue("postgres_server")) as found:
            yield found
