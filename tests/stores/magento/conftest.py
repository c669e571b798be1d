"""A Magento shop for the tests of its connector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.magento.shops import Magento, magento_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Magento]:
    with magento_shop(tmp_path) as shop:
        yield shop
