"""Orders that a flow skipped: how many by which rule, and a person's act that has them judged again.

A skipped order is judged again by itself when the store changes it. One that was skipped by a mistake in bridge.toml
waits for a person instead: thousands may have been skipped rightly by the same rule, years ago.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.scope import BY_HAND, DISMISSED, TAKEN_BY, rule_code
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import look, none_of, one_of
from bridge.ledger.errors import NotPossible
from bridge.ledger.places import FlowRow
from bridge.ledger.tables import NEVER_SECOND, orders, sendings
from bridge.ledger.work import Work, chunks, move_sendings

S = SendingState


def skipped_by_itself() -> sa.ColumnElement[bool]:
    """Skipped by a rule of its own flow, or by a person, while no other flow takes the order."""
    other = sendings.alias("other")
    taken = sa.select(other.c.id).where(
        other.c.order_id == sendings.c.order_id,
        other.c.endpoint_id == sendings.c.endpoint_id,
        one_of(other.c.purpose, [Purpose.NEW]),
        none_of(other.c.state, NEVER_SECOND),
    )
    by_itself = sa.not_(sendings.c.rule.startswith(TAKEN_BY, autoescape=True))
    return sa.and_(
        one_of(sendings.c.purpose, [Purpose.NEW]), sendings.c.state == S.SKIPPED.value, by_itself, ~taken.exists()
    )


def counts(connection: sa.Connection, flow: FlowRow) -> dict[str, int]:
    """How many orders of the flow each rule skips, by the rule's code, most first."""
    query = (
        sa.select(sendings.c.rule, sa.func.count())
        .where(sendings.c.flow_id == flow.id, skipped_by_itself())
        .group_by(sendings.c.rule)
    )
    found: Counter[str] = Counter()
    for rule, count in look(connection, query):
        found[rule_code(rule)] += count
    return dict(found.most_common())


def judge_again(work: Work, flow: FlowRow, rule: str | None, store_order_ids: Sequence[str], reason: str) -> int:
    """Let the flow's rules decide anew about named orders, or about all that one rule skipped; gives how many.

    What a person dismissed or kept by hand is judged again only by name. Raises NotPossible, having changed nothing.
    """
    ids: list[int] = []
    for some in chunks(store_order_ids):
        rows = work.changes.select(_of(flow).where(orders.c.store_order_id.in_(some))).all()
        ids += [row.id for row in rows]
        missing = sorted(set(some) - {row.store_order_id for row in rows})
        if missing:
            raise NotPossible(
                what=f"Judging order {missing[0]} again",
                why="it is not there, no rule skips it, or another flow takes it",
                cure="Look at it: bridge orders show.",
            )
    if rule is not None and rule not in (DISMISSED, BY_HAND):
        named = sa.or_(sendings.c.rule == rule, sendings.c.rule.startswith(f"{rule}:", autoescape=True))
        ids += [row.id for row in work.changes.select(_of(flow).where(named))]
    ids = list(dict.fromkeys(ids))
    if not ids:
        raise NotPossible(
            what=f"Judging orders of {flow.name} again",
            why=f"the rule {rule} skips none that may be judged again" if rule else "no order and no rule is named",
            cure=f"See which do: bridge orders skipped {flow.name}.",
        )
    move_sendings(work, ids, (S.SKIPPED,), S.RECEIVED, reason, rule=None, judged_against=None)
    return len(ids)


def _of(flow: FlowRow) -> sa.Select[Any]:
    return (
        sa.select(sendings.c.id, orders.c.store_order_id)
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .where(sendings.c.flow_id == flow.id, skipped_by_itself())
    )
