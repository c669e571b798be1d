"""Acts on export files: withdraw one, or let its delivery be tried again."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.domain.errors import Missing
from bridge.domain.states import FileState, Purpose, SendingState
from bridge.ledger.columns import Row, one_of
from bridge.ledger.errors import NotPossible
from bridge.ledger.exceptions import Trouble, close_of_files, set_troubles
from bridge.ledger.kinds import CHANGE_WITHDRAWN, WHAT, WITHDRAWN
from bridge.ledger.tables import export_files, orders, sendings
from bridge.ledger.work import Work, append_events, event_row, move_files, move_sendings

F, S = FileState, SendingState
UNDER_WAY = (F.ANNOUNCED, F.STAGED)
WITHDRAWABLE = (F.SEALED, F.ANNOUNCED, F.STAGED, F.PLACED)
UNANSWERED = (S.EXPORTED, S.DELIVERED)


def file_row(work: Work, sequence_number: int) -> Row:
    """The endpoint's file of this number. Raises Missing."""
    query = sa.select(export_files).where(
        export_files.c.endpoint_id == work.endpoint_id, export_files.c.sequence_number == sequence_number
    )
    row = work.changes.select(query).first()
    if row is None:
        raise Missing(what=f"File {sequence_number} of {work.endpoint}")
    return row


def withdraw(work: Work, row: Row, seen_absent: bool, reason: str) -> None:
    """Take a file back: it stays listed as a known gap, and its unanswered orders wait for a person.

    A file under way needs the person's word that it is not, and cannot become, visible to the ERP.
    """
    state = FileState(row.state)
    if state not in WITHDRAWABLE:
        raise NotPossible(what=f"Withdrawing {row.name}", why=f"it is {state}", cure="Look at it: bridge files show.")
    if state in UNDER_WAY and not seen_absent:
        raise NotPossible(
            what=f"Withdrawing {row.name}",
            why="it is under way to the ERP",
            cure="Settle it first: bridge files settle; or look in the ERP's folder and say that it is not there.",
        )
    move_files(work, [row.id], (state,), F.WITHDRAWN, reason, answer_due_at=None, next_try_at=None, needs_person=False)
    close_of_files(work, [row.id], reason)
    members = (
        sa.select(sendings.c.id, orders.c.number)
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .where(
            sendings.c.export_file_id.is_not(None),
            sendings.c.export_file_id == row.id,
            one_of(sendings.c.state, UNANSWERED),
        )
    )
    waiting = work.changes.select(members).all()
    move_sendings(work, [member.id for member in waiting], UNANSWERED, S.WITHDRAWN, reason)
    kind = WITHDRAWN if row.purpose == Purpose.NEW else CHANGE_WITHDRAWN
    what = WHAT[Purpose(row.purpose)]
    troubles = [
        Trouble(member.id, (kind.problem(number=member.number, name=row.name, what=what),)) for member in waiting
    ]
    if troubles:
        set_troubles(work, ("endpoint", work.endpoint), "withdrawn", troubles)


def retry_delivery(work: Work, row: Row, reason: str) -> None:
    """The cause is cured: the file's delivery is due now."""
    if FileState(row.state) not in (F.SEALED, *UNDER_WAY):
        raise NotPossible(
            what=f"Delivering {row.name} again", why=f"it is {row.state}", cure="Look at it: bridge files show."
        )
    again = sa.update(export_files).where(export_files.c.id == row.id)
    work.changes.change(again.values(next_try_at=None, needs_person=False, tries=0))
    close_of_files(work, [row.id], reason)
    append_events(work, [event_row(work, "file", row.id, "retried", export_file_id=row.id, reason=reason)])
