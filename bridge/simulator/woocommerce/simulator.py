"""A WooCommerce store that is not there: REST v3 on loopback, with a file of its own.

Written apart from our connector, from the public facts alone, so that the two can disagree. Use it in a test
(`with WooCommerceSimulator(...) as store`), in the demo, or as a process: `run_shop`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.shops.desk import commands
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.reply import Reply, Request
from bridge.simulator.shops.served_shop import Address, ServedShop
from bridge.simulator.woocommerce import routes
from bridge.simulator.woocommerce.desk import WooCommerceDesk
from bridge.simulator.woocommerce.edits import Storage
from bridge.simulator.woocommerce.keys import Keys
from bridge.simulator.woocommerce.orders import Json
from bridge.simulator.woocommerce.shelf import ERP_NUMBER_KEY, Shelf
from bridge.simulator.woocommerce.shop import Shop

DEMO_KEY = "ck_demo"
DEMO_SECRET = "cs_demo"


class WooCommerceSimulator(ServedShop):
    """One store with its web server.

    `shop` holds further acts (refund, set_status, delete, edit_unseen, open_in_admin); `faults` arms trouble;
    `requests()` lists what came in.
    """

    title = "WooCommerce store"

    def __init__(
        self,
        database: Path,
        port: int = 0,
        key: str = DEMO_KEY,
        secret: str = DEMO_SECRET,
        storage: str = "hpos",
        *,
        host: str = "127.0.0.1",
        timezone: str = "Europe/Berlin",
        clock: Clock = utc_now,
        read_only: bool = False,
        erp_number_key: str = ERP_NUMBER_KEY,
        further_statuses: Sequence[str] = (),
    ) -> None:
        self._erp_number_key = erp_number_key
        self.shop = Shop(Shelf(database), Keys(key, secret, read_only), ZoneInfo(timezone), clock, Storage(storage))
        super().__init__((host, port), WooCommerceDesk(self.shop))
        self.shop.statuses = (*self.shop.statuses, *further_statuses)

    def _listening(self, address: Address) -> ShopServer:
        return ShopServer(address, self._answer, self.faults, self.shop.clock)

    def close(self) -> None:
        """Stop, and let go of the file."""
        self.stop()
        self.shop.shelf.close()

    def add_order(self, order: Mapping[str, Any]) -> int:
        """A new order, completed with what it lacks. Gives its id."""
        return self.shop.add_order(order)

    def fill(self, orders: Iterable[Mapping[str, Any]]) -> None:
        """Put orders into a store that has none; a store that was filled before keeps what it has."""
        with self.shop.shelf.transaction():
            if not self.shop.shelf.orders():
                for order in orders:
                    self.shop.add_order(order)

    def pay(self, order_id: int | str) -> None:
        """Payment complete."""
        self.shop.pay(order_id)

    def edit(self, order_id: int | str, **changes: Any) -> None:
        """A person edits and saves the order."""
        self.shop.edit(order_id, **changes)

    def order(self, order_id: int | str) -> Json:
        """One order as it stands."""
        return self.shop.order(order_id)

    def notes(self, order_id: int | str) -> list[str]:
        """The texts of the order's notes, newest first."""
        return [note.note for note in self.shop.shelf.notes(int(order_id))]

    def erp_numbers(self) -> dict[str, str]:
        """The ERP number in each order that has one, by order id."""
        return self.shop.shelf.erp_numbers(self._erp_number_key)

    def control_totals(self) -> dict[str, Decimal]:
        """Value per currency over the orders that carry an ERP number."""
        return self.shop.shelf.control_totals(self._erp_number_key)

    @staticmethod
    def commands_for(url: str, order_id: int | str = "ID") -> list[str]:
        """curl lines that act on a store that another process runs."""
        return commands(WooCommerceDesk, url, order_id)

    def _answer(self, request: Request) -> Reply:
        return routes.answer(self.shop, request)
