"""All migrations together give exactly the schema that the code was written against, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bridge.ledger import Ledger, LedgerNewer
from bridge.ledger.database import Database
from bridge.ledger.migrating import migrate
from bridge.ledger.schema import create_all, metadata
from tests.ledger.conftest import CommitCount
from tests.ledger.world import ZONE, TestClock, deployment, fetch, revision, states

SQLITE = "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable, is_identity FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    "SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace "
    "WHERE nspname = 'public' AND conname NOT LIKE 'alembic%'",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)


@pytest.fixture
def migrated(empty_url: str) -> Iterator[Database]:
    """A database that the migrations made."""
    database = Database(empty_url)
    migrate(database)
    yield database
    database.close()


def shape(connection: sa.Connection) -> list[set[tuple[object, ...]]]:
    """The schema as the database tells it."""
    if connection.dialect.name == "postgresql":
        return [{tuple(row) for row in connection.execute(sa.text(words))} for words in POSTGRESQL]
    plain = {tuple(row) for row in connection.exec_driver_sql(SQLITE)}
    indexes = {(str(row[0]), " ".join(str(row[1]).split())) for row in connection.exec_driver_sql(SQLITE_INDEXES)}
    columns = {
        (name, *tuple(row)[1:])
        for name in metadata.tables
        for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")
    }
    parents = {
        (name, *tuple(row)[2:5])
        for name in metadata.tables
        for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({name})")
    }
    checks = {
        (name, check["name"], str(check["sqltext"]))
        for name in metadata.tables
        for check in sa.inspect(connection).get_check_constraints(name)
    }
    return [plain, indexes, columns, parents, checks]


def test_migrations_together_equal_the_tables_of_the_code(
    migrated: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = migrated.engine.url
    if migrated.is_sqlite:
        fresh_url = f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'fresh.db'}"
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{url.database}_fresh"'.encode())
        fresh_url = url.set(database=f"{url.database}_fresh").render_as_string(hide_password=False)
    fresh = Database(fresh_url)
    with fresh.engine.begin() as connection:
        create_all(connection)
    with fresh.engine.connect() as one, migrated.engine.connect() as two:
        assert shape(one) == shape(two)
    fresh.close()


def test_alembic_finds_nothing_left_to_migrate(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_second_migration_commits_nothing(migrated: Database, commits: CommitCount) -> None:
    migrate(migrated)
    assert commits.commits == 0


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(migrated: Database) -> None:
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerNewer, match=r"The ledger is at version 9999; .* knows versions up to 0\d{3}"):
        migrate(migrated)


def test_enrolling_twice_commits_nothing_and_follows_the_order_of_flows(ledger: Ledger, commits: CommitCount) -> None:
    ledger.enrol(deployment())
    assert commits.commits == 0
    ledger.enrol(deployment((("first", "shop", "acme"), ("shop-acme", "shop", "acme"))))
    assert commits.commits == 1


def test_the_first_file_number_is_the_one_of_the_deployment(empty_url: str, clock: TestClock) -> None:
    ledger = Ledger.open(empty_url, clock, ZONE)
    ledger.migrate()
    ledger.enrol(deployment(sequence_first=318))
    assert ledger.take("acme", "test").next_sequence_number() == 318
    ledger.close()


def test_a_ledger_that_is_opened_again_goes_on(empty_url: str, clock: TestClock) -> None:
    first = Ledger.open(empty_url, clock, ZONE)
    first.migrate()
    first.enrol(deployment())
    fetch(first.take("acme", "test"), revision("10452"))
    first.close()
    second = Ledger.open(empty_url, clock, ZONE)
    second.migrate()
    second.enrol(deployment())
    assert states(second) == {"10452": "received"}
    assert second.take("acme", "test").fence == 2
    second.close()
