"""The kinds of value that a flow's rules and a store's watch need: times people write, amounts, countries, days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.kinds import NAME, NAME_LENGTH_MAX, TEXTS, Kind
from bridge.config.mistakes import Wrong, suggestion
from bridge.domain.business_hours import BusinessHours, OpenTime, open_times
from bridge.domain.countries import COUNTRIES
from bridge.domain.selection import REASON_LENGTH_MAX, SelectionRule

_SPAN = re.compile(r"(\d{1,5}) (hours?|days?|weeks?)")
_HOURS_OF = {"hour": 1, "day": 24, "week": 7 * 24}
SPAN_MAX = timedelta(days=366)
_AMOUNT = re.compile(r"\d{1,14}(\.\d{1,4})?")


def _name(value: Any, _: ZoneInfo) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value) or len(value) > NAME_LENGTH_MAX:
        allowed = f"Use a to z, 0 to 9 and dashes, at most {NAME_LENGTH_MAX}; it is shown wherever the rule decides."
        raise Wrong("must be a name", allowed)
    return value


def _line(value: Any, _: ZoneInfo) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > REASON_LENGTH_MAX:
        raise Wrong("must be one line of text", f"Write at most {REASON_LENGTH_MAX} characters in quotes.")
    return value.strip().rstrip(".")


def _span(value: Any, _: ZoneInfo) -> timedelta:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        found = timedelta(hours=int(match[1]) * _HOURS_OF[match[2].rstrip("s")])
        if timedelta(0) < found <= SPAN_MAX:
            return found
    raise Wrong("must be a span of time", 'Write "7 days", "36 hours" or "2 weeks", at most 366 days.')


def _amount(value: Any, _: ZoneInfo) -> Decimal:
    """A number with a point would come through binary fractions, so that it stands in quotes."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise Wrong("must be an amount", 'Write a whole number, or decimals in quotes: "199.90".')
    return Decimal(text)


def _currency(value: Any, _: ZoneInfo) -> str:
    if not isinstance(value, str) or len(value) != 3 or not value.isascii() or not value.isupper():
        raise Wrong("must be a currency", 'Write an ISO 4217 code of three capital letters, as "EUR".')
    return value


def _countries(value: Any, zone: ZoneInfo) -> tuple[str, ...]:
    given = some(TEXTS).parse(value, zone)
    for word in given:
        if word.upper() not in COUNTRIES:
            allowed = f'{suggestion(word.upper(), COUNTRIES)}Write ISO 3166-1 codes of two letters, as "PL".'
            raise Wrong(f"holds {word!r}, which is no country", allowed)
    return tuple(word.upper() for word in given)


def some(kind: Kind) -> Kind:
    """A list that is not empty: an empty one would match nothing, or everything, and nobody could tell which."""

    def parse(value: Any, zone: ZoneInfo) -> Any:
        if value == []:
            raise Wrong("is an empty list", "Write at least one value, or leave the key out.")
        return kind.parse(value, zone)

    return Kind(kind.words, parse)


def _open_times(value: Any, _: ZoneInfo) -> tuple[OpenTime, ...]:
    if not isinstance(value, str):
        raise Wrong("must be a text", _HOURS_ALLOWED)
    try:
        return open_times(value)
    except ValueError as error:
        raise Wrong(str(error), _HOURS_ALLOWED) from error


_HOURS_ALLOWED = 'Write "Mon-Fri 08:00-18:00", or several such spans with commas between.'


def _days(value: Any, _: ZoneInfo) -> frozenset[date]:
    if not isinstance(value, list) or not all(isinstance(one, date) and not isinstance(one, datetime) for one in value):
        raise Wrong("must be a list of days", "Write [2026-12-25, 2026-12-26], without quotes.")
    return frozenset(value)


def rule_mistake(rule: SelectionRule) -> tuple[str, str, str] | None:
    """Key, what is wrong and what to do, of what no single key of a rule can tell; None where all is well."""
    bounded = rule.amount_min is not None or rule.amount_max is not None
    if bounded and not rule.currency:
        return "currency", "is missing beside amount_min or amount_max", 'Write currency = "EUR", or which one it is.'
    if rule.amount_min is not None and rule.amount_max is not None and rule.amount_min > rule.amount_max:
        return "amount_max", "is less than amount_min, so that no order matches", "Write the larger one as amount_max."
    if rule.wait_max is not None and rule.action != "wait":
        return "wait_max", f'has no meaning with action = "{rule.action}"', 'Leave it out, or write action = "wait".'
    return None


RULE_NAME = Kind("name of a to z, 0 to 9 and dashes", _name)
LINE = Kind("one line of text", _line)
SPAN = Kind('span of time, as "7 days" or "36 hours"', _span)
AMOUNT = Kind('amount, as 200 or "199.90"', _amount)
CURRENCY = Kind("ISO 4217 code", _currency)
COUNTRY_CODES = Kind("list of ISO 3166-1 codes", _countries)
BUSINESS_HOURS = Kind('spans of weekdays and times, as "Mon-Fri 08:00-18:00"', _open_times)
DAYS = Kind("list of days", _days)
ALL_WEEK = BusinessHours(open_times("Mon-Sun 00:00-24:00"))
