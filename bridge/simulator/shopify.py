"""A Shopify shop that is not there: the Admin GraphQL API on loopback, executed over the published schema.

Written apart from our connector, from the public facts alone, so that the two can disagree. Needs graphql-core, which
is no dependency of erp-bridge itself: `pip install 'erp-bridge[simulator]'`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.store_faults import ArmedFaults, Fault
from bridge.simulator.store_http import StoreServer

try:
    from bridge.simulator.shopify_door import Canned, Door, words_of
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "The simulated Shopify shop needs graphql-core: pip install 'erp-bridge[simulator]'."
    ) from error
from bridge.simulator.shopify_cost import Bucket
from bridge.simulator.shopify_money import Json
from bridge.simulator.shopify_shop import ALL_SCOPES, Shop

DEMO_TOKEN = "shpat_demo"
DEMO_CLIENT = ("client", "secret")
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
ERP_NUMBER = ("erp_bridge", "erp_number")


class ShopifySimulator:
    """One shop with its web server.

    `shop` holds further acts (refund, cancel, archive, delete, unseen, touch); `faults` arms trouble of the network and
    the host, `say` an answer of the API in the shop's place; `requests()` lists what came in, by operation.
    """

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
        self._address = (host, port)
        self._server: StoreServer | None = None
        self._thread: threading.Thread | None = None
        self.faults = ArmedFaults()
        self.shop = Shop(clock, scopes)
        self.door = Door(self.shop, token, client, versions, bucket or Bucket())

    def start(self) -> Self:
        """Listen."""
        server = StoreServer(self._address, self.door.answer, self.faults, self.shop.clock, words_of)
        self._address = (self._address[0], int(server.server_address[1]))
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="shopify", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut what is open. The orders stay."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The shop's address, to be used as the connector's `url`."""
        return f"http://{self._address[0]}:{self._address[1]}"

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

    def break_with(self, *faults: Fault) -> None:
        """Arm faults of the network and the host. `when` may name an operation ("POST WriteNumber")."""
        for fault in faults:
            self.faults.arm(fault)

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

    def requests(self) -> list[str]:
        """`POST /path Operation` of what came in since the start, oldest first."""
        return list(self._server.seen) if self._server else []
