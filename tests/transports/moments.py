"""The time, as the tests of the transports give it, and waiting for a thing itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


def noon() -> datetime:
    """Always the same instant."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def wait_until(is_true: Callable[[], bool], within_s: float = 60.0) -> None:
    """Look until it is true; fails when that takes too long. The deadline is far, for a machine under load."""
    deadline = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.005)
