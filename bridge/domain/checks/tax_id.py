"""A company's tax id has the form and the check digit of its country.

Bad: "5260001247" in PL (the check digit is 6). Good: "PL5260001246", "NIP 526-000-12-46", "EL094259216" for GR, the id
of another country of the European Union. Only the bill of a company, or of a buyer who is charged no tax, is judged,
and only where the country's rule is known. No register is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.tax_numbers import invalid_because

KIND = ProblemKind(
    code="tax-id",
    title="Order {order}: the tax id is not valid in {country}",
    message="Order {order}: the tax id of the billing company ({length} characters) is not valid in {country}: {why}.",
    action="Ask the company for its tax id and correct it in {store}. To send such orders as they are, add "
    'checks_off = ["tax-id"] to the flow in bridge.toml.',
    cause="order:{where}:tax-id",
    meaning="A company gave a tax id that its country cannot have issued: wrong length, form or check digit.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    billing = case.order.billing
    if not (billing.tax_id and (billing.company or case.order.tax_exempt)):
        return
    why = invalid_because(billing.tax_id, billing.country)
    if why:
        yield case.problem(KIND, "billing.tax_id", country=billing.country, length=len(billing.tax_id), why=why)
