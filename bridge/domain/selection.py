"""A flow's own rules: an ordered list, the first that matches an order decides. Conditions are lists and bounds.

A rule that takes an order settles what it looked at, and nothing else: one that names `status` asks neither for the
flow's statuses nor for known words, one that names `payment_status` does not ask the payment policy. All else is judged
as without rules. A cancelled order is asked no rule: it is cancelled, whatever else it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from bridge.domain.contract import NOT_IN_REVISION, Order, Party

REASON_LENGTH_MAX = 200


class Action(StrEnum):
    """What a rule does with the orders that it matches."""

    TAKE = "take"  # they go, as far as the rule looked
    SKIP = "skip"  # they never go
    WAIT = "wait"  # they wait until the store changes them, at most `wait_max`
    HOLD = "hold"  # a person decides about each


class CustomerKind(StrEnum):
    """Who buys, as far as the order says."""

    BUSINESS = "business"  # the billing party has a company name or a tax id
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """One rule. An empty condition is not asked; values within a condition are alternatives."""

    name: str
    action: Action
    reason: str = ""  # why, in the words of the people who wrote the rule
    wait_max: timedelta | None = None  # since the order was placed; then a person must look
    status: tuple[str, ...] = ()  # the store's own words
    payment_status: tuple[str, ...] = ()
    payment_method: tuple[str, ...] = ()
    fulfilment_status: tuple[str, ...] = ()  # the store's own words
    country: tuple[str, ...] = ()  # where it goes, else who pays; ISO 3166-1 alpha-2
    channel: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()  # one of them is enough
    customer: tuple[str, ...] = ()
    amount_min: Decimal | None = None  # gross, in `currency`, the bound included
    amount_max: Decimal | None = None
    currency: str = ""

    def matches(self, order: Order) -> bool:
        """Whether every condition holds. An amount in another currency never matches."""
        return self._in_bounds(order) and all(
            any(word in allowed for word in words_of(order, name)) for name, allowed in self.conditions()
        )

    def conditions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The lists of values that are asked."""
        return ((name, allowed) for name in CONDITIONS if (allowed := getattr(self, name)))

    @property
    def matches_all(self) -> bool:
        """Whether it has no condition at all."""
        return not (any(self.conditions()) or self.currency)

    @property
    def code(self) -> str:
        """What a skipped or waiting order keeps of the rule, readable without bridge.toml: `skip:NAME:REASON`."""
        return f"{self.action}:{self.name}:{self.reason}".rstrip(":")

    def _in_bounds(self, order: Order) -> bool:
        if self.amount_min is None and self.amount_max is None:
            return not self.currency or order.currency == self.currency
        gross = order.totals.gross
        return (
            order.currency == self.currency
            and (self.amount_min is None or gross >= self.amount_min)
            and (self.amount_max is None or gross <= self.amount_max)
        )


CONDITIONS = (
    "status",
    "payment_status",
    "payment_method",
    "fulfilment_status",
    "country",
    "channel",
    "tag",
    "customer",
)
_MARK = "~"
# The order's field behind a condition, where a shop may change it without a new revision.
_FIELD_OF = {"status": "status", "fulfilment_status": "fulfilment_status", "channel": "channel", "tag": "tags"}


def words_of(order: Order, condition: str) -> tuple[str, ...]:
    """What the order has for a condition; several for tags."""
    match condition:
        case "payment_status":
            return (order.payment.state.value,)
        case "payment_method":
            return (order.payment.method,)
        case "country":
            return ((order.delivery.country or order.billing.country).upper(),)
        case "tag":
            return order.tags
        case "customer":
            return (customer_kind(order.billing).value,)
        case _:
            return (str(getattr(order, condition)),)


def customer_kind(billing: Party) -> CustomerKind:
    """A company name or a tax id makes a business."""
    return CustomerKind.BUSINESS if billing.company.strip() or billing.tax_id.strip() else CustomerKind.PRIVATE


def first_match(order: Order, rules: Iterable[SelectionRule]) -> SelectionRule | None:
    """The rule that decides about the order; None where the flow's other settings do."""
    if order.cancelled:
        return None
    return next((rule for rule in rules if rule.matches(order)), None)


def marked_digest(digest: str, mark: str) -> str:
    """The digest of a content that a rule keeps back by a word that makes no revision."""
    return f"{digest}{_MARK}{mark}" if mark else digest


def plain_digest(digest: str) -> str:
    """The digest of the content itself, whatever kept the order back."""
    return digest.partition(_MARK)[0]


def unsettled(order: Order, lists: Iterable[tuple[SelectionRule, ...]]) -> str:
    """A mark of an order that some flow's rules keep back by words that make no revision; empty where none does.

    Shops move words such as the fulfilment status after the ERP has the order, so that they make no revision. While a
    rule looks at such a word and does not take the order, its next word must be seen: the mark changes with it. Once
    every flow takes the order the mark is gone for good, and the words make no change of it any more.
    lists: the rules of each flow of the store.
    """
    outside = {name for name, field in _FIELD_OF.items() if field in NOT_IN_REVISION or field in order.read_live}
    words: dict[str, tuple[str, ...]] = {}
    for rules in lists:
        asked = {name for rule in rules for name, _ in rule.conditions() if name in outside}
        decided = first_match(order, rules) if asked else None
        if decided is not None and decided.action is not Action.TAKE:
            words |= {name: words_of(order, name) for name in asked}
    return hashlib.sha256(repr(sorted(words.items())).encode()).hexdigest()[:12] if words else ""
