"""The seal: number, name, bytes and members of export files, fixed for ever in one commit.

Why a number can neither repeat nor be missing: it is drawn by compare-and-set on the endpoint's row in the same
transaction that inserts the files, and `gapless_file_number` refuses a second. Why no order is sent twice: its one live
sending moves from ready to exported here, all members or none, and the register is looked at within the transaction.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from bridge.domain.errors import Fault
from bridge.domain.states import FileState, Purpose, SendingState
from bridge.ledger.columns import look, one_of
from bridge.ledger.errors import RegisteredMeanwhile, SequenceMoved
from bridge.ledger.tables import (
    endpoints,
    export_files,
    external_ids,
    flows,
    orders,
    register_entries,
    revisions,
    sendings,
)
from bridge.ledger.told import told_before
from bridge.ledger.values import SealedFile, SealRequest, ToExport
from bridge.ledger.work import Work, append_events, chunks, event_row, events_of_moves, refuse_move

S = SendingState


def exportable(
    connection: sa.Connection,
    endpoint_id: int,
    full_flows: Sequence[str],
    selected_flows: Sequence[str],
    purpose: Purpose,
    limit: int,
) -> list[ToExport]:
    """Ready sendings, oldest first; of selected flows only the released ones."""
    flow_ids = {
        row.name: row.id
        for row in look(
            connection,
            sa.select(flows.c.name, flows.c.id).where(
                flows.c.endpoint_id == endpoint_id, flows.c.name.in_([*full_flows, *selected_flows])
            ),
        )
    }
    found = []
    for name, releases in [(name, (False, True)) for name in full_flows] + [(name, (True,)) for name in selected_flows]:
        for released in releases if name in flow_ids else ():
            query = (
                _EXPORTABLE.where(
                    one_of(sendings.c.state, [S.READY]),
                    sendings.c.flow_id == flow_ids[name],
                    sendings.c.purpose == purpose.value,
                    sendings.c.released == released,
                )
                .order_by(sendings.c.id)
                .limit(limit)
            )
            found.append([ToExport(*row) for row in look(connection, query).all()])
    merged = heapq.merge(*found, key=lambda each: each.sending_id)
    picked = [each for each, _ in zip(merged, range(limit), strict=False)]
    if purpose is Purpose.NEW:
        return picked
    told = told_before(connection, [each.sending_id for each in picked])
    return [replace(each, told=told[each.sending_id]) for each in picked]


_EXPORTABLE = (
    sa.select(
        sendings.c.id,
        sendings.c.order_id,
        flows.c.name,
        external_ids.c.external_id,
        revisions.c.content,
        orders.c.number,
        sendings.c.gross_minor,
        sendings.c.currency,
        sendings.c.digits,
        sendings.c.ready_at,
    )
    .join_from(sendings, flows, flows.c.id == sendings.c.flow_id)
    .join(orders, orders.c.id == sendings.c.order_id)
    .join(revisions, revisions.c.id == sendings.c.revision_id)
    .join(
        external_ids,
        sa.and_(external_ids.c.order_id == sendings.c.order_id, external_ids.c.endpoint_id == sendings.c.endpoint_id),
    )
)


def next_sequence_number(connection: sa.Connection, endpoint_id: int) -> int:
    """The number that the next file will get."""
    query = sa.select(endpoints.c.next_sequence_number).where(endpoints.c.id == endpoint_id)
    return int(look(connection, query).scalar_one())


def files_of_day(connection: sa.Connection, endpoint_id: int, day: date) -> int:
    """How many files the endpoint has of a business day, withdrawn ones too. Holds until a number is drawn."""
    query = sa.select(sa.func.count()).where(
        export_files.c.endpoint_id == endpoint_id, export_files.c.business_day == day
    )
    return int(look(connection, query).scalar_one())


def seal(
    work: Work,
    files: Sequence[SealRequest],
    first_sequence_number: int,
    business_day: date,
    register_required: bool,
) -> list[SealedFile]:
    """Seal all of these files or none. Raises SequenceMoved, RegisteredMeanwhile or MovedMeanwhile."""
    if not files:
        return []
    numbers = [file.sequence_number for file in files]
    if not all(file.sending_ids for file in files):
        raise Fault(what="a file without orders was to be sealed", reference=str(first_sequence_number))
    if numbers != list(range(first_sequence_number, first_sequence_number + len(files))):
        raise Fault(what="files to seal are not numbered one after the other", reference=str(first_sequence_number))
    _draw_numbers(work, first_sequence_number, len(files))
    if register_required:
        refuse_registered(work, [sending_id for file in files for sending_id in file.sending_ids])
    file_ids = work.changes.reserve_ids(export_files, len(files))
    sealed = [
        SealedFile(
            file_id,
            file.sequence_number,
            file.name,
            file.sha256,
            file.size,
            file.archive_path,
            business_day,
            work.at,
            file.contract_digest,
            file.purpose,
        )
        for file, file_id in zip(files, file_ids, strict=True)
    ]
    work.changes.insert(
        export_files,
        [_file_row(work, file, each) for file, each in zip(files, sealed, strict=True)],
    )
    append_events(
        work,
        [
            event_row(
                work,
                "file",
                each.file_id,
                "sealed",
                export_file_id=each.file_id,
                target=FileState.SEALED.value,
                reason=f"number {each.sequence_number}, sha256 {each.sha256}",
            )
            for each in sealed
        ],
    )
    _move_members(work, files, file_ids)
    return sealed


def _draw_numbers(work: Work, first: int, count: int) -> None:
    drawn = work.changes.change(
        sa.update(endpoints)
        .where(endpoints.c.id == work.endpoint_id, endpoints.c.next_sequence_number == first)
        .values(next_sequence_number=first + count)
    )
    if not drawn:
        found = next_sequence_number(work.changes.connection, work.endpoint_id)
        raise SequenceMoved(expected=first, found=found, endpoint=work.endpoint)


def refuse_registered(work: Work, sending_ids: Sequence[int]) -> None:
    """Raise RegisteredMeanwhile when the ERP's register holds any of these orders."""
    for some in chunks(sending_ids):
        query = (
            sa.select(register_entries.c.external_id)
            .join_from(
                sendings,
                external_ids,
                sa.and_(
                    external_ids.c.order_id == sendings.c.order_id,
                    external_ids.c.endpoint_id == sendings.c.endpoint_id,
                ),
            )
            .join(
                register_entries,
                sa.and_(
                    register_entries.c.endpoint_id == external_ids.c.endpoint_id,
                    register_entries.c.folded == external_ids.c.folded,
                ),
            )
            .where(sendings.c.id.in_(some))
            .limit(1)
        )
        registered = work.changes.select(query).scalar()
        if registered is not None:
            raise RegisteredMeanwhile(external_id=registered, endpoint=work.endpoint)


def _file_row(work: Work, file: SealRequest, sealed: SealedFile) -> dict[str, object]:
    return {
        "id": sealed.file_id,
        "endpoint_id": work.endpoint_id,
        "sequence_number": file.sequence_number,
        "name": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "state": FileState.SEALED.value,
        "contract_digest": file.contract_digest,
        "archive_path": file.archive_path,
        "business_day": sealed.business_day,
        "member_count": len(file.sending_ids),
        "purpose": file.purpose.value,
        "totals": {currency: str(amount) for currency, amount in file.totals.items()},
        "sealed_at": work.at,
        "attempt": 0,
        "inferred": False,
        "answer_within_s": file.answer_within_s,
        "tries": 0,
        "needs_person": False,
    }


_MEMBER = (
    sa.update(sendings)
    .where(sendings.c.id == sa.bindparam("of_sending"), one_of(sendings.c.state, [S.READY]))
    .values(state=S.EXPORTED.value, export_file_id=sa.bindparam("in_file"), position=sa.bindparam("at_position"))
)


def _move_members(work: Work, files: Sequence[SealRequest], file_ids: Sequence[int]) -> None:
    members = [
        {"of_sending": sending_id, "in_file": file_id, "at_position": position}
        for file, file_id in zip(files, file_ids, strict=True)
        for position, sending_id in enumerate(file.sending_ids, start=1)
    ]
    ids = [member["of_sending"] for member in members]
    for some in chunks(ids):
        condition = sa.and_(sendings.c.id.in_(some), one_of(sendings.c.state, [S.READY]))
        work.changes.change(events_of_moves(work, sendings, condition, S.EXPORTED.value, "sealed"))
    if work.changes.change_each(_MEMBER, members) != len(ids):
        refuse_move(work, sendings, ids, one_of(sendings.c.state, [S.READY]), S.EXPORTED.value)
