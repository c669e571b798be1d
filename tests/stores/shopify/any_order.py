"""Any order that a Shopify buyer can make and staff can edit or give back, in the simulated shop and as it is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from bridge.domain.contract import Order
from bridge.simulator.shopify.shop import Shop
from bridge.stores.exact_json import decoded
from bridge.stores.shopify.mapping import order_of
from bridge.stores.shopify.settings import Reading
from tests.stores.any_sale import Sale
from tests.stores.shopify.made import as_kept
from tests.stores.shops import SetClock

D = Decimal
CENT = {"EUR": D("0.01"), "JPY": D(1), "KWD": D("0.001")}
LISTS = ("lineItems", "shippingLines", "localizedFields")
LISTS_OF_REFUND = ("refundLineItems", "refundShippingLines")


def amounts(currency: str, most: int = 50_000) -> st.SearchStrategy[str]:
    return st.integers(1, most).map(lambda minor: str(minor * CENT[currency]))


RATES = st.lists(st.sampled_from(["0.05", "0.07", "0.08875", "0.09975", "0.19", "0.2", "0.23"]), max_size=2)


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """An order as a buyer could make it."""
    currency = draw(st.sampled_from(sorted(CENT)))
    cent, presentment = CENT[currency], draw(st.sampled_from(["PLN", "EUR", "JPY"]))
    lines = []
    for place in range(draw(st.integers(1, 4))):
        price, quantity = draw(amounts(currency)), draw(st.integers(1, 7))
        most = int(D(price) / cent) * quantity
        off = [str(draw(st.integers(0, most // 3)) * cent) for _ in range(draw(st.integers(0, 2)))]
        lines.append({"sku": f"S{place}", "price": price, "quantity": quantity, "discount": off, "rates": draw(RATES)})
    shipping = []
    for _ in range(draw(st.integers(0, 2))):
        price = draw(amounts(currency, 3000))
        free = price if draw(st.integers(0, 3)) == 0 else "0"
        shipping.append({"price": price, "discount": free, "rates": draw(RATES)})
    return {
        "currency": currency,
        "presentment": presentment,
        "rate": "1" if presentment == currency else "161.77" if presentment == "JPY" else "4.3127",
        "lines": lines,
        "shipping": shipping,
        "tip": draw(st.one_of(st.just("0"), amounts(currency, 500))),
        "fees": [{"price": draw(amounts(currency, 500)), "rates": draw(RATES)} for _ in range(draw(st.integers(0, 1)))],
        "taxesIncluded": draw(st.booleans()),
    }


def mapped_from(shop: Shop, order_id: str, money: str = "shop") -> Order:
    """The order as the connector would keep and map it."""
    order = dict(shop.order(order_id))
    refunds = [dict(refund) for refund in order["refunds"]]
    order["totalCashRoundingAdjustment"] = None
    order["refunds"] = [{"id": refund["id"]} for refund in refunds]
    for refund in refunds:
        refund |= {name: {"nodes": refund[name]} for name in (*LISTS_OF_REFUND, "transactions")}
    order |= {name: {"nodes": order[name]} for name in LISTS}
    parts = [{"id": order_id, "refunds": refunds}] if refunds else []
    return order_of("shop", decoded(as_kept({"order": order, "parts": parts})), Reading(money=money))


def shop_money(bag: dict[str, Any] | None) -> Decimal:
    return D(bag["shopMoney"]["amount"]) if bag else D(0)


def worth_of(refund: dict[str, Any], is_gross: bool) -> tuple[Decimal, Decimal]:
    """What the refund's lines and shipping are worth, and their tax."""
    rows = [(each["subtotalSet"], each["totalTaxSet"]) for each in refund["refundLineItems"]]
    rows += [(each["subtotalAmountSet"], each["taxAmountSet"]) for each in refund["refundShippingLines"]]
    amount, tax = (sum((shop_money(row[place]) for row in rows), D(0)) for place in (0, 1))
    return (amount if is_gross else amount + tax), tax


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order in the shop's money: paid by card, in part by a gift card, or not at all; edited, and given back."""
    given = draw(orders())
    given |= {"presentment": given["currency"], "rate": "1"}
    shop = Shop(SetClock())
    order_id = shop.add_order(given)
    total = shop_money(shop.order(order_id)["totalPriceSet"])
    card = min(total, draw(st.sampled_from([D(0), D(0), D(7)])))
    payments = [{"amount": str(card), "gateway": "gift_card"}] if card else []
    if draw(st.integers(0, 4)) and total > card:
        payments.append({"amount": str(total - card)})
    order_id = shop.add_order({**given, "payments": payments})
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        _given_back(draw, shop, order_id, CENT[given["currency"]])
    raw = shop.order(order_id)
    is_gross = raw["taxesIncluded"]
    edits = [worth_of(refund, is_gross) for refund in raw["refunds"] if not refund["transactions"]]
    refunded = sum((shop_money(refund["totalRefundedSet"]) for refund in raw["refunds"]), D(0))
    tax = shop_money(raw["totalTaxSet"]) - sum((edit[1] for edit in edits), D(0))
    gross = shop_money(raw["totalPriceSet"]) - sum((edit[0] for edit in edits), D(0))
    assume(refunded <= gross)
    goods = {} if edits else {item["sku"]: _worth_of_line(item, is_gross) for item in raw["lineItems"]}
    return Sale(mapped_from(shop, order_id), gross, tax, tax, refunded, goods)


def _given_back(draw: st.DrawFn, shop: Shop, order_id: str, cent: Decimal) -> None:
    """Some pieces and shipping: paid back, at times another amount than they are worth; or an edit before payment."""
    raw = shop.order(order_id)
    left = {place: item["currentQuantity"] for place, item in enumerate(raw["lineItems"]) if item["currentQuantity"]}
    pieces = {place: draw(st.integers(1, most)) for place, most in left.items() if draw(st.booleans())}
    is_paid = shop_money(raw["netPaymentSet"]) >= shop_money(raw["currentTotalPriceSet"]) > 0
    back_before = any(refund["refundShippingLines"] for refund in raw["refunds"])
    price = shop_money(raw["shippingLines"][0]["discountedPriceSet"]) if raw["shippingLines"] else D(0)
    shipping = price if is_paid and price and not back_before and draw(st.booleans()) else D(0)
    if not (pieces or shipping):
        return
    amount = cent * draw(st.integers(1, 500)) if is_paid and draw(st.integers(0, 5)) == 0 else None
    shop.refund(order_id, pieces, shipping, amount, is_paid_back=is_paid)


def _worth_of_line(item: dict[str, Any], is_gross: bool) -> Decimal:
    off = sum((shop_money(each["allocatedAmountSet"]) for each in item["discountAllocations"]), D(0))
    tax = sum((shop_money(each["priceSet"]) for each in item["taxLines"]), D(0))
    return shop_money(item["originalUnitPriceSet"]) * int(item["quantity"]) - off + (D(0) if is_gross else tax)
