"""A quantity that the map converts stays exact.

Bad: 7 eggs, and the map says that 6 eggs are 1 box of the ERP: 7/6 boxes is no decimal number. Good: 12 eggs, which are
2 boxes; 9 eggs, which are 1.5 (whether the ERP can hold a fraction, its field says).
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field
from bridge.domain.kits import entries, quantity_in
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.revision import plain

KIND = ProblemKind(
    code="quantity-inexact",
    title="Order {order}: line {line} cannot be counted in the ERP's article {article}",
    message="Order {order}, line {line}: {quantity} of {sku} cannot be counted in the ERP's article {article}; "
    "by maps/sku.csv {of} of the store's make {times}.",
    action="Correct quantity and store_quantity of {row} in maps/sku.csv, or the quantity in {store}.",
    cause="order:{where}:quantity-inexact:{line}",
    meaning="The map counts a SKU in another quantity, and the result is a number without end.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each line, naming the first article that cannot be counted."""
    for line, entry, span in entries(case.order, case.rules):
        for part in span.parts if span is not None else ():
            if not quantity_in(line, part)[1]:
                of, times = part.quantity.denominator, part.quantity.numerator
                words = {"row": entry.key, "sku": line.sku or entry.key, "article": part.erp_sku}
                counted = {"line": line.position, "quantity": plain(line.quantity), "of": of, "times": times}
                yield case.problem(KIND, line_field(line, "quantity"), **words, **counted)
                break
