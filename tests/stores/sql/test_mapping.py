"""From rows of a database to the canonical order: exact amounts, refunds of lines, odd values."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bridge.domain.contract import PaymentState
from bridge.domain.revision import half_character
from bridge.stores.base import StoreOrder
from bridge.stores.rows.order import NotAnOrder
from bridge.stores.sql.cells import cell_of, refuse_inexact
from bridge.stores.sql.keys import id_asked, packed, unpacked
from bridge.testing.stores import ORDERS_FROM, readable, told
from tests.stores.sql.shops import HomeMadeShop, sqlite_shop


def only(shop: HomeMadeShop, **options: Any) -> StoreOrder:
    (found,) = told(list(shop.open(**options).changed_since(None, ORDERS_FROM)))
    return found


def test_an_order_with_its_lines_and_amounts(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    order = only(shop).order
    assert order is not None
    assert (order.store_order_id, order.number, order.currency, order.status) == (placed, "A-000001", "PLN", "new")
    assert order.created_at == order.updated_at == shop.clock()
    assert (order.payment.method, order.payment.state) == ("card", PaymentState.PAID)
    assert (order.billing.postal_code, order.delivery.email) == ("81-001", "nowak@example.com")
    assert [(line.sku, line.quantity, line.net, line.tax, line.gross, line.tax_rate) for line in order.lines] == [
        ("007", Decimal(2), Decimal("20.00"), Decimal("4.60"), Decimal("24.60"), Decimal("0.23")),
        ("PARCEL", Decimal(1), Decimal("10.00"), Decimal("2.30"), Decimal("12.30"), Decimal("0.23")),
    ]
    assert (order.totals.gross, order.totals.paid, order.totals.rounding) == (
        Decimal("36.90"),
        Decimal("36.90"),
        Decimal(0),
    )


def test_an_original_holds_all_rows_as_text_and_gives_the_same_order_again(shop: HomeMadeShop) -> None:
    shop.place()
    found = only(shop)
    kept = json.loads(found.original)
    assert (kept["order"]["order_no"], kept["order"]["note"], kept["lines"][0]["sku"]) == ("A-000001", None, "007")
    assert Decimal(kept["order"]["total"]) == Decimal("36.90")
    assert shop.open().mapped_again(found.original) == found


def test_the_number_that_we_write_is_no_part_of_the_order(shop: HomeMadeShop) -> None:
    shop.place()
    assert b"erp" not in only(shop).original


def test_a_refund_of_a_line_finds_its_line(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    shop.shop.refund_line(placed, 1, pieces="1", net="10.00", vat="2.30", gross="12.30")
    order = only(shop).order
    assert order is not None
    (refund,) = order.refunds
    assert (refund.refund_id, refund.amount, refund.refunded_at) == (f"R-{placed}", Decimal("12.30"), shop.clock())
    (line,) = refund.lines
    assert (line.position, line.quantity, line.gross) == (1, Decimal(1), Decimal("12.30"))
    assert (order.totals.refunded, order.totals.gross) == (Decimal("12.30"), Decimal("36.90"))
    assert order.payment.state is PaymentState.PARTIALLY_REFUNDED
    assert shop.open().children(placed).refunds == (refund,)


def test_a_refund_of_a_line_that_is_not_there_makes_the_order_wait(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    shop.shop.refund_line(placed, 9, pieces="1", net="10.00", vat="2.30", gross="12.30")
    found = only(shop)
    assert found.problem is not None
    assert found.problem.message.endswith("a refund names a line_position that the order does not have.")
    assert shop.open().children(placed).refunds == ()


def test_one_malformed_order_stands_still_and_tells_what_is_wrong(shop: HomeMadeShop) -> None:
    shop.place(2)
    shop.place_malformed()
    pages = list(shop.open().changed_since(None, ORDERS_FROM))
    (problem,) = [each.problem for each in told(pages) if each.problem]
    assert len(readable(pages)) == 2
    assert "total_gross is empty" in problem.message


def test_odd_texts_pass_through_whole(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    odd = "'98 ☕ \u202eאב =SUM(A1)\n\ttab"
    shop.shop.edit([placed], note=odd, last_name="O'Neill; DROP TABLE x")
    order = only(shop).order
    assert order is not None
    assert (order.customer_note, order.billing.last_name) == (odd, "O'Neill; DROP TABLE x")


def test_words_and_defaults_and_prices_are_read_as_of_a_file(shop: HomeMadeShop) -> None:
    shop.place()
    columns = {**shop.settings().options["columns"], "payment_state": "state", "line_price": "gross"}
    for name in ("line_net", "line_tax", "line_gross"):
        del columns[name]
    shop.execute("UPDATE buyer_item SET gross = gross / pieces, net = NULL, vat = NULL")
    words = {"payment_state": {"new": "authorized"}}
    order = only(shop, columns=columns, words=words, prices="gross", defaults={"warehouse": "MAIN"}).order
    assert order is not None
    assert (order.payment.state, order.warehouse) == (PaymentState.AUTHORIZED, "MAIN")
    assert [str(line.tax) for line in order.lines] == ["4.60", "2.30"]


def test_a_float_that_is_the_trace_of_a_sum_is_refused_and_one_that_was_written_is_exact(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        shop.place(2)
        shop.execute("UPDATE buyer_order SET total = 0.1 + 0.2 WHERE id = 1")
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        (problem,) = [each.problem for each in told(pages) if each.problem]
        assert "total_gross is a float with the traces of a sum" in problem.message
        (order,) = readable(pages).values()
        assert order.totals.gross == Decimal("36.9")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (True, "true"),
        (Decimal("1E+3"), "1000"),
        (12.3, "12.3"),
        (1e-7, "0.0000001"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "2026-03-01T10:00:00+00:00"),
        (b"\x00\xff", "00ff"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_values_become_exact_texts(value: Any, cell: str | None) -> None:
    assert cell_of(value) == cell


def test_more_digits_than_a_float_holds_exactly_are_refused() -> None:
    refuse_inexact("total_gross", 123456789012.34)
    with pytest.raises(NotAnOrder):
        refuse_inexact("total_gross", 0.1 + 0.2)


def test_places_of_a_cursor_come_back_as_they_were() -> None:
    values = [
        None,
        7,
        "a",
        Decimal("1.50"),
        UUID(int=3),
        date(2026, 3, 1),
        datetime(2026, 3, 1, tzinfo=UTC),
        1.5,
        b"\x00\xff",
    ]
    assert unpacked(packed(*values)) == values


@pytest.mark.parametrize(
    ("text", "sample", "asked"),
    [("12", 1, 12), ("012", 1, None), ("x", 1, None), ("x", "y", "x"), (str(UUID(int=1)), UUID(int=2), UUID(int=1))],
)
def test_an_id_is_asked_for_as_its_column_holds_it(text: str, sample: Any, asked: Any) -> None:
    assert id_asked(text, sample) == asked


def test_bytes_that_are_no_text_stop_no_other_order_and_are_kept(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        first, second = shop.place(2)
        shop.execute("UPDATE buyer_order SET last_name = CAST(X'4EFF41' AS TEXT) WHERE id = :id", id=int(first))
        broken, good = told(list(shop.open().changed_since(None, ORDERS_FROM)))
        assert (broken.store_order_id, good.store_order_id) == (first, second)
        assert json.loads(broken.original)["order"]["last_name"] == "N\udcffA"
        assert broken.order is not None and half_character(broken.order) == ("billing.last_name", "U+DCFF")
        assert shop.open().mapped_again(broken.original) == broken
