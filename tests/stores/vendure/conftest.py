"""The real Vendure shop for these tests, emptied for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.fault_proxy import FaultProxy
from tests.stores.vendure.shop import VendureShop, vendure_shop


@pytest.fixture
def shop() -> Iterator[VendureShop]:
    with vendure_shop() as shop:
        yield shop


@pytest.fixture
def proxy(shop: VendureShop) -> Iterator[FaultProxy]:
    """In front of the shop: what `shop.open()` opens goes through it."""
    with FaultProxy(shop.server.url) as proxy:
        shop.url = f"{proxy.url}/admin-api"
        yield proxy
