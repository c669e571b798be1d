"""The shipping method is in maps/shipping.csv.

Bad: method "flat_rate:7" and no row for it. Good: the row `flat_rate:7,DPD`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.maps import SHIPPING, erp_method
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="shipping-unmapped",
    title="Missing shipping mapping for {method}",
    message="Order {order}: missing shipping mapping for {method}.",
    action="Add {method} to maps/shipping.csv. All orders held by it then go on by themselves.",
    cause="shipping:{method}",
    meaning="An order's shipping method has no row in maps/shipping.csv.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    method = case.order.shipping_method
    if erp_method(method, SHIPPING, case.rules.maps, case.rules.flow) is None:
        yield case.problem(KIND, "shipping_method", method=case.rules.maps.shipping.asked(method))
