"""openTRANS orders as a receiver reads them: each word in its namespace, amounts to the minor unit, or explained."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bridge.domain.contract import Order, Party
from bridge.domain.maps import UNIT_CODES
from bridge.profiles import CharacterRefused, ProfileRefused, SchemaRefused, load_profile
from bridge.profiles.installation import Installation
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import any_order, as_it_travels, many_orders
from tests.profiles.making import file_of
from tests.profiles.xml_family import empty_elements, file_or_reason, hostile_with, reasons_of, tree_of
from tests.readers.opentrans import disagreements, misreferences, read_order

PROFILE = load_profile("opentrans-2.1", None, Installation(parameters={"supplier": "10000735", "buyer": "123456"}))
SAMPLES = Path(__file__).parents[2] / "templates" / "opentrans-2.1" / "sample"
# Public examples, where they lie beside the checkout; our own sample is always among them.
PUBLIC = sorted((Path(__file__).parents[3] / "shared/samples/formats/opentrans-2.1/examples").glob("*.xml"))
ORDERS = [path for path in [SAMPLES / "ORDER_000017.xml", *PUBLIC] if b"</ORDER>" in path.read_bytes()]
EURO = {"currency": "EUR"}


def in_euro(order: Order) -> Order:
    """The same amounts in a currency that the standard knows."""
    return order.model_copy(update=EURO) if order.currency == "PLN" else order


def assert_sold(content: bytes, order: Order, priced: bool = True) -> dict[str, Any]:
    """What the receiver has is what was sold, to the minor unit."""
    order = as_it_travels(PROFILE, order)
    read = read_order(content)
    assert misreferences(read) == []
    assert disagreements(read, priced) == []
    assert empty_elements(content) == []
    for line, sold in zip(read["lines"], order.lines, strict=True):
        assert (line["position"], line["quantity"], line["unit_net"]) == (
            str(sold.position), sold.quantity, sold.unit_net
        )  # fmt: skip
        assert (line["net"], line["tax"], line["discount"]) == (sold.net, sold.tax, sold.discount)
        assert line["net"].same_quantum(Decimal(1).scaleb(-order.currency_digits))
    return read


@pytest.mark.parametrize("name", ["ORDER_000017.xml", "minimal/ORDER_000018.xml", "everything/ORDER_000021.xml"])
def test_the_samples_add_up(name: str) -> None:
    read = read_order((SAMPLES / name).read_bytes())
    assert read["remarks"].get("pickuppoint") == ("LOCKER-7" if name.startswith("everything") else None)
    assert misreferences(read) + disagreements(read) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<PRICE_LINE_AMOUNT>10.16<", "<PRICE_LINE_AMOUNT>10.17<", "TOTAL_AMOUNT is 225.16, the items make 225.17"),
        ("<QUANTITY>2<", "<QUANTITY>3<", "item 1 is worth 200.00, its price makes 305"),
        (">10.00</AOC_MONETARY_AMOUNT>", ">9.00</AOC_MONETARY_AMOUNT>", "item 1 is worth 200.00"),
        ("<TOTAL_AMOUNT>225.16<", "<TOTAL_AMOUNT>225.15<", "TOTAL_AMOUNT is 225.15"),
        ("<TOTAL_ITEM_NUM>3<", "<TOTAL_ITEM_NUM>2<", "TOTAL_ITEM_NUM is 2, there are 3 items"),
        ("<LINE_ITEM_ID>2<", "<LINE_ITEM_ID>1<", "a LINE_ITEM_ID stands twice"),
        (">10000735</bmecat:SUPPLIER_IDREF>", ">10000736</bmecat:SUPPLIER_IDREF>", "referred to as 10000736"),
        ("<PARTY_ROLE>delivery<", "<PARTY_ROLE>customer<", "there is no delivery"),
    ],
)
def test_what_the_schema_does_not_see_is_found_by_counts_and_sums(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    content = (SAMPLES / "ORDER_000017.xml").read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "ORDER_000017.xml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    PROFILE.validate(path)
    read = read_order(path.read_bytes())
    assert any(what in one for one in misreferences(read) + disagreements(read))


@pytest.mark.parametrize(
    ("old", "new"),
    [("bmecat:STREET>", "STREET>"), ("PARTY_ROLE>", "bmecat:PARTY_ROLE>"), ("bmecat:CURRENCY>", "CURRENCY>")],
)
def test_an_element_in_the_other_namespace_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "ORDER_000017.xml"
    path.write_text((SAMPLES / "ORDER_000017.xml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SchemaRefused):
        PROFILE.validate(path)


def test_who_pays_is_buyer_and_invoice_recipient(tmp_path: Path) -> None:
    order = good_order({**EURO, "billing.company": "Nowak & Co", "delivery.city": "Łódź"})
    content = file_or_reason(PROFILE, order, tmp_path)
    assert isinstance(content, bytes)
    parties = assert_sold(content, order)["parties"]
    assert parties["buyer"] == parties["invoice_recipient"]
    assert (parties["buyer"]["id"], parties["buyer"]["company"], parties["delivery"]["city"]) == (
        "123456", "Nowak & Co", "Łódź"
    )  # fmt: skip
    assert parties["supplier"]["id"] == "10000735"


def test_texts_of_blanks_alone_leave_no_element(tmp_path: Path) -> None:
    blank = {f"{owner}.{name}": " \t" for owner in ("billing", "delivery") for name in Party.model_fields}
    blank |= {"billing.country": "", "delivery.country": ""}
    blank |= {"customer_note": " \n", "buyer_order_number": " ", "payment.method": " ", "shipping_method": " "}
    order = good_order({**EURO, **blank, "lines.0.name": " "})
    content = file_or_reason(PROFILE, order, tmp_path)
    assert isinstance(content, bytes)
    assert_sold(content, order)


def test_what_a_store_rounds_in_its_sums_alone_is_an_item_of_its_own(tmp_path: Path) -> None:
    sums = {"totals.net": "245.01", "totals.gross": "301.36", "totals.rounding": "0.01", "totals.paid": "301.36"}
    content = file_or_reason(PROFILE, good_order({**EURO, **sums}), tmp_path)
    assert isinstance(content, bytes)
    read = read_order(content)
    assert (read["total"], read["lines"][-1]["name"]) == (Decimal("245.01"), "Rounding")
    assert sum(line["net"] + line["tax"] for line in read["lines"]) == Decimal("301.36")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"currency": "PLN"}, "currency PLN is not a code that the ERP knows"),
        ({"lines.0.unit": "box of twelve"}, "line 1 unit code is not a code that the ERP knows; it knows C62, KGM"),
        ({"delivery.country": "ME"}, "delivery country ME is not a code"),
        ({"lines.0.tax_code": "full rate"}, "it wants at most 80 letters, digits, dots and dashes"),
        ({"lines.1.name": "x" * 151}, "line 2, line name is 151 characters; the ERP field holds 150"),
    ],
)
def test_what_the_standard_does_not_know_is_an_exception_of_its_order(changes: dict[str, Any], what: str) -> None:
    found = reasons_of(PROFILE, good_order({**EURO, **changes}))
    assert any(one.startswith("Order 10452: ") and what in one for one in found), found


def test_every_unit_of_ours_is_known_to_the_standard() -> None:
    (limit,) = [one for one in PROFILE.limits if one.field == "lines.unit_code"]
    assert set(UNIT_CODES.values()) <= set(limit.codes)


def test_the_installation_says_who_it_is() -> None:
    with pytest.raises(ProfileRefused, match="supplier"):
        load_profile("opentrans-2.1", None, Installation(parameters={"buyer": "1"}))
    parameters = {"supplier": "4012345000009", "supplier_type": "gln", "buyer": "7", "order_type": "express"}
    profile = load_profile("opentrans-2.1", None, Installation(parameters=parameters))
    content = file_of(profile, tree_of(profile, good_order(EURO)))
    assert b'<bmecat:SUPPLIER_IDREF type="gln">4012345000009<' in content
    assert read_order(content)["type"] == "express"


@pytest.mark.timeout(300 + many_orders.max_examples // 3)
@many_orders
@given(any_order)
def test_any_order_is_read_as_sold_or_says_why_not(tmp_path_factory: pytest.TempPathFactory, order: Order) -> None:
    order = in_euro(order)
    made = file_or_reason(PROFILE, order, tmp_path_factory.getbasetemp())
    if isinstance(made, bytes):
        assert_sold(made, order, priced=False)


def test_no_hostile_text_breaks_a_file(tmp_path: Path) -> None:
    refused = carried = 0
    for path, text, order in hostile_with(**EURO):
        made = file_or_reason(PROFILE, order, tmp_path)
        if isinstance(made, str):
            refused += 1
            assert "holds U+" in made or "characters; the ERP field holds" in made, (path, text, made)
        else:
            carried += 1
            assert_sold(made, order)
    assert refused > 0
    assert carried > 0


def test_ten_megabytes_of_note_are_explained(tmp_path: Path) -> None:
    made = file_or_reason(PROFILE, good_order({**EURO, "customer_note": "ż" * 10_000_000}), tmp_path)
    assert made == "Order 10452: customer note is 10000000 characters; the ERP field holds 64000."


@pytest.mark.parametrize("text", ["nul\x00", "bell\x07", "half \ud83d pair", "\uffff"])
@pytest.mark.parametrize("field", ["street", "flat", "city", "company"])
def test_what_no_xml_can_hold_names_its_field(text: str, field: str) -> None:
    tree = tree_of(PROFILE, good_order(EURO))
    tree["delivery"][field] = tree["delivery"]["address"] = text
    with pytest.raises(CharacterRefused, match="delivery"):
        file_of(PROFILE, tree)


@pytest.mark.parametrize("path", ORDERS, ids=lambda path: path.name)
def test_real_orders_are_valid_and_their_items_are_counted(path: Path) -> None:
    PROFILE.validate(path)
    read = read_order(path.read_bytes())
    assert read["external_id"]
    assert read["count"] == len(read["lines"]) > 0
