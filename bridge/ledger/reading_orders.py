"""Orders for people: lists, search, contents and the story of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.answers import Verdict
from bridge.domain.errors import Missing
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import Row, look, one_of, values_of
from bridge.ledger.external_ids import folded
from bridge.ledger.order_numbers import numbered, written_alike
from bridge.ledger.reading_values import ChangeView, OrderView, RevisionView, StateCount, StoryLine, told_so_far
from bridge.ledger.tables import endpoints, export_files, external_ids, flows, orders, revisions, sendings, stores
from bridge.ledger.tables_told import answers, events, exception_members, exceptions, results

S = SendingState


def current() -> sa.ColumnElement[bool]:
    """The one sending by which an order counts at an endpoint: the latest round, a sent one before a skipped one."""
    other = sendings.alias("other")
    better = sa.or_(
        other.c.round > sendings.c.round,
        sa.and_(
            other.c.round == sendings.c.round,
            sendings.c.state == S.SKIPPED.value,
            sa.or_(
                other.c.state != S.SKIPPED.value,
                other.c.id < sendings.c.id,  # all flows skip it: the first one's rule speaks
            ),
        ),
    )
    overshadowed = sa.select(other.c.id).where(
        other.c.order_id == sendings.c.order_id,
        other.c.endpoint_id == sendings.c.endpoint_id,
        other.c.purpose == Purpose.NEW.value,
        other.c.state != S.SUPERSEDED.value,
        better,
    )
    return sa.and_(
        one_of(sendings.c.purpose, [Purpose.NEW]), sendings.c.state != S.SUPERSEDED.value, ~overshadowed.exists()
    )


ORDERS = (
    sa.select(
        sendings.c.id,
        sendings.c.order_id,
        stores.c.name.label("store"),
        orders.c.store_order_id,
        orders.c.number,
        flows.c.name.label("flow"),
        endpoints.c.name.label("endpoint"),
        sendings.c.state,
        sendings.c.rule,
        sendings.c.round,
        sendings.c.released,
        sendings.c.tries,
        sendings.c.next_try_at,
        external_ids.c.external_id,
        sendings.c.erp_number,
        export_files.c.name.label("file_name"),
        export_files.c.sequence_number,
        sendings.c.currency,
        sendings.c.digits,
        sendings.c.gross_minor,
        sendings.c.received_at,
        sendings.c.received_day,
        sendings.c.pending_revision_id.is_not(None).label("changed_since"),
        sendings.c.answer_level,
    )
    .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
    .join(stores, stores.c.id == orders.c.store_id)
    .join(flows, flows.c.id == sendings.c.flow_id)
    .join(endpoints, endpoints.c.id == sendings.c.endpoint_id)
    .outerjoin(export_files, export_files.c.id == sendings.c.export_file_id)
    .outerjoin(
        external_ids,
        sa.and_(external_ids.c.order_id == sendings.c.order_id, external_ids.c.endpoint_id == sendings.c.endpoint_id),
    )
)


def order_view(row: Row) -> OrderView:
    """A row of ORDERS."""
    return OrderView(*values_of(row, SendingState)[:24])


def state_counts(connection: sa.Connection) -> list[StateCount]:
    """Orders by endpoint, flow and state."""
    query = (
        sa.select(endpoints.c.name, flows.c.name, sendings.c.state, sa.func.count())
        .join_from(sendings, endpoints, endpoints.c.id == sendings.c.endpoint_id)
        .join(flows, flows.c.id == sendings.c.flow_id)
        .where(current())
        .group_by(endpoints.c.name, flows.c.name, sendings.c.state)
        .order_by(endpoints.c.name, flows.c.name, sendings.c.state)
    )
    return [StateCount(row[0], row[1], SendingState(row[2]), row[3]) for row in look(connection, query)]


def orders_page(query: sa.Select[Any], after: int, limit: int) -> sa.Select[Any]:
    """One page by sending id."""
    return query.where(sendings.c.id > after).order_by(sendings.c.id).limit(limit)


def list_orders(
    connection: sa.Connection,
    state: SendingState | None,
    flow: str | None,
    endpoint: str | None,
    after: int,
    limit: int,
) -> list[OrderView]:
    """Orders as they stand."""
    query = ORDERS.where(current())
    if state is not None:
        query = query.where(sendings.c.state == state.value)
    if flow is not None:
        query = query.where(flows.c.name == flow)
    if endpoint is not None:
        query = query.where(endpoints.c.name == endpoint)
    return [order_view(row) for row in look(connection, orders_page(query, after, limit))]


def find(connection: sa.Connection, word: str, limit: int) -> list[OrderView]:
    """By number, store order id, STORE/ID, external id, ERP number or content digest; else by a number like it."""
    found = _found(connection, ids_meant(word), limit)
    return found or _found(connection, [numbered(written_alike(word))], limit)


def ids_meant(word: str) -> list[sa.Select[Any]]:
    """The orders that are known by exactly this word."""
    store, _, own = word.rpartition("/")
    ids = [
        numbered([word]),
        sa.select(orders.c.id).where(orders.c.store_order_id == word, orders.c.store_id.in_(sa.select(stores.c.id))),
        sa.select(external_ids.c.order_id).where(
            external_ids.c.folded == folded(word), external_ids.c.endpoint_id.in_(sa.select(endpoints.c.id))
        ),
        sa.select(sendings.c.order_id).where(sendings.c.erp_number.is_not(None), sendings.c.erp_number == word),
        sa.select(revisions.c.order_id).where(revisions.c.digest == word),
    ]
    if store:
        named = sa.select(stores.c.id).where(stores.c.name == store)
        ids.append(sa.select(orders.c.id).where(orders.c.store_id.in_(named), orders.c.store_order_id == own))
    return ids


def _found(connection: sa.Connection, ids: Sequence[sa.Select[Any]], limit: int) -> list[OrderView]:
    found = sa.union(*ids).subquery()
    query = ORDERS.where(current(), sendings.c.order_id.in_(sa.select(found.c[0])))
    return [order_view(row) for row in look(connection, orders_page(query, 0, limit))]


def revisions_of(connection: sa.Connection, order_id: int) -> list[RevisionView]:
    """All contents of an order, first one first."""
    query = (
        sa.select(
            revisions.c.id,
            revisions.c.revision_number,
            revisions.c.digest,
            revisions.c.mapper_version,
            revisions.c.content,
            revisions.c.cancelled,
            revisions.c.malformed,
            revisions.c.created_at,
            revisions.c.fetched_at,
            revisions.c.archive_path,
            revisions.c.archive_line,
        )
        .where(revisions.c.order_id == order_id)
        .order_by(revisions.c.revision_number)
    )
    return [RevisionView(*row) for row in look(connection, query)]


def changes_of(connection: sa.Connection, order_id: int, endpoint: str | None) -> list[ChangeView]:
    """The changes and cancellations of an order that the ERP has, oldest first."""
    query = (
        sa.select(
            sendings.c.id,
            sendings.c.purpose,
            sendings.c.change_number,
            sendings.c.state,
            endpoints.c.name,
            revisions.c.revision_number,
            sendings.c.rule,
            export_files.c.name,
            sendings.c.erp_number,
            sendings.c.received_at,
        )
        .join_from(sendings, endpoints, endpoints.c.id == sendings.c.endpoint_id)
        .join(revisions, revisions.c.id == sendings.c.revision_id)
        .outerjoin(export_files, export_files.c.id == sendings.c.export_file_id)
        .where(sendings.c.order_id == order_id, sendings.c.first_sending_id.is_not(None))
        .order_by(sendings.c.id)
    )
    if endpoint is not None:
        query = query.where(endpoints.c.name == endpoint)
    return [
        ChangeView(row[0], Purpose(row[1]), row[2], SendingState(row[3]), *row[4:]) for row in look(connection, query)
    ]


def content_of(connection: sa.Connection, sending_id: int) -> bytes:
    """The canonical order that a sending tells."""
    query = (
        sa.select(revisions.c.content)
        .join_from(sendings, revisions, revisions.c.id == sendings.c.revision_id)
        .where(sendings.c.id == sending_id)
    )
    found: bytes | None = look(connection, query).scalar()
    if found is None:
        raise Missing(what=f"Sending {sending_id}")
    return found


def story(connection: sa.Connection, order_id: int, limit: int) -> list[StoryLine]:
    """Everything that happened to an order, in time order."""
    own = list(look(connection, sa.select(sendings.c.id).where(sendings.c.order_id == order_id)).scalars())
    files = sa.select(sendings.c.export_file_id).where(
        sendings.c.order_id == order_id, sendings.c.export_file_id.is_not(None)
    )
    happened = (
        sa.select(events)
        .where(sa.or_(events.c.order_id == order_id, events.c.export_file_id.in_(files)))
        .order_by(events.c.id)
        .limit(limit)
    )
    lines = [story_line(row) for row in look(connection, happened)]
    told = (
        sa.select(results, answers.c.collected_at, answers.c.name)
        .join_from(results, answers, answers.c.id == results.c.answer_id)
        .where(results.c.sending_id.in_(own))
    )
    for row in look(connection, told):
        words = " ".join(part for part in (row.erp_number, row.reason, f"({row.name} {row.place})") if part)
        said = told_so_far(row.level) if row.verdict == Verdict.PENDING else row.verdict
        lines.append(StoryLine(row.collected_at, "result", row.id, row.outcome, None, said, words, "the ERP"))
    held = (
        sa.select(exception_members, exceptions.c.title)
        .join_from(exception_members, exceptions, exceptions.c.id == exception_members.c.exception_id)
        .where(exception_members.c.sending_id.in_(own))
    )
    for row in look(connection, held):
        lines.append(
            StoryLine(row.since, "exception", row.exception_id, "held by", None, None, row.message, "erp-bridge")
        )
        if row.left_at is not None:
            lines.append(
                StoryLine(row.left_at, "exception", row.exception_id, "free of", None, None, row.title, "erp-bridge")
            )
    return sorted(lines, key=lambda line: (line.at, _CAUSE_FIRST.get(line.subject, 1)))


# at the same instant: what the ERP said, then what moved, then what a person sees of it
_CAUSE_FIRST = {"result": 0, "exception": 2}


def story_line(row: Row) -> StoryLine:
    """A row of events."""
    return StoryLine(row.at, row.subject, row.subject_id, row.verb, row.origin, row.target, row.reason, row.actor)
