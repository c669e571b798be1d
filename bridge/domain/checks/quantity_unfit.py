"""Goods are sold in quantities above zero.

Bad: a product line of 0 or of -1 pieces (a return is no order). Good: 1, 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.revision import plain

KIND = ProblemKind(
    code="quantity-unfit",
    title="Order {order}: line {line} has a quantity of {quantity}",
    message="Order {order}, line {line}: the quantity is {quantity}; the ERP can only deliver more than zero.",
    action="Remove the line in {store}, or correct its quantity.",
    cause="order:{where}:quantity-unfit:{line}",
    meaning="A line of goods has a quantity of zero or below.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each such line."""
    for line in case.needing_article():
        if line.quantity <= 0:
            field = line_field(line, "quantity")
            yield case.problem(KIND, field, line=line.position, quantity=plain(line.quantity))
