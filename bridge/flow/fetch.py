"""Fetch: what the store has to tell becomes revisions and received sendings, a page a commit, with the cursor.

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
from bridge.domain.money import rounded, to_minor
from bridge.domain.problems import ProblemKind
from bridge.domain.revision import MAPPER_VERSION, content_and_digest, customer_key, half_character
from bridge.flow.site import Held
from bridge.ledger import NewRevision, News
from bridge.stores import StoreOrder

INCOMPLETE = "-incomplete"
AMOUNT_MAX = Decimal(10) ** 14  # in minor units it still fits the ledger's whole numbers
UNKEEPABLE = ProblemKind(
    code="order-unkeepable",
    title="Order {order} holds what no file can carry",
    message="Order {order} of store {store} cannot be kept: {place} holds {what}.",
    action="Correct it in {store}. The order then goes on by itself.",
    cause="order:{store}/{order}:unkeepable",
    meaning="A field holds half a character (a lone surrogate) or an amount that no currency knows.",
)
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
        if order is not None and abs(order.totals.gross) < AMOUNT_MAX:
            try:
                return cls(told, *content_and_digest(order))
            except TypeError:  # text that UTF-8 cannot hold; only then is it worth looking where
                told = unkeepable(told, order, *(half_character(order) or ("order", "text")))
        elif order is not None:
            told = unkeepable(told, order, "totals.gross", "an amount beyond every currency")
        return cls(told, b"", hashlib.sha256(told.original).hexdigest())


def unkeepable(told: StoreOrder, order: Order, field: str, what: str) -> StoreOrder:
    """The order as one that stands still alone, with its problem; the others of the page go on."""
    problem = UNKEEPABLE.problem(field=field, order=order.number, store=order.store, place=field, what=what)
    return StoreOrder(told.store_order_id, told.original, None, problem)


def fetch(flow: FlowSettings, held: Held) -> int:
    """Take the store's changes since the flow's cursor, page by page. Gives how many revisions were new to the flow."""
    store = held.store(flow.store)
    cursor = held.ledger.cursor(flow.name)
    taken = 0
    for page in store.changed_since(cursor, flow.orders_from):
        taken += take_page(flow, held, page.orders, page.cursor)
        if not held.has_time():
            break
    return taken


def take_page(flow: FlowSettings, held: Held, orders: Sequence[StoreOrder], cursor: str) -> int:
    """Keep the page's news: originals in the archive first, then one commit. A page without news writes nothing."""
    fresh = list(news_of(flow, held, orders))
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
    """
    told = [Content.of(order) for order in orders]
    news = is_news(flow, held, told)
    told = [one for one in told if news[one.told.store_order_id, one.digest]]
    lacking = [replace(one, digest=one.digest + INCOMPLETE) for one in told if lacks_sku(one.told)]
    still_news = is_news(flow, held, lacking) if lacking else {}
    for one in told:
        if not lacks_sku(one.told):
            yield one
        elif still_news[one.told.store_order_id, one.digest + INCOMPLETE]:
            yield replace(one, digest=one.digest + INCOMPLETE)


def is_news(flow: FlowSettings, held: Held, contents: Sequence[Content]) -> dict[tuple[str, str], bool]:
    """Whether the flow does not have this content of the order as its latest."""
    asked = [(one.told.store_order_id, one.digest) for one in contents]
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
