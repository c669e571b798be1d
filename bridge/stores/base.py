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

from bridge.domain.contract import Order
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """One order as the store told it. Exactly one of `order` and `problem` is set.

    original: the store's own text of this order as one line (JSON; no newline inside), kept so in the archive.
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
    """The outcome of one write-back. `found` is the number that stood there when DIFFERENT."""

    write_back: WriteBack
    outcome: WriteBackOutcome
    found: str = ""
    error: BridgeError | None = None


class Store(Protocol):
    """One shop. Errors: Unavailable (again by itself), Refused (a person), never a bare library error."""

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages of orders changed since the cursor (None: from `orders_from`), oldest change first.

        Overlap with the last look is allowed and expected; the ledger drops what it knows. Each page's cursor may be
        kept as soon as the page is in the ledger. A page without orders ends the look.
        """

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """Read before write, one receipt for each, in order. Never overwrites another number."""

    def check(self) -> list[Finding]:
        """Try the connection and the rights; change nothing."""

    def wake_paths(self) -> Sequence[str]:
        """Local folders whose change means 'look soon' (empty for an API)."""

    def close(self) -> None:
        """Give back connections."""
