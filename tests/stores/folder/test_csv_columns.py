"""What a column map, words, defaults and signs of bridge.toml make of a CSV file; refunds, charges, test orders."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order, PaymentPart, PaymentState
from bridge.domain.errors import ConfigurationRefused
from bridge.stores.base import Page
from bridge.testing.stores import ORDERS_FROM, readable, told
from tests.stores.drops import DropFolder
from tests.stores.folder.sheets import sheet

ORDER = {
    "store_order_id": "1", "created_at": "2026-03-01T10:00:00Z", "currency": "PLN", "total_gross": "24.60",
    "line_sku": "007", "line_quantity": "2", "line_net": "20.00", "line_tax": "4.60",
}  # fmt: skip


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def look(drop: DropFolder, *rows: dict[str, str], **options: Any) -> list[Page]:
    header = list(dict.fromkeys(name for row in rows for name in row))
    drop.drop("a.csv", sheet(header, *rows))
    return list(drop.open(**options).changed_since(None, ORDERS_FROM))


def order(drop: DropFolder, *rows: dict[str, str], **options: Any) -> Order:
    pages = look(drop, *rows, **options)
    assert words(pages) == []
    (found,) = readable(pages).values()
    return found


def words(pages: list[Page]) -> list[str]:
    return [each.problem.message.partition(": ")[2] for each in told(pages) if each.problem]


def test_foreign_columns_words_and_defaults(drop: DropFolder) -> None:
    row = {
        "Bestellung": "00-17", "Datum": "05.04.2026 21:06", "Summe": "1.234,50", "Bezahlt": "JA", "Art.": "007",
        "Menge": "1", "Netto": "1.153,74", "USt": "80,76", "Ort": "Köln", "Ort 2": "", "unnoticed": "x",
    }  # fmt: skip
    found = order(
        drop,
        row,
        columns={
            "store_order_id": "Bestellung", "created_at": "Datum", "total_gross": "Summe", "payment_state": "bezahlt",
            "line_sku": "Art.", "line_quantity": "Menge", "line_net": "Netto", "line_tax": "USt",
            "billing_city": ["Ort 2", "Ort"], "extra_shelf": "Ort",
        },
        words={"payment_state": {"ja": "paid", "*": "unpaid"}},
        defaults={"currency": "EUR"},
        decimal=",",
        thousands=".",
        time_format="%d.%m.%Y %H:%M",
        timezone="Europe/Berlin",
    )  # fmt: skip
    assert (found.store_order_id, found.created_at) == ("00-17", datetime(2026, 4, 5, 19, 6, tzinfo=UTC))
    assert (found.totals.gross, found.lines[0].net, found.currency) == (Decimal("1234.50"), Decimal("1153.74"), "EUR")
    assert (found.payment.state, found.billing.city, found.extra) == (PaymentState.PAID, "Köln", {"shelf": "Köln"})


@pytest.mark.parametrize("written", ["1.23.4,50", "1.2345,50", "12.34,50", "1,234.50", "1 234,50"])
def test_signs_between_thousands_stand_between_groups_of_three_or_the_number_is_refused(
    drop: DropFolder, written: str
) -> None:
    said = words(look(drop, ORDER | {"total_gross": written}, decimal=",", thousands="."))
    assert said == ["total_gross is not a number with decimal sign ',' and no other signs."]


@pytest.mark.parametrize(
    ("decimal", "what"),
    [
        (",", "total_gross is not a number with decimal sign ',' and no other signs"),
        (".", "totals.gross holds a fraction of the smallest coin"),
    ],
)
def test_a_number_that_could_be_read_in_two_ways_is_read_by_the_setting_only(
    drop: DropFolder, decimal: str, what: str
) -> None:
    row = ORDER | {"total_gross": "1.234", "line_net": "1", "line_tax": "0", "currency_digits": "2"}
    assert words(look(drop, row, decimal=decimal)) == [f"{what}."]


def test_a_refund_in_rows_of_its_own_finds_its_line(drop: DropFolder) -> None:
    refund = {"store_order_id": "1", "refund_id": "R1", "refund_at": "2026-03-02T10:00:00Z", "line_sku": "007"}
    refund |= {"line_quantity": "-1", "line_net": "-10.00", "line_tax": "-2.30"}
    found = order(drop, ORDER | {"payment_paid_at": "2026-03-01T10:00:00Z"}, refund)
    (given,) = found.refunds
    assert (given.refund_id, given.amount) == ("R1", Decimal("12.30"))
    assert [(line.position, line.quantity, line.gross) for line in given.lines] == [(1, Decimal(1), Decimal("12.30"))]
    assert (len(found.lines), found.totals.refunded, found.totals.paid) == (1, Decimal("12.30"), Decimal("24.60"))
    assert found.payment.state is PaymentState.PARTIALLY_REFUNDED


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_discount_that_is_given_back_has_the_sign_of_its_line(drop: DropFolder, sign: str) -> None:
    off = {"store_order_id": "1", "line_kind": "discount", "line_net": "-5.00", "line_tax": "-1.15"}
    goods = {"store_order_id": "1", "refund_id": "R1", "line_position": "1", "line_quantity": "1"}
    goods |= {"line_net": "10.00", "line_tax": "2.30"}
    less = {"store_order_id": "1", "refund_id": "R1", "line_position": "2"}
    less |= {"line_net": f"{sign}2.50", "line_tax": f"{sign}0.58"}
    found = order(drop, ORDER | {"total_gross": "18.45"}, off, goods, less)
    (given,) = found.refunds
    assert [(line.position, line.net, line.gross) for line in given.lines] == [
        (1, Decimal("10.00"), Decimal("12.30")),
        (2, Decimal("-2.50"), Decimal("-3.08")),
    ]
    assert given.amount == Decimal("9.22")


@pytest.mark.parametrize(
    ("refund", "what"),
    [
        (
            {"refund_id": "R1", "line_sku": "008", "line_net": "1", "line_tax": "0"},
            "a refunded line needs line_position",
        ),
        ({"refund_id": "R1", "line_position": "9", "line_net": "1", "line_tax": "0"}, "names a line_position that"),
        ({"refund_id": "R1", "line_sku": "007"}, "a refunded line needs two of line_net, line_tax and line_gross"),
        ({"refund_id": "R1"}, "a refund has neither refund_amount nor a line"),
    ],
)
def test_a_refund_that_cannot_be_placed_makes_the_order_wait(
    drop: DropFolder, refund: dict[str, str], what: str
) -> None:
    (said,) = words(look(drop, ORDER, {"store_order_id": "1", **refund}))
    assert what in said


def test_a_refund_told_as_an_order_of_its_own_is_refused(drop: DropFolder) -> None:
    (said,) = words(look(drop, ORDER | {"refund_of": "17"}))
    assert said == "it is a refund told as an order of its own; its order must be corrected by hand."


def test_charges_of_the_order_become_lines(drop: DropFolder) -> None:
    charges = {
        "shipping_net": "10.00", "shipping_tax": "2.30", "shipping_name": "Courier", "fee_gross": "1.23",
        "fee_tax_percent": "23", "tip_amount": "2.00", "tip_tax_rate": "0", "duty_gross": "5.00", "duty_tax": "0",
        "discount_gross": "6.15", "discount_tax": "1.15", "total_gross": "38.98",
    }  # fmt: skip
    found = order(drop, ORDER | charges, prices="gross")
    assert [(line.kind, line.sku, str(line.net), str(line.tax), str(line.gross)) for line in found.lines[1:]] == [
        (LineKind.SHIPPING, "", "10.00", "2.30", "12.30"),
        (LineKind.FEE, "", "1.00", "0.23", "1.23"),
        (LineKind.FEE, "@tip", "2.00", "0.00", "2.00"),
        (LineKind.FEE, "@duty", "5.00", "0", "5.00"),
        (LineKind.DISCOUNT, "", "-5.00", "-1.15", "-6.15"),
    ]
    assert [line.position for line in found.lines] == [1, 2, 3, 4, 5, 6]
    assert (found.totals.shipping, found.totals.rounding) == (Decimal("10.00"), Decimal(0))


def test_a_price_without_the_setting_is_no_amount(drop: DropFolder) -> None:
    priced = {name: text for name, text in ORDER.items() if name not in ("line_net", "line_tax")}
    priced |= {"line_price": "10.00", "line_tax_rate": "0.23"}
    assert words(look(drop, priced)) == ["line 1 needs two of line_net, line_tax and line_gross."]
    drop.drop("b.csv", sheet(list(priced), priced))
    (found,) = readable(list(drop.open(prices="net").changed_since(None, ORDERS_FROM))).values()
    assert (found.lines[0].gross, found.lines[0].unit_gross, found.extra) == (
        Decimal("24.60"), Decimal("12.3"), {"derived": "tax"},
    )  # fmt: skip


@pytest.mark.parametrize(("total", "gross"), [("24.60", "24.60"), ("14.60", "24.60")])
def test_a_gift_card_is_a_payment_whether_the_total_is_before_or_after_it(
    drop: DropFolder, total: str, gross: str
) -> None:
    card = {"gift_card_amount": "10.00", "payment_method": "card", "payment_state": "paid", "total_gross": total}
    found = order(drop, ORDER | card)
    assert (found.totals.gross, found.totals.paid, found.totals.due) == (Decimal(gross), Decimal(gross), Decimal(0))
    assert found.payment.parts == (
        PaymentPart(method="card", amount=Decimal("14.60")),
        PaymentPart(method="gift_card", amount=Decimal("10.00")),
    )


def test_a_gift_card_alone_is_paid_as_far_as_it_goes(drop: DropFolder) -> None:
    found = order(drop, ORDER | {"gift_card_amount": "10.00", "payment_method": "cod"})
    assert (found.payment.state, found.totals.paid, found.totals.due) == (
        PaymentState.UNPAID, Decimal("10.00"), Decimal("14.60"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        ({"cancelled_at": "2026-03-02"}, lambda found: found.cancelled),
        ({"cancelled": "yes"}, lambda found: found.cancelled),
        ({"is_test": "1"}, lambda found: found.extra == {"test": "yes"}),
        ({"is_test": "0"}, lambda found: found.extra == {}),
        ({"tax_exempt": "true"}, lambda found: found.tax_exempt),
        ({"tags": "a, b ,,c"}, lambda found: found.tags == ("a", "b", "c")),
        ({"channel": "kiosk"}, lambda found: found.channel == "kiosk"),
        ({"email": "a@example.com"}, lambda found: found.delivery.email == "a@example.com"),
        ({"payment_paid_at": "2026-03-01T10:00:00Z"}, lambda found: found.payment.state is PaymentState.PAID),
        ({"total_due": "4.60"}, lambda found: found.totals.paid == 20),
    ],
)
def test_a_column_says_what_it_says(drop: DropFolder, cells: dict[str, str], holds: Any) -> None:
    assert holds(order(drop, ORDER | cells))


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"line_position": "1a"}, "line_position is not a whole number"),
        ({"is_test": "maybe"}, "is_test must be true or false"),
        ({"line_tax_name": "VAT"}, "line_tax_name does not hold one tax rate, as VAT 23% does"),
        ({"line_tax_name": "VAT 23% or 8%"}, "line_tax_name does not hold one tax rate, as VAT 23% does"),
        ({"shipping_tax": "1"}, "shipping_tax stands there without the amount that it belongs to"),
        ({"total_gross": "-24.60"}, "its total is below zero: that is a refund and no order"),
        ({"line_sku": "5.90123E+12"}, "line_sku was turned into a number by a spreadsheet"),
    ],
)
def test_a_wrong_cell_is_named(drop: DropFolder, cells: dict[str, str], what: str) -> None:
    (said,) = words(look(drop, ORDER | cells))
    assert what in said


def test_two_lines_with_one_position_are_a_mistake(drop: DropFolder) -> None:
    row = ORDER | {"line_position": "1"}
    assert words(look(drop, row, row)) == ["two lines have one line_position."]


def test_a_sku_that_looks_like_a_small_power_lives(drop: DropFolder) -> None:
    assert order(drop, ORDER | {"line_sku": "1E5"}).lines[0].sku == "1E5"


@pytest.mark.parametrize("guarded", ["'=2+3", "'+48600100200", "\t=2+3", "'00-001"])
def test_what_guards_a_cell_from_a_spreadsheet_is_taken_off(drop: DropFolder, guarded: str) -> None:
    assert order(drop, ORDER | {"customer_note": guarded}).customer_note == guarded[1:]


def test_a_last_line_that_breaks_off_is_no_order(drop: DropFolder) -> None:
    whole = sheet(list(ORDER), ORDER, ORDER | {"store_order_id": "2"})
    drop.drop("a.csv", whole[: whole.index("2,") + 25])
    pages = list(drop.open().changed_since(None, ORDERS_FROM))
    assert list(readable(pages)) == ["1"] or len(words(pages)) == 2
    assert any("the last line breaks off" in said for said in words(pages))
    assert "2" not in readable(pages)


def test_a_last_line_without_its_end_is_whole_if_it_has_all_cells(drop: DropFolder) -> None:
    drop.drop("a.csv", sheet(list(ORDER), ORDER).rstrip())
    assert list(readable(list(drop.open().changed_since(None, ORDERS_FROM)))) == ["1"]


def test_an_original_gives_the_same_order_again(drop: DropFolder) -> None:
    (found,) = told(look(drop, ORDER | {"line_price": "10"}))
    assert drop.open().mapped_again(found.original) == found


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"columns": {"colour": "Farbe"}}, "stores.drop.columns.colour is no column"),
        ({"columns": {"line_sku": 7}}, "stores.drop.columns.line_sku must be a text or a list of texts"),
        ({"columns": "Art"}, "stores.drop.columns must be a section"),
        ({"words": {"status": "x"}}, "stores.drop.words.status must be a table of texts"),
        ({"defaults": {"colour": "red"}}, "stores.drop.defaults.colour is no column"),
        ({"prices": "mixed"}, "stores.drop.prices has an unknown value"),
        ({"layout": "amazon"}, "stores.drop.layout has an unknown value"),
        ({"thousands": ".", "decimal": "."}, "stores.drop.thousands is the decimal sign"),
    ],
)
def test_a_wrong_option_is_refused_by_its_name(drop: DropFolder, options: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        drop.open(**options)
    assert what in caught.value.problem.message
