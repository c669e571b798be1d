"""docs/stores.md names every option and every CSV column that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store
from bridge.stores.rows.columns import COLUMNS
from tests.stores.shops import SetClock, settings

PAGE = (Path(__file__).parents[2] / "docs" / "stores.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_]+)`", PAGE))


def allowed_options(asked: StoreSettings) -> list[str]:
    """The options that a refusal lists."""
    with pytest.raises(ConfigurationRefused) as caught:
        open_store("shop", asked, SetClock())
    return caught.value.problem.action.removeprefix("Allowed are: ").rstrip(".").split(", ")


@pytest.mark.parametrize("kind", ["woocommerce", "folder"])
def test_every_option_is_on_the_page(kind: str) -> None:
    if kind == "folder":
        asked = StoreSettings("shop", kind, {"path": "in", "unknown": 1}, "bridge.toml:1")
    else:
        asked = settings("https://shop.example", unknown=1)
    assert [option for option in allowed_options(asked) if option not in NAMED] == []


def test_every_csv_column_is_on_the_page() -> None:
    def named(column: str) -> bool:
        prefix, _, rest = column.partition("_")
        return column in NAMED or (f"`{prefix}_…`" in PAGE and rest in NAMED)

    assert [column for column in COLUMNS if not named(column)] == []
