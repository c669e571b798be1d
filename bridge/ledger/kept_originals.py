"""Revisions whose kept originals are mapped anew: after an upgrade, and after a correction of the store's settings.

What an ERP has stays as it was sent. Beside it stands what the same original says by today's mapping, and the store's
newer words are held against that: a corrected mapping is no change of the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.scope import BY_HAND, DISMISSED
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import look, one_of
from bridge.ledger.tables import TO_JUDGE, flows, orders, revisions, sendings, stores
from bridge.ledger.tables_told import exception_members
from bridge.ledger.values import KnownRevision, Remapped
from bridge.ledger.work import Work, chunks

S = SendingState
AT_THE_ERP = (S.EXPORTED, S.DELIVERED, S.ACCEPTED, S.WRITTEN_BACK)

_content = sa.func.coalesce(revisions.c.content_anew, revisions.c.content)
_KNOWN = sa.select(
    revisions.c.id, orders.c.store_order_id, revisions.c.digest, _content, revisions.c.archive_path,
    revisions.c.archive_line,
)  # fmt: skip


def latest(connection: sa.Connection, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
    """The latest revisions of the flow's orders; settled where its ERP has the order, and none still waits for it."""
    found: list[KnownRevision] = []
    own, at_erp, waiting = sendings.alias("own"), sendings.alias("at_erp"), sendings.alias("waiting")
    sent = sa.exists().where(
        at_erp.c.order_id == orders.c.id,
        at_erp.c.endpoint_id == flows.c.endpoint_id,
        one_of(at_erp.c.purpose, [Purpose.NEW]),
        one_of(at_erp.c.state, AT_THE_ERP),
    )
    waits = sa.exists().where(waiting.c.order_id == orders.c.id, one_of(waiting.c.state, TO_JUDGE))
    query = (
        _KNOWN.add_columns(sa.and_(sent, ~waits))
        .join_from(flows, orders, orders.c.store_id == flows.c.store_id)
        .join(revisions, revisions.c.id == orders.c.latest_revision_id)
        .where(flows.c.name == flow, sa.exists().where(own.c.order_id == orders.c.id, own.c.flow_id == flows.c.id))
    )
    for some in chunks(store_order_ids):
        found.extend(KnownRevision(*row) for row in look(connection, query.where(orders.c.store_order_id.in_(some))))
    return found


def at_the_erp(connection: sa.Connection, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
    """The revisions of these orders that the flow's ERP was sent: as `new`, and as changes."""
    found: list[KnownRevision] = []
    query = (
        _KNOWN.distinct()
        .join_from(flows, orders, orders.c.store_id == flows.c.store_id)
        .join(sendings, sa.and_(sendings.c.order_id == orders.c.id, sendings.c.endpoint_id == flows.c.endpoint_id))
        .join(revisions, revisions.c.id == sendings.c.revision_id)
        .where(flows.c.name == flow, one_of(sendings.c.state, AT_THE_ERP))
    )
    for some in chunks(store_order_ids):
        found.extend(KnownRevision(*row) for row in look(connection, query.where(orders.c.store_order_id.in_(some))))
    return found


def kept_back(connection: sa.Connection, flow: str, store_order_ids: Sequence[str]) -> list[KnownRevision]:
    """The revisions of these orders that a person keeps from the ERP: dismissed (also as refused) or cancelled."""
    found: list[KnownRevision] = []
    other = sendings.alias("other")
    goes = sa.exists().where(
        other.c.order_id == orders.c.id,
        other.c.endpoint_id == flows.c.endpoint_id,
        one_of(other.c.purpose, [Purpose.NEW]),
        one_of(other.c.state, (*TO_JUDGE, *AT_THE_ERP)),
    )
    by_rule = sa.and_(one_of(sendings.c.state, [S.SKIPPED, S.CANCELLED]), sendings.c.rule.in_((DISMISSED, BY_HAND)))
    of_sending = exception_members.c.sending_id == sendings.c.id
    is_open = sa.exists().where(of_sending, exception_members.c.left_at.is_(None))
    query = (
        _KNOWN.join_from(flows, orders, orders.c.store_id == flows.c.store_id)
        .join(sendings, sa.and_(sendings.c.order_id == orders.c.id, sendings.c.endpoint_id == flows.c.endpoint_id))
        .join(revisions, revisions.c.id == sendings.c.revision_id)
        .where(flows.c.name == flow, one_of(sendings.c.purpose, [Purpose.NEW]), ~goes)
        .where(sa.or_(by_rule, sa.and_(one_of(sendings.c.state, [S.REJECTED]), ~is_open)))
        .order_by(sendings.c.id)
    )
    for some in chunks(store_order_ids):
        found.extend(KnownRevision(*row) for row in look(connection, query.where(orders.c.store_order_id.in_(some))))
    return found


def open_sendings(connection: sa.Connection, flow: str) -> list[int]:
    """The flow's sendings that are in no file yet, oldest first. Read off an index that holds no others."""
    mine = sa.select(flows.c.id).where(flows.c.name == flow).scalar_subquery()
    query = sa.select(sendings.c.id).where(one_of(sendings.c.state, TO_JUDGE), sendings.c.flow_id == mine)
    return sorted(look(connection, query).scalars())


def of_sendings(connection: sa.Connection, ids: Sequence[int]) -> list[KnownRevision]:
    """The latest revisions of the orders of these sendings."""
    query = (
        _KNOWN.join_from(sendings, orders, orders.c.id == sendings.c.order_id)
        .join(revisions, revisions.c.id == orders.c.latest_revision_id)
        .where(sendings.c.id.in_(ids))
        .order_by(sendings.c.id)
    )
    return [KnownRevision(*row) for row in look(connection, query)]


def remapped(work: Work, same: Sequence[Remapped]) -> None:
    """The kept originals, mapped anew, say what the store says: no revision, no event, only their digests follow.

    The order keeps the digest of its latest revision, which another endpoint may have added since this one looked.
    """
    _lock_their_store(work, [one.revision_id for one in same])
    for one in same:
        mine = revisions.c.id == one.revision_id
        values: dict[str, Any] = {"digest": one.digest, "mapper_version": one.mapper_version}
        work.changes.change(sa.update(revisions).where(mine).values(values))
        latest = orders.c.latest_revision_id == one.revision_id
        of_it = orders.c.id == sa.select(revisions.c.order_id).where(mine).scalar_subquery()
        work.changes.change(sa.update(orders).where(of_it, latest).values(latest_digest=one.digest))


def compared_as(work: Work, contents: Mapping[int, bytes]) -> None:
    """What these revisions say by today's mapping: the store's newer words are held against that."""
    _lock_their_store(work, list(contents))
    for revision_id, content in contents.items():
        row = sa.update(revisions).where(revisions.c.id == revision_id)
        work.changes.change(row.values(content_anew=content))


def _lock_their_store(work: Work, revision_ids: Sequence[int]) -> None:
    """Until the commit no other pass writes orders of the store of these revisions; they have one."""
    if revision_ids:
        its_order = sa.select(revisions.c.order_id).where(revisions.c.id == revision_ids[0]).scalar_subquery()
        store = sa.select(orders.c.store_id).where(orders.c.id == its_order).scalar_subquery()
        work.changes.select(sa.select(stores.c.id).where(stores.c.id == store).with_for_update(key_share=True))
