"""The rows of a day's report: each order that was received on the day, once, with its class and its reason."""

from __future__ import annotations

from collections import Counter
from datetime import date

import sqlalchemy as sa

from bridge.domain.states import Purpose, ReportClass, SendingState, report_class
from bridge.ledger.columns import Row, look, one_of
from bridge.ledger.reading_orders import ORDERS, current, order_view, orders_page
from bridge.ledger.reading_values import ChangeCount, ControlTotal, ReportRow
from bridge.ledger.tables import revisions, sendings
from bridge.ledger.tables_told import exception_members, exceptions

S = SendingState
_OPEN = sa.and_(
    exception_members.c.sending_id == sendings.c.id,
    exception_members.c.left_at.is_(None),
    exceptions.c.id == exception_members.c.exception_id,
)
# an order that waits for a person in one of its exceptions is not waiting for a next try
_FOR_A_PERSON = sa.select(exceptions.c.id).where(
    _OPEN, sa.or_(exceptions.c.temporary.is_(sa.false()), exceptions.c.next_try_at.is_(None))
)
_TITLE, _ACTION = (
    sa.select(column)
    .where(_OPEN)
    .order_by(exceptions.c.temporary, exceptions.c.id)
    .limit(1)
    .correlate(sendings)
    .scalar_subquery()
    for column in (exceptions.c.title, exception_members.c.action)
)
_TEMPORARY = ~_FOR_A_PERSON.correlate(sendings).exists()


_changed, _change = sendings.alias("changed"), sendings.alias("change")
# The newest change that the ERP has of an order. A malformed revision, entered by hand, has no amounts to tell.
_LAST_CHANGE = (
    sa.select(sa.func.max(_change.c.id))
    .join_from(_change, revisions, revisions.c.id == _change.c.revision_id)
    .where(
        _change.c.first_sending_id.is_not(None),
        _change.c.first_sending_id == sendings.c.id,
        _change.c.state == S.ACCEPTED.value,
        revisions.c.malformed.is_(sa.false()),
    )
    .correlate(sendings)
    .scalar_subquery()
)


def rows(connection: sa.Connection, day: date, after: int, limit: int) -> list[ReportRow]:
    """One page by sending id."""
    query = ORDERS.add_columns(_TITLE.label("title"), _ACTION.label("action"), _TEMPORARY.label("temporary"))
    page = orders_page(query.where(sendings.c.received_day == day, current()), after, limit)
    return [row for row in (_report_row(found) for found in look(connection, page)) if row is not None]


def _report_row(row: Row) -> ReportRow | None:
    order = order_view(row)
    counted = report_class(order.state, bool(row.temporary))
    if counted is None:
        return None
    return ReportRow(order, counted, row.title or "", row.action or "", order.received_at)


def counts(connection: sa.Connection, day: date) -> dict[ReportClass, int]:
    """How many orders of the day count how; all four classes, and every counted order in exactly one."""
    held = sa.and_(sendings.c.state == S.HELD.value, _TEMPORARY).label("held_temporarily")
    inner = sa.select(sendings.c.state, held).where(sendings.c.received_day == day, current()).subquery()
    query = sa.select(inner.c.state, inner.c.held_temporarily, sa.func.count()).group_by(
        inner.c.state, inner.c.held_temporarily
    )
    found: Counter[ReportClass] = Counter(dict.fromkeys(ReportClass, 0))
    for state, temporarily, count in look(connection, query):
        counted = report_class(SendingState(state), bool(temporarily))
        if counted is not None:
            found[counted] += count
    return dict(found)


def changes(connection: sa.Connection, day: date) -> list[ChangeCount]:
    """Changes and cancellations that came on the day, of orders that the ERP has: how many of each count how."""
    held = sa.and_(sendings.c.state == S.HELD.value, _TEMPORARY).label("held_temporarily")
    further = sa.and_(sendings.c.received_day == day, sendings.c.first_sending_id.is_not(None))
    inner = sa.select(sendings.c.purpose, sendings.c.state, held).where(further).subquery()
    query = sa.select(inner.c.purpose, inner.c.state, inner.c.held_temporarily, sa.func.count()).group_by(
        inner.c.purpose, inner.c.state, inner.c.held_temporarily
    )
    found: Counter[tuple[Purpose, ReportClass]] = Counter()
    for purpose, state, temporarily, count in look(connection, query):
        counted = report_class(SendingState(state), bool(temporarily))
        if counted is not None:
            found[Purpose(purpose), counted] += count
    return [ChangeCount(*key, count) for key, count in sorted(found.items())]


def control_totals(connection: sa.Connection, day: date | None) -> list[ControlTotal]:
    """Orders that the ERP has, with their gross as it has them: after accepted changes, without cancelled ones."""
    currency, digits, gross = (
        sa.func.coalesce(_changed.c[name], sendings.c[name]) for name in ("currency", "digits", "gross_minor")
    )
    query = (
        sa.select(currency, digits, sa.func.count(), sa.func.sum(gross))
        .select_from(sendings)
        .outerjoin(_changed, _changed.c.id == _LAST_CHANGE)
        .where(
            one_of(sendings.c.purpose, [Purpose.NEW]),
            one_of(sendings.c.state, (S.ACCEPTED, S.WRITTEN_BACK)),
            sa.func.coalesce(_changed.c.purpose, "") != Purpose.CANCEL.value,
        )
        .group_by(currency, digits)
        .order_by(currency, digits)
    )
    if day is not None:
        query = query.where(sendings.c.received_day == day)
    return [ControlTotal(row[0], row[1], row[2], int(row[3])) for row in look(connection, query)]
