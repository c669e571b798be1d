"""What the check step gets from the ledger and hands back: sendings to judge, and their judgements. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.domain.changes import Told
from bridge.domain.problems import Problem
from bridge.domain.states import SendingState


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A sending to judge."""

    sending_id: int
    order_id: int
    store_order_id: str
    number: str
    content: bytes
    state: SendingState
    tries: int
    received_at: datetime
    external_id: str | None
    released: bool = False  # a person let it go by name
    told: Told | None = None  # of a change or cancellation: what it follows


@dataclass(frozen=True, slots=True)
class JudgedSending:
    """The judgement: READY (with the external id), SKIPPED or CANCELLED (with the rule) or HELD (with problems).

    RECEIVED with a rule: it waits for the store to change it, or for `next_try_at`.
    """

    sending_id: int
    state: SendingState
    judged_against: str
    rule: str | None = None
    external_id: str | None = None
    problems: tuple[Problem, ...] = ()
    next_try_at: datetime | None = None
    released: bool = False  # READY in mode `selected`: a rule names the order
    gross_minor: int | None = None  # READY: its value as it goes, where that is not the store's
