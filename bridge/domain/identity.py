"""Whether two contents under one order number are one sale: the time at which an order was placed does not move.

A shop that comes back from a backup gives its order numbers again, as does an export that counts from 1 each January.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from bridge.domain.what_changed import is_read_in_another_zone

Tree = Mapping[str, Any]


def placed_apart(before: bytes, after: bytes) -> tuple[datetime, datetime] | None:
    """When each of the two was placed, where they cannot be told to be one sale; None where they are, or say no time.

    Times that a correction of the shop's zone explains, or that are told finer or coarser than before, are one, as long
    as the buyer is. A malformed content is empty.
    """
    if not before or not after:
        return None
    old, new = orjson.loads(before), orjson.loads(after)
    was, now = old.get("created_at"), new.get("created_at")
    if not was or not now or was == now:
        return None
    placed = datetime.fromisoformat(was), datetime.fromisoformat(now)
    if _buyer(old) == _buyer(new) and (is_read_in_another_zone(was, now) or _is_told_finer(*sorted(placed))):
        return None
    return placed


def _is_told_finer(coarse: datetime, fine: datetime) -> bool:
    """Whether the earlier time is the later one without its fractions, seconds or hours, which exports begin to tell.

    The day begins at a full hour in UTC wherever the shop stands, but for a few zones.
    """
    apart = fine - coarse
    if coarse.second == coarse.minute == 0 and apart < timedelta(days=1):
        return True
    return apart < (timedelta(minutes=1) if coarse.second == 0 else timedelta(seconds=1))


def _buyer(tree: Tree) -> tuple[str, ...]:
    billing = tree["billing"]
    return tuple(billing[name].strip().casefold() for name in ("email", "first_name", "last_name", "company"))
