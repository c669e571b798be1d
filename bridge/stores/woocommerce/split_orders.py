"""Which sale of a WooCommerce stands in two orders, and which of them counts.

A marketplace splits one sale into a whole and its sellers' parts, which name the whole in `parent_id`: both together
would double it. But renewals of a subscription, balances of a deposit and offers after a purchase name a parent too,
and are sales of their own. So an order is counted elsewhere only where its parent is there, alive, and carries the mark
of a plugin that splits. A parent in the bin, cancelled or deleted holds no sale that could be doubled.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from bridge.domain.contract import COUNTED_IN
from bridge.stores.raw import Json, meta_of, number_of, required_moment, tables_of, text_of
from bridge.stores.woocommerce.settings import MetaKeys, SplitOrders

PARENT_FIELDS = "id,status,date_created_gmt,line_items,meta_data"  # all that is asked of a parent
DEAD = frozenset({"cancelled", "trash"})
SPLIT_AT_ONCE = timedelta(days=1)  # a sale is split when it is made; what comes later is another one
_FALSE = frozenset({"0", "no", "false"})

Goods = Counter[tuple[str, str, Decimal, Decimal]]


def parent_id_of(order: Json) -> str:
    """The order that this one names as its parent; empty where it names none."""
    parent = text_of(order, "parent_id")
    return parent if parent.isdigit() and int(parent) else ""


def counted_elsewhere(order: Json, parent: Json | None, keys: MetaKeys) -> dict[str, str]:
    """What `extra` says of an order whose sale another order holds; nothing of all others."""
    is_part = parent is not None and parent.get("status") not in DEAD and _is_split(parent, keys)
    if is_part and keys.split_orders is SplitOrders.PARENT:
        return {COUNTED_IN: parent_id_of(order)}
    if not is_part and keys.split_orders is SplitOrders.PARTS and _is_split(order, keys):
        return {COUNTED_IN: "its parts"}
    return {}


def is_perhaps_a_part(order: Json, parent: Json | None, keys: MetaKeys) -> bool:
    """Whether an order and its unmarked parent look like one sale told twice: the same day, and all goods in both."""
    if parent is None or keys.split_orders is SplitOrders.NONE or _is_split(parent, keys):
        return False
    if DEAD & {text_of(order, "status"), text_of(parent, "status")}:
        return False
    apart = required_moment(order, "date_created_gmt") - required_moment(parent, "date_created_gmt")
    goods = _goods(order)
    return abs(apart) < SPLIT_AT_ONCE and bool(goods) and goods <= _goods(parent)


def _is_split(order: Json, keys: MetaKeys) -> bool:
    meta = meta_of(order)
    return any(key in meta and meta[key].casefold() not in _FALSE for key in keys.split_parent)


def _goods(order: Json) -> Goods:
    """Each line by article, quantity and amount."""
    return Counter(
        (
            text_of(item, "product_id"),
            text_of(item, "variation_id"),
            number_of(item, "quantity"),
            number_of(item, "total"),
        )
        for item in tables_of(order, "line_items")
    )
