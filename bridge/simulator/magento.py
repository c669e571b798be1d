"""A Magento 2 store that is not there: REST V1 on loopback, with a file of its own.

Written apart from our connector, from the public facts alone, so that the two can disagree.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bridge.simulator import magento_routes
from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.magento_keys import MagentoKeys
from bridge.simulator.magento_reply import faulty_magento_reply
from bridge.simulator.magento_shelf import MagentoShelf
from bridge.simulator.magento_shop import MagentoShop
from bridge.simulator.store_faults import ArmedFaults, Fault
from bridge.simulator.store_http import StoreServer
from bridge.simulator.store_reply import Reply, Request


class MagentoSimulator:
    """One shop with its web server. `shop` holds what people do; `faults` arms trouble."""

    def __init__(
        self, database: Path, port: int = 0, *, keys: MagentoKeys | None = None, clock: Clock = utc_now
    ) -> None:
        self._address = ("127.0.0.1", port)
        self._server: StoreServer | None = None
        self._thread: threading.Thread | None = None
        self.faults = ArmedFaults()
        self.shop = MagentoShop(MagentoShelf(database), keys or MagentoKeys(), clock)

    def start(self) -> Self:
        """Listen; on the same port again after a stop."""
        server = StoreServer(self._address, self._answer, self.faults, self.shop.clock, spoilt=faulty_magento_reply)
        self._address = (self._address[0], int(server.server_address[1]))
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="magento", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut what is open. The data stays."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._server = self._thread = None

    def close(self) -> None:
        """Stop, and let go of the file."""
        self.stop()
        self.shop.shelf.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The shop's address, to be used as the connector's `url`."""
        return f"http://{self._address[0]}:{self._address[1]}"

    def add_order(self, order: Mapping[str, Any]) -> int:
        """A new order, completed with what it lacks. Gives its id."""
        return self.shop.add_order(order)

    def comments(self, order_id: int | str) -> list[str]:
        """The texts of the order's status history, newest first."""
        return [str(row["comment"]) for row in self.shop.order(order_id)["status_histories"]]

    def break_with(self, *faults: Fault) -> None:
        """Arm faults."""
        for fault in faults:
            self.faults.arm(fault)

    def requests(self) -> list[str]:
        """`METHOD /path` of what came in since the start, oldest first, without queries."""
        return list(self._server.seen) if self._server else []

    def _answer(self, request: Request) -> Reply:
        return magento_routes.answer(self.shop, request)
