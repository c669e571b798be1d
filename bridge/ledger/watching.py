"""What is remembered of each store's silence, and how many orders the ledger has of a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson
import sqlalchemy as sa

from bridge.domain.contract import GONE
from bridge.ledger.columns import look
from bridge.ledger.tables import endpoints, flows, orders, revisions, stores
from bridge.ledger.tables_watched import store_watches
from bridge.ledger.work import Work, instant
from bridge.ledger.writer import Writer

WATCHER = "erp-bridge"
FETCHED_WITHIN = timedelta(days=1)  # after the day that they were placed on


@dataclass(frozen=True, slots=True)
class StoreWatch:
    """One store's memory. since: when its newest order was placed, or when watching began, whichever is later.

    told_since: the `since` of which people were told already; counted_day: the last day that was counted; recount_at:
    when days whose counts differed are counted again.
    """

    since: datetime
    told_since: datetime | None = None
    counted_day: date | None = None
    recount_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Orders of a span of time. unread: fetched then or soon after and never readable, so that nobody knows when."""

    known: int
    unread: int = 0


class Watches:
    """The memory of all stores. Each call is a transaction of its own; none needs a pass."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def of(self, store: str) -> StoreWatch | None:
        """The store's memory; None where there is none yet."""
        with self._writer.database.reading() as connection:
            row = look(connection, _WATCHES.where(stores.c.name == store)).first()
            return StoreWatch(*row) if row is not None else None

    def begin(self, store: str) -> StoreWatch:
        """Watch a store from now on."""
        with self._writer.by_person(WATCHER) as work:
            self._keep(work, store)
            return StoreWatch(work.at)

    def told(self, store: str, since: datetime | None) -> None:
        """People were told that nothing came since then; None: something came, or silence is no news any more."""
        with self._writer.by_person(WATCHER) as work:
            self._keep(work, store, told_since=since)

    def counted(self, store: str, day: date | None, recount_at: datetime | None) -> None:
        """The last day that was counted, and when differing days are counted again."""
        with self._writer.by_person(WATCHER) as work:
            self._keep(work, store, counted_day=day, recount_at=recount_at)

    def running(self, names: Sequence[str]) -> frozenset[str]:
        """Of these flows, those that are not paused and whose ERP is not."""
        query = (
            sa.select(flows.c.name)
            .join_from(flows, endpoints, endpoints.c.id == flows.c.endpoint_id)
            .where(flows.c.name.in_(names), flows.c.paused_at.is_(None), endpoints.c.paused_at.is_(None))
        )
        with self._writer.database.reading() as connection:
            return frozenset(look(connection, query).scalars())

    def created(self, store: str, start: datetime, end: datetime) -> Counted:
        """The ledger's orders of the store that were created in [start, end) and are not gone there.

        Of all stores at once: asked for one store, SQLite would read through all orders that it ever had.
        """
        within = sa.and_(revisions.c.created_at >= instant(start), revisions.c.created_at < instant(end))
        told = sa.and_(within, revisions.c.malformed.is_(sa.false()), ~_READABLE_SINCE.exists())
        unread = sa.and_(
            revisions.c.created_at >= instant(start),  # of one that cannot be read: when it was fetched
            revisions.c.created_at < instant(end + FETCHED_WITHIN),
            revisions.c.revision_number == 1,
            revisions.c.malformed.is_(sa.true()),
            ~_READABLE_SINCE.exists(),
        )
        counts = (
            sa.select(orders.c.store_id, sa.func.count())
            .join_from(revisions, orders, _ITS_ORDER)
            .group_by(orders.c.store_id)
        )
        cancelled = sa.select(orders.c.store_id, revisions.c.content).join_from(revisions, orders, _ITS_ORDER)
        cancelled = cancelled.where(told, revisions.c.cancelled.is_(sa.true()))
        with self._writer.database.reading() as connection:
            mine = look(connection, sa.select(stores.c.id).where(stores.c.name == store)).scalar()
            known: int = sum(row[1] for row in look(connection, counts.where(told)) if row[0] == mine)
            gone = sum(1 for row in look(connection, cancelled) if row[0] == mine and is_gone(row.content))
            return Counted(
                known - gone, sum(row[1] for row in look(connection, counts.where(unread)) if row[0] == mine)
            )

    def _keep(self, work: Work, store: str, **values: object) -> None:
        store_id = work.changes.select(sa.select(stores.c.id).where(stores.c.name == store)).scalar_one()
        row = {"since": work.at, "told_since": None, "counted_day": None, "recount_at": None}
        there = store_watches.c.store_id == store_id
        if work.changes.select(sa.select(store_watches.c.id).where(there)).scalar() is None:
            work.changes.insert(store_watches, [row | values | {"store_id": store_id}])
        elif values:
            work.changes.change(sa.update(store_watches).where(there).values(**values))


def is_gone(content: bytes) -> bool:
    """Whether a canonical order tells that the store has it no more."""
    return bool(orjson.loads(content)["status"] == GONE)


def note_newest(work: Work, store_id: int, created_at: datetime) -> None:
    """A page brought new orders of a watched store. A shop's clock that is ahead makes no silence shorter."""
    newest = min(created_at, work.at)
    later = sa.and_(store_watches.c.store_id == store_id, store_watches.c.since < instant(newest))
    work.changes.change(sa.update(store_watches).where(later).values(since=newest))


_ITS_ORDER = orders.c.id == revisions.c.order_id  # orders refer to their latest revision too
_later = revisions.alias("later")
_READABLE_SINCE = sa.select(_later.c.id).where(
    _later.c.order_id == revisions.c.order_id,
    _later.c.revision_number > revisions.c.revision_number,
    _later.c.malformed.is_(sa.false()),
)
_WATCHES = sa.select(
    store_watches.c.since,
    store_watches.c.told_since,
    store_watches.c.counted_day,
    store_watches.c.recount_at,
).join_from(store_watches, stores, stores.c.id == store_watches.c.store_id)
