"""What Sage X3's template SOH reads in our files, and what its log says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from bridge.domain.answers import Verdict
from bridge.domain.contract import Order
from bridge.profiles import ProfileRefused, RegisterEntry
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import (
    GOODS,
    any_order,
    as_it_travels,
    file_or_reason,
    hostile_orders,
    installed,
    many_orders,
    tree_of,
)
from tests.profiles.making import file_of
from tests.readers import sage_x3

SAMPLE = Path(__file__).parents[2] / "templates" / "sage-x3-soh" / "sample"
PROFILE = installed("sage-x3-soh", site="FR011", shipping_site="FR012", customer="WEB01")


def assert_sold(content: bytes, *orders: Order) -> None:
    """What X3 has after the import is what was sold, to the minor unit."""
    found = sage_x3.judge(content, orders[0].currency_digits)
    assert [one["CUSORDREF"] for one in found] == [order.store_order_id for order in orders]
    for one, order in zip(found, (as_it_travels(PROFILE, order) for order in orders), strict=True):
        assert [line["amount"] for line in one["lines"]] == [line.net for line in order.lines]
        assert [line["QTY"] for line in one["lines"]] == [line.quantity for line in order.lines]
        assert one["amount"] == order.totals.net
        assert one["CUR"] == order.currency


def test_the_sample_says_what_was_sold() -> None:
    whole, least = sage_x3.judge((SAMPLE / "SOH000017.csv").read_bytes(), 2)
    assert (whole["SALFCY"], whole["STOFCY"], whole["BPCORD"], whole["ORDDAT"]) == (
        "FR011", "FR012", "WEB01", "20261124"
    )  # fmt: skip
    assert whole["header text"].startswith('Ring twice, ask for "Ela" at the blue gate')
    assert whole["header text 2"] == "work in winter - or call"
    assert (whole["footer text"], whole["footer text 2"]) == (
        "Example GmbH, Jan Muller, +49221234567", "Lindenstrasse 7/3, 01234, Lodz, DE"
    )  # fmt: skip
    assert (whole["amount"], least["amount"]) == (Decimal("225.15"), Decimal("90.00"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("E;FR011;SON;;", "E;FR011;SON;", "13 fields in place of 14"),
        ("L;40017;Kettle;", "L;40017;Kettle;;", "8 fields in place of 7"),
        ("L;40017;Kettle;", "L;;Kettle;", "ITMREF is missing"),
        (";10453;", ";10452;", "a reference twice"),
        ("FR012", "FR01234", "STOFCY is longer than 5"),
        ("100.0000", "100.00", "GROPRI"),
        ("\r\n", "\n", "not ended"),
        ("E;FR011", "K;FR011", "no record"),
    ],
)
def test_a_falsified_file_is_seen(old: str, new: str, what: str) -> None:
    text = (SAMPLE / "SOH000017.csv").read_bytes().decode("ascii")
    falsified = text.replace(old, new) if old == "\r\n" else text.replace(old, new, 1)
    assert falsified != text
    with pytest.raises(AssertionError, match=what):
        sage_x3.judge(falsified.encode("ascii"), 2)


@many_orders
@given(any_order)
def test_any_order_is_imported_as_sold_or_says_why_not(order: Order) -> None:
    made = file_or_reason(PROFILE, order)
    if isinstance(made, bytes):
        assert_sold(made, order)


def test_no_hostile_text_breaks_a_file() -> None:
    other = good_order({**GOODS, "store_order_id": "10453"})
    refused = 0
    for path, text, order in hostile_orders():
        made = file_or_reason(PROFILE, order, other)
        if isinstance(made, str):
            refused += 1
            assert any(words in made for words in ("holds U+", "is missing", "characters; the")), (path, text, made)
        else:
            assert_sold(made, order, other)
    assert refused > 0


def test_letters_are_folded_and_a_semicolon_becomes_a_comma() -> None:
    order = good_order({**GOODS, "customer_note": "Łódź; Straße \u2013 5 €", "delivery.last_name": "Ångström"})
    (found,) = sage_x3.judge(file_of(PROFILE, tree_of(PROFILE, order)), 2)
    assert found["header text"] == "Lodz, Strasse - 5 EUR"
    assert found["footer text"] == "Anna Angstrom, +48221234567"


def test_an_article_with_a_semicolon_waits_before_it_is_rendered() -> None:
    assert file_or_reason(PROFILE, good_order({**GOODS, "lines.0.sku": "A;1"})) == (
        "Order 10452: line 1 ERP article holds U+003B (SEMICOLON) at position 2, "
        "which a file in ascii without quotes cannot carry."
    )


def test_ten_megabytes_of_note_wait_for_their_length() -> None:
    made = file_or_reason(PROFILE, good_order({**GOODS, "customer_note": "ab " * 3_400_000}))
    assert isinstance(made, str)
    assert made.startswith("Order 10452: customer note is ")
    assert made.endswith("characters; the ERP field holds 2 x 100.") or "holds" in made


def test_the_log_says_what_became_of_each_order() -> None:
    results = list(PROFILE.read_answer(SAMPLE / "SOH000017.log", "SOH000017.log").results)
    assert [(one.external_id, one.verdict, one.erp_number, one.reason) for one in results] == [
        ("10452", Verdict.ACCEPTED, "SONFR0110017", ""),
        ("10453", Verdict.REJECTED, None, "line 1, Product 40017 : record does not exist"),
    ]


def test_a_site_that_is_no_key_is_refused_at_load() -> None:
    with pytest.raises(ProfileRefused, match="parameter site = 'paris-1' does not fit: it wants at most five capitals"):
        installed("sage-x3-soh", site="paris-1")


def test_the_register_says_which_orders_x3_holds() -> None:
    assert list(PROFILE.read_register(SAMPLE / "register.csv")) == [RegisterEntry("10452", "SONFR0110017")]
