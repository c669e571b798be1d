"""A client of the simulated Shopify shop that knows only HTTP, and shares nothing with the connector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests

from bridge.simulator.shopify.simulator import ShopifySimulator
from tests.simulator.conftest import SetClock

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Asker:
    """A client that knows only HTTP."""

    def __init__(self, simulator: ShopifySimulator, clock: SetClock) -> None:
        self.simulator = simulator
        self.clock = clock

    def post(
        self, query: str, token: str = "shpat_demo", version: str = "2026-07", **variables: Any
    ) -> requests.Response:
        url = f"{self.simulator.url}/admin/api/{version}/graphql.json"
        body = {"query": query, "variables": variables}
        return requests.post(url, json=body, headers={"X-Shopify-Access-Token": token}, timeout=10)

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self.post(query, **variables)
        assert answer.status_code == 200
        return answer.json()

    def names(self, search: str, sort: str = "UPDATED_AT") -> list[str]:
        query = f'{{ orders(first: 50, sortKey: {sort}, query: "{search}") {{ nodes {{ name }} }} }}'
        return [node["name"] for node in self.ask(query)["data"]["orders"]["nodes"]]


def code_of(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


@contextmanager
def asked_shop(**options: Any) -> Iterator[Asker]:
    """A shop that listens, and its client."""
    clock = SetClock(MORNING)
    with ShopifySimulator(clock=clock, **options) as simulator:
        yield Asker(simulator, clock)
