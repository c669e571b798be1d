"""What the ERP was told of articles: an article that an order had in a file stays what it was called there.

A row of `maps/sku.csv` that is corrected later counts for orders, and for lines, that go out later. What a change tells
of the lines before it must be what was sent, by article and by position, or the ERP finds lines that it never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import orjson

from bridge.domain.articles import Articles, Entry
from bridge.domain.changes import Told
from bridge.domain.maps import SKU, WITH_ARTICLE, Maps, entry_of, map_key
from bridge.domain.policies import FlowRules
from bridge.domain.rules import Rules

Article = tuple[str, str]  # kind and SKU of a line, as the store has them
Said = str | Entry | None


def rules_as_told(rules: Rules, told: Told, sent: Mapping[str, Maps]) -> Rules:
    """The rules with each article as the first file told it that had it.

    sent: the maps of each contract of `told.contracts`. What was told without a file goes by the maps of `rules`.
    """
    maps = rules.maps
    for content, contract in reversed(tuple(zip(told.contents, told.contracts, strict=True))):
        if contract:
            lines = orjson.loads(content).get("lines", ())
            maps = maps_as_sent(maps, sent[contract], [(line["kind"], line["sku"]) for line in lines], rules.flow)
    return rules if maps is rules.maps else replace(rules, maps=maps)


def maps_as_sent(now: Maps, sent: Maps, articles: Iterable[Article], flow: FlowRules) -> Maps:
    """The maps of now, which say of these articles what the maps said with which they were sent."""
    if (now.sku.digest, now.articles.digest) == (sent.sku.digest, sent.articles.digest):
        return now
    moved = [one for one in dict.fromkeys(articles) if _said(one, now, flow) != _said(one, sent, flow)]
    if not moved:
        return now
    codes, entries = {**now.sku.codes}, {**now.articles.by_key}
    for article in moved:
        key, said = _said(article, sent, flow)
        if said is None:
            continue
        for one in (article[1], key):
            codes.pop(one, None)
            entries.pop(one, None)
        if isinstance(said, Entry):
            entries[key] = said
        else:
            codes[key] = said
    return replace(now, sku=replace(now.sku, codes=codes), articles=Articles(entries, now.articles.patterns))


def _said(article: Article, maps: Maps, flow: FlowRules) -> tuple[str, Said]:
    """By which key a map decides about an article, and what it says: a code, an entry, or nothing."""
    kind, sku = article
    key = map_key(kind, sku, maps)
    code = maps.sku.codes.get(key)
    if code is not None:
        return key, code
    entry = entry_of(kind, sku, maps)
    if entry is not None:
        return key, entry
    if kind not in WITH_ARTICLE:
        return key, ""  # it needs none
    return key, sku if flow.passes_unmapped(SKU) and not key.startswith("@") else None
