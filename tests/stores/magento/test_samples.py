"""What a public Magento order says beside its figures, which stand in `../public_payloads.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import Order, PaymentState
from bridge.stores.exact_json import decoded
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.settings import read_settings
from tests.stores.magento.shops import settings

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "magento"
ORDERS, INVOICE = "orders-simple-checkmo.json", "invoice-with-configurable-and-bundle.json"
PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []
FIELDS = read_settings("shop", settings("https://shop.example")).fields


def content(name: str) -> Any:
    return decoded((SAMPLES / name).read_text(encoding="utf-8"))


def orders() -> list[Order]:
    found = [store_order("shop", Parts(raw), b"{}", FIELDS).order for raw in content(ORDERS)]
    return [order for order in found if order is not None]


@pytest.mark.parametrize("name", [name for name in PRESENT if name == ORDERS])
def test_a_real_order_is_paid_and_shipped(name: str) -> None:
    (order,) = orders()
    assert [line.tax_code for line in order.lines] == ["zero-rate", "zero-rate"]
    assert (order.payment.state, order.payment.method, order.status, order.fulfilment_status) == (
        PaymentState.PAID,
        "checkmo",
        "complete",
        "shipped",
    )


@pytest.mark.parametrize("name", [name for name in PRESENT if name == ORDERS])
def test_a_real_orders_buyer_is_carried(name: str) -> None:
    (order,) = orders()
    assert order.billing.first_name == "\u0939\u0932\u094d\u0915\u0940"  # a name in Devanagari
    assert (order.delivery.street, order.delivery.postal_code, order.delivery.region, order.delivery.country) == (
        "abc street",
        "787990",
        "CO",
        "US",
    )
    # The account's address differs from the one of this order, which counts.
    assert order.billing.email == "test890@yopmail.com"
