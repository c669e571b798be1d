"""Abbreviating as people do it: known words first, then whole words; of a street the house number stays to the last.

Only where the flow has picked `abbreviate` for a field that is too short. A parcel with half a street name arrives, one
without its house number does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bridge.domain.addresses.house_numbers import street_parts
from bridge.domain.addresses.street_parts import Piece
from bridge.domain.fitting import abbreviated

Length = Callable[[str], int]
STREET_HEAD_MIN = 3  # characters of a street's name beside its number; with fewer the number says nothing

# Legal forms and kinds of firms, as registers abbreviate them.
_COMPANY = {
    "przedsiębiorstwo produkcyjno-handlowo-usługowe": "PPHU", "przedsiębiorstwo handlowo-usługowe": "PHU",
    "spółka z ograniczoną odpowiedzialnością": "sp. z o.o.", "spółka komandytowa": "sp.k.", "spółka akcyjna": "S.A.",
    "spółka jawna": "sp.j.", "spółka cywilna": "s.c.", "gesellschaft mit beschränkter haftung": "GmbH",
    "aktiengesellschaft": "AG", "kommanditgesellschaft": "KG", "eingetragener verein": "e.V.",
    "společnost s ručením omezeným": "s.r.o.", "spoločnosť s ručením obmedzeným": "s.r.o.",
    "akciová společnost": "a.s.", "korlátolt felelősségű társaság": "Kft.", "société anonyme": "SA",
    "société à responsabilité limitée": "SARL",
    "società a responsabilità limitata": "S.r.l.", "società per azioni": "S.p.A.", "sociedad limitada": "S.L.",
    "sociedad anónima": "S.A.", "besloten vennootschap": "B.V.", "public limited company": "plc", "limited": "Ltd",
    "incorporated": "Inc.", "corporation": "Corp.",
}  # fmt: skip
_STREET = {
    "ulica": "ul.", "aleja": "al.", "aleje": "al.", "osiedle": "os.", "plac": "pl.", "straße": "Str.",
    "strasse": "Str.", "platz": "Pl.", "street": "St", "road": "Rd", "avenue": "Ave", "boulevard": "Blvd",
    "avenida": "Av.", "calle": "C.",
    "piazza": "P.za", "viale": "V.le", "utca": "u.", "náměstí": "nám.", "třída": "tř.",
}  # fmt: skip
_OF_ENDINGS = re.compile(r"(?i)(?<=[^\W\d_]{2})str(?:aße|asse)\b")


def _table(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<![\w-])(?:{'|'.join(re.escape(word) for word in words)})(?![\w-])")


_COMPANY_WORDS, _STREET_WORDS = _table(_COMPANY), _table(_STREET)


def _with_known(text: str, words: re.Pattern[str], table: dict[str, str]) -> str:
    # Blind to case a long s matches an s, and is no key of the table: such a word stays.
    return words.sub(lambda found: table.get(found.group().lower(), found.group()), text)


def abbreviated_company(text: str, length_max: int, length: Length = len) -> str:
    """The company with its legal form abbreviated, and only then cut between words."""
    if length(text) <= length_max:
        return text
    return abbreviated(_with_known(text, _COMPANY_WORDS, _COMPANY), length_max, length)


def abbreviated_street(text: str, country: str, length_max: int, length: Length = len) -> str:
    """The street with ulica, Straße and the like abbreviated, and only then cut, before its house number."""
    if length(text) <= length_max:
        return text
    short = _OF_ENDINGS.sub("str.", _with_known(text, _STREET_WORDS, _STREET))
    if length(short) <= length_max:
        return short
    parts = street_parts(short, country)
    tail = parts.number_and_flat
    if not parts.certain or parts.pieces[0][0] is not Piece.STREET:
        return abbreviated(short, length_max, length)
    room = length_max - length(tail) - 1
    if room < STREET_HEAD_MIN:
        return abbreviated(short, length_max, length)
    return f"{abbreviated(parts.street.strip(), room, length)} {tail}"
