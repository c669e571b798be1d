"""Phones: whether a number can exist, and its international form (E.164), by the plans of the phonenumbers library.

One number costs the library about 150 microseconds. Most numbers are written in the ordinary way and are held against
the library's own patterns here; whatever is not seen to be ordinary goes to the library, and a test holds both ways to
the same answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

from bridge.domain.characters import INVISIBLE

PHONES_KEPT = 4096
PHONE_MAX = 60  # characters; a longer text holds more than a number
# What people write before and between: the rest of the text is no number (wew. 12 would be read as keys of a phone).
_WORDS = r"(?:tel|telefon|phone|fon|mob|mobil|mobile|kom|kom[oó]rka|handy|gsm|t|m)\b[.:]*\s*"
_HEAD = re.compile(rf"\s*(?:{_WORDS})?(\(?\+?[0-9\s()./-]*[0-9])", re.IGNORECASE)
_SECOND = re.compile(r"\s+/\s+|\s*[,;]\s*")  # between two numbers
_FILLING = re.compile(r"[\s()./-]+")
_ZEROS = re.compile("^0+")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as it was read. international: its E.164 form; empty where no such number can exist.

    rest: what followed the number (an extension, a second number, words). Nothing of it is in the E.164 form.
    is_certain: not where the same digits are a number of another country, or of this one, whose sign was dropped.
    """

    international: str = ""
    rest: str = ""
    is_certain: bool = True


@lru_cache(maxsize=PHONES_KEPT)
def read_phone(text: str, country: str) -> Phone:
    """The phone as people of the country dial it, or with the sign of its own country before it (+48, 0048)."""
    if len(text) > PHONE_MAX:
        return Phone()
    digits = _FILLING.sub("", text)
    if found := _seen(digits, country):
        return Phone(found, is_certain=not _is_also_international(digits, country))
    plain = text if text.isascii() else unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    first, *others = _SECOND.split(plain.strip(), maxsplit=1)
    head = _HEAD.match(first)
    if head is None:
        return Phone()
    digits = _FILLING.sub("", head[1])
    found = _seen(digits, country) or _asked(head[1], country)
    rest = " ".join((first[head.end() :].strip(), *others)).strip()
    return Phone(found, rest, not (found and _is_also_international(digits, country)))


def _is_also_international(digits: str, country: str) -> bool:
    """Whether a number that lacks the country's trunk zero may have lost a plus instead, as some shops drop it."""
    plan = _plan(country)
    if plan is None or plan.trunk != "0" or digits[:1] in ("+", "0", ""):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + digits, None))
    except phonenumbers.NumberParseException:
        return False


def _asked(number: str, country: str) -> str:
    """What the library says, tried also as people write it who are abroad or remember a trunk zero of long ago."""
    digits = _FILLING.sub("", number)
    tried = [number]
    if digits.startswith("00"):
        tried.append("+" + digits[2:])
    plan = _plan(country)
    if plan is not None and not plan.trunk and digits.startswith("0"):  # (022) 123 45 67 in Poland
        tried.append(_ZEROS.sub("", digits))
    for one in tried:
        try:
            parsed = phonenumbers.parse(one, country or None)
        except phonenumbers.NumberParseException:
            continue  # no number at all: the next way of reading it, and none in the end
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of a country's numbering plan an ordinary number needs. ordinary: all fixed and mobile numbers.

    abroad: what is dialled for another country, where that is 00; else empty. before: what may stand before a number
    inside the country; where a group of it matches, it changes the number.
    """

    code: str
    trunk: str
    abroad: str
    before: re.Pattern[str]
    ordinary: re.Pattern[str]


_NOTHING = re.compile("(?!)")


@cache
def _plan(country: str) -> _Plan | None:
    """The country's plan; `ordinary` is nothing where the code is shared and another country is asked first."""
    data = PhoneMetadata.metadata_for_region(country, None)
    if data is None or data.country_code is None:
        return None
    patterns = [
        f"(?=(?:{'|'.join(f'[0-9]{{{length}}}' for length in one.possible_length)})$)(?:{one.national_number_pattern})"
        for one in (data.fixed_line, data.mobile)
        if isinstance(one, PhoneNumberDesc) and one.national_number_pattern
    ]
    is_first = phonenumbers.region_code_for_country_code(data.country_code) == country and not data.leading_digits
    ordinary = re.compile(f"(?:{'|'.join(patterns)})$") if patterns and is_first else _NOTHING
    before = re.compile(data.national_prefix_for_parsing) if data.national_prefix_for_parsing else _NOTHING
    abroad = "00" if data.international_prefix == "00" else ""
    return _Plan(str(data.country_code), data.national_prefix or "", abroad, before, ordinary)


def _seen(digits: str, country: str) -> str:
    """The E.164 form of an ordinary number of the country; empty where the library has to look."""
    plan = _plan(country)
    if plan is None:
        return ""
    national, signs = (
        digits,
        1 if digits.startswith("+") else 2 if plan.abroad and digits.startswith(plan.abroad) else 0,
    )
    if signs:
        if not digits.startswith(plan.code, signs):
            return ""
        national = digits[signs + len(plan.code) :]
    elif digits.startswith((plan.code, "00")):
        return ""
    before = plan.before.match(national)
    if before is not None:
        if before.group() != plan.trunk or before.lastindex is not None:
            return ""
        national = national[before.end() :]
    return f"+{plan.code}{national}" if plan.ordinary.match(national) else ""
