"""The simulators held to public samples, where these lie beside the checkout; else there is nothing to hold to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.simulator.erp.orders import HalfFile, disagreements
from bridge.simulator.erp.ubl import read_ubl
from bridge.simulator.woocommerce.orders import Json
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator
from tests.simulator.conftest import Shopper

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
SHOP_ORDERS = sorted((SAMPLES / "stores" / "woocommerce").glob("*order*.json"))
PEPPOL_ORDERS = sorted((SAMPLES / "formats" / "peppol-order-3" / "examples").glob("UC*_Order.xml"))
OASIS_ORDERS = sorted((SAMPLES / "formats" / "ubl-2.1" / "examples").glob("UBL-Order-2.1-Example.xml"))
ANSWERS = sorted((SAMPLES / "formats" / "ubl-2.1" / "examples").glob("UBL-OrderResponse*.xml"))


def orders_in(path: Path) -> list[Json]:
    content = json.loads(path.read_text(encoding="utf-8"))
    orders = content["data"] if isinstance(content, dict) and "data" in content else content
    return [orders] if isinstance(orders, dict) else list(orders)


@pytest.mark.parametrize("path", SHOP_ORDERS, ids=lambda path: path.name)
def test_a_real_order_comes_out_of_the_store_as_it_went_in(
    store: WooCommerceSimulator, shopper: Shopper, path: Path
) -> None:
    volatile = {"_links", "refunds", "meta_data", "billing", "shipping", "line_items"}
    volatile |= {"shipping_lines", "fee_lines", "coupon_lines"}
    volatile |= {"date_created", "date_modified", "date_paid", "date_completed"}  # local to another shop's zone
    for order in orders_in(path):
        store.add_order(order)
        shown = shopper.get(f"orders/{order['id']}").json()
        kept = {name: value for name, value in order.items() if name not in volatile}
        assert {name: shown[name] for name in kept} == kept
        for group in ("line_items", "shipping_lines", "fee_lines", "coupon_lines"):
            for given, got in zip(order.get(group, []), shown[group], strict=True):
                named = {name: value for name, value in given.items() if name != "price"}
                assert {name: got[name] for name in named} == named
        assert [(row["key"], row["value"]) for row in shown["meta_data"]] == [
            (row["key"], row["value"]) for row in order.get("meta_data", [])
        ]
        assert [refund["total"] for refund in shown["refunds"]] == [
            refund["total"] for refund in order.get("refunds", [])
        ]


@pytest.mark.parametrize("path", PEPPOL_ORDERS, ids=lambda path: path.name)
def test_real_ubl_orders_are_read_and_their_sums_agree(path: Path) -> None:
    (order,) = read_ubl(path.read_bytes()).orders
    assert order.lines
    assert list(disagreements(order)) == []


@pytest.mark.parametrize("path", OASIS_ORDERS, ids=lambda path: path.name)
def test_the_oasis_example_is_valid_xml_with_a_false_sum_and_the_erp_sees_it(path: Path) -> None:
    (order,) = read_ubl(path.read_bytes()).orders
    assert (order.external_id, order.currency, len(order.lines)) == ("34", "SEK", 2)
    assert list(disagreements(order)) == ["Net 6225 and tax 100 do not give gross 6225"]


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.name)
def test_a_document_of_another_kind_is_no_order(path: Path) -> None:
    with pytest.raises(HalfFile, match=r"not a UBL 2\.1 Order"):
        read_ubl(path.read_bytes())
