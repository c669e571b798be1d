"""Post office boxes and parcel lockers, as buyers write them: their numbers are no house numbers.

Sources: the addressing guides of the Universal Postal Union (S42 templates) for the words of each country; the names of
locker networks as their own sites write them.
"""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written
from __future__ import annotations

import re

# Words that mean a box in any country.
_BOX = re.compile(
    r"(?i)\b(?:p\.?\s?o\.?\s?box|post\s?office\s?box|g\.?p\.?o\.?\s?box|postfach|postlagernd|poste?\s?restante|skrytka|skr\.\s?poczt"
    r"|bo[iî]te\s+postale|apartado(?:\s+de\s+correos)?|apdo\.?|casella\s+postale|caixa\s+postal|postbus|postboks"
    r"|postbox|postafi[oó]k|postilokero|po[sš]tansk[ia]\s+(?:pretinac|fah)|po[sš]tni\s+predal|po[sš]tov[aá]\s+p[rř]ihr[aá]dka"
    r"|c[aă]su[tț]a\s+po[sș]tal[aă]|posta\s+kutusu|абонентськ|абонентск|пощенска\s+кутия|ταχ(?:υδρομική|\.)?\s+θυρίδα)\b"
)
# Short words that mean a box in one country, and something else in the next.
_BOX_OF = {
    country: re.compile(pattern)
    for countries, pattern in (
        ("FR BE LU MC MA DZ TN", r"(?i)\b(?:b\.?p\.?|c\.?s\.?)\s?[0-9]{1,6}\b"),
        ("CH", r"(?i)\b(?:case\s+postale|c\.?p\.?\s?[0-9]{1,5})\b"),
        ("IT SM", r"(?i)\bc\.p\.\s?[0-9]{1,5}\b"),
        ("SE", r"(?i)^\s*box\s+[0-9]{1,5}\b"),
        ("FI AX", r"(?i)^\s*(?:pl|pb)\s+[0-9]{1,5}\b"),
        ("NO DK", r"(?i)^\s*(?:pb|boks)\.?\s+[0-9]{1,5}\b"),
        ("HU", r"(?i)\bpf\.?\s*[0-9]{1,5}\b"),
        ("GR", r"(?i)(?<!\w)τ\.?\s?θ\.?\s?[0-9]{1,6}\b"),
        ("BG RU UA BY", r"(?i)(?<!\w)(?:п\.\s?к\.|а/с|а/я)\s?[0-9]{0,6}"),
        ("LT", r"(?i)(?<!\w)a\s?/\s?d\s?[0-9]{0,6}"),
    )
    for country in countries.split()
}
_LOCKER = re.compile(
    r"(?i)\b(?:packstation|postfiliale|postnummer|paketbox|paketshop|paketautomat|paketkasten|paczkomat\w*|automat\s+paczkowy"
    r"|punkt\s+odbioru|inpost|orlen\s+paczka|parcel\s?(?:locker|shop|box)|pick-?\s?up\s?(?:point|parcelshop)|point\s+relais"
    r"|relais\s+colis|mondial\s+relay|pakettiautomaatti|pakkeboks|pakkeautomat|pakomat\w*|z-?box|z[aá]silkovna|packeta|bal[ií]kovna"
    r"|alza\s?box|omniva|citypaq|locker|поштомат\w*|почтомат\w*)\b"
)
# Where a box is an ordinary place for a parcel: the post itself brings it there, or no street has a door.
_TO_BOXES = "US CA AU NZ ZA IE AE SA QA BH KW OM JO KE TZ UG NG GH ZM ZW BW NA MW JM BS BB TT FJ PG"
_DELIVERED_TO_BOXES = frozenset(_TO_BOXES.split())
# What the two long patterns cannot match without, in small letters: most texts have none of it.
_HINTS = (
    "box", "post", "skr", "apdo", "apartado", "pošt", "poșt", "poşt", "абонент", "кутия", "θυρίδα", "pak",
    "pack", "paczk", "odbioru", "orlen", "parcel", "pick", "rela", "locker", "zasil", "zásil", "bal",
    "omniva", "citypaq", "омат",
)  # fmt: skip


def is_box_or_locker(text: str, country: str) -> bool:
    """Whether the text names a place that is no house: a post office box, a parcel locker."""
    if not _hinted(text):
        own = _BOX_OF.get(country)
        return own is not None and own.search(text) is not None
    return is_box(text, country) or is_locker(text)


def _hinted(text: str) -> bool:
    small = text.lower()
    for hint in _HINTS:  # noqa: SIM110 - a generator costs more than the whole search
        if hint in small:
            return True
    return False


def is_box(text: str, country: str) -> bool:
    """Whether the text names a post office box or asks to keep the parcel at the post office."""
    if _hinted(text) and _BOX.search(text):
        return True
    own = _BOX_OF.get(country)
    return own is not None and own.search(text) is not None


def is_locker(text: str) -> bool:
    """Whether the text names a parcel locker or a shop that keeps parcels."""
    return _hinted(text) and _LOCKER.search(text) is not None


def carriers_refuse_boxes(country: str) -> bool:
    """Whether a parcel for a box comes back there: carriers hand over at a door."""
    return country not in _DELIVERED_TO_BOXES
