"""The sample orders are what the demo promises, and their sums are WooCommerce's."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from stdnum.eu import vat

from bridge.simulator.woocommerce.orders import Json
from bridge.simulator.woocommerce.sample_orders import CHANGED_AFTER_EXPORT, LONG_COMPANY, demo_kinds, demo_orders
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from tests.simulator.conftest import Shopper

MAPS = Path(__file__).parents[2] / "samples" / "demo" / "maps"
ORDERS = {order["id"]: order for order in demo_orders()}


def keys_of(name: str) -> set[str]:
    with (MAPS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[0] for row in csv.reader(file)} - {"store_sku", "store_tax", "store_method"}


def of_kind(kind: str) -> list[Json]:
    return [ORDERS[order_id] for order_id in demo_kinds()[kind]]


def test_there_are_64_orders_and_each_has_a_kind() -> None:
    kinds = demo_kinds()
    assert list(ORDERS) == list(range(10401, 10465))
    assert sorted(order_id for ids in kinds.values() for order_id in ids) == list(ORDERS)
    assert {kind: len(ids) for kind, ids in kinds.items()} == {
        "discounted": 4,
        "normal": 22,
        "missing SKU mapping": 4,
        "zero-decimal currency": 2,
        "unpaid": 2,
        "cash on delivery": 2,
        "kit": 2,
        "free gift": 2,
        "company with VAT id": 2,
        "pickup point": 2,
        "invalid postal code": 1,
        "missing house number": 1,
        "120 lines": 1,
        "long company name": 1,
        "refund before export": 1,
        "changed after export": 1,
        "cancelled": 1,
        "bank transfer on hold": 1,
        "note with emoji": 1,
        "note with a control character": 1,
        "gift card": 1,
        "refused by the ERP": 1,
        "international": 8,
    }
    assert kinds["changed after export"] == [CHANGED_AFTER_EXPORT]


def test_the_same_orders_come_each_time() -> None:
    assert demo_orders() == demo_orders()


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(map(str, ORDERS)))
def test_sums_are_those_of_the_lines_rounded_one_by_one(order: Json) -> None:
    rates = {row["rate_id"]: Decimal(str(row["rate_percent"])) for row in order["tax_lines"]}
    items = [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]
    unit = Decimal(1) if order["currency"] == "JPY" else Decimal("0.01")
    gross = Decimal(0)
    for item in items:
        (tax,) = item["taxes"]
        expected = Decimal(item["total"]) * rates[tax["id"]] / 100
        assert Decimal(item["total_tax"]) == expected.quantize(unit, ROUND_HALF_UP)
        gross += Decimal(item["total"]) + Decimal(item["total_tax"])
    cards = sum(card["amount"] for card in order.get("gift_cards", []))
    assert Decimal(str(order["total"])) == gross - cards
    assert len(str(order["total"]).partition(".")[2]) == (0 if order["currency"] == "JPY" else 2)


def test_each_kind_shows_what_it_is_named_after() -> None:
    assert [len(order["line_items"]) for order in of_kind("120 lines")] == [120]
    assert len(LONG_COMPANY) == 111
    assert [order["total"] for order in of_kind("zero-decimal currency")] == ["10835", "23335"]
    assert {order["date_paid_gmt"] for order in of_kind("unpaid") + of_kind("cash on delivery")} == {None}
    (held,) = of_kind("bank transfer on hold")
    assert (held["status"], held["date_paid_gmt"]) == ("on-hold", None)
    (refunded,) = of_kind("refund before export")
    (refund,) = refunded["refunds"]
    assert (refunded["status"], refund["total"]) == ("refunded", f"-{refunded['total']}")
    kit = of_kind("kit")[0]["line_items"]
    assert [line["total"] for line in kit] == ["52.00", "0.00", "0.00"]
    assert kit[0]["bundled_items"] == [line["id"] for line in kit[1:]]
    currencies = {str(order["currency"]) for order in ORDERS.values()}
    assert currencies == {"EUR", "PLN", "CZK", "SEK", "GBP", "CHF", "USD", "JPY"}


def test_vat_ids_have_valid_check_digits() -> None:
    ids = [order["meta_data"][0]["value"] for order in of_kind("company with VAT id")]
    assert len(ids) == 2
    assert all(vat.is_valid(one) for one in ids)


def test_the_maps_cover_everything_but_one_sku() -> None:
    skus = {line["sku"] for order in ORDERS.values() for line in order["line_items"]}
    assert skus - keys_of("sku") == {"ABC-123"}
    assert {order["payment_method"] for order in ORDERS.values()} <= keys_of("payment")
    assert {line["method_id"] for order in ORDERS.values() for line in order["shipping_lines"]} <= keys_of("shipping")
    classes = {line["tax_class"] or "standard" for order in ORDERS.values() for line in order["line_items"]}
    assert classes == keys_of("tax")


def test_everybody_is_invented() -> None:
    mails = {order["billing"]["email"] for order in ORDERS.values()}
    assert all(mail.endswith("@example.com") for mail in mails)


def test_a_store_filled_with_them_lists_them_all_and_is_not_filled_twice(
    store: WooCommerceSimulator, shopper: Shopper
) -> None:
    store.fill(demo_orders())
    store.fill(demo_orders())
    listed = shopper.get("orders", per_page=100, orderby="id", order="asc")
    assert [order["id"] for order in listed.json()] == list(ORDERS)
    assert listed.headers["X-WP-Total"] == "64"
    (refunded_id,) = demo_kinds()["refund before export"]
    assert [refund["id"] for refund in shopper.get(f"orders/{refunded_id}/refunds").json()] == [refunded_id + 1000]
