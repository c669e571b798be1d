"""The lines that go to one ERP: kits and gifts by the flow's policy, articles by the SKU map, the rounding as the
profile holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.articles import MappedLine
from bridge.domain.bundles import lines_to_send
from bridge.domain.contract import Line, LineKind, Order, TaxTotal
from bridge.domain.kits import mapped_lines
from bridge.domain.maps import ROUNDING_SKU
from bridge.domain.rules import Rules


def travelling(order: Order, rules: Rules) -> tuple[Line, ...]:
    """The order's lines as they travel: an ERP without a field for the rounding gets it as one line more."""
    lines = lines_to_send(order, rules.flow)
    if rules.rounding_as_line and order.totals.rounding:
        last = max((line.position for line in order.lines), default=0)
        lines = (*lines, _rounding_line(last + 1, order.totals.rounding))
    return mapped_lines(lines, order, rules) if rules.maps.articles else lines


def with_travelling_lines(order: Order, rules: Rules) -> Order:
    """The order as it travels. A rounding that became a line is no longer beside the lines: net + tax make gross."""
    lines = travelling(order, rules)
    if lines is order.lines:
        return order
    totals = order.totals.model_copy(update=_totals(order, lines, rules))
    return order.model_copy(update={"lines": lines, "totals": totals})


def _totals(order: Order, lines: Sequence[Line], rules: Rules) -> dict[str, Any]:
    """What is other in the sums when the lines are other."""
    changes: dict[str, Any] = {}
    if rules.rounding_as_line and order.totals.rounding:
        changes = {"rounding": Decimal(0), "net": order.totals.gross - order.totals.tax}
    rates = {line.tax_rate for line in order.lines}
    if any(line.tax_rate not in rates for line in lines if isinstance(line, MappedLine)):
        changes["by_rate"] = _by_rate(lines)
    return changes


def _by_rate(lines: Sequence[Line]) -> tuple[TaxTotal, ...]:
    """The tax by rate of lines whose rates the map has given; none where a taxed line has no rate."""
    if any(line.tax and line.tax_rate is None for line in lines):
        return ()
    found: dict[Decimal, TaxTotal] = {}
    for line in lines:
        if line.tax_rate is not None:
            sums = found.get(line.tax_rate) or TaxTotal(rate=line.tax_rate, net=Decimal(0), tax=Decimal(0))
            found[line.tax_rate] = TaxTotal(rate=sums.rate, net=sums.net + line.net, tax=sums.tax + line.tax)
    return tuple(found.values())


def _rounding_line(position: int, amount: Decimal) -> Line:
    """Untaxed: what a sum was rounded by is no sale."""
    return Line(
        position=position, kind=LineKind.FEE, sku=ROUNDING_SKU, name="Rounding", unit_net=amount, unit_gross=amount,
        tax_rate=Decimal(0), net=amount, gross=amount,
    )  # fmt: skip
