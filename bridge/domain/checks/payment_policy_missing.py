"""The flow says what has to be true of the money, for the order's payment method.

Bad: [flows.shop.payment] names "blik" and "cod", the order is paid by "klarna". Good: a line for "klarna" or "*"; or
an order that costs nothing and so names no method.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="payment-policy-missing",
    title="No payment policy for {method}",
    message="Order {order}: the flow says nothing about payment method {method}, "
    "so nobody knows whether it may go unpaid.",
    action='Add {key} (or "*" for every other method) to [flows.{flow}.payment] in bridge.toml: prepaid, '
    "authorized, cash_on_delivery, bank_transfer, on_account or skip.",
    cause="payment-policy:{method}",
    meaning="A flow lists payment policies, and none of them is for the order's method.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    order, flow = case.order, case.rules.flow
    method = order.payment.method
    if flow.payment_policy(method) is None and (method or order.totals.due > 0):
        words = {"method": method or "(none)", "key": method or '""'}
        yield case.problem(KIND, "payment.method", flow=flow.name or "NAME", **words)
