"""A number fits the ERP's field: its digits are counted, without sign and decimal mark.

Bad: a quantity of 1234567.125 for a field of 9 digits. Good: 123456.125.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

# Amounts are written with all minor digits of the currency, whatever the store left out: 5 becomes 5.00.
MONEY = frozenset({"net", "tax", "gross", "discount", "shipping", "rounding", "paid", "due", "refunded"})
KIND = ProblemKind(
    code="number-too-long",
    title="Order {order}: {label} has {digits} digits; the ERP field holds {digits_max}",
    message="Order {order}: {label} has {digits} digits; the ERP field holds {digits_max}.",
    action="Correct it in {store}, or split the order{place}.",
    cause="order:{where}:number-too-long:{path}",
    meaning="An amount, price or quantity has more digits than the ERP's field.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each number with too many digits."""
    for fitted in case.rules.fitted:
        digits_max = fitted.limit.digits_max
        if digits_max is None:
            continue
        for path, text in texts(case, fitted):
            digits = _digits(text, case.order.currency_digits if fitted.name in MONEY else 0)
            if digits > digits_max:
                place = f" (limit of {fitted.limit.place})" if fitted.limit.place else ""
                words = {"label": label(path), "path": path, "digits": digits, "digits_max": digits_max}
                yield case.problem(KIND, path, place=place, **words)


def _digits(text: str, places: int) -> int:
    whole, _, fraction = text.partition(".")
    return sum(character.isdigit() for character in whole) + max(len(fraction), places)
