"""A simulated Shopify shop with a clock that stands still until it is moved, and connections to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.simulator.shopify.simulator import ShopifySimulator
from bridge.stores.shopify.settings import read_settings
from bridge.stores.shopify.store import ShopifyStore
from tests.stores.shops import SetClock

TOKEN = Secret("env:SHOPIFY_TOKEN", "shpat_demo")


class ShopifyWorld:
    """One simulated shop and connections to it."""

    def __init__(self, simulator: ShopifySimulator, clock: SetClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self.paused: list[float] = []  # the short waits that connections took
        self._opened: list[ShopifyStore] = []

    def open(self, our_clock: SetClock | None = None, **options: Any) -> ShopifyStore:
        """A connection; our clock is the shop's where nothing else is said."""
        checked = read_settings("shop", settings(self.simulator.url, **options))
        store = ShopifyStore(checked, our_clock or self.clock, self._pause)
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()

    def place(self, count: int = 1) -> list[str]:
        """Orders one second apart."""
        placed = []
        for _ in range(count):
            self.clock.advance(seconds=1)
            placed.append(self.place_as())
        return placed

    def place_as(self, **order: Any) -> str:
        """One order with the given fields. Gives its number."""
        return self.simulator.add_order(order).rpartition("/")[2]

    def change(self, store_order_id: str) -> None:
        self.clock.advance(seconds=1)
        self.simulator.shop.edit(store_order_id, shippingAddress={"address2": "second floor"})

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self.clock.advance(seconds=1)
        for one in store_order_ids:
            self.simulator.shop.edit(one, note="packed together")

    def change_unseen(self, store_order_id: str) -> bool:
        self.simulator.shop.unseen(store_order_id, shippingAddress={"address2": "third floor"})
        return True

    def place_malformed(self) -> None:
        self.clock.advance(seconds=1)
        broken = self.place_as()
        self.simulator.order(broken)["currentTotalPriceSet"]["shopMoney"]["amount"] = "twelve"

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        self.clock.advance(seconds=1)
        self.simulator.shop.refund(store_order_id, amount=amount)
        return True

    def remove(self, store_order_id: str) -> bool:
        self.simulator.shop.delete(store_order_id)
        return True

    def number_of(self, store_order_id: str) -> str | None:
        return self.simulator.erp_numbers().get(f"gid://shopify/Order/{store_order_id}")

    def now(self) -> datetime:
        return self.clock()

    def asked(self, operation: str) -> int:
        """How often the shop was asked for something, by the name of the query."""
        return sum(1 for request in self.simulator.requests() if request.endswith(f" {operation}"))

    def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.clock.advance(seconds=seconds)


def settings(url: str, **options: Any) -> StoreSettings:
    """`[stores.shop]` of a shop."""
    access = {} if "client_id" in options else {"token": TOKEN}
    return StoreSettings("shop", "shopify", {"url": url, **access, **options}, "bridge.toml:7")


@contextmanager
def shopify_world(**shop: Any) -> Iterator[ShopifyWorld]:
    """A shop that listens."""
    clock = SetClock()
    with ShopifySimulator(clock=clock, **shop) as simulator:
        world = ShopifyWorld(simulator, clock)
        yield world
        world.close()
