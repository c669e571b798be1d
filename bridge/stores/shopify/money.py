"""Which of a Shopify order's two moneys is read: the shop's own currency, or the one that the buyer was shown.

Every amount stands twice, as a text with no fixed number of digits ("429", "376.0"). The two are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bridge.stores.currencies import usual_digits
from bridge.stores.raw import Json, Unreadable, number_of, table_of, tables_of, verbatim_of

DIGITS_MAX = 4
_SIDES = {"shop": ("shopMoney", "currencyCode"), "presentment": ("presentmentMoney", "presentmentCurrencyCode")}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: `shop` or `presentment`."""

    word: str

    def of(self, source: Json, name: str, where: str = "") -> Decimal:
        """The amount of a pair; absent is 0. Raises Unreadable."""
        pair = table_of(source, name)
        if not pair:
            return Decimal(0)
        money = table_of(pair, _SIDES[self.word][0])
        if money.get("amount") in (None, ""):
            raise Unreadable(f"{where}{name} has no {self.word} money")
        return number_of(money, "amount", f"{where}{name}: ")

    @property
    def other(self) -> Side:
        """The other of the two."""
        return Side("presentment" if self.word == "shop" else "shop")

    def required(self, source: Json, name: str) -> Decimal:
        """The amount of a pair that every order has."""
        if not table_of(source, name):
            raise Unreadable(f"{name} is missing")
        return self.of(source, name)

    def currency(self, order: Json) -> str:
        """The currency of this side."""
        currency = verbatim_of(order, _SIDES[self.word][1])
        if not currency:
            raise Unreadable(f"{_SIDES[self.word][1]} is missing")
        return currency

    def taxes(self, item: Json, where: str = "") -> Decimal:
        """The tax of one line: all its tax lines, each rounded by the shop."""
        return sum((self.of(tax, "priceSet", where) for tax in tables_of(item, "taxLines")), Decimal(0))


def is_converted(order: Json) -> bool:
    """Whether the buyer paid in another currency than the shop's: then each amount of one side is rounded by itself."""
    return verbatim_of(order, "currencyCode") != verbatim_of(order, "presentmentCurrencyCode")


def digits_of(currency: str, amounts: Iterable[Decimal]) -> int:
    """The usual digits of the currency, or more where an amount needs them. Raises Unreadable above four."""
    digits = max((usual_digits(currency), *(_decimals(amount) for amount in amounts)))
    if digits > DIGITS_MAX:
        raise Unreadable("an amount has more decimals than any currency")
    return digits


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
