"""Any order of a Magento shop: simple, configurable, bundled, virtual; discounts, gift cards and credit memos."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as some

from bridge.domain.contract import Order
from bridge.simulator.magento.orders import complete
from bridge.simulator.magento.refunds import refund_of
from bridge.stores.exact_json import decoded
from bridge.stores.magento.mapping import order_of
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.settings import read_settings
from tests.stores.any_sale import Sale
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
def shop_sales(draw: some.DrawFn) -> dict[str, Any]:
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


def amount(fields: dict[str, Any], name: str) -> Decimal:
    """An amount of the parsed text; absent is nothing."""
    return Decimal(str(fields.get(name, 0)))


def worth_of(item: dict[str, Any]) -> Decimal:
    """An item after its discount, with tax."""
    kept = amount(item, "row_total") - amount(item, "discount_amount")
    return kept + amount(item, "discount_tax_compensation_amount") + amount(item, "tax_amount")


@some.composite
def sales(draw: some.DrawFn) -> Sale:
    """An order, some of it given back by credit memos; each SKU stands on one line."""
    sale = draw(shop_sales())
    for place, item in enumerate(sale["items"]):
        item["sku"] = f"S{place}"
        for child in item.get("children", ()):
            child["sku"] = f"{child['sku']}{place}" if item["type"] == "bundle" else item["sku"]
    raw = complete(sale, 1, MORNING)
    assume(raw["grand_total"] >= 0)
    memos = []
    for number in range(1, 1 + draw(some.sampled_from([0, 0, 1, 2]))):
        memos.append(_memo(draw, raw, number))
    text = json.dumps(raw)
    known = json.loads(text, parse_float=Decimal)
    credits = known["extension_attributes"]
    names = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")
    gross = amount(known, "grand_total") + sum((amount(credits, name) for name in names), Decimal(0))
    refunded = sum((Decimal(str(memo["grand_total"])) for memo in memos), Decimal(0))
    assume(all(memo["grand_total"] > 0 for memo in memos) and refunded <= gross)
    order = order_of("shop", Parts(decoded(text), decoded(json.dumps(memos))), FIELDS["presentment"])
    tax = amount(known, "tax_amount")
    plain = [] if sale["tax_before_discount"] else [item for item in known["items"] if _is_plain(item)]
    return Sale(order, gross, tax, tax, refunded, {item["sku"]: worth_of(item) for item in plain})


def _is_plain(item: dict[str, Any]) -> bool:
    return item["product_type"] != "bundle" and "parent_item_id" not in item


def _memo(draw: some.DrawFn, raw: dict[str, Any], number: int) -> dict[str, Any]:
    """Whole pieces of some items, shipping, and something beside them."""
    pieces: dict[str, int] = {}
    for item in raw["items"]:
        left = int(item["qty_ordered"]) - int(item["qty_refunded"])
        if _is_plain(item) and left > 0 and draw(some.booleans()):
            pieces[item["sku"]] = draw(some.integers(1, left))
    shipping = Decimal(str(raw["shipping_amount"])) + Decimal(str(raw["shipping_tax_amount"]))
    amounts = {"adjustment_positive": draw(some.sampled_from(["0", "0", "0.01", "2.50"]))}
    if number == 1 and draw(some.booleans()):
        amounts["shipping"] = str(shipping)
    return refund_of(raw, number, pieces, amounts, "2026-03-05 10:00:00")
