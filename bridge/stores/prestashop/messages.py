"""Where a PrestaShop keeps words about an order: its own messages, or a thread of the customer service.

`messages` is one row with the order's id. From 1.7 on the order's page in the back office shows the customer service
only (PrestaShop/PrestaShop#9783): a thread for the order, and messages in it. Rows added by the web service send no
mail; private ones are not shown to the buyer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.relations import Relations
from bridge.stores.prestashop.xml import Part

PRIVATE = "1"
NO_CONTACT = "0"  # as the shop's own threads of orders have it


@dataclass(frozen=True, slots=True)
class Told:
    """The private texts of those orders that the shop still has, by the order's id.

    unshown: orders whose texts the shop can't show. orders, threads: what a new text needs, by the order's id.
    """

    texts: Mapping[str, Sequence[str]]
    unshown: frozenset[str]
    orders: Mapping[str, Part] = field(default_factory=dict)
    threads: Mapping[str, str] = field(default_factory=dict)


class Messages:
    """The resource `messages`."""

    def __init__(self, client: PrestaShopClient, relations: Relations) -> None:
        self._client = client
        self._relations = relations

    def told(self, ids: Sequence[str]) -> Told:
        """What is written about some orders."""
        present = self._relations.by_key(ORDERS, "id", ids, "[id]")
        found = self._relations.by_key("messages", "id_order", ids)
        texts = {
            one: _private(found.rows.get(one, ())) for one in ids if one in present.rows or one in present.broken
        }  # fmt: skip
        return Told(texts, frozenset(found.broken))

    def add(self, order: str, text: str, _told: Told) -> str:
        """One more private text; gives it as the shop shows it."""
        values = {"id_order": order, "private": PRIVATE, "message": text}
        return self._client.add("messages", "message", values, order)["message"]


class Threads:
    """The resources `customer_threads` and `customer_messages`."""

    def __init__(self, client: PrestaShopClient, relations: Relations) -> None:
        self._client = client
        self._relations = relations

    def told(self, ids: Sequence[str]) -> Told:
        """What is written about some orders, in all their threads."""
        by_key = self._relations.by_key
        present = by_key(ORDERS, "id", ids, "[id,id_lang,id_customer,id_shop]")
        threads = by_key("customer_threads", "id_order", ids)
        names = [part.key for parts in threads.rows.values() for part in parts]
        found = by_key("customer_messages", "id_customer_thread", names)
        texts: dict[str, list[str]] = {}
        unshown = set(threads.broken)
        for one in ids:
            if one not in present.rows:
                continue
            of_order = [part.key for part in threads.rows.get(one, ())]
            texts[one] = [text for name in of_order for text in _private(found.rows.get(name, ()))]
            if any(name in found.broken for name in of_order):
                unshown.add(one)
        first = {one: parts[0].key for one, parts in threads.rows.items() if parts}
        return Told(texts, frozenset(unshown), {one: parts[0] for one, parts in present.rows.items()}, first)

    def add(self, order: str, text: str, told: Told) -> str:
        """One more private text in the order's first thread; gives it as the shop shows it."""
        thread = told.threads.get(order) or self._opened(order, told.orders[order])
        values = {"id_customer_thread": thread, "private": PRIVATE, "message": text}
        return self._client.add("customer_messages", "customer_message", values, order)["message"]

    def _opened(self, order: str, row: Part) -> str:
        """A new thread, closed from the start: nobody is asked to answer. The next try finds it by the order's id."""
        values = {
            "id_lang": row["id_lang"], "id_shop": row["id_shop"], "id_customer": row["id_customer"], "id_order": order,
            "id_contact": NO_CONTACT, "status": "closed", "token": secrets.token_hex(6),
        }  # fmt: skip
        return self._client.add("customer_threads", "customer_thread", values, order).key


def _private(parts: Sequence[Part]) -> list[str]:
    return [part["message"] for part in parts if part["private"] == PRIVATE]
