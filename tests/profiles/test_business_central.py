"""What the XMLport of our example contract reads: codes in capitals, sizes that hold, amounts to the minor unit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bridge.domain.answers import Verdict
from bridge.domain.contract import Order, Party
from bridge.profiles import CharacterRefused, ProfileRefused, RegisterEntry, SchemaRefused, load_profile
from bridge.profiles.acknowledgements.places import PlaceNote
from bridge.profiles.installation import Installation
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import any_order, as_it_travels, many_orders
from tests.profiles.making import file_of
from tests.profiles.xml_family import empty_elements, file_or_reason, hostile_with, reasons_of, tree_of
from tests.readers.business_central import disagreements, read_order

SET = {"customer": "WEB", "other_no": "8400"}
PROFILE = load_profile("business-central-xml", None, Installation(parameters=SET))
DPD = {"shipping_method": "DPD"}
SAMPLES = Path(__file__).parents[2] / "templates" / "business-central-xml" / "sample"


def assert_sold(content: bytes, order: Order, priced: bool = True) -> dict[str, Any]:
    """What stands in the tables is what was sold, to the minor unit."""
    order = as_it_travels(PROFILE, order)
    read = read_order(content)
    assert disagreements(read, priced) == []
    assert empty_elements(content) == []
    assert read["ExternalDocumentNo"] == order.store_order_id.upper()
    for line, sold in zip(read["Lines"], order.lines, strict=True):
        assert (line["Quantity"], line["UnitPrice"]) == (sold.quantity, sold.unit_net)
        assert (line["LineAmount"], line["AmountIncludingVAT"]) == (sold.net, sold.gross)
        assert line["LineAmount"].same_quantum(Decimal(1).scaleb(-order.currency_digits))
        assert line.get("LineDiscountAmount", Decimal(0)) == sold.discount
    return read


@pytest.mark.parametrize("name", ["SO_00000017.xml", "minimal/SO_00000018.xml", "everything/SO_00000021.xml"])
def test_the_samples_add_up(name: str) -> None:
    read = read_order((SAMPLES / name).read_bytes())
    assert disagreements(read) == []
    assert ("Pickup point LOCKER-7" in read["Comments"]) == name.startswith("everything")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<LineAmount>10.16<", "<LineAmount>10.17<", "TotalAmount is 225.16, the lines make 225.17"),
        ("<AmountIncludingVAT>18.45<", "<AmountIncludingVAT>18.46<", "TotalAmountIncludingVAT is 276.95"),
        ("<Quantity>2.5<", "<Quantity>3.5<", "line 20000 is worth 10.16"),
        (">10.00</LineDiscountAmount>", ">1.00</LineDiscountAmount>", "line 10000 is worth 200.00"),
        ("<NoOfLines>3<", "<NoOfLines>4<", "NoOfLines is 4, there are 3"),
        ("<LineNo>20000<", "<LineNo>10000<", "a LineNo stands twice"),
    ],
)
def test_what_the_schema_does_not_see_is_found_by_counts_and_sums(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    content = (SAMPLES / "SO_00000017.xml").read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "SO_00000017.xml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    PROFILE.validate(path)
    assert any(what in one for one in disagreements(read_order(path.read_bytes())))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("WEB-10452", "web-10452"),
        ("WEB-10452", "W" * 36),
        ("<City>Łódź<", f"<City>{'Ł' * 31}<"),
        ("<City>Łódź<", "<City><"),
        ("<Type>Item<", "<Type>Article<"),
        ("<Quantity>2<", "<Quantity>2,5<"),
        ("<DocumentDate>2026-11-24<", "<DocumentDate>24.11.26<"),
    ],
)
def test_the_schema_refuses_what_the_tables_cannot_hold(old: str, new: str, tmp_path: Path) -> None:
    content = (SAMPLES / "SO_00000017.xml").read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "SO_00000017.xml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaRefused):
        PROFILE.validate(path)


def test_the_readme_says_what_an_xmlport_must_know() -> None:
    readme = (SAMPLES.parent / "README.txt").read_text(encoding="utf-8")
    for word in (
        "XMLport",
        "FormatEvaluate",
        "UTF-8",
        "Sales Header",
        "Sales Line",
        "ExternalDocumentNo",
        "archive",
        "error",
    ):
        assert word in readme


def test_codes_go_out_in_capitals_and_the_id_comes_back_whatever_its_case(tmp_path: Path) -> None:
    assert PROFILE.external_id("web-10452ä") == "WEB-10452Ä"
    order = good_order({**DPD, "lines.0.sku": "ab-1", "delivery.postal_code": "sw1a 1aa", "store_order_id": "web-1"})
    content = file_or_reason(PROFILE, order, tmp_path)
    assert isinstance(content, bytes)
    read = assert_sold(content, order)
    assert (read["ShipTo"]["PostCode"], read["Lines"][0]["No"]) == ("SW1A 1AA", "AB-1")


def test_the_own_currency_is_left_out_and_charges_go_to_the_account(tmp_path: Path) -> None:
    content = file_or_reason(PROFILE, good_order({**DPD, "currency": "EUR"}), tmp_path)
    assert isinstance(content, bytes)
    read = read_order(content)
    assert "CurrencyCode" not in read
    assert [(line["Type"], line["No"]) for line in read["Lines"][2:]] == [("G/L Account", "8400")] * 2
    zloty = file_or_reason(PROFILE, good_order(DPD), tmp_path)
    assert isinstance(zloty, bytes)
    assert read_order(zloty)["CurrencyCode"] == "PLN"


def test_a_long_note_is_lines_of_comment(tmp_path: Path) -> None:
    content = file_or_reason(PROFILE, good_order({**DPD, "customer_note": "please ring twice " * 60}), tmp_path)
    assert isinstance(content, bytes)
    assert " ".join(read_order(content)["Comments"]).split() == ["please", "ring", "twice"] * 60
    made = file_or_reason(PROFILE, good_order({**DPD, "customer_note": "ż " * 5_000_000}), tmp_path)
    assert isinstance(made, str)
    assert "customer note" in made


def test_texts_of_blanks_alone_leave_no_element(tmp_path: Path) -> None:
    blank = {f"{owner}.{name}": "  " for owner in ("billing", "delivery") for name in Party.model_fields}
    blank |= {"customer_note": " \n", "buyer_order_number": " ", "payment.method": " ", "shipping_method": " "}
    order = good_order({**blank, "warehouse": " ", "lines.0.name": " "})
    content = file_or_reason(PROFILE, order, tmp_path)
    assert isinstance(content, bytes)
    assert_sold(content, order)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"store_order_id": "9" * 36}, "external id is 36 characters; the ERP field holds 35"),
        ({"lines.0.sku": "STRAßE"}, "it wants Latin letters that stay one letter in capitals"),
        ({"delivery.city": "Ł" * 31}, "delivery city is 31 characters; the ERP field holds 30"),
        ({"lines.1.quantity": "1234567890123456.789"}, "has 19 digits; the ERP field holds 18"),
    ],
)
def test_what_the_tables_cannot_hold_is_an_exception_of_its_order(changes: dict[str, Any], what: str) -> None:
    found = reasons_of(PROFILE, good_order(changes))
    assert any(what in one for one in found), found


@pytest.mark.parametrize(
    "wrong", [{"customer": "web"}, {"customer": "W" * 21}, {"other_type": "Sock"}, {"location": "main"}]
)
def test_an_installation_cannot_set_what_the_tables_do_not_hold(wrong: dict[str, str]) -> None:
    with pytest.raises(ProfileRefused, match=next(iter(wrong))):
        load_profile("business-central-xml", None, Installation(parameters={**SET, **wrong}))


@pytest.mark.timeout(300 + many_orders.max_examples // 3)
@many_orders
@given(any_order)
def test_any_order_is_read_as_sold_or_says_why_not(tmp_path_factory: pytest.TempPathFactory, order: Order) -> None:
    made = file_or_reason(PROFILE, order, tmp_path_factory.getbasetemp())
    if isinstance(made, bytes):
        assert_sold(made, order, priced=False)


def test_no_hostile_text_breaks_a_file(tmp_path: Path) -> None:
    refused = carried = 0
    for path, text, order in hostile_with(shipping_method="DPD"):
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
    tree = tree_of(PROFILE, good_order())
    tree["delivery"]["street"] = tree["delivery"]["address"] = text
    with pytest.raises(CharacterRefused, match="delivery"):
        file_of(PROFILE, tree)


@pytest.mark.parametrize(
    ("folder", "says", "verdict"), [("archive", "accepted", Verdict.ACCEPTED), ("error", "rejected", Verdict.REJECTED)]
)
def test_the_folder_to_which_the_job_queue_moves_the_file_is_the_verdict(
    folder: str, says: str, verdict: Verdict, tmp_path: Path
) -> None:
    assert PROFILE.settings.answers is not None
    (rule,) = PROFILE.settings.answers.rules
    assert rule.moved is not None
    assert rule.moved.folders[folder] == says
    path = tmp_path / "note"
    name = "SO_00000017.xml"
    path.write_bytes(PlaceNote("bc", rule.name, name, 17, "0" * 64, 9, folder, name, "", "", says).content())
    (result,) = PROFILE.read_answer(path, "note", rule=rule).results
    assert (result.verdict, result.whole_file, result.erp_number) == (verdict, True, None)


def test_the_register_brings_the_number(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("No;External_Document_No\nSO-1017;WEB-10452\nSO-1018;\n", encoding="utf-8")
    assert list(PROFILE.read_register(path)) == [RegisterEntry("WEB-10452", "SO-1017")]
