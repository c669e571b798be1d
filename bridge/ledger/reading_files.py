"""Export files, endpoints and archived bytes for people."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.domain.states import FileState, Purpose, SendingState
from bridge.ledger.columns import Row, look, one_of, values_of
from bridge.ledger.reading_orders import story_line
from bridge.ledger.reading_values import ArchivedFile, EndpointView, FileView, PlacedOrder, StoryLine
from bridge.ledger.tables import ON_THE_WAY, endpoints, export_files, external_ids, orders, passes, revisions, sendings
from bridge.ledger.tables_told import answers, events, exceptions, results

_FILES = sa.select(
    export_files.c.id,
    endpoints.c.name.label("endpoint"),
    export_files.c.sequence_number,
    export_files.c.name,
    export_files.c.state,
    export_files.c.sha256,
    export_files.c.size,
    export_files.c.archive_path,
    export_files.c.business_day,
    export_files.c.member_count,
    export_files.c.totals,
    export_files.c.sealed_at,
    export_files.c.in_place_at,
    export_files.c.attempt,
    export_files.c.temporary_name,
    export_files.c.placed_at,
    export_files.c.inferred,
    export_files.c.answer_due_at,
    export_files.c.tries,
    export_files.c.next_try_at,
    export_files.c.needs_person,
    export_files.c.contract_digest,
    export_files.c.purpose,
).join_from(export_files, endpoints, endpoints.c.id == export_files.c.endpoint_id)


def _file_view(row: Row) -> FileView:
    values = values_of(row, FileState)
    return FileView(*[*values[:-1], Purpose(values[-1])])


def files(
    connection: sa.Connection, endpoint: str | None, state: FileState | None, before: int | None, limit: int
) -> list[FileView]:
    """Newest first."""
    query = _FILES.order_by(export_files.c.id.desc()).limit(limit)
    if endpoint is not None:
        query = query.where(endpoints.c.name == endpoint)
    if state is not None:
        query = query.where(export_files.c.state == state.value)
    if before is not None:
        query = query.where(export_files.c.id < before)
    return [_file_view(row) for row in look(connection, query)]


def file(connection: sa.Connection, endpoint: str, sequence_number: int) -> FileView | None:
    """One file by its number."""
    query = _FILES.where(endpoints.c.name == endpoint, export_files.c.sequence_number == sequence_number)
    row = look(connection, query).first()
    return _file_view(row) if row else None


def find(connection: sa.Connection, word: str, limit: int) -> list[FileView]:
    """By name, number or SHA-256."""
    everywhere = export_files.c.endpoint_id.in_(sa.select(endpoints.c.id))
    ids = [
        sa.select(export_files.c.id).where(everywhere, export_files.c.name == word),
        sa.select(export_files.c.id).where(export_files.c.sha256 == word.lower()),
    ]
    if word.isdecimal() and len(word) < 19:
        ids.append(sa.select(export_files.c.id).where(everywhere, export_files.c.sequence_number == int(word)))
    found = sa.union(*ids).subquery()
    query = _FILES.where(export_files.c.id.in_(sa.select(found.c[0]))).order_by(export_files.c.id.desc()).limit(limit)
    return [_file_view(row) for row in look(connection, query)]


def members(connection: sa.Connection, file_id: int, after_position: int, limit: int) -> list[PlacedOrder]:
    """The orders of a file in their order."""
    query = (
        sa.select(
            sendings.c.position,
            orders.c.store_order_id,
            orders.c.number,
            external_ids.c.external_id,
            sendings.c.state,
            sendings.c.erp_number,
            sendings.c.answer_level,
        )
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .join(
            external_ids,
            sa.and_(
                external_ids.c.order_id == sendings.c.order_id, external_ids.c.endpoint_id == sendings.c.endpoint_id
            ),
        )
        .where(
            sendings.c.export_file_id.is_not(None),
            sendings.c.export_file_id == file_id,
            sendings.c.position > after_position,
        )
        .order_by(sendings.c.position)
        .limit(limit)
    )
    return [PlacedOrder(*values_of(row, SendingState)) for row in look(connection, query)]


def story(connection: sa.Connection, file_id: int, limit: int) -> list[StoryLine]:
    """Everything that happened to a file, in time order."""
    query = (
        sa.select(events)
        .where(events.c.export_file_id.is_not(None), events.c.export_file_id == file_id)
        .order_by(events.c.id)
        .limit(limit)
    )
    return [story_line(row) for row in look(connection, query)]


def archived(connection: sa.Connection, kind: str, after: int, limit: int) -> list[ArchivedFile]:
    """One page of the files of a kind that must lie in the archive: export, answer, or page (orders as fetched)."""
    if kind == "page":
        return _pages(connection, after, limit)
    table = export_files if kind == "export" else answers
    query = (
        sa.select(table.c.archive_path, table.c.sha256, table.c.size, sa.literal(kind), table.c.id)
        .where(table.c.id > after)
        .order_by(table.c.id)
        .limit(limit)
    )
    return [ArchivedFile(*row) for row in look(connection, query)]


def _pages(connection: sa.Connection, after: int, limit: int) -> list[ArchivedFile]:
    """The files with the original texts of revisions; their digests stand in the archive's own index."""
    query = (
        sa.select(revisions.c.archive_path, sa.func.max(revisions.c.id))
        .where(revisions.c.id > after)
        .group_by(revisions.c.archive_path)
        .order_by(sa.func.max(revisions.c.id))
        .limit(limit)
    )
    return [ArchivedFile(path, None, None, "page", row_id) for path, row_id in look(connection, query)]


def elsewhere(connection: sa.Connection) -> set[str]:
    """Digests of sealed files of any endpoint whose bytes may still lie in the archive's `incoming/`."""
    query = sa.select(export_files.c.sha256).where(export_files.c.in_place_at.is_(None))
    return {row[0] for row in look(connection, query)}


def endpoint_views(connection: sa.Connection) -> list[EndpointView]:
    """Each endpoint with its last pass and what is open there."""
    open_files = (
        sa.select(sa.func.count())
        .where(export_files.c.endpoint_id == endpoints.c.id, one_of(export_files.c.state, ON_THE_WAY))
        .scalar_subquery()
    )
    open_exceptions = (
        sa.select(sa.func.count())
        .where(
            exceptions.c.scope_kind == "endpoint",
            exceptions.c.scope == endpoints.c.name,
            exceptions.c.closed_at.is_(None),
        )
        .scalar_subquery()
    )
    last = sa.and_(passes.c.endpoint_id == endpoints.c.id, passes.c.fence == endpoints.c.fence)
    query = (
        sa.select(
            endpoints.c.name,
            endpoints.c.next_sequence_number,
            endpoints.c.paused_by,
            endpoints.c.pause_reason,
            endpoints.c.paused_at,
            passes.c.started_at,
            passes.c.ended_at,
            open_files,
            open_exceptions,
        )
        .join_from(endpoints, passes, last, isouter=True)
        .order_by(endpoints.c.name)
    )
    return [EndpointView(*row) for row in look(connection, query)]


_ANSWERS = sa.select(answers.c.archive_path, answers.c.sha256, answers.c.size)


def answers_of_file(connection: sa.Connection, file_id: int) -> list[tuple[str, str, int]]:
    """The answers that speak of a file, first one first."""
    query = _ANSWERS.where(answers.c.export_file_id.is_not(None), answers.c.export_file_id == file_id)
    return [(row[0], row[1], row[2]) for row in look(connection, query.order_by(answers.c.id))]


def answers_of_sending(connection: sa.Connection, sending_id: int) -> list[tuple[str, str, int]]:
    """The answers that name an order, first one first."""
    query = (
        _ANSWERS.join_from(results, answers, answers.c.id == results.c.answer_id)
        .where(results.c.sending_id.is_not(None), results.c.sending_id == sending_id)
        .order_by(answers.c.id)
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in look(connection, query)]
