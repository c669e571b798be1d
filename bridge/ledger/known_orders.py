"""What a fetch asks of the ledger beside its page: which orders are known in a span of time, and how long to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.states import Purpose
from bridge.ledger import kept_originals, skipped
from bridge.ledger.columns import look, one_of
from bridge.ledger.database import Database
from bridge.ledger.places import flow_row
from bridge.ledger.tables import flows, orders, revisions, sendings, stores
from bridge.ledger.tables_told import exceptions
from bridge.ledger.values import KnownRevision
from bridge.ledger.work import chunks


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that had trouble: how often in a row, and until when it is left alone."""

    times: int = 0
    until: datetime | None = None


class KnownOrders:
    """Read-only; each question is one consistent look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, flow: str, store: str, after: datetime, until: datetime) -> list[str]:
        """Ids of the store's orders created after the one instant and until the other, as a flow has to ask for them.

        Those cancelled there are left out, except where the flow has the order and was not told yet. All stores are
        asked for at once: asked for one, SQLite would read through all orders that it ever had.
        """
        mine = (
            sa.select(sendings.c.id)
            .join(flows, flows.c.id == sendings.c.flow_id)
            .where(sendings.c.order_id == orders.c.id, flows.c.name == flow)
        )
        told = (sendings.c.revision_id, sendings.c.pending_revision_id)
        told_so = mine.where(sa.or_(*(column == orders.c.latest_revision_id for column in told)))
        is_latest = sa.and_(orders.c.id == revisions.c.order_id, orders.c.latest_revision_id == revisions.c.id)
        query = (
            sa.select(orders.c.store_id, orders.c.store_order_id)
            .join_from(revisions, orders, is_latest)
            .where(
                revisions.c.created_at > after,
                revisions.c.created_at <= until,
                sa.or_(revisions.c.cancelled.is_(sa.false()), sa.and_(mine.exists(), ~told_so.exists())),
                revisions.c.malformed.is_(sa.false()),  # such a one has no time of creation that could be read
            )
        )
        with self._database.reading() as connection:
            asked = look(connection, sa.select(stores.c.id).where(stores.c.name == store)).scalar()
            return [row.store_order_id for row in look(connection, query) if row.store_id == asked]

    def placed_before(self, sending_ids: Sequence[int], before: datetime) -> list[str]:
        """Of these sendings, the store order ids of the `new` ones whose order was placed before an instant."""
        query = (
            sa.select(orders.c.store_order_id)
            .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
            .join(revisions, revisions.c.id == orders.c.latest_revision_id)
            .where(
                sendings.c.id.in_(sending_ids),
                one_of(sendings.c.purpose, [Purpose.NEW]),
                revisions.c.created_at < before,
                revisions.c.malformed.is_(sa.false()),
            )
        )
        with self._database.reading() as connection:
            return list(look(connection, query).scalars())

    def contents(self, store: str, store_order_ids: Sequence[str]) -> dict[str, bytes]:
        """The latest canonical content of each order, by its id in the store."""
        found: dict[str, bytes] = {}
        with self._database.reading() as connection:
            for some in chunks(store_order_ids):
                query = (
                    sa.select(orders.c.store_order_id, revisions.c.content)
                    .join_from(orders, revisions, orders.c.latest_revision_id == revisions.c.id)
                    .join(stores, stores.c.id == orders.c.store_id)
                    .where(stores.c.name == store, orders.c.store_order_id.in_(some))
                )
                found |= {row.store_order_id: row.content for row in look(connection, query)}
        return found

    def skipped(self, flow: str) -> dict[str, int]:
        """See `skipped.counts`. Raises Missing."""
        with self._database.reading() as connection:
            return skipped.counts(connection, flow_row(connection, flow))

    def latest(self, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
        """See `kept_originals.latest`."""
        with self._database.reading() as connection:
            return kept_originals.latest(connection, flow, store_order_ids)

    def at_the_erp(self, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
        """See `kept_originals.at_the_erp`."""
        with self._database.reading() as connection:
            return kept_originals.at_the_erp(connection, flow, store_order_ids)

    def kept_back(self, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
        """See `kept_originals.kept_back`."""
        with self._database.reading() as connection:
            return kept_originals.kept_back(connection, flow, store_order_ids)

    def open_sendings(self, flow: str) -> list[int]:
        """See `kept_originals.open_sendings`."""
        with self._database.reading() as connection:
            return kept_originals.open_sendings(connection, flow)

    def of_sendings(self, ids: Sequence[int]) -> list[KnownRevision]:
        """See `kept_originals.of_sendings`."""
        with self._database.reading() as connection:
            return kept_originals.of_sendings(connection, ids)

    def waiting(self, scope_kind: str, scope: str, steps: Sequence[str]) -> Waiting:
        """How it stands with a step whose own trouble is open. steps: the names under which it may stand."""
        return self._waiting(exceptions.c.scope_kind == scope_kind, [scope], steps)

    def waiting_for_store(self, flows_of_store: Sequence[str], steps: Sequence[str]) -> datetime | None:
        """Until when a store is left alone: what one step of one flow met there, all steps of all its flows heed."""
        return self._waiting(exceptions.c.scope_kind == "flow", flows_of_store, steps).until

    def _waiting(self, kind: sa.ColumnElement[bool], scopes: Sequence[str], steps: Sequence[str]) -> Waiting:
        query = sa.select(sa.func.max(exceptions.c.times), sa.func.max(exceptions.c.next_try_at)).where(
            kind,
            exceptions.c.scope.in_(scopes),
            exceptions.c.step.in_(steps),
            exceptions.c.closed_at.is_(None),
            exceptions.c.temporary.is_(sa.true()),
            exceptions.c.of_orders.is_(sa.false()),  # one order that waits keeps no other from its step
        )
        with self._database.reading() as connection:
            times, until = look(connection, query).one()
            return Waiting(times or 0, until)
