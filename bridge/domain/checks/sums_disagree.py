"""The order's sums must add up: each line, the lines to the totals, the tax by rate, and what is left to pay.

Bad: lines of 100.00 and 15.00, total 115.01, rounding 0.00. Good: the same with total 115.00, or with rounding 0.01.
Two ways of rounding are right: each line rounded (totals are the lines' sums, rounding stands beside them), or only the
sums rounded (net + tax is the total, and rounding says by how much the lines miss it). What fits neither waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.checks.case import Case, line_field
from bridge.domain.contract import Line, Totals
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="sums-disagree",
    title="Order {order}: the sums disagree",
    message="Order {order}: {what}.",
    action="Compare the order with what the customer paid and correct it in {store}. "
    "If a gift card or store credit paid the difference, name where its plugin keeps it in the store's keys in "
    "bridge.toml (the store's page of the manual lists them). "
    "If the store shows the right sums otherwise, its connector reads them wrongly: "
    "send the order's original from the archive to the maintainers.",
    cause="order:{where}:sums-disagree:{part}",
    meaning="Amounts of an order do not add up: within a line, from the lines to the totals, or to what is due.",
)
_ZERO = Decimal(0)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each sum that is wrong."""
    net = tax = gross = _ZERO
    for line in case.order.lines:
        net += line.net
        tax += line.tax
        gross += line.gross
        if line.net + line.tax != line.gross:
            yield _line_problem(case, line)
    totals = case.order.totals
    if gross + totals.rounding != totals.gross:
        what = f"the lines' gross amounts{_plus(totals.rounding)} make {gross + totals.rounding}"
        yield _problem(case, f"{what}, the order says {totals.gross}", "totals.gross")
    if (totals.net != net or totals.tax != tax) and not _only_sums_rounded(totals, net, tax):
        yield from _net_and_tax(case, totals, net, tax)
    elif totals.by_rate:
        yield from _by_rate(case, totals, tax)
    if totals.gross - totals.paid != totals.due:
        what = f"{totals.gross} less {totals.paid} paid leaves {totals.gross - totals.paid}"
        yield _problem(case, f"{what}, the order says {totals.due}", "totals.due")


def _only_sums_rounded(totals: Totals, net: Decimal, tax: Decimal) -> bool:
    """The store rounds sums only: its net and tax make its total; each misses the lines by part of the rounding."""
    if totals.net + totals.tax != totals.gross:
        return False
    missed = (totals.net - net, totals.tax - tax)
    return sum(missed) == totals.rounding and (min(missed) >= 0 or max(missed) <= 0)


def _by_rate(case: Case, totals: Totals, tax: Decimal) -> Iterator[Problem]:
    """The tax by rate is complete only where the store states the rate of every taxed line."""
    by_rate = sum((part.tax for part in totals.by_rate), _ZERO)
    if by_rate in (totals.tax, tax) or any(line.tax and line.tax_rate is None for line in case.order.lines):
        return
    yield _problem(case, f"the tax by rate makes {by_rate}, the order says {totals.tax}", "totals.by_rate")


def _net_and_tax(case: Case, totals: Totals, net: Decimal, tax: Decimal) -> Iterator[Problem]:
    if totals.net != net:
        yield _problem(case, f"the lines' net amounts make {net}, the order says {totals.net}", "totals.net")
    if totals.tax != tax:
        yield _problem(case, f"the lines' taxes make {tax}, the order says {totals.tax}", "totals.tax")


def _line_problem(case: Case, line: Line) -> Problem:
    sum_of = f"net {line.net} and tax {line.tax} make {line.net + line.tax}"
    what = f"line {line.position}: {sum_of}, the line says {line.gross}"
    return _problem(case, what, line_field(line, "gross"))


def _problem(case: Case, what: str, field: str) -> Problem:
    return case.problem(KIND, field, what=f"{what} {case.order.currency}", part=field)


def _plus(rounding: Decimal) -> str:
    return f" and rounding {rounding}" if rounding else ""
