"""Amounts are whole minor units of the order's currency, as the store uses it.

Bad: 12.345 PLN with two digits, 1200.50 JPY with none. Good: 12.34 PLN, 1200 JPY, 1.234 KWD with three.
Unit prices may be finer: they are derived, and never summed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="currency-digits",
    title="Order {order}: an amount is finer than {currency} allows",
    message="Order {order}: {name} is {amount} {currency}, finer than the {digits} digits that {store} uses.",
    action="Set the number of decimals of {currency} in {store} to what its prices have. Of a folder or a database, "
    "the column currency_digits (or defaults) tells that number.",
    cause="order:{where}:currency-digits:{name}",
    meaning="An amount holds a fraction of the currency's smallest unit, so that no file could carry it exactly.",
)
_TOTALS = ("net", "tax", "gross", "discount", "shipping", "paid", "due", "refunded")
_LINE = ("net", "tax", "gross", "discount")


def check(case: Case) -> Iterator[Problem]:
    """One problem for each amount that is too fine."""
    minor, digits = case.minor, case.order.currency_digits
    totals = case.order.totals.__dict__
    for name in _TOTALS:
        amount: Decimal = totals[name]
        if not amount.same_quantum(minor) and _finer(amount, digits):  # most have exactly the currency's digits
            yield _problem(case, f"totals.{name}", amount)
    for line in case.order.lines:
        amounts = line.__dict__
        for name in _LINE:
            amount = amounts[name]
            if not amount.same_quantum(minor) and _finer(amount, digits):
                yield _problem(case, f"lines[{line.position}].{name}", amount)


def _finer(amount: Decimal, digits: int) -> bool:
    """Whether the amount holds a fraction of the currency's smallest unit; 12.300 with two digits does not."""
    scaled = amount.scaleb(digits)
    return scaled != scaled.to_integral_value()


def _problem(case: Case, field: str, amount: Decimal) -> Problem:
    order = case.order
    digits = order.currency_digits
    return case.problem(KIND, field, name=field, amount=amount, currency=order.currency, digits=digits)
