"""Every tax code of a line is in maps/tax.csv, by the store's code or by the rate.

Bad: tax class "reduced-rate" at 8% and neither in the map. Good: the row `reduced-rate,B`, or the row `8%,B`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.contract import Line
from bridge.domain.maps import erp_tax_code, tax_key
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="tax-unmapped",
    title="Missing tax mapping for {tax}",
    message="Order {order}, {lines}: missing tax mapping for {tax}.",
    action="Add {tax} to maps/tax.csv. All orders held by it then go on by themselves.",
    cause="tax:{tax}",
    meaning="A line's tax code, and its rate, have no row in maps/tax.csv.",
)
NEITHER = "(no code, no rate)"


def check(case: Case) -> Iterator[Problem]:
    """One problem for each tax code, naming its lines."""
    maps, flow = case.rules.maps, case.rules.flow
    unmapped: dict[str, list[Line]] = {}
    for line in case.lines:
        if erp_tax_code(line, maps, flow) is None:
            unmapped.setdefault(maps.tax.asked(tax_key(line)) or NEITHER, []).append(line)
    for tax, lines in unmapped.items():
        positions = [line.position for line in lines]
        yield case.problem(KIND, line_field(lines[0], "tax_code"), tax=tax, lines=listed(positions))
