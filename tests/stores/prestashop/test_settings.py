"""A wrong key of a PrestaShop store in bridge.toml is named with its place and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.errors import ConfigurationRefused
from bridge.stores import store_types
from bridge.stores.prestashop.settings import read_settings
from tests.stores.prestashop.shop import settings

URL = "https://shop.example/presta"


def test_prestashop_is_a_type_of_store() -> None:
    assert "prestashop" in store_types()


def test_what_is_not_said_has_a_good_default() -> None:
    read = read_settings("shop", settings(URL))
    assert (read.poll.per_page, read.poll.overlap_s, read.poll.sweep_days) == (100, 300, 14)
    assert (read.fields.tax_id, read.key_in_query) == (("billing.vat_number", "billing.dni"), False)
    assert (read.timezone, read.shop_id) == (None, "")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("timezone", "Moon/Crater", "stores.shop.timezone is unknown"),
        ("shop_id", "first", "stores.shop.shop_id is no id of a shop"),
        ("message", "{number}", "stores.shop.message holds an unknown word in braces"),
        ("tax_id_keys", ["vat_number"], "names 'vat_number', which is no field"),
        ("extra", {"a": "cart.note"}, "names 'cart.note', which is no field"),
        ("test_marks", {"order.": "x"}, "names 'order.', which is no field"),
        ("pickup_point_pattern", "(", "stores.shop.pickup_point_pattern is no regular expression"),
        ("per_page", 251, "stores.shop.per_page must be a whole number"),
        ("url", "http://shop.example", "stores.shop.url would send the key unprotected"),
        ("url", "https://shop.example/api/", "stores.shop.url leads into the web service"),
        (
            "status_after",
            {"payment": "preparation"},
            "stores.shop.status_after cannot be used: a change of state mails",
        ),
        ("message_in", "mail", "stores.shop.message_in has an unknown value"),
        ("colour", "red", "stores.shop.colour is unknown"),
    ],
)
def test_a_wrong_option_is_refused_with_its_place(option: str, value: Any, words: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("shop", settings(**{"url": URL, option: value}))
    assert words in str(caught.value)
    assert "bridge.toml:7" in str(caught.value)
