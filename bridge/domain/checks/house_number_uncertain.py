"""The ERP wants the house number in a field of its own, and nobody can say for certain which part of the street it is.

Bad: "Lipowa 12 3" or "Osiedle 12" in PL for an ERP with a required house number. Good: "Lipowa 12/3", "3 Maja 5"; the
same streets for an ERP that has one line for street and number.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.addresses.house_numbers import street_parts
from bridge.domain.checks.case import Case
from bridge.domain.contract import Party
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import PARTIES, FittedLimit

KIND = ProblemKind(
    code="house-number-uncertain",
    title="Order {order}: the house number in the {party} street is not certain",
    message="Order {order}: the {party} street holds a number, but it is not certain which part of it is the house "
    "number; the ERP has a required field for it.",
    action="Write the address in {store} as street and number (Polna 7/3), or put the number into its own field "
    "there{place}.",
    cause="order:{where}:house-number-uncertain:{party}",
    meaning="The ERP requires a house number apart from the street, and the street cannot be told apart for certain.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem for each of the two addresses."""
    for fitted in case.rules.fitted:
        if concerns(case, fitted):
            place = f" (required by {fitted.limit.place})" if fitted.limit.place else ""
            yield case.problem(KIND, fitted.limit.field, party=fitted.owner, place=place)


def concerns(case: Case, fitted: FittedLimit) -> bool:
    """Whether the missing house number of this limit is one that stands somewhere in the street."""
    if fitted.name != "house_number" or fitted.owner not in PARTIES or not fitted.limit.required:
        return False
    party: Party = getattr(case, fitted.owner)
    return not party.house_number and street_parts(party.street, party.country).doubtful
