"""Fetch: the revisions of a page, their sendings and the flow's cursor, in one commit."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.ledger.columns import look
from bridge.ledger.errors import FlowHasAnotherStore
from bridge.ledger.places import FlowRow, lock_store
from bridge.ledger.revising import KnownOrder, add_told_again
from bridge.ledger.rows import PageLine, add_revisions, add_sendings, draft_of
from bridge.ledger.tables import flows, orders, revisions, sendings
from bridge.ledger.values import NewRevision, News, PageCounts
from bridge.ledger.watching import note_newest
from bridge.ledger.work import Work, chunks


def news(connection: sa.Connection, flow: FlowRow, items: Sequence[tuple[str, str]]) -> list[News]:
    """What each (store order id, digest) is to this flow, in order."""
    digests: dict[str, str] = {}
    covered: set[str] = set()
    for some in chunks([store_order_id for store_order_id, _ in items]):
        mine = sa.select(sendings.c.id).where(
            sendings.c.order_id == orders.c.id,
            sendings.c.endpoint_id == flow.endpoint_id,
            sendings.c.flow_id == flow.id,
            sa.or_(
                sendings.c.revision_id == orders.c.latest_revision_id,
                sendings.c.pending_revision_id == orders.c.latest_revision_id,
            ),
        )
        query = sa.select(orders.c.store_order_id, orders.c.latest_digest, mine.exists().label("covered")).where(
            orders.c.store_id == flow.store_id, orders.c.store_order_id.in_(some)
        )
        for row in look(connection, query):
            digests[row.store_order_id] = row.latest_digest
            if row.covered:
                covered.add(row.store_order_id)
    return [
        News.NEW_REVISION
        if digests.get(store_order_id) != digest
        else News.KNOWN
        if store_order_id in covered
        else News.NEW_FOR_FLOW
        for store_order_id, digest in items
    ]


def add_page(work: Work, flow: FlowRow, page: Sequence[NewRevision], cursor: str) -> PageCounts:
    """Orders, revisions, sendings and cursor of one page. Orders known to the flow change nothing.

    The page is taken as the newest word of the store on each of its orders; of an order named twice the last counts.
    Raises FlowHasAnotherStore where the flow has another store now: the cursor is a place in the old one.
    """
    lines = list({revision.store_order_id: revision for revision in page}.values())
    if not lock_store(work.changes, flow):
        raise FlowHasAnotherStore(flow=flow.name)
    known = _known_orders(work, flow, [line.store_order_id for line in lines])
    fresh = [line for line in lines if line.store_order_id not in known]
    counts = _add_fresh(work, flow, fresh)
    if fresh:
        note_newest(work, flow.store_id, max(line.created_at for line in fresh))
    told_again = [(line, known[line.store_order_id]) for line in lines if line.store_order_id in known]
    if told_again:
        counts = counts.plus(add_told_again(work, flow, told_again))
    moved_on = sa.and_(flows.c.id == flow.id, sa.or_(flows.c.cursor.is_(None), flows.c.cursor != cursor))
    work.changes.change(sa.update(flows).where(moved_on).values(cursor=cursor))
    return counts


def _known_orders(work: Work, flow: FlowRow, store_order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    known: dict[str, KnownOrder] = {}
    for some in chunks(store_order_ids):
        query = sa.select(
            orders.c.store_order_id,
            orders.c.id,
            orders.c.latest_revision_id,
            orders.c.latest_revision_number,
            orders.c.latest_digest,
        ).where(orders.c.store_id == flow.store_id, orders.c.store_order_id.in_(some))
        known.update({row[0]: KnownOrder(*row[1:]) for row in work.changes.select(query)})
    return known


def _add_fresh(work: Work, flow: FlowRow, lines: Sequence[NewRevision]) -> PageCounts:
    order_ids = work.changes.reserve_ids(orders, len(lines))
    revision_ids = work.changes.reserve_ids(revisions, len(lines))
    work.changes.insert(
        orders,
        [
            {
                "id": order_id,
                "store_id": flow.store_id,
                "store_order_id": line.store_order_id,
                "number": line.number,
                "latest_revision_id": revision_id,
                "latest_revision_number": 1,
                "latest_digest": line.digest,
            }
            for line, order_id, revision_id in zip(lines, order_ids, revision_ids, strict=True)
        ],
    )
    placed = [
        PageLine(line, order_id, revision_id, 1)
        for line, order_id, revision_id in zip(lines, order_ids, revision_ids, strict=True)
    ]
    add_revisions(work, placed)
    add_sendings(work, [draft_of(flow.id, line) for line in placed])
    return PageCounts(
        new_orders=len(lines),
        new_revisions=len(lines),
        new_sendings=len(lines),
        malformed=sum(line.problem is not None for line in lines),
    )
