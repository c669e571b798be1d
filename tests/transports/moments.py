"""The time, as the tests of the transports give it."""

from __future__ import annotations

from datetime import UTC, datetime


def noon() -> datetime:
    """Always the same instant."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
