"""The lines that go to one ERP: kits and gifts by the flow's policy, the rounding as the profile holds it."""

from __future__ import annotations

from decimal import Decimal

from bridge.domain.bundles import lines_to_send
from bridge.domain.contract import Line, LineKind, Order, Totals
from bridge.domain.maps import ROUNDING_SKU
from bridge.domain.rules import Rules


def travelling(order: Order, rules: Rules) -> tuple[Line, ...]:
    """The order's lines as they travel: an ERP without a field for the rounding gets it as one line more."""
    lines = lines_to_send(order, rules.flow)
    if not (rules.rounding_as_line and order.totals.rounding):
        return lines
    last = max((line.position for line in order.lines), default=0)
    return (*lines, _rounding_line(last + 1, order.totals.rounding))


def with_travelling_lines(order: Order, rules: Rules) -> Order:
    """The order as it travels. A rounding that became a line is no longer beside the lines: net + tax make gross."""
    lines = travelling(order, rules)
    if lines is order.lines:
        return order
    return order.model_copy(update={"lines": lines, "totals": _totals(order.totals, rules)})


def _totals(totals: Totals, rules: Rules) -> Totals:
    if not (rules.rounding_as_line and totals.rounding):
        return totals
    return totals.model_copy(update={"rounding": Decimal(0), "net": totals.gross - totals.tax})


def _rounding_line(position: int, amount: Decimal) -> Line:
    """Untaxed: what a sum was rounded by is no sale."""
    return Line(
        position=position, kind=LineKind.FEE, sku=ROUNDING_SKU, name="Rounding", unit_net=amount, unit_gross=amount,
        tax_rate=Decimal(0), net=amount, gross=amount,
    )  # fmt: skip
