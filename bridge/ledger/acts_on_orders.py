"""Acts on single orders: release, cancel, link to an ERP number, send once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import Missing
from bridge.domain.scope import BY_HAND
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.after_export import send_again
from bridge.ledger.applying import accept
from bridge.ledger.columns import Row, one_of
from bridge.ledger.errors import NotPossible
from bridge.ledger.exceptions import leave
from bridge.ledger.order_numbers import numbered, written_alike
from bridge.ledger.rows import SendingDraft, add_sendings
from bridge.ledger.skipped import skipped_by_itself
from bridge.ledger.standings import Standing
from bridge.ledger.tables import endpoints, orders, revisions, sendings, stores
from bridge.ledger.work import Work, append_events, chunks, event_row, move_sendings

S = SendingState
LINKABLE = (S.RECEIVED, S.READY, S.HELD, S.SKIPPED, S.REJECTED, S.WITHDRAWN)
CANCELLABLE = (S.RECEIVED, S.READY, S.HELD)
AGAIN = (S.REJECTED, S.WITHDRAWN)
_ORDERS = sa.select(orders.c.id, orders.c.store_order_id, stores.c.name.label("store")).join_from(orders, stores)


def live_rows(work: Work, order: str, endpoint: str | None = None) -> list[Row]:
    """The latest `new` sending of an order to each endpoint, by number, store order id or STORE/ID.

    Raises Missing for an unknown order, NotPossible when orders of two stores have the number.
    """
    found = work.changes.select(order_query(order)).all() or work.changes.select(alike_query(order)).all()
    if not found:
        raise Missing(what=f"Order {order}")
    if len(found) > 1:
        names = ", ".join(f"{row.store}/{row.store_order_id}" for row in found)
        raise NotPossible(what=f"Order {order}", why=f"several orders have that number: {names}", cure="Name one.")
    query = (
        sa.select(sendings, orders.c.number, endpoints.c.name.label("endpoint"))
        .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .join(endpoints, endpoints.c.id == sendings.c.endpoint_id)
        .where(
            sendings.c.order_id == found[0].id,
            one_of(sendings.c.purpose, [Purpose.NEW]),
            sendings.c.state != S.SUPERSEDED.value,
        )
        .order_by(sendings.c.endpoint_id, sendings.c.state == S.SKIPPED.value, sendings.c.id.desc())
    )
    if endpoint is not None:
        query = query.where(endpoints.c.name == endpoint)
    latest: dict[int, Row] = {}
    for row in work.changes.select(query):
        latest.setdefault(row.endpoint_id, row)
    if not latest:
        raise Missing(what=f"Order {order}" + (f" at {endpoint}" if endpoint else ""))
    return list(latest.values())


def order_query(order: str) -> sa.Select[Any]:
    """Orders that a person can mean by this word; an exact store order id wins over a number."""
    store, _, store_order_id = order.rpartition("/")
    if store:
        return _ORDERS.where(stores.c.name == store, orders.c.store_order_id == store_order_id)
    by_id = sa.select(orders.c.id).where(
        orders.c.store_order_id == order, orders.c.store_id.in_(sa.select(stores.c.id))
    )
    return _ORDERS.where(orders.c.id.in_(sa.union(numbered([order]), by_id).scalar_subquery()))


def alike_query(order: str) -> sa.Select[Any]:
    """Orders whose number is this word written otherwise; asked for where no order is known by the word itself."""
    return _ORDERS.where(orders.c.id.in_(numbered(written_alike(order)).scalar_subquery()))


def release(work: Work, flow_id: int, store_id: int, store_order_ids: Sequence[str], reason: str) -> int:
    """Let named orders go, in mode `selected` and past rules that hold or wait; gives how many were not so before.

    One that was skipped is judged anew: the rule that skipped it may have been corrected since.
    """
    released = 0
    for some in chunks(store_order_ids):
        query = (
            sa.select(sendings.c.id, sendings.c.order_id, orders.c.store_order_id, sendings.c.state)
            .join_from(orders, sendings, sendings.c.order_id == orders.c.id)
            .where(
                orders.c.store_id == store_id,
                orders.c.store_order_id.in_(some),
                sendings.c.flow_id == flow_id,
                one_of(sendings.c.purpose, [Purpose.NEW]),
                sa.or_(one_of(sendings.c.state, CANCELLABLE), skipped_by_itself()),
            )
        )
        rows = work.changes.select(query).all()
        missing = sorted(set(some) - {row.store_order_id for row in rows})
        if missing:
            raise NotPossible(
                what=f"Release of {missing[0]}",
                why="it is not there, it is sent or cancelled already, or another flow takes it",
                cure="Look at it: bridge orders show.",
            )
        skipped = [row.id for row in rows if row.state == S.SKIPPED]
        move_sendings(work, skipped, (S.SKIPPED,), S.RECEIVED, reason, rule=None, judged_against=None)
        judged_anew = sa.and_(unreleased(rows), sendings.c.state != S.READY.value)
        work.changes.change(sa.update(sendings).where(judged_anew).values(next_try_at=work.at))
        released += work.changes.change(sa.update(sendings).where(unreleased(rows)).values(released=True))
        note(work, rows, "released", reason)
    return released


def unreleased(rows: Sequence[Row]) -> sa.ColumnElement[bool]:
    """Those of the sendings that nobody has released yet."""
    return sa.and_(sendings.c.id.in_([row.id for row in rows]), sendings.c.released.is_(sa.false()))


def cancel(work: Work, row: Row, reason: str) -> None:
    """Keep an order from being sent; its exceptions lose it."""
    refuse_unless(row, CANCELLABLE, "Cancelling")
    move_sendings(work, [row.id], CANCELLABLE, S.CANCELLED, reason, rule=BY_HAND, next_try_at=None)
    leave(work, [row.id], reason)


def link(work: Work, row: Row, erp_number: str, reason: str) -> None:
    """Entered by hand: the order has this number in the ERP, and is not sent any more."""
    refuse_unless(row, LINKABLE, "Linking")
    standing = Standing(
        row.id, row.order_id, row.number, row.flow_id, SendingState(row.state), row.round, None, erp_number, False
    )
    accept(work, [standing], reason)


def new_round(work: Work, row: Row, reason: str) -> None:
    """Send a rejected or withdrawn order, or a change of one, once more, with the order's newest revision."""
    refuse_unless(row, AGAIN, "Sending once more")
    if row.purpose != Purpose.NEW:
        leave(work, [row.id], reason)
        note(work, [row], "sent once more", reason)
        send_again(work, row)
        return
    query = (
        sa.select(revisions.c.id, revisions.c.currency, revisions.c.digits, revisions.c.gross_minor)
        .join_from(orders, revisions, revisions.c.id == orders.c.latest_revision_id)
        .where(orders.c.id == row.order_id)
    )
    latest = work.changes.select(query).one()
    draft = replace(SendingDraft(row.flow_id, row.order_id, *latest), round=row.round + 1, released=row.released)
    leave(work, [row.id], reason)
    note(work, [row], "sent once more", reason)
    add_sendings(work, [draft])


def refuse_unless(row: Row, states: Sequence[SendingState], act: str) -> None:
    """Raise NotPossible when the order stands where the act makes no sense."""
    if SendingState(row.state) in states:
        return
    raise NotPossible(
        what=f"{act} of order {row.number}",
        why=f"it is {row.state.replace('_', ' ')}",
        cure="Look at its story: bridge orders show.",
    )


def note(work: Work, rows: Sequence[Row], verb: str, reason: str) -> None:
    """An event for each sending that an act concerns without moving it."""
    append_events(
        work,
        [event_row(work, "sending", row.id, verb, order_id=row.order_id, reason=reason) for row in rows],
    )
