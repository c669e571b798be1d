"""Abbreviating as people do it: known words first, the house number last of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.abbreviations import abbreviated_company, abbreviated_street
from bridge.domain.addresses.house_numbers import street_parts


@pytest.mark.parametrize(
    ("company", "length_max", "short"),
    [
        ("Młyn Spółka z ograniczoną odpowiedzialnością", 40, "Młyn sp. z o.o."),
        ("Młyn Spółka z ograniczoną odpowiedzialnością", 44, "Młyn Spółka z ograniczoną odpowiedzialnością"),
        ("Mühle Gesellschaft mit beschränkter Haftung", 20, "Mühle GmbH"),
        ("Przedsiębiorstwo Handlowo-Usługowe Młyn Spółka Jawna", 30, "PHU Młyn sp.j."),
        ("Unlimited Ideas Limited", 22, "Unlimited Ideas Ltd"),
        ("Młyn nad Wielką Rzeką spółka akcyjna", 15, "Młyn nad."),
        ("ABCDEFGHIJ", 5, "ABCD."),
        ("\u017fpółka Akcyjna Młyn", 12, "\u017fpółka."),
    ],
)
def test_a_legal_form_is_abbreviated_before_a_name_is_cut(company: str, length_max: int, short: str) -> None:
    assert abbreviated_company(company, length_max) == short
    assert len(short) <= length_max


@pytest.mark.parametrize(
    ("street", "country", "length_max", "short"),
    [
        ("ulica Lipowa 12", "PL", 13, "ul. Lipowa 12"),
        ("Aleja Niepodległości 118/120 m. 44", "PL", 31, "al. Niepodległoś. 118/120 m. 44"),
        ("Pariser Straße 12", "DE", 15, "Pariser Str. 12"),
        ("Bürgermeister-Schmidt-Hauptstraße 12a", "DE", 35, "Bürgermeister-Schmidt-Hauptstr. 12a"),
        ("Ulica Powstańców Wielkopolskich 112a", "PL", 25, "ul. Powstańców. 112a"),
        ("Stanisława Moniuszki 12", "PL", 15, "Stanisława. 12"),
        ("Lipowa 12345678 Warszawa Praga", "PL", 16, "Lipowa 12345678."),
        ("12 Great North Street", "GB", 19, "12 Great North St"),
        ("Lipowa 12", "PL", 9, "Lipowa 12"),
        ("Lipowa 112/114", "PL", 9, "Lipowa."),
    ],
)
def test_a_street_keeps_its_house_number(street: str, country: str, length_max: int, short: str) -> None:
    assert abbreviated_street(street, country, length_max) == short
    assert len(short) <= length_max


@given(
    st.from_regex(r"[A-Z][a-zł ]{3,40}[a-z] [1-9][0-9]{0,2}[a-c]?(/[0-9]{1,2})?", fullmatch=True), st.integers(14, 40)
)
def test_no_street_is_longer_than_its_field_or_loses_a_number_that_is_certain(street: str, length_max: int) -> None:
    short = abbreviated_street(street, "PL", length_max)
    assert len(short) <= length_max
    parts = street_parts(street, "PL")
    if parts.certain:
        assert short.endswith(parts.number_and_flat)
