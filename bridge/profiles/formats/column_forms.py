"""How a column's raw value becomes its text: the forms of `forms.py`, and what only columns have.

Fixed decimal places, prices worked out from amounts, codes of the ERP's own, HTML, a text before the value, a length.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from bridge.profiles.formats.forms import (
    PLACES_MAX,
    Amount,
    FormRefused,
    date_form_in,
    decimal_form,
    money,
    money_form,
    number,
    percent,
)
from bridge.profiles.table_settings import ColumnSettings, RowStyle

Converter = Callable[[Any], Any]
_ZEROS = "0" * PLACES_MAX
ANY_OTHER = "*"  # in a table of codes: every value that it does not name
_DIGITS = Context(prec=50, rounding=ROUND_HALF_UP, traps=[InvalidOperation])


def converter_of(
    settings: ColumnSettings, form: str, guarded: bool, csv: RowStyle, digits: int, zone: tzinfo
) -> Converter | None:
    """All that is done to a column's value, as one function; None where it goes as it is.

    guarded: it is a text of people, to which csv.formula_guard applies.
    """
    steps = list(_steps(settings, form, guarded and csv.formula_guard, csv, digits, zone))
    if len(steps) < 2:
        return steps[0] if steps else None

    def all_steps(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return all_steps


def _steps(
    settings: ColumnSettings, form: str, guarded: bool, csv: RowStyle, digits: int, zone: tzinfo
) -> Iterator[Converter]:
    if settings.codes:
        yield _code(settings.codes)
    elif (made := _form(settings, form, csv, digits, zone)) is not None:
        yield made
    if settings.before:
        yield _after(settings.before)
    if guarded:
        yield _harmless
    if settings.length_max is not None:
        yield _measured(settings.length_max)


def _form(settings: ColumnSettings, form: str, csv: RowStyle, digits: int, zone: tzinfo) -> Converter | None:
    places, comma = settings.places, csv.decimal_comma
    if settings.per is not None:
        return _each(places or 0, digits, comma)
    if form == "money":
        return money_form(digits, comma) if places is None else _fixed(places, digits, comma)
    if form == "decimal":
        return decimal_form(places, comma, settings.rounded)
    if form == "percent":
        if places is not None:
            exact = _fixed(places, 0, comma)
            return lambda value: exact(percent(value))
        return (lambda value: percent(value).replace(".", ",")) if comma else percent
    if form == "date":
        return lru_cache(maxsize=64)(date_form_in(settings.date or csv.date, zone))  # one order has it in many columns
    if form == "count":
        return len
    if form == "totals":
        return lambda totals: "|".join(f"{one['currency']}={one['amount']:f}" for one in totals)
    return _html if form == "html" else None


def _fixed(places: int, digits: int, comma: bool) -> Converter:
    """So many decimal places, whatever the currency has: 12.5000. What does not fit is refused, never rounded."""
    sign, tail, zeros = slice(-digits - 1, -digits), slice(-digits, None), _ZEROS[: places - digits]
    quick = 0 < digits <= places and not comma

    @lru_cache(maxsize=1024)
    def any_amount(value: Amount) -> str:
        try:
            text = money(value, places)
        except FormRefused as error:
            raise FormRefused(f"is no number of {places} decimal places") from error
        return text.replace(".", ",") if comma else text

    def fixed(value: Any) -> str:
        if quick and type(value) is str and value[sign] == "." and value[tail].isdigit():
            return value + zeros  # the exact text of an amount, which only lacks zeros
        return any_amount(value)

    return fixed


def _each(places: int, digits: int, comma: bool) -> Converter:
    """The price of one: an amount divided by a quantity, so that quantity times price is the amount again."""
    unit, minor = Decimal(1).scaleb(-places), Decimal(1).scaleb(-digits)
    whole = _fixed(places, digits, comma) if places >= digits else None

    def each(pair: tuple[Amount, Amount]) -> str:
        if whole is not None and pair[1] == "1":
            return str(whole(pair[0]))
        amount, quantity = number(pair[0]), number(pair[1])
        if not quantity:
            raise FormRefused("cannot be divided, the other is zero")
        price = _DIGITS.divide(amount, quantity).quantize(unit, context=_DIGITS)
        if _DIGITS.multiply(price, quantity).quantize(minor, context=_DIGITS) != amount:
            raise FormRefused(f"divided with {places} decimal places does not give the amount back")
        return format(price, "f").replace(".", ",") if comma else format(price, "f")

    return each


def _code(codes: Mapping[str, str]) -> Converter:
    """The ERP's code for a value of ours. A flag is `true` or `false`."""
    other = codes.get(ANY_OTHER)

    def code(value: Any) -> str:
        if type(value) is str and (known := codes.get(value)) is not None:
            return known
        word = str(value).lower() if isinstance(value, bool) else str(value)
        found = codes.get(word, other)
        if found is None:
            raise FormRefused(f"is none of {', '.join(codes)}")
        return found

    return code


def _html(value: Any) -> str:
    """A text for a field that the ERP shows as HTML."""
    return html.escape(str(value), quote=False).replace("\n", "<br/>")


def _after(before: str) -> Converter:
    return lambda value: f"{before}{value}" if value != "" else ""


def _measured(length_max: int) -> Converter:
    """A text that no limit measures, because it is joined of several fields."""

    def measured(value: Any) -> Any:
        if (length := len(str(value))) > length_max:
            raise FormRefused(f"would be {length} characters; the column holds {length_max}")
        return value

    return measured


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would calculate, made harmless on request. Changes what the ERP reads."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value
