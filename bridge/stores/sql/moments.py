"""Times of a database: what kind a column holds, how one of our instants is asked for, and what an answer means.

Columns hold times with a zone, times without (then the option `timezone` says whose), ISO 8601 as text, or seconds or
milliseconds since 1970. In the night when clocks go back, a time without zone has two meanings, and rows of an hour
later sort before rows that are read already: so long the clock is held back, and those hours are read again and again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bridge.stores.sql.cells import MILLISECONDS_FROM, cell_of, text_of, time_text
from bridge.stores.sql.problems import TimesUnfit

SECOND = timedelta(seconds=1)
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=4)  # how long around a change of the clock it is held back
UTC_ENDS = ("Z", "+00:00", "+0000", "+00")


class Kind(StrEnum):
    """What a column of times holds."""

    ZONED = "zoned"
    NAIVE = "naive"
    DAY = "day"
    TEXT = "text"
    UTC_TEXT = "utc_text"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"


class Moments:
    """Reads and asks for the times of one column, by a value that was seen in it. Raises TimesUnfit."""

    def __init__(self, store: str, column: str, sample: Any, zone: ZoneInfo | None) -> None:
        self._store = store
        self._column = column
        self._zone = zone
        self._kind = self._kind_of(sample)
        self._suffix = next((end for end in UTC_ENDS if self._kind is Kind.UTC_TEXT and sample.endswith(end)), "")
        core = sample.removesuffix(self._suffix) if isinstance(sample, str) else ""
        self._separator = core[10:11]
        self._unit = SECOND
        if self._kind is Kind.DAY or len(core) == len("2026-03-01"):
            self._unit = timedelta(days=1)
        elif len(core) == len("2026-03-01 10:00"):
            self._unit = timedelta(minutes=1)
        if self._kind is Kind.TEXT and self._as_datetime(sample).tzinfo is not None:
            # sorted as text, +02:00 and +01:00 would stand in the wrong order
            raise self._unfit("holds texts with offsets of their own", "Store them in UTC, or as a time with zone.")
        if zone is None and self._kind in (Kind.NAIVE, Kind.DAY, Kind.TEXT):
            raise self._unfit("has times without their zone", 'Set timezone = "Europe/Warsaw" or alike for the store.')

    @property
    def is_coarse(self) -> bool:
        """Whether the column knows days or minutes only: all of one is one moment."""
        return self._unit > SECOND

    def read(self, value: Any) -> datetime:
        """The instant (UTC) that a value means; of a day or minute its last second, as it may go on until then."""
        kind = self._kind_of(value)
        if kind in (Kind.SECONDS, Kind.MILLISECONDS):
            return datetime.fromisoformat(time_text(text_of(cell_of(value))))
        moment = self._as_datetime(value)
        placed = moment.replace(tzinfo=self._zone) if moment.tzinfo is None else moment
        return placed.astimezone(UTC) + self._unit - SECOND

    def asked(self, moment: datetime) -> Any:
        """The column's value for an instant: of the second, minute or day that it lies in."""
        return self._written(self._local(moment))

    def _local(self, moment: datetime) -> datetime:
        """An instant on the clock of the column."""
        if self._kind in (Kind.NAIVE, Kind.DAY, Kind.TEXT):
            return moment.astimezone(self._zone).replace(tzinfo=None)
        return moment.astimezone(UTC).replace(tzinfo=None)

    def _written(self, local: datetime) -> Any:
        """A time of the column's clock as the column writes it."""
        match self._kind:
            case Kind.ZONED:
                return local.replace(tzinfo=UTC)
            case Kind.SECONDS:
                return int(local.replace(tzinfo=UTC).timestamp())
            case Kind.MILLISECONDS:
                return int(local.replace(tzinfo=UTC).timestamp()) * 1000
            case Kind.NAIVE:
                return local
            case Kind.DAY:
                return local.date()
        if not self._separator:
            return local.date().isoformat()
        # Without its suffix a second sorts before all texts of that second, so that it bounds them.
        shape = "minutes" if self.is_coarse else "seconds"
        return local.isoformat(self._separator, shape) + (self._suffix if self.is_coarse else "")

    def steady(self, now: datetime) -> datetime:
        """The database's clock as times without zone let it be trusted: held back around the hour that comes twice."""
        zone = self._zone
        if zone is None or self._kind not in (Kind.NAIVE, Kind.TEXT):
            return now
        start, end = now - AFTER, now + BEFORE
        fallen = _offset(start, zone) - _offset(end, zone)
        if fallen <= timedelta(0):
            return now
        while end - start > SECOND:  # the change of the clock lies between the two
            middle = start + (end - start) / 2
            start, end = (middle, end) if _offset(middle, zone) > _offset(end, zone) else (start, middle)
        return min(now, start - fallen)

    def _kind_of(self, value: Any) -> Kind:
        if isinstance(value, datetime):
            return Kind.NAIVE if value.tzinfo is None else Kind.ZONED
        if isinstance(value, date):
            return Kind.DAY
        if isinstance(value, str):
            return Kind.UTC_TEXT if value.strip().endswith(UTC_ENDS) and len(value) > 10 else Kind.TEXT
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return Kind.MILLISECONDS if Decimal(value).copy_abs() >= MILLISECONDS_FROM else Kind.SECONDS
        raise self._unfit("holds what is no time", "Name another column, or make it a time in a view.")

    def _as_datetime(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        text = value.strip() if isinstance(value, str) else value.isoformat()
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise self._unfit("holds what is no time", "Write times as 2026-04-05 21:06:21.") from error

    def _unfit(self, what: str, cure: str) -> TimesUnfit:
        return TimesUnfit(store=self._store, column=self._column, what=what, cure=cure)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
