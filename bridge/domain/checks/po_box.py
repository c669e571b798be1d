"""A parcel goes to a door: where carriers hand over nowhere else, the delivery address is no post office box.

Bad: "Postfach 1234" in DE, "Skrytka pocztowa 5" in PL. Good: the same as billing address; "PO Box 12" in US or AE,
where the post brings parcels there; a pickup point; "Packstation 123", which is a locker.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.addresses.boxes import carriers_refuse_boxes, is_box
from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="po-box",
    title="Order {order}: the delivery address is a post office box",
    message="Order {order}: the delivery address is a post office box; carriers in {country} bring nothing there.",
    action="Ask the buyer for a street and correct the delivery address in {store}. To send such orders as they are, "
    'add checks_off = ["po-box"] to the flow in bridge.toml.',
    cause="order:{where}:po-box",
    meaning="The delivery address is a post office box in a country whose carriers need a door.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem. A box beside a street is for letters, and no problem."""
    delivery = case.delivery
    if case.order.pickup_point_id or not delivery.country:
        return
    place = delivery.street or delivery.extra
    if place and is_box(place, delivery.country) and carriers_refuse_boxes(delivery.country):
        yield case.problem(KIND, "delivery.street", country=delivery.country)
