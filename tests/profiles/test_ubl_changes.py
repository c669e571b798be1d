"""Order changes and cancellations in UBL and Peppol: what became of each line, who the order is, and sums that hold."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.changes import changed
from bridge.domain.states import Purpose
from bridge.profiles import Profile, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.making import file_of, sent
from tests.profiles.test_peppol_orders import SET
from tests.readers.peppol import disagreements, read_order
from tests.readers.ubl import amount, steps, text

S = {f"lines.{number}.tax_code": "S" for number in range(4)}
TEA = {"position": 2, "sku": "TEA", "name": "Tea", "unit_net": "4", "tax_code": "S", "tax_rate": "0.23",
       "net": "4.00", "tax": "0.92", "gross": "4.92"}  # fmt: skip
# Two more kettles, the cups gone, tea added.
CHANGES = S | {
    "lines.0.quantity": "4", "lines.0.net": "400.00", "lines.0.tax": "92.00", "lines.0.gross": "492.00", "lines.1": TEA,
    "totals.net": "399.00", "totals.tax": "91.77", "totals.gross": "490.77", "totals.due": "189.42",
    "totals.by_rate": [],
}  # fmt: skip
del CHANGES["lines.1.tax_code"]


def load(name: str, purpose: Purpose, **parameters: str) -> Profile:
    given = (SET if name.startswith("peppol") else {}) | parameters
    found = load_profile(name, None, Installation(parameters=given)).of(purpose)
    assert found is not None
    return found


def tree_of(profile: Profile, purpose: Purpose, number: int = 1, erp_number: str = "SO-1") -> dict[str, Any]:
    """The changed order against the one that was sent."""
    before, after = sent(profile, S), sent(profile, CHANGES if purpose is Purpose.CHANGE else S)
    return changed(after, before, purpose, number, erp_number)


def held(profile: Profile, tree: dict[str, Any], folder: Path) -> ET.Element:
    """The file, held against rules and schema."""
    path = folder / "change.xml"
    path.write_bytes(file_of(profile, tree))
    profile.validate(path)
    return ET.fromstring(path.read_bytes())


def lines_of(root: ET.Element) -> list[tuple[str, str, Decimal, Decimal]]:
    """Number, status, quantity and net of each line."""
    items = root.findall(steps("cac:OrderLine/cac:LineItem"))
    return [
        (
            text(one, "cbc:ID"),
            text(one, "cbc:LineStatusCode"),
            amount(one, "cbc:Quantity"),
            amount(one, "cbc:LineExtensionAmount"),
        )
        for one in items
    ]


def test_a_whole_change_tells_every_line_with_its_status(tmp_path: Path) -> None:
    profile = load("ubl-order-2.1", Purpose.CHANGE)
    root = held(profile, tree_of(profile, Purpose.CHANGE), tmp_path)
    assert lines_of(root) == [
        ("1", "3", Decimal(4), Decimal("400.00")),
        ("2", "2", Decimal(0), Decimal(0)),
        ("3", "4", Decimal(1), Decimal("15.00")),
        ("4", "4", Decimal(1), Decimal("-20.00")),
        ("5", "1", Decimal(1), Decimal("4.00")),
    ]
    assert text(root, "cbc:LineCountNumeric") == "5"
    assert amount(root, "cac:AnticipatedMonetaryTotal/cbc:LineExtensionAmount") == Decimal("399.00")


def test_a_delta_tells_only_what_differs_and_the_new_totals(tmp_path: Path) -> None:
    profile = load("ubl-order-2.1", Purpose.CHANGE, change="delta")
    root = held(profile, tree_of(profile, Purpose.CHANGE), tmp_path)
    assert [line[:3] for line in lines_of(root)] == [
        ("1", "3", Decimal(4)),
        ("2", "2", Decimal(0)),
        ("5", "1", Decimal(1)),
    ]
    assert text(root, "cbc:LineCountNumeric") == "3"
    assert amount(root, "cac:AnticipatedMonetaryTotal/cbc:PayableAmount") == Decimal("189.42")


def test_a_delta_of_an_order_whose_head_alone_differs_has_one_line_without_change(tmp_path: Path) -> None:
    profile = load("ubl-order-2.1", Purpose.CHANGE, change="delta")
    tree = changed(sent(profile, S | {"customer_note": "Ring"}), sent(profile, S), Purpose.CHANGE, 1, "SO-1")
    root = held(profile, tree, tmp_path)
    assert text(root, "cbc:Note") == "Ring"
    assert [line[:2] for line in lines_of(root)] == [("1", "4")]


def test_a_change_names_the_order_its_number_and_the_erps(tmp_path: Path) -> None:
    profile = load("ubl-order-2.1", Purpose.CHANGE)
    root = held(profile, tree_of(profile, Purpose.CHANGE, number=3), tmp_path)
    assert (text(root, "cbc:ID"), text(root, "cbc:SequenceNumberID")) == ("10452-3", "3")
    assert text(root, "cac:OrderReference/cbc:ID") == "10452"
    assert text(root, "cac:OrderReference/cbc:SalesOrderID") == "SO-1"


@pytest.mark.parametrize("name", ["ubl-order-2.1", "peppol-order-3"])
@pytest.mark.parametrize("purpose", [Purpose.CHANGE, Purpose.CANCEL])
def test_an_order_that_the_erp_gave_no_number_is_told_by_ours_alone(
    name: str, purpose: Purpose, tmp_path: Path
) -> None:
    profile = load(name, purpose)
    root = held(profile, tree_of(profile, purpose, erp_number=""), tmp_path)
    assert text(root, "cac:OrderReference/cbc:ID") == "10452"
    assert not [one for one in root.iter() if one.tag.endswith("SalesOrderID")]


@pytest.mark.parametrize("name", ["ubl-order-2.1", "peppol-order-3"])
def test_a_cancellation_says_why_and_which_order(name: str, tmp_path: Path) -> None:
    profile = load(name, Purpose.CANCEL)
    root = held(profile, tree_of(profile, Purpose.CANCEL, number=2), tmp_path)
    assert root.tag.endswith("}OrderCancellation")
    assert text(root, "cbc:CancellationNote") == "Order 10452 was cancelled in the web store."
    assert (text(root, "cbc:ID"), text(root, "cac:OrderReference/cbc:ID")) == ("10452-2", "10452")


def test_a_peppol_change_keeps_the_rules_of_its_transaction(tmp_path: Path) -> None:
    profile = load("peppol-order-3", Purpose.CHANGE)
    tree = tree_of(profile, Purpose.CHANGE)
    root = held(profile, tree, tmp_path)
    assert [line[:2] for line in lines_of(root)] == [("1", "3"), ("2", "2"), ("5", "1")]
    order = read_order(ET.tostring(root))
    assert (order["root"], order["external_id"], order["id"]) == ("OrderChange", "10452", "10452-1")
    assert text(root, "cbc:SalesOrderID") == "SO-1"
    assert text(root, "cbc:ProfileID") == "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"
    assert (order["totals.net"], disagreements(order)) == (Decimal("399.00"), [])


def test_files_of_each_purpose_have_names_of_their_own() -> None:
    for name in ("ubl-order-2.1", "peppol-order-3"):
        names = [load(name, purpose).settings.file.name for purpose in Purpose]
        assert names == ["ORD_{sequence:06}.xml", "CHG_{sequence:06}.xml", "CAN_{sequence:06}.xml"]


QUANTITIES = st.integers(1, 9)
BASKETS = st.dictionaries(st.sampled_from("ABCDEFG"), QUANTITIES, min_size=1)


def basket(profile: Profile, articles: dict[str, int]) -> dict[str, Any]:
    """An order of so many pieces of each article, at 10.00 and no tax."""
    lines = [
        {"position": at, "sku": sku, "name": f"Article {sku}", "quantity": str(count), "unit_net": "10",
         "tax_code": "Z", "tax_rate": "0", "net": f"{count}0.00", "gross": f"{count}0.00"}
        for at, (sku, count) in enumerate(articles.items(), start=1)
    ]  # fmt: skip
    total = f"{sum(articles.values())}0.00"
    return sent(profile, {"lines": lines, "totals": {"net": total, "tax": "0", "gross": total, "due": total}})


@pytest.mark.parametrize("name", ["ubl-order-2.1", "peppol-order-3"])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=BASKETS, after=BASKETS)
def test_who_follows_a_change_line_by_line_has_the_new_order(
    name: str, before: dict[str, int], after: dict[str, int], tmp_path_factory: Any
) -> None:
    """An ERP that deletes, adds and sets what the lines say ends with the new basket, whole or by differences."""
    folder = tmp_path_factory.getbasetemp()
    for change in ("full", "delta") if name == "ubl-order-2.1" else ("full",):
        profile = FOLLOWED[name, change]
        first = basket(profile, before)
        known = {str(line["position"]): (line["sku"], Decimal(line["quantity"])) for line in first["lines"]}
        tree = changed(basket(profile, after), copy.deepcopy(first), Purpose.CHANGE, 1, "SO-1")
        root = held(profile, tree, folder)
        for item in root.findall(steps("cac:OrderLine/cac:LineItem")):
            number, status = text(item, "cbc:ID"), text(item, "cbc:LineStatusCode")
            sku = text(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID")
            assert (status == "1") == (number not in known), "an added line has a number that was never used"
            if status == "2":
                assert known.pop(number)[0] == sku
            else:
                assert status != "4" or known[number] == (sku, amount(item, "cbc:Quantity"))
                known[number] = (sku, amount(item, "cbc:Quantity"))
        assert sorted(known.values()) == sorted((sku, Decimal(count)) for sku, count in after.items())


FOLLOWED = {("ubl-order-2.1", way): load("ubl-order-2.1", Purpose.CHANGE, change=way) for way in ("full", "delta")}
FOLLOWED["peppol-order-3", "full"] = load("peppol-order-3", Purpose.CHANGE)
