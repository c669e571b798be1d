"""A shop that is polled: what the connectors of all such shops do alike. What differs is its parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.finding import Finding
from bridge.stores.base import (
    Children,
    Description,
    Fetched,
    Page,
    StoreOrder,
    Window,
    WriteBack,
    WriteBackReceipt,
)

CLOCKS_APART_MAX = timedelta(minutes=5)


class Connection(Protocol):
    """What a connector keeps open."""

    def close(self) -> None:
        """Give it back."""


class Reading(Protocol):
    """The looks at one shop; `Looks` is one."""

    def changed(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store.changed_since`."""

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store.recent`."""


class Questions(Protocol):
    """What else a shop is asked."""

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """See `Store.fetch`."""

    def now(self) -> datetime:
        """See `Store.clock`."""

    def count(self, window: Window) -> int | None:
        """See `Store.count`."""


class Writing(Protocol):
    """How a shop is told numbers."""

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store.write_back`."""


class PolledStore(ABC):
    """One shop over one kept connection."""

    def __init__(self, connection: Connection, reading: Reading, questions: Questions, writing: Writing) -> None:
        self._connection = connection
        self._reading = reading
        self._questions = questions
        self._writing = writing

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`."""
        return self._reading.changed(cursor, orders_from)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store`."""
        return self._reading.recent(created_after, cursor)

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """See `Store`."""
        return self._questions.by_id(store_order_ids)

    def children(self, store_order_id: str) -> Children:
        """See `Store`: what the order itself says of them now."""
        for fetched in self.fetch([store_order_id]):
            order = fetched.told.order if fetched.told else None
            if order is not None:
                return Children(order.refunds, order.payment.parts)
        return Children()

    def clock(self) -> datetime:
        """See `Store`."""
        return self._questions.now()

    def count(self, window: Window) -> int | None:
        """See `Store`."""
        return self._questions.count(window)

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def wake_paths(self) -> Sequence[str]:
        """None: a shop is polled."""
        return ()

    def close(self) -> None:
        """See `Store`."""
        self._connection.close()

    @abstractmethod
    def describe(self) -> Description:
        """See `Store`."""

    @abstractmethod
    def mapped_again(self, original: bytes) -> StoreOrder:
        """See `Store`."""

    @abstractmethod
    def check(self) -> list[Finding]:
        """See `Store`."""


def clock_findings(name: str, shop_now: datetime, now: datetime) -> list[Finding]:
    """What a check says of a store whose clock is far from ours; nothing where both agree."""
    apart = abs(shop_now - now)
    if apart <= CLOCKS_APART_MAX:
        return []
    detail = f"the shop's clock and ours are {int(apart.total_seconds() // 60)} minutes apart"
    return [Finding(f"store {name}: clock", False, detail, "Set both clocks by NTP.")]
