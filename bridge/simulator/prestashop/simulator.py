"""A PrestaShop that is not there: its web service in XML on loopback, in memory.

Written apart from our connector, from the shop's public sources and recorded answers, so that the two can disagree.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.prestashop import service
from bridge.simulator.prestashop.desk import PrestaShopDesk
from bridge.simulator.prestashop.service import Door
from bridge.simulator.prestashop.shop import PrestaShop
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.reply import Reply, Request
from bridge.simulator.shops.served_shop import Address, ServedShop

DEMO_KEY = "PRESTASHOPDEMOKEY0123456789ABCDE"


class PrestaShopSimulator(ServedShop):
    """One PrestaShop with its web server. `shop` holds the acts of its people, `door` how the web service is set up."""

    title = "PrestaShop"

    def __init__(
        self,
        key: str = DEMO_KEY,
        timezone: str = "Europe/Warsaw",
        clock: Clock = utc_now,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.door = Door.least(key)
        self.shop = PrestaShop(clock, ZoneInfo(timezone))
        super().__init__((host, port), PrestaShopDesk(self.shop))

    def _listening(self, address: Address) -> ShopServer:
        return ShopServer(address, self._answer, self.faults, self.shop.clock)

    def _answer(self, request: Request) -> Reply:
        return service.answer(self.door, self.shop.tables, self.shop.written, request)
