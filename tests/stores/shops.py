"""A simulated WooCommerce shop and a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from bridge.stores.woocommerce.store import WooCommerceStore, open_store

MORNING = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
LINE = {"name": "Kettle", "sku": "007", "quantity": 2, "total": "20.00", "tax_rate": "23"}


class SetClock:
    """Time that moves only when told to."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


class WooShop:
    """One simulated shop and connections to it."""

    def __init__(self, simulator: WooCommerceSimulator, clock: SetClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self._opened: list[WooCommerceStore] = []

    def open(self, **options: Any) -> WooCommerceStore:
        store = open_store("shop", settings(self.simulator.url, **options), self.clock)
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
            placed.append(self.place_as({}))
        return placed

    def place_as(self, order: dict[str, Any]) -> str:
        """One order with the given fields."""
        return str(self.simulator.add_order({"line_items": [LINE], "billing": {"city": "Gdynia"}, **order}))

    def change(self, store_order_id: str) -> None:
        self.clock.advance(seconds=1)
        self.simulator.edit(store_order_id, shipping={"address_2": "second floor"})

    def place_malformed(self) -> None:
        self.clock.advance(seconds=1)
        self.place_as({"total": "twelve"})

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self.clock.advance(seconds=1)
        for one in store_order_ids:
            self.simulator.edit(one, shipping={"address_2": "third floor"})

    def change_unseen(self, store_order_id: str) -> bool:
        self.clock.advance(seconds=1)
        self.simulator.shop.edit_unseen(store_order_id, shipping={"address_2": "cellar"})
        return True

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        self.clock.advance(seconds=1)
        self.simulator.shop.refund(store_order_id, amount)
        return True

    def remove(self, store_order_id: str) -> bool:
        self.simulator.shop.delete(store_order_id)
        return True

    def now(self) -> datetime:
        return self.clock()

    def number_of(self, store_order_id: str) -> str | None:
        return self.simulator.erp_numbers().get(store_order_id)


def settings(url: str, **options: Any) -> StoreSettings:
    """`[stores.shop]` of a shop."""
    secrets = {"key": Secret("env:KEY", "ck_test"), "secret": Secret("env:SECRET", "cs_test")}
    return StoreSettings("shop", "woocommerce", {"url": url, **secrets, **options}, "bridge.toml:7")


@contextmanager
def woo_shop(folder: Path, storage: str = "hpos", zone: str = "Europe/Berlin") -> Iterator[WooShop]:
    """A shop that listens, with its data in a folder."""
    clock = SetClock()
    simulator = WooCommerceSimulator(
        folder / "shop.sqlite", 0, "ck_test", "cs_test", storage, clock=clock, timezone=zone
    )
    with simulator:
        shop = WooShop(simulator, clock)
        yield shop
        shop.close()
