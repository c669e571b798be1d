"""The tax of a kit is what the tax rates of its parts in the map make of it.

Bad: a kit sold at 23% for 100.00 net, and the map says that 40.00 of it is a book at 5% and 60.00 a lamp at 23%: the
customer paid 23.00 of tax, the parts make 15.80. Good: the store charged 15.80; or the map gives no tax rates.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, pieces
from bridge.domain.kits import entries, tax_by_parts
from bridge.domain.policies import RoundedItem
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="kit-tax-unfit",
    title="The tax of {row} does not fit its parts in maps/sku.csv",
    message="Order {order}, line {line}: the store charged a tax of {tax} {currency} for {sku}; "
    "by maps/sku.csv its parts make {due}.",
    action="Correct net and tax_rate of the rows of {row} in maps/sku.csv, or the tax of {sku} in {store}.",
    cause="kit-tax:{row}",
    meaning="A kit is mapped to parts with tax rates of their own, and the store charged another tax.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each such line."""
    digits, by_piece = case.order.currency_digits, case.rules.flow.rounded_item == RoundedItem.PIECE
    for line, entry, span in entries(case.order, case.rules):
        if span is None or len(span.parts) == 1:
            continue
        due = tax_by_parts(line, span.parts, digits, pieces(line) if by_piece else 0)
        if due is not None:
            words = {"line": line.position, "row": entry.key, "sku": line.sku or entry.key}
            money = {"tax": line.tax, "due": due, "currency": case.order.currency}
            yield case.problem(KIND, line_field(line, "tax"), **words, **money)
