"""What the ERP requires is there.

Bad: an order without a delivery city for an ERP that requires one; a shipping line for an ERP that wants an article for
each, and maps/sku.csv has none for shipping. Good: the city is given; there is a row `@shipping`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks import house_number_uncertain
from bridge.domain.checks.case import Case, label, line_field
from bridge.domain.checks.fields import texts
from bridge.domain.maps import ROUNDING_SKU
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import FittedLimit

KIND = ProblemKind(
    code="field-required",
    title="{subject} is missing",
    message="Order {order}: {label} is missing; the ERP requires it.",
    action="{cure}{place}.",
    cause="{missing}",
    meaning="A field that the ERP profile requires is empty.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each required text that is empty or blank."""
    for fitted in case.rules.fitted:
        if not fitted.limit.required or house_number_uncertain.concerns(case, fitted):
            continue
        for path, text in texts(case, fitted):
            if not text or text.isspace():
                place = f" (required by {fitted.limit.place})" if fitted.limit.place else ""
                cure, missing = _cure(case, fitted, path)
                words = {"label": label(path), "place": place, "cure": cure, "missing": missing}
                yield case.problem(KIND, path, path=path, subject=_subject(case, path, missing), **words)


def _subject(case: Case, path: str, missing: str) -> str:
    """What the cause is called: a row of a map that is missing for many orders is no trouble of one of them."""
    if missing.startswith("sku:"):
        return f"The ERP's article for {missing.removeprefix('sku:')} in maps/sku.csv"
    return f"Order {case.order.number}: {label(path)}"


def _cure(case: Case, fitted: FittedLimit, path: str) -> tuple[str, str]:
    """What to do, and the cause: one row of a map cures all orders with a charge that has no article."""
    if fitted.limit.field == "lines.erp_sku":
        line = next(line for line in case.lines if line_field(line, "erp_sku") == path)
        if line.sku == ROUNDING_SKU:
            return f"Add the ERP's article for roundings to maps/sku.csv, under the SKU {line.sku}", f"sku:{line.sku}"
        return f"Add the ERP's article for {line.kind} lines to maps/sku.csv, under the SKU @{line.kind}", (
            f"sku:@{line.kind}"
        )
    where = f"{case.order.store}/{case.order.store_order_id}"
    return f"Add it to the order in {case.order.store}", f"order:{where}:field-required:{path}"
