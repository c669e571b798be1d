"""Taking a page of orders: its news become revisions and received sendings in one commit, with the cursor.

The original text of each new revision is durable in the archive before the commit that names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bridge.config.values import FlowSettings
from bridge.domain.contract import LineKind, Order
from bridge.domain.errors import Missing
from bridge.domain.money import rounded, to_minor
from bridge.domain.problems import ProblemKind, storable
from bridge.domain.revision import MAPPER_VERSION, content_and_digest, customer_key, half_character
from bridge.domain.selection import SelectionRule, marked_digest, unsettled
from bridge.flow.site import Held
from bridge.ledger import KnownRevision, NewRevision, News
from bridge.stores import StoreOrder

INCOMPLETE = "-incomplete"
AMOUNT_MAX = Decimal(10) ** 14  # in minor units it still fits the ledger's whole numbers
UNKEEPABLE = ProblemKind(
    code="order-unkeepable",
    title="Order {order} holds what no file can carry",
    message="Order {order} of store {store} cannot be kept: {place} holds {what}.",
    action="Correct it in {store}. The order then goes on by itself.",
    cause="order:{store}/{order}:unkeepable",
    meaning="A field holds half a character (a lone surrogate), its number a NUL, or its sum is beyond all currencies.",
)
LEDGER_TEXTS = ("store_order_id", "number", "currency")
GOODS = frozenset({LineKind.PRODUCT, LineKind.KIT, LineKind.CONFIGURABLE})


@dataclass(frozen=True, slots=True)
class Content:
    """One content of an order: as the store told it, as canonical text, and by the digest that tells it from others."""

    told: StoreOrder
    text: bytes
    digest: str

    @classmethod
    def of(cls, told: StoreOrder) -> Content:
        """A malformed order has no canonical text, and only its own bytes to be told by."""
        order = told.order
        if order is not None and (field := field_with_nul(order)):
            told = unkeepable(told, order, field, "U+0000")
        elif order is not None and abs(order.totals.gross) < AMOUNT_MAX:
            try:
                return cls(told, *content_and_digest(order))
            except TypeError:  # text that UTF-8 cannot hold; only then is it worth looking where
                told = unkeepable(told, order, *(half_character(order) or ("order", "text")))
        elif order is not None:
            told = unkeepable(told, order, "totals.gross", "an amount beyond every currency")
        alone = replace(told, store_order_id=storable(told.store_order_id))
        return cls(alone, b"", hashlib.sha256(told.original).hexdigest())


def field_with_nul(order: Order) -> str | None:
    """The first field, of those that are columns of the ledger, with the one character that PostgreSQL refuses."""
    return next((name for name in LEDGER_TEXTS if "\0" in getattr(order, name)), None)


def unkeepable(told: StoreOrder, order: Order, field: str, what: str) -> StoreOrder:
    """The order as one that stands still alone, with its problem; the others of the page go on."""
    problem = UNKEEPABLE.problem(field=field, order=order.number, store=order.store, place=field, what=what)
    return StoreOrder(told.store_order_id, told.original, None, problem)


def take_page(flow: FlowSettings, held: Held, orders: Sequence[StoreOrder], cursor: str) -> int:
    """Keep the page's news: originals in the archive first, then one commit. A page without news writes nothing."""
    fresh = without_remapped(flow, held, list(news_of(flow, held, orders)))
    if not fresh:
        held.ledger.add_page(flow.name, [], cursor)
        return 0
    path, _ = held.archive.write_lines(held.today(), flow.store, [one.told.original for one in fresh], flow.name)
    now = held.site.clock()
    revisions = [new_revision(one, str(path), line, now) for line, one in enumerate(fresh, start=1)]
    held.ledger.add_page(flow.name, revisions, cursor)
    return len(fresh)


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


def marked_content(one: Content, lists: Sequence[tuple[SelectionRule, ...]]) -> Content:
    """The content with the marks of what is still to come; the same one where it is whole and no rule keeps it back."""
    mark = unsettled(one.told.order, lists) if lists and one.told.order is not None else ""
    lacks = lacks_sku(one.told)
    if not (mark or lacks):
        return one
    return replace(one, digest=marked_digest(one.digest + INCOMPLETE if lacks else one.digest, mark))


def without_remapped(flow: FlowSettings, held: Held, news: Sequence[Content]) -> list[Content]:
    """The news without what only an upgrade of the mapping made new.

    The kept original of an order known by an older mapping is mapped anew: where that says what the store says now,
    the order has not changed, and only its digest follows.
    """
    known = {one.store_order_id: one for one in held.ledger.latest_revisions(flow.name, ids_of(news))}
    same: list[tuple[str, str, str]] = []
    fresh: list[Content] = []
    for one in news:
        before = known.get(one.told.store_order_id)
        is_older = before is not None and before.mapper_version != MAPPER_VERSION
        again = mapped_again(flow, held, before) if before is not None and is_older else None
        if again is not None and again.digest in (one.digest, Content.of(one.told).digest):  # with its marks or without
            same.append((one.told.store_order_id, again.digest, MAPPER_VERSION))
        else:
            fresh.append(one)
    if same:
        held.ledger.remapped(flow.name, same)
    return fresh


def mapped_again(flow: FlowSettings, held: Held, before: KnownRevision) -> Content | None:
    """The kept original of a revision by the mapping of today, with the marks of what it still waited for."""
    try:
        original = held.archive.read_line(before.archive_path, before.archive_line)
    except Missing:  # its time of keeping is over: then the store's word counts as a change
        return None
    return marked_content(Content.of(held.store(flow.store).mapped_again(original)), selections(flow, held))


def selections(flow: FlowSettings, held: Held) -> list[tuple[SelectionRule, ...]]:
    """The rules of each flow of the flow's store that has some."""
    return [other.selection for other in held.site.feeding(flow.store) if other.selection]


def ids_of(news: Sequence[Content]) -> list[str]:
    """Of orders that are news, by their ids in the store."""
    return [one.told.store_order_id for one in news]


def is_news(flow: FlowSettings, held: Held, contents: Sequence[Content]) -> dict[tuple[str, str], bool]:
    """Whether the flow does not have this content of the order as its latest."""
    asked = [(one.told.store_order_id, one.digest) for one in contents]
    if not asked:
        return {}
    answers = held.ledger.news(flow.name, asked)
    return {one: answer is not News.KNOWN for one, answer in zip(asked, answers, strict=True)}


def lacks_sku(told: StoreOrder) -> bool:
    """Whether the shop reads SKUs live and shows none for a line of goods."""
    order = told.order
    if order is None or "lines.sku" not in order.read_live:
        return False
    return any(not line.sku and line.kind in GOODS for line in order.lines)


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
