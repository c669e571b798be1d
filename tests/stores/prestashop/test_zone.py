"""Local texts of a shop and the moments they mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.stores.prestashop.zone import moment_of, read_from, text_of, zone_named
from bridge.stores.raw import Unreadable

WARSAW = ZoneInfo("Europe/Warsaw")
ZONES = [ZoneInfo(name) for name in ("Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kolkata")]
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_text_of_the_doubled_hour_is_its_first_pass() -> None:
    assert moment_of("2026-10-25 02:30:00", WARSAW, "date") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_doubled_hour_is_read_from_its_start_until_it_is_over() -> None:
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert read_from(start + timedelta(minutes=59, seconds=59), WARSAW) == start
    assert read_from(start, WARSAW) == start
    assert read_from(start - timedelta(seconds=1), WARSAW) == start - timedelta(seconds=1)
    assert read_from(start + timedelta(minutes=61), WARSAW) == start + timedelta(minutes=61)


def test_the_hour_that_is_left_out_in_spring_is_no_doubled_one() -> None:
    spring = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert read_from(spring, WARSAW) == spring
    assert text_of(spring, WARSAW) == "2026-03-29 03:00:00"


@given(MOMENTS, st.integers(0, 7200), st.sampled_from(ZONES))
def test_nothing_later_has_a_smaller_text_than_where_reading_begins(
    moment: datetime, later_s: int, zone: ZoneInfo
) -> None:
    moment = moment.replace(microsecond=0)
    assert text_of(read_from(moment, zone), zone) <= text_of(moment + timedelta(seconds=later_s), zone)
    assert read_from(moment, zone) <= moment


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_text_never_means_a_later_moment_than_the_true_one(moment: datetime, zone: ZoneInfo) -> None:
    moment = moment.replace(microsecond=0)
    read = moment_of(text_of(moment, zone), zone, "date")
    assert read is not None and read <= moment and text_of(read, zone) == text_of(moment, zone)


def test_no_date_is_none_and_nonsense_is_named() -> None:
    assert moment_of("", WARSAW, "date") is None
    assert moment_of("0000-00-00 00:00:00", WARSAW, "date") is None
    with pytest.raises(Unreadable, match="date_add is not a time"):
        moment_of("2026-13-01 00:00:00", WARSAW, "date_add")


def test_a_zone_that_nobody_knows_is_none() -> None:
    assert [zone_named(name) for name in ("", "Moon/Crater", "../etc/passwd")] == [None, None, None]
