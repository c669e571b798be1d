"""Acts on exceptions: retry what one cause holds, or dismiss it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from bridge.domain.errors import Missing
from bridge.domain.scope import DISMISSED
from bridge.domain.states import SendingState
from bridge.ledger import after_export
from bridge.ledger.acts_on_orders import AGAIN, new_round
from bridge.ledger.answer_kinds import CHANGE_REJECTED
from bridge.ledger.answers_again import read_again_asked
from bridge.ledger.columns import Row, one_of
from bridge.ledger.errors import NotPossible
from bridge.ledger.exceptions import close, leave
from bridge.ledger.kinds import CHANGE_WITHDRAWN, CHANGED_AFTER_EXPORT, NOT_SENT_ANY_MORE, SENT_MAPS_UNREADABLE
from bridge.ledger.tables import export_files, flows, orders, sendings
from bridge.ledger.tables_told import exception_members, exceptions
from bridge.ledger.work import Work, append_events, chunks, event_row, move_sendings

S = SendingState
REFUSED = (CHANGE_REJECTED.code, CHANGE_WITHDRAWN.code)  # changes that the ERP does not have, as far as it told

# Of held changes: a person makes them in the ERP.
IN_NO_FILE = (NOT_SENT_ANY_MORE.code, CHANGED_AFTER_EXPORT.code, SENT_MAPS_UNREADABLE.code)


def exception_row(work: Work, exception_id: int) -> Row:
    """The open exception. Raises Missing, or NotPossible when it is closed."""
    row = work.changes.select(sa.select(exceptions).where(exceptions.c.id == exception_id)).first()
    if row is None:
        raise Missing(what=f"Exception {exception_id}")
    if row.closed_at is not None:
        raise NotPossible(what=f"Exception {exception_id}", why="it is closed", cure="Nothing to do.")
    return row


class Retried(NamedTuple):
    """How many orders, and how many answers of the ERP, the next pass tries again."""

    orders: int
    answers: int


def retry(work: Work, row: Row, reason: str) -> Retried:
    """Make everything that the cause holds due now. Rejected orders are sent once more, kept answers are read again.

    The exception stays open until the retry has succeeded; only a rejected one empties at once.
    """
    kept = read_again_asked(work, row.id, reason)
    members = _members(work, row.id)
    for member in members:
        if SendingState(member.state) in AGAIN:
            new_round(work, member, reason)
    ids = [member.id for member in members]
    if row.step == after_export.STEP:
        after_export.go_on(work, ids, by_person=True)
    for some in chunks(ids):
        held = sa.and_(sendings.c.id.in_(some), one_of(sendings.c.state, [S.HELD]))
        work.changes.change(sa.update(sendings).where(held).values(next_try_at=work.at))
        accepted = sa.and_(
            sendings.c.id.in_(some), one_of(sendings.c.state, [S.ACCEPTED]), sendings.c.erp_number.is_not(None)
        )
        if row.step == "write_back":
            work.changes.change(sa.update(sendings).where(accepted).values(write_back_due_at=work.at))
    if row.export_file_id is not None and not kept:
        again = sa.update(export_files).where(export_files.c.id == row.export_file_id)
        work.changes.change(again.values(next_try_at=None, needs_person=False, tries=0))
        close(work, [row.id], reason)
    _make_flows_due(work, row, members)
    append_events(work, [event_row(work, "exception", row.id, "retried", reason=reason)])
    return Retried(len(ids), kept)


class Dismissed(NamedTuple):
    """How many orders are skipped, and how many changes and cancellations count as made in the ERP by hand."""

    orders: int
    changes: int


def dismiss(work: Work, row: Row, reason: str) -> Dismissed:
    """Close the exception; the orders that it holds are skipped by rule `dismissed`.

    Where its action says to make a change in the ERP by hand, the change counts as made instead.
    """
    members = _members(work, row.id)
    held = [member.id for member in members if member.state == S.HELD]
    skipped = made = 0
    if row.code in IN_NO_FILE:
        move_sendings(work, held, (S.HELD,), S.ACCEPTED, reason, next_try_at=None, change_number=None)
        made = len(held)
    else:
        move_sendings(work, held, (S.HELD,), S.SKIPPED, reason, rule=DISMISSED, next_try_at=None)
        skipped = len(held)
    leave(work, held, f"dismissed: {reason}")
    if row.step == after_export.STEP:
        made = after_export.made_by_hand(work, [member.id for member in members], reason)
    elif row.code in REFUSED:
        made = after_export.refused_made_by_hand(work, members, reason)
    for some in chunks([member.id for member in members]):
        left = sa.and_(
            exception_members.c.exception_id == row.id,
            exception_members.c.sending_id.in_(some),
            exception_members.c.left_at.is_(None),
        )
        work.changes.change(sa.update(exception_members).where(left).values(left_at=work.at))
    still_open = sa.select(exceptions.c.id).where(exceptions.c.id == row.id, exceptions.c.closed_at.is_(None))
    close(work, list(work.changes.select(still_open).scalars()), f"dismissed: {reason}")
    append_events(work, [event_row(work, "exception", row.id, "dismissed", reason=reason)])
    return Dismissed(skipped, made)


def _members(work: Work, exception_id: int) -> Sequence[Row]:
    inside = sa.select(exception_members.c.sending_id).where(
        exception_members.c.exception_id == exception_id, exception_members.c.left_at.is_(None)
    )
    query = (
        sa.select(sendings, orders.c.number)
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .where(sendings.c.id.in_(inside))
        .order_by(sendings.c.id)
    )
    return work.changes.select(query).all()


def _make_flows_due(work: Work, row: Row, members: Sequence[Row]) -> None:
    due = {member.flow_id for member in members}
    condition: sa.ColumnElement[bool] = flows.c.id.in_(sorted(due))
    if row.scope_kind == "flow":
        condition = sa.or_(condition, flows.c.name == row.scope)
        work.changes.change(sa.update(exceptions).where(exceptions.c.id == row.id).values(next_try_at=None))
    if row.scope_kind == "endpoint":
        condition = sa.or_(condition, flows.c.endpoint_id == work.endpoint_id)
    work.changes.change(sa.update(flows).where(condition).values(next_due_at=None))
