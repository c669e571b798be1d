"""The ledger's door: open it, bring it up to date, enrol the deployment, take an endpoint for a pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bridge.config.values import Deployment
from bridge.domain.clock import Clock
from bridge.domain.errors import Missing
from bridge.domain.problems import Problem
from bridge.ledger import places
from bridge.ledger.acts import Acts
from bridge.ledger.columns import look
from bridge.ledger.database import Database
from bridge.ledger.endpoint_ledger import EndpointLedger
from bridge.ledger.exceptions import open_plain
from bridge.ledger.known_orders import KnownOrders
from bridge.ledger.migrating import migrate
from bridge.ledger.reading import Reading
from bridge.ledger.tables import endpoints, flows, passes
from bridge.ledger.unanswered import go_on_without_answers
from bridge.ledger.watching import Watches
from bridge.ledger.work import Travelled
from bridge.ledger.writer import Pass, Writer

ENROLLED_BY = "erp-bridge"  # who acts when the deployment says something new of an endpoint


class Ledger:
    """One deployment's ledger. Safe to share between threads; each call is a transaction of its own."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._writer = Writer(database, clock, zone)
        self.reading = Reading(database)
        self.known = KnownOrders(database)
        self.acts = Acts(self._writer)
        self.watches = Watches(self._writer)

    @classmethod
    def open(cls, url: str, clock: Clock, zone: ZoneInfo) -> Ledger:
        """Connect (`sqlite:///PATH` or `postgresql://...`). Raises LedgerFolderRefused, LedgerUnavailable."""
        return cls(Database(url), clock, zone)

    def migrate(self) -> None:
        """Bring the tables up to this version. Raises LedgerNewer when a newer version wrote them."""
        migrate(self._writer.database)

    def enrol(self, deployment: Deployment, unanswered: Collection[str] = ()) -> None:
        """Rows for the stores, endpoints and flows of the deployment; nothing is committed if nothing is new.

        unanswered: the endpoints whose ERP never answers: what waited for its word goes on.
        """
        with self._writer.by_person(ENROLLED_BY) as work:
            for name, endpoint_id in places.enrol(work.changes, deployment, unanswered):
                go_on_without_answers(replace(work, endpoint=name, endpoint_id=endpoint_id))

    def try_writing(self) -> None:
        """Begin a write as a pass would, and change nothing. Raises what would keep a pass from its work."""
        with self._writer.database.writing():
            pass

    def take(self, endpoint: str, actor: str, travelled: Travelled | None = None) -> EndpointLedger:
        """Begin a pass: from here on every earlier pass of the endpoint is refused by its fence.

        travelled: how an order's lines went to the ERP, for answers that speak of them.
        """
        with self._writer.by_person(actor, endpoint) as work:
            raise_fence = sa.update(endpoints).where(endpoints.c.id == work.endpoint_id)
            work.changes.change(raise_fence.values(fence=endpoints.c.fence + 1))
            fence = work.changes.select(sa.select(endpoints.c.fence).where(endpoints.c.id == work.endpoint_id))
            number = int(fence.scalar_one())
            (pass_id,) = work.changes.reserve_ids(passes, 1)
            row = {"id": pass_id, "endpoint_id": work.endpoint_id, "fence": number, "actor": actor}
            work.changes.insert(passes, [row | {"started_at": work.at}])
            held = Pass(work.endpoint_id, endpoint, pass_id, number, actor, travelled)
        return EndpointLedger(self._writer, held)

    def flow_due(self, flow: str) -> bool:
        """Whether the flow's schedule says that its steps run now."""
        with self._writer.database.reading() as connection:
            row = look(connection, sa.select(flows.c.next_due_at).where(flows.c.name == flow)).first()
        if row is None:
            raise Missing(what=f"Flow {flow}")
        return row.next_due_at is None or row.next_due_at <= self._writer.clock()

    def set_next_due(self, flow: str, at: datetime) -> None:
        """When the flow's steps run next."""
        with self._writer.database.writing() as changes:
            other = sa.or_(flows.c.next_due_at.is_(None), flows.c.next_due_at != at)
            changes.change(sa.update(flows).where(flows.c.name == flow, other).values(next_due_at=at))

    def open_exception(self, scope_kind: str, scope: str, step: str, problem: Problem, actor: str) -> int:
        """An exception that no pass could open (an endpoint that could not even be taken)."""
        with self._writer.by_person(actor) as work:
            return open_plain(work, (scope_kind, scope), step, problem)

    def close(self) -> None:
        """Give back all connections."""
        self._writer.database.close()
