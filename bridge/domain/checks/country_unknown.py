"""Countries are ISO 3166-1 codes of two letters.

Bad: "POLAND", "UK", "EL", or an address without a country. Good: "PL", "GB", "GR".
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.contract import Party
from bridge.domain.countries import COUNTRIES
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="country-unknown",
    title="{heading}",
    message="Order {order}: the {party} country is {what}.",
    action="Correct the country of the {party} address in {store}: two letters by ISO 3166-1 "
    "(Greece is GR, Great Britain GB).",
    cause="{shared}",
    meaning="An address has no country, or one that is not an ISO 3166-1 code.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem for each of the two addresses. An address of which nothing is known is not judged here."""
    order = case.order
    billing, delivery = order.billing, order.delivery
    if billing.country not in COUNTRIES and given(billing):
        yield _problem(case, "billing", billing.country)
    if delivery.country not in COUNTRIES and given(delivery):
        yield _problem(case, "delivery", delivery.country)


def given(party: Party) -> bool:
    """Whether the address names a place at all."""
    return bool(party.street or party.city or party.postal_code or party.country)


def _problem(case: Case, party: str, country: str) -> Problem:
    # Only what looks like a code is shown: buyers' whole addresses have been found in this field.
    # Such a code is one cause, however many orders have it; what is mended in each order is a cause of its own.
    order, path = case.order, f"{party}.country"
    if len(country) <= 3 and country.isalpha():
        words = {"heading": f"{country} in {order.store} is no country", "shared": f"country:{order.store}/{country}"}
        return case.problem(KIND, path, party=party, what=f"{country}, which is not a country", **words)
    heading = f"Order {order.number}: the {party} country is unknown"
    shared = f"order:{order.store}/{order.store_order_id}:country-unknown:{party}"
    what = "not a code" if country else "missing"
    return case.problem(KIND, path, party=party, what=what, heading=heading, shared=shared)
