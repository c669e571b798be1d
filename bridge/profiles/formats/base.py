"""What a format must be able to do: give the bytes of one file, order by order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Protocol

from bridge.domain.characters import CharacterRules, RefusedCharacter
from bridge.domain.checks.case import label
from bridge.domain.errors import Fault
from bridge.profiles.errors import CharacterRefused


@dataclass(frozen=True, slots=True)
class FileContext:
    """What is known of a file before its first byte. totals: gross by currency of all its orders."""

    sequence_number: int
    name: str
    endpoint: str
    business_day: date
    sealed_at: datetime  # UTC
    count: int
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    preview: bool = False
    daily_number: int = 1  # of the file among those of its business day
    zone: tzinfo = UTC  # in which zone dates are written


class FileRenderer(Protocol):
    """One file, rendered from the top down: `head`, each `order`, `tail`. Used once, by one thread."""

    def head(self) -> bytes:
        """What stands before the first order."""

    def order(self, order: dict[str, Any]) -> bytes:
        """One order. Raises RenderRefused or CharacterRefused; the file is then as if it had not been asked."""

    def tail(self) -> bytes:
        """What stands after the last order."""


class Format(Protocol):
    """One profile's way of writing, compiled once. `carries`: the canonical fields that can be read back."""

    @property
    def carries(self) -> tuple[str, ...]: ...

    def renderer(self, context: FileContext) -> FileRenderer:
        """A new file."""


@dataclass(slots=True)
class Control:
    """What a file's tail sums up. Counts only orders that were rendered."""

    orders: int = 0
    lines: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)

    def add(self, order: Mapping[str, Any]) -> None:
        """One rendered order."""
        currency = order["currency"]
        self.orders += 1
        self.lines += len(order["lines"])
        self.totals[currency] = self.totals.get(currency, Decimal(0)) + Decimal(order["totals"]["gross"])


def refuse_other_than_promised(context: FileContext, control: Control) -> None:
    """Raise Fault when the orders rendered are not those that the file's name and head were made for."""
    promised = {currency: total for currency, total in context.totals.items() if total}
    rendered = {currency: total for currency, total in control.totals.items() if total}
    if control.orders != context.count:
        what = f"{context.name} was begun for {context.count} orders and holds {control.orders}"
        raise Fault(what=what, reference=context.name)
    if context.totals and promised != rendered:
        raise Fault(what=f"the gross totals of {context.name} are not those of its orders", reference=context.name)


def file_words(context: FileContext, control: Control) -> dict[str, Any]:
    """The file as templates and columns see it (`file.sequence_number`). order_count is known from the head on."""
    return {
        "sequence_number": context.sequence_number,
        "daily_number": context.daily_number,
        "name": context.name,
        "endpoint": context.endpoint,
        "business_day": context.business_day,
        "sealed_at": context.sealed_at,
        "order_count": context.count,
        "line_count": control.lines,
        "preview": context.preview,
        "totals": [
            {"currency": currency, "amount": amount}
            for currency, amount in sorted((control.totals or context.totals).items())
        ],
    }


def refused_character(
    rules: CharacterRules, order: Mapping[str, Any], path: str, found: RefusedCharacter
) -> CharacterRefused:
    """The error for one character of the field at `path`: position and code point, never the text."""
    return CharacterRefused(
        field=path,
        path=path,
        order=order.get("number", "-"),
        store=order.get("store", "-"),
        where=f"{order.get('store', '-')}/{order.get('store_order_id', '-')}",
        label=label(path),
        position=found.position,
        character=f"{found.code_point} ({found.name})" if found.name else found.code_point,
        encoding=rules.medium or rules.encoding,
    )
