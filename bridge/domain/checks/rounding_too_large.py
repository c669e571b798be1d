"""The rounding of an order is at most one minor unit for each rounded item, beside what the till rounded cash by.

Bad: two lines and rounding 0.50. Good: two lines and rounding 0.02; one line, paid in cash without coins of a cent, and
rounding 0.02 of which the store says that the till made it (`extra.cash_rounding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.checks.case import Case
from bridge.domain.contract import CASH_ROUNDING, Order
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="rounding-too-large",
    title="Order {order}: rounding of {rounding} {currency} is too large",
    message="Order {order}: the sums differ by a rounding of {rounding} {currency}; "
    "{items} rounded items allow {allowed}.",
    action="Look what the difference is (a fee, a tip, a voucher that the store does not show as a line) and correct "
    "the order in {store}.",
    cause="order:{where}:rounding-too-large",
    meaning="The rounding of an order is more than one minor unit for each rounded item.",
)

_AMOUNT = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,4})?")


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    rounding = case.order.totals.rounding
    if not rounding:
        return
    items = case.rounded_items()
    allowed = items * case.minor
    if abs(rounding - _by_the_till(case.order)) > allowed:
        currency = case.order.currency
        yield case.problem(KIND, "totals.rounding", rounding=rounding, currency=currency, items=items, allowed=allowed)


def _by_the_till(order: Order) -> Decimal:
    """What cash was rounded by, as the store says; 0 where it says nothing, or no number."""
    said = order.extra.get(CASH_ROUNDING, "")
    return Decimal(said) if _AMOUNT.fullmatch(said) else Decimal(0)
