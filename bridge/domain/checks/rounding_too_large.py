"""The rounding of an order is at most one minor unit for each rounded item.

Bad: two lines and rounding 0.50. Good: two lines and rounding 0.02.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="rounding-too-large",
    title="Order {order}: rounding of {rounding} {currency} is too large",
    message="Order {order}: the sums differ by a rounding of {rounding} {currency}; "
    "{items} rounded items allow {allowed}.",
    action="Look what the difference is (a fee, a tip, a voucher that the store does not show as a line) and correct "
    "the order in {store}.",
    cause="order:{where}:rounding-too-large",
    meaning="The rounding of an order is more than one minor unit for each rounded item.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    rounding = case.order.totals.rounding
    if not rounding:
        return
    items = case.rounded_items()
    allowed = items * case.minor
    if abs(rounding) > allowed:
        currency = case.order.currency
        yield case.problem(KIND, "totals.rounding", rounding=rounding, currency=currency, items=items, allowed=allowed)
