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
    """Reads and asks for the times of one column, by a value that was seen in it."""

    def __init__(self, store: str, column: str, sample: Any, zone: ZoneInfo | None) -> None:
        self._store = store
        self._column = column
        self._zone = zone
        self._separator = sample[10:11] if isinstance(sample, str) and len(sample) > 10 else ""
        self._kind = self._kind_of(sample)
        if isinstance(sample, str) and self._kind is Kind.TEXT and self._as_datetime(sample).tzinfo is not None:
            # sorted as text, +02:00 and +01:00 would stand in the wrong order
            raise self._unfit("holds texts with offsets of their own", "Store them in UTC, or as a time with zone.")
        if zone is None and self._kind in (Kind.NAIVE, Kind.DAY, Kind.TEXT):
            raise self._unfit("has times without their zone", 'Set timezone = "Europe/Warsaw" or alike for the store.')

    @property
    def is_by_day(self) -> bool:
        """Whether the column knows days only."""
        return self._kind is Kind.DAY or (self._kind is Kind.TEXT and not self._separator)

    def read(self, value: Any) -> datetime:
        """The instant (UTC) that a value means. Raises TimesUnfit for what is no time."""
        kind = self._kind_of(value)
        if kind in (Kind.SECONDS, Kind.MILLISECONDS):
            return datetime.fromisoformat(time_text(text_of(cell_of(value))))
        moment = self._as_datetime(value)
        return (moment.replace(tzinfo=self._zone) if moment.tzinfo is None else moment).astimezone(UTC)

    def asked(self, moment: datetime) -> Any:
        """An instant as the column would hold it: a value to compare with."""
        if self._kind is Kind.ZONED:
            return moment.astimezone(UTC)
        if self._kind is Kind.SECONDS:
            return int(moment.timestamp())
        if self._kind is Kind.MILLISECONDS:
            return int(moment.timestamp()) * 1000
        local = moment.astimezone(UTC if self._kind is Kind.UTC_TEXT else self._zone).replace(tzinfo=None)
        if self._kind is Kind.NAIVE:
            return local
        if self._kind is Kind.DAY:
            return local.date()
        return local.isoformat(self._separator, "seconds") if self._separator else local.date().isoformat()

    def steady(self, now: datetime) -> datetime:
        """The database's clock as times without zone let it be trusted: held back around the hour that comes twice."""
        zone = self._zone
        if zone is None or self._kind not in (Kind.NAIVE, Kind.TEXT):
            return now
        start, end = now - AFTER, now + BEFORE
        fallen = _offset(start, zone) - _offset(end, zone)
        if fallen <= timedelta(0):
            return now
        while end - start > timedelta(seconds=1):  # the change of the clock lies between the two
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
