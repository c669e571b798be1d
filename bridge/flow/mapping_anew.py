"""Kept originals mapped anew: a better mapping, by an upgrade or a corrected setting, is no change of an order.

What an ERP has is held against the store's news as both read by today's mapping, so that nobody is told of a change
that nobody made. An order that is in no file yet gets what its original says now, as a revision that is judged anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import structlog

from bridge.archive import ArchiveDamaged, ArchivePathRefused
from bridge.config.values import FlowSettings, StoreSettings
from bridge.domain.contract import GONE
from bridge.domain.errors import Missing
from bridge.domain.revision import MAPPER_VERSION, order_from_content
from bridge.domain.what_changed import differences
from bridge.flow.contents import Content, marked_content, selections, with_known_skus
from bridge.flow.site import Held
from bridge.ledger import KnownRevision, Remapped
from bridge.stores import StoreOrder

log = structlog.get_logger(__name__)


def mapping_of(store: StoreSettings) -> str:
    """A digest of all that decides how the store's originals are mapped: our version, and the store's own keys."""
    keys = json.dumps([MAPPER_VERSION, store.type, store.options], sort_keys=True, default=str)
    return hashlib.sha256(keys.encode()).hexdigest()


def without_remapped(flow: FlowSettings, held: Held, news: Sequence[Content]) -> list[Content]:
    """The news without what only a better mapping made new: there only the digest follows.

    Kept originals are mapped anew. Where one says what the store says now, an order that the ERP has did not change,
    and one that is in no file yet is news only if the mapping makes another order of it. Of one that a person keeps
    from the ERP nothing is news, as it may have been entered there by hand.
    """
    known = {one.store_order_id: one for one in held.site.ledger.known.latest(flow.name, ids_of(news))}
    kept_back = {one.store_order_id: one for one in held.site.ledger.known.kept_back(flow.name, ids_of(news))}
    same: list[Remapped] = []
    fresh: list[Content] = []
    for one in news:
        mine = kept_back.get(one.told.store_order_id)
        if mine is not None and is_read_alike(as_read_now(flow, held, mine), one):
            continue
        before = known.get(one.told.store_order_id)
        again = as_read_now(flow, held, before) if before is not None and before.digest != one.digest else None
        if before is not None and again is not None and says_the_same(before, again, one):
            same.append(Remapped(before.revision_id, again.digest, MAPPER_VERSION))
        else:
            fresh.append(one)
    if same:
        held.ledger.read_anew(same)
    return fresh


def as_read_now(flow: FlowSettings, held: Held, before: KnownRevision) -> Content | None:
    """A revision's kept original by the mapping of today, with the marks of what it still waited for."""
    told = mapped_again(flow, held, before)
    return marked_content(Content.of(told), selections(flow, held)) if told is not None else None


def says_the_same(before: KnownRevision, again: Content, now: Content) -> bool:
    """Whether nothing but the mapping lies between a revision and what the store says now."""
    if before.settled:
        return is_read_alike(again, now)
    return again.digest == now.digest and not differences(before.content, again.text)


def is_read_alike(again: Content | None, now: Content) -> bool:
    """Whether a kept original, read now, is what the store says now, with its marks or without."""
    return again is not None and again.digest in (now.digest, Content.of(now.told).digest)


def compare_by_todays_mapping(flow: FlowSettings, held: Held, fresh: Sequence[Content]) -> None:
    """Keep what the ERP has of these orders, as today's mapping reads it: their news are held against that."""
    sent: dict[int, bytes] = {}
    for before in held.site.ledger.known.at_the_erp(flow.name, ids_of(fresh)):
        told = mapped_again(flow, held, before)
        again = Content.of(told) if told is not None else None
        if again is not None and again.text and again.text != before.content:
            sent[before.revision_id] = again.text
    if sent:
        held.ledger.read_anew(sent=sent)


def mapped_again(flow: FlowSettings, held: Held, before: KnownRevision) -> StoreOrder | None:
    """The kept original of a revision by the mapping of today; None where there is none any more, or never was."""
    if before.content and order_from_content(before.content).status == GONE:
        return None  # the store had nothing to say: these are our own words
    try:
        original = held.archive.read_line(before.archive_path, before.archive_line)
    except Missing:  # its time of keeping is over: then the store's word counts as a change
        return None
    except (ArchiveDamaged, ArchivePathRefused) as damage:  # told by the archive's verification; it stops no order
        log.warning("original.unreadable", store_order_id=before.store_order_id, exc_info=damage)
        return None
    told = held.store(flow.store).mapped_again(original)
    if told.store_order_id != before.store_order_id and (before.content or told.order is None):
        return None  # it tells no id, or that of another order by a corrected key: that would be a second order
    return with_known_skus(told, before.content)


def ids_of(news: Sequence[Content]) -> list[str]:
    """Of orders that are news, by their ids in the store."""
    return [one.told.store_order_id for one in news]
