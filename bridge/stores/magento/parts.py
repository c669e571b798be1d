"""An order of Magento is made of several answers, which are kept together as one line of JSON.

`order` is the newest version. An order that was edited in the admin is a new one there (`000000012-1`, the old one is
cancelled); here it stays the order that it replaces: `first` is what the first of the chain said of itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.stores.exact_json import decoded, one_line
from bridge.stores.raw import Json, Unreadable, table_of, tables_of, text_of

FIRST_FIELDS = ("entity_id", "increment_id", "created_at")


@dataclass(frozen=True, slots=True)
class Part:
    """One object of an answer: its exact value, and the shop's own text of it."""

    value: Any
    text: str

    @property
    def fields(self) -> Json:
        """The value where it is a group of fields; else nothing."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(frozen=True, slots=True)
class Parts:
    """All that is known of one order.

    first: empty where the order replaces none; without a time where it was deleted in the shop, and without a number
    where nobody knows which one it was.
    """

    order: Any
    memos: Sequence[Json] = ()
    invoices: Sequence[Json] = ()
    first: Json | None = None

    @property
    def store_order_id(self) -> str:
        """The id of the order, or of the first that it replaces; empty where the order has none."""
        told = self.first or self.order
        return text_of(told, "entity_id") if isinstance(told, dict) else ""


def kept_line(order: Part, memos: Sequence[Part], invoices: Sequence[Part], first: Json | None) -> bytes:
    """The parts as the shop wrote them, on one line."""
    texts = [f'"order":{order.text}']
    for name, parts in (("creditmemos", memos), ("invoices", invoices)):
        texts.append(f'"{name}":[{",".join(part.text for part in parts)}]')
    if first is not None:
        texts.append(f'"first":{json.dumps({name: first.get(name) for name in FIRST_FIELDS})}')
    return one_line("{" + ",".join(texts) + "}")


def parts_of(original: bytes) -> Parts:
    """The parts of a kept line. Raises ValueError for what is none, Unreadable for what no order can be made of."""
    kept = decoded(original.decode())
    if not isinstance(kept, dict) or "order" not in kept:
        raise Unreadable("it is not a kept order of Magento")
    return Parts(
        kept["order"], tables_of(kept, "creditmemos"), tables_of(kept, "invoices"), table_of(kept, "first") or None
    )
