"""Reading single values out of a shop's raw order: exact amounts, times, texts and meta keys.

Nothing here knows the canonical order. What cannot be read raises `Unreadable`, which names the field and never its
value: it ends as a business message.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

Json = Mapping[str, Any]
AMOUNT_DIGITS_MAX = 18  # before or after the point; no order is that large, no tax that fine
NOTHING = Decimal(0)
_CENT = Decimal("0.01")


class Unreadable(Exception):
    """One field of one order is not what it must be. Its text is made of our own words."""


def number_of(source: Json, name: str, where: str = "") -> Decimal:
    """An exact number from a text, an integer or a decimal; empty or absent is 0."""
    value = source.get(name)
    if value is None or value == "":
        return NOTHING
    try:
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return _written_number(value)
        if isinstance(value, Decimal):
            return _held(value)
    except InvalidOperation as error:
        raise Unreadable(f"{where}{name} is not a number") from error
    except OverflowError as error:
        raise Unreadable(f"{where}{name} is not a number that an order can hold") from error
    raise Unreadable(f"{where}{name} is not a number")


@lru_cache(maxsize=8192)  # the same few amounts stand in most orders: no tax, a price from the list, one piece
def _written_number(written: str | int) -> Decimal:
    return _held(Decimal(written))


def _held(number: Decimal) -> Decimal:
    """Raises OverflowError for what no order can hold: too large, too fine, not finite."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -AMOUNT_DIGITS_MAX or number.adjusted() >= AMOUNT_DIGITS_MAX:
        raise OverflowError
    return number


def moment_of(source: Json, name: str) -> datetime | None:
    """A `_gmt` time: no zone suffix, UTC by its name. None when empty."""
    value = source.get(name)
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return datetime.combine(moment.date(), moment.time(), UTC)  # `replace` takes five times as long
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # the last: an hour before the first year, or behind the last one
        raise Unreadable(f"{name} is not a time") from None


def required_moment(source: Json, name: str) -> datetime:
    """A `_gmt` time that every order has."""
    moment = moment_of(source, name)
    if moment is None:
        raise Unreadable(f"{name} is missing")
    return moment


def key_of(source: Json, name: str = "id") -> str:
    """An id as text. Raises Unreadable when it is missing."""
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise Unreadable(f"{name} is missing")
    return str(value)


def text_of(source: Json, name: str) -> str:
    """A text without HTML entities (`O&#8217;Conner`); numbers as their text, anything else as empty."""
    value = source.get(name)
    if isinstance(value, str) and "&" not in value:  # nearly all of them
        return value.strip()
    return plain_text(value)


def verbatim_of(source: Json, name: str) -> str:
    """A text as it stands there, blanks around aside: for shops that write no HTML entities. Anything else is empty."""
    value = source.get(name)
    return value.strip() if isinstance(value, str) else ""


def plain_text(value: Any) -> str:
    if isinstance(value, str):
        return html.unescape(value).strip() if "&" in value else value.strip()
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return ""


def table_of(source: Json, name: str) -> Json:
    """An inner object; PHP writes an empty one as `[]`."""
    value = source.get(name)
    if value is None or value == [] or value == "":
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is not a group of fields")
    return value


def tables_of(source: Json, name: str) -> list[Json]:
    """A list of objects; absent or empty is an empty list."""
    value = source.get(name)
    if not isinstance(value, list):
        value = _list_of(value)
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{name} is not a list of groups")
    for item in value:
        if not isinstance(item, dict):
            raise Unreadable(f"{name} is not a list of groups")
    return value


def _list_of(value: Any) -> Any:
    """The same, but a list where PHP wrote one with numbered keys, as it does once a plugin took an entry out."""
    if isinstance(value, dict) and all(key.isdigit() for key in value):
        return list(value.values())
    return value


def meta_of(source: Json) -> dict[str, str]:
    """Meta key to its first filled value as text; lists and objects of plugins are left aside."""
    found: dict[str, str] = {}
    for row in meta_rows(source):
        if isinstance(row.get("key"), str) and (text := plain_text(row.get("value"))):
            found.setdefault(row["key"], text)
    return found


def meta_rows(source: Json) -> list[Json]:
    """The meta rows of an order or line, each with `key` and `value`; what is no row is left aside."""
    rows = _list_of(source.get("meta_data"))
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def first_filled(meta: Mapping[str, str], keys: Iterable[str]) -> str:
    """The value of the first key that has one."""
    for key in keys:
        if key in meta:
            return meta[key]
    return ""


def decimals_of(source: Json, names: Iterable[str]) -> int | None:
    """How many decimals the shop writes amounts with; None when it writes none as text."""
    written = [number_of(source, name) for name in names if isinstance(value := source.get(name), str) and value]
    return max(map(decimals, written), default=None)


def decimals(number: Decimal) -> int:
    """How many digits it is written with behind the point."""
    if number.same_quantum(_CENT):  # as most amounts are written; all others are taken apart
        return 2
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
