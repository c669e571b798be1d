"""Whatever a Magento shop sells: the lines and the rounding make its total, and no check finds a wrong sum."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bridge.domain.contract import Order
from bridge.domain.money import minor_unit
from bridge.simulator.magento.orders import complete
from bridge.stores.exact_json import decoded
from bridge.stores.magento.mapping import order_of
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.settings import read_settings
from tests.stores.magento.shops import settings
from tests.stores.shops import MORNING

FIELDS = {
    word: read_settings("shop", settings("https://shop.example", money=word)).fields for word in ("presentment", "shop")
}
cents = some.integers(0, 99_999).map(lambda count: str(Decimal(count) / 100))
rates = some.sampled_from(["0", "5", "8", "19", "23", "7.7", "25.5"])


@some.composite
def articles(draw: some.DrawFn) -> dict[str, Any]:
    """One thing that is sold, simple or composed, often discounted."""
    price, quantity = draw(cents), draw(some.integers(1, 12))
    worth = Decimal(price) * quantity
    discount = draw(some.sampled_from(["0", "0.1", "0.333", "1"]))
    item = {
        "sku": draw(some.sampled_from(["A", "B-01", "007"])),
        "price": price,
        "qty": quantity,
        "tax_percent": draw(rates),
        "discount": str((worth * Decimal(discount)).quantize(Decimal("0.01"))),
    }
    kind = draw(some.sampled_from(["simple", "simple", "configurable", "dynamic", "fixed", "virtual"]))
    if kind == "configurable":
        return {**item, "type": "configurable", "children": [{"sku": item["sku"], "qty": quantity}]}
    if kind == "fixed":
        return {**item, "type": "bundle", "children": [{"sku": "F", "qty": quantity}]}
    if kind == "dynamic":
        parts = [{**item, "sku": f"K{place}", "tax_percent": draw(rates)} for place in range(draw(some.integers(1, 3)))]
        return {"sku": "KIT", "type": "bundle", "price": "0", "qty": quantity, "children": parts}
    return {**item, "type": kind}


@some.composite
def sales(draw: some.DrawFn) -> dict[str, Any]:
    """A whole order."""
    shipping = draw(cents)
    return {
        "prices_include_tax": draw(some.booleans()),
        "tax_before_discount": draw(some.booleans()),
        "items": draw(some.lists(articles(), min_size=1, max_size=6)),
        "shipping": {
            "amount": shipping,
            "tax_percent": draw(rates),
            "discount": str((Decimal(shipping) * draw(some.sampled_from([0, 1]))).quantize(Decimal("0.01"))),
        },
        "gift_cards": draw(some.sampled_from([[], [{"code": "X", "amount": "3.33"}]])),
        "customer_balance": draw(some.sampled_from(["0", "1.01"])),
        "gift_wrap": draw(some.sampled_from([{}, {"price": "4.00", "tax": "0.92"}])),
        "currency": draw(some.sampled_from(["PLN", "EUR", "JPY", "KWD"])),
    }


def mapped(sale: dict[str, Any], money: str = "presentment") -> Order:
    raw = decoded(json.dumps(complete(sale, 1, MORNING)))
    return order_of("shop", Parts(raw), FIELDS[money])


@given(sales())
def test_lines_make_the_total_to_the_minor_unit(sale: dict[str, Any]) -> None:
    order = mapped(sale)
    minor = minor_unit(order.currency_digits)
    assert sum((line.gross for line in order.lines), Decimal(0)) == order.totals.gross
    assert (order.totals.rounding, order.totals.gross - order.totals.paid) == (Decimal(0), order.totals.due)
    assert sum((line.net for line in order.lines), Decimal(0)) == order.totals.net
    assert sum((line.tax for line in order.lines), Decimal(0)) == order.totals.tax
    assert all(line.net + line.tax == line.gross for line in order.lines)
    assert all(amount == amount.quantize(minor) for line in order.lines for amount in (line.net, line.tax, line.gross))


@given(sales())
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
