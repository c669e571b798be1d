"""Mail addresses: what can be one, and that the quick look never takes what the library refuses."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.addresses.mail_addresses import _PLAIN, _PLAIN_MAX, is_mail_address


@pytest.mark.parametrize(
    "text",
    ["anna@example.com", "a.b-c_d+shop@mail.example.co.uk", "ż@example.pl", "anna@łódź.pl", "A@EXAMPLE.COM", "_a@x.de"],
)
def test_these_can_be_mail_addresses(text: str) -> None:
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "brak", "a@b", "a b@example.com", "a..b@example.com", " a@example.com", "a@localhost", "a@example.test",
    "a@-x.de", "a@@x.de",
     "a@x.de, b@x.de", "Anna <a@x.de>", "a@x.de\n", "a\x00@x.de", "x" * 70 + "@" + "x" * 300 + ".de"],
)  # fmt: skip
def test_these_cannot(text: str) -> None:
    assert not is_mail_address(text)


@given(st.one_of(st.emails(), st.from_regex(r"[a-zA-Z0-9._-]{1,12}@[a-zA-Z0-9.-]{1,12}\.(de|com|pl)", fullmatch=True)))
def test_what_is_taken_at_a_glance_the_library_takes(text: str) -> None:
    taken = True
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        taken = False
    glance = len(text) <= _PLAIN_MAX and _PLAIN.fullmatch(text) is not None
    assert taken or not glance
    assert is_mail_address(text) == taken
