"""The exports of two WooCommerce plugins: rows by label, and one row an order with numbered item columns. Made."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.contract import LineKind, Order, PaymentState
from bridge.stores.base import Page
from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder
from tests.stores.folder.sheets import header, sheet

FROM = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERED = header(
    "order_id,order_number,order_date,paid_date,status,shipping_total,shipping_tax_total,fee_total,fee_tax_total,"
    "tax_total,discount_total,order_total,order_subtotal,order_currency,payment_method,transaction_id,customer_email,"
    "billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,billing_address_1,"
    "billing_address_2,billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,"
    "shipping_last_name,shipping_address_1,shipping_postcode,shipping_city,shipping_country,customer_note,"
    "shipping_method,line_item_1,line_item_2,line_item_3,Product Item 1 Name,Product Item 1 SKU,"
    "Product Item 1 Quantity,Product Item 1 Total,Product Item 2 Name,Product Item 2 SKU,Product Item 2 Quantity,"
    "Product Item 2 Total,Product Item 3 Name,Product Item 3 SKU,Product Item 3 Quantity,Product Item 3 Total"
)
ORDER = {
    "order_id": "9001", "order_number": "00-9001", "order_date": "2026-03-29 01:30:00",
    "paid_date": "2026-03-29 01:31:00", "status": "processing", "shipping_total": "10.00", "shipping_tax_total": "2.30",
    "fee_total": "1.00", "fee_tax_total": "0.23", "tax_total": "9.43", "order_total": "50.43",
    "order_currency": "PLN", "payment_method": "stripe", "customer_email": "jan@example.com",
    "billing_last_name": "Nowak", "billing_city": "Gdynia", "billing_country": "PL", "billing_phone": "600100200",
    "shipping_address_1": "ul. Krótka 2", "shipping_city": "Sopot", "shipping_country": "PL",
    "line_item_1": "name:Kettle|product_id:9|sku:007|quantity:2|total:20.00|sub_total:25.00|tax:4.60|meta:colour:red",
    "line_item_2": "name:Cup | big|product_id:10|sku:008|quantity:1|total:10.00|sub_total:10.00|tax:2.30",
    "Product Item 1 Name": "Kettle", "Product Item 1 SKU": "007", "Product Item 1 Quantity": "2",
    "Product Item 1 Total": "20.00", "Product Item 2 SKU": "008", "Product Item 2 Quantity": "1",
    "Product Item 2 Total": "10.00",
}  # fmt: skip
LABELS = header(
    "Order Number,Order Status,Order Date,Paid Date,Currency,Customer Note,First Name (Billing),Last Name (Billing),"
    "Company (Billing),Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),"
    "Country Code (Billing),Email (Billing),Phone (Billing),Last Name (Shipping),Address 1&2 (Shipping),"
    "City (Shipping),Postcode (Shipping),Country Code (Shipping),Payment Method Title,Order Shipping Amount,"
    "Order Shipping Tax Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,"
    "Quantity,Item Cost,Order Line Total,Order Line Tax,Shipping Method Title"
)
LABELLED = {
    "Order Number": "9001", "Order Status": "Processing", "Order Date": "2026-03-28 12:00",
    "Paid Date": "2026-03-28 12:01", "Currency": "PLN", "Last Name (Billing)": "Nowak",
    "Address 1&2 (Billing)": "ul. Długa 1", "City (Billing)": "Gdynia", "Country Code (Billing)": "PL",
    "Payment Method Title": "Card", "Order Shipping Amount": "10", "Order Shipping Tax Amount": "2.3",
    "Order Total Amount": "49.2", "Order Total Tax Amount": "9.2", "Shipping Method Title": "Courier",
}  # fmt: skip
FIRST = {"SKU": "007", "Item #": "1", "Item Name": "Kettle", "Quantity": "2", "Item Cost": "10",
         "Order Line Total": "20", "Order Line Tax": "4.6"}  # fmt: skip
SECOND = {"SKU": "008", "Item #": "2", "Item Name": "Cup", "Quantity": "1", "Item Cost": "10", "Order Line Total": "10",
          "Order Line Tax": "2.3"}  # fmt: skip


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def look(drop: DropFolder, content: str, **options: object) -> list[Page]:
    drop.drop("a.csv", content)
    return list(drop.open(timezone="Europe/Warsaw", **options).changed_since(None, FROM))


def words(pages: list[Page]) -> list[str]:
    return [order.problem.message for order in told(pages) if order.problem]


def order(drop: DropFolder, content: str, **options: object) -> Order:
    pages = look(drop, content, **options)
    assert words(pages) == []
    (found,) = readable(pages).values()
    return found


def amounts(found: Order) -> list[tuple[str, str, str, str]]:
    return [(line.sku, str(line.net), str(line.tax), str(line.gross)) for line in found.lines]


def test_one_row_an_order_with_its_items_in_numbered_columns(drop: DropFolder) -> None:
    found = order(drop, sheet(NUMBERED, ORDER))
    assert (found.store_order_id, found.number, found.status) == ("9001", "00-9001", "processing")
    assert found.created_at.isoformat() == "2026-03-29T00:30:00+00:00"
    assert amounts(found) == [
        ("007", "20.00", "4.60", "24.60"),
        ("008", "10.00", "2.30", "12.30"),
        ("", "10.00", "2.30", "12.30"),
        ("", "1.00", "0.23", "1.23"),
    ]
    assert [line.kind for line in found.lines[2:]] == [LineKind.SHIPPING, LineKind.FEE]
    assert [line.name for line in found.lines[:2]] == ["Kettle", "Cup | big"]
    assert (found.totals.gross, found.totals.rounding, found.payment.state) == (
        Decimal("50.43"), Decimal(0), PaymentState.PAID,
    )  # fmt: skip
    assert (found.billing.email, found.delivery.city, found.delivery.phone) == ("jan@example.com", "Sopot", "")


def test_a_gap_before_a_filled_item_is_a_mistake(drop: DropFolder) -> None:
    gap = ORDER | {"line_item_3": ORDER["line_item_2"], "line_item_2": "", "Product Item 2 SKU": ""}
    gap |= {"Product Item 2 Quantity": "0", "Product Item 2 Total": ""}
    assert words(look(drop, sheet(NUMBERED, gap))) == [
        "a.csv of store drop, line 2: item 2 is empty, but item 3 is filled."
    ]


def test_another_export_may_have_more_numbered_columns(drop: DropFolder) -> None:
    more = [*NUMBERED, "line_item_12", "Product Item 4 SKU"]
    assert len(order(drop, sheet(more, ORDER)).lines) == 4


def test_an_order_in_two_rows_is_no_order_with_numbered_items(drop: DropFolder) -> None:
    (said,) = words(look(drop, sheet(NUMBERED, ORDER, ORDER)))
    assert said.endswith("it stands in two rows, though each order has one row with numbered items.")


def test_items_without_their_tax_wait_and_say_what_is_missing(drop: DropFolder) -> None:
    bare = ORDER | {"line_item_1": "", "line_item_2": ""}
    (said,) = words(look(drop, sheet(NUMBERED, bare)))
    assert said.endswith("line 1 has neither its tax nor a tax rate.")


def test_a_status_is_not_evidence_of_a_payment_but_a_date_is(drop: DropFolder) -> None:
    found = order(drop, sheet(NUMBERED, ORDER | {"paid_date": ""}))
    assert (found.payment.state, found.totals.paid, found.totals.due) == (
        PaymentState.UNPAID, Decimal(0), Decimal("50.43"),
    )  # fmt: skip


@pytest.mark.parametrize(("status", "cancelled"), [("cancelled", True), ("trash", True), ("completed", False)])
def test_a_cancelled_status_cancels(drop: DropFolder, status: str, cancelled: bool) -> None:
    assert order(drop, sheet(NUMBERED, ORDER | {"status": status})).cancelled is cancelled


@pytest.mark.parametrize("below", [{}, LABELLED], ids=["first row only", "all rows"])
def test_rows_by_label_with_order_fields_in_the_first_row_or_in_all(drop: DropFolder, below: dict[str, str]) -> None:
    found = order(drop, sheet(LABELS, LABELLED | FIRST, below | {"Order Number": "9001"} | SECOND))
    assert amounts(found) == [
        ("007", "20", "4.6", "24.6"),
        ("008", "10", "2.3", "12.3"),
        ("", "10", "2.3", "12.3"),
    ]
    assert (found.billing.street, found.payment.method, found.shipping_method) == ("ul. Długa 1", "Card", "Courier")
    assert (found.payment.state, found.totals.gross) == (PaymentState.PAID, Decimal("49.2"))


def test_rows_by_label_with_the_order_number_in_the_first_row_only(drop: DropFolder) -> None:
    assert len(order(drop, sheet(LABELS, LABELLED | FIRST, SECOND)).lines) == 3


def test_a_refund_told_as_an_order_of_its_own_is_none(drop: DropFolder) -> None:
    refund = LABELLED | {"Order Number": "9002", "Order Total Amount": "-12.3", "Order Total Tax Amount": "-2.3",
                         "Order Shipping Amount": "", "Order Shipping Tax Amount": ""}  # fmt: skip
    refund |= SECOND | {"Order Line Total": "-10", "Order Line Tax": "-2.3"}
    assert words(look(drop, sheet(LABELS, refund))) == [
        "a.csv of store drop, line 2: its total is below zero: that is a refund and no order."
    ]


def test_a_missing_currency_is_one_message_and_a_default_cures_it(drop: DropFolder) -> None:
    names = [name for name in LABELS if name != "Currency"]
    row = {name: text for name, text in (LABELLED | FIRST).items() if name != "Currency"}
    row |= {"Order Total Amount": "36.9", "Order Total Tax Amount": "6.9"}
    assert words(look(drop, sheet(names, row))) == ["a.csv of store drop, line 1: the header lacks currency."]
    drop.drop("b.csv", sheet(names, row))
    store = drop.open(timezone="Europe/Warsaw", defaults={"currency": "PLN"})
    assert "9001" in readable(list(store.changed_since(None, FROM)))


def test_a_cost_without_tax_and_a_rate_in_percent_make_the_line(drop: DropFolder) -> None:
    names = [name for name in LABELS if name not in ("Order Line Total", "Order Line Tax")] + ["Item Tax Rate"]
    row = {name: text for name, text in (LABELLED | FIRST).items() if name in names} | {"Item Tax Rate": "23"}
    row |= {"Order Total Amount": "36.9", "Order Total Tax Amount": "6.9"}
    assert amounts(order(drop, sheet(names, row))) == [
        ("007", "20.00", "4.60", "24.60"),
        ("", "10", "2.3", "12.3"),
    ]
