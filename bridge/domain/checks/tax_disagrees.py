"""A line's tax must be its net times its rate, within one minor unit for each rounded item, and for each refund of it.

Bad: net 100.00, rate 23%, tax 8.00. Good: net 8.12, rate 23%, tax 1.88 (1.8676; the store worked back from the gross).
A line without a stated rate is not judged: a rate that we derived from the amounts would always agree.
Where prices hold the tax, the net is what the rounded tax leaves of the price: what the tax lost, the net has won, so
that the two are apart by the minor unit and its own tax. Of a line with two rates, each rounded, that is reached:
347 JPY at 5.5% and 9.975% on top of it are 300 net with taxes of 16 and 31.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field
from bridge.domain.maps import percent
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="tax-disagrees",
    title="Order {order}: the tax of line {line} does not fit its rate",
    message="Order {order}, line {line}: {rate} of {net} is {expected}, the store says {tax} {currency}.",
    action='Correct the line or its tax rate in {store}. If the store rounds each piece, set rounded_item = "piece" '
    "in the flow in bridge.toml.",
    cause="order:{where}:tax-disagrees:{line}",
    meaning="A line's tax differs from net times rate by more than one minor unit for each rounded item.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each line whose tax does not fit."""
    minor = case.minor
    for line in case.order.lines:
        rate = line.tax_rate
        if rate is None:
            continue
        off = line.net * rate - line.tax
        if -minor <= off <= minor:
            continue
        if abs(off) <= minor * case.roundings(line) * (1 + abs(rate)):
            continue
        expected = (line.net * rate).quantize(minor)
        yield case.problem(
            KIND,
            line_field(line, "tax"),
            line=line.position,
            rate=percent(rate),
            net=line.net,
            expected=expected,
            tax=line.tax,
            currency=case.order.currency,
        )
