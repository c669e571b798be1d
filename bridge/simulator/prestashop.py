"""A PrestaShop that is not there: its web service in XML on loopback, in memory.

Written apart from our connector, from the shop's public sources and recorded answers, so that the two can disagree.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from bridge.simulator import prestashop_service
from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.prestashop_service import Door
from bridge.simulator.prestashop_shop import PrestaShop
from bridge.simulator.store_faults import ArmedFaults, Fault
from bridge.simulator.store_http import StoreServer
from bridge.simulator.store_reply import Reply, Request

DEMO_KEY = "PRESTASHOPDEMOKEY0123456789ABCDE"


class PrestaShopSimulator:
    """One PrestaShop with its web server. `shop` holds the acts of its people, `door` how the web service is set up."""

    def __init__(self, key: str = DEMO_KEY, timezone: str = "Europe/Warsaw", clock: Clock = utc_now) -> None:
        self._server: StoreServer | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self.faults = ArmedFaults()
        self.door = Door.least(key)
        self.shop = PrestaShop(clock, ZoneInfo(timezone))

    def start(self) -> Self:
        """Listen; after a stop on the same port again."""
        server = StoreServer(("127.0.0.1", self._port), self._answer, self.faults, self.shop.clock)
        self._port = int(server.server_address[1])
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="prestashop", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut what is open. The data stays."""
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
        return f"http://127.0.0.1:{self._port}"

    def break_with(self, *faults: Fault) -> None:
        """Arm faults."""
        for fault in faults:
            self.faults.arm(fault)

    def requests(self) -> list[str]:
        """`METHOD /path` of what came in since the start, oldest first, without queries."""
        return list(self._server.seen) if self._server else []

    def _answer(self, request: Request) -> Reply:
        return prestashop_service.answer(self.door, self.shop.tables, self.shop.written, request)
