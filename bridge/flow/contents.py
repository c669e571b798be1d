"""One content of an order: what tells it from the order's other contents, and whether the ledger can keep it at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.config.values import FlowSettings
from bridge.domain.contract import Line, LineKind, Order
from bridge.domain.problems import ProblemKind, storable
from bridge.domain.revision import content_and_digest, half_character, order_from_content
from bridge.domain.selection import SelectionRule, marked_digest, unsettled
from bridge.flow.site import Held
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


def marked_content(one: Content, lists: Sequence[tuple[SelectionRule, ...]]) -> Content:
    """The content with the marks of what is still to come; the same one where it is whole and no rule keeps it back."""
    mark = unsettled(one.told.order, lists) if lists and one.told.order is not None else ""
    lacks = lacks_sku(one.told)
    if not (mark or lacks):
        return one
    return replace(one, digest=marked_digest(one.digest + INCOMPLETE if lacks else one.digest, mark))


def lacks_sku(told: StoreOrder) -> bool:
    """Whether the shop reads SKUs live and shows none for a line of goods."""
    order = told.order
    if order is None or "lines.sku" not in order.read_live:
        return False
    return any(not line.sku and line.kind in GOODS for line in order.lines)


def with_known_skus(told: StoreOrder, before: bytes) -> StoreOrder:
    """The order with the SKUs that its lines had in the content before, where the shop shows them no more.

    A shop that reads SKUs live shows none once the product is deleted, and the sale stands. Only where every line is
    the one that stood there: of edited lines nobody knows which one an empty SKU was.
    """
    order = told.order
    if order is None or not before or not lacks_sku(told):
        return told
    old = order_from_content(before).lines
    if len(old) != len(order.lines) or not all(map(_is_same_line, old, order.lines)):
        return told
    filled = [now.model_copy(update={"sku": now.sku or was.sku}) for was, now in zip(old, order.lines, strict=True)]
    return replace(told, order=order.model_copy(update={"lines": tuple(filled)}))


def _is_same_line(was: Line, now: Line) -> bool:
    return now.sku in ("", was.sku) and was == now.model_copy(update={"sku": was.sku})


def selections(flow: FlowSettings, held: Held) -> list[tuple[SelectionRule, ...]]:
    """The rules of each flow of the flow's store that has some."""
    return [other.selection for other in held.site.feeding(flow.store) if other.selection]
