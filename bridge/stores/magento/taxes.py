"""Rates and tax codes of an order's items and of its shipping.

`tax_percent` of an item is its whole rate, several and compound ones included. The codes of the rates stand apart, by
item, in `item_applied_taxes`; they are the keys of maps/tax.csv, joined by a plus where there are several.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bridge.stores.magento.money import exact
from bridge.stores.raw import Json, table_of, tables_of, text_of

UNTAXED = "zero-rate"  # an amount on which the shop charged no tax at all


@dataclass(frozen=True, slots=True)
class Taxes:
    """What the order says of its taxes. A rate is a fraction."""

    codes: dict[str, str]  # item id -> codes
    code_of_rate: dict[Decimal, str]
    shipping_rate: Decimal | None
    shipping_code: str

    def code(self, item_id: str, rate: Decimal | None, net: Decimal, tax: Decimal) -> str:
        """The key of maps/tax.csv of one line. An untaxed amount never travels under a taxed code."""
        if tax == 0 and (net != 0 or not rate):
            return UNTAXED
        return self.codes.get(item_id) or self.code_of(rate)

    def code_of(self, rate: Decimal | None) -> str:
        """The code of a rate as this order has it elsewhere, else the percentage."""
        if rate is None:
            return ""
        return self.code_of_rate.get(rate) or f"{(rate * 100).normalize():f}"


def taxes_of(order: Json) -> Taxes:
    """Raises Unreadable."""
    codes: dict[str, str] = {}
    code_of_rate: dict[Decimal, str] = {}
    shipping_rate, shipping_code = None, ""
    percents = {text_of(item, "item_id"): exact(item, "tax_percent", "item: ") for item in tables_of(order, "items")}
    for group in tables_of(table_of(order, "extension_attributes"), "item_applied_taxes"):
        applied = tables_of(group, "applied_taxes")
        code = "+".join(filter(None, (text_of(tax, "code") for tax in applied)))
        if not code:
            continue
        if text_of(group, "type") == "shipping":
            shipping_code = code
            if len(applied) == 1:  # how several make one rate (added, compound) is not told for the shipping
                shipping_rate = exact(applied[0], "percent", "shipping: ") / 100
            continue
        item_id = text_of(group, "item_id")
        codes[item_id] = code
        code_of_rate.setdefault(percents.get(item_id, Decimal(0)) / 100, code)
    return Taxes(codes, code_of_rate, shipping_rate, shipping_code)
