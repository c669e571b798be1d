"""House numbers: a table of streets judged by hand, and what must hold of any text."""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.addresses.habits import HABITS
from bridge.domain.addresses.house_numbers import second_line_number, street_parts
from bridge.domain.addresses.number_last import told_last, told_plainly
from bridge.domain.addresses.street_parts import Piece

TABLE = Path(__file__).with_name("streets.txt")


def rows() -> list[Any]:
    """Each row of the table: country, street, and what is expected of it."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, street, *expected = line.split(" | ", 2)
            cells = [*(cell.strip() for cell in "".join(expected).split("|")), "", ""]
            found.append(pytest.param(country.strip(), street, cells[0], cells[1], cells[2], id=f"{country}: {street}"))
    return found


@pytest.mark.parametrize(("country", "text", "street", "number", "flat"), rows())
def test_a_street_is_told_apart_as_a_person_would_or_left_whole(
    country: str, text: str, street: str, number: str, flat: str
) -> None:
    parts = street_parts(text, country)
    if street in ("?", "-"):
        assert (parts.street, parts.house_number, parts.flat) == (text, "", "")
        assert (parts.certain, parts.doubtful) == (False, street == "?")
    else:
        assert (parts.street.strip(), parts.house_number, parts.flat) == (street, number, flat)
        assert (parts.certain, parts.doubtful) == (True, False)


def test_the_table_is_large_and_knows_every_habit() -> None:
    countries = {row.values[0] for row in rows()}
    habits = {id(habit) for country, habit in HABITS.items() if country in countries}
    assert len(rows()) > 250
    assert habits == {id(habit) for habit in HABITS.values()}


# What the sign before a number or a flat may be; anything else between two pieces would be a word of the buyer's lost.
_SIGNS = """
    nr no num numero número n nº n° № numer č čp čp. č.p č.p. č.e č.e. c.p č. štev št hnr huisnr civ bud буд дом д αρ
    m mieszk mieszkanie mieszkania lok lokal lokalu l apt ap apartament
    """
SIGNS = frozenset(_SIGNS.split())
_TOKENS = """
    Lipowa 12 12a 3 Maja / - , . m. lok. 1/2 bis Straße Q7 7 17. Juni Flat Apt 3º B s/n nr No: Nr. č.p. 118/120 rue 1234
    12345 utca
    """
TOKENS = st.sampled_from([*_TOKENS.split(), "\n", "\t"])
STREETS = st.one_of(
    st.text(max_size=60),
    st.lists(TOKENS, max_size=8).map(" ".join),
    st.lists(TOKENS, max_size=6).map("".join),
)
COUNTRIES = st.sampled_from([*sorted(HABITS), "", "JP", "nonsense"])


@given(STREETS, COUNTRIES)
def test_no_character_of_a_street_is_ever_lost(text: str, country: str) -> None:
    parts = street_parts(text, country)
    assert "".join(piece for _, piece in parts.pieces) == text
    if not parts.certain:
        assert parts.street == text
        assert not parts.house_number
        return
    assert parts.house_number
    assert any(character.isalpha() for character in parts.street)
    assert parts.house_number in parts.number_and_flat
    assert parts.flat in parts.number_and_flat
    for kind, mark in parts.pieces:
        if kind is Piece.MARK:
            word = mark.strip(" \t\r\n\x1c\x1d\x1e\x1f\x85\xa0\u3000\u2028\u2029,/-–:.").strip().casefold()
            assert not word or word in SIGNS, mark


@given(STREETS, COUNTRIES)
def test_every_digit_is_in_the_street_the_number_or_the_flat_in_its_order(text: str, country: str) -> None:
    parts = street_parts(text, country)
    kept = "".join(piece for kind, piece in parts.pieces if kind is not Piece.MARK)
    assert [one for one in kept if one.isdigit()] == [one for one in text if one.isdigit()]


@given(STREETS, COUNTRIES)
def test_the_glance_at_ordinary_streets_says_what_the_whole_way_says(text: str, country: str) -> None:
    habit = HABITS.get(country)
    plainly = told_plainly(text, habit) if habit else None
    assert plainly is None or habit is None or plainly == told_last(text, habit, country)


@pytest.mark.parametrize(("country", "text"), [row.values[:2] for row in rows()])
def test_the_glance_says_so_for_every_street_of_the_table(country: str, text: str) -> None:
    habit = HABITS.get(country)
    plainly = told_plainly(text, habit) if habit else None
    assert plainly is None or habit is None or plainly == told_last(text, habit, country)


@pytest.mark.parametrize(
    ("country", "line", "number", "flat"),
    [
        ("PL", "12", "12", ""),
        ("PL", " 12a ", "12a", ""),
        ("PL", "12/3", "12", "3"),
        ("PL", "12 m. 3", "12", "3"),
        ("PL", "nr 12", "12", ""),
        ("DE", "12 a", "12 a", ""),
        ("DE", "12, Hinterhaus", "12", "Hinterhaus"),
        ("NL", "12-3", "12-3", ""),
    ],
)
def test_a_number_alone_in_the_second_line_is_told(country: str, line: str, number: str, flat: str) -> None:
    parts = second_line_number(line, country)
    assert parts is not None
    assert (parts.house_number, parts.flat) == (number, flat)


@pytest.mark.parametrize(
    ("country", "line"),
    [("PL", "m. 3"), ("PL", "lok. 3"), ("PL", "klatka B"), ("PL", "II piętro"), ("PL", "Firma 12"), ("PL", ""),
     ("ES", "3º B"), ("GB", "12"), ("FR", "12"), ("CH", "12"), ("JP", "12"), ("DE", "3. OG"), ("PL", "00-001 Wola"),
     ("PL", "48221234567")],
)  # fmt: skip
def test_another_second_line_is_no_number(country: str, line: str) -> None:
    assert second_line_number(line, country) is None


def test_a_hostile_street_is_left_whole() -> None:
    for text in ("1 " * 5000, "12/" * 60, "a" * 190 + " 12 m", "12" + " m" * 90, "\x00 12", "\u202e12 awopiL"):
        for country in HABITS:
            assert "".join(piece for _, piece in street_parts(text, country).pieces) == text
