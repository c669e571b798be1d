"""All tables together, with the triggers: what the migrations must add up to."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.ledger import tables, tables_told, tables_watched
from bridge.ledger.triggers import create_triggers

metadata = tables.metadata
assert tables_told.events.metadata is metadata
assert tables_watched.store_watches.metadata is metadata

# SQLite's error names the columns of a violated key, not the key.
KEYS_BY_COLUMNS: dict[str, str] = {
    ", ".join(f"{table.name}.{column.name}" for column in index.columns): str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.unique
}


def create_all(connection: sa.Connection) -> None:
    """The whole schema at once, for the test that compares it with the migrations."""
    metadata.create_all(connection)
    create_triggers(connection)
