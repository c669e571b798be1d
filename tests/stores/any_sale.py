"""One order of any shop: the connector's canonical order, and beside it the figures of the shop's own text.

The figures are read by the generators (`*/any_order.py`) with the standard library alone, never by the mapping.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import HealthCheck, settings

from bridge.domain.contract import Order

# 20 orders of each shop in each run; SALES_PER_SHOP sets another number for the long search.
many_sales = settings(
    max_examples=int(os.environ.get("SALES_PER_SHOP", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@dataclass(frozen=True, slots=True)
class Sale:
    """gross: what the order is worth, gift cards and what was given back later included. goods: SKU to gross.

    line_taxes: the sum of the shop's taxes of lines; a shop that rounds sums only has another tax in all.
    """

    order: Order
    gross: Decimal
    tax: Decimal
    line_taxes: Decimal
    refunded: Decimal = Decimal(0)
    goods: Mapping[str, Decimal] = field(default_factory=dict)
    rounds_pieces: bool = False  # the flow of such a shop says rounded_item = "piece"
