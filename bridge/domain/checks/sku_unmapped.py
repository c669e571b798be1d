"""Every SKU of goods is in maps/sku.csv.

Bad: SKU ABC-123 and no row for it. Good: the row `ABC-123,40017`, or `ABC-*,40017`; or the flow says that
the ERP uses the store's SKUs. One row frees every order that waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.maps import entry_of, erp_sku
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="sku-unmapped",
    title="Missing SKU mapping for {sku}",
    message="Order {order}, {lines}: missing SKU mapping for {sku}.",
    action="Add {sku} to maps/sku.csv. All orders held by it then go on by themselves.",
    cause="sku:{sku}",
    meaning="A line's SKU has no row in maps/sku.csv.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each SKU, naming its lines."""
    maps, flow = case.rules.maps, case.rules.flow
    codes = maps.sku.codes
    unmapped: dict[str, list[int]] = {}
    for line in case.needing_article():
        sku = line.sku
        if not sku or sku in codes:  # nearly all are
            continue
        if erp_sku(line, maps, flow) is None and entry_of(line.kind, sku, maps) is None:
            unmapped.setdefault(sku, []).append(line.position)
    for sku, positions in unmapped.items():
        first = next(line for line in case.lines if line.position == positions[0])
        yield case.problem(KIND, line_field(first, "sku"), sku=sku, lines=listed(positions))
