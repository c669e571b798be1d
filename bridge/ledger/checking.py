"""Check: which sendings to judge, and what the judgement makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.backoff import FAR
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import Row, look, one_of, values_of
from bridge.ledger.exceptions import Trouble, leave, set_troubles
from bridge.ledger.external_ids import add_external_ids
from bridge.ledger.judgements import JudgedSending, ToCheck
from bridge.ledger.places import FlowRow, flows_of_endpoint
from bridge.ledger.revising import taken_by
from bridge.ledger.tables import DUE_BY_TIME, TO_JUDGE, external_ids, orders, revisions, sendings
from bridge.ledger.told import told_before
from bridge.ledger.work import Work, append_events, chunks, event_row, move_sendings

S = SendingState
STEP = "check"


def to_check(connection: sa.Connection, flow: FlowRow, judged_against: str, now: datetime, limit: int) -> list[ToCheck]:
    """Received; all that were judged against something else; held or waiting ones whose time has come."""
    open_here = sa.and_(one_of(sendings.c.state, TO_JUDGE), sendings.c.flow_id == flow.id)
    groups = (
        sa.and_(open_here, sendings.c.state == S.RECEIVED.value, sendings.c.judged_against.is_(None)),
        sa.and_(open_here, sendings.c.state == S.RECEIVED.value, sendings.c.judged_against != judged_against),
        sa.and_(open_here, sendings.c.state == S.READY.value, sendings.c.judged_against != judged_against),
        sa.and_(open_here, sendings.c.state == S.HELD.value, sendings.c.judged_against != judged_against),
        sa.and_(
            one_of(sendings.c.state, DUE_BY_TIME),
            sendings.c.next_try_at.is_not(None),
            sendings.c.flow_id == flow.id,
            sendings.c.next_try_at <= now,
        ),
        sa.and_(  # one that waits by a rule waits as long as the rule says: by the order's time, not by our clock
            one_of(sendings.c.state, DUE_BY_TIME),
            sendings.c.next_try_at.is_not(None),
            sendings.c.flow_id == flow.id,
            sendings.c.next_try_at > now + FAR,
            sendings.c.state == S.HELD.value,
        ),
    )
    found: dict[int, ToCheck] = {}
    for group in groups:
        room = limit - len(found)
        if room <= 0:
            break
        for row in look(connection, _TO_CHECK.where(group).limit(limit)).all():
            if row.id not in found and len(found) < limit:
                found[row.id] = ToCheck(*values_of(row, SendingState))
    told = told_before(connection, list(found))
    return [replace(each, told=told.get(each.sending_id)) if told else each for each in found.values()]


_TO_CHECK = (
    sa.select(
        sendings.c.id,
        sendings.c.order_id,
        orders.c.store_order_id,
        orders.c.number,
        revisions.c.content,
        sendings.c.state,
        sendings.c.tries,
        sendings.c.received_at,
        external_ids.c.external_id,
        sendings.c.released,
    )
    .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
    .join(revisions, revisions.c.id == sendings.c.revision_id)
    .outerjoin(
        external_ids,
        sa.and_(external_ids.c.order_id == sendings.c.order_id, external_ids.c.endpoint_id == sendings.c.endpoint_id),
    )
    .where(revisions.c.malformed.is_(sa.false()))  # only a new revision cures a malformed order
)


def judged(work: Work, judgements: Sequence[JudgedSending]) -> list[int]:
    """Write the judgements; gives the sendings that were held because their external id belongs to another order.

    A sending that a person moved since it was read keeps the person's decision.
    """
    rows = _open_rows(work, [each.sending_id for each in judgements])
    present = [each for each in judgements if each.sending_id in rows]
    taken = add_external_ids(
        work,
        [
            (rows[each.sending_id].order_id, rows[each.sending_id].number, each.sending_id, each.external_id)
            for each in present
            if each.state is S.READY
        ],
    )
    final = [
        replace(each, state=S.HELD, problems=(taken[each.sending_id],)) if each.sending_id in taken else each
        for each in present
    ]
    _write(work, final, rows)
    held = [each for each in final if each.state is S.HELD]
    if held:
        troubles = [Trouble(each.sending_id, each.problems, each.next_try_at) for each in held]
        set_troubles(work, ("endpoint", work.endpoint), STEP, troubles)
    was_held = [each.sending_id for each in final if each.state is not S.HELD and rows[each.sending_id].state == S.HELD]
    leave(work, was_held, "its orders go on")
    wake_lower_flows(work, [each.sending_id for each in final if each.state is S.SKIPPED])
    return list(taken)


def _open_rows(work: Work, sending_ids: Sequence[int]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    for some in chunks(sending_ids):
        query = (
            sa.select(sendings.c.id, sendings.c.state, sendings.c.rule, sendings.c.order_id, orders.c.number)
            .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
            .where(sendings.c.id.in_(some), one_of(sendings.c.state, TO_JUDGE))
        )
        rows.update({row.id: row for row in work.changes.select(query).all()})
    return rows


def _write(work: Work, judgements: Sequence[JudgedSending], rows: dict[int, Row]) -> None:
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for each in judgements:
        origin = SendingState(rows[each.sending_id].state)
        key = (origin, each.state, each.rule, each.judged_against, each.next_try_at, each.released, each.gross_minor)
        groups[key].append(each.sending_id)
    for (origin, target, rule, judged_against, next_try_at, released, gross_minor), ids in groups.items():
        values: dict[str, Any] = {"rule": rule, "judged_against": judged_against, "next_try_at": next_try_at}
        if target is S.HELD:
            values["tries"] = sendings.c.tries + 1
        if released:
            values["released"] = True
        if gross_minor is not None:
            values["gross_minor"] = gross_minor
        if origin is target:
            _note_waiting(work, [rows[each] for each in ids if rule and rows[each].rule != rule], rule)
            for some in chunks(ids):
                work.changes.change(sa.update(sendings).where(sendings.c.id.in_(some)).values(**values))
            continue
        if target is S.READY:
            values["ready_at"] = work.at
        move_sendings(work, ids, (origin,), target, rule or "", **values)


def _note_waiting(work: Work, rows: Sequence[Row], rule: str | None) -> None:
    """An event for each order that begins to wait by a rule where it stands."""
    events = [event_row(work, "sending", row.id, "waits", order_id=row.order_id, reason=rule or "") for row in rows]
    append_events(work, events)


def hold(work: Work, troubles: Sequence[Trouble]) -> None:
    """Hold ready sendings that turned out wrong at rendering; they are judged again when what they were judged
    against changes."""
    move_sendings(work, [each.sending_id for each in troubles], (S.READY,), S.HELD, "found at rendering", rule=None)
    set_troubles(work, ("endpoint", work.endpoint), "export", troubles)


def wake_lower_flows(work: Work, sending_ids: Sequence[int]) -> None:
    """Where a flow skipped an order, the next flow of the store that stood back for it gets it to judge."""
    all_flows = flows_of_endpoint(work.changes.connection, work.endpoint_id)
    if len(all_flows) < 2:
        return
    ranks = {flow.id: flow.rank for flow in all_flows.values()}
    skipped, standing = sendings.alias("skipped"), sendings.alias("standing")
    firsts: dict[int, Row] = {}
    for some in chunks(sending_ids):
        query = (
            sa.select(standing.c.id, standing.c.order_id, standing.c.flow_id, standing.c.rule, skipped.c.flow_id)
            .join_from(
                skipped,
                standing,
                sa.and_(
                    standing.c.order_id == skipped.c.order_id,
                    standing.c.endpoint_id == skipped.c.endpoint_id,
                    standing.c.revision_id == skipped.c.revision_id,
                ),
            )
            .where(
                skipped.c.id.in_(some),
                skipped.c.purpose == Purpose.NEW.value,  # a change that is left out leaves the order where it is
                standing.c.purpose == Purpose.NEW.value,
                standing.c.state == S.SKIPPED.value,
                standing.c.id != skipped.c.id,
            )
        )
        for row in work.changes.select(query):
            stood_back = row.rule == taken_by(all_flows[row[4]])
            if stood_back and (row.order_id not in firsts or ranks[row.flow_id] < ranks[firsts[row.order_id].flow_id]):
                firsts[row.order_id] = row
    ids = [row.id for row in firsts.values()]
    why = "the flow before it skipped the order"
    move_sendings(work, ids, (S.SKIPPED,), S.RECEIVED, why, rule=None, judged_against=None)
    for row in firsts.values():  # the others now stand back for the woken one
        work.changes.change(
            sa.update(sendings)
            .where(
                sendings.c.order_id == row.order_id,
                sendings.c.endpoint_id == work.endpoint_id,
                sendings.c.state == S.SKIPPED.value,
                sendings.c.rule == row.rule,
            )
            .values(rule=taken_by(all_flows[row.flow_id]))
        )
