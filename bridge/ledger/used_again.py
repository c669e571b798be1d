"""Another sale under the number of an order that the ERP has: a person lets it go as an order of its own.

The order of before keeps all that it has, under a store's name of its own, so that the store's id means the sale that
the store shows under it now. That one becomes a new order with its own external id: the ERP's document stays as it is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bridge.domain.identity import placed_apart
from bridge.domain.states import SendingState
from bridge.ledger.after_export import STEP, WAITING
from bridge.ledger.columns import Row
from bridge.ledger.errors import NotPossible
from bridge.ledger.exceptions import leave
from bridge.ledger.external_ids import folded
from bridge.ledger.rows import SendingDraft, add_sendings
from bridge.ledger.tables import external_ids, flows, orders, revisions, sendings, stores
from bridge.ledger.work import Work, append_events, event_row

SALES_MAX = 1000  # under one number
_NEWER = WAITING.add_columns(orders.c.store_id, orders.c.store_order_id)


def take_as_new(work: Work, row: Row, reason: str) -> str:
    """Make an order of its own of what waits beside this `new` sending; gives the external id that it goes by.

    Raises NotPossible where the store shows no other sale there, or the ERP's number of the order is not known yet.
    """
    waiting = work.changes.select(_NEWER.where(sendings.c.id == row.id)).first()
    if waiting is None or placed_apart(waiting.sent_content, waiting.content) is None:
        raise NotPossible(
            what=f"Taking {row.number} as a new order",
            why="the store shows no other sale under the number of an order that was sent",
            cure="Look at it: bridge orders show.",
        )
    if row.state not in (SendingState.ACCEPTED, SendingState.WRITTEN_BACK) or row.erp_number is None:
        raise NotPossible(
            what=f"Taking {row.number} as a new order",
            why="the ERP has not told its number of the order that was sent",
            cure="Wait until it has. Or enter the new sale in the ERP by hand, and then: bridge exceptions dismiss ID "
            "--reason TEXT.",
        )
    external_id = _free_external_id(work, row.order_id)
    order_id = _order_of_its_own(work, waiting)
    key = {"endpoint_id": work.endpoint_id, "order_id": order_id}
    work.changes.insert(external_ids, [{**key, "external_id": external_id, "folded": folded(external_id)}])
    waits_no_more = {"pending_revision_id": None, "write_back_due_at": None}
    work.changes.change(sa.update(sendings).where(sendings.c.id == row.id).values(**waits_no_more))
    leave(work, [row.id], f"taken as a new order: {reason}", (STEP,))
    append_events(work, [event_row(work, "sending", row.id, "taken_as_new", order_id=row.order_id, reason=reason)])
    newest = sa.select(orders.c.latest_revision_id).where(orders.c.id == order_id)
    draft = SendingDraft(
        waiting.flow_id,
        order_id,
        work.changes.select(newest).scalar_one(),
        waiting.currency,
        waiting.digits,
        waiting.gross_minor,
    )
    add_sendings(work, [draft])
    return external_id


def _free_external_id(work: Work, order_id: int) -> str:
    """The first of ID-2, ID-3, ... that no order of the endpoint has. ID: what the ERP knows the order of before by."""
    own = sa.select(external_ids.c.external_id).where(
        external_ids.c.order_id == order_id, external_ids.c.endpoint_id == work.endpoint_id
    )
    known = work.changes.select(own).scalar_one()
    tried = [f"{known}-{number}" for number in range(2, SALES_MAX)]
    taken = sa.select(external_ids.c.folded).where(
        external_ids.c.endpoint_id == work.endpoint_id,
        external_ids.c.folded.startswith(folded(f"{known}-"), autoescape=True),
    )
    used = set(work.changes.select(taken).scalars())
    found = next((one for one in tried if folded(one) not in used), None)
    if found is None:
        raise NotPossible(what=f"A further id beside {known}", why=f"{SALES_MAX} are taken", cure="Enter it by hand.")
    return found


def _order_of_its_own(work: Work, waiting: Row) -> int:
    """The order that the store's id means from now on. Where another endpoint took it already, it is made."""
    store = sa.select(flows.c.store_id).where(flows.c.id == waiting.flow_id).scalar_subquery()
    made = sa.select(orders.c.id).where(
        orders.c.store_id == store,
        orders.c.store_order_id == waiting.store_order_id,
        orders.c.id != waiting.order_id,
    )
    found: int | None = work.changes.select(made).scalar()
    return found if found is not None else _split(work, waiting)


def _split(work: Work, waiting: Row) -> int:
    """Put the order of before under a store's name of its own, and make one of the newest content."""
    store = work.changes.select(sa.select(stores.c.name).where(stores.c.id == waiting.store_id)).scalar_one()
    before = f"{store} before {work.at:%Y-%m-%d %H:%M:%S}"
    known = sa.select(stores.c.id).where(stores.c.name == before)
    if work.changes.select(known).scalar() is None:
        work.changes.insert(stores, [{"name": before}])
    old_store = work.changes.select(known).scalar_one()
    work.changes.change(sa.update(orders).where(orders.c.id == waiting.order_id).values(store_id=old_store))
    (order_id,) = work.changes.reserve_ids(orders, 1)
    (revision_id,) = work.changes.reserve_ids(revisions, 1)
    newest = work.changes.select(sa.select(revisions).where(revisions.c.id == waiting.pending_revision_id)).one()
    work.changes.insert(
        orders,
        [
            {
                "id": order_id,
                "store_id": waiting.store_id,
                "store_order_id": waiting.store_order_id,
                "number": waiting.number,
                "latest_revision_id": revision_id,
                "latest_revision_number": 1,
                "latest_digest": newest.digest,
            }
        ],
    )
    copy: dict[str, Any] = {**newest._mapping, "id": revision_id, "order_id": order_id, "revision_number": 1}
    work.changes.insert(revisions, [copy])
    return order_id
