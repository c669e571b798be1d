"""The rules of Peppol orders on lines: their numbers, quantities and prices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bridge.profiles.rules.document import (
    ALLOWANCES,
    LINES,
    ORDER_CURE,
    SLACK,
    SPACES,
    TEMPLATE_CURE,
    Document,
    Element,
    Found,
    Rule,
    amount,
    line_of,
    name_of,
    number,
    sum_of,
    text,
)


def lines_named_twice(order: Document) -> Iterator[Found]:
    """Bad: two lines with the ID 1."""
    seen: set[str] = set()
    for line in order.all(LINES):
        if (said := text(line, "cbc:ID")) in seen:
            yield Found(line_of(line), f"two lines have the number {said}")
        seen.add(said)


def negative_quantities(order: Document) -> Iterator[Found]:
    """Bad: a quantity of -1."""
    for line in order.all(LINES):
        if (quantity := amount(line, "cbc:Quantity")) < 0:
            yield Found(line_of(line), f"line {_id(line)} has the quantity {quantity}")


def negative_prices(order: Document) -> Iterator[Found]:
    """Bad: a price of -5. Good: a discount as an allowance."""
    for price in order.all(f"{LINES}/cac:Price"):
        if (net := amount(price, "cbc:PriceAmount")) < 0:
            yield Found(line_of(price), f"line {_id_above(price)} has the price {net}")


def price_misses_its_allowance(order: Document) -> Iterator[Found]:
    """Bad: gross price 60, allowance 10, price 51. Good: 50."""
    for off in order.all(f"{LINES}/cac:Price/{ALLOWANCES}"):
        price = off.getparent()
        if price is not None and off.find("cbc:BaseAmount", SPACES) is not None:
            net = amount(off, "cbc:BaseAmount") - amount(off, "cbc:Amount")
            if amount(price, "cbc:PriceAmount") != net:
                yield Found(line_of(price), f"line {_id_above(price)}: gross price less allowance is {net}")


def line_misses(order: Document) -> Iterator[Found]:
    """Bad: 2 pieces at 10.00 less 1.00 as 20.00. Good: 19.00; 3 at 3.333 as 10.00."""
    for line in order.all(LINES):
        price = amount(line, "cac:Price/cbc:PriceAmount") / (amount(line, "cac:Price/cbc:BaseQuantity") or 1)
        right = amount(line, "cbc:Quantity", Decimal(1)) * price + sum_of(line, "true") - sum_of(line, "false")
        net = amount(line, "cbc:LineExtensionAmount")
        if abs(net - right) > SLACK:
            what = f"quantity, price and discount make {right.quantize(Decimal('0.0001')).normalize():f}"
            yield Found(line_of(line), f"line {_id(line)} is worth {net}; {what}")


def base_quantities(order: Document) -> Iterator[Found]:
    """Bad: a price of 10.00 for 0 pieces."""
    for base in order.all(f"{LINES}/cac:Price/cbc:BaseQuantity"):
        if number(base) <= 0:
            yield Found(line_of(base), f"line {_id_above(base)}: the price is for {number(base)} pieces")


def gross_prices_negative(order: Document) -> Iterator[Found]:
    """Bad: a gross price of -5."""
    for base in order.all(f"{LINES}/cac:Price/{ALLOWANCES}/cbc:BaseAmount"):
        if number(base) < 0:
            yield Found(line_of(base), f"line {_id_above(base)} has the gross price {number(base)}")


def price_offs_negative(order: Document) -> Iterator[Found]:
    """Bad: a price with an allowance of -1."""
    for off in order.all(f"{LINES}/cac:Price/{ALLOWANCES}"):
        if (said := amount(off, "cbc:Amount")) < 0:
            yield Found(line_of(off), f"line {_id_above(off)}: the allowance of the price is {said}")


def _id(line: Element) -> str:
    return text(line, "cbc:ID")


def _id_above(element: Element) -> str:
    line = next((one for one in element.iterancestors() if name_of(one) == "LineItem"), None)
    return "" if line is None else _id(line)


ORDER_LINES = (
    Rule("R001", "each line has a number of its own", TEMPLATE_CURE, lines_named_twice),
    Rule("R004", "no quantity is negative", ORDER_CURE, negative_quantities),
    Rule("R005", "no price is negative", ORDER_CURE, negative_prices),
    Rule("R019", "a net price is the gross price less its allowance", TEMPLATE_CURE, price_misses_its_allowance),
    Rule("R024", "a line is quantity times price, plus its charges less its allowances", ORDER_CURE, line_misses),
    Rule("R025", "a price is for more than nothing", TEMPLATE_CURE, base_quantities),
    Rule("R027", "no gross price is negative", ORDER_CURE, gross_prices_negative),
    Rule("R033", "no allowance of a price is negative", TEMPLATE_CURE, price_offs_negative),
)
