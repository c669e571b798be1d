"""Values as an ERP reads them: money, decimals, percents and dates, exact and never through float.

Templates use these as filters, CSV columns as forms. An amount is a Decimal or its exact text; empty stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache

from bridge.domain.dateforms import DateFormRefused, date_form

Amount = Decimal | str | int | None
PLACES_MAX = 12
# 50 digits hold any amount; a money value that does not fit its minor units is a mistake and is never rounded away.
_EXACT = Context(prec=50, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=50, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_NOTHING = Decimal(0)
_UNITS = tuple(Decimal(1).scaleb(-places) for places in range(PLACES_MAX + 1))


_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch


class FormRefused(ValueError):
    """A value does not have this form. The text never holds the value."""


@lru_cache(maxsize=4096)
def _number_of(text: str) -> Decimal:
    """Prices and sums come again and again; a template asks for one several times."""
    return Decimal(text) if text else _NOTHING


def number(value: Amount) -> Decimal:
    """An amount for comparing and adding inside a template; empty is 0."""
    try:
        if type(value) is str:
            return _number_of(value)
        return _NOTHING if value is None else Decimal(value)
    except (InvalidOperation, TypeError) as error:
        raise FormRefused("is not a decimal number") from error


def money(value: Amount, digits: int) -> str:
    """12.5 with 2 digits gives 12.50. Raises FormRefused when a fraction of a minor unit would be lost."""
    if type(value) is str:
        # The usual case by far: the canonical order's own text, whole in minor units already.
        if digits and value[-digits - 1 : -digits] == "." and value[-digits:].isdigit():
            if value[: -digits - 1].isdigit() and value.isascii():
                return value
        elif value == "":
            return ""
    elif value is None:
        return ""
    try:
        return str(number(value).quantize(_UNITS[digits], context=_EXACT))
    except (Inexact, InvalidOperation) as error:
        raise FormRefused(f"is no whole number of minor units with {digits} digits") from error


def decimal(value: Amount, places: int | None = None, rounded: bool = False) -> str:
    """Plain digits with a point, no exponent; with `places` so many, and more are refused, or rounded half up."""
    if value is None or value == "":
        return ""
    if places is None:
        if type(value) is str and ((value.isascii() and value.isdigit()) or _PLAIN(value)):
            return value
        return format(number(value), "f")
    try:
        return str(number(value).quantize(_UNITS[places], context=_ROUNDING if rounded else _EXACT))
    except Inexact as error:
        raise FormRefused(f"has more than {places} decimal places, and is not to be rounded") from error
    except InvalidOperation as error:
        raise FormRefused(f"has too many digits for {places} places") from error


def implied(value: Amount, places: int) -> str:
    """Digits whose decimal mark is implied: 12.5 with 2 places gives 1250. A fraction that would be lost is refused."""
    if value is None or value == "":
        return ""
    scaled = number(value).scaleb(places, _EXACT)
    if scaled != scaled.to_integral_value():
        raise FormRefused(f"has more than the {places} decimal places that the field implies")
    return format(scaled.quantize(_UNITS[0], context=_EXACT), "f")


ASCII_PUNCHES = ("{ABCDEFGHI", "}JKLMNOPQR")


def signed(text: str, sign: str, plus: bool = False, width: int = 0, punches: tuple[str, str] = ASCII_PUNCHES) -> str:
    """A number's text with its sign where the ERP looks for it, with zeros before it up to `width`.

    sign: leading, trailing (a blank or, with plus, a + for a number that is not negative), overpunched (the last digit
    tells the sign: 12} is -120), none (a negative number is refused).
    """
    negative, digits = text.startswith("-") and any("1" <= one <= "9" for one in text), text.lstrip("-")
    if sign == "none":
        if negative:
            raise FormRefused("is negative, and the field has no sign")
        return digits.zfill(width)
    if sign == "overpunched":
        digits = digits.zfill(width)
        return digits[:-1] + punches[negative][int(digits[-1])]
    mark = "-" if negative else "+" if plus else " "
    if sign == "trailing":
        return digits.zfill(width - 1) + mark
    return digits.zfill(width) if mark == " " else mark + digits.zfill(width - 1)


def left(value: object, width: int, fill: str = " ") -> str:
    """The text at the left of a field of so many characters. A longer one is refused, never cut."""
    return _within(str(value), width).ljust(width, fill)


def right(value: object, width: int, fill: str = " ") -> str:
    """The text at the right of a field of so many characters; before a number zeros go behind its minus."""
    text = _within(str(value), width)
    return text.zfill(width) if fill == "0" else text.rjust(width, fill)


def _within(text: str, width: int) -> str:
    if len(text) > width:
        raise FormRefused(f"{len(text)} characters do not fit into a field of {width}")
    return text


def total(items: Iterable[Mapping[str, Amount]], name: str) -> Decimal:
    """The exact sum of one amount of each: `order.lines | total("quantity")`. What is absent adds nothing."""
    return sum((number(item[name]) for item in items), Decimal(0))


@lru_cache(maxsize=1024)
def percent(value: Amount) -> str:
    """The fraction 0.23 as 23, 0.055 as 5.5."""
    if value is None or value == "":
        return ""
    scaled = number(value).scaleb(2, _ROUNDING)
    text = format(scaled, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def dated(value: date | str | None, form: str, zone: tzinfo) -> str:
    """An instant in `zone`, or a day, in a form such as DD.MM.YYYY. A form with Z says UTC, and gets it."""
    if value is None or value == "":
        return ""
    moment: date | str = value
    if isinstance(moment, str):
        try:
            moment = date.fromisoformat(moment) if len(moment) == 10 else datetime.fromisoformat(moment)
        except ValueError:
            raise FormRefused(
                "is neither a day nor an instant"
            ) from None  # the original's text can hold a value, and a log prints causes
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC if "Z" in form else zone)
    try:
        return date_form(form).of(moment)
    except DateFormRefused as error:
        raise FormRefused(str(error)) from None


def money_form(digits: int, comma: bool) -> Callable[[Amount], str]:
    """`money` bound to a currency's digits and the decimal sign, for a column."""
    if comma:
        return lambda value: money(value, digits).replace(".", ",")
    if digits == 0:
        return lambda value: money(value, 0)
    sign, tail = slice(-digits - 1, -digits), slice(-digits, None)

    def bound(value: Amount) -> str:
        if type(value) is str and value[sign] == "." and value[tail].isdigit():
            return value
        return money(value, digits)

    return bound


def decimal_form(places: int | None, comma: bool, rounded: bool) -> Callable[[Amount], str]:
    """`decimal` bound to places and decimal sign, for a column."""
    if comma:
        return lambda value: decimal(value, places, rounded).replace(".", ",")
    return decimal if places is None else lambda value: decimal(value, places, rounded)


def date_form_in(form: str, zone: tzinfo) -> Callable[[date | str | None], str]:
    """`dated` bound to a form and a zone, for a column."""
    if form != "YYYY-MM-DD" or zone is not UTC:
        return lambda value: dated(value, form, zone)

    def bound(value: date | str | None) -> str:
        if type(value) is str and len(value) == 20 and value[19] == "Z":  # the canonical text of an instant
            return value[:10]
        return dated(value, form, zone)

    return bound
