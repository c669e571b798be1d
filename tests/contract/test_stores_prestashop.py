"""The PrestaShop connector keeps the promises of every store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.testing.stores import StoreContract
from tests.stores.prestashop.shop import PrestaWorld, presta_world


class TestPrestaShop(StoreContract):
    @pytest.fixture
    def shop(self) -> Iterator[PrestaWorld]:
        with presta_world() as world:
            yield world
