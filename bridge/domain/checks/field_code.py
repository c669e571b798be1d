"""A code is one that the ERP knows.

Bad: the unit "box" for an ERP that knows PCE, KGM and MTR. Good: "KGM". An empty text is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import FittedLimit

CODES_SHOWN_MAX = 12
# the ERP's codes that a map gives; what is in no map is corrected where the order comes from
_MAP_OF = {"payment.erp_code": "payment", "shipping_erp_code": "shipping", "erp_sku": "sku", "erp_tax_code": "tax"}
# what no person typed, so that it may be shown: one such code is one cause, however many orders have it
_SHARED = {"currency", "unit_code", "erp_tax_code", "payment.erp_code", "shipping_erp_code"}
_COUNTRIES = {"billing.country", "delivery.country"}
SHARED_CODE_LENGTH_MAX = 12
KIND = ProblemKind(
    code="field-code",
    title="{heading}",
    message="Order {order}: {label}{code} is not a code that the ERP knows; it knows {codes}.",
    action="{cure} to one of {codes}{place}.",
    cause="{shared}",
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
                words = {"codes": _shown(limit.codes), "cure": _cure(case, path), "place": place}
                yield case.problem(KIND, path, label=label(path), **words, **_cause(case, fitted, path, text))


def _cause(case: Case, fitted: FittedLimit, path: str, text: str) -> dict[str, str]:
    """What is mended at once: the code in all orders, or a text that may be a person's in this one."""
    order, name = case.order, fitted.name if fitted.owner == "lines" else path
    if not _may_be_shown(name, text):
        shared = f"order:{order.store}/{order.store_order_id}:field-code:{path}"
        return {
            "code": "",
            "heading": f"Order {order.number}: the ERP does not know the {label(path)}",
            "shared": shared,
        }
    where = "maps" if name in _MAP_OF else order.store
    heading = f"The ERP does not know the {label(name)} {text}"
    return {"code": f" {text}", "heading": heading, "shared": f"code:{where}/{name}:{text}"}


def _may_be_shown(name: str, text: str) -> bool:
    if name in _COUNTRIES:
        return len(text) <= 3 and text.isalpha()
    return name in _SHARED and len(text) <= SHARED_CODE_LENGTH_MAX


def _cure(case: Case, path: str) -> str:
    found = _MAP_OF.get(path.rpartition("].")[2] or path)
    return f"Map it in maps/{found}.csv" if found else f"Correct it in {case.order.store}"


def _shown(codes: tuple[str, ...]) -> str:
    more = len(codes) - CODES_SHOWN_MAX
    return ", ".join(codes[:CODES_SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")
