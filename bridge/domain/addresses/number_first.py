"""The house number before the street: Flat 3, 12 High Street; 12 bis, rue de la Paix; 123 Main St Apt 4."""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written
from __future__ import annotations

import re
from functools import cache

from bridge.domain.addresses.habits import HABITS, Sign
from bridge.domain.addresses.street_parts import StreetParts

# What makes a leading number a part of the name or something else: a French month (8 Mai 1945), a floor, a distance.
_NO_STREET = re.compile(
    r"""(?xi)(?:
    janvier|f[eé]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[eé]cembre
    |[eé]tage|floor|storey|level|km|miles?|acres?|°|º
    )(?![^\W_])"""
)
# The letter of a French number stands apart (12 B rue ...), before the kind of the way.
_WAYS = (
    r"rue|avenue|av|ave|boulevard|bd|bld|blvd|chemin|ch|che|impasse|imp|all[eé]es?|all|place|pl|route|rte|quai|cours|passage|pas|square|sq"
    r"|sentier|voie|lotissement|lot|rond|villa|cit[eé]|mont[eé]e|ruelle|faubourg|fg|hameau|r[eé]sidence|traverse"
)
_WRITING_FRENCH = "FR MC GP MQ GF RE YT BE CH LU"
_FRENCH = frozenset(_WRITING_FRENCH.split())
_HOUSE_AND_HOUSE = re.compile(r"(?i)(?:à|a|et|und|and|&|\+)\s+[0-9]")  # 12 et 14 rue Foch
_WAY_BEHIND_A_NUMBER = re.compile(rf"(?i)(?<![^\W_])[0-9]+\s?[a-z]?,?\s(?:.*\s)?(?:{_WAYS})\b")
_TWO_WORDS_BEHIND_A_NUMBER = re.compile(r"(?<=\s)[0-9]{1,6}[a-zA-Z]?\s+[^\W\d]\S*\s+[^\W\d]")
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)\b"
_UNIT_SIGN = r"(?:flat|apartment|apt|unit|suite|ste|studio|room|shop|u)"


def told_first(street: str, country: str) -> StreetParts | None:
    """The parts where the number is certain; None where it is not."""
    found = _number_and_street(country).fullmatch(street)
    if found is None or _NO_STREET.match(found["street"]) or _holds_a_house(found["street"], country):
        return None
    return StreetParts.of_match(street, found)


def _holds_a_house(street: str, country: str) -> bool:
    """Whether the street has another house in it: the first number is then that of a house beside, a flat, a name."""
    if _HOUSE_AND_HOUSE.match(street):
        return True
    behind = _WAY_BEHIND_A_NUMBER if country in _FRENCH else _TWO_WORDS_BEHIND_A_NUMBER
    return behind.search(street) is not None


@cache
def _number_and_street(country: str) -> re.Pattern[str]:
    habit = HABITS[country]
    letter = r"[a-z](?![^\W_])"
    french = rf"|\s?(?:bis|ter|quater|quinquies)\b|\s{letter}(?=\s*,?\s+(?:{_WAYS})\b)" if country in _FRENCH else ""
    one = rf"[0-9]{{1,{habit.digits_max}}}(?![0-9])(?:{letter}|\s1/2{french})?"
    number = rf"(?P<number>{one}(?:\s?[-–/]\s?{one})?)"
    before = after = ""
    if habit.units is not None:
        before = rf"(?:(?P<flat>{_UNIT_SIGN}\.?\s?(?:[0-9]{{1,4}}[a-z]?|[a-z])\b)(?:\s*,\s*|\s+))?"
        unit = habit.units.pattern.removeprefix("(?i)")
        after = rf"(?:(?:\s*,\s*|\s+)(?P<flat3>{unit}\.?\s?(?:[a-z]?-?[0-9]{{1,5}}[a-z]?|[a-z])))?"
    if habit.slash is Sign.FLAT:  # 3/12 High Street, Unit 3/12 High Street: the flat, then the house
        before = rf"(?:(?P<flat2>(?:{_UNIT_SIGN}\.?\s?)?[0-9]{{1,4}}[a-z]?)\s?/\s?|{before.removesuffix('?')})?"
        number = rf"(?P<number>{one}(?:\s?[-–]\s?{one})?)"
    street = rf"(?P<street>(?:{_ORDINAL}|[^\W\d]|['’\"(]).*?)"
    return re.compile(rf"\s*{before}{number}(?:\s*,\s*|\s+){street}{after}\s*", re.IGNORECASE)
