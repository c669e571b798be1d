"""The figures that a simulated Shopify order tells about itself, made from its lines, refunds and payments.

The total is what was sold; the current total is that less what refunds took back, whether money was paid back or the
order was only edited. What was paid is the sum of the successful transactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bridge.simulator.shopify.money import ZERO, Json, amount_of, currencies_of


def _taxes(items: Iterable[Json]) -> Decimal:
    return sum((amount_of(tax["priceSet"]) for item in items for tax in item["taxLines"]), ZERO)


def line_worth(item: Json) -> Decimal:
    """A line for its whole quantity after all discounts, as its price is meant (gross or net)."""
    off = sum((amount_of(each["allocatedAmountSet"]) for each in item["discountAllocations"]), ZERO)
    return amount_of(item["originalUnitPriceSet"]) * int(item["quantity"]) - off


def total_of(order: Json) -> Decimal:
    """What the order is worth before any return: lines, shipping, fees, duties, tip, and tax where it comes on top."""
    lines, shipping, fees = order["lineItems"], order["shippingLines"], order["additionalFees"]
    total = sum((line_worth(each) for each in lines), Decimal(order["tip"]))
    total += sum((amount_of(each["discountedPriceSet"]) for each in shipping), ZERO)
    total += sum((amount_of(each["price"]) for each in fees), ZERO)
    duties = [duty for each in lines for duty in each["duties"]]
    if not order["dutiesIncluded"]:
        total += sum((amount_of(duty["price"]) for duty in duties), ZERO) + _taxes(duties)
    return total if order["taxesIncluded"] else total + _taxes((*lines, *shipping, *fees))


def returned(refund: Json, included: bool) -> Decimal:
    """What one refund takes off the order's current total: its lines, shipping and duties."""
    lines, shipping = refund["refundLineItems"], refund["refundShippingLines"]
    worth = sum((amount_of(each["subtotalSet"]) for each in lines), ZERO)
    worth += sum((amount_of(each["subtotalAmountSet"]) for each in shipping), ZERO)
    worth += sum((amount_of(each["amountSet"]) for each in refund["duties"]), ZERO)
    if not included:
        worth += sum((amount_of(each["totalTaxSet"]) for each in lines), ZERO)
        worth += sum((amount_of(each["taxAmountSet"]) for each in shipping), ZERO)
    return worth


def tell_sums(order: Json) -> None:
    """Write the order's own figures from its lines and refunds."""
    pair = currencies_of(order)
    lines, shipping = order["lineItems"], order["shippingLines"]
    total, included = total_of(order), bool(order["taxesIncluded"])
    current = total - sum((returned(refund, included) for refund in order["refunds"]), ZERO)
    duties = [duty for each in lines for duty in each["duties"]]
    duty = sum((amount_of(each["price"]) for each in duties), ZERO)
    back = sum((amount_of(each["amountSet"]) for refund in order["refunds"] for each in refund["duties"]), ZERO)
    fees = sum((amount_of(each["price"]) for each in order["additionalFees"]), ZERO)
    tax = _taxes((*lines, *shipping, *order["additionalFees"], *duties))
    tax_back = sum(
        (amount_of(each[name]) for refund in order["refunds"]
         for group, name in (("refundLineItems", "totalTaxSet"), ("refundShippingLines", "taxAmountSet"))
         for each in refund[group]), ZERO,
    )  # fmt: skip
    off = sum((amount_of(part["allocatedAmountSet"]) for each in lines for part in each["discountAllocations"]), ZERO)
    ship = sum((amount_of(each["discountedPriceSet"]) for each in shipping), ZERO)
    goods = sum((line_worth(each) for each in lines), ZERO)
    order.setdefault("originalTotalPriceSet", pair.bag(total))
    figures = {
        "totalPriceSet": total, "currentTotalPriceSet": current, "totalTaxSet": tax,
        "currentTotalTaxSet": tax - tax_back, "subtotalPriceSet": goods, "currentSubtotalPriceSet": goods,
        "totalDiscountsSet": off, "currentTotalDiscountsSet": off, "totalShippingPriceSet": ship,
        "currentShippingPriceSet": ship, "totalTipReceivedSet": Decimal(order["tip"]),
    }  # fmt: skip
    order.update({name: pair.bag(figure) for name, figure in figures.items()})
    order["originalTotalDutiesSet"] = pair.bag(duty) if duties else None
    order["currentTotalDutiesSet"] = pair.bag(duty - back) if duties else None
    order["currentTotalAdditionalFeesSet"] = pair.bag(fees) if order["additionalFees"] else None


def tell_payment(order: Json) -> None:
    """Write what was received, given back and is due, and the word that the admin shows."""
    pair = currencies_of(order)
    done = [each for each in order["transactions"] if each["status"] == "SUCCESS"]

    def of(*kinds: str) -> Decimal:
        return sum((amount_of(each["amountSet"]) for each in done if each["kind"] in kinds), ZERO)

    received, back = of("SALE", "CAPTURE") - of("CHANGE"), of("REFUND")
    due = amount_of(order["currentTotalPriceSet"]) - (received - back)
    order["totalReceivedSet"], order["totalRefundedSet"] = pair.bag(received), pair.bag(back)
    order["netPaymentSet"], order["totalOutstandingSet"] = pair.bag(received - back), pair.bag(due)
    order["paymentGatewayNames"] = list(dict.fromkeys(each["gateway"] for each in order["transactions"]))
    order["displayFinancialStatus"] = _financial_word(order, received, back, of)


def _financial_word(order: Json, received: Decimal, back: Decimal, of: Any) -> str:
    if back > 0:
        return "REFUNDED" if back >= received else "PARTIALLY_REFUNDED"
    if received >= amount_of(order["currentTotalPriceSet"]):
        return "PAID"
    if received > 0:
        return "PARTIALLY_PAID"
    if of("VOID") > 0:
        return "VOIDED"
    return "AUTHORIZED" if of("AUTHORIZATION") > 0 else "PENDING"
