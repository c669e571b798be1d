"""Business hours: what is written, what is refused, and what the clock on the wall says in nights that are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.business_hours import BusinessHours, open_times

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = BusinessHours(open_times("Mon-Fri 08:00-18:00"))
NIGHT = BusinessHours(open_times("Sun 01:00-04:00"))
ALWAYS = BusinessHours(open_times("Mon-Sun 00:00-24:00"))
SKIPS_MIDNIGHT = ZoneInfo("Africa/Cairo")  # there clocks go forward at midnight
HALF_HOUR = ZoneInfo("Australia/Lord_Howe")  # changed by half an hour


def warsaw(text: str) -> datetime:
    """A time on the wall in Warsaw."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-26T09:00", 1, "2026-11-26T10:00"),
        ("2026-11-26T17:30", 1, "2026-11-27T08:30"),  # the evening is no business hour
        ("2026-11-27T17:00", 4, "2026-11-30T11:00"),  # nor is the weekend
        ("2026-11-27T17:00", 1, "2026-11-27T18:00"),  # the very end
        ("2026-11-26T03:00", 10, "2026-11-26T18:00"),
        ("2026-11-28T12:00", 20, "2026-12-01T18:00"),
        ("2026-11-26T09:00", 100, "2026-12-10T09:00"),
    ],
)
def test_business_hours_go_by_in_the_office_only(since: str, hours: int, until: str) -> None:
    assert OFFICE.reached(warsaw(since), hours, WARSAW) == warsaw(until)


def test_a_holiday_has_no_business_hours() -> None:
    closed = BusinessHours(OFFICE.open_times, frozenset({date(2026, 12, 25)}))
    assert closed.reached(warsaw("2026-12-24T17:00"), 2, WARSAW) == warsaw("2026-12-28T09:00")


def test_the_night_in_which_clocks_go_forward_lacks_an_hour() -> None:
    # 2026-03-29: 02:00 becomes 03:00 in Warsaw, so that 01:00 to 04:00 is two hours
    assert NIGHT.reached(warsaw("2026-03-28T12:00"), 2, WARSAW) == datetime(2026, 3, 29, 2, tzinfo=UTC)
    assert NIGHT.reached(warsaw("2026-03-28T12:00"), 3, WARSAW) == datetime(2026, 4, 5, 0, tzinfo=UTC)


def test_the_night_in_which_clocks_go_back_has_an_hour_twice() -> None:
    # 2026-10-25: 03:00 becomes 02:00 in Warsaw, so that 01:00 to 04:00 is four hours
    assert NIGHT.reached(warsaw("2026-10-24T12:00"), 4, WARSAW) == datetime(2026, 10, 25, 3, tzinfo=UTC)
    assert NIGHT.reached(warsaw("2026-10-24T12:00"), 2, WARSAW) == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_an_office_that_opens_in_the_hour_that_is_left_out_opens_when_the_clock_is_past_it() -> None:
    early = BusinessHours(open_times("Sun 02:30-05:00"))
    assert early.reached(warsaw("2026-03-28T12:00"), 2, WARSAW) == datetime(2026, 3, 29, 3, tzinfo=UTC)


def counted_by_minutes(hours: BusinessHours, since: datetime, until: datetime, zone: ZoneInfo) -> int:
    """How many minutes between two instants show a time within the business hours, asked one by one."""
    count = 0
    while since < until:
        wall = since.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        count += wall.date() not in hours.holidays and any(
            one.weekday == wall.weekday() and one.start <= minute < one.end for one in hours.open_times
        )
        since += timedelta(minutes=1)
    return count


@given(
    zone=st.sampled_from([WARSAW, SKIPS_MIDNIGHT, HALF_HOUR, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")]),
    day=st.sampled_from(
        [date(2026, 3, 28), date(2026, 4, 4), date(2026, 4, 23), date(2026, 10, 24), date(2026, 10, 3)]
    ),
    minute=st.integers(0, 2880),
    hours=st.integers(1, 30),
    first=st.integers(0, 22),
    length=st.integers(1, 24),
    holiday=st.booleans(),
)
def test_so_many_business_hours_have_gone_by_as_a_clock_on_the_wall_would_count(
    zone: ZoneInfo, day: date, minute: int, hours: int, first: int, length: int, holiday: bool
) -> None:
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    times = open_times(f"Fri-Mon {first:02}:30-{min(first + length, 24):02}:00") if length > 1 else ALWAYS.open_times
    office = BusinessHours(times, frozenset({day + timedelta(days=2)} if holiday else ()))
    reached = office.reached(since, hours, zone)
    assert counted_by_minutes(office, since, reached, zone) == hours * 60
    assert counted_by_minutes(office, since, reached - timedelta(minutes=1), zone) == hours * 60 - 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds '', which is no span of days and times"),
        ("Mon-Fri", "holds 'Mon-Fri', which is no span of days and times"),
        ("Mo-Fr 08:00-18:00", "holds 'Mo-Fr 08:00-18:00', which is no span of days and times"),
        ("Mon-Fry 08:00-18:00", "holds 'Fry', which is no weekday"),
        ("Mon 18:00-08:00", "holds 'Mon 18:00-08:00', which ends before it begins; write a night as two spans"),
        ("Mon 08:00-24:30", "holds 24:30, which is no time of a day"),
        ("Mon 08:60-09:00", "holds 08:60, which is no time of a day"),
        ("Mon-Wed 08:00-12:00, Tue 11:00-14:00", "has two spans of Tue that overlap"),
    ],
)
def test_what_are_no_business_hours_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        open_times(text)
    assert str(caught.value) == words


def test_a_week_may_begin_on_any_day_and_a_day_may_have_a_break() -> None:
    around = open_times("sat-mon 22:00-24:00, Sun 00:00-06:00")
    assert [(one.weekday, one.start // 60, one.end // 60) for one in around] == [
        (0, 22, 24), (5, 22, 24), (6, 0, 6), (6, 22, 24),
    ]  # fmt: skip
