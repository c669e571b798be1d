"""Verdicts written: moves, numbers, exceptions, outbox and answered files, as set statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from bridge.domain.answers import Level
from bridge.domain.states import FileState, Purpose, SendingState, sending_may_move
from bridge.ledger.after_export import go_on, send_newest_after_rejection
from bridge.ledger.answer_troubles import (
    ANSWER_STEP,
    LEFT_OUT_STEP,
    open_changed,
    open_contradictions,
    open_duplicates,
    open_rejected,
)
from bridge.ledger.columns import one_of
from bridge.ledger.delivering import complete_files
from bridge.ledger.exceptions import leave, open_plain
from bridge.ledger.kinds import ANSWERED_BEFORE_SENT
from bridge.ledger.places import flows_of_endpoint
from bridge.ledger.standings import Standing
from bridge.ledger.tables import export_files, external_ids, orders, register_entries, sendings
from bridge.ledger.verdicts import NEVER_SENT, Decided, Word
from bridge.ledger.work import Work, append_events, chunks, event_row, events_of_moves, move_sendings, refuse_move
from bridge.ledger.writing_back import make_due

S, F = SendingState, FileState
TO_ACCEPTED = tuple(state for state in S if sending_may_move(state, S.ACCEPTED))


def write_verdicts(work: Work, decided: Decided, reason: str) -> None:
    """Write all that was decided, and what follows from it."""
    _supersede(work, decided.overtaken)
    _newest_beside_cured_changes(work, list(decided.accepted))
    accept(work, list(decided.accepted.values()), reason)
    _reject(work, list(decided.rejected.values()), reason)
    _number(work, list(decided.numbered.values()), reason)
    _number_orders(work, [*decided.accepted.values(), *decided.numbered.values()], reason)
    _raise_levels(work, list(decided.raised.values()), reason)
    open_contradictions(work, list(decided.contradicting.values()))
    open_changed(work, list(decided.changed.values()))
    open_duplicates(work, list(decided.duplicates.values()))
    moved = [*decided.accepted.values(), *(standing for standing, _ in decided.rejected.values())]
    files = {standing.export_file_id for standing in moved if standing.export_file_id is not None}
    complete_files(work, sorted(files))
    told = {standing.export_file_id for standing in decided.raised.values() if standing.export_file_id is not None}
    _stop_answered_before_sent(work, sorted(files | told))


def _supersede(work: Work, overtaken: Mapping[int, Standing]) -> None:
    """Further rounds that never go. Their revision waits beside the round that the ERP has, as any newer one does."""
    if not overtaken:
        return
    ids = list(overtaken)
    reason = "the ERP has the round before after all"
    move_sendings(work, ids, NEVER_SENT, S.SUPERSEDED, reason, next_try_at=None)
    leave(work, ids, reason)
    waiting = sendings.alias()
    newer = sa.select(waiting.c.revision_id).where(waiting.c.id == sa.bindparam("overtaken")).scalar_subquery()
    beside = (
        sa.update(sendings)
        .where(sendings.c.id == sa.bindparam("of_sending"), sendings.c.revision_id != newer)
        .values(pending_revision_id=newer)
    )
    rows = [{"overtaken": one, "of_sending": standing.sending_id} for one, standing in overtaken.items()]
    work.changes.change(beside, rows)


def _newest_beside_cured_changes(work: Work, sending_ids: Sequence[int]) -> None:
    """A change that the ERP refused and has made after all is no longer what the store says: the newest revision is."""
    for some in chunks(sending_ids):
        query = (
            sa.select(sendings.c.first_sending_id, orders.c.latest_revision_id)
            .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
            .where(
                sendings.c.id.in_(some),
                sendings.c.first_sending_id.is_not(None),
                one_of(sendings.c.state, [S.REJECTED]),
                sendings.c.revision_id != orders.c.latest_revision_id,
            )
        )
        for row in work.changes.select(query).all():
            first = sa.update(sendings).where(sendings.c.id == row.first_sending_id)
            work.changes.change(first.values(pending_revision_id=row.latest_revision_id))


def accept(work: Work, standings: Sequence[Standing], reason: str) -> None:
    """Move to accepted, with the number where there is one; the register fills in what the answer left out."""
    if not standings:
        return
    ids = [standing.sending_id for standing in standings]
    numbers = _registered_numbers(work, [each.order_id for each in standings if each.erp_number is None])
    for some in chunks(ids):
        condition = sa.and_(sendings.c.id.in_(some), one_of(sendings.c.state, TO_ACCEPTED))
        work.changes.change(events_of_moves(work, sendings, condition, S.ACCEPTED.value, reason))
    rows = [
        {"of_sending": each.sending_id, "number_now": each.erp_number or numbers.get(each.order_id)}
        for each in standings
    ]
    if work.changes.change_each(_ACCEPT, rows) != len(ids):
        refuse_move(work, sendings, ids, one_of(sendings.c.state, TO_ACCEPTED), S.ACCEPTED.value)
    leave(work, ids, "the ERP has the order")
    make_due(work, [each.sending_id for each in standings if each.purpose is Purpose.NEW], _writing_back(work))
    go_on(work, ids)


_ACCEPT = (
    sa.update(sendings)
    .where(sendings.c.id == sa.bindparam("of_sending"), one_of(sendings.c.state, TO_ACCEPTED))
    .values(state=S.ACCEPTED.value, erp_number=sa.bindparam("number_now"), next_try_at=None)
)


def _registered_numbers(work: Work, order_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(order_ids):
        query = (
            sa.select(external_ids.c.order_id, register_entries.c.erp_number)
            .join_from(
                external_ids,
                register_entries,
                sa.and_(
                    register_entries.c.endpoint_id == external_ids.c.endpoint_id,
                    register_entries.c.folded == external_ids.c.folded,
                ),
            )
            .where(external_ids.c.order_id.in_(some), external_ids.c.endpoint_id == work.endpoint_id)
        )
        found.update({row.order_id: row.erp_number for row in work.changes.select(query)})
    return found


def _reject(work: Work, rejected: Sequence[tuple[Standing, Word]], reason: str) -> None:
    if not rejected:
        return
    ids = [standing.sending_id for standing, _ in rejected]
    move_sendings(work, ids, (S.EXPORTED, S.DELIVERED), S.REJECTED, reason)
    leave(work, ids, "the ERP has answered", (LEFT_OUT_STEP,))
    changes = [standing.sending_id for standing, _ in rejected if standing.purpose is not Purpose.NEW]
    gone_on = send_newest_after_rejection(work, ids) | go_on(work, changes)
    open_rejected(work, [(standing, word) for standing, word in rejected if standing.order_id not in gone_on])


def _raise_levels(work: Work, raised: Sequence[Standing], reason: str) -> None:
    """Levels below the verdict: noted, with an event each. The file goes on waiting for its verdicts."""
    by_level: dict[int, list[Standing]] = {}
    for standing in raised:
        by_level.setdefault(standing.level, []).append(standing)
    for level, standings in by_level.items():
        for some in chunks([standing.sending_id for standing in standings]):
            work.changes.change(sa.update(sendings).where(sendings.c.id.in_(some)).values(answer_level=level))
        append_events(
            work,
            [
                event_row(
                    work,
                    "sending",
                    each.sending_id,
                    "told",
                    order_id=each.order_id,
                    target=Level(level).words,
                    reason=reason,
                )
                for each in standings
            ],
        )


def _number(work: Work, standings: Sequence[Standing], reason: str) -> None:
    if not standings:
        return
    rows = [{"of_sending": each.sending_id, "number_now": each.erp_number} for each in standings]
    work.changes.change(_NUMBER, rows)
    append_events(
        work,
        [
            event_row(work, "sending", each.sending_id, "numbered", order_id=each.order_id, reason=reason)
            for each in standings
        ],
    )
    make_due(work, [each.sending_id for each in standings if each.purpose is Purpose.NEW], _writing_back(work))


_NUMBER = (
    sa.update(sendings)
    .where(sendings.c.id == sa.bindparam("of_sending"), sendings.c.erp_number.is_(None))
    .values(erp_number=sa.bindparam("number_now"))
)


def _number_orders(work: Work, standings: Sequence[Standing], reason: str) -> None:
    """An order that the ERP accepted without a number gets the one that the answer to its change tells."""
    told = {each.sending_id: each for each in standings if each.purpose is Purpose.CHANGE and each.erp_number}
    first = sendings.alias()
    for some in chunks(sorted(told)):
        query = (
            sa.select(sendings.c.id, first.c.id.label("first_id"))
            .join_from(sendings, first, first.c.id == sendings.c.first_sending_id)
            .where(sendings.c.id.in_(some), first.c.erp_number.is_(None))
        )
        rows = work.changes.select(query).all()
        _number(work, [replace(told[row.id], sending_id=row.first_id, purpose=Purpose.NEW) for row in rows], reason)


def _stop_answered_before_sent(work: Work, file_ids: Sequence[int]) -> None:
    """A file that counts as not sent was answered: it does not go out before a person has looked."""
    for some in chunks(file_ids):
        query = sa.select(export_files.c.id, export_files.c.name).where(
            export_files.c.id.in_(some), one_of(export_files.c.state, (F.SEALED, F.ANNOUNCED))
        )
        for row in work.changes.select(query).all():
            stop = sa.update(export_files).where(export_files.c.id == row.id).values(needs_person=True)
            work.changes.change(stop)
            problem = ANSWERED_BEFORE_SENT.problem(name=row.name, endpoint=work.endpoint)
            open_plain(work, ("endpoint", work.endpoint), ANSWER_STEP, problem, export_file_id=row.id)


def _writing_back(work: Work) -> list[int]:
    flows = flows_of_endpoint(work.changes.connection, work.endpoint_id)
    return [flow.id for flow in flows.values() if flow.write_back]
