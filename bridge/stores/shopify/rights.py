"""What the key may do at a Shopify shop, as the shop itself lists it, and which versions of the API live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bridge.stores.raw import Json, Unreadable, tables_of, verbatim_of
from bridge.stores.shopify.client import ShopifyClient
from bridge.stores.shopify.ids import order_id_of
from bridge.stores.shopify.queries import BY_ID, RIGHTS

READ, WRITE, OLD, COMPANIES = "read_orders", "write_orders", "read_all_orders", "read_customers"
SEEN_WITHOUT_OLD = timedelta(days=60)


class Rights:
    """Asked for once in the life of a connection."""

    def __init__(self, client: ShopifyClient) -> None:
        self._client = client
        self._answer: Mapping[str, Any] | None = None

    def scopes(self) -> frozenset[str]:
        """The access scopes that the shop granted. Raises Unavailable or Refused."""
        installation = self._asked().get("currentAppInstallation")
        rows = self._rows(installation if isinstance(installation, dict) else {}, "accessScopes")
        return frozenset(verbatim_of(row, "handle") for row in rows)

    def versions(self) -> frozenset[str]:
        """The versions that Shopify supports today."""
        rows = self._rows(self._asked(), "publicApiVersions")
        return frozenset(verbatim_of(row, "handle") for row in rows if row.get("supported") is True)

    def sees_old_orders(self) -> bool:
        """Whether orders older than 60 days are shown."""
        return OLD in self.scopes()

    def may_hide(self, order_id: str) -> bool:
        """Whether an order that is not shown may only be too old for us. Numbers rise with time, so one behind the
        oldest order that is shown is gone. Asked for anew each time: the 60 days go on.
        """
        if self.sees_old_orders():
            return False
        orders = self._client.ask(BY_ID, "read orders", {"first": 1, "query": ""}).data.get("orders")
        rows = self._rows(orders if isinstance(orders, dict) else {}, "nodes")
        oldest = order_id_of(verbatim_of(rows[0], "id")) if rows else None
        return oldest is None or int(order_id) <= int(oldest)

    def hides(self, start: datetime, now: datetime) -> bool:
        """Whether some orders since `start` are hidden for their age."""
        return start < now - SEEN_WITHOUT_OLD and not self.sees_old_orders()

    def _asked(self) -> Mapping[str, Any]:
        if self._answer is None:
            self._answer = self._client.ask(RIGHTS, "list its own rights").data
        return self._answer

    def _rows(self, source: Json, name: str) -> list[Json]:
        try:
            return tables_of(source, name)
        except Unreadable as error:
            raise self._client.unreadable(str(error)) from error
