"""The sums that Magento 2 makes: rows with their tax, discount and compensation, the order's header, the base currency.

Taxes are rounded by row, half up, to two decimals in any currency. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]
ZERO = Decimal(0)


def number(value: Decimal) -> int | float:
    """As PHP holds it: a float, printed without a point where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def cents(value: Decimal) -> Decimal:
    """Magento rounds every currency to two decimals."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Row:
    """The amounts of one item or of the shipping, in the order's currency."""

    net: Decimal  # before discounts
    gross: Decimal  # before discounts
    discount: Decimal
    compensation: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net - self.discount + self.compensation + self.tax


def row_of(amount: Decimal, percent: Decimal, discount: Decimal, inclusive: bool, taxed_before: bool) -> Row:
    """One row. `amount` and `discount` hold tax if prices are `inclusive`; `taxed_before`: tax ignores the discount."""
    rate = percent / 100
    if not inclusive:
        full = cents(amount * rate)
        tax = full if taxed_before else cents((amount - discount) * rate)
        return Row(amount, amount + full, discount, ZERO, tax)
    full = cents(amount * rate / (1 + rate))
    tax = full if taxed_before else cents((amount - discount) * rate / (1 + rate))
    return Row(amount - full, amount, discount, full - tax, tax)


def is_inclusive(given: Mapping[str, Any]) -> bool:
    """Whether the shop's prices are entered with tax."""
    return bool(given.get("prices_include_tax", True))


def described_row(described: Mapping[str, Any], given: Mapping[str, Any]) -> Row:
    """The row of one described item."""
    amount = cents(Decimal(str(described["price"])) * Decimal(str(described.get("qty", 1))))
    percent = Decimal(str(described.get("tax_percent", "23")))
    discount = Decimal(str(described.get("discount", "0")))
    return row_of(amount, percent, discount, is_inclusive(given), bool(given.get("tax_before_discount")))


def freight_row(shipping: Mapping[str, Any], given: Mapping[str, Any]) -> Row:
    """The row of the shipping; nothing for an order that is not shipped."""
    if given.get("virtual"):
        return Row(ZERO, ZERO, ZERO, ZERO, ZERO)
    amount, percent, discount = (
        Decimal(str(shipping.get(name, default)))
        for name, default in (("amount", "0"), ("tax_percent", "23"), ("discount", "0"))
    )
    return row_of(amount, percent, discount, is_inclusive(given), bool(given.get("tax_before_discount")))


def sums_of(given: Mapping[str, Any], rows: Sequence[Row], freight: Row, rate: Decimal) -> Json:
    """The header amounts, in both currencies."""
    wrap = given.get("gift_wrap", {})
    wrapping = Decimal(str(wrap.get("price", "0"))) + Decimal(str(wrap.get("tax", "0")))
    everything = [*rows, freight]
    subtotal = sum((row.net for row in rows), ZERO)
    value = sum((row.total for row in everything), wrapping)
    discount = sum((row.discount for row in everything), ZERO)
    sums: dict[str, Decimal] = {
        "subtotal": subtotal,
        "subtotal_incl_tax": sum((row.gross for row in rows), ZERO),
        "discount_amount": -discount,
        "tax_amount": sum((row.tax for row in everything), Decimal(str(wrap.get("tax", "0")))),
        "shipping_amount": freight.net,
        "shipping_incl_tax": freight.gross,
        "shipping_tax_amount": freight.tax,
        "shipping_discount_amount": freight.discount,
        "discount_tax_compensation_amount": sum((row.compensation for row in rows), ZERO),
        "shipping_discount_tax_compensation_amount": freight.compensation,
        "grand_total": value - credits_of(given),
    }
    shown: Json = {name: number(amount) for name, amount in sums.items()}
    shown["total_due"] = shown["grand_total"]
    shown["total_item_count"] = len(rows)
    in_base(shown, (*sums, "total_due"), rate)
    # A column name that MySQL of old could not hold in full; it is the API's name since.
    shown["base_shipping_discount_tax_compensation_amnt"] = shown.pop("base_shipping_discount_tax_compensation_amount")
    return shown


def credits_of(given: Mapping[str, Any]) -> Decimal:
    """What gift cards, store credit and reward points take off the grand total."""
    cards = sum((Decimal(str(card["amount"])) for card in given.get("gift_cards", ())), ZERO)
    return cards + Decimal(str(given.get("customer_balance", "0"))) + Decimal(str(given.get("reward", "0")))


def in_base(fields: Json, names: Sequence[str], rate: Decimal) -> None:
    """The same amounts once more in the base currency, each rounded for itself."""
    for name in names:
        if name in fields:
            fields[f"base_{name}"] = number(cents(Decimal(str(fields[name])) / rate))
