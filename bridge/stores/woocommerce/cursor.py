"""The place in a WooCommerce shop's changes where a look begins: small JSON, opaque to everybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_TIMES = ("settled", "reached", "swept", "sweep_from")
_COUNTS = ("page", "total", "sweep_page")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was read, and whether the look that read it came to its end.

    settled: everything up to this second is read, and nothing can appear there any more. reached, page: a look that was
    cut short goes on here; `page` inside one second that held `total` orders, more than a page. swept: when the last
    sweep ended; sweep_from, sweep_page: one that is under way.
    """

    settled: datetime
    reached: datetime | None = None
    page: int | None = None
    total: int | None = None
    swept: datetime | None = None
    sweep_from: datetime | None = None
    sweep_page: int | None = None

    @classmethod
    def read(cls, text: str) -> Cursor:
        fields = json.loads(text)
        values: dict[str, Any] = {name: int(fields[name]) for name in _COUNTS if name in fields}
        for name in _TIMES:
            if name in fields:
                values[name] = datetime.fromisoformat(fields[name]).replace(tzinfo=UTC)
        return cls(**values)

    def written(self) -> str:
        times = {name: moment for name in _TIMES if (moment := getattr(self, name)) is not None}
        counts = {name: count for name in _COUNTS if (count := getattr(self, name)) is not None}
        return json.dumps({name: shop_time(moment) for name, moment in times.items()} | counts)


def shop_time(moment: datetime) -> str:
    """Whole seconds without a suffix, UTC by `dates_are_gmt`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
