"""Single values of a raw Vendure order: amounts in the shop's own precision, and custom fields as texts.

Vendure counts money in whole steps of 10^-precision, the same precision for every currency: with the usual 2, a JPY
amount of 147620 is 1476.20 JPY. So the precision is the shop's, never the currency's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bridge.stores.raw import AMOUNT_DIGITS_MAX, Json, Unreadable, table_of

UNIT_PRICE_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Money:
    """Reads amounts of one shop."""

    digits: int

    def of(self, source: Json, name: str, where: str = "") -> Decimal:
        """An amount that must be there, in major units with exactly the shop's digits."""
        value = source.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Unreadable(f"{where}{name} is not an amount")
        number = Decimal(value)
        if not number.is_finite() or number.adjusted() >= AMOUNT_DIGITS_MAX or number != int(number):
            raise Unreadable(f"{where}{name} is not a whole number of the shop's smallest unit")
        return Decimal(int(number)).scaleb(-self.digits)

    def unrounded(self, source: Json, name: str, where: str = "") -> Decimal:
        """A price of one piece, which the shop may tell unrounded: to a millionth.

        A shipping line's net `price` is so where the channel's prices include the tax (1056.0975609756097).
        """
        value = source.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Unreadable(f"{where}{name} is not an amount")
        number = Decimal(value)
        if not number.is_finite() or number.adjusted() >= AMOUNT_DIGITS_MAX:
            raise Unreadable(f"{where}{name} is not an amount that an order can hold")
        return number.scaleb(-self.digits).quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP).normalize()


def count_of(source: Json, name: str, where: str = "") -> Decimal:
    """A number of pieces."""
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**AMOUNT_DIGITS_MAX:
        raise Unreadable(f"{where}{name} is not a number of pieces")
    return Decimal(value)


def custom_of(source: Json) -> Json:
    """An entity's custom fields; empty where the shop has none."""
    return table_of(source, "customFields")


def first_custom(sources: Iterable[Json], names: Iterable[str]) -> str:
    """The first filled custom field: by entity first, then by name."""
    wanted = list(names)
    for source in sources:
        fields = custom_of(source)
        for name in wanted:
            if text := custom_text(fields.get(name)):
                return text
    return ""


def custom_text(value: object) -> str:
    """A plain value as text: `true` and `false` as GraphQL writes them, lists and null as empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def is_set(source: Json, names: Iterable[str]) -> bool:
    """Whether one of some yes-or-no fields says yes."""
    fields = custom_of(source)
    return any(custom_text(fields.get(name)) == "true" for name in names)
