"""Newer revisions of orders that were sent already: they wait for the verdict on the sent one."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.domain.states import SendingState
from bridge.ledger.columns import one_of
from bridge.ledger.exceptions import Trouble, set_troubles
from bridge.ledger.kinds import CANCELLED_AFTER_EXPORT, CHANGED_AFTER_EXPORT
from bridge.ledger.rows import SendingDraft, add_sendings
from bridge.ledger.tables import orders, revisions, sendings
from bridge.ledger.work import Work, chunks

STEP = "change"
S = SendingState


def open_changes(work: Work, sending_ids: Sequence[int]) -> None:
    """Open `changed-after-export` or `cancelled-after-export` for those of these sendings that are accepted."""
    troubles = []
    for some in chunks(sending_ids):
        query = (
            sa.select(sendings.c.id, orders.c.number, revisions.c.cancelled)
            .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
            .join(revisions, revisions.c.id == sendings.c.pending_revision_id)
            .where(sendings.c.id.in_(some), one_of(sendings.c.state, (S.ACCEPTED, S.WRITTEN_BACK)))
        )
        for row in work.changes.select(query):
            kind = CANCELLED_AFTER_EXPORT if row.cancelled else CHANGED_AFTER_EXPORT
            troubles.append(Trouble(row.id, (kind.problem(number=row.number, endpoint=work.endpoint),)))
    if troubles:
        set_troubles(work, ("endpoint", work.endpoint), STEP, troubles)


def send_newest_after_rejection(work: Work, sending_ids: Sequence[int]) -> set[int]:
    """After a rejection the newest revision goes as `new`, in a further round; gives the orders concerned.

    The newer revision is the store's own act on the refused order; without one nothing is sent again by itself.
    """
    drafts = []
    for some in chunks(sending_ids):
        query = (
            sa.select(
                sendings.c.flow_id,
                sendings.c.order_id,
                revisions.c.id,
                revisions.c.currency,
                revisions.c.digits,
                revisions.c.gross_minor,
                sendings.c.round + 1,
            )
            .join_from(sendings, revisions, revisions.c.id == sendings.c.pending_revision_id)
            .where(
                sendings.c.id.in_(some),
                one_of(sendings.c.state, (S.REJECTED,)),
                revisions.c.malformed.is_(sa.false()),
            )
        )
        drafts += [SendingDraft(*row) for row in work.changes.select(query)]
    add_sendings(work, drafts)
    return {draft.order_id for draft in drafts}
