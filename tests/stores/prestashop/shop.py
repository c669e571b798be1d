"""A simulated PrestaShop, a clock that stands still until it is moved, and connections to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.domain.contract import Order
from bridge.simulator.prestashop.orders import Basket
from bridge.simulator.prestashop.simulator import DEMO_KEY, PrestaShopSimulator
from bridge.stores.prestashop.store import PrestaShopStore, open_store
from bridge.stores.prestashop.write_back import number_in
from bridge.testing.stores import readable
from tests.stores.shops import MORNING, SetClock

FROM = MORNING.replace(month=1)
ZONE = "Europe/Warsaw"


class PrestaWorld:
    """One simulated shop and connections to it."""

    def __init__(self, simulator: PrestaShopSimulator, clock: SetClock) -> None:
        self.simulator = simulator
        self.people = simulator.shop  # what people do in the shop
        self.door = simulator.door
        self.clock = clock
        self._opened: list[PrestaShopStore] = []

    def open(self, **options: Any) -> PrestaShopStore:
        store = open_store("shop", settings(self.simulator.url, **options), self.clock)
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()

    def place(self, count: int = 1) -> list[str]:
        """Paid orders, one second apart."""
        placed = []
        for _ in range(count):
            self.clock.advance(seconds=1)
            placed.append(self.people.place())
        return placed

    def order(self, basket: Basket | None = None, options: Mapping[str, Any] | None = None, **given: Any) -> Order:
        """What the connector makes of one order that is placed so."""
        placed = self.people.place(basket, **given)
        return readable(list(self.open(**(options or {})).changed_since(None, FROM)))[placed]

    def change(self, store_order_id: str) -> None:
        self.clock.advance(seconds=1)
        self.people.new_address(store_order_id, address2="second floor")

    def place_malformed(self) -> None:
        self.clock.advance(seconds=1)
        self.people.place(Basket(fields={"total_paid_tax_incl": "twelve"}), paid=False)

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self.clock.advance(seconds=1)
        for one in store_order_ids:
            self.people.new_address(one, address2="third floor")

    def change_unseen(self, store_order_id: str) -> bool:
        self.clock.advance(seconds=1)
        self.people.edit_address(store_order_id, address2="cellar")
        return True

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        self.clock.advance(seconds=1)
        detail = self.people.details(store_order_id)[0]["id"]
        self.people.refund(store_order_id, {detail: (1, str(amount), str(amount))})
        return True

    def remove(self, store_order_id: str) -> bool:
        self.people.delete(store_order_id)
        return True

    def now(self) -> Any:
        return self.clock()

    def number_of(self, store_order_id: str) -> str | None:
        found = [number_in(text, "acme") for text in self.people.messages(store_order_id)]
        return next(filter(None, found), None)


def settings(url: str, **options: Any) -> StoreSettings:
    """`[stores.shop]` of a shop."""
    given = {"url": url, "key": Secret("env:KEY", DEMO_KEY), **options}
    return StoreSettings("shop", "prestashop", given, "bridge.toml:7")


@contextmanager
def presta_world(timezone: str = ZONE) -> Iterator[PrestaWorld]:
    """A shop that listens."""
    clock = SetClock()
    with PrestaShopSimulator(DEMO_KEY, timezone, clock) as simulator:
        world = PrestaWorld(simulator, clock)
        yield world
        world.close()
