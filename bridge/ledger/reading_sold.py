"""What stores sold lately: the newest content of each order, by the time at which it was placed."""

from __future__ import annotations

from collections.abc import Iterator
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
    after = SoldOrder(since, 0, b"")
    while True:
        with database.reading() as connection:
            page = _page(connection, store, after)
        yield from page
        if len(page) < ORDERS_PER_PAGE:
            return
        after = page[-1]


def _page(connection: sa.Connection, store: str, after: SoldOrder) -> list[SoldOrder]:
    """One page, after an order. By the index of `created_at`: old orders are never looked at."""
    later = sa.or_(
        revisions.c.created_at > after.placed_at,
        sa.and_(revisions.c.created_at == after.placed_at, revisions.c.id > after.revision_id),
    )
    query = (
        sa.select(revisions.c.created_at, revisions.c.id, revisions.c.content)
        .join_from(revisions, orders, orders.c.latest_revision_id == revisions.c.id)
        .join(stores, stores.c.id == orders.c.store_id)
        .where(
            revisions.c.created_at >= after.placed_at,
            later,
            orders.c.id == revisions.c.order_id,
            stores.c.name == store,
            revisions.c.malformed.is_(sa.false()),
            revisions.c.cancelled.is_(sa.false()),
        )
        .order_by(revisions.c.created_at, revisions.c.id)
        .limit(ORDERS_PER_PAGE)
    )
    return [SoldOrder(row.created_at, row.id, row.content) for row in look(connection, query)]
