"""Names and addresses are whole: not read in a wrong encoding on their way into the store.

Bad: "MÃ¼ller", "KrakĂłw", "Stra\ufffde". Good: "Müller", "Łódź", "RÓŻA", "ORĂŞTIE". Nothing is mended: a person looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.contract import Party
from bridge.domain.damaged_text import has_remains, is_damaged
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="text-damaged",
    title="Order {order}: {label} is damaged text",
    message="Order {order}: {label} was read in a wrong encoding before it came into {store}: letters of it are "
    "lost or have become pairs of signs.",
    action="Correct it in {store}. If more orders have it, mend the form, plugin or import that writes it there. To "
    'send such orders as they are, add checks_off = ["text-damaged"] to the flow in bridge.toml.',
    cause="order:{where}:text-damaged:{path}",
    meaning="A name or an address holds what is left of letters that were read in a wrong encoding.",
)
_TEXTS = ("company", "first_name", "last_name", "street", "extra", "city")


def check(case: Case) -> Iterator[Problem]:
    """One problem for each such text. Of two equal addresses only the delivery is told."""
    billing, delivery = case.order.billing, case.order.delivery
    yield from _of(case, "delivery", delivery)
    if billing.__dict__ != delivery.__dict__:
        yield from _of(case, "billing", billing)


def _of(case: Case, owner: str, party: Party) -> Iterator[Problem]:
    texts = party.__dict__
    together = f"{party.company} {party.first_name} {party.last_name} {party.street} {party.extra} {party.city}"
    if not has_remains(together):
        return
    for name in _TEXTS:
        if is_damaged(texts[name]):
            path = f"{owner}.{name}"
            yield case.problem(KIND, path, path=path, label=label(path))
