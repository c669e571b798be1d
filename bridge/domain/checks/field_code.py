"""A code is one that the ERP knows.

Bad: the unit "box" for an ERP that knows PCE, KGM and MTR. Good: "KGM". An empty text is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

CODES_SHOWN_MAX = 12
KIND = ProblemKind(
    code="field-code",
    title="Order {order}: the ERP does not know the {label}",
    message="Order {order}: {label} is not a code that the ERP knows; it knows {codes}.",
    action="Map it to one of these codes, or correct it in {store}{place}.",
    cause="order:{where}:field-code:{path}",
    meaning="A field has a value that is not in the ERP's list of codes.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each text that is no code of the list."""
    for fitted in case.rules.fitted:
        limit = fitted.limit
        if not limit.codes:
            continue
        for path, text in texts(case, fitted):
            if text and text not in limit.codes:
                place = f" (required by {limit.place})" if limit.place else ""
                yield case.problem(KIND, path, label=label(path), path=path, codes=_shown(limit.codes), place=place)


def _shown(codes: tuple[str, ...]) -> str:
    more = len(codes) - CODES_SHOWN_MAX
    return ", ".join(codes[:CODES_SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")
