"""For any order that adds up, in any currency, no check of its money speaks; one falsified minor unit is found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.checks.case import Case
from bridge.domain.checks.currency_digits import check as currency_digits
from bridge.domain.checks.rounding_too_large import check as rounding_too_large
from bridge.domain.checks.sums_disagree import check as sums_disagree
from bridge.domain.checks.tax_disagrees import check as tax_disagrees
from bridge.domain.contract import Order
from bridge.domain.money import rounded
from tests.domain.orders import order, rules

CURRENCIES = (("JPY", 0), ("PLN", 2), ("KWD", 3))
RATES = ("0", "0.05", "0.08", "0.23", "0.255")
# Every amount that stands in a sum. The rest (discount, shipping, refunded) is information.
FALSIFIABLE = ("totals.net", "totals.tax", "totals.gross", "totals.paid", "totals.due", "totals.rounding")


@dataclass(frozen=True)
class Sold:
    """An order as a till would print it, and how its amounts are kept."""

    changes: dict[str, Any]
    digits: int


@st.composite
def sold(draw: st.DrawFn) -> Sold:
    """An order whose store rounds each line, or only the sums; paid in full, in part or not at all."""
    currency, digits = draw(st.sampled_from(CURRENCIES))
    nets = draw(st.lists(st.integers(-10_000, 10_000_000), min_size=1, max_size=6))
    rates = [Decimal(draw(st.sampled_from(RATES))) for _ in nets]
    amounts = [Decimal(net).scaleb(-digits) for net in nets]
    taxes = [rounded(net * rate, digits) for net, rate in zip(amounts, rates, strict=True)]
    net, tax = sum(amounts, Decimal(0)), sum(taxes, Decimal(0))
    rounding = Decimal(draw(st.integers(-len(nets), len(nets)))).scaleb(-digits)
    if draw(st.booleans()):  # only the sums are rounded: the store's own tax holds the rounding
        tax_shown, gross = tax + rounding, net + tax + rounding
    else:
        tax_shown, gross = tax, net + tax + rounding
    paid = draw(st.sampled_from([gross, Decimal(0), rounded(gross / 3, digits)]))
    lines = [
        {"position": at, "sku": "007", "tax_rate": str(rate), "net": str(one), "tax": str(due), "gross": str(one + due)}
        for at, (one, rate, due) in enumerate(zip(amounts, rates, taxes, strict=True), start=1)
    ]
    totals = {"net": net, "tax": tax_shown, "gross": gross, "rounding": rounding, "paid": paid, "due": gross - paid}
    shown = {name: str(amount) for name, amount in totals.items()}
    return Sold({"currency": currency, "currency_digits": digits, "lines": lines, "totals": shown}, digits)


def money_problems(one: Order) -> list[str]:
    """The messages of every check of money."""
    case = Case.of(one, rules(), one.store_order_id)
    checks = (sums_disagree, tax_disagrees, rounding_too_large, currency_digits)
    return [problem.message for check in checks for problem in check(case)]


@given(sold())
def test_an_order_that_adds_up_passes_in_any_currency(one: Sold) -> None:
    assert money_problems(order(one.changes)) == []


@given(sold(), st.data())
def test_one_falsified_minor_unit_is_found(one: Sold, data: st.DataObject) -> None:
    lines = one.changes["lines"]
    of_lines = [f"lines.{at}.{name}" for at in range(len(lines)) for name in ("net", "tax", "gross")]
    # With a rounding, the net or tax of sums alone has two right values (rounded per line, or rounded once).
    two_right = ("totals.net", "totals.tax") if Decimal(one.changes["totals"]["rounding"]) else ()
    path = data.draw(st.sampled_from([path for path in (*FALSIFIABLE, *of_lines) if path not in two_right]))
    minor = Decimal(data.draw(st.sampled_from([1, -1]))).scaleb(-one.digits)
    owner, _, name = path.rpartition(".")
    value = one.changes["totals"][name] if owner == "totals" else lines[int(owner.split(".")[1])][name]
    # `order` sets one value after another: the falsified one comes last.
    assert money_problems(order({**one.changes, path: str(Decimal(value) + minor)})) != []
