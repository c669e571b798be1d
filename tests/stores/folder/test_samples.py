"""The public home-made export gives one clear message. It is read where it lies beside us; it is not shipped.

It has no totals at all, so nothing could show that its lines are whole: the message says which column it lacks.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.testing.stores import ORDERS_FROM, readable, told
from tests.stores.drops import DropFolder

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "csv"
HEADER = "OrderID,Date,CustomerName,Item,Quantity,Price,Status\n"  # of the file, for where it does not lie beside us
NAME = "home-made-one-row-per-line.csv"
EXPECTED = {NAME: f"{NAME} of store drop, line 1: the header lacks total_gross."}
MAP = {
    "columns": {
        "store_order_id": "OrderID", "created_at": "Date", "billing_name": "CustomerName", "line_name": "Item",
        "line_quantity": "Quantity", "line_price": "Price", "status": "Status",
    },
    "defaults": {"currency": "USD", "line_tax_rate": "0"},
    "prices": "net",
    "timezone": "UTC",
}  # fmt: skip


def test_each_public_file_has_its_figures_or_its_message(tmp_path: Path) -> None:
    found = {path.name: path.read_bytes() for path in SAMPLES.glob("*.csv")}
    for name, content in (found or {NAME: HEADER.encode()}).items():
        drop = DropFolder(tmp_path / name)
        drop.drop(name, content)
        (order,) = told(list(drop.open(**MAP).changed_since(None, ORDERS_FROM)))
        assert order.problem is not None and order.problem.message == EXPECTED[name]


@pytest.mark.parametrize(("total", "gap"), [("99.98", "0"), ("109.98", "10.00")])
def test_with_a_total_in_it_the_lines_are_read_and_a_gap_is_left_to_be_seen(
    tmp_path: Path, total: str, gap: str
) -> None:
    drop = DropFolder(tmp_path / "drop")
    row = f"1001,2024-01-05,Ahmed Al-Rashid,Wireless Headphones,2,49.99,Completed,{total}\n"
    drop.drop("a.csv", HEADER.replace("Status", "Status,total_gross") + row)
    (order,) = readable(list(drop.open(**MAP).changed_since(None, ORDERS_FROM))).values()
    assert [(line.name, str(line.net), str(line.gross)) for line in order.lines] == [
        ("Wireless Headphones", "99.98", "99.98")
    ]
    assert str(order.totals.gross - sum(line.gross for line in order.lines)) in (gap, f"{gap}.00")
    assert (order.billing.first_name, order.billing.last_name, order.totals.paid) == ("Ahmed", "Al-Rashid", Decimal(0))
