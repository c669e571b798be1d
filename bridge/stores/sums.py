"""Sums over mapped lines that more than one connector needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from bridge.domain.contract import Line, TaxTotal
from bridge.domain.money import minor_unit

UNIT_PRICE_STEP = Decimal("0.000001")
_NOTHING = (Decimal(0), Decimal(0))


def each(amount: Decimal, quantity: Decimal) -> Decimal:
    """Unit prices are derived: amount through quantity, to a millionth."""
    if quantity == 0:
        return Decimal(0)
    return (amount / quantity).quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP).normalize()


def tax_by_rate(lines: Sequence[Line]) -> tuple[TaxTotal, ...]:
    """Net and tax of each rate, lowest rate first. Lines whose rate the store does not say are left out."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line in lines:
        rate = line.tax_rate
        if rate is not None:
            net, tax = sums.get(rate, _NOTHING)
            sums[rate] = (net + line.net, tax + line.tax)
    return tuple(TaxTotal(rate=rate, net=net, tax=tax) for rate, (net, tax) in sorted(sums.items()))


def rounding_explains(gap: Decimal, lines: Sequence[Line], minor: Decimal) -> bool:
    """Whether a gap is at most one minor unit for each line whose tax was rounded, also where that left none of it."""
    if not gap:
        return True
    taxed = sum(1 for line in lines if line.tax != 0 or (line.net != 0 and line.tax_rate))
    return abs(gap) <= taxed * minor


def tax_fits(net: Decimal, rate: Decimal, tax: Decimal, digits: int) -> bool:
    """Whether a rate makes the tax of the net: within a minor unit, and what the tax lost of it the net has won."""
    return abs(net * rate - tax) <= minor_unit(digits) * (1 + abs(rate))
