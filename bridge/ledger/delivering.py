"""Deliver and settle: where each export file stands on its way into the ERP's folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bridge.domain.backoff import has_come
from bridge.domain.problems import Problem
from bridge.domain.states import FileState, Purpose, SendingState
from bridge.ledger.columns import Row, look, one_of, values_of
from bridge.ledger.exceptions import close_of_files, open_plain
from bridge.ledger.tables import ON_THE_WAY, export_files, external_ids, sendings
from bridge.ledger.unanswered import go_on_without_answers
from bridge.ledger.values import FileTold, InDoubt, Placed, SealedFile, ToDeliver
from bridge.ledger.work import Work, chunks, events_of_moves, move_files

F, S = FileState, SendingState
STEP = "deliver"


def not_in_place(connection: sa.Connection, endpoint_id: int, limit: int) -> list[SealedFile]:
    """Sealed files whose bytes may still lie in the archive's `incoming/`."""
    query = (
        sa.select(
            export_files.c.id,
            export_files.c.sequence_number,
            export_files.c.name,
            export_files.c.sha256,
            export_files.c.size,
            export_files.c.archive_path,
            export_files.c.business_day,
            export_files.c.sealed_at,
            export_files.c.contract_digest,
            export_files.c.purpose,
        )
        .where(export_files.c.endpoint_id == endpoint_id, export_files.c.in_place_at.is_(None))
        .order_by(export_files.c.sequence_number)
        .limit(limit)
    )
    return [SealedFile(*[*row[:-1], Purpose(row.purpose)]) for row in look(connection, query)]


def members(connection: sa.Connection, file_ids: Sequence[int]) -> dict[int, list[str]]:
    """The external ids in each of these files, in their order."""
    found: dict[int, list[str]] = {file_id: [] for file_id in file_ids}
    for some in chunks(file_ids):
        query = (
            sa.select(sendings.c.export_file_id, external_ids.c.external_id)
            .join_from(
                sendings,
                external_ids,
                sa.and_(
                    external_ids.c.order_id == sendings.c.order_id,
                    external_ids.c.endpoint_id == sendings.c.endpoint_id,
                ),
            )
            .where(sendings.c.export_file_id.is_not(None), sendings.c.export_file_id.in_(some))
            .order_by(sendings.c.export_file_id, sendings.c.position)
        )
        for file_id, external_id in connection.execute(query):
            found[file_id].append(external_id)
    return found


def in_place(work: Work, file_ids: Sequence[int]) -> None:
    """The bytes of these files stand at their archive path."""
    for some in chunks(file_ids):
        condition = sa.and_(export_files.c.id.in_(some), export_files.c.in_place_at.is_(None))
        work.changes.change(sa.update(export_files).where(condition).values(in_place_at=work.at))


def undelivered(
    connection: sa.Connection, endpoint_id: int, now: datetime, limit: int, ordered: bool
) -> list[ToDeliver]:
    """Sealed files whose turn it is, lowest number first.

    Ordered: the list ends before the first file that may not go now (in doubt, not in its archive place, waiting for a
    person or for its next try). Not ordered: such a file is left out.
    """
    query = (
        sa.select(
            export_files.c.id,
            export_files.c.sequence_number,
            export_files.c.name,
            export_files.c.sha256,
            export_files.c.size,
            export_files.c.archive_path,
            export_files.c.attempt + 1,
            export_files.c.state,
            export_files.c.tries,
            export_files.c.next_try_at,
            *_TOLD,
            export_files.c.in_place_at,
            export_files.c.needs_person,
        )
        .where(export_files.c.endpoint_id == endpoint_id, one_of(export_files.c.state, ON_THE_WAY))
        .order_by(export_files.c.sequence_number)
    )
    found: list[ToDeliver] = []
    for row in look(connection, query):
        waits = row.next_try_at is not None and not has_come(row.next_try_at, now)
        if row.state != F.SEALED or row.in_place_at is None or row.needs_person or waits:
            if ordered:
                break
            continue
        found.append(ToDeliver(*[*values_of(row, FileState)[:10], _told(row)]))
        if len(found) >= limit:
            break
    return found


def announce(work: Work, items: Sequence[tuple[int, int, str]]) -> None:
    """Before the first byte: (file id, attempt, temporary name) of each."""
    move_files(work, [file_id for file_id, *_ in items], (F.SEALED,), F.ANNOUNCED, "")
    if items:
        rows = [{"of_file": file_id, "number": attempt, "name_now": name} for file_id, attempt, name in items]
        work.changes.change(_ATTEMPT, rows)


_ATTEMPT = (
    sa.update(export_files)
    .where(export_files.c.id == sa.bindparam("of_file"))
    .values(attempt=sa.bindparam("number"), temporary_name=sa.bindparam("name_now"))
)


def staged(work: Work, file_ids: Sequence[int]) -> None:
    """All bytes are written and verified under the temporary names; recorded before the first rename."""
    move_files(work, file_ids, (F.ANNOUNCED,), F.STAGED, "")


def confirm(work: Work, placed: Sequence[Placed]) -> None:
    """The files are visible to the ERP (or taken by it already): their members are delivered.

    An answer may have been faster: an answered file stays answered and only gets its time.
    """
    ids = [each.file_id for each in placed]
    states: dict[int, str] = {}
    within: dict[int, int | None] = {}
    for some in chunks(ids):
        query = sa.select(export_files.c.id, export_files.c.state, export_files.c.answer_within_s)
        for row in work.changes.select(query.where(export_files.c.id.in_(some))):
            states[row.id], within[row.id] = row.state, row.answer_within_s
    inferred = {each.file_id for each in placed if each.inferred}
    to_move = [file_id for file_id in ids if states.get(file_id) != F.ANSWERED]
    move_files(work, [each for each in to_move if each not in inferred], (F.STAGED,), F.PLACED, "")
    move_files(work, [each for each in to_move if each in inferred], (F.STAGED,), F.PLACED, "inferred: taken already")
    rows = [
        {
            "of_file": each.file_id,
            "seen_at": each.placed_at,
            "was_inferred": each.inferred,
            "due_at": _due(each.placed_at, within[each.file_id]),
        }
        for each in placed
    ]
    if rows:
        work.changes.change(_PLACED, rows)
    _deliver_members(work, ids)
    close_of_files(work, ids, "placed")
    complete_files(work, to_move)
    go_on_without_answers(work, ids)


def _due(placed_at: datetime, within_s: int | None) -> datetime | None:
    return None if within_s is None else placed_at + timedelta(seconds=within_s)


_PLACED = (
    sa.update(export_files)
    .where(export_files.c.id == sa.bindparam("of_file"))
    .values(
        placed_at=sa.bindparam("seen_at"),
        inferred=sa.bindparam("was_inferred"),
        answer_due_at=sa.bindparam("due_at"),
        tries=0,
        next_try_at=None,
        needs_person=False,
    )
)


def _deliver_members(work: Work, file_ids: Sequence[int]) -> None:
    """By file, not by order. Members that an answer moved already stay where they are."""
    for some in chunks(file_ids):
        condition = sa.and_(
            sendings.c.export_file_id.is_not(None),
            sendings.c.export_file_id.in_(some),
            sendings.c.state == S.EXPORTED.value,
        )
        work.changes.change(events_of_moves(work, sendings, condition, S.DELIVERED.value, ""))
        work.changes.change(sa.update(sendings).where(condition).values(state=S.DELIVERED.value))


def complete_files(work: Work, file_ids: Sequence[int]) -> None:
    """Files on their way or placed, each of whose members has a verdict, become answered."""
    waiting = sa.select(sendings.c.id).where(
        sendings.c.export_file_id.is_not(None),
        sendings.c.export_file_id == export_files.c.id,
        sendings.c.state.in_([S.EXPORTED.value, S.DELIVERED.value]),
    )
    complete: list[int] = []
    for some in chunks(sorted(set(file_ids))):
        query = sa.select(export_files.c.id).where(
            export_files.c.id.in_(some), one_of(export_files.c.state, (F.STAGED, F.PLACED)), ~waiting.exists()
        )
        complete.extend(work.changes.select(query).scalars())
    if complete:
        move_files(work, complete, (F.STAGED, F.PLACED), F.ANSWERED, "", answer_due_at=None)
        close_of_files(work, complete, "answered")


def doubts(connection: sa.Connection, endpoint_id: int) -> list[InDoubt]:
    """Files that were announced or staged and not confirmed, lowest number first."""
    query = (
        sa.select(
            export_files.c.id,
            export_files.c.sequence_number,
            export_files.c.name,
            export_files.c.sha256,
            export_files.c.size,
            export_files.c.archive_path,
            export_files.c.attempt,
            export_files.c.temporary_name,
            export_files.c.state,
            *_TOLD,
        )
        .where(
            export_files.c.endpoint_id == endpoint_id,
            one_of(export_files.c.state, ON_THE_WAY),
            export_files.c.state != F.SEALED.value,
        )
        .order_by(export_files.c.sequence_number)
    )
    return [InDoubt(*[*values_of(row, FileState)[:9], _told(row)]) for row in look(connection, query)]


_TOLD = (
    export_files.c.member_count,
    export_files.c.totals,
    export_files.c.business_day,
    export_files.c.sealed_at,
    export_files.c.purpose,
)


def _told(row: Row) -> FileTold:
    return FileTold(row.member_count, row.totals, row.business_day, row.sealed_at, Purpose(row.purpose))


def back_to_sealed(work: Work, file_ids: Sequence[int], reason: str) -> None:
    """Seen: nothing is visible to the ERP and nothing of this attempt can become visible. A new attempt is due."""
    move_files(work, file_ids, (F.ANNOUNCED, F.STAGED), F.SEALED, reason, temporary_name=None)


def file_failed(work: Work, file_id: int, problem: Problem, next_try_at: datetime | None) -> None:
    """Delivery of one file had trouble: tried again at `next_try_at`, or (None) when a person has cured it."""
    work.changes.change(
        sa.update(export_files)
        .where(export_files.c.id == file_id)
        .values(tries=export_files.c.tries + 1, next_try_at=next_try_at, needs_person=next_try_at is None)
    )
    open_plain(work, ("endpoint", work.endpoint), STEP, problem, next_try_at, export_file_id=file_id)
