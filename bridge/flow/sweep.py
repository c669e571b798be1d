"""The sweep: once in a while all orders of the last days are read again, whatever the store says of their change.

A line edited in a shop's items box, an address changed by a plugin, a refund: much moves no modification time. And an
order that is in the ledger and on no page any more is asked for by its id: one that the store has no more is told as
cancelled, with a status of its own, so that before its export it does not go, and after it a person decides.

One answer is not enough for that: a copy of the shop's database that lags behind, or one that has just taken over, has
not what the shop has. Such an order is missed, asked for once more in a later pass, and told only if it is gone still.

Older orders are on no page. Those that are in no file yet are asked for by their ids after a sweep, some each time, so
that none goes that the shop has deleted. An older one that the ERP has is not asked for: its deletion is not told.

A sweep may take longer than a pass has time for it: the next pass goes on where it ended.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
SECOND_LOOK = timedelta(hours=2)  # longer than a copy lags behind, or takes over, where somebody looks after the shop
ASKED_AT_ONCE = 100
MISSED_MAX = 200  # about so many: the flow's cursor names them. With more, the sweep waits for the second look


def sweep(flow: FlowSettings, held: Held) -> int:
    """Look again for what was missed; then sweep if it is due, as far as there is time. Gives how many had news."""
    store, now = held.store(flow.store), held.site.clock()
    description = store.describe()
    kept, taken = second_look(flow, held, store, FlowCursor.read(held.ledger.cursor(flow.name)))
    if not description.sweep_days or len(kept.missed) >= MISSED_MAX:
        return taken
    if kept.swept_at is None:
        held.ledger.add_page(flow.name, [], replace(kept, swept_at=now).written())
        return taken
    if not kept.sweep_due(now, timedelta(hours=description.sweep_every_h)):
        return taken
    kept = kept.begun(now, max(now - timedelta(days=description.sweep_days), flow.orders_from))
    begun, shown = kept.sweep_from or now, kept.sweep_upto is not None
    for page in store.recent(begun, kept.sweep or None):
        shown = shown or bool(page.orders)
        kept, news, is_whole = take_swept(flow, held, store, kept, page)
        taken += news
        if not is_whole or (page.cursor and not held.has_time()):
            return taken
    if shown and description.by_id:  # a shop that suddenly has no order at all is not believed
        taken += older(flow, held, store, kept, begun)
    return taken


def take_swept(
    flow: FlowSettings, held: Held, store: Store, kept: FlowCursor, page: Page
) -> tuple[FlowCursor, int, bool]:
    """Take a page of the sweep, and ask for what is not on it though it should be.

    Gives where the sweep stands then, which is in the ledger, how many orders had news, and whether it is behind the
    page. It is not where too many are missed on it: it is read again after they were looked for.
    """
    span, is_whole = span_of(page, kept), True
    there = {told.store_order_id for told in page.orders}
    kept, orders = kept.looked_for(there), list(page.orders)
    missed = not_on_page(held, store, flow, there | set(kept.missed), span)
    for start in range(0, len(missed), ASKED_AT_ONCE):
        if len(kept.missed) >= MISSED_MAX:
            is_whole = False
            break
        told, gone = asked_for(store, missed[start : start + ASKED_AT_ONCE])
        orders += told
        kept = kept.missing(gone, held.site.clock())
    if is_whole:
        kept = kept.behind(page.cursor, span.end if span else None)
    return kept, take_page(flow, held, orders, kept.written()), is_whole


def second_look(flow: FlowSettings, held: Held, store: Store, kept: FlowCursor) -> tuple[FlowCursor, int]:
    """Ask once more for the orders that were missed: those that the store has still not are told as gone.

    Gives where the flow stands then, which is in the ledger, and how many orders had news.
    """
    due = kept.to_look_for(held.site.clock(), SECOND_LOOK)
    if not due:
        return kept, 0
    told, gone = asked_for(store, due)
    contents = held.site.ledger.known.contents(flow.store, gone)
    told += [told_as_gone(one, order_from_content(content)) for one, content in contents.items() if content]
    kept = kept.looked_for(due)
    return kept, take_page(flow, held, told, kept.written())


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
    told, gone = asked_for(store, ids)
    kept = replace(kept.missing(gone, held.site.clock()), asked=asked)
    return take_page(flow, held, told, kept.written())


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


def not_on_page(
    held: Held, store: Store, flow: FlowSettings, there: AbstractSet[str], span: Window | None
) -> list[str]:
    """Orders that the ledger knows from a page's span of time, without those that are there or missed already."""
    if span is None or not store.describe().by_id:
        return []
    known = held.site.ledger.known
    return [one for one in known.between(flow.name, flow.store, span.start, span.end) if one not in there]


def asked_for(store: Store, store_order_ids: Sequence[str]) -> tuple[list[StoreOrder], list[str]]:
    """These orders as the store tells them now, and the ids of those that it does not have."""
    fetched = list(store.fetch(store_order_ids)) if store_order_ids else []
    there = [one.told for one in fetched if one.told is not None]
    return there, [one.store_order_id for one in fetched if one.told is None]


def told_as_gone(store_order_id: str, order: Order) -> StoreOrder:
    """The order as it was known, cancelled because the store has it no more."""
    original = json.dumps({"gone": store_order_id}).encode()
    return StoreOrder(store_order_id, original, order.model_copy(update={"cancelled": True, "status": GONE}))
