"""The place in a WooCommerce shop's changes where a look begins: small JSON, opaque to everybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was read, and whether the look that read it came to its end.

    settled: everything up to this second is read, and nothing can appear there any more. reached, page: a look that was
    cut short goes on here; `page` inside one second that held `total` orders, more than a page.
    """

    settled: datetime
    reached: datetime | None = None
    page: int = 1
    total: int | None = None

    @classmethod
    def read(cls, text: str) -> Cursor:
        fields = json.loads(text)
        reached = fields.get("reached")
        settled = _moment(fields["settled"])
        return cls(settled, _moment(reached) if reached else None, fields.get("page", 1), fields.get("total"))

    def written(self) -> str:
        fields: dict[str, str | int] = {"settled": shop_time(self.settled)}
        if self.reached is not None:
            fields["reached"] = shop_time(self.reached)
        if self.page > 1:
            fields["page"] = self.page
            if self.total is not None:
                fields["total"] = self.total
        return json.dumps(fields)


def shop_time(moment: datetime) -> str:
    """Whole seconds without a suffix, UTC by `dates_are_gmt`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
