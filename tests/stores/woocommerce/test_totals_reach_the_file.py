"""From the shop's own text to the ERP's file: the total that stands there is the shop's, to the minor unit.

The shop's side is its `total` and its gift cards, read here by the standard library; the file's side is a reader that
knows the written agreement alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from bridge.domain.outgoing import outgoing
from bridge.profiles import Profile
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.domain.orders import rules
from tests.profiles.csv_family import installed
from tests.profiles.making import file_of
from tests.readers import csv_orders, ubl
from tests.stores.woocommerce.any_order import shop_orders, text_of


def of_csv(content: bytes) -> dict[str, Any]:
    (order,) = csv_orders.read_orders(content)
    return order


READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {"csv-orders": of_csv, "ubl-order-2.1": ubl.read_order}
PROFILES: dict[str, Profile] = {name: installed(name) for name in READERS}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=75, deadline=None)
@given(partial=shop_orders())
def test_the_files_total_is_the_shops(name: str, partial: dict[str, Any]) -> None:
    text = text_of(partial)
    raw = json.loads(text, parse_float=Decimal)
    owed = Decimal(raw["total"]) + sum((Decimal(str(card["amount"])) for card in raw.get("gift_cards", [])), Decimal(0))
    told = store_order("shop", decoded(text), text, MetaKeys()).order
    assert told is not None
    content = file_of(PROFILES[name], outgoing(told, rules(unmapped={"sku": "same", "tax": "same"}), "1"))
    read = READERS[name](content)
    assert read["totals.gross"] == owed
    assert read["totals.paid"] + read["totals.due"] == owed
