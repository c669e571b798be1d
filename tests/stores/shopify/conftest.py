"""A Shopify shop for the tests of its connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.shopify.shop import ShopifyWorld, shopify_world


@pytest.fixture
def shop() -> Iterator[ShopifyWorld]:
    with shopify_world() as world:
        yield world
