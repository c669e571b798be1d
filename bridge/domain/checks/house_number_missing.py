"""Where house numbers are customary, the delivery address has one: in its own field, in the street, or beside it.

Bad: "Lipowa" in PL. "Straße des 17. Juni" in DE. Good: "Lipowa 12", "3 Maja 5", "Wola 12", a parcel
locker, "Calle Mayor s/n" in ES, where that says that the house has none.
When in doubt there is one: a wrong alarm holds an order that the carrier would have delivered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bridge.domain.addresses.boxes import is_box_or_locker
from bridge.domain.addresses.house_numbers import street_parts
from bridge.domain.checks.case import Case
from bridge.domain.contract import Party
from bridge.domain.countries import HOUSE_NUMBERS
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="house-number-missing",
    title="Order {order}: the delivery address has no house number",
    message="Order {order}: the delivery address has no house number; carriers in {country} need one.",
    action="Ask the buyer and add the house number in {store}. To send such orders as they are, add "
    'checks_off = ["house-number-missing"] to the flow in bridge.toml.',
    cause="order:{where}:house-number-missing",
    meaning="A delivery address in a country of house numbers has none.",
)

# A number that belongs to a street's name: "17." in "Straße des 17. Juni", "10-ciu" in "Plac 10-ciu".
_OF_A_NAME = re.compile(r"\b\d+(\.\s+[^\W\d]|-[^\W\d]{2,})")
_DIGIT = re.compile(r"\d")


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    order = case.order
    delivery = order.delivery
    if delivery.country not in HOUSE_NUMBERS or not delivery.street or order.pickup_point_id:
        return
    if not _has_number(delivery):
        yield case.problem(KIND, "delivery.house_number", country=delivery.country)


def _has_number(party: Party) -> bool:
    if party.house_number or _DIGIT.search(party.extra) or _DIGIT.search(party.flat):
        return True
    if _DIGIT.search(_OF_A_NAME.sub("", party.street)) or is_box_or_locker(party.street, party.country):
        return True
    return street_parts(party.street, party.country).certain  # s/n, bb: said in full that there is none
