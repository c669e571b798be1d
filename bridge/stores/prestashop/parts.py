"""One PrestaShop order with everything that belongs to it, each part as the shop wrote it; kept as one line of JSON.

So an order can be mapped again from the archive alone. The order's own row comes first in every reading.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.stores.prestashop import xml
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import Unreadable

ORDERS = "orders"
DETAILS = "order_details"
SETTINGS = "configurations"


@dataclass(frozen=True, slots=True)
class OrderParts:
    """The rows that make one order, by resource."""

    order: Part
    others: Mapping[str, Sequence[Part]]

    def all(self, resource: str) -> Sequence[Part]:
        return self.others.get(resource, ())

    def one(self, resource: str, key: str) -> Part | None:
        """The row with an id; None where the order has none (id 0) or the shop lost it."""
        return next((part for part in self.all(resource) if part.key == key), None)

    def setting(self, name: str) -> str:
        """A setting of the shop."""
        return next((part["value"] for part in self.all(SETTINGS) if part["name"] == name), "")

    def original(self) -> bytes:
        """One line of JSON: resource to the rows' XML."""
        texts = {ORDERS: [self.order.text]} | {name: [part.text for part in self.all(name)] for name in self.others}
        return json.dumps({"id": self.order.key, **texts}, ensure_ascii=False).encode()

    @classmethod
    def read(cls, original: bytes) -> OrderParts:
        """What `original` wrote. Raises Unreadable."""
        try:
            kept = json.loads(original)
            parts = {name: [xml.part_of(text) for text in texts] for name, texts in kept.items() if name != "id"}
            (order,) = parts.pop(ORDERS)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable("the kept text is no order of a PrestaShop") from error
        return cls(order, parts)


def unshown(store_order_id: str) -> bytes:
    """What is kept of an order that the shop can't show."""
    return json.dumps({"id": store_order_id}).encode()


def plain(text: str) -> str:
    """A message: older shops keep it with entities."""
    return html.unescape(text).strip()
