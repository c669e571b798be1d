"""What stands in our documents for Optima: the elements of public files in their order, sums to the grosz."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bridge.domain.contract import Order, Party
from bridge.profiles import CharacterRefused, RegisterEntry, contract_table
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import GOODS, any_order, as_it_travels, installed, many_orders
from tests.profiles.making import file_of
from tests.profiles.xml_family import empty_elements, file_or_reason, hostile_with, reasons_of, tree_of
from tests.readers.optima import disagreements, read_order

PROFILE = installed("comarch-optima-xml")
GROSS = installed("comarch-optima-xml", prices="gross")
SAMPLES = Path(__file__).parents[2] / "templates" / "comarch-optima-xml" / "sample"


def assert_sold(content: bytes, order: Order) -> dict[str, Any]:
    """What Optima is told is what was sold, to the grosz."""
    order = as_it_travels(PROFILE, order)
    read = read_order(content)
    assert disagreements(read) == []
    assert read["attributes"] == {"WEBSTORE": order.store_order_id}
    assert read["description"].startswith(order.store_order_id)
    for line, sold in zip(read["lines"], order.lines, strict=True):
        assert (line["quantity"], line["net"], line["gross"]) == (sold.quantity, sold.net, sold.gross)
        assert line["rate"] == (sold.tax_rate or 0) * 100
    return read


def sold(changes: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The good order, changed, as it is read."""
    order = good_order({**GOODS, **changes})
    content = file_or_reason(PROFILE, order, folder)
    assert isinstance(content, bytes), content
    return assert_sold(content, order)


@pytest.mark.parametrize("name", ["RO_000017.xml", "minimal/RO_000018.xml", "everything/RO_000021.xml"])
def test_the_samples_add_up(name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    assert disagreements(read_order(content)) + empty_elements(content) == []
    assert ("LOCKER-7" in read_order(content)["description"]) == name.startswith("everything")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<RAZEM_NETTO>225.16<", "<RAZEM_NETTO>225.15<", "net is 225.15, the lines make 225.16"),
        ("<RAZEM_BRUTTO>275.42<", "<RAZEM_BRUTTO>275.43<", "gross is 275.43"),
        ("<RAZEM_VAT>50.26<", "<RAZEM_VAT>50.25<", "and tax 50.25 do not make 275.42"),
        ("<VAT>0.81<", "<VAT>0.82<", "the VAT table does not make 50.26"),
        ("<STAWKA>8.00<", "<STAWKA>23.00<", "at 23.00 the lines make 225.16"),
        ("<ILOSC>2.5000<", "<ILOSC>2.0000<", "line 2 is worth 10.16, 4.0640 each"),
        ("<KWOTA>275.42<", "<KWOTA>275.00<", "paid is"),
        ("<LP>2<", "<LP>1<", "an LP stands twice"),
    ],
)
def test_a_falsified_number_is_found_by_the_sums(old: str, new: str, what: str) -> None:
    content = (SAMPLES / "RO_000017.xml").read_text(encoding="utf-8")
    assert old in content
    assert any(what in one for one in disagreements(read_order(content.replace(old, new, 1).encode())))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("optima/dokument", "optima/offline", "another namespace"),
        ("<RABAT>0.00</RABAT>", "<RABAT></RABAT>", "RABAT is empty"),
        ("<KOREKTA>0</KOREKTA>", "", ""),
        ("<ILOSC>2.5000<", "<ILOSC>2.5<", "ILOSC is 2.5"),
        ("<RAZEM_VAT>50.26<", "<RAZEM_VAT>50,26<", "RAZEM_VAT is 50,26"),
    ],
)
def test_a_falsified_form_is_found_by_the_reader(old: str, new: str, what: str) -> None:
    content = (SAMPLES / "RO_000017.xml").read_text(encoding="utf-8")
    assert old in content
    falsified = content.replace(old, new).encode()
    if what:
        with pytest.raises(AssertionError, match=what):
            read_order(falsified)
    else:
        assert read_order(falsified)["number"] == "10452"


def test_the_profile_says_that_it_is_unproven_and_lets_every_length_be_set() -> None:
    rows = contract_table(PROFILE)
    assert "Unproven" in next(row["value"] for row in rows if row["subject"] == "for")
    lengths = [one for one in PROFILE.limits if one.length_max is not None]
    assert lengths
    assert {one.source for one in lengths} == {"unverified"}


def test_the_type_of_the_document_is_a_parameter() -> None:
    profile = installed("comarch-optima-xml", document_type="312", attribute="NRZAM", zero_flag="1", taxed_flag="0")
    order = good_order({**GOODS, "lines.1.tax_rate": "0"})
    read = read_order(file_of(profile, tree_of(profile, order)))
    assert (read["type"], read["kind"], read["attributes"]) == ("312", "312000", {"NRZAM": "10452"})
    assert [line["flag"] for line in read["lines"]] == ["0", "1", "0", "0"]


def test_prices_are_those_after_discounts(tmp_path: Path) -> None:
    read = sold({"lines.0.unit_net": "110", "lines.0.discount": "20.00"}, tmp_path)
    assert read["lines"][0]["price"] == Decimal("100.0000")
    content = file_or_reason(GROSS, good_order(GOODS), tmp_path)
    assert isinstance(content, bytes)
    gross = read_order(content)
    assert (gross["prices"], gross["lines"][0]["price"]) == ("gross", Decimal("123.0000"))
    assert disagreements(gross) == []


@pytest.mark.parametrize(
    ("given", "country", "number"), [("PL5260001246", "PL", "5260001246"), ("5260001246", None, "5260001246")]
)
def test_a_tax_id_is_parted_from_its_country(given: str, country: str | None, number: str, tmp_path: Path) -> None:
    payer = sold({"billing.tax_id": given, "billing.company": "Nowak & Co"}, tmp_path)["payer"]
    assert (payer.get("NIP_KRAJ"), payer["NIP"], payer["NAZWA"]) == (country, number, "Nowak & Co")


def test_texts_of_blanks_alone_leave_no_element(tmp_path: Path) -> None:
    blank = {f"{owner}.{name}": " \t" for owner in ("billing", "delivery") for name in Party.model_fields}
    blank |= {"billing.country": "", "delivery.country": "", "customer_note": " \n", "payment.method": " "}
    read = sold({**blank, "warehouse": " ", "lines.0.name": " "}, tmp_path)
    assert read["paid"] == []
    assert read["payer"] == {"KOD": "!NIEOKREŚLONY!"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"currency": "EUR"}, "currency EUR is not a code that the ERP knows; it knows PLN"),
        ({"lines.2.sku": ""}, "ERP article is missing"),
        ({"lines.0.quantity": "0.00001"}, "it wants at most 4 decimals"),
        ({"store_order_id": "9" * 31}, "external id is 31 characters; the ERP field holds 30"),
    ],
)
def test_what_optima_cannot_take_is_an_exception_of_its_order(changes: dict[str, Any], what: str) -> None:
    found = reasons_of(PROFILE, good_order({**GOODS, **changes}))
    assert any(what in one for one in found), found


def test_a_tax_without_a_rate_is_never_booked_at_zero(tmp_path: Path) -> None:
    made = file_or_reason(PROFILE, good_order({**GOODS, "lines.1.tax_rate": None}), tmp_path)
    assert isinstance(made, str)
    assert made.startswith(
        "Order 10452: a line has a tax whose rate the store does not say; Optima would book it at zero."
    )


@pytest.mark.timeout(300 + many_orders.max_examples // 3)
@many_orders
@given(any_order)
def test_any_order_is_read_as_sold_or_says_why_not(tmp_path_factory: pytest.TempPathFactory, order: Order) -> None:
    made = file_or_reason(PROFILE, order, tmp_path_factory.getbasetemp())
    if isinstance(made, bytes):
        assert_sold(made, order)


def test_no_hostile_text_breaks_a_file(tmp_path: Path) -> None:
    refused = carried = 0
    for path, text, order in hostile_with():
        made = file_or_reason(PROFILE, order, tmp_path)
        if isinstance(made, str):
            refused += 1
            assert made.startswith("Order ") and ("U+" in made or "the ERP" in made), (path, text, made)
        else:
            carried += 1
            assert_sold(made, order)
    assert refused > 0
    assert carried > 0


@pytest.mark.parametrize("text", ["nul\x00", "bell\x07", "half \ud83d pair", "\uffff"])
def test_what_no_xml_can_hold_names_its_field(text: str) -> None:
    tree = tree_of(PROFILE, good_order(GOODS))
    tree["delivery"]["street"] = tree["delivery"]["address"] = text
    with pytest.raises(CharacterRefused, match="delivery"):
        file_of(PROFILE, tree)


def test_optima_gives_no_answer_and_its_report_brings_the_number() -> None:
    assert PROFILE.answers is None
    assert list(PROFILE.read_register(SAMPLES / "register.csv")) == [RegisterEntry("10452", "RO/17/2026")]
