"""Postal codes: the form that a country's post reads, and which ways of writing them mean the same.

Only writing is changed, never a digit or a letter: a German "1067" that lost its zero in a spreadsheet stays wrong, for
nobody can say whether 01067 or 10670 was meant.
"""

# ruff: noqa: RUF001 - digits and dashes of many scripts, looked for as they are written

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from bridge.domain.addresses.postal_forms import POSTAL_FORMS

CODES_KEPT = 4096
CODE_MAX = 20  # characters; a longer text is no code
# The country's sign before the code, as letters were addressed for decades: D-10115, CH-8001, PL 00-001.
_OLD_SIGNS = {
    "AT": "A", "BE": "B", "DE": "D", "ES": "E", "FI": "FIN|SF", "FR": "F", "GR": "EL", "HU": "H", "IT": "I", "LI": "FL",
    "LU": "L", "NO": "N", "PT": "P", "SE": "S", "SI": "SLO",
}  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))
_LETTER = re.compile("[A-Za-z]")


class PostalForm(NamedTuple):
    """How a country writes its codes. pattern: the whole code, in capitals. wanted: an address must have one."""

    pattern: re.Pattern[str]
    example: str
    wanted: bool
    divider: str  # blank or dash; empty: none
    tail: int  # so many characters follow the divider


@cache
def postal_form(country: str) -> PostalForm | None:
    """The form of a country's codes; None where it has none, or none that we know."""
    known = POSTAL_FORMS.get(country)
    if known is None:
        return None
    pattern, example, wanted, divider, tail = known
    return PostalForm(re.compile(pattern, re.ASCII), example, wanted, divider, tail)


def fits(code: str, country: str) -> bool:
    """Whether the code has the country's form; True where the country has none."""
    form = postal_form(country)
    return form is None or form.pattern.fullmatch(code) is not None


@lru_cache(maxsize=CODES_KEPT)
def usual_form(code: str, country: str) -> str:
    """The code as the country's post writes it: 31147 as 31-147, sw1a1aa as SW1A 1AA, D-10115 as 10115.

    The code as it came where it cannot be read as one, and where it is readable already and has digits alone.
    """
    form = postal_form(country)
    if form is None or len(code) > CODE_MAX:
        return code
    if code.isascii() and not _LETTER.search(code) and form.pattern.fullmatch(code):
        return code
    text = unicodedata.normalize("NFKC", code).translate(_DASHES).strip().upper()
    signs = f"{country}|{_OLD_SIGNS[country]}" if country in _OLD_SIGNS else country
    bare = re.sub(rf"^(?:{signs})[-\s.]*(?=[0-9])", "", text)
    for one in (text, bare, f"{country}-{text}"):  # LV-1010
        together = re.sub(r"[-\s.]", "", one)
        divided = f"{together[: -form.tail]}{form.divider}{together[-form.tail :]}" if form.divider else together
        readable = (one, divided) if not _LETTER.search(one) else (divided, one)
        for written in (*readable, together):
            if form.pattern.fullmatch(written):
                return written
    return code
