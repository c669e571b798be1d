"""The WooCommerce connector keeps the promises of every store, with either storage of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.testing.stores import StoreContract
from tests.stores.shops import WooShop, woo_shop


class TestWooCommerce(StoreContract):
    @pytest.fixture(params=["hpos", "posts"])
    def shop(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[WooShop]:
        with woo_shop(tmp_path, request.param) as shop:
            yield shop
