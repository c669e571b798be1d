"""The postal code has the form of its country.

Bad: "1234" in PL, "1067" in DE, none where the country has codes. Good: "31-147", "31147" (it goes out as 31-147),
"SW1A1AA" in GB, none in HK. Only the delivery address is judged, and none that is not used because the parcel goes to a
pickup point.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.addresses.postal_codes import postal_form, usual_form
from bridge.domain.checks.case import Case
from bridge.domain.checks.country_unknown import given
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="postal-code",
    title="Order {order}: the delivery postal code does not fit {country}",
    message="Order {order}: the delivery postal code {what}; in {country} it looks like {example}.",
    action="Correct the postal code of the delivery address in {store}. To accept such codes, add "
    'checks_off = ["postal-code"] to the flow in bridge.toml.',
    cause="order:{where}:postal-code",
    meaning="The delivery address has no postal code, or one that its country does not use.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    order = case.order
    delivery = order.delivery
    form = postal_form(delivery.country)
    if form is None or not form.wanted or order.pickup_point_id:
        return
    code = delivery.postal_code.strip()
    if form.pattern.fullmatch(usual_form(code, delivery.country)) or not given(delivery):
        return
    what = f"has {len(code)} characters in a form that the country does not use" if code else "is missing"
    words = {"country": delivery.country, "what": what, "example": form.example}
    yield case.problem(KIND, "delivery.postal_code", **words)
