"""What stores sold lately: the newest content of each order, by the time at which it was placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bridge.ledger.columns import look
from bridge.ledger.database import Database
from bridge.ledger.tables import orders, revisions, stores

ORDERS_PER_PAGE = 100  # an order of 20,000 lines is some 10 MB


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """One order as the store tells it now."""

    placed_at: datetime
    revision_id: int
    content: bytes


def sold_orders(database: Database, store: str, since: datetime) -> Iterator[SoldOrder]:
    """The orders of a store that were placed since, oldest first, without cancelled and malformed ones. Streamed."""
    after = (since, 0)
    while True:
        with database.reading() as connection:
            placed = _placed(connection, *after)
            page = _of_store(connection, store, placed)
        yield from page
        if len(placed) < ORDERS_PER_PAGE:
            return
        after = placed[-1]


def _placed(connection: sa.Connection, at: datetime, revision_id: int) -> list[tuple[datetime, int]]:
    """One page of (placed at, revision) after another one, of all stores.

    By the index of `created_at` and without a join: no database may begin with all orders of a store.
    """
    query = (
        sa.select(revisions.c.created_at, revisions.c.id)
        .where(
            revisions.c.created_at >= at,
            sa.or_(revisions.c.created_at > at, revisions.c.id > revision_id),
            revisions.c.malformed.is_(sa.false()),
            revisions.c.cancelled.is_(sa.false()),
        )
        .order_by(revisions.c.created_at, revisions.c.id)
        .limit(ORDERS_PER_PAGE)
    )
    return [(row.created_at, row.id) for row in look(connection, query)]


def _of_store(connection: sa.Connection, store: str, placed: Sequence[tuple[datetime, int]]) -> list[SoldOrder]:
    """Those of them that are the newest content of an order of the store."""
    query = (
        sa.select(revisions.c.id, revisions.c.content)
        .join_from(revisions, orders, orders.c.id == revisions.c.order_id)
        .join(stores, stores.c.id == orders.c.store_id)
        .where(
            revisions.c.id.in_([revision_id for _, revision_id in placed]),
            orders.c.latest_revision_id == revisions.c.id,
            stores.c.name == store,
        )
    )
    contents = {row.id: row.content for row in look(connection, query)}
    return [SoldOrder(at, number, contents[number]) for at, number in placed if number in contents]
