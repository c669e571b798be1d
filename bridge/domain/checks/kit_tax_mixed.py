"""A kit that travels otherwise than the store has it keeps a tax rate that is true.

Bad: kit = "bundle", and the kit holds a book at 5% and a lamp at 23%: no single rate is true for one line.
Good: both at 23%; or kit = "separate", under which every line keeps its own rate.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.bundles import kits_of_mixed_tax
from bridge.domain.checks.case import Case, line_field
from bridge.domain.maps import percent
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="kit-tax-mixed",
    title="Order {order}: a kit holds tax rates that cannot travel together",
    message="Order {order}, line {line}: the {what} holds the tax rates {rates}, which cannot travel as {policy}.",
    action='Set {what} = "separate" in the flow in bridge.toml, or sell such goods in {store} without a {what}.',
    cause="order:{where}:kit-tax-mixed:{line}",
    meaning="The flow's kit policy would put goods of different tax rates into one line.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each such kit."""
    for kit, policy, rates in kits_of_mixed_tax(case.order, case.rules.flow):
        *first, last = ("unknown" if rate is None else percent(rate) for rate in rates)
        shown = f"{', '.join(first)} and {last}"
        words = {"line": kit.position, "rates": shown, "policy": policy, "what": kit.kind}
        yield case.problem(KIND, line_field(kit, "tax_rate"), **words)
