"""Taking a page of orders: its news become revisions and received sendings in one commit, with the cursor.

The original text of each new revision is durable in the archive before the commit that names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.config.values import FlowSettings
from bridge.domain.money import rounded, to_minor
from bridge.domain.revision import MAPPER_VERSION, customer_key
from bridge.flow.contents import Content, lacks_sku, marked_content, selections, with_known_skus
from bridge.flow.mapping_anew import compare_by_todays_mapping, without_remapped
from bridge.flow.site import Held
from bridge.ledger import NewRevision, News
from bridge.stores import StoreOrder


def take_page(flow: FlowSettings, held: Held, orders: Sequence[StoreOrder], cursor: str) -> int:
    """Keep the page's news: originals in the archive first, then one commit. A page without news writes nothing."""
    whole = with_skus_of_deleted_products(flow, held, orders)
    fresh = without_remapped(flow, held, list(news_of(flow, held, whole)))
    compare_by_todays_mapping(flow, held, fresh)
    if not fresh:
        held.ledger.add_page(flow.name, [], cursor)
        return 0
    path, _ = held.archive.write_lines(held.today(), flow.store, [one.told.original for one in fresh], flow.name)
    now = held.site.clock()
    revisions = [new_revision(one, str(path), line, now) for line, one in enumerate(fresh, start=1)]
    held.ledger.add_page(flow.name, revisions, cursor)
    return len(fresh)


def with_skus_of_deleted_products(flow: FlowSettings, held: Held, orders: Sequence[StoreOrder]) -> list[StoreOrder]:
    """The orders, those that lack a SKU with what was known of it."""
    lacking = [told.store_order_id for told in orders if lacks_sku(told)]
    known = held.site.ledger.known.contents(flow.store, lacking) if lacking else {}
    return [with_known_skus(told, known.get(told.store_order_id, b"")) for told in orders]


def news_of(flow: FlowSettings, held: Held, orders: Sequence[StoreOrder]) -> Iterator[Content]:
    """The orders that are not known in this content.

    What a shop reads live is no part of the digest, so that a deleted product makes no change. But while a line lacks
    its SKU the revision is marked incomplete: when the shop has filled it in, that is news, and the order goes on.
    In the same way an order is marked that a rule keeps back by a word that makes no revision (`selection.unsettled`).
    """
    told = [Content.of(order) for order in orders]
    news = is_news(flow, held, told)
    told = [one for one in told if news[one.told.store_order_id, one.digest]]
    lists = selections(flow, held)
    marked = [marked_content(one, lists) for one in told]
    still_news = is_news(flow, held, [one for one, plain in zip(marked, told, strict=True) if one is not plain])
    yield from (one for one in marked if still_news.get((one.told.store_order_id, one.digest), True))


def is_news(flow: FlowSettings, held: Held, contents: Sequence[Content]) -> dict[tuple[str, str], bool]:
    """Whether the flow does not have this content of the order as its latest."""
    asked = [(one.told.store_order_id, one.digest) for one in contents]
    if not asked:
        return {}
    answers = held.ledger.news(flow.name, asked)
    return {one: answer is not News.KNOWN for one, answer in zip(asked, answers, strict=True)}


def new_revision(one: Content, path: str, line: int, now: datetime) -> NewRevision:
    """The ledger's row of one content of an order."""
    told, order = one.told, one.told.order
    if order is None:
        return NewRevision(
            store_order_id=told.store_order_id,
            number=told.store_order_id,
            digest=one.digest,
            mapper_version=MAPPER_VERSION,
            content=one.text,
            currency="",
            digits=0,
            gross_minor=0,
            cancelled=False,
            created_at=now,
            archive_path=path,
            archive_line=line,
            customer_key=None,
            problem=told.problem,
        )
    return NewRevision(
        store_order_id=order.store_order_id,
        number=order.number,
        digest=one.digest,
        mapper_version=MAPPER_VERSION,
        content=one.text,
        currency=order.currency,
        digits=order.currency_digits,
        gross_minor=to_minor(rounded(order.totals.gross, order.currency_digits), order.currency_digits),
        cancelled=order.cancelled,
        created_at=order.created_at,
        archive_path=path,
        archive_line=line,
        customer_key=customer_key(order),
        problem=None,
    )
