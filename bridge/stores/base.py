"""What a store must be able to do. A connector is found through the entry point group `erp_bridge.stores`.

The entry point is a factory `(name: str, settings: StoreSettings, clock: Clock) -> Store`. The contract suite that
every connector inherits is `bridge/testing/stores.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.contract import Order, PaymentPart, Refund
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """One order as the store told it. Exactly one of `order` and `problem` is set.

    original: the store's own text of this order as one line (JSON; no newline inside), kept so in the archive. Where
    an order is made of several answers (refunds, payments), it holds all of them, each as the store wrote it.
    """

    store_order_id: str
    original: bytes
    order: Order | None
    problem: Problem | None = None  # malformed: the order alone stands still, the others go on


@dataclass(frozen=True, slots=True)
class Page:
    """At most 500 orders, and the cursor that stands after them (opaque text of the connector)."""

    orders: Sequence[StoreOrder]
    cursor: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """One order that was asked for by its id: as the store tells it now, or None where the store has it no more."""

    store_order_id: str
    told: StoreOrder | None


@dataclass(frozen=True, slots=True)
class Children:
    """What hangs on an order and has a life of its own in the store."""

    refunds: tuple[Refund, ...] = ()
    payments: tuple[PaymentPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, its end excluded. Both are UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Description:
    """What a connector knows of its kind of shop, for the engine, for people and for the contract table.

    sweep_days: how far back the slow second look goes (0: this store needs none), once in sweep_every_h.
    statuses: the words that the shop itself uses for an order's status; one that stands neither here nor in
    bridge.toml is held.
    """

    system: str  # "WooCommerce REST v3"
    sweep_days: int
    sweep_every_h: int
    moves_the_time: tuple[str, ...]  # changes that the shop's own modification time shows
    only_the_sweep_sees: tuple[str, ...]  # changes that it does not show
    least_rights: tuple[str, ...]  # what the key must be allowed to do, and no more
    statuses: frozenset[str] = frozenset()
    api_version: str = ""  # pinned, where versions of the API expire
    served_version: str = ""  # that answered last, as the shop itself says; empty before its first answer
    writes: tuple[str, ...] = ("erp_number",)  # what a write-back changes, as configured: also note, status, tags
    number_field: str = ""  # that gets the ERP's number; {endpoint} in it, or empty: each endpoint's stands apart
    never_told: tuple[str, ...] = ()  # conditions of a flow's rules (`tag`) for which such a shop's orders have no word
    by_id: bool = True  # whether `fetch` can ask for single orders


class WriteBackOutcome(StrEnum):
    """What became of one write-back."""

    WRITTEN = "written"
    ALREADY = "already"  # our number stood there: nothing written
    DIFFERENT = "different"  # another number stands there: nothing written, a person must look
    GONE = "gone"  # the order is not in the store any more
    FAILED = "failed"  # see `error`: tried again if Unavailable or Doubtful (read before write settles the doubt)


@dataclass(frozen=True, slots=True)
class WriteBack:
    """The ERP's number for one order of the store."""

    store_order_id: str
    external_id: str
    erp_number: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class WriteBackReceipt:
    """The outcome of one write-back.

    found: the number that stood there when DIFFERENT. tried: false for one that FAILED only as one before it did.
    """

    write_back: WriteBack
    outcome: WriteBackOutcome
    found: str = ""
    error: BridgeError | None = None
    tried: bool = True


class Store(Protocol):
    """One shop. Errors: Unavailable (again by itself), Refused (a person), never a bare library error."""

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages of orders changed since the cursor (None: from `orders_from`), oldest change first.

        Overlap with the last look is allowed and expected; the ledger drops what it knows. Each page's cursor may be
        kept as soon as the page is in the ledger. A page without orders ends the look.
        """

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """Pages of all orders created after a moment, whether the shop says that they changed or not: the sweep.

        A cursor of an earlier page goes on behind it, with the same `created_after`. The last page ends the sweep.
        """

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders as they are now, one for each id, in order. Nothing where `describe().by_id` is false."""

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""

    def children(self, store_order_id: str) -> Children:
        """Refunds and payments of one order, as the store records them now; none for an order that is gone."""

    def clock(self) -> datetime:
        """What time it is for the shop (UTC); ours where it does not say."""

    def count(self, window: Window) -> int | None:
        """How many orders the shop has that were created in the window; None where it cannot tell."""

    def describe(self) -> Description:
        """What this kind of shop is like. Asks nobody."""

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """Read before write, one receipt for each, in order. Never overwrites another number."""

    def check(self) -> list[Finding]:
        """Try the connection and the rights; change nothing."""

    def wake_paths(self) -> Sequence[str]:
        """Local folders whose change means 'look soon' (empty for an API)."""

    def close(self) -> None:
        """Give back connections."""
