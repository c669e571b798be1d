"""How numbers, times and rates are written in cells, and reading them exactly.

What cannot be read raises `NotAnOrder`, which names the column and never its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.stores.rows.order import NotAnOrder

NUMBER_LENGTH_MAX = 36
YES = ("true", "yes", "1", "t", "y")
NO = ("false", "no", "0", "f", "n")
_BLANKS = str.maketrans("\u00a0\u202f\u2009", "   ")
LIKE_THOUSANDS = {
    " ": _BLANKS,
    "\u00a0": str.maketrans(" \u202f\u2009", "\u00a0\u00a0\u00a0"),
    "'": str.maketrans("\u2019", "'"),
}
_GROUP_OF_THREE = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")  # no thousands begin with a zero
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OFFSET = re.compile(r" ([+-][0-9]{2}:?[0-9]{2}|UTC|Z)$")
_RATE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?) ?%")


@dataclass(frozen=True, slots=True)
class Notation:
    """How cells are written. Never guessed from a cell: "1.234" has two readings."""

    decimal: str = "."
    thousands: str = ""  # the sign between groups of three digits; none unless it is set
    is_typed: bool = False  # numbers come from a database that knows them as numbers
    timezone: ZoneInfo | None = None  # of times without an offset; None: they are refused
    time_format: str = ""  # as strptime has it; empty: ISO 8601


def number(name: str, text: str, notation: Notation) -> Decimal:
    """An exact number. A trailing percent sign is a hundredth nowhere: it is refused like every other sign."""
    plain = text
    if notation.thousands in LIKE_THOUSANDS:  # as fine typography writes them
        plain = plain.translate(LIKE_THOUSANDS[notation.thousands])
    if notation.thousands and notation.thousands in plain:
        plain = _ungrouped(plain, notation)
    if notation.decimal == ",":
        plain = plain.replace(".", " ").replace(",", ".")  # a point is no sign of such a number
    if not _PLAIN_NUMBER.fullmatch(plain) or len(plain) > NUMBER_LENGTH_MAX:
        raise NotAnOrder(f"{name} is not a number with decimal sign '{notation.decimal}' and no other signs")
    return Decimal(plain)


def may_be_thousands(text: str, notation: Notation) -> bool:
    """Whether an amount may be meant a thousand times as large: `1.230`, where no sign for thousands is set."""
    return not notation.is_typed and not notation.thousands and bool(_GROUP_OF_THREE.fullmatch(text))


def _ungrouped(text: str, notation: Notation) -> str:
    """Without the signs between thousands, where they stand between groups of three; else as it was."""
    sign = re.escape(notation.thousands)
    whole, point, rest = text.partition(notation.decimal)
    if re.fullmatch(f"-?[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+", whole):
        return whole.replace(notation.thousands, "") + point + rest
    return text


def moment(name: str, text: str, notation: Notation) -> datetime:
    """ISO 8601 or `2026-04-05 21:06:21 +0400`, or as the option `time_format` says.

    Without an offset only where the option `timezone` says whose time; of a time that the clock shows twice in the
    night of daylight saving, the first.
    """
    try:
        if notation.time_format:
            read = datetime.strptime(text, notation.time_format)  # noqa: DTZ007 its zone is asked for below
        else:
            read = datetime.fromisoformat(_OFFSET.sub(_joined, text))
    except ValueError as error:
        shape = notation.time_format or "2026-04-05T21:06:21+02:00"
        raise NotAnOrder(f"{name} is not a time such as {shape}") from error
    if read.tzinfo is not None:
        return read
    if notation.timezone is None:
        raise NotAnOrder(f"{name} is a time without its offset from UTC, and the store has no timezone")
    return read.replace(tzinfo=notation.timezone)


def _joined(offset: re.Match[str]) -> str:
    """A blank before the offset is what shops write and ISO 8601 does not allow."""
    return "+00:00" if offset.group(1) == "UTC" else offset.group(1)


def truth(name: str, text: str) -> bool:
    """true or false, in the words that exports use."""
    word = text.lower()
    if word not in (*YES, *NO):
        raise NotAnOrder(f"{name} must be true or false")
    return word in YES


def rate_in(name: str, text: str) -> Decimal:
    """The rate in a tax's name, as a fraction: `VAT 23%` is 0.23."""
    found = _RATE.findall(text)
    if len(found) != 1:
        raise NotAnOrder(f"{name} does not hold one tax rate, as VAT 23% does")
    return Decimal(found[0].replace(",", ".")) / 100
