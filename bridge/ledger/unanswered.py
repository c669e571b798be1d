"""An ERP that never answers: what was placed with it is all that will ever be known.

Its orders stay `delivered`, for nobody knows that it took them. But nothing waits for its word: a newer revision of
such an order becomes a change, or is told to a person, and a change counts as taken once its file is placed.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.domain.states import Purpose, SendingState
from bridge.ledger.after_export import go_on
from bridge.ledger.tables import endpoints, sendings
from bridge.ledger.work import Work, chunks, move_sendings

S = SendingState
REASON = "placed; the ERP never answers"


def go_on_without_answers(work: Work, file_ids: Sequence[int] | None = None) -> None:
    """Where the endpoint never answers: wait no longer with what waits for a word about these files (None: any)."""
    final = sa.select(endpoints.c.id).where(endpoints.c.id == work.endpoint_id, endpoints.c.delivered_is_final)
    if work.changes.select(final).first() is None:
        return
    waits = sa.or_(sendings.c.pending_revision_id.is_not(None), sendings.c.purpose != Purpose.NEW.value)
    query = sa.select(sendings.c.id, sendings.c.purpose).where(
        sendings.c.endpoint_id == work.endpoint_id, sendings.c.state == S.DELIVERED.value, waits
    )
    conditions = [sa.true()] if file_ids is None else [sendings.c.export_file_id.in_(some) for some in chunks(file_ids)]
    rows = [row for condition in conditions for row in work.changes.select(query.where(condition))]
    changes = [row.id for row in rows if row.purpose != Purpose.NEW]
    move_sendings(work, changes, (S.DELIVERED,), S.ACCEPTED, REASON)
    go_on(work, [row.id for row in rows])
