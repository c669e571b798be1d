"""A store and a clock for the tests of the simulators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from bridge.simulator.woocommerce.simulator import WooCommerceSimulator


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


class Shopper:
    """A plain HTTP client with the store's key, sharing nothing with the connector."""

    def __init__(self, store: WooCommerceSimulator, key: str = "ck_test", secret: str = "cs_test") -> None:
        self.store = store
        self.session = requests.Session()
        self.session.auth = (key, secret)

    def ask(self, method: str, route: str, *, json: object = None, **parameters: object) -> requests.Response:
        query = {name: str(value) for name, value in parameters.items()}
        address = f"{self.store.url}/wp-json/wc/v3/{route}"
        return self.session.request(method, address, params=query, json=json, timeout=10, allow_redirects=False)

    def get(self, route: str, **parameters: object) -> requests.Response:
        return self.ask("GET", route, **parameters)

    def ids(self, **parameters: object) -> list[int]:
        return [order["id"] for order in self.get("orders", **parameters).json()]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[WooCommerceSimulator]:
    with WooCommerceSimulator(tmp_path / "store.sqlite", key="ck_test", secret="cs_test", clock=clock) as running:
        yield running


@pytest.fixture
def shopper(store: WooCommerceSimulator) -> Shopper:
    return Shopper(store)
