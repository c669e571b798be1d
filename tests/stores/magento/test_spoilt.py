"""Whatever stands in a field of a Magento order: it is read, or the order is named as one that cannot be read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bridge.domain.revision import content_of
from bridge.simulator.magento.orders import complete
from bridge.simulator.magento.refunds import refund_of
from bridge.stores.exact_json import decoded
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.settings import read_settings
from tests.stores.magento.shops import settings

SPOILT = ("null", "[]", '{"a":null}', '"Zebra-Mark"', "-1", "1e300")
LEVY = '[{"title":"Levy","row_amount":2.5,"row_amount_incl_tax":3.08}]'
ORDER = {
    "items": [
        {"sku": "A", "price": "123", "discount": "12.3", "qty": 3, "raw": {"weee_tax_applied": LEVY,
         "weee_tax_applied_row_amount": 2.5}},
        {"sku": "KIT", "type": "bundle", "price": "0", "children": [{"sku": "K1", "price": "12.30"}]},
        {"sku": "H", "type": "configurable", "price": "24.60", "children": [{"sku": "H"}]},
    ],
    "gift_cards": [{"code": "X", "amount": "5"}], "customer_balance": "1", "gift_wrap": {"price": "4", "tax": "0.92"},
    "shipping": {"amount": "12.3", "discount": "1"},
    "extension_attributes": {"cod_fee": 4.1},
}  # fmt: skip


def whole() -> str:
    order = complete(ORDER, 5, datetime(2026, 3, 2, tzinfo=UTC))
    memo = refund_of(copy.deepcopy(order), 1, {"A": 1}, {}, "2026-03-03 00:00:00")
    invoice = {"entity_id": 1, "order_id": 5, "state": 2, "created_at": "2026-03-02 00:00:00", "grand_total": 100}
    for assigned in order["extension_attributes"]["shipping_assignments"]:
        assigned["items"] = []  # copies of the items, which are not read
        assigned["shipping"].pop("items", None)
    return json.dumps({"order": order, "creditmemos": [memo], "invoices": [invoice]})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value below."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        if step != "parent_item" and not str(step).startswith("base_"):  # a copy, and the other money
            yield (*path, step)
            yield from places(one, (*path, step))


def test_no_value_of_any_field_breaks_more_than_its_own_order() -> None:
    options = {"fees": {"cod": "extension_attributes.cod_fee"}}
    fields = read_settings("shop", settings("https://shop.example", **options)).fields
    text, spoilt = whole(), [decoded(value) for value in SPOILT]
    tried = unreadable = 0
    for path in places(decoded(text)):
        if len(path) < 3 and path[0] != "order":
            continue
        for value in spoilt:
            kept = decoded(text)
            place = kept
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            told = store_order("shop", Parts(kept["order"], kept["creditmemos"], kept["invoices"]), b"{}", fields)
            tried += 1
            if told.order is not None:
                content_of(told.order)
            else:
                unreadable += 1
                assert told.problem is not None
                assert "Zebra" not in told.problem.message or path == ("order", "entity_id"), path  # the order's name
    assert tried > 1000 and unreadable > 200
