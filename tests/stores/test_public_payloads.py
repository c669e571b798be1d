"""Every public payload that we know of, by `public_payloads.yml`: what it is, and what our reading of it must give.

The table was made from the payloads and is reviewed beside them. Each is read by the connector's own mapping, and each
order judged as a flow would judge it. Public payloads are not part of a clone: where they are absent, the table alone
is held to be whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bridge.config.values import StoreSettings
from bridge.domain.contract import Order
from bridge.domain.judgement import Judgement, Outcome, judge
from bridge.domain.maps import MAP_NAMES, Maps, percent
from bridge.domain.policies import FlowRules, PaymentPolicy, Unmapped
from bridge.domain.refunds import reduced
from bridge.domain.revision import content_of, order_from_content
from bridge.domain.rules import Rules
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded, inner_text
from bridge.stores.folder.csv_file import records_of_csv
from bridge.stores.folder.records import Place, Source
from bridge.stores.folder.settings import read_settings
from bridge.stores.magento.mapping import store_order as magento_order
from bridge.stores.magento.money import Money
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.payments import invoiced_of
from bridge.stores.prestashop.mapping import store_order as prestashop_order
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.prestashop.xml import parts_of
from bridge.stores.vendure.mapping import original_of
from bridge.stores.vendure.mapping import store_order as vendure_order
from bridge.stores.vendure.settings import FieldNames
from bridge.stores.woocommerce.mapping import Beside
from bridge.stores.woocommerce.mapping import store_order as woocommerce_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.folder.test_samples import MAP
from tests.stores.magento.test_samples import FIELDS
from tests.stores.prestashop.test_samples import recorded
from tests.stores.shopify.test_samples import completed, told_as_it_is

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "stores"
TABLE: dict[str, dict[str, dict[str, Any]]] = yaml.load(
    (Path(__file__).parent / "public_payloads.yml").read_text(encoding="utf-8"),
    yaml.BaseLoader,  # noqa: S506 - a safe one, which makes nothing but texts: 29.35 must not become a float
)
FILES = [(shop, name) for shop, files in TABLE.items() for name in files]
KEYS = {"part of", "not ours", "payment", "ids"}  # of a file that tells no order of its own
FLOW = FlowRules(
    orders_from=datetime.min.replace(tzinfo=UTC),
    payment={"cod": PaymentPolicy.CASH_ON_DELIVERY, "*": PaymentPolicy.PREPAID},
    unmapped=dict.fromkeys(MAP_NAMES, Unmapped.SAME),
    checks_off=("country-unknown", "email", "house-number-missing", "phone", "po-box", "postal-code", "tax-id"),
)


def payload(shop: str, name: str) -> str:
    return (SAMPLES / shop / name).read_text(encoding="utf-8")


def rows(name: str) -> list[Any]:
    """The objects of a WooCommerce answer, with or without the envelope of some proxies."""
    found = decoded(payload("woocommerce", name))
    found = found.get("data", found) if isinstance(found, dict) else found
    return found if isinstance(found, list) else [found]


def of_woocommerce(name: str) -> dict[str, StoreOrder]:
    children = [child for child, what in TABLE["woocommerce"].items() if what.get("part of", "").startswith(f"{name} ")]
    details = [detail for child in children for detail in rows(child)]
    return {str(raw["id"]): woocommerce_order("shop", raw, "{}", MetaKeys(), Beside(details)) for raw in rows(name)}


def of_shopify(name: str) -> dict[str, StoreOrder]:
    as_it_is = told_as_it_is(name)
    return {f"{as_it_is.store_order_id} as it is": as_it_is, as_it_is.store_order_id: completed(name)}


def of_magento(name: str) -> dict[str, StoreOrder]:
    found = decoded(payload("magento", name))
    return {str(raw["entity_id"]): magento_order("shop", Parts(raw), b"{}", FIELDS) for raw in found}


def of_prestashop(_: str, without: str = "") -> dict[str, StoreOrder]:
    """without: a file that is left out."""
    whole = recorded()
    left = {
        resource: [part for part in parts if not without or part.key != without]
        for resource, parts in whole.others.items()
    }
    told = prestashop_order("shop", OrderParts(whole.order, left), FieldKeys(), ZoneInfo("Europe/Paris"))
    return {told.store_order_id: told}


def of_vendure(name: str) -> dict[str, StoreOrder]:
    told = vendure_order("shop", original_of(2, inner_text(payload("vendure", name), "data", "order")), FieldNames())
    return {told.store_order_id: told}


READERS: dict[str, Callable[[str], dict[str, StoreOrder]]] = {
    "woocommerce": of_woocommerce, "shopify": of_shopify, "magento": of_magento, "prestashop": of_prestashop,
    "vendure": of_vendure,
}  # fmt: skip


def refused(shop: str, name: str) -> StoreOrder:
    """A payload that is none of our connectors', handed to the nearest of them."""
    if shop == "csv":
        dialect = read_settings("drop", StoreSettings("drop", "folder", {"path": "drop", **MAP}, "bridge.toml:7")).csv
        (record,) = records_of_csv(SAMPLES / shop / name, Source("drop", name), Place(), dialect)
        return record.told
    if shop == "shopify":
        return told_as_it_is(name)
    return woocommerce_order("shop", json.loads(payload(shop, name))["order"], "{}", MetaKeys())


def judged(order: Order) -> Judgement:
    return judge(order, Rules(FLOW, Maps()), order.store_order_id)


def shown_lines(order: Order) -> list[str]:
    rates = ["?" if line.tax_rate is None else percent(line.tax_rate) for line in order.lines]
    return [
        f"{line.sku or '-'} x {line.quantity}: {line.net:.2f} + {line.tax:.2f} at {rate}"
        for line, rate in zip(order.lines, rates, strict=True)
    ]


def shown_refunds(order: Order) -> dict[str, list[str]]:
    return {
        refund.refund_id: [
            f"line {line.position} x {line.quantity}: {line.net:.2f} + {line.tax:.2f}" for line in refund.lines
        ]
        for refund in order.refunds
    }


def shown_money(order: Order) -> str:
    names = ("net", "tax", "gross", "paid", "due", "refunded")
    return f"{order.currency} " + ", ".join(f"{name} {getattr(order.totals, name):.2f}" for name in names)


def hold_against(told: StoreOrder, expected: dict[str, Any]) -> None:
    """One order as the table has it: its figures, and what becomes of it."""
    if "unread" in expected:
        assert told.order is None and told.problem is not None and expected["unread"] in told.problem.message
        return
    order = told.order
    assert order is not None, told.problem
    assert order_from_content(content_of(order)) == order
    assert (shown_money(order), order.status) == (expected["money"], expected["status"])
    assert shown_lines(order) == expected["lines"]
    assert shown_refunds(order) == expected.get("refunds", shown_refunds(order))
    judgement = judged(order)
    words = [problem.message for problem in judgement.problems]
    if "held" in expected:
        assert judgement.outcome is Outcome.HELD and len(words) == len(expected["held"]), words
        assert [part for part, one in zip(expected["held"], words, strict=True) if part not in one] == [], words
    else:
        assert ": ".join(filter(None, (judgement.outcome, judgement.rule))) == expected["becomes"]


def whole_of(shop: str, part: str) -> Order:
    """The order that a part belongs to."""
    name, _, store_order_id = part.rpartition(" ")
    order = READERS[shop](name)[store_order_id].order
    assert order is not None
    return order


def hold_part(shop: str, name: str, expected: dict[str, Any]) -> None:
    """What a file gives to the order of another one, which without it does not have it."""
    order = whole_of(shop, expected["part of"])
    if "line" in expected:
        assert expected["line"] in shown_lines(order)
        without = of_prestashop(name, without=name.rpartition("_")[2].removesuffix(".xml"))["5"].order
        assert without is not None and expected["line"] not in shown_lines(without)
    elif "party" in expected:
        party = order.billing
        assert f"{party.company}, {party.street}, {party.postal_code} {party.city}" == expected["party"]
    else:
        found = shown_refunds(order)
        assert {key: found[key] for key in expected["refunds"]} == expected["refunds"]
        assert [row["id"] for row in rows(name)] == sorted(map(int, expected["refunds"]), reverse=True)
        left = reduced(order)
        assert isinstance(left, Order) and sum((line.gross for line in left.lines), Decimal(0)) == left.totals.gross
        assert f"{left.totals.gross} of {order.totals.gross}" == expected["left by refunded_before = reduce"]


def test_every_public_payload_is_in_the_table_and_is_something() -> None:
    assert all(KEYS & what.keys() or all(isinstance(one, dict) for one in what.values()) for files in TABLE.values()
               for what in files.values())  # fmt: skip
    there = {(path.parent.name, path.name) for path in SAMPLES.glob("*/*")}
    assert there in (set(), set(FILES)), "public payloads stand beside this checkout that the table does not have"


@pytest.mark.parametrize(("shop", "name"), [one for one in FILES if (SAMPLES / one[0] / one[1]).is_file()])
def test_a_payload_gives_what_the_table_says(shop: str, name: str) -> None:
    expected = TABLE[shop][name]
    if "not ours" in expected:
        told = refused(shop, name)
        assert told.order is None and told.problem is not None and expected["not ours"] in told.problem.message
    elif "payment" in expected:
        (part,) = invoiced_of([decoded(payload(shop, name))], {"payment": {"method": "checkmo"}}, Money("presentment"))
        assert f"{part.method} {part.amount}" == expected["payment"]
    elif "ids" in expected:
        assert [part.key for part in parts_of((SAMPLES / shop / name).read_bytes())] == expected["ids"]
    elif "part of" in expected:
        hold_part(shop, name, expected)
    else:
        told_orders = READERS[shop](name)
        assert sorted(told_orders) == sorted(expected)
        for known, one in expected.items():
            hold_against(told_orders[known], one)
