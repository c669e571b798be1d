"""A number has no more decimal places than the ERP's field: none is rounded on its way.

Bad: a quantity of 0.3333 for a field of three places. Good: 0.3330.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="number-too-fine",
    title="Order {order}: {label} has more decimal places ({decimals}) than the ERP field ({decimals_max})",
    message="Order {order}: {label} has more decimal places ({decimals}) than the ERP field ({decimals_max}).",
    action="Correct it in {store}; or raise the limit if the ERP's field holds more{place}; "
    "or have the profile round it with rounded = true.",
    cause="order:{where}:number-too-fine:{path}",
    meaning="A quantity or price is finer than the ERP's field, and nobody said that it may be rounded.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each number with too many decimal places."""
    for fitted in case.rules.fitted:
        decimals_max = fitted.limit.decimals_max
        if decimals_max is None:
            continue
        for path, text in texts(case, fitted):
            decimals = len(text.partition(".")[2].rstrip("0"))
            if decimals > decimals_max:
                told = ", ".join(filter(None, (fitted.limit.place, fitted.limit.source)))
                place = f" ({told})" if told else ""
                words = {"label": label(path), "path": path, "decimals": decimals, "decimals_max": decimals_max}
                yield case.problem(KIND, path, place=place, **words)
