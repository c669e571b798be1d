"""A phone that the ERP requires is one: a number that can exist in the address's country, or one with its sign (+48).

Bad: "123", "brak" or "600 100 20" for an ERP that requires a phone. Good: "600 100 200", "(022) 123 45 67",
"+49 30 123456"; anything at all for an ERP that can do without. No number is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.addresses.phones import read_phone
from bridge.domain.checks.case import Case
from bridge.domain.contract import Party
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import PARTIES

KIND = ProblemKind(
    code="phone",
    title="Order {order}: the {party} phone cannot be a phone",
    message="Order {order}: the {party} phone ({length} characters) is no number that can exist in {country}; the ERP "
    "requires a phone.",
    action="Ask the buyer and correct the phone in {store}. To send such orders as they are, add "
    'checks_off = ["phone"] to the flow in bridge.toml.',
    cause="order:{where}:phone:{party}",
    meaning="The ERP requires a phone, and the order has a text there that can be none.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem for each party. A phone that is missing is the required field's problem."""
    for fitted in case.rules.fitted:
        if fitted.name != "phone" or fitted.owner not in PARTIES or not fitted.limit.required:
            continue
        party: Party = getattr(case, fitted.owner)
        country = party.country or case.delivery.country or case.billing.country
        if party.phone.strip() and not read_phone(party.phone, country).international:
            words = {"party": fitted.owner, "length": len(party.phone), "country": country or "any country"}
            yield case.problem(KIND, fitted.limit.field, **words)
