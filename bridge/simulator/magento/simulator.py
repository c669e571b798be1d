"""A Magento 2 store that is not there: REST V1 on loopback, with a file of its own.

Written apart from our connector, from the public facts alone, so that the two can disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.magento import routes
from bridge.simulator.magento.desk import MagentoDesk
from bridge.simulator.magento.keys import MagentoKeys
from bridge.simulator.magento.reply import faulty_magento_reply
from bridge.simulator.magento.shelf import MagentoShelf
from bridge.simulator.magento.shop import MagentoShop
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.reply import Reply, Request
from bridge.simulator.shops.served_shop import Address, ServedShop


class MagentoSimulator(ServedShop):
    """One shop with its web server. `shop` holds what people do; `faults` arms trouble."""

    title = "Magento shop"

    def __init__(
        self,
        database: Path,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        keys: MagentoKeys | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.shop = MagentoShop(MagentoShelf(database), keys or MagentoKeys(), clock)
        super().__init__((host, port), MagentoDesk(self.shop))

    def _listening(self, address: Address) -> ShopServer:
        return ShopServer(address, self._answer, self.faults, self.shop.clock, spoilt=faulty_magento_reply)

    def close(self) -> None:
        """Stop, and let go of the file."""
        self.stop()
        self.shop.shelf.close()

    def add_order(self, order: Mapping[str, Any]) -> int:
        """A new order, completed with what it lacks. Gives its id."""
        return self.shop.add_order(order)

    def comments(self, order_id: int | str) -> list[str]:
        """The texts of the order's status history, newest first."""
        return [str(row["comment"]) for row in self.shop.order(order_id)["status_histories"]]

    def _answer(self, request: Request) -> Reply:
        return routes.answer(self.shop, request)
