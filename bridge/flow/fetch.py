"""Fetch: what the store has to tell since the flow's cursor, a page a commit; then the sweep if it is due."""

from __future__ import annotations

from dataclasses import replace

from bridge.config.values import FlowSettings
from bridge.flow.cursors import FlowCursor
from bridge.flow.mapping_anew import mapped_again, mapping_of
from bridge.flow.site import Held
from bridge.flow.sweep import sweep
from bridge.flow.taking import take_page

READ_ANEW_AT_ONCE_MAX = 200


def fetch(flow: FlowSettings, held: Held) -> int:
    """Take the store's changes since the flow's cursor, page by page. Gives how many revisions were new to the flow."""
    store = held.store(flow.store)
    kept = FlowCursor.read(held.ledger.cursor(flow.name))
    taken = 0
    mapping = mapping_of(held.site.deployment.stores[flow.store])
    if kept.mapping != mapping:
        taken += read_anew(flow, held, kept)
        kept = replace(kept, mapping=mapping) if held.has_time() else kept
    for page in store.changed_since(kept.changes, flow.orders_from):
        kept = replace(kept, changes=page.cursor)
        taken += take_page(flow, held, page.orders, kept.written())
        if not held.has_time():
            return taken
    return taken + sweep(flow, held, store, kept)


def read_anew(flow: FlowSettings, held: Held, kept: FlowCursor) -> int:
    """Map the originals of all orders that are in no file yet anew: a corrected setting frees those that it held."""
    known, taken = held.site.ledger.known, 0
    waiting = known.open_sendings(flow.name)
    for start in range(0, len(waiting), READ_ANEW_AT_ONCE_MAX):
        if not held.has_time():
            break
        some = known.of_sendings(waiting[start : start + READ_ANEW_AT_ONCE_MAX])
        told = [mapped_again(flow, held, one) for one in some]
        taken += take_page(flow, held, [one for one in told if one is not None], kept.written())
    return taken
