"""Whatever a Magento shop sells: the lines and the rounding make its total, and no check finds a wrong sum."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from bridge.domain.money import minor_unit
from tests.stores.magento.any_order import mapped, shop_sales


@given(shop_sales())
def test_lines_make_the_total_to_the_minor_unit(sale: dict[str, Any]) -> None:
    order = mapped(sale)
    minor = minor_unit(order.currency_digits)
    assert sum((line.gross for line in order.lines), Decimal(0)) == order.totals.gross
    assert (order.totals.rounding, order.totals.gross - order.totals.paid) == (Decimal(0), order.totals.due)
    assert sum((line.net for line in order.lines), Decimal(0)) == order.totals.net
    assert sum((line.tax for line in order.lines), Decimal(0)) == order.totals.tax
    assert all(line.net + line.tax == line.gross for line in order.lines)
    assert all(amount == amount.quantize(minor) for line in order.lines for amount in (line.net, line.tax, line.gross))


@given(shop_sales())
def test_each_tax_fits_its_rate(sale: dict[str, Any]) -> None:
    """Also where the shop taxes before discounts: then the discount is a line of its own."""
    order = mapped(sale)
    minor = Decimal("0.01")
    wrong = [
        (line.net, line.tax, line.tax_rate)
        for line in order.lines
        if line.tax_rate is not None and line.sku != "" and abs(line.net * line.tax_rate - line.tax) > minor
    ]
    assert wrong == []


@pytest.mark.parametrize("rate", ["1", "4.2569", "0.2345"])
def test_the_base_money_misses_its_total_by_rounding_only(rate: str) -> None:
    sale = {"items": [{"price": "33.33", "qty": 3}, {"price": "1.01", "tax_percent": "8"}], "base_to_order_rate": rate}
    order = mapped(sale, "shop")
    gap = order.totals.gross - sum((line.gross for line in order.lines), Decimal(0))
    assert gap == order.totals.rounding
    assert abs(gap) <= Decimal("0.03")
