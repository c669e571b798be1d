"""Names of export files: as agreed, safe everywhere, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bridge.domain.naming import NAME_LENGTH_MAX, NamePatternRefused, name_pattern

DAY = date(2026, 11, 25)
SEALED_AT = datetime(2026, 11, 24, 23, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("ORD_{sequence:06}.xml", "ORD_000318.xml"),
        ("{endpoint}-{sequence}.csv", "acme-318.csv"),
        ("{day}_{time}_{sequence:04}_{count:03}.txt", "20261125_230509_0318_012.txt"),
        ("{day:DD-MM-YY}.{sequence:08}", "25-11-26.00000318"),
        ("{day:YYYYMMDD}{time:HHMM}{sequence:03}", "202611252305318"),
    ],
)
def test_a_pattern_gives_the_agreed_name(pattern: str, name: str) -> None:
    assert name_pattern(pattern).name(318, DAY, SEALED_AT, "acme", 12) == name


@pytest.mark.parametrize(
    ("pattern", "last"), [("{sequence:06}", 999_999), ("{sequence:02}.x", 99), ("{sequence}", None)]
)
def test_the_width_gives_the_last_number(pattern: str, last: int | None) -> None:
    assert name_pattern(pattern).sequence_last == last


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("ORD.xml", "{sequence} is missing"),
        ("../{sequence}", "only the letters"),
        ("Zamówienie{sequence}", "only the letters"),
        ("a b{sequence}", "only the letters"),
        (".{sequence}", "must not begin"),
        ("-{sequence}", "must not begin"),
        ("{sequence}.tmp", "handed over"),
        ("{sequence}.SHA256", "handed over"),
        ("{sequence:6}", "is not a width"),
        ("{sequence:06x}", "is not a width"),
        ("{order}{sequence}", "{order} is not known"),
        ("{sequence!r}", "is not known"),
        ("{sequence", "does not parse"),
        ("{day:YYYY/MM/DD}{sequence}", "puts a character into the name"),
        ("{day:JJJJ}{sequence}", "no part of a date form"),
        ("x" * NAME_LENGTH_MAX + "{sequence}", "a name may have 150"),
    ],
)
def test_a_pattern_that_cannot_be_safe_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(NamePatternRefused) as caught:
        name_pattern(pattern)
    assert why in str(caught.value)
