"""A PrestaShop for the tests of its connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.prestashop.shop import PrestaWorld, presta_world


@pytest.fixture
def presta() -> Iterator[PrestaWorld]:
    with presta_world() as world:
        yield world
