"""Money of a simulated Shopify shop: each amount in the shop's currency and in the buyer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]

DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Currencies:
    """The shop's own currency and the buyer's, with the rate between them."""

    shop: str = "EUR"
    presentment: str = "EUR"
    rate: Decimal = Decimal(1)  # one unit of shop money in presentment money

    def bag(self, amount: Decimal) -> Json:
        """An amount of the shop in both currencies."""
        return {
            "shopMoney": money(amount, self.shop),
            "presentmentMoney": money(amount * self.rate, self.presentment),
        }

    def rounded(self, amount: Decimal) -> Decimal:
        """Half up to the shop's smallest coin."""
        return rounded(amount, self.shop)


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-DIGITS.get(currency, 2)), rounding=ROUND_HALF_UP)


def money(amount: Decimal, currency: str) -> Json:
    """Shopify writes no fixed number of digits: "429.0" and "12.99", never "429.00"."""
    text = f"{rounded(amount, currency).normalize():f}"
    return {"amount": text if "." in text else f"{text}.0", "currencyCode": currency}


def amount_of(bag: Mapping[str, Any] | None) -> Decimal:
    """The shop money of a pair."""
    return Decimal(bag["shopMoney"]["amount"]) if bag else ZERO


def currencies_of(order: Json) -> Currencies:
    return Currencies(order["currencyCode"], order["presentmentCurrencyCode"], Decimal(order["rate"]))
