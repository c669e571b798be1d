"""The options of a Magento store: each mistake names its key, its place and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.config.values import Secret
from bridge.domain.errors import ConfigurationRefused
from bridge.stores import open_store
from bridge.stores.magento.charges import FeePath
from bridge.stores.magento.settings import read_settings
from tests.stores.magento.shops import SIGNED, settings
from tests.stores.shops import SetClock

URL = "https://shop.example"


def test_the_defaults_read_all_views_and_write_a_comment() -> None:
    read = read_settings("shop", settings(URL))
    assert (read.store_code, read.store_ids, read.signing, read.stop_file) == ("all", (), None, None)
    assert (read.comment, read.fields.money.word, read.poll.per_page) == (
        "ERP number {erp_number} ({endpoint})",
        "presentment",
        100,
    )


def test_the_store_is_found_by_its_type() -> None:
    store = open_store("shop", settings(URL), SetClock())
    assert store.describe().system == "Magento 2 / Adobe Commerce, REST V1"
    store.close()


def test_a_fee_is_a_path_or_two() -> None:
    fees = {"cod": "extension_attributes.cod", "wrap": {"net": "a.b", "tax": "a.c"}}
    assert read_settings("shop", settings(URL, fees=fees)).fields.fees == {
        "cod": FeePath("extension_attributes.cod"),
        "wrap": FeePath("a.b", "a.c"),
    }


def test_signing_needs_all_of_its_keys_and_shows_none() -> None:
    read = read_settings("shop", settings(URL, **SIGNED))
    assert read.signing is not None and read.signing.consumer_key.value == "consumer-key"
    assert "consumer-secret" not in repr(read) and "access-token" not in repr(read)


def test_the_stop_file_counts_only_with_ext_order_id() -> None:
    assert read_settings("shop", settings(URL, stop_file="x")).stop_file is None
    assert read_settings("shop", settings(URL, stop_file="x", ext_order_id=True)).stop_file == Path("x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"consumer_key": Secret("env:K", "k")}, "stores.shop.consumer_secret"),
        ({"store_code": "../V1"}, "stores.shop.store_code is not the code of a store view"),
        ({"store_ids": ["one"]}, "stores.shop.store_ids must hold ids of store views"),
        ({"money": "base"}, "stores.shop.money has an unknown value"),
        ({"per_page": 301}, "stores.shop.per_page must be a whole number"),
        ({"comment": "our number"}, "stores.shop.comment must hold {erp_number} once"),
        ({"comment": "{erp_number}"}, "stores.shop.comment must hold {erp_number} once, and other words"),
        ({"comment": "{erp_number}, I repeat {erp_number}"}, "stores.shop.comment must hold {erp_number} once"),
        ({"comment": "{erp_number} {number}"}, "stores.shop.comment holds an unknown word in braces"),
        ({"street_lines": ["road"]}, "stores.shop.street_lines names an unknown part of an address"),
        ({"street_lines": []}, "stores.shop.street_lines names an unknown part of an address"),
        ({"fees": {"cod": 5}}, "stores.shop.fees.cod is no path into the order"),
        ({"fees": {"cod": {"tax": "a"}}}, "stores.shop.fees.cod is no path into the order"),
        ({"fees": {"cod": {"net": "a", "rate": "b"}}}, "stores.shop.fees.cod is no path into the order"),
        ({"ext_order_id": True}, "stores.shop.stop_file"),
        ({"status_after": {"processing": "complete"}}, "leads from processing to complete, which belongs to another"),
        ({"status_after": {"pending": "processing"}}, "leads from pending to processing, which belongs to another"),
        ({"ext_order_id": "yes"}, "stores.shop.ext_order_id must be true or false"),
        ({"url": "http://shop.example"}, "stores.shop.url would send the key unprotected"),
        ({"storeids": ["1"]}, "stores.shop.storeids is unknown"),
    ],
)
def test_a_wrong_option_is_named_with_its_place(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("shop", settings(options.pop("url", URL), **options))
    assert words in str(caught.value)
    assert "bridge.toml:7: " in str(caught.value) and caught.value.problem.action
