"""Write back: the outbox of accepted orders whose ERP number is not in the store yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.states import SendingState
from bridge.ledger.columns import look, one_of
from bridge.ledger.exceptions import Trouble, leave, set_troubles
from bridge.ledger.places import FlowRow
from bridge.ledger.tables import external_ids, flows, orders, sendings
from bridge.ledger.tables_told import exception_members, exceptions
from bridge.ledger.values import ToWriteBack, WrittenOutcome, WroteBack
from bridge.ledger.work import Work, chunks, move_sendings, time_has_come

S = SendingState
STEP = "write_back"


def to_write_back(connection: sa.Connection, flow: FlowRow, now: datetime, limit: int) -> list[ToWriteBack]:
    """Accepted orders with a number whose write-back is due: the least often tried first, then the longest due.

    So an order at which the shop fails each time comes behind all others, and holds up none of them for long.
    """
    query = (
        sa.select(
            sendings.c.id,
            orders.c.store_order_id,
            sa.func.coalesce(external_ids.c.external_id, ""),
            sendings.c.erp_number,
            sendings.c.write_back_tries,
        )
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .outerjoin(
            external_ids,
            sa.and_(
                external_ids.c.order_id == sendings.c.order_id, external_ids.c.endpoint_id == sendings.c.endpoint_id
            ),
        )
        .where(
            one_of(sendings.c.state, [S.ACCEPTED]),
            sendings.c.write_back_due_at.is_not(None),
            sendings.c.flow_id == flow.id,
            time_has_come(sendings.c.write_back_due_at, now),
        )
        .order_by(sendings.c.write_back_tries, sendings.c.write_back_due_at, sendings.c.id)
        .limit(limit)
    )
    return [ToWriteBack(*row) for row in look(connection, query)]


def wrote_back(work: Work, outcomes: Sequence[WroteBack]) -> None:
    """Written ones have reached their end; the others get an exception and, where there is one, their next try."""
    written = [each.sending_id for each in outcomes if each.outcome is WrittenOutcome.WRITTEN]
    move_sendings(work, written, (S.ACCEPTED,), S.WRITTEN_BACK, "", write_back_due_at=None)
    leave(work, written, "the number stands in the store", (STEP,))
    others = [each for each in outcomes if each.outcome is not WrittenOutcome.WRITTEN]
    rows: list[dict[str, Any]] = [
        {"of_sending": each.sending_id, "due_at": each.next_try_at, "one_more": int(each.tried)} for each in others
    ]
    if rows:
        work.changes.change(_NEXT_TRY, rows)
    troubles = [Trouble(each.sending_id, (each.problem,), each.next_try_at) for each in others if each.problem]
    if troubles:
        set_troubles(work, ("endpoint", work.endpoint), STEP, troubles)


_NEXT_TRY = (
    sa.update(sendings)
    .where(sendings.c.id == sa.bindparam("of_sending"))
    .values(
        write_back_due_at=sa.bindparam("due_at"),
        write_back_tries=sendings.c.write_back_tries + sa.bindparam("one_more"),
    )
)


def make_due(work: Work, sending_ids: Sequence[int], write_back_flow_ids: Sequence[int]) -> None:
    """Put accepted orders with a number into the outbox, of the flows that write back."""
    for some in chunks(sending_ids):
        work.changes.change(
            sa.update(sendings)
            .where(
                sendings.c.id.in_(some),
                sendings.c.flow_id.in_(write_back_flow_ids),
                sendings.c.erp_number.is_not(None),
                one_of(sendings.c.state, [S.ACCEPTED]),
            )
            .values(write_back_due_at=work.at)
        )


def put_off(work: Work, sending_id: int) -> None:
    """Take an order out of the outbox."""
    work.changes.change(sa.update(sendings).where(sendings.c.id == sending_id).values(write_back_due_at=None))


def due_after_all(work: Work, sending_id: int, code: str) -> None:
    """Put an order into the outbox that was taken out of it when it came into an exception of this code."""
    told = (
        sa.select(exception_members.c.id)
        .join_from(exception_members, exceptions, exceptions.c.id == exception_members.c.exception_id)
        .where(exception_members.c.sending_id == sending_id, exceptions.c.code == code)
    )
    if work.changes.select(told.limit(1)).first() is not None:
        of_sending = sa.select(sendings.c.flow_id).where(sendings.c.id == sending_id).scalar_subquery()
        writing = sa.select(flows.c.id).where(flows.c.id == of_sending, flows.c.write_back)
        make_due(work, [sending_id], list(work.changes.select(writing).scalars()))
