"""A text has the form that the ERP's field wants.

Bad: a customer code "ab 12" for a field of capital letters and digits. Good: "AB12". An empty text is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="field-pattern",
    title="Order {order}: {label} has the wrong form",
    message="Order {order}: {label} has a form that the ERP does not take; it wants {words}.",
    action="Correct it in {store}{place}.",
    cause="order:{where}:field-pattern:{path}",
    meaning="A field does not match the pattern that the ERP profile states for it.",
)

TRIED_MAX = 10_000  # characters; a longer text fits no pattern, for some take the square of the length


def check(case: Case) -> Iterator[Problem]:
    """One problem for each text that does not match."""
    for fitted in case.rules.fitted:
        if fitted.pattern is None:
            continue
        for path, text in texts(case, fitted):
            if text and (len(text) > TRIED_MAX or not fitted.pattern.fullmatch(text)):
                limit = fitted.limit
                words = limit.pattern_words or f"the pattern {limit.pattern}"
                place = f" (required by {limit.place})" if limit.place else ""
                yield case.problem(KIND, path, label=label(path), path=path, words=words, place=place)
