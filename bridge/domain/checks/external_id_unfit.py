"""The external id comes back from the ERP as it went out.

Bad: an id with a blank at its end, with a line break, or with an accent that the profile folds (two orders could then
get the same id). Good: "10452", "SHOP-10452", "gid://shopify/Order/5871".
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.characters import first_refused
from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="external-id-unfit",
    title="Order {order}: its external id would not come back as it went out",
    message="Order {order}: its external id {what}, so the ERP's answer could not be joined to the order.",
    action="Change external_id of the flow in bridge.toml to a pattern whose ids are plain, for example "
    "one with {{store_order_id}} in place of {{order_number}}.",
    cause="external-id:{where}",
    meaning="An external id is empty, holds blanks or what the file cannot carry, or the profile changes it.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    what = _unfit(case)
    if what:
        yield case.problem(KIND, "external_id", what=what)


def _unfit(case: Case) -> str:
    external_id = case.external_id
    if not external_id:
        return "is empty"
    if not external_id.isprintable() or external_id != external_id.strip():
        return "begins or ends with a blank, or holds a control character"
    if case.rules.prepared(external_id) != external_id:
        return "is changed by the profile's rules for characters"
    if refused := first_refused(external_id, case.rules.characters):
        medium = case.rules.characters.medium or case.rules.characters.encoding
        character = f"{refused.code_point} ({refused.name})" if refused.name else refused.code_point
        return f"holds {character} at position {refused.position}, which a file in {medium} cannot carry"
    return ""
