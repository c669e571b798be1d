"""Whether two contents under one order number are one sale: the time at which an order was placed does not move.

A shop that comes back from a backup gives its order numbers again, as does an export that counts from 1 each January.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bridge.domain.what_changed import is_read_in_another_zone

Tree = Mapping[str, Any]


def placed_apart(before: bytes, after: bytes) -> tuple[datetime, datetime] | None:
    """When each of the two was placed, where they cannot be told to be one sale; None where they are, or say no time.

    Times that a correction of the shop's zone explains are one, as long as the buyer is. A malformed content is empty.
    """
    if not before or not after:
        return None
    old, new = orjson.loads(before), orjson.loads(after)
    was, now = old.get("created_at"), new.get("created_at")
    if not was or not now or was == now:
        return None
    if is_read_in_another_zone(was, now) and _buyer(old) == _buyer(new):
        return None
    return datetime.fromisoformat(was), datetime.fromisoformat(now)


def _buyer(tree: Tree) -> tuple[str, ...]:
    billing = tree["billing"]
    return tuple(billing[name].strip().casefold() for name in ("email", "first_name", "last_name", "company"))
