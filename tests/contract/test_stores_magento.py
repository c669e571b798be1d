"""The Magento connector keeps the promises of every store, with the token alone and with signed requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.testing.stores import StoreContract
from tests.stores.magento.shops import SIGNED, Magento, magento_shop


class TestMagento(StoreContract):
    @pytest.fixture(params=[{}, SIGNED], ids=["token", "signed"])
    def shop(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Magento]:
        options: dict[str, Any] = request.param
        with magento_shop(tmp_path, **options) as shop:
            shop.shop.keys.bearer = not options  # a shop that wants signatures takes no token alone
            yield shop
