"""Ecotax of a PrestaShop's goods: inside their price, with a tax of its own, in a shop as it is delivered none.

Where that keeps a line's tax from fitting its rate, the ecotax becomes a line of its own, so that every tax fits. Where
the line fits as it is (both are taxed alike), or does not fit without it either, the price stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.domain.contract import Line
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.lines import details_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.rates import ZERO, Share, fits, fraction_of
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import number_of


def ecotax_apart(goods: Sequence[Line], parts: OrderParts, money: Money) -> tuple[list[Line], list[Share]]:
    """The goods, and what was taken out of their prices: net, gross and rate, once for each rate."""
    kept: list[Line] = []
    apart: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line, part in zip(goods, details_of(parts), strict=True):
        taken = _taken(line, part, money)
        if taken is None:
            kept.append(line)
            continue
        net, gross, rate = taken
        kept.append(_less(line, part, net, gross, rate))
        before = apart.get(rate, (ZERO, ZERO))
        apart[rate] = (before[0] + net, before[1] + gross)
    return kept, [(net, gross, rate) for rate, (net, gross) in apart.items()]


def _taken(line: Line, part: Part, money: Money) -> tuple[Decimal, Decimal, Decimal] | None:
    each, rate = number_of(part.values, "ecotax", "ecotax: "), line.tax_rate
    if not each or rate is None or fits(line.net, line.gross, rate, money):
        return None
    own = fraction_of(number_of(part.values, "ecotax_tax_rate", "ecotax: "))
    net, gross = money.rounded(each * line.quantity), money.rounded(each * line.quantity * (1 + own))
    fits_without = line.net > net and fits(line.net - net, line.gross - gross, rate, money)
    return (net, gross, own) if fits_without else None


def _less(line: Line, part: Part, net: Decimal, gross: Decimal, rate: Decimal) -> Line:
    each = number_of(part.values, "ecotax", "ecotax: ")
    left, left_gross = line.net - net, line.gross - gross
    return line.model_copy(update={
        "unit_net": line.unit_net - each, "unit_gross": line.unit_gross - each * (1 + rate),
        "net": left, "tax": left_gross - left, "gross": left_gross,
    })  # fmt: skip
