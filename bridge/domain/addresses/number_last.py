"""The house number behind the street: Lipowa 12 m. 3, Straße des 17. Juni 135, Calle Mayor, 12, 3º B."""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bridge.domain.addresses.habits import GENERIC, HABITS, NO_HOUSE, Habit, Place, Sign
from bridge.domain.addresses.street_parts import Piece, StreetParts

# Said before a number: "nr 12", "No: 12", "nº 12", "č.p. 12", "д. 12".
_NUMBER_SIGN = (
    r"(?:nr|no|num|n[uú]mero|n[º°.]|nº|№|numer|č\.?\s?p|čp|č\.?\s?e|č|c\.\s?p|štev|št|hnr|huisnr|civ|bud|буд|дом|д|αρ)"
    r"\s?[.:]?"
)
_BEFORE = rf"(?P<sign>(?:\s*,?\s+|\s*,\s*|(?<=[^\W\d_]\.)|(?<=[^\W\d_]{{4}}))(?:{_NUMBER_SIGN}\s*)?)"
_LETTER = r"(?:\s?(?!r/c)[^\W\d_](?![^\W_]))"
_ADDITION = r"(?:\s(?:bis|ter|quater|rosso|hs|boven|huis|[IVX]{1,4})\b|-(?:hs|h|[IVX]{1,4}|bis)\b)"
_MANNHEIM = re.compile(
    r"(?i)(?P<street>\s*[a-u]\s?[0-9]{1,2})(?P<sign>\s*,\s*|\s+)(?P<number>[0-9]{1,2}\s?[a-z]?(?:\s?-\s?[0-9]{1,2}[a-z]?)?)\s*"
)
_YEAR = re.compile(r"(?:1[6-9]|20)[0-9]{2}")
_DAY_AND_MONTH = re.compile(r"(?i)(?<![^\W_])[0-9]{1,2}\s?[.º°]?[-\s]+(?:de\s+)?[^\W\d_]{3,}$")
_ENDS_WITH_NUMBER = re.compile(r"(?i)(?<![^\W\d_])[0-9]+\s?[a-z]?$")
# A number with a word before it, and none that is counted (17. Juni, 1° Maggio, 31-Décembre).
_NUMBER_INSIDE = re.compile(r"(?i)(?<![^\W_])[0-9]+\s?[a-z]?(?![^\W_])(?!\s?[.º°ª-])")
_LINKING = """
    de da do du des del dei degli delle di der den dem die das van von la le les el los las im im.
    """
_LINKS = frozenset(_LINKING.split())
_LAST_WORD = re.compile(r"[^\s,]+$")
_ORDINAL_FLOOR = re.compile(
    r"(?i)[0-9]{1,2}\s?\.?\s?(?:og|ug|stock|etage|sal|piętro|patro|em|emelet|tr|piso|andar|kat)\b"
)
_NO_FLOOR = r"(?!\s?\.?\s?(?:og|ug|stock|etage|étage|sal|piętro|patro|em|emelet|tr|piso|andar|kat)\b)"
REST_MAX = 40  # characters of words behind a number: floor, stair, door
RANGE_OF_A_HOUSE_MAX = 6  # 118/120 is one corner house; 12/3 and 12/48 are house and flat
# The ordinary form, seen at a glance. Words that may say something else go the whole way.
_PLAIN = re.compile(r"([^\W\d_][^0-9,/#:;()]*[^\W\d_]\.?) ([0-9]{1,3}[a-zA-Z]?)(?:/([0-9]{1,3}[a-zA-Z]?))?")
_SIGN_WORDS = """
    nr no num numer número numero n č čp čp. č. č.p č.p. č.e č.e. c.p c.p. štev št hnr huisnr civ bud буд дом д αρ
    """
_NOT_PLAIN = NO_HOUSE.union(_SIGN_WORDS.split())


def told_plainly(street: str, habit: Habit) -> StreetParts | None:
    """What `told_last` gives for most streets, at a tenth of its price; None where it has to look itself."""
    found = _PLAIN.fullmatch(street) if habit.place is Place.LAST else None
    if found is None:
        return None
    name, number, second = found.groups()
    first, _, last = name.casefold().rpartition(" ")
    if last in _NOT_PLAIN or last.rstrip(".") in _NOT_PLAIN or len(last) < 3 or (not first and last in GENERIC):
        return None
    if second is None:
        return StreetParts(((Piece.STREET, name), (Piece.MARK, " "), (Piece.NUMBER, number)), certain=True)
    if habit.slash is Sign.NUMBER or _is_one_house(number, second, None, habit):
        return StreetParts(
            ((Piece.STREET, name), (Piece.MARK, " "), (Piece.NUMBER, f"{number}/{second}")), certain=True
        )
    pieces = ((Piece.STREET, name), (Piece.MARK, " "), (Piece.NUMBER, number), (Piece.MARK, "/"), (Piece.FLAT, second))
    return StreetParts(pieces, certain=True)


def told_last(street: str, habit: Habit, country: str) -> StreetParts | None:
    """The parts where the number is certain; None where it is not."""
    if country == "DE" and (blocks := _MANNHEIM.fullmatch(street)):
        return StreetParts.of_match(street, blocks)
    found = _street_and_number(country).fullmatch(street)
    if found is None:
        return None
    signed = bool(found["sign"].strip(" ,"))
    if not signed and _may_be_of_the_name(found["street"], found["number"], habit):
        return None
    return _parts(street, found, habit)


def number_alone(text: str, habit: Habit) -> StreetParts | None:
    """The parts of a text that is nothing but a number, with a flat where one follows; else None."""
    country = next(country for country, one in HABITS.items() if one is habit)
    found = _number_only(country).fullmatch(text)
    return None if found is None else _parts(text, found, habit)


def _may_be_of_the_name(street: str, number: str, habit: Habit) -> bool:
    """Whether the number can be a part of the street's name, or none of a house at all."""
    plain = street.strip(" ,.").casefold()
    word = _LAST_WORD.search(street.strip(" ,"))
    last = word.group().casefold() if word else ""
    if plain in GENERIC or street.strip(" ,").casefold() in GENERIC:
        return True
    if last in NO_HOUSE or last.strip(".:#") in NO_HOUSE or (len(last) == 1 and last.isalpha()):  # An der B 5
        return True
    if _ENDS_WITH_NUMBER.search(street.strip(" ,.")) or _ORDINAL_FLOOR.search(street):
        return True
    if _holds_a_number(street):
        return True
    is_year = len(number) == 4 and _YEAR.fullmatch(number) is not None
    return is_year and (habit.years or _DAY_AND_MONTH.search(street.strip(" ,")) is not None)


def _holds_a_number(street: str) -> bool:
    """Whether a street still has a number in it: then that one is the house's, and what follows is a word unknown here.

    A name that begins with a number keeps it: 3 Maja, Via 4 Novembre, Avenue du 11 Novembre.
    """
    for found in _NUMBER_INSIDE.finditer(street):
        before = street[: found.start()].casefold().replace(",", " ").split()
        if before and not all(word in GENERIC or word in _LINKS for word in before):
            return True
    return False


def _parts(text: str, found: re.Match[str], habit: Habit) -> StreetParts:
    groups = found.groupdict()
    flat = next((name for name in ("flat", "flat2", "flat3", "flat4") if groups.get(name) is not None), None)
    end = found.end("number")
    if groups.get("corner") is not None:
        end = found.end("corner")
    elif flat == "flat" and _is_one_house(groups["number"], groups["flat"], groups.get("unit"), habit):
        end, flat = found.end("flat"), None
    spans = [(Piece.NUMBER, (found.start("number"), end))]
    if groups.get("street"):
        spans.insert(0, (Piece.STREET, found.span("street")))
    if flat is not None:
        spans.append((Piece.FLAT, found.span(flat)))
    return StreetParts.of_spans(text, spans)


def _is_one_house(number: str, after: str, unit: str | None, habit: Habit) -> bool:
    """Whether "118/120" is one house: the second number is a little higher, or a letter, and no flat's sign."""
    if unit:
        return False
    if after[:1].isalpha() and len(after) == 1:
        return True
    if "/" in after and habit.flat_signs:  # three numbers: nobody can say which is what
        return True
    first, second = re.match("[0-9]+", number), re.fullmatch("([0-9]+)[a-z]?", after, re.IGNORECASE)
    if first is None or second is None:
        return False
    higher = int(second[1]) - int(first[0])
    return 0 < higher <= RANGE_OF_A_HOUSE_MAX and higher % 2 == 0


@cache
def _street_and_number(country: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<street>\s*\S.*?){_BEFORE}{_number_and_rest(HABITS[country])}", re.IGNORECASE)


@cache
def _number_only(country: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?P<sign>(?:{_NUMBER_SIGN}\s*)?){_number_and_rest(HABITS[country])}", re.IGNORECASE)


def _number_and_rest(habit: Habit) -> str:
    """The number, and what may follow it: a flat behind a slash, a dash or its sign, or words of a floor or stair."""
    digits = rf"[0-9]{{1,{habit.digits_max}}}(?![0-9]){_NO_FLOOR}"
    one = rf"{digits}(?:{_LETTER}|\s?1/2|{_ADDITION})?"
    between = {"/": "/", "-": "[-–+]"}
    meaning = {"/": habit.slash, "-": habit.dash}
    joined = "|".join(
        rf"\s?{between[mark]}\s?(?:{one}|[^\W\d_](?![^\W_]))" for mark in between if meaning[mark] is Sign.NUMBER
    )
    number = rf"(?P<number>{one}(?:{joined}){{0,2}})" if joined else rf"(?P<number>{one})"
    rests = [*_flats(habit, [between[mark] for mark in between if meaning[mark] is Sign.FLAT], one)]
    rest = f"(?:{'|'.join(rests)})?" if rests else ""
    return rf"{number}(?![^\W_])\.?{rest}\s*[.,]?\s*"


def _flats(habit: Habit, dividers: list[str], one: str) -> Iterator[str]:
    """The ways in which a flat follows the number."""
    flat = r"(?:[a-z]?\s?[0-9]{1,4}\s?[a-z]?|[a-z])(?![^\W_])"
    units = habit.units.pattern.removeprefix("(?i)") if habit.units else ""
    more = rf"(?:(?:\s*,\s*|\s+|\s?/\s?){units}[^;\n]{{0,{REST_MAX}}})?" if units else ""
    signs = rf"(?:{habit.flat_signs})(?:\.\s*|\b\s*|(?=[0-9]))" if habit.flat_signs else ""
    for divider in dividers:
        sign = rf"(?P<unit>{signs})?" if signs else ""
        yield rf"\s?{divider}\s?{sign}(?P<flat>{flat}(?:/[0-9]{{1,3}}[a-z]?){{0,2}}{more})"
        if signs:
            yield rf"(?P<corner>{divider}{one})(?:\s*,\s*|\s+){signs}(?P<flat4>{flat}{more})"
    if signs:
        yield rf"(?:\s*,\s*|\s+){signs}(?P<flat2>{flat}{more})"
    if units:
        yield rf"(?:\s*,\s*|\s+|\s?[-/]\s?)(?P<flat3>{units}[^;\n]{{0,{REST_MAX}}})"
