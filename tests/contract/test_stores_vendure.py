"""The Vendure connector keeps the promises of every store, against a real Vendure shop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.testing.stores import StoreContract
from tests.stores.vendure.shop import VendureShop, vendure_shop

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]


class TestVendure(StoreContract):
    @pytest.fixture
    def shop(self) -> Iterator[VendureShop]:
        with vendure_shop() as shop:
            yield shop
