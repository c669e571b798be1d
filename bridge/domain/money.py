"""Exact money: Decimal in major units in the domain, integer minor units in the ledger, never float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache


@cache
def minor_unit(digits: int) -> Decimal:
    """The smallest amount of a currency: digits=2 gives 0.01, 0 gives 1."""
    return Decimal(1).scaleb(-digits)


def to_minor(amount: Decimal, digits: int) -> int:
    """12.30 with 2 digits gives 1230. Raises ValueError when the amount holds a fraction of a minor unit."""
    scaled = amount.scaleb(digits)
    whole = int(scaled)
    if scaled != whole:
        raise ValueError(f"{amount} is not a whole number of minor units with {digits} digits")
    return whole


def from_minor(minor: int, digits: int) -> Decimal:
    """1230 with 2 digits gives 12.30."""
    return Decimal(minor).scaleb(-digits)


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Half up to whole minor units, as shops and tax offices do."""
    unit = minor_unit(digits)
    return amount if amount.same_quantum(unit) else amount.quantize(unit, ROUND_HALF_UP)
