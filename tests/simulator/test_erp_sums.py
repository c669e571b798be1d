"""Which sums the simulated ERP bears, and which it refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.simulator.erp.csv import read_csv
from bridge.simulator.erp.orders import HalfFile, ReadLine, ReadOrder, disagreements
from bridge.simulator.erp.ubl import read_ubl
from tests.simulator.erp_files import csv_orders, ubl_order


def order(net: str, tax: str, gross: str, rounding: str | None, *line_nets: str, charges: str = "0") -> ReadOrder:
    lines = tuple(ReadLine(str(n), "1", "", Decimal(1), Decimal(one)) for n, one in enumerate(line_nets, start=1))
    return ReadOrder(
        external_id="1",
        order_date="2026-03-02",
        currency="EUR",
        customer="",
        net=Decimal(net),
        tax=Decimal(tax),
        gross=Decimal(gross),
        charges=Decimal(charges),
        rounding=None if rounding is None else Decimal(rounding),
        lines=lines,
    )


@pytest.mark.parametrize(
    "fine",
    [
        order("10.00", "2.30", "12.30", "0", "8.00", "2.00"),
        order("10.00", "2.30", "12.31", "0.01", "8.00", "2.00"),
        order("10.00", "2.30", "12.30", "0.01", "8.00", "2.00"),  # rounding may stand beside the gross
        order("10.00", "2.30", "12.32", None, "8.00", "2.00"),  # no field for it: a cent for each line
        order("10.00", "2.30", "12.30", "0", "12.00", charges="-2.00"),
        order("1000", "230", "1230", "0", "1000"),
    ],
)
def test_sums_that_fit_are_borne(fine: ReadOrder) -> None:
    assert list(disagreements(fine)) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (order("10.00", "2.30", "12.31", "0", "10.00"), "Net 10.00 and tax 2.30 do not give gross 12.31"),
        (order("10.00", "2.30", "12.33", None, "8.00", "2.00"), "Net 10.00 and tax 2.30 do not give gross 12.33"),
        (order("10.00", "2.30", "12.30", "0", "9.99"), "Lines and charges sum up to net 9.99, the order says 10.00"),
        (order("1000", "230", "1231", "0", "1000"), "Net 1000 and tax 230 do not give gross 1231"),
        (order("0.00", "0.00", "0.00", "0"), "Order has no lines"),
    ],
)
def test_sums_that_do_not_fit_are_told_with_their_figures(wrong: ReadOrder, words: str) -> None:
    assert list(disagreements(wrong)) == [words]


def test_a_line_of_a_row_file_must_add_up_by_itself() -> None:
    content = csv_orders(1, "A-1").replace(b"8.00;1.84;9.84", b"8.00;1.84;9.85")
    (read,) = read_csv(content).orders
    assert list(disagreements(read)) == ["Line 1: net 8.00 and tax 1.84 do not give gross 9.85"]


def test_two_currencies_in_one_document_are_refused() -> None:
    mixed = ubl_order("1").replace(b'PayableAmount currencyID="EUR"', b'PayableAmount currencyID="PLN"')
    with pytest.raises(HalfFile, match="more than one currency"):
        read_ubl(mixed)
