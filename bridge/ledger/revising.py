"""What a newer revision, or a second flow, does to the sendings that an order already has (DESIGN section 6, Changes).

Before export the newer revision replaces every row of the order; the first flow in bridge.toml that had it gets it to
judge, the others keep a skipped row with the first's name. After export it waits beside the sent one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.states import BEFORE_EXPORT, Purpose, SendingState
from bridge.ledger.after_export import go_on
from bridge.ledger.columns import Row
from bridge.ledger.exceptions import leave
from bridge.ledger.places import FlowRow, flows_of_endpoint
from bridge.ledger.rows import PageLine, SendingDraft, add_revisions, add_sendings, draft_of
from bridge.ledger.tables import revisions, sendings
from bridge.ledger.values import NewRevision, PageCounts
from bridge.ledger.work import Work, chunks, move_sendings

S = SendingState
SENT = frozenset({S.EXPORTED, S.DELIVERED, S.ACCEPTED, S.WRITTEN_BACK})
TO_REPLACE = BEFORE_EXPORT


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What the ledger has of an order."""

    order_id: int
    latest_revision_id: int
    latest_revision_number: int
    latest_digest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for one order."""

    add: tuple[SendingDraft, ...] = ()
    supersede: tuple[int, ...] = ()
    step_back: tuple[int, ...] = ()  # of a lower flow: skipped in favour of this one
    answered: tuple[int, ...] = ()  # rejected ones that a further round takes up
    wait_beside: int | None = None  # the sent (or withdrawn) sending that the revision waits beside


def taken_by(flow: FlowRow) -> str:
    """The rule of a flow's sending that another flow of the same store sends."""
    return f"taken-by-flow:{flow.name}"


def add_told_again(work: Work, flow: FlowRow, told: Sequence[tuple[NewRevision, KnownOrder]]) -> PageCounts:
    """Place the page's known orders: new revisions, and old ones that are new for this flow."""
    changed = [(line, order) for line, order in told if line.digest != order.latest_digest]
    revision_ids = iter(work.changes.reserve_ids(revisions, len(changed)))
    placed: list[PageLine] = []
    fresh: list[PageLine] = []
    for line, order in told:
        if line.digest == order.latest_digest:
            placed.append(PageLine(line, order.order_id, order.latest_revision_id, order.latest_revision_number))
        else:
            fresh.append(PageLine(line, order.order_id, next(revision_ids), order.latest_revision_number + 1))
    add_revisions(work, fresh)
    lines = placed + fresh
    rows = _rows_of_orders(work, [line.order_id for line in lines])
    all_flows = flows_of_endpoint(work.changes.connection, work.endpoint_id)
    plans = [(line, _plan(flow, all_flows, line, rows.get(line.order_id, []))) for line in lines]
    superseded = _carry_out(work, flow, plans)
    return PageCounts(
        new_revisions=len(fresh),
        new_sendings=sum(len(plan.add) for _, plan in plans),
        superseded=superseded,
        after_export=sum(plan.wait_beside is not None for _, plan in plans),
        malformed=sum(line.revision.problem is not None for line in fresh),
    )


def _plan(flow: FlowRow, all_flows: dict[int, FlowRow], line: PageLine, rows: Sequence[Row]) -> Plan:
    """Decide for one order; `rows` are its sendings to this endpoint that were not superseded, oldest first.

    Its changes and cancellations follow the sent one, which the newest revision waits beside.
    """
    if any(row.flow_id == flow.id and line.revision_id in (row.revision_id, row.pending_revision_id) for row in rows):
        return Plan()
    told = {row.revision_id for row in rows if row.purpose != Purpose.NEW}
    rows = [row for row in rows if row.purpose == Purpose.NEW]
    round_number = max((row.round for row in rows), default=1)
    sent = next((row for row in rows if row.state in SENT), None)
    if sent is None and rows and rows[-1].state == S.WITHDRAWN:
        sent = rows[-1]  # a person took it back; only a person sends it again
    replaced = [row for row in rows if row.state in TO_REPLACE and row.revision_id != line.revision_id]
    if sent is not None:
        told |= {sent.revision_id, sent.pending_revision_id}
        mine = [row for row in replaced if row.flow_id == flow.id]
        return _beside(flow, all_flows, line, sent, mine, line.revision_id not in told)
    same = [row for row in rows if row.state in BEFORE_EXPORT and row.revision_id == line.revision_id]
    if same:
        return _second_flow(flow, all_flows, line, same, round_number)
    answered: tuple[int, ...] = ()
    if rows and rows[-1].state == S.REJECTED:
        if rows[-1].revision_id == line.revision_id:  # refused for the other flow: not sent a second time by this one
            return Plan(add=(draft_of(flow.id, line, round_number, taken_by(all_flows[rows[-1].flow_id])),))
        round_number += 1
        answered = (rows[-1].id,)
    candidates = {row.flow_id for row in rows if row.flow_id in all_flows} | {flow.id}
    ranked = sorted((all_flows[flow_id] for flow_id in candidates), key=lambda each: each.rank)
    released = any(row.released for row in replaced if row.flow_id == ranked[0].id)
    add = [draft_of(ranked[0].id, line, round_number, released=released)]
    add += [draft_of(other.id, line, round_number, taken_by(ranked[0])) for other in ranked[1:]]
    return Plan(add=tuple(add), supersede=tuple(row.id for row in replaced), answered=answered)


def _beside(
    flow: FlowRow, all_flows: dict[int, FlowRow], line: PageLine, sent: Row, mine: Sequence[Row], newer: bool
) -> Plan:
    if sent.flow_id == flow.id:
        return Plan(wait_beside=sent.id if newer else None)
    shadow = draft_of(flow.id, line, sent.round, taken_by(all_flows[sent.flow_id]))
    return Plan((shadow,), tuple(row.id for row in mine), wait_beside=sent.id if newer else None)


def _second_flow(
    flow: FlowRow, all_flows: dict[int, FlowRow], line: PageLine, same: Sequence[Row], round_number: int
) -> Plan:
    """Another flow has this very revision before export: the first in bridge.toml takes it."""
    live = next((row for row in same if row.state != S.SKIPPED), None)
    if live is None:  # skipped by the other's rules
        return Plan(add=(draft_of(flow.id, line, round_number),))
    other = all_flows[live.flow_id]
    if other.rank < flow.rank or live.state == S.CANCELLED:
        return Plan(add=(draft_of(flow.id, line, round_number, taken_by(other)),))
    return Plan(add=(draft_of(flow.id, line, round_number),), step_back=(live.id,))


def _rows_of_orders(work: Work, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = {}
    for some in chunks(order_ids):
        query = (
            sa.select(
                sendings.c.id,
                sendings.c.order_id,
                sendings.c.flow_id,
                sendings.c.purpose,
                sendings.c.revision_id,
                sendings.c.pending_revision_id,
                sendings.c.round,
                sendings.c.state,
                sendings.c.released,
            )
            .where(
                sendings.c.order_id.in_(some),
                sendings.c.endpoint_id == work.endpoint_id,
                sendings.c.state != S.SUPERSEDED.value,
            )
            .order_by(sendings.c.round, sendings.c.id)
        )
        for row in work.changes.select(query):
            rows.setdefault(row.order_id, []).append(row)
    return rows


def _carry_out(work: Work, flow: FlowRow, plans: Sequence[tuple[PageLine, Plan]]) -> int:
    supersede = [sending_id for _, plan in plans for sending_id in plan.supersede]
    move_sendings(work, supersede, TO_REPLACE, S.SUPERSEDED, "newer revision", next_try_at=None)
    step_back = [sending_id for _, plan in plans for sending_id in plan.step_back]
    rule = taken_by(flow)
    move_sendings(work, step_back, (S.RECEIVED, S.READY, S.HELD), S.SKIPPED, rule, rule=rule, next_try_at=None)
    answered = [sending_id for _, plan in plans for sending_id in plan.answered]
    leave(work, supersede + step_back + answered, "the order has a newer revision")
    add_sendings(work, [draft for _, plan in plans for draft in plan.add])
    beside = [(plan.wait_beside, line.revision_id) for line, plan in plans if plan.wait_beside is not None]
    if beside:
        set_pending = (
            sa.update(sendings)
            .where(sendings.c.id == sa.bindparam("of_sending"))
            .values(pending_revision_id=sa.bindparam("newer_revision"))
        )
        work.changes.change(set_pending, [{"of_sending": one, "newer_revision": two} for one, two in beside])
        go_on(work, [sending_id for sending_id, _ in beside])
    return len(supersede)
