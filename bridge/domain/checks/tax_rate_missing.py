"""A taxed line has a tax code or a rate: without both, no row of maps/tax.csv can be for it.

Bad: a line with 46.00 of tax whose code and rate are empty. Good: the same with a rate or a code; a line without tax.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.maps import erp_tax_code
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="tax-rate-missing",
    title="Order {order}: tax without a code or a rate",
    message="Order {order}, {lines}: {store} charged tax and says neither its code nor its rate.",
    action="Correct the order in {store}, so that it says the tax rate, and it goes on by itself. Where that cannot be "
    "done there, enter it in the ERP: bridge orders link {id} NUMBER --reason TEXT.",
    cause="order:{where}:tax-rate-missing",
    meaning="A line has tax, and the store says neither a tax code nor a rate.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem, naming every such line. Where the store's codes are the ERP's, none is none."""
    maps, flow = case.rules.maps, case.rules.flow
    bare = (line for line in case.lines if not line.tax_code and line.tax_rate is None)
    found = [line for line in bare if erp_tax_code(line, maps, flow) is None]
    if found:
        positions = listed([line.position for line in found])
        yield case.problem(KIND, line_field(found[0], "tax_rate"), lines=positions, id=case.order.store_order_id)
