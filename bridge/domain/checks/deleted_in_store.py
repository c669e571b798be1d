"""An order that the ERP has, and that somebody deleted in the store: a shop that tidies up must cancel nothing.

Bad: a cancellation of an order whose status is "gone". Good: one whose status is "cancelled".
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.contract import GONE
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="deleted-in-store",
    title="Orders were deleted in store {store} that the ERP has",
    message="Order {order} is no longer in store {store}, but the ERP has it.",
    action=(
        "Ask who deleted it. If it is to be cancelled, cancel it in the ERP by hand; "
        "then in both cases: bridge exceptions dismiss ID --reason TEXT."
    ),
    cause="deleted-in-store:{store}",
    meaning="The slow sweep asked for an order by its id, and the store said that it does not exist any more.",
)


def check(case: Case) -> Iterator[Problem]:
    """Asked of cancellations alone: before its export such an order is simply not sent."""
    if case.order.status == GONE:
        yield case.problem(KIND, "status")
