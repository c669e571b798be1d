"""Whatever prices, rates, discounts and currencies a shop has: what its export states is met to the minor unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import Order
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.known import LAYOUTS
from bridge.stores.rows.layout import Plan
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.order import order_of
from tests.stores.folder.sheets import SHOPIFY, SHOPIFY_ORDER

CURRENCIES = {"PLN": 2, "JPY": 0, "KWD": 3}
LAYOUT = LAYOUTS["shopify-export"]


def rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[dict[str, str]], Decimal, Decimal]:
    """Rows as the shop would write them, with its total and its tax, worked out here and not by the code under test."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    digits = CURRENCIES[currency]
    amounts = st.integers(1, 99_999).map(lambda each: Decimal(each).scaleb(-digits))
    lines = draw(st.lists(st.tuples(amounts, st.integers(1, 9)), min_size=1, max_size=8))
    rate = draw(st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.08"), Decimal("0.23"), Decimal("0.0725")]))
    shipping = draw(st.one_of(st.just(Decimal(0)), amounts))
    goods = sum((price * pieces for price, pieces in lines), Decimal(0))
    discount = rounded(goods * draw(st.integers(0, 90)) / 100, digits)
    is_gross = draw(st.booleans())
    taxed = [price * pieces for price, pieces in lines] + [-discount, shipping]
    taxes = [rounded(each * rate / (1 + rate) if is_gross else each * rate, digits) for each in taxed]
    tax = sum(taxes, Decimal(0))
    total = goods - discount + shipping + (0 if is_gross else tax)
    first = {**SHOPIFY_ORDER, "Currency": currency, "Subtotal": str(goods - discount), "Shipping": str(shipping)}
    first |= {"Taxes": str(tax), "Total": str(total), "Discount Amount": str(discount), "Outstanding Balance": "0"}
    first |= {"Tax 1 Name": f"VAT {rate * 100:f}%" if tax else "", "Tax 1 Value": str(tax) if tax else ""}
    rows = []
    for place, (price, pieces) in enumerate(lines):
        own = first if place == 0 else {"Name": "#1001"}
        line = {"Lineitem price": f"{price:f}", "Lineitem quantity": str(pieces), "Lineitem name": "x"}
        rows.append(own | line | {"Lineitem discount": "0", "Lineitem taxable": "true", "Lineitem sku": str(place)})
    return rows, total, tax


@given(exports())
def test_the_lines_make_the_total_and_the_tax_that_the_export_states(
    export: tuple[list[dict[str, str]], Decimal, Decimal],
) -> None:
    rows, total, tax = export
    order = read(rows)
    assert order.totals.gross == total
    assert sum((line.gross for line in order.lines), Decimal(0)) + order.totals.rounding == total
    assert sum((line.tax for line in order.lines), Decimal(0)) == tax == order.totals.tax
    assert all(line.net + line.tax == line.gross for line in order.lines)
    assert order.totals.rounding == 0
    minor = Decimal(1).scaleb(-order.currency_digits)
    for line in order.lines:
        assert line.tax_rate is not None and abs(line.net * line.tax_rate - line.tax) <= minor


def read(rows: list[dict[str, str]]) -> Order:
    plan = Plan(SHOPIFY, LAYOUT)
    cells = [found for row in rows for found in plan.rows([row.get(name, "") for name in SHOPIFY])]
    return order_of(fields_of(cells, LAYOUT, Notation()), "shop")
