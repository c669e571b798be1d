"""Where a flow stands in its store: behind which change, and how far in the slow sweep. One text in the ledger."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class FlowCursor:
    """changes: the connector's cursor of the look for changes. swept_at: when the last sweep began (None: none yet).

    sweep_from, sweep: a sweep that is under way: what it asks for, and the connector's cursor behind its last page.
    sweep_upto: all orders created until then were on its pages, or asked for by their ids; None: it saw none yet.
    missed: orders that the store did not have when it was asked for them, and since when they wait for a second look.
    asked: of the orders older than a sweep that are in no file yet: the last sending that was asked for by id.
    system: the type of the store that all of this is of.
    mapping: what decided how the store was read last: where it is another now, what waits here is read anew.
    anew_below: newest first, and the sendings below this one are still to be read anew; 0: all are.
    """

    changes: str | None = None
    swept_at: datetime | None = None
    sweep_from: datetime | None = None
    sweep: str = ""
    sweep_upto: datetime | None = None
    system: str = ""
    mapping: str = ""
    asked: int = 0
    anew_below: int = 0
    missed: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> FlowCursor:
        fields = json.loads(text) if text else {}
        return cls(
            fields.get("changes"), _moment(fields.get("swept_at")), _moment(fields.get("sweep_from")),
            fields.get("sweep", ""), _moment(fields.get("sweep_upto")),
            fields.get("system", ""), fields.get("mapping", ""), fields.get("asked", 0), fields.get("anew_below", 0),
            {one: datetime.fromisoformat(since) for one, since in fields.get("missed", {}).items()},
        )  # fmt: skip

    def written(self) -> str:
        times = {"swept_at": self.swept_at, "sweep_from": self.sweep_from, "sweep_upto": self.sweep_upto}
        fields: dict[str, object] = {"changes": self.changes, "sweep": self.sweep}
        fields |= {"system": self.system, "mapping": self.mapping, "asked": self.asked, "anew_below": self.anew_below}
        fields["missed"] = {one: since.astimezone(UTC).isoformat() for one, since in self.missed.items()}
        fields |= {name: moment.astimezone(UTC).isoformat() for name, moment in times.items() if moment is not None}
        return json.dumps({name: value for name, value in fields.items() if value})

    def read_by(self, system: str, mapping: str) -> FlowCursor:
        """With how the store is read now; by another mapping than the last one, all that waits is to be read anew."""
        known = replace(self, system=system)
        return known if self.mapping == mapping else replace(known, mapping=mapping, anew_below=sys.maxsize)

    def sweep_due(self, now: datetime, every: timedelta) -> bool:
        """Whether a sweep goes on or begins. All is new at a flow's first look: its first sweep is a period later."""
        # Either way: a clock that ran a year ahead once must not put the next one off for a year.
        return self.sweep_from is not None or (self.swept_at is not None and abs(now - self.swept_at) >= every)

    def begun(self, now: datetime, start: datetime) -> FlowCursor:
        """With a sweep under way from `start`; one that was interrupted keeps its own."""
        return self if self.sweep_from is not None else replace(self, swept_at=now, sweep_from=start)

    def missing(self, store_order_ids: Iterable[str], now: datetime) -> FlowCursor:
        """With orders that the store does not have; one that is missed already keeps its time."""
        return replace(self, missed=dict.fromkeys(store_order_ids, now) | dict(self.missed))

    def to_look_for(self, now: datetime, after: timedelta) -> list[str]:
        """The missed orders that were asked for so long ago; also of a time from which the clock was set back."""
        return [one for one, since in self.missed.items() if abs(now - since) >= after]

    def looked_for(self, store_order_ids: Iterable[str]) -> FlowCursor:
        """Without missed orders of which it is known now whether the store has them."""
        known = set(store_order_ids)
        return replace(self, missed={one: since for one, since in self.missed.items() if one not in known})

    def behind(self, page_cursor: str, upto: datetime | None) -> FlowCursor:
        """Behind a page of the sweep; behind its last one no sweep is under way."""
        if not page_cursor:
            return replace(self, sweep_from=None, sweep="", sweep_upto=None)
        return replace(self, sweep=page_cursor, sweep_upto=upto)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
