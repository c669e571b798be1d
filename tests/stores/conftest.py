"""A WooCommerce shop for the tests of the stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.shops import WooShop, woo_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[WooShop]:
    with woo_shop(tmp_path) as shop:
        yield shop
