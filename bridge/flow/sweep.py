"""The sweep: once in a while all orders of the last days are read again, whatever the store says of their change.

A line edited in a shop's items box, an address changed by a plugin, a refund: much moves no modification time. And an
order that is in the ledger and on no page any more is asked for by its id: one that the store has no more is told as
cancelled, with a status of its own, so that before its export it does not go, and after it a person decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bridge.config.values import FlowSettings
from bridge.domain.contract import GONE, Order
from bridge.domain.revision import order_from_content
from bridge.flow.cursors import FlowCursor
from bridge.flow.site import Held
from bridge.flow.taking import take_page
from bridge.stores import Page, Store, StoreOrder, Window


def sweep(flow: FlowSettings, held: Held, store: Store, kept: FlowCursor) -> int:
    """Sweep if it is due, as far as the pass has time. Gives how many revisions were new to the flow."""
    description = store.describe()
    now = held.site.clock()
    if not description.sweep_days:
        return 0
    if kept.swept_at is None:
        held.ledger.add_page(flow.name, [], replace(kept, swept_at=now).written())
        return 0
    if not kept.sweep_due(now, timedelta(hours=description.sweep_every_h)):
        return 0
    kept = kept.begun(now, max(now - timedelta(days=description.sweep_days), flow.orders_from))
    taken = 0
    for page in store.recent(kept.sweep_from or now, kept.sweep or None):
        span = span_of(page, kept)
        orders = [*page.orders, *gone(held, store, flow, page.orders, span)]
        kept = kept.behind(page.cursor, span.end if span else None)
        taken += take_page(flow, held, orders, kept.written())
        if not held.has_time():
            break
    return taken


def span_of(page: Page, kept: FlowCursor) -> Window | None:
    """The time of creation that a page answers for: from where the one before ended, the last one up to the sweep.

    None as long as the store has shown nothing: a shop that suddenly has no order at all is not believed.
    """
    created = [told.order.created_at for told in page.orders if told.order is not None]
    begun = kept.sweep_upto or kept.sweep_from
    if begun is None or (kept.sweep_upto is None and not created):
        return None
    if not page.cursor and kept.swept_at is not None:
        created.append(kept.swept_at)
    return Window(min([begun, *created]), max([begun, *created]))


def gone(
    held: Held, store: Store, flow: FlowSettings, page: Sequence[StoreOrder], span: Window | None
) -> Iterator[StoreOrder]:
    """Orders that the ledger knows from the page's span of time, that are not on it, and that the store has no more."""
    if span is None or not store.describe().by_id:
        return
    there = {told.store_order_id for told in page}
    known = held.site.ledger.known
    missed = [one for one in known.between(flow.name, flow.store, span.start, span.end) if one not in there]
    fetched = list(store.fetch(missed)) if missed else []
    yield from (one.told for one in fetched if one.told is not None)
    contents = known.contents(flow.store, [one.store_order_id for one in fetched if one.told is None])
    for store_order_id, content in contents.items():
        yield told_as_gone(store_order_id, order_from_content(content))


def told_as_gone(store_order_id: str, order: Order) -> StoreOrder:
    """The order as it was known, cancelled because the store has it no more."""
    original = json.dumps({"gone": store_order_id}).encode()
    return StoreOrder(store_order_id, original, order.model_copy(update={"cancelled": True, "status": GONE}))
