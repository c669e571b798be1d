"""Every test of the ledger runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bridge.domain import effects
from bridge.ledger import Ledger
from tests.ledger import postgres
from tests.ledger.world import ZONE, TestClock, deployment


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's URL."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_server")
    name = f"test_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def clock() -> TestClock:
    """The time of the test."""
    return TestClock()


@pytest.fixture
def ledger(empty_url: str, clock: TestClock) -> Iterator[Ledger]:
    """A ledger with one store, one endpoint and one flow."""
    opened = Ledger.open(empty_url, clock, ZONE)
    opened.migrate()
    opened.enrol(deployment())
    yield opened
    opened.close()


class CommitCount:
    """How many ledger commits there were."""

    def __init__(self) -> None:
        self.commits = 0

    def before(self, kind: str) -> None:
        """Nothing is counted before it is done."""

    def after(self, kind: str) -> None:
        self.commits += kind == "ledger.commit"


@pytest.fixture
def commits() -> Iterator[CommitCount]:
    """Counts the ledger's commits."""
    count = CommitCount()
    earlier = effects.observe(count)
    yield count
    effects.observe(earlier)
