"""The currency is an ISO 4217 code of three capital letters.

Bad: "zł", "pln", none. Good: "PLN", "JPY".
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="currency-unknown",
    title="The currency in {store} is {shown}, no ISO 4217 code",
    message="Order {order}: the currency is {shown}, not an ISO 4217 code of three capital letters.",
    action="Set the currency's code in {store}.",
    cause="currency:{store}/{shown}",
    meaning="An order's currency is not written as an ISO 4217 code.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    currency = case.order.currency
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        yield case.problem(KIND, "currency", shown=f'"{currency[:8]}"' if currency else "missing")
