"""What a Shopify order looks like, completed from the few fields that a test is about.

An order is a table in the shape of the Admin schema; connections are plain lists, and amounts are pairs of shop and
presentment money. Line prices are gross where `taxesIncluded` is true, else net; each tax line is rounded by itself.
Pure: no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.simulator.shopify.money import ZERO, Currencies, Json
from bridge.simulator.shopify.sums import tell_payment, tell_sums, total_of

ADDRESS_FIELDS = (
    "address1", "address2", "city", "company", "country", "countryCodeV2", "firstName", "lastName", "name", "phone",
    "province", "provinceCode", "zip",
)  # fmt: skip
PRICED_BY = ("taxesIncluded", "dutiesIncluded")  # what the sums need to know before they are made
BUYER = {"firstName": "Ada", "lastName": "Nowak", "address1": "Lipowa 7", "zip": "31-147", "city": "Kraków"}


def complete(given: Mapping[str, Any], number: int, now: str) -> Json:
    """The whole order for a partial one; keys of the schema given by the caller win.

    Beside them: `lines` (sku, quantity, price, discount, rates, ...), `shipping` (title, code, price, discount, rates),
    `tip`, `fees` (name, price, rates), `currency`, `presentment`, `rate`, `payments` (gateway, kind, status, amount).
    """
    rest = dict(given)
    currency = rest.pop("currency", "EUR")
    pair = Currencies(currency, rest.pop("presentment", currency), Decimal(str(rest.pop("rate", 1))))
    included = bool(rest.get("taxesIncluded", False))
    lines = [line(each, f"{number}{place}", pair, included) for place, each in enumerate(rest.pop("lines", ({},)))]
    shipping = [
        shipping_line(each, f"{number}{place}", pair, included) for place, each in enumerate(rest.pop("shipping", ()))
    ]
    fees = [fee(each, f"{number}{place}", pair, included) for place, each in enumerate(rest.pop("fees", ()))]
    order = skeleton(number, now, pair) | {name: rest.pop(name) for name in PRICED_BY if name in rest}
    order.update(lineItems=lines, shippingLines=shipping, additionalFees=fees)
    order["tip"] = str(rest.pop("tip", "0"))
    payments = rest.pop("payments", None)
    for name in ("billingAddress", "shippingAddress"):
        order[name] = (
            address(rest.pop(name), f"{number}{name[0]}") if rest.get(name, 0) else rest.pop(name, order[name])
        )
    tell_sums(order)
    order["transactions"] = [
        transaction(each, f"{number}{place}", pair, now)
        for place, each in enumerate([{"amount": str(total_of(order))}] if payments is None else payments)
    ]
    tell_payment(order)
    order.update(rest)
    return order


def skeleton(number: int, now: str, pair: Currencies) -> Json:
    return {
        "__typename": "Order", "id": f"gid://shopify/Order/{number}", "legacyResourceId": str(number),
        "name": f"#{number}", "createdAt": now, "updatedAt": now, "processedAt": now, "cancelledAt": None,
        "cancelReason": None, "closedAt": None, "confirmed": True, "edited": False, "test": False,
        "currencyCode": pair.shop, "presentmentCurrencyCode": pair.presentment, "rate": str(pair.rate),
        "customAttributes": [], "customerLocale": "en", "discountCodes": [], "email": "ada@example.org", "phone": None,
        "displayFulfillmentStatus": "UNFULFILLED", "dutiesIncluded": False, "taxesIncluded": False, "taxExempt": False,
        "note": None, "poNumber": None, "purchasingEntity": None, "localizedFields": [], "refunds": [], "tags": [],
        "sourceName": "web", "sourceIdentifier": None, "billingAddress": address(BUYER, f"{number}b"),
        "shippingAddress": address(BUYER, f"{number}s"), "metafields": [], "transactions": [], "cashRounding": "0",
    }  # fmt: skip


def address(given: Mapping[str, Any], number: str) -> Json:
    """A mailing address; what is not given is null, as in the shop."""
    return {
        "__typename": "MailingAddress",
        "id": f"gid://shopify/MailingAddress/{number}",
        **dict.fromkeys(ADDRESS_FIELDS),
        "countryCodeV2": "PL",
        **given,
    }


def tax_lines(base: Decimal, rates: Iterable[Any], pair: Currencies, included: bool) -> list[Json]:
    """A tax line for each rate (a fraction as text, or a table with rate, title, channelLiable)."""
    given = [each if isinstance(each, Mapping) else {"rate": each} for each in rates]
    whole = sum((Decimal(each["rate"]) for each in given), ZERO)
    found = []
    for each in given:
        rate = Decimal(each["rate"])
        tax = pair.rounded(base * rate / (1 + whole) if included else base * rate)
        found.append(
            {
                "title": each.get("title", "VAT"),
                "rate": float(rate),  # a JSON number, as in the shop
                "ratePercentage": float(rate * 100),
                "priceSet": pair.bag(Decimal(each.get("price", tax))),
                "channelLiable": each.get("channelLiable", False),
                "source": "Shopify",
            }
        )
    return found


def line(given: Mapping[str, Any], number: str, pair: Currencies, included: bool) -> Json:
    """One line item. `discount` is the order's and the line's share together, for the whole quantity."""
    quantity, price = int(given.get("quantity", 1)), Decimal(given.get("price", "10.00"))
    off = [Decimal(part) for part in _listed(given.get("discount"))]
    title = given.get("title", "Kettle")
    worth = price * quantity - sum(off, ZERO)
    return {
        "__typename": "LineItem", "id": f"gid://shopify/LineItem/{number}", "title": title, "variantTitle": None,
        "name": given.get("name", title), "sku": given.get("sku", "007"), "quantity": quantity,
        "currentQuantity": quantity, "originalUnitPriceSet": pair.bag(price),
        "originalTotalSet": pair.bag(price * quantity), "discountedTotalSet": pair.bag(worth),
        "discountAllocations": [{"allocatedAmountSet": pair.bag(part)} for part in off],
        "taxLines": tax_lines(worth, given.get("rates", ("0.23",)), pair, included), "taxable": True,
        "isGiftCard": bool(given.get("isGiftCard", False)), "requiresShipping": given.get("requiresShipping", True),
        "customAttributes": list(given.get("customAttributes", ())), "lineItemGroup": given.get("lineItemGroup"),
        "duties": [_duty(each, f"{number}{place}", pair) for place, each in enumerate(given.get("duties", ()))],
        "variant": given.get("variant", {"__typename": "ProductVariant", "id": f"gid://shopify/ProductVariant/{number}",
                                         "sku": given.get("sku", "007")}),
    }  # fmt: skip


def _listed(value: Any) -> Sequence[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _duty(given: Mapping[str, Any], number: str, pair: Currencies) -> Json:
    price = Decimal(given["price"])
    return {
        "__typename": "Duty", "id": f"gid://shopify/Duty/{number}", "harmonizedSystemCode": "8516",
        "price": pair.bag(price), "taxLines": tax_lines(price, given.get("rates", ()), pair, included=False),
    }  # fmt: skip


def shipping_line(given: Mapping[str, Any], number: str, pair: Currencies, included: bool) -> Json:
    """One shipping line; the discounted price is what counts."""
    price, off = Decimal(given.get("price", "5.00")), Decimal(given.get("discount", "0"))
    return {
        "id": f"gid://shopify/ShippingLine/{number}", "title": given.get("title", "Courier"),
        "code": given.get("code", "courier"), "source": "shopify", "custom": False, "isRemoved": False, "phone": None,
        "carrierIdentifier": None, "deliveryCategory": None, "originalPriceSet": pair.bag(price),
        "discountedPriceSet": pair.bag(price - off), "currentDiscountedPriceSet": pair.bag(price - off),
        "discountAllocations": [{"allocatedAmountSet": pair.bag(off)}] if off else [],
        "taxLines": tax_lines(price - off, given.get("rates", ("0.23",)), pair, included),
    }  # fmt: skip


def fee(given: Mapping[str, Any], number: str, pair: Currencies, included: bool) -> Json:
    """One additional fee of the order."""
    price = Decimal(given["price"])
    return {
        "__typename": "AdditionalFee", "id": f"gid://shopify/AdditionalFee/{number}",
        "name": given.get("name", "Deposit"), "price": pair.bag(price),
        "taxLines": tax_lines(price, given.get("rates", ()), pair, included),
    }  # fmt: skip


def transaction(given: Mapping[str, Any], number: str, pair: Currencies, now: str) -> Json:
    """One movement of money; a successful sale by card where nothing else is said."""
    gateway = given.get("gateway", "shopify_payments")
    return {
        "__typename": "OrderTransaction", "id": f"gid://shopify/OrderTransaction/{number}", "gateway": gateway,
        "formattedGateway": gateway.replace("_", " ").title(), "kind": given.get("kind", "SALE"),
        "status": given.get("status", "SUCCESS"), "amountSet": pair.bag(Decimal(given["amount"])),
        "amountRoundingSet": None, "createdAt": given.get("at", now), "processedAt": given.get("at", now),
        "manualPaymentGateway": bool(given.get("manual", False)), "paymentId": given.get("paymentId"),
        "test": bool(given.get("test", False)),
    }  # fmt: skip
