"""The rules of Peppol orders on amounts and totals. All sums are exact."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bridge.profiles.rules.document import (
    LINES,
    ORDER_CURE,
    SPACES,
    TEMPLATE_CURE,
    Document,
    Element,
    Found,
    Rule,
    amount,
    line_of,
    name_of,
    sum_of,
    total,
)

DECIMALS_MAX = 2
_AMOUNTS = ("Amount", "TaxAmount", "LineExtensionAmount", "PriceAmount", "BaseAmount")
_TOTALS = "cac:AnticipatedMonetaryTotal"


def other_currencies(order: Document) -> Iterator[Found]:
    """Bad: a price in USD in an order in EUR."""
    for one in _amounts(order):
        if one.get("currencyID") not in (None, order.currency):
            yield Found(line_of(one), f"{name_of(one)} is in {one.get('currencyID')}, the order in {order.currency}")


def payable_negative(order: Document) -> Iterator[Found]:
    """Bad: an order of 100.00 of which 120.00 are paid."""
    for sums in order.all(_TOTALS):
        if (due := amount(sums, "cbc:PayableAmount")) < 0:
            yield Found(line_of(sums), f"{due} {order.currency} are left to pay")


def lines_negative(order: Document) -> Iterator[Found]:
    """Bad: lines that add up to less than nothing."""
    for sums in order.all(_TOTALS):
        if (net := amount(sums, "cbc:LineExtensionAmount")) < 0:
            yield Found(line_of(sums), f"the lines add up to {net} {order.currency}")


def lines_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: lines of 10.00 and 5.00 with a total of 15.01."""
    lines = total(order.all(f"{LINES}/cbc:LineExtensionAmount"))
    yield from _misses(order, "cbc:LineExtensionAmount", lines, "the lines")


def allowances_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: an allowance of 5.00 with a total of allowances of 4.00, or with none."""
    yield from _misses(order, "cbc:AllowanceTotalAmount", sum_of(order.root, "false"), "the allowances")


def charges_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: a charge of 5.00 with a total of charges of 4.00, or with none."""
    yield from _misses(order, "cbc:ChargeTotalAmount", sum_of(order.root, "true"), "the charges")


def net_misses(order: Document) -> Iterator[Found]:
    """Bad: lines 100.00, allowances 5.00, charges 4.00 and a net of 100.00. Good: 99.00."""
    for sums in order.all(_TOTALS):
        if sums.find("cbc:TaxExclusiveAmount", SPACES) is not None:
            yield from _misses(order, "cbc:TaxExclusiveAmount", _net(sums), "lines, allowances and charges")


def payable_misses(order: Document) -> Iterator[Found]:
    """Bad: gross 119.00, prepaid 19.00, rounding 0.50 and 100.00 to pay. Good: 100.50."""
    for sums in order.all(_TOTALS):
        if gross := amount(sums, "cbc:TaxInclusiveAmount"):
            due = gross - amount(sums, "cbc:PrepaidAmount") + amount(sums, "cbc:PayableRoundingAmount")
            yield from _misses(order, "cbc:PayableAmount", due, "gross, prepaid and rounding")


def gross_misses(order: Document) -> Iterator[Found]:
    """Bad: net 100.00, tax 19.00 and a gross of 120.00."""
    for sums in order.all(_TOTALS):
        if amount(sums, "cbc:TaxInclusiveAmount") and order.all("cac:TaxTotal"):
            net = amount(sums, "cbc:TaxExclusiveAmount", _net(sums))
            tax = amount(order.root, "cac:TaxTotal/cbc:TaxAmount")
            yield from _misses(order, "cbc:TaxInclusiveAmount", net + tax, "net and tax")


def too_fine(order: Document) -> Iterator[Found]:
    """Bad: 1.234 KWD. Good: 1.23 EUR, 100 JPY; a unit price of 0.12345."""
    for one in _amounts(order):
        decimals = len((one.text or "").strip().partition(".")[2])
        if decimals > DECIMALS_MAX and not any(name_of(above) == "Price" for above in one.iterancestors()):
            what = f"{name_of(one)} has {decimals} decimals"
            yield Found(line_of(one), f"{what}; orders in {order.currency} with such amounts cannot go out")


def _misses(order: Document, path: str, right: Decimal, whose: str) -> Iterator[Found]:
    for sums in order.all(_TOTALS):
        if (said := amount(sums, path)) != right:
            name = path.partition(":")[2]
            yield Found(line_of(sums), f"{name} is {said}; {whose} make {right} {order.currency}")


def _net(sums: Element) -> Decimal:
    lines, off = amount(sums, "cbc:LineExtensionAmount"), amount(sums, "cbc:AllowanceTotalAmount")
    return lines - off + amount(sums, "cbc:ChargeTotalAmount")


def _amounts(order: Document) -> Iterator[Element]:
    for name in _AMOUNTS:
        yield from order.root.iter(f"{{{SPACES['cbc']}}}{name}")
    for sums in order.all(_TOTALS):
        yield from (one for one in sums.iterchildren("*") if name_of(one) not in _AMOUNTS)


SUMS = (
    Rule("R003", "all amounts are in the document's currency", TEMPLATE_CURE, other_currencies),
    Rule("R006", "what is left to pay is not negative", ORDER_CURE, payable_negative),
    Rule("R007", "the lines do not add up to less than nothing", ORDER_CURE, lines_negative),
    Rule("R008", "the lines add up to their total", TEMPLATE_CURE, lines_miss_their_sum),
    Rule("R009", "the allowances add up to their total", TEMPLATE_CURE, allowances_miss_their_sum),
    Rule("R010", "the charges add up to their total", TEMPLATE_CURE, charges_miss_their_sum),
    Rule("R011", "net is lines less allowances plus charges", TEMPLATE_CURE, net_misses),
    Rule("R016", "what is left to pay is gross less prepaid plus rounding", TEMPLATE_CURE, payable_misses),
    Rule("R017", "gross is net plus tax", TEMPLATE_CURE, gross_misses),
    Rule("R028", "amounts have at most 2 decimals", ORDER_CURE, too_fine),
)
