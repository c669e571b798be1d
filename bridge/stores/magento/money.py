"""Which of Magento's two moneys is read, and its amounts, exact.

Every amount stands twice in an order: in the currency that the buyer paid in, and as `base_…` in the currency of the
website. The two are never mixed. Amounts are JSON numbers; a PHP of old prints their noise (39.990000000000002), the
database holds four decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bridge.stores.raw import AMOUNT_DIGITS_MAX, Json, number_of

STORED = Decimal("0.0001")  # decimal(20,4) in the database
# Names that do not simply begin with base_; the first two for want of room in MySQL.
IRREGULAR = {
    "shipping_discount_tax_compensation_amount": "base_shipping_discount_tax_compensation_amnt",
    "weee_tax_applied_row_amount": "base_weee_tax_applied_row_amnt",
    "gw_price": "gw_base_price",
    "gw_tax_amount": "gw_base_tax_amount",
    "gw_items_price": "gw_items_base_price",
    "gw_items_tax_amount": "gw_items_base_tax_amount",
    "gw_card_price": "gw_card_base_price",
    "gw_card_tax_amount": "gw_card_base_tax_amount",
}


def exact(source: Json, name: str, where: str = "") -> Decimal:
    """A number as the database holds it; absent is 0. Raises Unreadable."""
    value = source.get(name)
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < AMOUNT_DIGITS_MAX:
        return value.quantize(STORED).normalize() + 0
    return number_of(source, name, where)


@dataclass(frozen=True, slots=True)
class Money:
    """One of the two: `word` is shop (the website's base currency) or presentment (the buyer's)."""

    word: str

    def name(self, name: str) -> str:
        """The field that holds this amount in this money."""
        if self.word == "presentment":
            return name
        return IRREGULAR.get(name, f"base_{name}")

    def of(self, source: Json, name: str, where: str = "") -> Decimal:
        """The amount; absent is 0. Raises Unreadable."""
        return exact(source, self.name(name), where)

    def currency(self, order: Json) -> str:
        """The ISO code, as the order says it."""
        code = order.get("order_currency_code" if self.word == "presentment" else "base_currency_code")
        return code.strip() if isinstance(code, str) else ""
