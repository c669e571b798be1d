"""A simulated Magento shop, and connections to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.domain.contract import Order
from bridge.simulator.magento.simulator import MagentoSimulator
from bridge.stores.magento.store import MagentoStore, open_store
from tests.stores.shops import SetClock

SIGNED = {
    "consumer_key": Secret("env:CONSUMER_KEY", "consumer-key"),
    "consumer_secret": Secret("env:CONSUMER_SECRET", "consumer-secret"),
    "access_token_secret": Secret("env:TOKEN_SECRET", "access-token-secret"),
}


class Magento:
    """One simulated shop and connections to it. options: of every connection."""

    def __init__(self, simulator: MagentoSimulator, clock: SetClock, options: dict[str, Any]) -> None:
        self.simulator = simulator
        self.shop = simulator.shop
        self.clock = clock
        self._options = options
        self._opened: list[MagentoStore] = []

    def open(self, **options: Any) -> MagentoStore:
        store = open_store("shop", settings(self.simulator.url, **{**self._options, **options}), self.clock)
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()

    def place(self, count: int = 1) -> list[str]:
        """Paid orders one second apart."""
        placed = []
        with self.shop.shelf.transaction():
            for _ in range(count):
                self.clock.advance(seconds=1)
                placed.append(self.place_as({}))
                self.shop.pay(placed[-1])
        return placed

    def place_as(self, order: dict[str, Any]) -> str:
        """One order with the given fields."""
        return str(self.simulator.add_order(order))

    def change(self, store_order_id: str) -> None:
        self.clock.advance(seconds=1)
        self.shop.edit(store_order_id, delivery={"street": ["Morska 1", "second floor"]})

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self.clock.advance(seconds=1)
        with self.shop.shelf.transaction():
            for one in store_order_ids:
                self.shop.edit(one, delivery={"street": ["Morska 1", "third floor"]})

    def change_unseen(self, store_order_id: str) -> bool:
        self.clock.advance(seconds=1)
        self.shop.edit_unseen(store_order_id, delivery={"street": ["Morska 1", "cellar"]})
        return True

    def place_malformed(self) -> None:
        self.clock.advance(seconds=1)
        self.place_as({"raw": {"grand_total": "twelve"}})

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        self.clock.advance(seconds=1)
        self.shop.refund(store_order_id, {}, adjustment_positive=str(amount))
        return True

    def remove(self, store_order_id: str) -> bool:
        self.shop.shelf.remove(int(store_order_id))
        return True

    def now(self) -> datetime:
        return self.clock()

    def number_of(self, store_order_id: str) -> str | None:
        """What stands in a comment of ours."""
        found = [text for text in self.simulator.comments(store_order_id) if text.startswith("ERP number ")]
        return found[0].removeprefix("ERP number ").removesuffix(" (acme)") if found else None

    def mapped(self, order: dict[str, Any], paid: bool = False, **options: Any) -> Order:
        """A placed order as the connector tells it."""
        self.clock.advance(seconds=1)
        placed = self.place_as(order)
        if paid:
            self.shop.pay(placed)
        return self.told(placed, **options)

    def told(self, store_order_id: str, **options: Any) -> Order:
        """An order as it is told by its id."""
        (fetched,) = self.open(**options).fetch([store_order_id])
        assert fetched.told is not None
        assert fetched.told.order is not None, fetched.told.problem
        return fetched.told.order


def settings(url: str, **options: Any) -> StoreSettings:
    """`[stores.shop]` of a shop."""
    token = Secret("env:TOKEN", "access-token")
    return StoreSettings("shop", "magento", {"url": url, "access_token": token, **options}, "bridge.toml:7")


@contextmanager
def magento_shop(folder: Path, **options: Any) -> Iterator[Magento]:
    """A shop that listens, with its data in a folder."""
    clock = SetClock()
    with MagentoSimulator(folder / "magento.sqlite", clock=clock) as simulator:
        shop = Magento(simulator, clock, options)
        yield shop
        shop.close()
