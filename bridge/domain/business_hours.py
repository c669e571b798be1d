"""Business hours: when people expect orders, as local clock times of a zone, and when so many of them have gone by.

`Mon-Fri 08:00-18:00, Sat 09:00-13:00`. An hour counts when the clock on the wall shows a time within: in the night in
which clocks go forward 02:00 to 03:00 is no time at all, in the night in which they go back it is two hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_MINUTES = 24 * 60
_PART = re.compile(r"([A-Za-z]{3})(?:-([A-Za-z]{3}))? +(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenTime:
    """From when to when on one weekday (0: Monday), in minutes after midnight on the wall; the end is not within."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Open times of a week, without the holidays. At least one; none overlap."""

    open_times: tuple[OpenTime, ...]
    holidays: frozenset[date] = frozenset()

    def reached(self, since: datetime, hours: int, zone: ZoneInfo) -> datetime:
        """The instant (UTC) at which so many business hours have gone by since an instant. hours: 1 or more."""
        missing = timedelta(hours=hours)
        for start, end in self._spans(since, zone):
            if end - start >= missing:
                return start + missing
            missing -= end - start
        raise OverflowError("the calendar ends before so many business hours")

    def _spans(self, since: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Open time from an instant on, as spans of UTC in their order."""
        day = since.astimezone(zone).date()
        while day < date.max:
            for start, end in self._of_day(day, zone):
                if end > since:
                    yield max(start, since), end
            day += _DAY

    def _of_day(self, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        if day in self.holidays:
            return []
        spans = [
            span
            for one in self.open_times
            if one.weekday == day.weekday()
            for since, until, offset in pieces(day, zone)
            if (span := _within(day, one, since, until, offset)) is not None
        ]
        return sorted(spans)


def _within(
    day: date, one: OpenTime, since: datetime, until: datetime, offset: timedelta
) -> tuple[datetime, datetime] | None:
    """An open time in the part of a day in which the wall shows UTC + offset; None where it is not in it."""
    midnight = datetime.combine(day, time(), UTC) - offset
    start = max(since, midnight + timedelta(minutes=one.start))
    end = min(until, midnight + timedelta(minutes=one.end))
    return (start, end) if start < end else None


def pieces(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime, timedelta]]:
    """A local day as spans of UTC within which the clock is not changed, each with its offset. Two at most."""
    start, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _DAY))
    first, last = _offset(start, zone), _offset(end - _SECOND, zone)
    if first == last or start >= end:
        return [(start, end, first)]
    before, after = start, end - _SECOND
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, zone) == first:
            before = middle
        else:
            after = middle
    return [(start, after, first), (after, end, last)]


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def open_times(text: str) -> tuple[OpenTime, ...]:
    """`Mon-Fri 08:00-18:00, Sat 09:00-13:00` as open times. Raises ValueError with what is wrong, in words."""
    found: list[OpenTime] = []
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"holds {part.strip()!r}, which is no span of days and times")
        first, last = (_weekday(word) for word in (match[1], match[2] or match[1]))
        start, end = _minute(match[3], match[4]), _minute(match[5], match[6])
        if start >= end:
            raise ValueError(f"holds {part.strip()!r}, which ends before it begins; write a night as two spans")
        days = range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
        found += [OpenTime(day, start, end) for day in days]
    found.sort(key=lambda one: (one.weekday, one.start))
    for one, other in pairwise(found):
        if one.weekday == other.weekday and other.start < one.end:
            raise ValueError(f"has two spans of {WEEKDAYS[one.weekday]} that overlap")
    return tuple(found)


def _weekday(word: str) -> int:
    if word.capitalize() not in WEEKDAYS:
        raise ValueError(f"holds {word!r}, which is no weekday")
    return WEEKDAYS.index(word.capitalize())


def _minute(hour: str, minute: str) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > _DAY_MINUTES:
        raise ValueError(f"holds {hour}:{minute}, which is no time of a day")
    return found
