"""A simulated shop that listens on loopback: what all of them do alike. What it sells and answers is its own."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from functools import partial
from types import TracebackType
from typing import ClassVar, Self

from bridge.simulator.shops import desk
from bridge.simulator.shops.faults import ArmedFaults, Fault
from bridge.simulator.shops.http import Answer, ShopServer
from bridge.simulator.shops.reply import Reply, Request

Address = tuple[str, int]


class ServedShop(ABC):
    """One shop with its web server. `faults` arms trouble; `requests()` lists what came in.

    desk: what people do in the shop, behind a door of its own.
    """

    title: ClassVar[str]
    has_faults: ClassVar[bool] = True  # whether a bridge asks its web server, which faults strike

    def __init__(self, address: Address, desk: desk.Desk) -> None:
        self.desk = desk
        self._address = address
        self._server: ShopServer | None = None
        self._thread: threading.Thread | None = None
        self.faults = ArmedFaults()

    @abstractmethod
    def _listening(self, address: Address) -> ShopServer:
        """A new server that answers for this shop."""

    def start(self) -> Self:
        """Listen. A shop that was stopped listens on the same port again, as a restarted one does."""
        server = self._listening(self._address)
        server.answer = partial(self._at_the_door, server.answer)
        self._address = (self._address[0], int(server.server_address[1]))
        self._server = server
        name = type(self).__name__
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name=name, daemon=True)
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
        """Stop, and let go of what is kept open."""
        self.stop()

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

    @property
    def port(self) -> int:
        """The port it listens on; fixed from the first start on."""
        return self._address[1]

    def break_with(self, *faults: Fault) -> None:
        """Arm faults of the network and the host."""
        for fault in faults:
            self.faults.arm(fault)

    def stock(self) -> None:
        """Put a paid order, and one whose money is awaited, into a shop that has none."""
        if not self.desk.orders():
            self.desk.pay(self.desk.add(self.desk.order))
            self.desk.add(self.desk.order)

    def commands(self) -> list[str]:
        """curl lines for a person at the desk."""
        return desk.commands(self.desk, self.url, has_faults=self.has_faults)

    def _at_the_door(self, shop: Answer, request: Request) -> Reply:
        if request.path.startswith(desk.DOOR):
            return desk.answer(self.desk, self.faults if self.has_faults else None, request)
        return shop(request)

    def requests(self) -> list[str]:
        """`METHOD /path` of what came in since the start, oldest first, without queries."""
        return list(self._server.seen) if self._server else []
