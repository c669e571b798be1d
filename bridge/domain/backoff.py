"""When something temporary is tried again, and when it needs a person after all. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT_S = 30
WAIT_MAX_S = 3600
# No next try lies further ahead: one that does was written while our clock ran ahead, and is no reason to wait.
FAR = timedelta(days=1)


def next_try_at(now: datetime, tries: int, retry_after_s: float | None = None) -> datetime:
    """30 s after the first try, doubling up to an hour; never sooner than the other side asked for, within a day."""
    wait_s = min(FIRST_WAIT_S * 2 ** min(tries, 10), WAIT_MAX_S)
    return now + min(timedelta(seconds=max(float(wait_s), retry_after_s or 0.0)), FAR)


def has_come(at: datetime, now: datetime) -> bool:
    """Whether it is time for a next try: its moment is there, or lies further ahead than any that was meant."""
    return at <= now or at > now + FAR


def exhausted(now: datetime, first_at: datetime, tries: int, tries_max: int, age_max_s: int) -> bool:
    """Whether temporary trouble has lasted long enough to need a person."""
    return tries >= tries_max or now - first_at >= timedelta(seconds=age_max_s)
