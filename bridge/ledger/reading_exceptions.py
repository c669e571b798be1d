"""Exceptions for people, with the orders in each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bridge.domain.states import SendingState
from bridge.ledger.columns import look, values_of
from bridge.ledger.reading_values import ExceptionView, HeldOrder
from bridge.ledger.tables import endpoints, orders, sendings, stores
from bridge.ledger.tables_told import exception_members, exceptions

_ORDERS = (
    sa.select(sa.func.count(sa.distinct(exception_members.c.sending_id)))
    .where(exception_members.c.exception_id == exceptions.c.id, exception_members.c.left_at.is_(None))
    .scalar_subquery()
)
_EXCEPTIONS = sa.select(
    exceptions.c.id,
    exceptions.c.scope_kind,
    exceptions.c.scope,
    exceptions.c.step,
    exceptions.c.code,
    exceptions.c.cause,
    exceptions.c.title,
    exceptions.c.message,
    exceptions.c.action,
    exceptions.c.temporary,
    exceptions.c.times,
    exceptions.c.opened_at,
    exceptions.c.last_seen_at,
    exceptions.c.next_try_at,
    exceptions.c.closed_at,
    exceptions.c.closed_by,
    exceptions.c.close_reason,
    _ORDERS.label("orders"),
)


def exceptions_page(connection: sa.Connection, open_only: bool, after: int, limit: int) -> list[ExceptionView]:
    """Oldest first."""
    query = _EXCEPTIONS.where(exceptions.c.id > after).order_by(exceptions.c.id).limit(limit)
    if open_only:
        query = query.where(exceptions.c.closed_at.is_(None))
    return [ExceptionView(*row) for row in look(connection, query)]


def exception(connection: sa.Connection, exception_id: int) -> ExceptionView | None:
    """One exception."""
    row = look(connection, _EXCEPTIONS.where(exceptions.c.id == exception_id)).first()
    return ExceptionView(*row) if row else None


def of_sending(connection: sa.Connection, sending_id: int) -> list[ExceptionView]:
    """The open exceptions that one order is in."""
    inside = sa.select(exception_members.c.exception_id).where(
        exception_members.c.sending_id == sending_id, exception_members.c.left_at.is_(None)
    )
    query = _EXCEPTIONS.where(exceptions.c.id.in_(inside)).order_by(exceptions.c.id)
    return [ExceptionView(*row) for row in look(connection, query)]


def held_orders(connection: sa.Connection, exception_id: int, after: int, limit: int) -> list[HeldOrder]:
    """The orders in an open exception; for a closed one those that were in it when it closed or before."""
    is_open: Any = look(
        connection, sa.select(exceptions.c.closed_at.is_(None)).where(exceptions.c.id == exception_id)
    ).scalar()
    query = (
        sa.select(
            stores.c.name,
            orders.c.store_order_id,
            orders.c.number,
            endpoints.c.name.label("endpoint"),
            sendings.c.state,
            exception_members.c.field,
            exception_members.c.message,
            exception_members.c.action,
            exception_members.c.since,
            exception_members.c.left_at,
        )
        .join_from(exception_members, sendings, sendings.c.id == exception_members.c.sending_id)
        .join(orders, orders.c.id == sendings.c.order_id)
        .join(stores, stores.c.id == orders.c.store_id)
        .join(endpoints, endpoints.c.id == sendings.c.endpoint_id)
        .where(exception_members.c.exception_id == exception_id, exception_members.c.id > after)
        .order_by(exception_members.c.id)
        .limit(limit)
    )
    if is_open:
        query = query.where(exception_members.c.left_at.is_(None))
    return [HeldOrder(*values_of(row, SendingState)) for row in look(connection, query)]
