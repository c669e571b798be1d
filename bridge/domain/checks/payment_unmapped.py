"""The payment method is in maps/payment.csv.

Bad: method "przelewy24" and no row for it. Good: the row `przelewy24,P24`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.maps import PAYMENT, erp_method
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="payment-unmapped",
    title="Missing payment mapping for {method}",
    message="Order {order}: missing payment mapping for {method}.",
    action="Add {method} to maps/payment.csv. All orders held by it then go on by themselves.",
    cause="payment:{method}",
    meaning="An order's payment method has no row in maps/payment.csv.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    method = case.order.payment.method
    if erp_method(method, PAYMENT, case.rules.maps, case.rules.flow) is None:
        yield case.problem(KIND, "payment.method", method=case.rules.maps.payment.asked(method))
