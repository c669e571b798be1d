"""What a person does, with who and why: one commit and its events each, states checked inside the transaction.

An act needs no pass and locks the endpoint's row, so that it stands before or after any step of a pass, never within
one. It never decides over what a pass may be doing outside the ledger: a file under way is refused unless the person
says what was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.domain.errors import Missing
from bridge.ledger.acts_on_exceptions import Dismissed, Retried, dismiss, exception_row, retry
from bridge.ledger.acts_on_files import file_row, retry_delivery, withdraw
from bridge.ledger.acts_on_orders import cancel, link, live_rows, new_round, release
from bridge.ledger.meant import store_order_ids
from bridge.ledger.places import flow_row
from bridge.ledger.skipped import judge_again
from bridge.ledger.tables import endpoints, flows, sendings
from bridge.ledger.tables_told import exception_members, exceptions
from bridge.ledger.used_again import take_as_new
from bridge.ledger.work import Work, append_events, event_row
from bridge.ledger.writer import Writer


class Acts:
    """The acts. `by` is the person, `reason` their words; both stand in every event."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def retry_exception(self, exception_id: int, by: str, reason: str) -> Retried:
        """Make what the exception holds due now; rejected orders are sent once more, kept answers are read again."""
        with self._writer.by_person(by, self._endpoint_of_exception(exception_id)) as work:
            return retry(work, exception_row(work, exception_id), reason)

    def dismiss_exception(self, exception_id: int, by: str, reason: str) -> Dismissed:
        """Close the exception; the orders that it holds are skipped, and changes made by hand count as made."""
        with self._writer.by_person(by, self._endpoint_of_exception(exception_id)) as work:
            return dismiss(work, exception_row(work, exception_id), reason)

    def release(self, flow: str, words: Sequence[str], by: str, reason: str) -> int:
        """Let named orders of a flow go. Gives how many were not released before."""
        with self._writer.database.reading() as connection:
            row = flow_row(connection, flow)
            named = store_order_ids(connection, row, words)
        with self._writer.by_person(by, row.endpoint) as work:
            return release(work, row.id, row.store_id, named, reason)

    def judge_again(self, flow: str, rule: str | None, words: Sequence[str], by: str, reason: str) -> int:
        """Have skipped orders of a flow judged again: named ones, or all that a rule skipped. Gives how many."""
        with self._writer.database.reading() as connection:
            row = flow_row(connection, flow)
            named = store_order_ids(connection, row, words)
        with self._writer.by_person(by, row.endpoint) as work:
            return judge_again(work, row, rule, named, reason)

    def cancel(self, order: str, by: str, reason: str, endpoint: str | None = None) -> None:
        """Keep an order from being sent (to this endpoint; None: the only one it goes to)."""
        with self._writer.by_person(by, self._endpoint_of_order(order, endpoint)) as work:
            cancel(work, live_rows(work, order, work.endpoint)[0], reason)

    def link(self, order: str, erp_number: str, by: str, reason: str, endpoint: str | None = None) -> None:
        """Entered by hand: the ERP has the order under this number; it is not sent any more."""
        with self._writer.by_person(by, self._endpoint_of_order(order, endpoint)) as work:
            link(work, live_rows(work, order, work.endpoint)[0], erp_number, reason)

    def take_as_new(self, order: str, by: str, reason: str, endpoint: str | None = None) -> str:
        """Another sale under the number of a sent order goes as an order of its own. Gives its external id."""
        with self._writer.by_person(by, self._endpoint_of_order(order, endpoint)) as work:
            return take_as_new(work, live_rows(work, order, work.endpoint)[0], reason)

    def new_round(self, order: str, by: str, reason: str, endpoint: str | None = None) -> None:
        """Send a rejected or withdrawn order once more."""
        with self._writer.by_person(by, self._endpoint_of_order(order, endpoint)) as work:
            new_round(work, live_rows(work, order, work.endpoint)[0], reason)

    def withdraw_file(
        self, endpoint: str, sequence_number: int, by: str, reason: str, seen_absent: bool = False
    ) -> None:
        """Take a file back; its unanswered orders wait for a decision."""
        with self._writer.by_person(by, endpoint) as work:
            withdraw(work, file_row(work, sequence_number), seen_absent, reason)

    def retry_file(self, endpoint: str, sequence_number: int, by: str, reason: str) -> None:
        """A file's trouble is cured: deliver it at the next pass."""
        with self._writer.by_person(by, endpoint) as work:
            retry_delivery(work, file_row(work, sequence_number), reason)

    def pause_endpoint(self, endpoint: str, by: str, reason: str) -> None:
        """Let no pass work on the endpoint."""
        self._pause(endpoints, "endpoint", endpoint, by, reason, stop=True)

    def resume_endpoint(self, endpoint: str, by: str, reason: str) -> None:
        """Work on the endpoint again."""
        self._pause(endpoints, "endpoint", endpoint, by, reason, stop=False)

    def pause_flow(self, flow: str, by: str, reason: str) -> None:
        """Let the flow's steps rest; its endpoint goes on."""
        self._pause(flows, "flow", flow, by, reason, stop=True)

    def resume_flow(self, flow: str, by: str, reason: str) -> None:
        """Let the flow go on, at once."""
        self._pause(flows, "flow", flow, by, reason, stop=False)

    def _pause(self, table: sa.Table, subject: str, name: str, by: str, reason: str, stop: bool) -> None:
        with self._writer.by_person(by) as work:
            row = work.changes.select(sa.select(table.c.id, table.c.paused_at).where(table.c.name == name)).first()
            if row is None:
                raise Missing(what=f"{subject.capitalize()} {name}")
            if (row.paused_at is not None) == stop:
                return
            values = {"paused_at": work.at, "paused_by": by, "pause_reason": reason} if stop else _GOES_ON
            work.changes.change(sa.update(table).where(table.c.id == row.id).values(**values))
            note_pause(work, subject, row.id, stop, reason)

    def _endpoint_of_order(self, order: str, endpoint: str | None) -> str:
        with self._writer.by_person("") as look:
            rows = live_rows(look, order, endpoint)
        if len(rows) > 1:
            names = ", ".join(sorted(row.endpoint for row in rows))
            raise Missing(what=f"The endpoint of order {order} (it goes to {names}; name one)")
        name: str = rows[0].endpoint
        return name

    def _endpoint_of_exception(self, exception_id: int) -> str:
        """The endpoint whose orders the exception holds; empty for one of a store."""
        of_member = (
            sa.select(endpoints.c.name)
            .join_from(exception_members, sendings, sendings.c.id == exception_members.c.sending_id)
            .join(endpoints, endpoints.c.id == sendings.c.endpoint_id)
            .where(exception_members.c.exception_id == exception_id)
            .limit(1)
        )
        own = sa.select(exceptions.c.scope_kind, exceptions.c.scope).where(exceptions.c.id == exception_id)
        with self._writer.database.reading() as connection:
            name = connection.execute(of_member).scalar()
            row = connection.execute(own).first()
        if name is not None:
            return str(name)
        return str(row.scope) if row is not None and row.scope_kind == "endpoint" else ""


_GOES_ON = {"paused_at": None, "paused_by": None, "pause_reason": None}


def note_pause(work: Work, subject: str, row_id: int, stop: bool, reason: str) -> None:
    """The event of a pause or its end."""
    append_events(work, [event_row(work, subject, row_id, "paused" if stop else "resumed", reason=reason)])
