"""The kinds of value that a setting can have: how each is written in TOML, and what is said when it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.config.mistakes import Wrong, suggestion
from bridge.domain.contract import Order

Parse = Callable[[Any, ZoneInfo], Any]
NAME = re.compile(r"[a-z0-9-]+")
NAME_LENGTH_MAX = 40  # names stand in file names, lock names and folders
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value. words: as docs/settings.md and messages say it. zone: naive times are local there."""

    words: str
    parse: Parse


def _text(value: Any, _: ZoneInfo) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("must be a text", "Write a text in quotes.")
    return value


def _flag(value: Any, _: ZoneInfo) -> bool:
    if not isinstance(value, bool):
        raise Wrong("must be true or false", "Write true or false, without quotes.")
    return value


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):  # the day begins at midnight where the business is
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    raise Wrong("must be a day or a time", "Write 2026-11-01 or 2026-11-01T06:00:00Z, without quotes.")


def _zone(value: Any, _: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise Wrong("is not a time zone", 'Write a name of the IANA list, as "Europe/Warsaw".') from error


def _texts(value: Any, _: ZoneInfo) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise Wrong("must be a list of texts", 'Write ["...", "..."].')
    return tuple(value)


def whole(least: int, most: int, unit: str = "") -> Kind:
    """A whole number within bounds."""

    def parse(value: Any, _: ZoneInfo) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            shown = f"is {value}" if isinstance(value, int) else "is no number"
            raise Wrong(f"{shown}; it must be a whole number{unit}", f"Write a number from {least} to {most}.")
        return value

    return Kind(f"whole number{unit}, {least} to {most}", parse)


def seconds(least: int, most: int) -> Kind:
    """A number of seconds within bounds."""
    return whole(least, most, " of seconds")


def choice(allowed: type[StrEnum]) -> Kind:
    """One of a few words."""
    words = [member.value for member in allowed]

    def parse(value: Any, _: ZoneInfo) -> StrEnum:
        if value in words:
            return allowed(value)
        guess = suggestion(value, words) if isinstance(value, str) else ""
        raise Wrong(f"is {value!r}, which is unknown", f"{guess}Allowed: {', '.join(words)}.")

    return Kind(f"one of {', '.join(words)}", parse)


def table_of(inner: Kind, keys: tuple[str, ...] = ()) -> Kind:
    """A table whose values are all of one kind; `keys` names the only keys it may have."""

    def parse(value: Any, zone: ZoneInfo) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise Wrong("must be a table", "Write it as a section of its own, or as { key = value }.")
        parsed = {}
        for key, item in value.items():
            if keys and key not in keys:
                raise Wrong("is unknown", f"{suggestion(key, keys)}Allowed: {', '.join(keys)}.", (key,))
            try:
                parsed[key] = inner.parse(item, zone)
            except Wrong as wrong:
                raise Wrong(wrong.what, wrong.allowed, (key, *wrong.below)) from wrong
        return parsed

    named = f" ({', '.join(keys)})" if keys else ""
    return Kind(f"table{named} of {inner.words}", parse)


def subset(allowed: frozenset[str]) -> Kind:
    """A list of some of the allowed words."""
    words = sorted(allowed)

    def parse(value: Any, zone: ZoneInfo) -> tuple[str, ...]:
        given = _texts(value, zone)
        for word in given:
            if word not in allowed:
                raise Wrong(
                    f"holds {word!r}, which is unknown", f"{suggestion(word, words)}Allowed: {', '.join(words)}."
                )
        return given

    return Kind(f"list of {', '.join(words)}", parse)


def _pattern(value: Any, zone: ZoneInfo) -> str:
    """An external id's pattern: every order of the store gets its own, because the store's own key is in it."""
    text = _text(value, zone)
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise Wrong("has a brace that is not closed", f"Allowed words: {_PATTERN_WORDS}.") from error
    names = [name for _, name, _, _ in pieces if name is not None]
    for _, name, form, conversion in pieces:
        if name is not None and (name not in EXTERNAL_ID_WORDS or form or conversion):
            guess = suggestion(name, EXTERNAL_ID_WORDS)
            raise Wrong(f"holds {{{name}}}, which is unknown", f"{guess}Allowed words: {_PATTERN_WORDS}.")
    if "store_order_id" not in names:
        raise Wrong("lacks {store_order_id}, so two orders could get one id", f"Allowed words: {_PATTERN_WORDS}.")
    return text


def _selection(value: Any, zone: ZoneInfo) -> Mapping[str, tuple[str, ...]]:
    parsed: dict[str, tuple[str, ...]] = {}
    for path, values in table_of(TEXTS).parse(value, zone).items():
        head, _, rest = path.partition(".")
        if head not in Order.model_fields or (head == "lines" and rest):
            guess = suggestion(head, Order.model_fields)
            raise Wrong("is no field of an order", f"{guess}`bridge contract` lists the fields.", (path,))
        parsed[path] = values
    return parsed


EXTERNAL_ID_WORDS = ("store_order_id", "order_number", "store")
_PATTERN_WORDS = ", ".join(f"{{{word}}}" for word in EXTERNAL_ID_WORDS)

TEXT = Kind("text", _text)
TEXTS = Kind("list of texts", _texts)
FLAG = Kind("true or false", _flag)
INSTANT = Kind("day or time", _instant)
ZONE = Kind("time zone of the IANA list", _zone)
EXTERNAL_ID = Kind(f"pattern of {_PATTERN_WORDS}", _pattern)
SELECTION = Kind("table: canonical field to list of values", _selection)
