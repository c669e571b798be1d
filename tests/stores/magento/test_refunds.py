"""What a credit memo gave back is taken off an order exactly, before the ERP has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import Order
from bridge.domain.refunds import reduced
from tests.stores.magento.shops import Magento

FREE = {"amount": "0", "method": "freeshipping_freeshipping", "tax_percent": "0"}
CUPS = {"sku": "A", "price": "12.30", "qty": 3}
KIT = {
    "sku": "KIT",
    "type": "bundle",
    "price": "0",
    "qty": 2,
    "children": [
        {"sku": "K1", "price": "12.30", "qty": 2},
        {"sku": "K2", "price": "1.08", "qty": 4, "tax_percent": "8"},
    ],
}
FIXED = {"sku": "FIX", "type": "bundle", "price": "61.50", "qty": 2, "children": [{"sku": "F1", "qty": 2}]}
HOODIE = {"sku": "H", "type": "configurable", "price": "24.60", "qty": 2, "children": [{"sku": "H", "qty": 2}]}


def left(shop: Magento, order: dict[str, Any], back: dict[str, int], **amounts: str) -> Order:
    """The order as it goes after a refund of some pieces."""
    placed = shop.place_as(order)
    shop.shop.pay(placed)
    shop.shop.refund(placed, back, **amounts)
    told = shop.told(placed)
    less = reduced(told)
    assert isinstance(less, Order), less
    assert less.totals.gross == told.totals.gross - told.totals.refunded
    assert sum((line.gross for line in less.lines), Decimal(0)) + less.totals.rounding == less.totals.gross
    return less


def quantities(order: Order) -> list[tuple[str, Decimal, Decimal]]:
    return [(line.sku, line.quantity, line.gross) for line in order.lines]


@pytest.mark.parametrize("inclusive", [True, False])
def test_pieces_of_a_line(shop: Magento, inclusive: bool) -> None:
    less = left(shop, {"prices_include_tax": inclusive, "items": [CUPS]}, {"A": 1})
    assert [quantity for _, quantity, _ in quantities(less)] == [Decimal(2), Decimal(1)]


def test_a_line_that_went_back_whole_and_the_shipping(shop: Magento) -> None:
    less = left(shop, {"items": [CUPS, {"sku": "B", "price": "1.23"}]}, {"A": 3}, shipping="12.30")
    assert quantities(less) == [("B", Decimal(1), Decimal("1.23"))]


def test_one_of_two_kits_with_its_parts(shop: Magento) -> None:
    less = left(shop, {"items": [KIT], "shipping": FREE}, {"KIT": 1, "K1": 1, "K2": 2})
    assert quantities(less)[:3] == [
        ("KIT", Decimal(1), Decimal("0.00")),
        ("K1", Decimal(1), Decimal("12.30")),
        ("K2", Decimal(2), Decimal("2.16")),
    ]


def test_one_of_two_kits_with_a_fixed_price(shop: Magento) -> None:
    less = left(shop, {"items": [FIXED], "shipping": FREE}, {"FIX": 1, "F1": 1})
    assert quantities(less)[:2] == [("FIX", Decimal(1), Decimal("61.50")), ("F1", Decimal(1), Decimal("0.00"))]


def test_one_of_two_configurables(shop: Magento) -> None:
    less = left(shop, {"items": [HOODIE], "shipping": FREE}, {"H": 1})
    assert quantities(less)[:1] == [("H", Decimal(1), Decimal("24.60"))]


def test_a_piece_of_a_discounted_line(shop: Magento) -> None:
    less = left(shop, {"items": [{**CUPS, "discount": "3.69"}], "shipping": FREE}, {"A": 1})
    assert quantities(less)[:1] == [("A", Decimal(2), Decimal("22.14"))]


def test_a_piece_whose_discount_is_a_line_of_its_own(shop: Magento) -> None:
    order = {"prices_include_tax": False, "tax_before_discount": True, "shipping": FREE}
    less = left(shop, {**order, "items": [{"sku": "A", "price": "100", "qty": 2, "discount": "20"}]}, {"A": 1})
    assert [(line.kind.value, line.gross) for line in less.lines if line.gross] == [
        ("product", Decimal("123.00")),
        ("discount", Decimal("-10.00")),
    ]


def test_goodwill_without_a_line_is_a_discount(shop: Magento) -> None:
    less = left(shop, {"items": [CUPS], "shipping": FREE}, {}, adjustment_positive="5.00")
    assert less.totals.gross == Decimal("31.90")
