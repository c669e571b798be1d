"""Unit prices of orders as rows or fields: one that is not told follows from the line's amounts, one that is must fit.

A price of nothing on a line that costs something is one that is not told: exports fill it in so, and so does the
contract. What is told is the price before the line's discount, rounded as the shop shows it.
"""

from __future__ import annotations

from decimal import Decimal

from bridge.domain.contract import Line, LineKind, Order
from bridge.domain.money import minor_unit
from bridge.stores.sums import each

DIGITS_MAX = 15  # of a price before the point
# A kit and its parts share their worth as the shop likes: the price may stand on one of them, the amount on the other.
_SHARED = (LineKind.KIT, LineKind.KIT_COMPONENT, LineKind.CONFIGURABLE)


def unfit_price(order: Order) -> str:
    """In words, the first unit price that makes another amount than its line's, or that no field could hold.

    Empty where all fit.
    """
    minor = minor_unit(order.currency_digits)
    for line in order.lines:
        if _is_beyond(line):
            return f"line {line.position}: its quantity is too small for its amounts"
        if (line.unit_net or line.unit_gross) and line.kind not in _SHARED and line.parent_position is None:
            unfit = _unfit(line, minor)
            if unfit:
                return unfit
    return ""


def with_unit_prices(order: Order) -> Order:
    """The order with the unit prices that follow from its lines' amounts, to a millionth."""
    lines = [_priced(line) for line in order.lines]
    if all(priced is line for priced, line in zip(lines, order.lines, strict=True)):
        return order
    return order.model_copy(update={"lines": tuple(lines)})


def _is_beyond(line: Line) -> bool:
    return bool(line.quantity) and line.gross.adjusted() - line.quantity.adjusted() > DIGITS_MAX


def _priced(line: Line) -> Line:
    found: dict[str, Decimal] = {}
    if _is_beyond(line):
        return line
    if not line.unit_net and line.net + line.discount:
        found["unit_net"] = each(line.net + line.discount, line.quantity)
    if not line.unit_gross:
        discount = _gross_discount(line)
        gross = line.gross + (line.discount if discount is None else discount)
        if gross:
            found["unit_gross"] = each(gross, line.quantity)
    return line.model_copy(update=found) if found else line


def _gross_discount(line: Line) -> Decimal | None:
    """The line's discount with its tax: at its rate, else as its amounts are taxed; None where neither says it."""
    if not line.discount:
        return line.discount
    if line.tax_rate is not None:
        return line.discount * (1 + line.tax_rate)
    return line.discount * line.gross / line.net if line.net else None


def _unfit(line: Line, minor: Decimal) -> str:
    """In words, a unit price that makes another amount than the line's, whatever was rounded; else empty."""
    told = (
        ("net", line.unit_net, line.net, line.discount),
        ("gross", line.unit_gross, line.gross, _gross_discount(line)),
    )
    for name, price, amount, discount in told:
        if not price or discount is None:
            continue
        made = price * line.quantity - discount
        if abs(made - amount) > _rounding(price, line.quantity, minor):
            less = f" less a discount of {discount.quantize(minor):f}" if discount else ""
            return (
                f"line {line.position}: its unit_{name} of {price:f} times its quantity of {line.quantity:f}{less} is "
                f"not its {name} of {amount:f}; leave the unit price out, so that it follows from the amounts, or tell "
                "the line's discount too"
            )
    return ""


def _rounding(price: Decimal, quantity: Decimal, minor: Decimal) -> Decimal:
    """How far price times quantity may be off: for each piece a minor unit (taxes may be rounded by piece) or half of
    the price's last digit, half of the last digit of a quantity with a fraction, and a minor unit each for the amount
    and the discount."""
    of_price = max(minor, _half_of_last(price))
    return abs(quantity) * of_price + abs(price) * _half_of_last(quantity.normalize()) + 2 * minor


def _half_of_last(number: Decimal) -> Decimal:
    """Half of what the last digit behind the point counts; nothing for a whole number."""
    exponent = number.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) and exponent < 0 else Decimal(0)
