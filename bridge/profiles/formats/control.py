"""Control totals: what stands at a file's end so that the ERP can tell a whole file from a damaged one.

Sums of amounts and hash totals of codes (`[[control]]`), counts, the first and last order, digests of the bytes before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from bridge.domain.digests import DIGESTS, new_digest
from bridge.profiles.fields import FieldKind, field_kind
from bridge.profiles.settings import ControlSettings

USUAL_DIGITS = 2
GROSS_TOTAL = "gross_total"
CODE_DIGITS_MAX = 500
_EXACT = Context(prec=1_000, traps=[InvalidOperation])  # the usual 28 digits would round a total of long codes
_NOT_DIGITS = re.compile(r"[^0-9]+")


class ControlRefused(ValueError):
    """A control total that cannot be made: the text says why."""


@dataclass(frozen=True, slots=True)
class ControlSum:
    """One total: over which path, of each order or each line, as amounts or as the digits of codes."""

    name: str
    steps: tuple[str, ...]
    each_line: bool
    is_hash: bool
    digits: int | None  # only so many last ones of a hash total

    def of(self, order: Mapping[str, Any]) -> Decimal:
        """What one order adds."""
        owners: Sequence[Any] = order["lines"] if self.each_line else (order,)
        total = Decimal(0)
        for owner in owners:
            total = _EXACT.add(total, self._value(owner))
        return total

    def added(self, sum_so_far: Decimal, more: Decimal) -> Decimal:
        """The total with one more order in it; of a hash total only its last digits."""
        both = _EXACT.add(sum_so_far, more)
        return _EXACT.remainder(both, Decimal(10) ** self.digits) if self.digits is not None else both

    def _value(self, owner: Any) -> Decimal:
        """An amount; of a code its digits as a number, no more of them than count."""
        for step in self.steps:
            owner = owner[step]
        text = str(owner)
        if self.is_hash:
            text = _NOT_DIGITS.sub("", text)[-(self.digits or CODE_DIGITS_MAX) :]
        return Decimal(text or 0)


@dataclass(frozen=True, slots=True)
class ControlPlan:
    """What a profile's tail asks for; nothing else is worked out."""

    sums: tuple[ControlSum, ...] = ()
    digests: tuple[str, ...] = ()
    one_currency: bool = False


NO_CONTROL = ControlPlan()


def control_sum(settings: ControlSettings) -> ControlSum:
    """One `[[control]]` entry. Raises ControlRefused for a path that is no amount, or no code."""
    path = settings.of
    is_hash = settings.kind == "hash"
    kinds = (FieldKind.TEXT, FieldKind.INTEGER) if is_hash else (FieldKind.AMOUNT, FieldKind.INTEGER)
    if field_kind(path) not in kinds:
        wanted = "a text or whole number of the order" if is_hash else "an amount of the order"
        raise ControlRefused(f"{path} is not {wanted}; `bridge contract` lists the fields")
    if settings.digits is not None and not is_hash:
        raise ControlRefused("digits belongs to kind hash; a sum is never cut")
    each_line = path.startswith("lines.")
    steps = tuple(path.removeprefix("lines.").split("."))
    return ControlSum(settings.name, steps, each_line, is_hash, settings.digits)


def control_plan(sums: Sequence[ControlSum], uses: Callable[[str], bool]) -> ControlPlan:
    """uses: whether the profile's tail names a word of the file."""
    return ControlPlan(tuple(sums), tuple(name for name in DIGESTS if uses(name)), uses(GROSS_TOTAL))


@dataclass(slots=True)
class Control:
    """What a file's tail sums up. Counts only orders that were rendered."""

    plan: ControlPlan = NO_CONTROL
    orders: int = 0
    lines: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    currency_digits: int | None = None  # the most that an order has
    first_order: str = ""
    last_order: str = ""
    sums: dict[str, Decimal] = field(init=False)
    _digests: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.sums = {one.name: Decimal(0) for one in self.plan.sums}
        self._digests = {name: new_digest(name) for name in self.plan.digests}

    def add(self, order: Mapping[str, Any], content: bytes = b"") -> None:
        """One rendered order, and its bytes."""
        currency = order["currency"]
        self.orders += 1
        self.currency_digits = max(self.currency_digits or 0, order["currency_digits"])
        self.lines += len(order["lines"])
        self.totals[currency] = self.totals.get(currency, Decimal(0)) + Decimal(order["totals"]["gross"])
        self.first_order = self.first_order or order["external_id"]
        self.last_order = order["external_id"]
        for one in self.plan.sums:
            self.sums[one.name] = one.added(self.sums[one.name], one.of(order))
        self.wrote(content)

    def wrote(self, content: bytes) -> None:
        """Bytes that stand before the tail."""
        for digest in self._digests.values():
            digest.update(content)

    def digits(self, promised: Mapping[str, Decimal]) -> int:
        """Minor digits of the amounts in head and tail. promised: totals that are known before the first order."""
        if self.currency_digits is not None:
            return self.currency_digits
        return max([USUAL_DIGITS, *(-int(total.as_tuple().exponent) for total in promised.values())])

    def other_currency(self, order: Mapping[str, Any]) -> str | None:
        """The currency of the orders before, where the tail has one sum for all and this order has another one."""
        if not self.plan.one_currency or not self.totals or order["currency"] in self.totals:
            return None
        return next(iter(self.totals))

    def words(self) -> Iterator[tuple[str, Any]]:
        """What a tail can name beside what every part of a file can."""
        yield "control", dict(self.sums)
        yield "first_order", self.first_order
        yield "last_order", self.last_order
        if len(self.totals) <= 1:
            yield GROSS_TOTAL, next(iter(self.totals.values()), Decimal(0))
        for name, digest in self._digests.items():
            yield name, digest.hexdigest()
