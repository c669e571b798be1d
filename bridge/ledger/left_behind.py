"""Flows that bridge.toml does not name any more, and how many of their orders still wait for a step of theirs."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from bridge.domain.states import SendingState
from bridge.ledger.columns import look, one_of
from bridge.ledger.tables import TO_JUDGE, flows, sendings


def left_behind(connection: sa.Connection, endpoint_id: int, present: Collection[str]) -> dict[str, int]:
    """By name, each flow into the endpoint but those present: how many orders wait to be judged, sent or told."""
    rows = look(connection, sa.select(flows.c.id, flows.c.name).where(flows.c.endpoint_id == endpoint_id)).all()
    return {row.name: _waiting(connection, row.id) for row in rows if row.name not in present}


def _waiting(connection: sa.Connection, flow_id: int) -> int:
    """Counted on the indexes of what is open, so that finished orders cost nothing."""
    to_judge = one_of(sendings.c.state, TO_JUDGE)
    to_write_back = sa.and_(
        one_of(sendings.c.state, [SendingState.ACCEPTED]), sendings.c.write_back_due_at.is_not(None)
    )
    count = sa.select(sa.func.count()).select_from(sendings)
    return sum(
        int(look(connection, count.where(sendings.c.flow_id == flow_id, condition)).scalar_one())
        for condition in (to_judge, to_write_back)
    )
