"""The Shopify connector keeps the promises of every store, with whole orders and with a bucket that is soon empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.simulator.shopify.cost import Bucket
from bridge.testing.stores import StoreContract
from tests.stores.shopify.shop import ShopifyWorld, shopify_world


class TestShopify(StoreContract):
    @pytest.fixture
    def shop(self) -> Iterator[ShopifyWorld]:
        with shopify_world(bucket=Bucket(restore_rate=1000)) as world:
            yield world
