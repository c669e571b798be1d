"""Alembic's entrance: runs the scripts on the connection that `migrating.py` (or a test) hands over."""

from __future__ import annotations

from alembic import context

from bridge.ledger.schema import metadata


def run() -> None:
    """Run within the caller's transaction; the caller commits."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=False,
        transactional_ddl=True,
    )
    context.run_migrations()


run()
