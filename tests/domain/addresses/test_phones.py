"""Phones: the international form of what people write, and that the quick look never says other than the library."""

# ruff: noqa: RUF001 - digits of other scripts, as buyers write them

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.addresses import phones
from bridge.domain.addresses.phones import Phone, read_phone


@pytest.mark.parametrize(
    ("country", "written", "international"),
    [
        ("PL", "+48 22 123 45 67", "+48221234567"), ("PL", "22 123 45 67", "+48221234567"), ("PL", "600-100-200",
        "+48600100200"),
        ("PL", "600.100.200", "+48600100200"), ("PL", "0048 221234567", "+48221234567"), ("PL", "48221234567",
        "+48221234567"),
        ("PL", "(022) 123 45 67", "+48221234567"), ("PL", "(+48) 600 100 200", "+48600100200"),
        ("PL", "tel. 600 100 200", "+48600100200"), ("PL", "Tel.: +48 600 100 200", "+48600100200"),
        ("PL", "\u202a+48 600 100 200\u202c", "+48600100200"), ("PL", "+48\u00a0600\u00a0100\u00a0200", "+48600100200"),
        ("PL", "６００１００２００", "+48600100200"), ("PL", "+49 30 123456", "+4930123456"),
        ("DE", "030/123456", "+4930123456"), ("DE", "+49 (0)30 123456", "+4930123456"), ("US", "(207) 555-0123",
        "+12075550123"),
        ("US", "0048221234567", "+48221234567"), ("GB", "020 7946 0958", "+442079460958"), ("GB",
        "+44 20 7946 0958", "+442079460958"),
        ("IT", "06 69812345", "+390669812345"), ("FR", "06 12 34 56 78", "+33612345678"), ("RU",
        "8 (495) 123-45-67", "+74951234567"),
        ("AR", "011 15 1234-5678", "+5491112345678"), ("", "+48600100200", "+48600100200"),
    ],
)  # fmt: skip
def test_a_phone_is_read_as_people_of_the_country_dial_it(country: str, written: str, international: str) -> None:
    assert read_phone(written, country) == Phone(international)


@pytest.mark.parametrize(
    ("country", "written"),
    [("PL", "123"), ("PL", ""), ("PL", "brak"), ("PL", "000000000"), ("PL", "n/a"), ("XX", "600100200"), ("",
    "600100200"),
     ("PL", "+48 600 100 20"), ("PL", "6" * 5000), ("PL", "+"), ("PL", "wew. 12"), ("PL", "anna@example.com"),
     ("US", "1-800-FLOWERS")],
)  # fmt: skip
def test_what_no_phone_can_be_has_no_international_form(country: str, written: str) -> None:
    assert read_phone(written, country).international == ""


@pytest.mark.parametrize(
    ("country", "written", "is_certain"),
    [("DE", "49 151 23456789", False), ("DE", "48600100200", False), ("DE", "15123456789", False),
     ("NL", "612345678", True), ("DE", "0151 23456789", True), ("DE", "+4915123456789", True),
     ("PL", "48600100200", True), ("US", "4582345678", True)],
)  # fmt: skip
def test_digits_that_have_lost_a_plus_or_a_zero_are_not_certain(country: str, written: str, is_certain: bool) -> None:
    phone = read_phone(written, country)
    assert (phone.international != "", phone.is_certain) == (True, is_certain)


@pytest.mark.parametrize(
    ("written", "rest"),
    [("22 123 45 67 wew. 12", "wew. 12"), ("600100200 / 600100201", "600100201"), ("600100200, po 16", "po 16"),
     ("22 123 45 67 x12", "x12"), ("+48 600 100 200 (Anna)", "(Anna)")],
)  # fmt: skip
def test_what_follows_a_number_is_no_part_of_it_and_is_told(written: str, rest: str) -> None:
    phone = read_phone(written, "PL")
    assert phone.international in ("+48221234567", "+48600100200")
    assert phone.rest == rest


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_quick_look_says_what_the_library_says_for_the_examples_of_every_country(country: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None:
            continue
        number = phonenumbers.national_significant_number(example)
        wanted = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert read_phone(wanted, country) == Phone(wanted)
        for written in (number, f"0{number}", f"+{example.country_code}0{number}", f"8{number}", f"1{number}"):
            seen = phones._seen(written, country)
            assert seen in ("", phones._asked(written, country)), written


@settings(max_examples=400)
@given(
    st.sampled_from(
        ["PL", "DE", "GB", "US", "FR", "IT", "NL", "ES", "SE", "RU", "BR", "MX", "AU", "JP", "CZ", "HU", "AR"]
    ),
    st.from_regex(r"(\+?[1-9][0-9]{0,2}|00[1-9][0-9]|0{0,2})[1-9][0-9]{5,10}", fullmatch=True),
)
def test_the_quick_look_says_what_the_library_says_for_any_digits(country: str, digits: str) -> None:
    assert phones._seen(digits, country) in ("", phones._asked(digits, country))


@given(st.text(max_size=70), st.sampled_from(["PL", "US", "", "??"]))
def test_no_text_is_an_error(written: str, country: str) -> None:
    international = read_phone(written, country).international
    assert international == "" or phonenumbers.is_valid_number(phonenumbers.parse(international))
