"""Every public payload that we know of is read by a connector, by a reader of children, or is said to be not ours.

The figures of each stand in the test named beside it, reviewed by hand against the payload; here it is held that none
is left out. Public payloads are not part of a clone: where they are absent, only the named tests are looked at.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys

TESTS = Path(__file__).parent
SAMPLES = TESTS.parents[1].parent / "shared" / "samples" / "stores"
ORDER, CHILD, LIST, NOT_OURS = "order", "child of an order", "list of ids", "not ours"

WOOCOMMERCE = {
    "order.json": ORDER, "order-without-data.json": ORDER, "order-alternative-types.json": ORDER,
    "orders-load-all.json": ORDER, "order-with-gift-cards.json": ORDER, "order-with-bundled-line-items.json": ORDER,
    "order-with-composite-product.json": ORDER, "order-with-faulty-attributes.json": ORDER,
    "order-details-partially-refunded.json": ORDER, "order-fully-refunded.json": ORDER,
    "broken-orders-mark-2.json": ORDER, "docs-orders-list.json": ORDER, "refunds-all.json": CHILD,
    "docs-refunds-list.json": CHILD,
}  # fmt: skip
SHOPIFY = {
    "graphql-order-paczkomat-giftcard.json": ORDER, "rest-py-order.json": NOT_OURS, "rest-py-refund.json": NOT_OURS,
    "rest-py-draft_order_completed.json": NOT_OURS, "rest-go-order_with_transaction.json": NOT_OURS,
}  # fmt: skip
MAGENTO = {"orders-simple-checkmo.json": ORDER, "invoice-with-configurable-and-bundle.json": CHILD}
PRESTASHOP = {
    "orders_5.xml": ORDER, "order_details_13.xml": CHILD, "order_details_14.xml": CHILD, "order_details_15.xml": CHILD,
    "addresses_4.xml": CHILD, "order_payments_empty.xml": CHILD, "order_discounts_empty.xml": CHILD,
    "list_orders_changed.xml": LIST,
}  # fmt: skip
VENDURE = {
    "coupon-order-percent-and-line.json": ORDER, "partial-refund.json": ORDER, "modified-with-surcharge.json": ORDER,
    "jpy-tax-inclusive.json": ORDER, "payment-declined.json": NOT_OURS,
}  # fmt: skip
CSV = {"home-made-one-row-per-line.csv": ORDER}
SHOPWARE = {"app-payment.json": NOT_OURS, "app-refund.json": NOT_OURS}  # no connector of ours speaks to it

# folder of the payloads -> (what each is, the test with its figures)
TABLE: dict[str, tuple[dict[str, str], str]] = {
    "woocommerce": (WOOCOMMERCE, "woocommerce/test_samples.py"),
    "shopify": (SHOPIFY, "shopify/test_samples.py"),
    "magento": (MAGENTO, "magento/test_samples.py"),
    "prestashop": (PRESTASHOP, "prestashop/test_samples.py"),
    "vendure": (VENDURE, "vendure/test_samples.py"),
    "csv": (CSV, "folder/test_samples.py"),
    "shopware": (SHOPWARE, "test_public_payloads.py"),
}


def test_every_public_payload_is_in_the_table() -> None:
    if not SAMPLES.is_dir():
        assert all(files for files, _ in TABLE.values()), "the public samples are not part of a clone"
        return
    there = {(path.parent.name, path.name) for path in SAMPLES.glob("*/*")}
    assert there == {(shop, name) for shop, (files, _) in TABLE.items() for name in files}


@pytest.mark.parametrize(("shop", "name"), [(shop, name) for shop, (files, _) in TABLE.items() for name in files])
def test_the_named_test_has_its_figures(shop: str, name: str) -> None:
    stem, _, ending = name.rpartition(".")
    text = (TESTS / TABLE[shop][1]).read_text(encoding="utf-8")
    assert stem in text or (ending == "xml" and stem.rpartition("_")[0] in text)


@pytest.mark.parametrize("name", [name for name in SHOPWARE if (SAMPLES / "shopware" / name).is_file()])
def test_an_order_of_a_shop_that_we_do_not_speak_to_is_no_order(name: str) -> None:
    text = (SAMPLES / "shopware" / name).read_text(encoding="utf-8")
    told = store_order("shop", json.loads(text)["order"], text, MetaKeys())
    assert told.order is None
    assert told.problem is not None and told.problem.code == "order-malformed"
