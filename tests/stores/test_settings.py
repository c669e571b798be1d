"""A wrong option is refused with its place, what is wrong and what is allowed; an unknown type too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.config.values import Secret, StoreSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store, store_types
from bridge.stores.folder.store import FolderStore
from bridge.stores.woocommerce.store import WooCommerceStore
from tests.stores.shops import SetClock

KEYS = {"key": Secret("env:KEY", "ck_secret"), "secret": Secret("env:SECRET", "cs_secret")}
SHOP = {"url": "https://shop.example", **KEYS}


def opened(kind: str, options: dict[str, Any]) -> object:
    return open_store("shop", StoreSettings("shop", kind, options, "bridge.toml:12"), SetClock())


def test_our_stores_are_found_by_their_entry_points(tmp_path: Path) -> None:
    assert {"folder", "woocommerce"} <= set(store_types())
    assert isinstance(opened("woocommerce", SHOP), WooCommerceStore)
    assert isinstance(opened("folder", {"path": str(tmp_path)}), FolderStore)


def test_an_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        opened("abacus", {})
    assert str(caught.value) == "bridge.toml:12: store shop has type 'abacus', which no installed package brings"
    assert all(word in caught.value.problem.action for word in ("folder", "magento", "woocommerce"))


def test_a_package_whose_connector_does_not_load_is_not_taken_for_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_of_others.py").write_text("open_store = {}['forgotten']\n")
    about = tmp_path / "shop_of_others-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-of-others\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[erp_bridge.stores]\nshop_of_others = shop_of_others:open_store\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(KeyError, match="forgotten"):
        opened("shop_of_others", {})


@pytest.mark.parametrize(
    ("change", "words", "cure"),
    [
        ({"urll": "x"}, "stores.shop.urll is unknown", "Did you mean url?"),
        ({"url": None}, "stores.shop.url is missing", "Add url"),
        ({"url": "shop.example"}, "stores.shop.url is not a web address", "https://HOST"),
        ({"url": "http://shop.example"}, "stores.shop.url would send the key unprotected", "Use https"),
        ({"url": "http://127.0.0.1.evil.example"}, "would send the key unprotected", "Use https"),
        ({"url": "https://u:p@shop.example"}, "is not a web address", "https://HOST"),
        ({"key": "ck_literal"}, "stores.shop.key must not stand here itself", 'key = "env:NAME"'),
        ({"per_page": 101}, "stores.shop.per_page must be a whole number", "from 1 to 100"),
        ({"overlap_s": 0}, "stores.shop.overlap_s must be a whole number", "from 1 to 86400"),
        ({"read_timeout_s": "long"}, "must be a number of seconds", "from 0.1 to 86400"),
        ({"tax_id_keys": "vat"}, "must be a list of texts", "tax_id_keys = ["),
        ({"extra": {"a": 1}}, "must be a table of texts", "extra = {"),
        ({"note": "Number {nummer}"}, "holds an unknown word in braces", "{erp_number}"),
    ],
)
def test_a_wrong_option_of_woocommerce(change: dict[str, Any], words: str, cure: str) -> None:
    options = {name: value for name, value in {**SHOP, **change}.items() if value is not None}
    with pytest.raises(ConfigurationRefused) as caught:
        opened("woocommerce", options)
    assert words in str(caught.value)
    assert cure in caught.value.problem.action
    assert "ck_" not in caught.value.problem.message + caught.value.problem.action


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8085", "http://localhost/shop", "http://[::1]:80", "https://a.example"]
)
def test_plain_http_only_to_this_machine(url: str) -> None:
    assert isinstance(opened("woocommerce", {**SHOP, "url": url}), WooCommerceStore)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "stores.shop.path is missing"),
        ({"path": "in", "settle_s": -1}, "stores.shop.settle_s must be a number of seconds"),
        ({"path": "in", "trigger": "done"}, "stores.shop.trigger is not a suffix"),
        ({"path": "in", "decimal": "auto"}, "stores.shop.decimal has an unknown value"),
        ({"path": "in", "encoding": "utf-16"}, "stores.shop.encoding cannot be read"),
        ({"path": "in", "timezone": "Warsaw"}, "stores.shop.timezone is not a time zone"),
        ({"path": "in", "pth": "in"}, "stores.shop.pth is unknown"),
    ],
)
def test_a_wrong_option_of_a_folder(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationRefused, match=words):
        opened("folder", change)
