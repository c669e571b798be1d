"""What the ERP requires is there.

Bad: an order without a delivery city for an ERP that requires one. Good: the city is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="field-required",
    title="Order {order}: {label} is missing",
    message="Order {order}: {label} is missing; the ERP requires it.",
    action="Add it to the order in {store}{place}.",
    cause="order:{where}:field-required:{path}",
    meaning="A field that the ERP profile requires is empty.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each required text that is empty or blank."""
    for fitted in case.rules.fitted:
        if not fitted.limit.required:
            continue
        for path, text in texts(case, fitted):
            if not text or text.isspace():
                place = f" (required by {fitted.limit.place})" if fitted.limit.place else ""
                yield case.problem(KIND, path, label=label(path), path=path, place=place)
