"""The pages of stores name every option of a WooCommerce shop."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store
from tests.stores.shops import SetClock, settings

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("store*.md")))
NAMED = set(re.findall(r"`([a-z_]+)`", PAGE))


def allowed_options(asked: StoreSettings) -> list[str]:
    """The options that a refusal lists."""
    with pytest.raises(ConfigurationRefused) as caught:
        open_store("shop", asked, SetClock())
    return caught.value.problem.action.removeprefix("Allowed are: ").rstrip(".").split(", ")


def test_every_option_is_on_the_page() -> None:
    asked = settings("https://shop.example", unknown=1)
    assert [option for option in allowed_options(asked) if option not in NAMED] == []
