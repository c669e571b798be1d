"""Date forms as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bridge.domain.dateforms import DateFormRefused, date_form

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2026-03-04"),
        ("DD.MM.YY", "04.03.26"),
        ("YYYYMMDDHHMMSS", "20260304050607"),
        ("YYYY-MM-DDTHH:MM:SSZ", "2026-03-04T05:06:07Z"),
        ("HH:MM DD/MM", "05:06 04/06"),
        ("CYYMMDD", "1260304"),
        ("YYYYDDD", "2026063"),
        ("CYYDDD", "126063"),
    ],
)
def test_a_form_gives_its_text(form: str, text: str) -> None:
    assert date_form(form).of(MOMENT) == text


def test_a_day_has_no_hours() -> None:
    assert date_form("YYYY-MM-DD HH:MM").of(date(2026, 3, 4)) == "2026-03-04 00:00"


def test_the_century_before_is_a_nought() -> None:
    assert date_form("CYYMMDD").of(date(1999, 12, 31)) == "0991231"
    assert date_form("YYDDD").of(date(2024, 12, 31)) == "24366"


@pytest.mark.parametrize(
    "form", ["C", "CMMDD", "YYYYDDDD", "", "yyyy-mm-dd", "YYYY-WW", "YYYY{}", "%Y", "YYYY-MM-DD\n"]
)
def test_what_is_no_form_is_refused(form: str) -> None:
    with pytest.raises(DateFormRefused):
        date_form(form)
