"""Names of export files: as agreed, safe everywhere, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bridge.domain.naming import NAME_LENGTH_MAX, NameCase, NameFacts, NamePatternRefused, NameShape, name_pattern

DAY = date(2026, 11, 25)
DIGESTS = {"sha256": "ab12" * 16, "md5": "cd34" * 8, "crc32": "0ff1ce00"}
SEALED_AT = datetime(2026, 11, 24, 23, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("ORD_{sequence:06}.xml", "ORD_000318.xml"),
        ("{endpoint}-{sequence}.csv", "acme-318.csv"),
        ("{day}_{time}_{sequence:04}_{count:03}.txt", "20261125_230509_0318_012.txt"),
        ("{day:DD-MM-YY}.{sequence:08}", "25-11-26.00000318"),
        ("{day:YYYYMMDD}{time:HHMM}{sequence:03}", "202611252305318"),
        ("{day:YYMMDD}{daily:02}.ORD", "26112507.ORD"),
        ("{day:YYDDD}{daily:03}.ORD", "26329007.ORD"),
        ("{day:YYYY}_{daily:02}_{day:MMDD}.ORD", "2026_07_1125.ORD"),
        ("{day:DDD}-{day:CYY}-{daily}.ORD", "329-126-7.ORD"),
        ("{sequence:06}_{sha256:8}_{md5}.{crc32}", f"000318_ab12ab12_{'cd34' * 8}.0ff1ce00"),
    ],
)
def test_a_pattern_gives_the_agreed_name(pattern: str, name: str) -> None:
    assert name_pattern(pattern).name(NameFacts(318, DAY, SEALED_AT, "acme", 12, 7, DIGESTS)) == name


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
        ("{sequence}.VOID", "handed over"),
        ("{day:YYMMDD}.ord", "{daily}"),
        ("{daily:03}.ord", "{day}"),
        ("{day:MMDD}{daily:03}.ord", "whole {day}"),
        ("{day:DDD}{daily:03}.ord", "whole {day}"),
        ("{day:YYYY}{day:DD}{daily:03}.ord", "whole {day}"),
        ("{day:YYYYHHMM}{day:DD}{daily:03}.ord", "whole {day}"),
        ("{day:YYYY}{time:MMDD}{daily:03}.ord", "whole {day}"),
        ("{sequence}{sha256:65}", "is no length"),
        ("{sequence}{crc32:08}", "is no length"),
        ("{sequence:6}", "is not a width"),
        ("{sequence:06x}", "is not a width"),
        ("{order}{sequence}", "{order} is not known"),
        ("{sequence!r}", "is not known"),
        ("{sequence", "does not parse"),
        ("{day:YYYY/MM/DD}{sequence}", "puts a character into the name"),
        ("{day:JJJJ}{sequence}", "no part of a date form"),
        ("x" * NAME_LENGTH_MAX + "{sequence}", "a name may have 150"),
        ("O{count}{sequence}", "{count} and {sequence} run together"),
        ("O{sequence}1{count:02}", "{sequence} and {count} run together"),
        ("{day:YYYYMMDD}{daily}{count}", "{daily} and {count} run together"),
    ],
)
def test_a_pattern_that_cannot_be_safe_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(NamePatternRefused) as caught:
        name_pattern(pattern)
    assert why in str(caught.value)


def test_letters_of_a_name_go_as_the_erp_wants_them() -> None:
    facts = NameFacts(7, DAY, SEALED_AT, "acme", 1)
    assert name_pattern("Ord_{sequence:03}.Xml", NameCase.UPPER).name(facts) == "ORD_007.XML"
    assert name_pattern("Ord_{sequence:03}.Xml", NameCase.LOWER).name(facts) == "ord_007.xml"


@pytest.mark.parametrize("pattern", ["O{sequence:07}.TXT", "{day:YYMMDD}{daily:02}.O", "{sequence:08}"])
def test_a_name_of_8_and_3_is_taken(pattern: str) -> None:
    assert len(name_pattern(pattern, NameCase.UPPER, NameShape.DOS).name(NameFacts(1, DAY, SEALED_AT, "a", 1))) <= 12


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("ORDER{sequence:04}.TXT", "is no 8.3 name"),
        ("O{sequence:04}.JSON", "is no 8.3 name"),
        ("O.{sequence:04}.T", "is no 8.3 name"),
        ("O{sequence}.TXT", "fixed width"),
        ("{endpoint}{sequence:02}", "no room for {endpoint}"),
    ],
)
def test_a_name_that_no_8_and_3_file_system_holds_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(NamePatternRefused) as caught:
        name_pattern(pattern, NameCase.UPPER, NameShape.DOS)
    assert why in str(caught.value)
