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


NET = {"prices_include_tax": False}
TAXED_BEFORE = {**NET, "tax_before_discount": True}


@pytest.mark.parametrize(
    ("order", "amount", "discount", "back", "worth"),
    [
        (NET, "10.00", "5.00", "5.58", "3.07"),  # half of it
        (NET, "10.00", "5.00", "11.15", None),
        ({}, "12.30", "6.15", "5.58", "3.07"),
        ({}, "12.30", "6.15", "12.30", None),
        (TAXED_BEFORE, "10.00", "5.00", "6.15", "6.15"),
        (TAXED_BEFORE, "10.00", "5.00", "12.30", None),
    ],
)
def test_a_part_of_a_discounted_shipping(
    shop: Magento, order: dict[str, Any], amount: str, discount: str, back: str, worth: str | None
) -> None:
    """worth: what is left of the shipping line; None: nothing. back: as the memo names it, before the discount."""
    shipping = {"amount": amount, "discount": discount}
    less = left(shop, {**order, "items": [CUPS], "shipping": shipping}, {}, shipping=back)
    of_shipping = [line.gross for line in less.lines if line.kind == "shipping"]
    assert of_shipping == ([] if worth is None else [Decimal(worth)])


def test_a_kit_of_which_one_part_came_back_and_one_of_two_kits_by_its_parts_alone(shop: Magento) -> None:
    for back, kinds in (
        ({"K2": 4}, [("product", "K1", 2)]),
        ({"KIT": 1, "K2": 4}, [("product", "K1", 2)]),  # a memo counts the bundle too, whatever came back
        ({"K1": 1, "K2": 2}, [("kit", "KIT", 1), ("kit_component", "K1", 1), ("kit_component", "K2", 2)]),
    ):
        less = left(shop, {"items": [KIT], "shipping": FREE}, back)
        assert [(line.kind, line.sku, int(line.quantity)) for line in less.lines if line.sku] == kinds


def test_what_went_back_to_a_gift_card_and_to_the_card(shop: Magento) -> None:
    cards = {"gift_cards": [{"code": "X", "amount": "20"}], "customer_balance": "6.90"}
    placed = shop.place_as({"items": [CUPS], "shipping": FREE, **cards})
    shop.shop.pay(placed)
    memo = shop.shop.shelf.get(shop.shop.refund(placed, {"A": 1}), "creditmemos")
    assert memo is not None
    by_credit = {"gift_cards_amount": 5, "customer_balance_amount": 3.3}
    shop.shop.shelf.put({**memo, "grand_total": 4, "extension_attributes": by_credit}, "creditmemos")
    told = shop.told(placed)
    assert [(part.method, part.amount) for part in told.refunds[0].parts] == [
        ("checkmo", Decimal(4)), ("gift_card", Decimal(5)), ("store_credit", Decimal("3.3")),
    ]  # fmt: skip
    less = reduced(told)
    assert isinstance(less, Order)
    assert [(part.method, part.amount) for part in less.payment.parts] == [
        ("checkmo", Decimal(6)), ("gift_card", Decimal(15)), ("store_credit", Decimal("3.6")),
    ]  # fmt: skip


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
