"""Fetch: what the store has to tell since the flow's cursor, a page a commit; then the sweep if it is due."""

from __future__ import annotations

from dataclasses import replace

from bridge.config.values import FlowSettings
from bridge.flow.cursors import FlowCursor
from bridge.flow.site import Held
from bridge.flow.sweep import sweep
from bridge.flow.taking import take_page


def fetch(flow: FlowSettings, held: Held) -> int:
    """Take the store's changes since the flow's cursor, page by page. Gives how many revisions were new to the flow."""
    store = held.store(flow.store)
    kept = FlowCursor.read(held.ledger.cursor(flow.name))
    taken = 0
    for page in store.changed_since(kept.changes, flow.orders_from):
        kept = replace(kept, changes=page.cursor)
        taken += take_page(flow, held, page.orders, kept.written())
        if not held.has_time():
            return taken
    return taken + sweep(flow, held, store, kept)
