"""An order inside the European Union that was charged no tax because of its buyer says who the buyer is.

Bad: no tax charged to a company in DE (reverse charge), and no tax id in the order. Good: the same with one; no tax
because the parcel leaves the Union; an order whose tax is zero for other reasons.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.countries import EU_MEMBERS
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="tax-id-missing",
    title="Order {order}: no tax was charged, and the buyer's tax id is missing",
    message="Order {order}: {store} charged no tax because of the buyer, who is in {country}, and the order holds no "
    "tax id; the invoice needs one.",
    action="Ask the buyer for the tax id and add it in {store}; if a plugin keeps it, name its field in the store's "
    'settings. To send such orders as they are, add checks_off = ["tax-id-missing"] to the flow in bridge.toml.',
    cause="order:{where}:tax-id-missing",
    meaning="The shop charged no tax because of who the buyer is (reverse charge), and the order holds no tax id.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    order = case.order
    if not order.tax_exempt or order.billing.tax_id.strip() or order.delivery.tax_id.strip():
        return
    if case.country in EU_MEMBERS:
        yield case.problem(KIND, "billing.tax_id", country=case.country)
