"""Whatever prices, rates, discounts and currencies a shop has: what its export states is met to the minor unit."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from tests.stores.rows.any_order import exports, read


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
