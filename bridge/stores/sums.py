"""Sums over mapped lines that more than one connector needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.domain.contract import Line, TaxTotal


def tax_by_rate(lines: Sequence[Line]) -> tuple[TaxTotal, ...]:
    """Net and tax of each rate, lowest rate first. Lines whose rate the store does not say are left out."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line in lines:
        if line.tax_rate is not None:
            net, tax = sums.get(line.tax_rate, (Decimal(0), Decimal(0)))
            sums[line.tax_rate] = (net + line.net, tax + line.tax)
    return tuple(TaxTotal(rate=rate, net=net, tax=tax) for rate, (net, tax) in sorted(sums.items()))


def rounding_explains(gap: Decimal, lines: Sequence[Line], minor: Decimal) -> bool:
    """Whether a gap is at most one minor unit for each line whose amounts were rounded: those with tax."""
    taxed = sum(1 for line in lines if line.tax != 0)
    return abs(gap) <= taxed * minor
