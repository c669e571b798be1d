"""Any order that a WooCommerce shop can have: its taxes are worked out here, as the shop works them out.

A shop's prices are net or gross; coupons lower a line's `total` below its `subtotal`; a line has up to two rates, of
which one may be charged on top of the other; taxes are rounded line by line, or the sum of each rate alone. The tax of
fees below zero, and of some shipping, is shared out over the classes of what the order holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from bridge.simulator.woocommerce.orders import complete
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import Beside, store_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.any_sale import Sale

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ZERO = Decimal(0)
CURRENCIES = {0: "JPY", 2: "PLN", 3: "KWD"}
# Row of the shop's tax table -> percent, and whether it is charged on top of the others.
RATES = {
    1: ("23", False), 2: ("8", False), 3: ("5.5", False), 4: ("0", False), 5: ("9.975", True), 6: ("7", False),
    7: ("5.5", False), 8: ("9.975", True), 9: ("7", False), 10: ("5.5", False), 11: ("7", False),
}  # fmt: skip
# Each row belongs to one tax class.
CLASSES = {
    "": [1], "reduced-rate": [2], "books": [3], "nil": [4], "zero-rate": [], "food": [11], "with-province": [6, 5],
    "books-with-province": [7, 8], "two": [9, 10],
}  # fmt: skip
Json = dict[str, Any]
Taxed = tuple[Json, Decimal, dict[int, Decimal]]  # as REST shows it; its net; its taxes by row


@dataclass(frozen=True, slots=True)
class Ways:
    """How one shop counts."""

    digits: int
    is_gross: bool  # prices are typed in with tax
    by_sum: bool  # woocommerce_tax_round_at_subtotal

    def cut(self, amount: Decimal) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-self.digits), rounding=ROUND_HALF_UP)

    def shown(self, amount: Decimal) -> str:
        return f"{self.cut(amount):f}"

    def kept(self, tax: Decimal) -> str:
        """A tax as finely as the shop keeps it."""
        return f"{tax.quantize(Decimal('0.000001'), ROUND_HALF_UP).normalize():f}"


def parted(price: Decimal, rates: list[int], ways: Ways) -> tuple[Decimal, dict[int, Decimal]]:
    """Net and the tax of each rate, as the shop keeps them: whole coins, unless it rounds sums only."""
    plain = sum((Decimal(RATES[one][0]) for one in rates if not RATES[one][1]), ZERO) / 100
    compound = sum((Decimal(RATES[one][0]) for one in rates if RATES[one][1]), ZERO) / 100
    net = price / ((1 + plain) * (1 + compound)) if ways.is_gross else price
    taxes = {}
    for one in rates:
        percent, on_top = RATES[one]
        taxes[one] = net * Decimal(percent) / 100 * (1 + plain if on_top else 1)
    if not ways.by_sum:
        taxes = {one: ways.cut(tax) for one, tax in taxes.items()}
    if ways.is_gross:
        net = price - sum(taxes.values(), ZERO)
    return net, taxes


def rate_of(tax_class: str) -> Decimal:
    """All that a class takes of the net, as a fraction."""
    _, taxes = parted(Decimal(1), CLASSES[tax_class], Ways(6, is_gross=False, by_sum=True))
    return sum(taxes.values(), ZERO)


def item_of(price: Decimal, before: Decimal, rates: list[int], ways: Ways, **told: Any) -> Taxed:
    """A line as REST shows it, its net and its taxes as the shop has them. before: the price before coupons."""
    net, taxes = parted(price, rates, ways)
    net_before, taxes_before = parted(before, rates, ways)
    item = {
        "total": ways.shown(net), "total_tax": ways.shown(sum(taxes.values(), ZERO)),
        "taxes": [
            {"id": one, "total": ways.kept(tax), "subtotal": ways.kept(taxes_before[one])} for one, tax in taxes.items()
        ],
        **told,
    }  # fmt: skip
    if "sku" in told:
        item |= {"subtotal": ways.shown(net_before), "subtotal_tax": ways.shown(sum(taxes_before.values(), ZERO))}
    return item, net, taxes


def shared_item(net: Decimal, costs: Mapping[str, Decimal], ways: Ways, keeps_coins: bool, **told: Any) -> Taxed:
    """A charge whose tax is shared out over classes by what they cost.

    keeps_coins: the shop keeps the tax of each row rounded. Rounded to nothing it would tell nothing.
    """
    exact = dict.fromkeys(RATES, ZERO)
    whole = sum(costs.values(), ZERO)
    by_net = Ways(ways.digits, is_gross=False, by_sum=True)
    for tax_class, cost in costs.items():
        for one, tax in parted(net * cost / whole, CLASSES[tax_class], by_net)[1].items():
            exact[one] += tax
    named = {one: tax for one, tax in exact.items() if any(one in CLASSES[each] for each in costs)}
    taxes = named if ways.by_sum else {one: ways.cut(tax) for one, tax in named.items()}
    shown = taxes if keeps_coins and all(map(ways.cut, taxes.values())) else named
    item = {
        "total": ways.shown(net), "total_tax": ways.shown(sum(taxes.values(), ZERO)),
        "taxes": [{"id": one, "total": ways.kept(tax)} for one, tax in shown.items()], **told,
    }  # fmt: skip
    return item, net, taxes


def tax_lines_of(by_rate: Mapping[int, Decimal], ways: Ways) -> list[Json]:
    """Every row of the shop's tax table, with the order's tax by it."""
    return [
        {"rate_id": one, "rate_percent": float(percent), "compound": on_top, "tax_total": ways.shown(by_rate[one])}
        for one, (percent, on_top) in RATES.items()
    ]


@st.composite
def partial_orders(draw: st.DrawFn) -> Json:
    """What `complete` makes an order of: lines with coupons, shipping, fees below and above zero, gift cards."""
    ways = Ways(draw(st.sampled_from([0, 2, 3])), draw(st.booleans()), draw(st.booleans()))

    def amounts(least: int, most: int) -> Decimal:
        coins = 10**ways.digits
        return Decimal(draw(st.integers(least * coins, most * coins))).scaleb(-ways.digits)

    groups: dict[str, list[Json]] = {"line_items": [], "shipping_lines": [], "fee_lines": []}
    nets, by_rate = ZERO, dict.fromkeys(RATES, ZERO)
    taxed = {"line_items": ZERO, "shipping_lines": ZERO, "fee_lines": ZERO}
    costs: dict[str, Decimal] = {}  # tax class -> net of what is above zero

    def add(group: str, found: Taxed, tax_class: str = "") -> None:
        nonlocal nets
        item, net, taxes = found
        groups[group].append(item)
        nets += net
        if net > 0:
            costs[tax_class] = costs.get(tax_class, ZERO) + net
        for one, tax in taxes.items():
            by_rate[one] += tax
            taxed[group] += tax

    for place in range(draw(st.integers(1, 5))):
        before, off = amounts(0, 9999), draw(st.sampled_from([0, 0, 10, 33, 100]))
        quantity = draw(st.sampled_from([1, 3, 7, 1.5]))
        price, own = ways.cut(before * (100 - off) / 100), draw(st.sampled_from([*CLASSES]))
        told = {"sku": f"S{place}", "quantity": quantity, "tax_class": own}
        add("line_items", item_of(price, before, CLASSES[own], ways, **told), own)
    goods = {one: cost for one, cost in costs.items() if CLASSES[one]}
    for _ in range(draw(st.integers(0, 2))):
        price, own = amounts(0, 50), draw(st.sampled_from([*CLASSES]))
        if bool(goods) and draw(st.booleans()):  # some plugins
            add("shipping_lines", shared_item(price, goods, ways, draw(st.booleans())), next(iter(goods)))
        else:
            add("shipping_lines", item_of(price, price, CLASSES[own], ways), own)
    for _ in range(draw(st.integers(0, 2))):
        price, own = amounts(-50, 50), draw(st.sampled_from([*CLASSES]))
        if price < 0 and costs and draw(st.integers(0, 3)):  # WooCommerce itself; else a plugin
            add("fee_lines", shared_item(price, costs, ways, keeps_coins=False, name="Fee", tax_class=own))
        else:
            add("fee_lines", item_of(price, price, CLASSES[own], ways, name="Fee", tax_class=own), own)
    tax = sum(map(ways.cut, by_rate.values()), ZERO)
    gross = ways.cut(nets + tax)
    assume(gross >= 0)
    card = min(gross, amounts(0, 20)) if draw(st.booleans()) else ZERO
    return {
        **groups,
        "currency": CURRENCIES[ways.digits],
        "prices_include_tax": ways.is_gross,
        "gift_cards": [{"amount": ways.shown(card)}] if card else [],
        "coupon_lines": [{"code": "SPRING"}] if draw(st.booleans()) else [],
        "payment_method": draw(st.sampled_from(["stripe", "cod", "bacs"])),
        "tax_lines": tax_lines_of(by_rate, ways),
        "total_tax": ways.shown(tax),
        "shipping_tax": ways.shown(taxed["shipping_lines"]),
        "cart_tax": ways.shown(taxed["line_items"] + taxed["fee_lines"]),
        "total": ways.shown(gross - card),
    }


def text_of(partial: Mapping[str, Any]) -> str:
    """The order as the shop writes it."""
    return json.dumps(complete(partial, 1, NOW, ZoneInfo("Europe/Berlin")))


def refund_of(draw: st.DrawFn, order: Json, number: int, given: dict[int, int]) -> tuple[Json, Json]:
    """One refund, short as the order tells it, and its own answer: whole pieces of lines, charges or a half, or money.

    given: line id to the pieces that came back before.
    """
    digits = len(order["total"].partition(".")[2])
    step = Decimal(1).scaleb(-digits)
    items: list[Json] = []
    worth = ZERO
    for item in order["line_items"]:
        whole = Decimal(str(item["quantity"]))
        left = int(whole) - given.get(item["id"], 0)
        pieces = draw(st.integers(0, left)) if left > 0 and whole == int(whole) else 0
        if not pieces:
            continue
        given[item["id"]] = given.get(item["id"], 0) + pieces
        net, tax = (
            (Decimal(item[name]) * pieces / whole).quantize(step, ROUND_HALF_UP) for name in ("total", "total_tax")
        )
        worth += net + tax
        items.append({
            "id": 900 + len(items), "quantity": -pieces, "total": f"{-net:f}", "total_tax": f"{-tax:f}",
            "meta_data": [{"key": "_refunded_item_id", "value": str(item["id"])}],
        })  # fmt: skip
    charges: dict[str, list[Json]] = {"shipping_lines": [], "fee_lines": []}
    for group, backs in charges.items():
        for item in order[group]:
            share = draw(st.sampled_from([0, 0, 1, 2])) if item["id"] not in given else 0
            if not share:
                continue
            given[item["id"]] = 1
            net, tax = ((Decimal(item[name]) / share).quantize(step, ROUND_HALF_UP) for name in ("total", "total_tax"))
            worth += net + tax
            backs.append({
                "id": 950 + item["id"], "total": f"{-net:f}", "total_tax": f"{-tax:f}",
                "meta_data": [{"key": "_refunded_item_id", "value": str(item["id"])}],
            })  # fmt: skip
    if worth <= 0 or draw(st.booleans()):
        worth = max(worth, ZERO) + draw(st.integers(0, 500)) * step
    return (
        {"id": number, "reason": "", "total": f"{-worth:f}"},
        {
            "id": number,
            "date_created_gmt": "2026-03-05T10:00:00",
            "amount": f"{worth:f}",
            "line_items": items,
            **charges,
        },
    )


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order, some of it given back."""
    raw = json.loads(text_of(draw(partial_orders())))
    details: list[Json] = []
    given: dict[int, int] = {}
    for number in range(500, 500 + draw(st.sampled_from([0, 0, 1, 2]))):
        short, detail = refund_of(draw, raw, number, given)
        if Decimal(short["total"]):
            raw["refunds"].append(short)
            details.append(detail)
    cards = sum((Decimal(card["amount"]) for card in raw["gift_cards"]), ZERO)
    refunded = -sum((Decimal(one["total"]) for one in raw["refunds"]), ZERO)
    gross = Decimal(raw["total"]) + cards
    assume(refunded <= gross)
    text = json.dumps(raw)
    told = store_order("shop", decoded(text), text, MetaKeys(), Beside(decoded(json.dumps(details))))
    assert told.order is not None, told.problem
    items = [*raw["line_items"], *raw["shipping_lines"], *raw["fee_lines"]]
    line_taxes = sum((Decimal(item["total_tax"]) for item in items), ZERO)
    goods = {item["sku"]: Decimal(item["total"]) + Decimal(item["total_tax"]) for item in raw["line_items"]}
    return Sale(told.order, gross, Decimal(raw["total_tax"]), line_taxes, refunded, goods)
