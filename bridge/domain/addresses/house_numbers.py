"""Telling the house number apart from the street, by the habit of the country, and only where it is certain.

A wrong split costs a parcel; a street left whole costs nothing where the ERP has one line, and a question to a person
where it has two fields. So what is not certain is left as the buyer wrote it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bridge.domain.addresses.boxes import is_box_or_locker
from bridge.domain.addresses.habits import HABITS, Habit, Place
from bridge.domain.addresses.number_first import told_first
from bridge.domain.addresses.number_last import number_alone, told_last, told_plainly
from bridge.domain.addresses.street_parts import StreetParts, untold

STREET_MAX = 120  # characters; a longer text is no street
STREETS_KEPT = 4096  # told apart lately: an order is judged, and rendered soon after
_DIGIT = re.compile("[0-9]")
# Said in full where a house has no number: sin número, senza numero civico, bez broja.
_WITHOUT_NUMBER = re.compile(r"(?i)(?P<street>\s*\S.*?)\s*,?\s+(?P<number>s/nº?|s\.n\.|snc|s\.n\.c\.|bb|b\.b\.)\s*")


@lru_cache(maxsize=STREETS_KEPT)
def street_parts(street: str, country: str) -> StreetParts:
    """The street of a country's address with its house number and flat told apart, where that is certain.

    country: ISO 3166-1. Nothing is told apart in a country whose habit is not known, in a post office box or a locker.
    """
    habit = HABITS.get(country)
    has_digit = _DIGIT.search(street) is not None
    if habit is None or len(street) > STREET_MAX or "\n" in street:
        return untold(street, doubtful=has_digit)
    if is_box_or_locker(street, country):
        return untold(street, doubtful=has_digit)
    if not has_digit:
        return _without_number(street, habit) or untold(street, doubtful=False)
    told = told_plainly(street, habit) or _told(street, habit, country)
    return told if told is not None else untold(street, doubtful=True)


@lru_cache(maxsize=STREETS_KEPT)
def second_line_number(second_line: str, country: str) -> StreetParts | None:
    """The second address line where it holds a house number (and flat) and nothing else: "12", "12/3", "12 m. 3".

    Only where the number follows the street: elsewhere a number alone in the second line is a flat as easily.
    """
    habit = HABITS.get(country)
    if habit is None or habit.place is not Place.LAST or len(second_line) > STREET_MAX:
        return None
    return number_alone(second_line, habit)


def _told(street: str, habit: Habit, country: str) -> StreetParts | None:
    if habit.place is Place.LAST:
        return told_last(street, habit, country)
    if habit.place is Place.FIRST:
        return told_first(street, country)
    first, last = told_first(street, country), told_last(street, habit, country)
    return (first or last) if first is None or last is None else None


def _without_number(street: str, habit: Habit) -> StreetParts | None:
    found = None if habit.place is Place.FIRST else _WITHOUT_NUMBER.fullmatch(street)
    return None if found is None else StreetParts.of_match(street, found)
