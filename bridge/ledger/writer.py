"""Write transactions with a time, a day and an actor on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bridge.domain.clock import Clock, business_day
from bridge.ledger.database import Database
from bridge.ledger.errors import FenceLost
from bridge.ledger.places import endpoint_id_of
from bridge.ledger.tables import endpoints
from bridge.ledger.work import Travelled, Work


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that holds its endpoint as long as the fence is its own."""

    endpoint_id: int
    endpoint: str
    pass_id: int
    fence: int
    actor: str
    travelled: Travelled | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """The database with the clock and the zone: begins every write transaction of the ledger."""

    database: Database = field(repr=False)
    clock: Clock
    zone: ZoneInfo

    @contextmanager
    def by_person(self, by: str, endpoint: str = "") -> Iterator[Work]:
        """A person's act. With an endpoint: its row is locked, so that no pass writes at the same moment."""
        with self.database.writing() as changes:
            at = self.clock()
            endpoint_id = 0
            if endpoint:
                endpoint_id = endpoint_id_of(changes.connection, endpoint)
                changes.select(sa.select(endpoints.c.id).where(endpoints.c.id == endpoint_id).with_for_update())
            yield Work(changes, at, business_day(at, self.zone), by, endpoint_id, endpoint)

    @contextmanager
    def by_pass(self, held: Pass) -> Iterator[Work]:
        """A step of a pass. Raises FenceLost, having changed nothing, when a newer pass holds the endpoint.

        The row lock (PostgreSQL) or the write lock (SQLite) keeps the fence as it is until the commit.
        """
        with self.database.writing() as changes:
            fence = sa.select(endpoints.c.fence).where(endpoints.c.id == held.endpoint_id).with_for_update()
            if changes.select(fence).scalar_one() != held.fence:
                raise FenceLost(endpoint=held.endpoint)
            at = self.clock()
            day = business_day(at, self.zone)
            where = (held.endpoint_id, held.endpoint, held.pass_id, held.fence)
            yield Work(changes, at, day, held.actor, *where, held.travelled)
