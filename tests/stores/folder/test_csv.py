"""Orders dropped as CSV: one row a line, found by column names, strict where a spreadsheet could have done harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.contract import Order, PaymentState
from bridge.stores.base import Page
from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder

FROM = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = (
    "store_order_id,created_at,currency,payment_method,payment_state,total_gross,billing_city,billing_postal_code,"
    "line_sku,line_name,line_quantity,line_tax_rate,line_net,line_tax\n"
)
FIRST = "10452,2026-03-01T10:00:00+01:00,PLN,card,paid,36.90,Gdynia,'00-001,007,Kettle,2,0.23,20.00,4.60\n"
SECOND = ',,,,,,,,008,"Cup, ""big""\nblue",1,0.23,10.00,2.30\n'
OTHER = "10453,2026-03-01T11:00:00Z,PLN,cod,unpaid,12.30,Sopot,81-701,009,Lid,1,0.23,10.00,2.30\n"


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def look(drop: DropFolder, content: str | bytes, **options: object) -> list[Page]:
    drop.drop("a.csv", content)
    return list(drop.open(**options).changed_since(None, FROM))


def orders(drop: DropFolder, content: str | bytes, **options: object) -> dict[str, Order]:
    pages = look(drop, content, **options)
    assert words(pages) == []
    return readable(pages)


def words(pages: list[Page]) -> list[str]:
    return [order.problem.message for order in told(pages) if order.problem]


def test_rows_of_one_order_become_its_lines_and_blank_means_as_above(drop: DropFolder) -> None:
    found = orders(drop, HEADER + FIRST + SECOND + OTHER)
    assert list(found) == ["10452", "10453"]
    order = found["10452"]
    assert order.created_at.isoformat() == "2026-03-01T09:00:00+00:00"
    assert [(line.position, line.sku, line.gross) for line in order.lines] == [
        (1, "007", Decimal("24.60")),
        (2, "008", Decimal("12.30")),
    ]
    assert order.lines[1].name == 'Cup, "big"\nblue'
    assert (order.totals.net, order.totals.tax, order.totals.paid, order.totals.due) == (
        Decimal("30.00"), Decimal("6.90"), Decimal("36.90"), Decimal(0),
    )  # fmt: skip
    assert [(part.rate, part.tax) for part in order.totals.by_rate] == [(Decimal("0.23"), Decimal("6.90"))]


def test_the_apostrophe_that_guards_zeros_is_taken_off_and_zeros_live(drop: DropFolder) -> None:
    order = orders(drop, HEADER + FIRST + SECOND)["10452"]
    assert (order.billing.postal_code, order.delivery.postal_code, order.lines[0].sku) == ("00-001", "00-001", "007")


def test_order_fields_may_be_repeated_in_every_row(drop: DropFolder) -> None:
    repeated = "10452,2026-03-01T10:00:00+01:00,PLN,card,paid,36.90,Gdynia,'00-001,008,Cup,1,0.23,10.00,2.30\n"
    assert len(orders(drop, HEADER + FIRST + repeated)["10452"].lines) == 2


def test_a_semicolon_a_decimal_comma_and_an_old_encoding(drop: DropFolder) -> None:
    text = (HEADER + OTHER).replace(",", ";").replace("12.30", "12,30").replace("10.00", "10,00")
    text = text.replace("2.30", "2,30").replace("0.23", "0,23").replace("Sopot", "Łódź")
    order = orders(drop, text.encode("windows-1250"), decimal=",", encoding="windows-1250")["10453"]
    assert (order.billing.city, order.totals.gross, order.lines[0].tax_rate) == (
        "Łódź", Decimal("12.30"), Decimal("0.23"),
    )  # fmt: skip
    assert (order.payment.state, order.totals.due) == (PaymentState.UNPAID, Decimal("12.30"))


@pytest.mark.parametrize("start", ["sep=;\n", "sep=;\r\n", "\ufeff"])
def test_a_sep_line_and_a_byte_order_mark_are_understood(drop: DropFolder, start: str) -> None:
    text = start + (HEADER + OTHER).replace(",", ";")
    assert list(orders(drop, text)) == ["10453"]


def test_columns_are_found_by_name_and_further_ones_are_passed_over(drop: DropFolder) -> None:
    text = "Vendor,LINE_GROSS,line_quantity,total_gross,line_net, currency ,created_at,store_order_id,extra_shelf\n"
    text += "x,12.30,1,12.30,10.00,PLN,2026-03-01T11:00:00Z,1,B7\n"
    order = orders(drop, text)["1"]
    assert (order.lines[0].tax, order.extra) == (Decimal("2.30"), {"shelf": "B7"})


def test_rounding_of_the_sum_is_its_own_value_and_a_larger_gap_is_not(drop: DropFolder) -> None:
    assert orders(drop, HEADER + OTHER.replace("12.30", "12.31"))["10453"].totals.rounding == Decimal("0.01")


def test_a_gap_that_is_no_rounding_stays_for_the_checks(drop: DropFolder) -> None:
    assert orders(drop, HEADER + OTHER.replace("12.30", "12.35"))["10453"].totals.rounding == 0


def test_a_time_without_offset_needs_the_stores_timezone(drop: DropFolder) -> None:
    local = HEADER + OTHER.replace("11:00:00Z", "11:00:00")
    order = orders(drop, local, timezone="Europe/Warsaw")["10453"]
    assert order.created_at.isoformat() == "2026-03-01T10:00:00+00:00"


def test_a_time_as_shops_export_it(drop: DropFolder) -> None:
    order = orders(drop, HEADER + OTHER.replace("2026-03-01T11:00:00Z", "2026-03-01 21:06:21 +0400"))["10453"]
    assert order.created_at.isoformat() == "2026-03-01T17:06:21+00:00"


@pytest.mark.parametrize(
    ("old", "new", "words_"),
    [
        ("2.30\n", "1,234.50\n", "a row has more cells than the header"),
        ("10.00", '"1.234,50"', "line_net is not a number with decimal sign '.' and no other signs"),
        ("10.00", "1E+3", "line_net is not a number with decimal sign '.' and no other signs"),
        ("009", "5.90123E+12", "line_sku was turned into a number by a spreadsheet (as 5.9E+12); its digits are lost"),
        ("11:00:00Z", "11:00:00", "created_at is a time without its offset from UTC, and the store has no timezone"),
        ("2026-03-01T11:00:00Z", "01.03.2026", "created_at is not a time such as 2026-03-01T21:06:21+02:00"),
        ("12.30,Sopot", ",Sopot", "total_gross is empty in the order's first row"),
        ("10.00,2.30", "10.00,", "line 1 needs two of line_net, line_tax and line_gross"),
        ("unpaid", "perhaps", "payment.state is not one of the allowed words"),
        ("PLN", "", "currency is missing"),
        ("10453", "", "store_order_id is empty in the order's first row"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line(drop: DropFolder, old: str, new: str, words_: str) -> None:
    pages = look(drop, HEADER + OTHER.replace(old, new))
    expected = words_.replace("2026-03-01T21", "2026-04-05T21")
    assert words(pages) == [f"a.csv of store drop, line 2: {expected}."]


def test_rows_of_an_order_that_stand_apart_are_a_mistake_and_no_second_order(drop: DropFolder) -> None:
    pages = look(drop, HEADER + FIRST + SECOND + OTHER + FIRST)
    assert list(readable(pages)) == ["10452", "10453"]
    assert words(pages) == ["a.csv of store drop, line 6: its rows stand apart from earlier rows of the same order."]


def test_a_row_that_contradicts_the_first_names_the_column(drop: DropFolder) -> None:
    other = "10452,,EUR,,,,,,008,Cup,1,0.23,10.00,2.30\n"
    assert words(look(drop, HEADER + FIRST + other)) == [
        "a.csv of store drop, line 2: row 2 of the order has another currency than its first row."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("store_order_id,currency\n1,PLN\n", "the header lacks created_at, total_gross, line_quantity"),
        (HEADER.replace("line_sku", "currency") + OTHER, "the column currency stands there twice"),
        ("", "the file has no header row"),
        (HEADER.encode() + "10453,Łódź\n".encode("windows-1250"), "the text is not in utf-8"),
        (HEADER + '10453,"never ends\n' + "x\n" * 100_000, "a quoted cell does not end, or is larger than any cell"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_message(drop: DropFolder, content: str | bytes, message: str) -> None:
    pages = look(drop, content)
    (only,) = words(pages)
    assert message in only
    list(drop.open().changed_since(pages[-1].cursor, FROM))
    assert drop.names("refused") == ["00000001.00000-a.csv", "00000001.00000-a.csv.problems.txt"]


def test_an_order_cut_off_by_what_cannot_be_read_is_told_as_a_problem(drop: DropFolder) -> None:
    pages = look(drop, HEADER + OTHER + FIRST + ',,"never ends\n' + "x\n" * 100_000)
    assert list(readable(pages)) == ["10453"]
    assert next(order.store_order_id for order in told(pages) if order.problem) == "10452"


def test_the_original_keeps_the_cells_as_they_were(drop: DropFolder) -> None:
    (order,) = told(look(drop, HEADER + FIRST + SECOND))
    kept = json.loads(order.original)
    assert (kept["file"], kept["line"], kept["rows"][0][7], len(kept["rows"])) == ("a.csv", 2, "'00-001", 2)


def test_a_long_file_goes_on_between_two_orders_after_a_kill(drop: DropFolder) -> None:
    rows = (FIRST.replace("10452", str(number)) + SECOND for number in range(1_100))
    drop.drop("a.csv", HEADER + "".join(rows))
    pages: list[Page] = []
    cursor = None
    for _ in range(3):
        pages.append(next(drop.open().changed_since(cursor, FROM)))
        cursor = pages[-1].cursor
    assert [len(page.orders) for page in pages] == [500, 500, 100]
    assert all(len(order.lines) == 2 for order in readable(pages).values())
    assert len(readable(pages)) == 1_100
