"""An order has at least one line.

Bad: an order of which the store sends totals alone. Good: one product line.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="no-lines",
    title="Order {order} has no lines",
    message="Order {order} has no lines, so there is nothing that the ERP could deliver.",
    action="Look at the order in {store}: add its lines, or cancel it.",
    cause="order:{where}:no-lines",
    meaning="The store sent an order without any line.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    if not case.order.lines:
        yield case.problem(KIND, "lines")
