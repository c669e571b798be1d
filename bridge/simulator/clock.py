"""The simulators' own clock, at their edge; tests pass another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, UTC-aware."""
    return datetime.now(UTC)
