"""Amounts of a PrestaShop order: six decimals in the shop's tables, rounded by the order's own mode.

The currency says how many digits are used (`precision`; before 1.7.6 `decimals` is yes or no). `round_mode` and
`round_type` are in the order: type 1 rounds each piece, 2 each line, 3 the totals only; 0 stands in imported orders.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)

from bridge.domain.money import minor_unit
from bridge.stores.currencies import usual_digits
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import Unreadable, number_of

DIGITS_MAX = 4
CENTS = 2
ROUNDS_TOTALS_ONLY = frozenset({"3", "0", ""})
UP_ALWAYS = "0"
_MODES = {
    "0": ROUND_CEILING,
    "1": ROUND_FLOOR,
    "2": ROUND_HALF_UP,
    "3": ROUND_HALF_DOWN,
    "4": ROUND_HALF_EVEN,
}
_HALF_ODD = "5"


class Money:
    """How the amounts of one order are read."""

    def __init__(self, digits: int, mode: str, kind: str) -> None:
        self.digits = digits
        self.minor = minor_unit(digits)
        # An imported order says 0 for both, which is "up" in no shop's mind.
        self._mode = "2" if mode == UP_ALWAYS and kind in ("0", "") else mode
        self.rounds_totals_only = kind in ROUNDS_TOTALS_ONLY

    @classmethod
    def of(cls, parts: OrderParts) -> Money:
        """Raises Unreadable where the total is finer than any currency."""
        order = parts.order
        return cls(_digits(parts), order["round_mode"], order["round_type"])

    def read(self, part: Part, name: str, where: str = "") -> Decimal:
        """An amount in whole minor units."""
        return self.rounded(number_of(part.values, name, where))

    def rounded(self, amount: Decimal) -> Decimal:
        """By the order's mode."""
        if self._mode == _HALF_ODD:
            return self._half_odd(amount)
        return amount.quantize(self.minor, rounding=_MODES.get(self._mode, ROUND_HALF_UP))

    def is_whole(self, amount: Decimal) -> bool:
        """Whether the shop rounded it before it stored it."""
        return amount == amount.quantize(self.minor, rounding=ROUND_HALF_UP)

    def _half_odd(self, amount: Decimal) -> Decimal:
        even = amount.quantize(self.minor, rounding=ROUND_HALF_EVEN)
        is_half = abs(amount - even) * 2 == self.minor
        return even + (self.minor if amount > even else -self.minor) if is_half else even


def _digits(parts: OrderParts) -> int:
    currency = parts.one("currencies", parts.order["id_currency"])
    if currency is None or not currency["iso_code"]:
        raise Unreadable("its currency is not in the shop")
    digits = _whole(currency["precision"])
    if digits is None:
        with_decimals = currency["decimals"] not in ("0", "")
        shown = _whole(parts.setting("PS_PRICE_DISPLAY_PRECISION"))
        digits = (2 if shown is None else shown) if with_decimals or not currency["decimals"] else 0
    if digits > DIGITS_MAX:  # currencies that came into a shop before it kept their digits stand at 6 in its table
        digits = usual_digits(currency["iso_code"])
    # A shop that computes with more digits than its currency shows (before 1.7.6: always with cents) has the finer
    # amount in its books.
    used = -_exponent(number_of(parts.order.values, "total_paid_tax_incl"))
    if used > digits:
        digits = max(used, CENTS)
    if digits > DIGITS_MAX:
        raise Unreadable("total_paid_tax_incl has more decimals than any currency")
    return digits


def _exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) and exponent < 0 else 0


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else None
