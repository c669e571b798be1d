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
from bridge.profiles.errors import NO_ORDER, CharacterRefused, RenderRefused
from bridge.profiles.formats.control import NO_CONTROL as NO_CONTROL
from bridge.profiles.formats.control import Control as Control
from bridge.profiles.formats.control import ControlPlan as ControlPlan


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


def refuse_other_than_promised(context: FileContext, control: Control) -> None:
    """Raise Fault when the orders rendered are not those that the file's name and head were made for."""
    promised = {currency: total for currency, total in context.totals.items() if total}
    rendered = {currency: total for currency, total in control.totals.items() if total}
    if control.orders != context.count:
        what = f"{context.name} was begun for {context.count} orders and holds {control.orders}"
        raise Fault(what=what, reference=context.name)
    if context.totals and promised != rendered:
        raise Fault(what=f"the gross totals of {context.name} are not those of its orders", reference=context.name)


def refuse_other_currency(profile: str, control: Control, order: Mapping[str, Any]) -> None:
    """Raise RenderRefused where the tail has one sum for all orders, and this one has another currency."""
    other = control.other_currency(order)
    if other is not None:
        what = (
            f"the file ends with file.gross_total, one sum, and has orders in {other}; one in {order['currency']} "
            'goes into another file: batch_by = ["currency"]'
        )
        raise RenderRefused(profile=profile, order=order.get("number", NO_ORDER), place="profile.toml", what=what)


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
        **(dict(control.words()) if control.orders else {}),  # only where all orders are in
    }


def refused_character(
    rules: CharacterRules, order: Mapping[str, Any], path: str, found: RefusedCharacter
) -> CharacterRefused:
    """The error for one character of the field at `path`: position and code point, never the text."""
    return CharacterRefused(
        field=path,
        path=path,
        order=order.get("number", NO_ORDER),
        store=order.get("store", "-"),
        where=f"{order.get('store', '-')}/{order.get('store_order_id', '-')}",
        label=label(path),
        position=found.position,
        character=f"{found.code_point} ({found.name})" if found.name else found.code_point,
        encoding=rules.medium or rules.encoding,
    )
