"""docs/store-folder.md names every option, and docs/columns.md, made from the code, every column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores.folder.settings import read_settings
from bridge.stores.rows.columns import COLUMNS, FURTHER

DOCS = Path(__file__).parents[3] / "docs"


def named_in(page: str) -> set[str]:
    return set(re.findall(r"`([a-z_0-9N]+)`", (DOCS / page).read_text(encoding="utf-8")))


def test_every_option_is_on_the_page() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("drop", StoreSettings("drop", "folder", {"path": "in", "unknown": 1}, "bridge.toml:1"))
    allowed = caught.value.problem.action.removeprefix("Allowed are: ").rstrip(".").split(", ")
    assert "layout" in allowed
    assert [option for option in allowed if option not in named_in("store-folder.md")] == []


def test_every_column_is_on_the_page() -> None:
    named = named_in("columns.md")
    columns = {re.sub("^tax_[0-9]", "tax_N", name) for name in (*COLUMNS, *FURTHER)}
    assert sorted(columns - named) == []
