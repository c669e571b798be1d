"""Values of a database as the texts of cells, exact: what an archive keeps, and what orders are read from.

A float column is taken by its shortest digits, which are those that were written, as long as it has no more than a
float can hold exactly (15). More digits are the trace of a sum made in floats: that order is refused, not rounded.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bridge.stores.rows.order import NotAnOrder

FLOAT_DIGITS_MAX = 15
MILLISECONDS_FROM = 10**11  # as seconds: the year 5138
NO_DATE, FIRST_DATE = "0000-00-00", "1000-01-01"  # what sorts before the second is no time
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")


def cell_of(value: Any) -> str | None:
    """One value as text; None for NULL. A float by its shortest digits: whether they are fit says `refuse_inexact`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float):
        return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def text_of(cell: Any) -> str:
    """A kept cell as the reader of rows takes it."""
    return "" if cell is None else str(cell)


def is_no_time(text: str) -> bool:
    """Whether a text stands for no time: blank, or the date of zeros that old MySQL shops keep in place of NULL."""
    return not text.strip() or text.startswith(NO_DATE)


def time_text(text: str) -> str:
    """A time as the reader of rows takes it: seconds or milliseconds since 1970 as ISO 8601, all else as it is."""
    if is_no_time(text):
        return ""
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    if number.copy_abs() >= MILLISECONDS_FROM:
        number /= 1000
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(number * 10**6))).isoformat()


def refuse_inexact(name: str, value: Any) -> None:
    """Raise NotAnOrder for a float that carries more than was written into it."""
    if isinstance(value, float) and len(Decimal(repr(value)).normalize().as_tuple().digits) > FLOAT_DIGITS_MAX:
        raise NotAnOrder(f"{name} is a float with the traces of a sum; store amounts as NUMERIC or as text")
