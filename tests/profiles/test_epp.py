"""What Subiekt reads in our files: EDI++ 1.05 field by field, in both code pages, with amounts that add up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from bridge.domain.checks import field_too_long
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.profiles import ProfileRefused, RegisterEntry, RenderRefused
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import (
    GOODS,
    any_order,
    as_it_travels,
    file_or_reason,
    hostile_orders,
    installed,
    many_orders,
    rules_of,
    tree_of,
)
from tests.profiles.making import file_of
from tests.readers import epp

SAMPLE = Path(__file__).parents[2] / "templates" / "subiekt-epp" / "sample"
PROFILE = installed("subiekt-epp")
DOS = installed("subiekt-epp", code_page="852")
YEN = installed("subiekt-epp", currency="JPY")


def assert_sold(content: bytes, *orders: Order) -> None:
    """Each number is read back to the minor unit, and each text that has a field of its own."""
    found = epp.judge(content)
    assert [one["order"] for one in found] == [order.store_order_id for order in orders]
    for one, order in zip(found, (as_it_travels(PROFILE, order) for order in orders), strict=True):
        for name in ("net", "tax", "gross", "paid", "due"):
            assert one[name] == getattr(order.totals, name), name
        for line, sold in zip(one["lines"], order.lines, strict=True):
            assert (line["quantity"], line["net"], line["tax"], line["gross"]) == (
                sold.quantity, sold.net, sold.tax, sold.gross
            )  # fmt: skip
            assert line["rate"] == ("" if sold.tax_rate is None else sold.tax_rate * 100)


def test_the_sample_says_what_was_sold_in_both_code_pages() -> None:
    whole, least = epp.judge((SAMPLE / "ZK_000017.epp").read_bytes())
    assert (whole["type"], whole["customer"], whole["tax_id"]) == ("ZK", "INTERNET", "5260001246")
    assert whole["name"] == 'Przykład "Źrebię" sp. z o.o.'
    assert whole["remarks"] == '10452 PL +48221234567 Dzwonić dwa razy; pytać o "Elę", 2. piętro - 100"'
    assert (whole["net"], whole["tax"], whole["gross"], whole["due"]) == (
        Decimal("225.15"), Decimal("50.26"), Decimal("275.41"), Decimal("75.41")
    )  # fmt: skip
    assert [(line["article"], line["unit"], line["kind"]) for line in whole["lines"]] == [
        ("40017", "szt.", "1"), ("00340", "m", "1"), ("KURIER", "szt.", "2")
    ]  # fmt: skip
    assert (least["order"], least["name"], least["gross"]) == ("10453", "", Decimal("90.00"))
    (dos,) = epp.judge((SAMPLE / "codepage852" / "ZK_000018.epp").read_bytes())
    assert dos["remarks"] == '10452 PL +48221234567 Zażółć gęślą jaźń - "ZAŻÓŁĆ GĘŚLĄ JAŹŃ"'


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"ZK",1,0,', '"ZK",1,0,,', "63 fields in place of 62"),
        (",,0\r\n[ZAWARTOSC]", ",0\r\n[ZAWARTOSC]", "61 fields in place of 62"),
        (",0.0000,,\r\n", ",0.0000,\r\n", "21 fields in place of 22"),
        (",,3,1,,225.1500", ",,4,1,,225.1500", "count of lines"),
        ("225.1500", "225.15", "no K"),
        ('"10452"', "10452", "without quotes"),
        ('"01-234"', '"01-2345"', "longer than T6"),
        ("46.0000,246.0000", "46.0100,246.0100", "add up to tax"),
        ("100.0000,123.0000", "100.0100,123.0000", "price x quantity"),
        ('""Źrebię""', '"Źrebię"', "after a quoted text"),
        ("\r\n\r\n", "\r\n", "empty line"),
        ("[NAGLOWEK]", "[KONTRAHENCI]", "header is missing"),
        ("\r\n", "\n", "empty line"),
    ],
)
def test_a_falsified_file_is_seen(old: str, new: str, what: str) -> None:
    text = (SAMPLE / "ZK_000017.epp").read_bytes().decode("cp1250")
    falsified = text.replace(old, new) if old == "\r\n" else text.replace(old, new, 1)
    assert falsified != text
    with pytest.raises(AssertionError, match=what):
        epp.judge(falsified.encode("cp1250"))


@many_orders
@given(any_order)
def test_any_order_is_imported_as_sold_or_says_why_not(order: Order) -> None:
    made = file_or_reason(YEN if order.currency == "JPY" else PROFILE, order)
    if isinstance(made, bytes):
        assert_sold(made, order)


def test_no_hostile_text_breaks_a_file() -> None:
    other = good_order({**GOODS, "store_order_id": "10453"})
    refused = 0
    for path, text, order in hostile_orders():
        for profile in (PROFILE, DOS):
            made = file_or_reason(profile, order, other)
            if isinstance(made, str):
                refused += 1
                expected = ("holds U+", "is missing", "postal code is", "pickup point is", "would be")
                assert any(words in made for words in expected), (path, text, made)
            else:
                assert_sold(made, order, other)
    assert refused > 0


def test_a_foreign_postcode_waits_with_both_lengths() -> None:
    case = Case.of(good_order({"billing.postal_code": "SW1A 1AA"}), rules_of(PROFILE), "10452")
    assert [one.message for one in field_too_long.check(case)] == [
        "Order 10452: billing postal code is 8 characters; the ERP field holds 6."
    ]


def test_letters_that_a_code_page_lacks_lose_their_accents_or_wait() -> None:
    order = good_order({**GOODS, "billing.company": "Ångström Ltd", "customer_note": "100 €"})
    assert epp.judge(file_of(PROFILE, tree_of(PROFILE, order)))[0]["name"] == "Angström Ltd"
    assert file_or_reason(DOS, order) == (
        "Order 10452: customer note holds U+20AC (EURO SIGN) at position 5, which a file in cp852 cannot carry."
    )


def test_comment_of_several_fields_that_is_too_long_is_explained() -> None:
    profile = installed("subiekt-epp")
    order = good_order(
        {**GOODS, "delivery.postal_code": "0" * 12, "delivery.city": "x" * 30, "pickup_point_id": "P" * 8}
    )
    with pytest.raises(RenderRefused, match=r"column 50 comment: .* would be 52 characters; the column holds 50"):
        file_of(profile, tree_of(profile, order))


def test_a_quantity_of_five_decimals_is_never_rounded() -> None:
    order = good_order({**GOODS, "lines.0.quantity": "0.00001"})
    with pytest.raises(RenderRefused, match=r"lines\[1\]\.quantity is no number of 4 decimal places"):
        file_of(PROFILE, tree_of(PROFILE, order))


def test_ten_megabytes_of_note_wait_for_their_length() -> None:
    made = file_or_reason(PROFILE, good_order({**GOODS, "customer_note": "ż," * 5_000_000}))
    assert made == "Order 10452: customer note is 10000000 characters; the ERP field holds 221."


def test_a_parameter_that_the_code_page_cannot_hold_is_refused_at_load() -> None:
    with pytest.raises(ProfileRefused, match=r"profile\.toml:\d+: column 6 sender short name: .* cannot hold U\+20AC"):
        installed("subiekt-epp", code_page="852", sender="Sklep €")


def test_the_register_says_which_orders_the_program_holds() -> None:
    assert list(PROFILE.read_register(SAMPLE / "register.csv")) == [
        RegisterEntry("10452", "ZK 17/11/2026"), RegisterEntry("10453", "ZK 19/11/2026")
    ]  # fmt: skip
