"""The SQL connector keeps the promises of every store, in SQLite and in a real PostgreSQL."""

from __future__ import annotations

from bridge.testing.stores import StoreContract
from tests.stores.sql.conftest import postgres_server, shop

__all__ = ["postgres_server", "shop"]


class TestSql(StoreContract):
    """With a role that reads, and one that writes one column."""
