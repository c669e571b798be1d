"""A code is one that the ERP knows.

Bad: the unit "box" for an ERP that knows PCE, KGM and MTR. Good: "KGM". An empty text is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

CODES_SHOWN_MAX = 12
# the ERP's codes that a map gives; what is in no map is corrected where the order comes from
_MAP_OF = {"payment.erp_code": "payment", "shipping_erp_code": "shipping", "erp_sku": "sku", "erp_tax_code": "tax"}
KIND = ProblemKind(
    code="field-code",
    title="Order {order}: the ERP does not know the {label}",
    message="Order {order}: {label} is not a code that the ERP knows; it knows {codes}.",
    action="{cure} to one of {codes}{place}.",
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
                codes, cure = _shown(limit.codes), _cure(case, path)
                yield case.problem(KIND, path, label=label(path), path=path, codes=codes, place=place, cure=cure)


def _cure(case: Case, path: str) -> str:
    found = _MAP_OF.get(path.rpartition("].")[2] or path)
    return f"Map it in maps/{found}.csv" if found else f"Correct it in {case.order.store}"


def _shown(codes: tuple[str, ...]) -> str:
    more = len(codes) - CODES_SHOWN_MAX
    return ", ".join(codes[:CODES_SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")
