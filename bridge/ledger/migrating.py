"""Bring the ledger's tables up to this version, by Alembic, whose scripts lie inside the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bridge.domain.effects import effect
from bridge.ledger.database import Database, translated
from bridge.ledger.errors import LedgerNewer

SCRIPTS = Path(__file__).with_name("migrations")


def configured() -> Config:
    """Alembic's settings."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


@cache
def migrations() -> ScriptDirectory:
    """The scripts, loaded once a process: they are part of the program."""
    return ScriptDirectory.from_config(configured())


def migrate(database: Database) -> None:
    """Run the missing migrations, all in one transaction. Raises LedgerNewer, having changed nothing."""
    script = migrations()
    with translated(), database.engine.connect() as connection:
        connection = connection.execution_options(bridge_writes=True)
        with connection.begin() as transaction:
            if not database.is_sqlite:  # two processes that start at once
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('erp-bridge migrations'))"))
            found = MigrationContext.configure(connection).get_current_revision()
            known = [revision.revision for revision in script.walk_revisions()]
            if found is not None and found not in known:
                raise LedgerNewer(found=found, known=known[0])
            if found == script.get_current_head():
                transaction.rollback()
                return
            config = configured()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            with effect("ledger.commit"):
                transaction.commit()
