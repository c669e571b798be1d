"""docs/store-sql.md names every option."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store
from tests.stores.shops import SetClock

PAGE = (Path(__file__).parents[3] / "docs" / "store-sql.md").read_text(encoding="utf-8")


def test_every_option_is_on_the_page_and_the_type_is_found() -> None:
    asked = StoreSettings("shop", "sql", {"url": "sqlite:////tmp/shop.db", "unknown": 1}, "bridge.toml:1")
    with pytest.raises(ConfigurationRefused) as caught:
        open_store("shop", asked, SetClock())
    allowed = caught.value.problem.action.removeprefix("Allowed are: ").rstrip(".").split(", ")
    assert "orders" in allowed
    assert [option for option in allowed if f"`{option}`" not in PAGE] == []
