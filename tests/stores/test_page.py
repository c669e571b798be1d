"""The page of each type of store names every option that its connector takes, and none that it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bridge.config.values import Secret, StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store
from tests.stores.shops import SetClock

DOCS = Path(__file__).parents[2] / "docs"
KEY = Secret("env:KEY", "a-key")
ADDRESS = {"url": "https://shop.example"}
# The ways to log in that a page offers: of each, the options that stand together.
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("woocommerce", {**ADDRESS, "key": KEY, "secret": KEY}),
    ("magento", {**ADDRESS, "access_token": KEY}),
    ("magento", {**ADDRESS, **dict.fromkeys(("access_token", "access_token_secret"), KEY),
                 **dict.fromkeys(("consumer_key", "consumer_secret"), KEY)}),
    ("prestashop", {**ADDRESS, "key": KEY}),
    ("shopify", {"url": "https://shop.myshopify.com", "token": KEY}),
    ("shopify", {"url": "https://shop.myshopify.com", "client_id": KEY, "client_secret": KEY}),
    ("vendure", {**ADDRESS, "user": "bridge", "password": KEY}),
    ("vendure", {**ADDRESS, "api_key": KEY}),
    ("folder", {"path": "orders"}),
    ("sql", {"url": "sqlite:////shop.sqlite"}),
]  # fmt: skip


def listed(kind: str) -> set[str]:
    """The keys in the first column of the page's table of keys."""
    page = (DOCS / f"store-{kind}.md").read_text(encoding="utf-8")
    table = page.partition("| key | what it is for | default |\n")[2].partition("\n\n")[0]
    return {key for row in table.splitlines() for key in re.findall(r"`([a-z_]+)`", row.split(" | ")[0])}


def taken(kind: str, options: dict[str, Any]) -> set[str]:
    """The options that a refusal lists."""
    with pytest.raises(ConfigurationRefused) as caught:
        open_store("shop", StoreSettings("shop", kind, {**options, "zzz": 1}, "bridge.toml:1"), SetClock())
    return set(caught.value.problem.action.removeprefix("Allowed are: ").rstrip(".").split(", "))


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in ASKED}))
def test_a_page_lists_what_its_connector_takes_and_nothing_else(kind: str) -> None:
    assert listed(kind) == set().union(*(taken(kind, options) for asked, options in ASKED if asked == kind))


def test_every_page_of_a_store_is_tried() -> None:
    assert {page.stem.removeprefix("store-") for page in DOCS.glob("store-*.md")} == {kind for kind, _ in ASKED}
