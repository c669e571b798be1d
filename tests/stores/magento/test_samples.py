"""Public Magento payloads give these figures. They are read where they lie beside us; without them nothing is claimed.

One file holds an order; the other an invoice, which is no order: it belongs to an order's payments.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order, PaymentState
from bridge.domain.revision import content_of, order_from_content
from bridge.stores.exact_json import decoded
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.money import Money
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.payments import invoiced_of
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


def test_each_sample_that_is_there_is_known_here() -> None:
    assert set(PRESENT) <= {ORDERS, INVOICE}, "no samples beside this checkout" if not PRESENT else "new samples"


@pytest.mark.parametrize("name", [name for name in PRESENT if name == ORDERS])
def test_a_real_order_gives_its_figures(name: str) -> None:
    (order,) = orders()
    assert [(line.sku, line.kind, line.quantity, line.net, line.tax, line.tax_code) for line in order.lines] == [
        ("Hat", LineKind.PRODUCT, Decimal(1), Decimal("34.00"), Decimal("0.00"), "zero-rate"),
        ("", LineKind.SHIPPING, Decimal(1), Decimal("5.00"), Decimal("0.00"), "zero-rate"),
    ]
    assert (order.number, order.currency, order.totals.gross, order.totals.paid, order.totals.due) == (
        "000000001",
        "USD",
        Decimal("39.00"),
        Decimal("39.00"),
        Decimal("0.00"),
    )
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


@pytest.mark.parametrize("name", [name for name in PRESENT if name == ORDERS])
def test_a_real_order_survives_the_ledger(name: str) -> None:
    assert [order_from_content(content_of(order)) for order in orders()] == orders()


@pytest.mark.parametrize("name", [name for name in PRESENT if name == INVOICE])
def test_a_real_invoice_is_a_payment(name: str) -> None:
    (part,) = invoiced_of([content(name)], {"payment": {"method": "checkmo"}}, Money("presentment"))
    assert (part.method, part.amount) == ("checkmo", Decimal(165))
