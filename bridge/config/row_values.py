"""What stands in the cells of maps/sku.csv beside codes: quantities, weights, percents, days.

Each raises ValueError(what is wrong, what to do) for a cell that people could read in two ways. Empty cells are None.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

DIGITS_MAX = 12
_NUMBER = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}([.,][0-9]{{1,{DIGITS_MAX}}})?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WITH_DOTS = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def quantity_in(column: str, cell: str) -> Decimal | None:
    """A quantity above zero."""
    number = _number(column, cell)
    if number == 0:
        raise ValueError(f"{column} is 0.", "Write a number above zero.")
    return number


def worth_in(column: str, cell: str) -> Decimal | None:
    """A weight or an amount; 0 is one."""
    return _number(column, cell)


def percent_in(column: str, cell: str) -> Decimal | None:
    """A tax rate as a fraction; it is written with its sign: `23%`, `5.5%`."""
    if not cell:
        return None
    if not cell.endswith("%"):
        raise ValueError(f"{column} is {cell!r}, without a percent sign.", "Write it as 23% or 5.5%.")
    rate = _number(column, cell[:-1].rstrip())
    if rate is None or rate > 100:
        raise ValueError(f"{column} is {cell!r}, which is no tax rate.", "Write it as 23% or 5.5%.")
    return rate / 100


def day_in(column: str, cell: str) -> date | None:
    """A day: 2026-03-01, or 1.3.2026 as spreadsheets in many countries save it. Nobody knows which 03/01/2026 is."""
    if not cell:
        return None
    iso, dotted = _ISO.fullmatch(cell), _WITH_DOTS.fullmatch(cell)
    parts = iso.groups() if iso else dotted.groups()[::-1] if dotted else None
    try:
        if parts is not None:
            return date(*(int(part) for part in parts))
    except ValueError:
        raise ValueError(f"{column} is {cell!r}, and there is no such day.", "Correct it.") from None
    raise ValueError(f"{column} is {cell!r}, which people read in two ways, or in none.", "Write it as 2026-03-01.")


def _number(column: str, cell: str) -> Decimal | None:
    if not cell:
        return None
    if not (cell.isascii() and _NUMBER.fullmatch(cell)):
        raise ValueError(f"{column} is {cell!r}, which is no number.", "Write digits, as 6 or 2.5.")
    if _THOUSANDS.fullmatch(cell):
        plain = cell.replace(",", "").replace(".", "")
        fraction = cell.replace(",", ".").rstrip("0").rstrip(".")
        raise ValueError(f"{column} is {cell!r}, which is {fraction} or {plain}.", f"Write {plain}, or {fraction}.")
    return Decimal(cell.replace(",", "."))
