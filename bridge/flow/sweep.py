"""The sweep: once in a while all orders of the last days are read again, whatever the store says of their change.

A line edited in a shop's items box, an address changed by a plugin, a refund: much moves no modification time. And an
order that is in the ledger and on no page any more is asked for by its id: one that the store has no more is told as
cancelled, with a status of its own, so that before its export it does not go, and after it a person decides.

Older orders are on no page. Those that are in no file yet are asked for by their ids after a sweep, some each time, so
that none goes that the shop has deleted. An older one that the ERP has is not asked for: its deletion is not told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.config.values import FlowSettings
from bridge.domain.contract import GONE, Order
from bridge.domain.revision import order_from_content
from bridge.flow.cursors import FlowCursor
from bridge.flow.site import Held
from bridge.flow.taking import take_page
from bridge.stores import Page, Store, StoreOrder, Window

OLDER_ASKED_MAX = 200  # about so many: at most twice


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
    begun, taken, shown = kept.sweep_from or now, 0, False
    for page in store.recent(begun, kept.sweep or None):
        shown = shown or bool(page.orders)
        span = span_of(page, kept)
        orders = [*page.orders, *gone(held, store, flow, page.orders, span)]
        kept = kept.behind(page.cursor, span.end if span else None)
        taken += take_page(flow, held, orders, kept.written())
        if not held.has_time():
            return taken
    if shown and description.by_id:  # a shop that suddenly has no order at all is not believed
        taken += older(flow, held, store, kept, begun)
    return taken


def older(flow: FlowSettings, held: Held, store: Store, kept: FlowCursor, before: datetime) -> int:
    """Ask for the next of the orders from before the sweep that are in no file yet. Gives how many had news."""
    known, ids = held.site.ledger.known, list[str]()
    waiting = [one for one in known.open_sendings(flow.name) if one > kept.asked]
    asked = 0
    for start in range(0, len(waiting), OLDER_ASKED_MAX):
        some = waiting[start : start + OLDER_ASKED_MAX]
        ids += known.placed_before(some, before)
        if len(ids) >= OLDER_ASKED_MAX:
            asked = some[-1]
            break
    told = list(asked_for(held, store, flow, ids))
    return take_page(flow, held, told, replace(kept, asked=asked).written())


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
    yield from asked_for(held, store, flow, missed)


def asked_for(held: Held, store: Store, flow: FlowSettings, store_order_ids: Sequence[str]) -> Iterator[StoreOrder]:
    """These orders as the store tells them now, and those that it has no more as gone."""
    known = held.site.ledger.known
    fetched = list(store.fetch(store_order_ids)) if store_order_ids else []
    yield from (one.told for one in fetched if one.told is not None)
    contents = known.contents(flow.store, [one.store_order_id for one in fetched if one.told is None])
    for store_order_id, content in contents.items():
        yield told_as_gone(store_order_id, order_from_content(content))


def told_as_gone(store_order_id: str, order: Order) -> StoreOrder:
    """The order as it was known, cancelled because the store has it no more."""
    original = json.dumps({"gone": store_order_id}).encode()
    return StoreOrder(store_order_id, original, order.model_copy(update={"cancelled": True, "status": GONE}))
