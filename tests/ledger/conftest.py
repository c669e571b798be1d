"""Every test of the ledger runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bridge.domain import effects
from bridge.ledger import Ledger
from bridge.ledger.schema import metadata
from tests.ledger import postgres
from tests.ledger.world import ZONE, TestClock, deployment


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's URL."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases."""
    name: str = request.param
    return name


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without rows, to be copied."""
    path = tmp_path_factory.mktemp("made") / "ledger.db"
    make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def made_postgres(postgres_server: str) -> str:
    """The URL of a ledger that is emptied before each test."""
    url = new_database(postgres_server)
    make(url)
    return url


def emptied(url: str) -> str:
    """The ledger without rows; the triggers that keep events are switched off for this one statement."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
    return url


def make(url: str) -> None:
    """Migrate an empty database."""
    ledger = Ledger.open(url, TestClock(), ZONE)
    ledger.migrate()
    ledger.close()


def new_database(server: str) -> str:
    """A database of its own on the server; gives its URL."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def clock() -> TestClock:
    """The time of the test."""
    return TestClock()


@pytest.fixture
def ledger(kind: str, request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock) -> Iterator[Ledger]:
    """A ledger with one store, one endpoint and one flow."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("made_sqlite"), tmp_path / "ledger.db")
        url = f"sqlite:///{tmp_path / 'ledger.db'}"
    else:
        url = emptied(request.getfixturevalue("made_postgres"))
    opened = Ledger.open(url, clock, ZONE)
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
