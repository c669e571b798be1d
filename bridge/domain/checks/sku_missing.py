"""Every line of goods has a SKU.

Bad: a product line whose SKU is empty (the product was deleted, or never had one). Good: "ABC-123", "007".
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.maps import map_key
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="sku-missing",
    title="Order {order}: goods without a SKU",
    message="Order {order}, {lines}: no SKU, so the ERP cannot tell what was sold.",
    action="Give the product, or the order's line, a SKU in {store}. To send all goods without one as one article, add "
    "the row ,ARTICLE, to maps/sku.csv. To let only this order go, enter it in the ERP: bridge orders link {id} NUMBER "
    "--reason TEXT.",
    cause="order:{where}:sku-missing",
    meaning="A line of goods has no SKU.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem, naming every such line. A map may name the empty SKU on purpose, and `@service`."""
    maps = case.rules.maps
    missing = [line for line in case.needing_article() if not (line.sku or maps.knows(map_key(line.kind, "", maps)))]
    if missing:
        positions = [line.position for line in missing]
        yield case.problem(KIND, line_field(missing[0], "sku"), lines=listed(positions), id=case.order.store_order_id)
