"""Fetch: what the store has to tell since the flow's cursor, a page a commit."""

from __future__ import annotations

from dataclasses import replace

from bridge.config.values import FlowSettings
from bridge.flow.cursors import FlowCursor
from bridge.flow.mapping_anew import mapped_again, mapping_of
from bridge.flow.site import Held
from bridge.flow.taking import take_page

READ_ANEW_AT_ONCE_MAX = 200


def fetch(flow: FlowSettings, held: Held) -> int:
    """Take the store's changes since the flow's cursor, page by page. Gives how many revisions were new to the flow."""
    store = held.store(flow.store)
    kept = FlowCursor.read(held.ledger.cursor(flow.name))
    settings = held.site.deployment.stores[flow.store]
    kept = kept.read_by(settings.type, mapping_of(settings))
    taken = 0
    while kept.anew_below and held.has_time():
        kept, news = read_anew(flow, held, kept)
        taken += news
    for page in store.changed_since(kept.changes, flow.orders_from):
        kept = replace(kept, changes=page.cursor)
        taken += take_page(flow, held, page.orders, kept.written())
        if not held.has_time():
            return taken
    held.fetched.add(flow.name)
    return taken


def read_anew(flow: FlowSettings, held: Held, kept: FlowCursor) -> tuple[FlowCursor, int]:
    """Map the originals of the next orders that are in no file yet anew: a corrected setting frees those that it held.

    Gives where it stands then, which is in the ledger, and how many revisions were new to the flow.
    """
    known = held.site.ledger.known
    waiting = [one for one in known.open_sendings(flow.name) if one < kept.anew_below]
    some, rest = waiting[-READ_ANEW_AT_ONCE_MAX:], waiting[:-READ_ANEW_AT_ONCE_MAX]
    kept = replace(kept, anew_below=some[0] if rest else 0)
    told = [mapped_again(flow, held, one) for one in known.of_sendings(some)]
    return kept, take_page(flow, held, [one for one in told if one is not None], kept.written())
