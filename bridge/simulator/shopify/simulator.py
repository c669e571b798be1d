"""A Shopify shop that is not there: the Admin GraphQL API on loopback, executed over the published schema.

Written apart from our connector, from the public facts alone, so that the two can disagree. Needs graphql-core, which
is no dependency of erp-bridge itself: `pip install 'erp-bridge[simulator]'`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.served_shop import Address, ServedShop

try:
    from bridge.simulator.shopify.door import Canned, Door, words_of
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "The simulated Shopify shop needs graphql-core: pip install 'erp-bridge[simulator]'."
    ) from error
from bridge.simulator.shopify.cost import Bucket
from bridge.simulator.shopify.desk import ShopifyDesk
from bridge.simulator.shopify.money import Json
from bridge.simulator.shopify.shop import ALL_SCOPES, Shop

DEMO_TOKEN = "shpat_demo"
DEMO_CLIENT = ("client", "secret")
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
ERP_NUMBER = ("erp_bridge", "erp_number")


class ShopifySimulator(ServedShop):
    """One shop with its web server.

    `shop` holds further acts (refund, cancel, archive, delete, unseen, touch); `faults` arms trouble of the network and
    the host, `say` an answer of the API in the shop's place; `requests()` lists what came in, by operation.
    """

    title = "Shopify shop"

    def __init__(
        self,
        port: int = 0,
        *,
        token: str = DEMO_TOKEN,
        client: tuple[str, str] = DEMO_CLIENT,
        host: str = "127.0.0.1",
        clock: Clock = utc_now,
        scopes: Sequence[str] = ALL_SCOPES,
        versions: Sequence[str] = VERSIONS,
        bucket: Bucket | None = None,
    ) -> None:
        self.shop = Shop(clock, scopes)
        super().__init__((host, port), ShopifyDesk(self.shop))
        self.door = Door(self.shop, token, client, versions, bucket or Bucket())

    def _listening(self, address: Address) -> ShopServer:
        return ShopServer(address, self.door.answer, self.faults, self.shop.clock, words_of)

    def add_order(self, order: Mapping[str, Any]) -> str:
        """A new order, completed with what it lacks. Gives its gid."""
        return self.shop.add_order(order)

    def order(self, order_id: str) -> Json:
        """One order as it stands."""
        return self.shop.order(order_id)

    def erp_numbers(self) -> dict[str, str]:
        """The ERP number in each order that has one, by gid."""
        return {
            order["id"]: row["value"]
            for order in self.shop.orders.values()
            for row in order["metafields"]
            if (row["namespace"], row["key"]) == ERP_NUMBER
        }

    def say(
        self,
        body: Any,
        status: int = 200,
        when: str = "",
        times: int = 1,
        skip: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer so in the shop's place: a table is sent as JSON, a text as a page."""
        self.door.canned.append(Canned(status, body, when, times, skip, headers or {}))
