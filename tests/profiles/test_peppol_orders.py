"""Peppol orders as a receiver reads them: amounts to the minor unit and no element empty, or the order is explained."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.contract import Line, LineKind, Order, Party, Payment, Totals
from bridge.domain.outgoing import outgoing
from bridge.profiles import CharacterRefused, Profile, SchemaRefused, contract_table, load_profile
from bridge.profiles.errors import RulesRefused
from bridge.profiles.installation import Installation
from bridge.profiles.trial import trial_rules
from tests.profiles.making import file_of, sent
from tests.readers.peppol import disagreements, read_order
from tests.readers.peppol_official import official_faults, present

SET = {
    "buyer_endpoint": "7300010000001", "buyer_endpoint_scheme": "0088", "seller_endpoint": "987654325",
    "seller_endpoint_scheme": "0192", "seller_name": "Fjord Handel AS", "seller_country": "NO",
}  # fmt: skip
PROFILE = load_profile("peppol-order-3", None, Installation(parameters=SET))
# ORDERS_PER_PROFILE=10000 tries so many orders.
EXAMPLES = int(os.environ.get("ORDERS_PER_PROFILE", "200"))
S = {f"lines.{number}.tax_code": "S" for number in range(4)}


def held(content: bytes, folder: Path, profile: Profile = PROFILE) -> bytes:
    """The content, held against rules and schema."""
    path = folder / "ORD_000017.xml"
    path.write_bytes(content)
    profile.validate(path)
    return content


def read(folder: Path, changes: dict[str, Any], profile: Profile = PROFILE) -> dict[str, Any]:
    return read_order(held(file_of(profile, sent(profile, S | changes)), folder, profile))


def explained(folder: Path, changes: dict[str, Any]) -> str:
    with pytest.raises(RulesRefused) as caught:
        read(folder, changes)
    return caught.value.problem.message


def test_shipping_is_a_charge_and_a_voucher_an_allowance(tmp_path: Path) -> None:
    order = read(tmp_path, {})
    assert [(line["id"], line["net"], line["quantity"]) for line in order["lines"]] == [
        ("1", Decimal("200.00"), Decimal(2)),
        ("2", Decimal("50.00"), Decimal(5)),
    ]
    assert order["offs"] == [
        {"charge": True, "reason": "Courier", "amount": Decimal("15.00")},
        {"charge": False, "reason": "Voucher", "amount": Decimal("20.00")},
    ]
    assert (order["totals.lines"], order["totals.net"], order["totals.tax"], order["totals.gross"]) == (
        Decimal("250.00"), Decimal("245.00"), Decimal("56.35"), Decimal("301.35"),
    )  # fmt: skip
    assert (order["totals.paid"], order["totals.due"]) == (Decimal("301.35"), Decimal(0))
    assert disagreements(order) == []


def test_goods_worth_less_than_nothing_are_an_allowance(tmp_path: Path) -> None:
    gift = {"lines.1.net": "-50.00", "lines.1.tax": "-11.50", "lines.1.gross": "-61.50", "lines.1.unit_net": "-10"}
    sums = {
        "totals.net": "145.00",
        "totals.tax": "33.35",
        "totals.gross": "178.35",
        "totals.paid": "0",
        "totals.due": "178.35",
    }
    order = read(tmp_path, gift | sums)
    assert [line["id"] for line in order["lines"]] == ["1"]
    assert {"charge": False, "reason": "Cup", "amount": Decimal("50.00")} in order["offs"]
    assert disagreements(order) == []


def test_a_line_discount_is_an_allowance_of_the_line(tmp_path: Path) -> None:
    order = read(tmp_path, {"lines.0.unit_net": "110", "lines.0.discount": "20.00"})
    assert (order["lines"][0]["unit_net"], order["lines"][0]["discount"]) == (Decimal(110), Decimal("20.00"))
    surcharge = read(tmp_path, {"lines.0.unit_net": "90", "lines.0.discount": "-20.00"})
    assert surcharge["lines"][0]["discount"] == Decimal("-20.00")


def test_what_a_store_rounds_in_its_sums_alone_is_the_rounding(tmp_path: Path) -> None:
    """Net and tax of the order miss its lines by a cent: the lines count, and the cent stands beside them."""
    sums = {"totals.net": "245.01", "totals.gross": "301.36", "totals.rounding": "0.01", "totals.paid": "301.36"}
    order = read(tmp_path, sums)
    assert (order["totals.net"], order["totals.rounding"]) == (Decimal("245.00"), Decimal("0.01"))
    assert (order["totals.due"], disagreements(order)) == (Decimal(0), [])


def test_a_comment_goes_into_the_note(tmp_path: Path) -> None:
    wrap = {"lines.3.kind": "comment", "lines.3.name": "Gift wrap", "lines.3.net": "0", "lines.3.tax": "0"}
    wrap |= {"lines.3.gross": "0", "lines.3.unit_net": "0", "customer_note": "Ring twice"}
    sums = {"totals.net": "265.00", "totals.tax": "60.95", "totals.gross": "325.95", "totals.due": "24.60"}
    order = read(tmp_path, wrap | sums)
    assert order["note"] == "Ring twice\nGift wrap"
    assert [one["reason"] for one in order["offs"]] == ["Courier"]


def test_texts_of_blanks_alone_leave_no_empty_element(tmp_path: Path) -> None:
    blank = {f"{owner}.{name}": " \t" for owner in ("billing", "delivery") for name in Party.model_fields}
    blank |= {"customer_note": " \n", "buyer_order_number": " ", "pickup_point_id": " ", "shipping_method": " "}
    blank |= {"lines.0.name": " ", "lines.0.sku": "ABC-123"}
    content = held(file_of(PROFILE, sent(PROFILE, S | blank)), tmp_path)
    leaves = [one for one in ET.fromstring(content).iter() if not len(one)]
    assert all((leaf.text or "").strip() for leaf in leaves)
    order = read_order(content)
    assert (order["lines"][0]["name"], order["billing.called"], order["note"]) == ("ABC-123", "", "")


def test_the_identifiers_are_literal_and_the_addresses_the_installations(tmp_path: Path) -> None:
    root = ET.fromstring(held(file_of(PROFILE, sent(PROFILE, S)), tmp_path))
    texts = [one.text for one in root][:2]
    assert texts == ["urn:fdc:peppol.eu:poacc:trns:order:3", "urn:fdc:peppol.eu:poacc:bis:ordering:3"]
    ends = [(one.get("schemeID"), one.text) for one in root.iter() if one.tag.endswith("EndpointID")]
    assert ends == [("0088", "7300010000001"), ("0192", "987654325")]


def test_the_process_is_the_installations(tmp_path: Path) -> None:
    for process in ("order_only", "ordering", "advanced_ordering"):
        profile = load_profile("peppol-order-3", None, Installation(parameters={**SET, "process": process}))
        assert f"bis:{process}:3<".encode() in held(file_of(profile, sent(profile, S)), tmp_path, profile)


@pytest.mark.parametrize(
    ("country", "given", "written"),
    [("PL", "5260001246", "PL5260001246"), ("PL", "PL5260001246", "PL5260001246"), ("GR", "094259216", "EL094259216")],
)
def test_a_tax_id_gets_its_country(country: str, given: str, written: str, tmp_path: Path) -> None:
    order = read(tmp_path, {"billing.country": country, "billing.tax_id": given, "billing.company": "Nowak Sp. z o.o."})
    assert order["billing.tax_id"] == written


def test_a_tax_id_as_it_is_can_be_asked_for_and_is_then_explained(tmp_path: Path) -> None:
    profile = load_profile("peppol-order-3", None, Installation(parameters={**SET, "tax_id": "as it is"}))
    with pytest.raises(RulesRefused, match="the tax id of the buyer does not begin with a country"):
        read(tmp_path, {"billing.tax_id": "5260001246"}, profile)


def test_yen_have_no_decimals(tmp_path: Path) -> None:
    line = {"position": 1, "sku": "A", "name": "Tea", "unit_net": "1200", "net": "1200", "gross": "1200"}
    yen = {"currency": "JPY", "currency_digits": 0, "lines": [line]}
    order = read(tmp_path, yen | {"totals": {"net": "1200", "tax": "0", "gross": "1200", "due": "1200"}})
    assert order["totals.due"].as_tuple().exponent == 0


def explained_alone(folder: Path, changes: dict[str, Any]) -> str:
    """Of an order that has the lines and totals given, no others."""
    with pytest.raises(RulesRefused) as caught:
        held(file_of(PROFILE, sent(PROFILE, changes)), folder)
    return caught.value.problem.message


def test_dinars_are_explained(tmp_path: Path) -> None:
    line = {"position": 1, "sku": "A", "name": "Tea", "unit_net": "1.234", "net": "1.234", "gross": "1.234"}
    dinars = {"currency": "KWD", "currency_digits": 3, "lines": [line]}
    dinars |= {"totals": {"net": "1.234", "tax": "0", "gross": "1.234", "due": "1.234"}}
    assert explained_alone(tmp_path, dinars).startswith(
        "Order 10452: TaxAmount has 3 decimals; orders in KWD with such amounts cannot go out. Peppol BIS Ordering 3, "
        "rule T01-R028: amounts have at most 2 decimals."
    )


def test_an_order_without_goods_is_explained(tmp_path: Path) -> None:
    line = {"position": 1, "kind": "fee", "name": "Voucher card", "unit_net": "5", "net": "5.00", "gross": "5.00"}
    alone = {"lines": [line], "totals": {"net": "5.00", "tax": "0.00", "gross": "5.00", "due": "5.00"}}
    assert "the order has no line with goods" in explained_alone(tmp_path, alone)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"totals.paid": "310.00", "totals.due": "-8.65"}, "-8.65 PLN are left to pay"),
        ({"delivery.country": ""}, "the delivery address has no country"),
        ({"billing.country": ""}, "the billing address has no country"),
        ({"lines.0.tax_rate": "0"}, "tax category S has the rate 0"),
        ({"lines.0.tax_rate": None}, "tax category S has no rate"),
        ({"lines.0.unit_net": "99"}, "line 1 is worth 200.00; quantity, price and discount make 198"),
        ({"totals.due": "1.00"}, "PayableAmount is 1.00; gross, prepaid and rounding make 0.00 PLN"),
    ],
)
def test_what_peppol_does_not_take_is_explained(changes: dict[str, Any], what: str, tmp_path: Path) -> None:
    message = explained(tmp_path, changes)
    assert message.startswith("Order 10452: ")
    assert what in message


def test_the_contract_shows_what_an_installation_sets_and_what_every_file_is_held_against() -> None:
    rows = {row["subject"]: row["value"] for row in contract_table(PROFILE)}
    assert rows["parameter buyer_endpoint"] == "7300010000001"
    assert rows["parameter process"] == "ordering (one of ordering, order_only, advanced_ordering)"
    assert (rows["rules"], rows["schema"]) == ("peppol-order-3", "schema/maindoc/UBL-Order-2.1.xsd")
    assert (rows["change files"], rows["cancel files"]) == ("CHG_{sequence:06}.xml", "CAN_{sequence:06}.xml")
    assert rows["limit of lines.erp_tax_code"].startswith("any length, one of S, Z, E, AE")


HOSTILE = [
    "]]> <x/> &amp; \"q\" 'q'",
    "=cmd|' /C calc'!A0",
    "one\r\ntwo",
    "{{ 7 * 7 }}",
    "<!-- -->",
    "Łódź ő \u2028",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_carried_as_texts(text: str, tmp_path: Path) -> None:
    order = read(tmp_path, {"customer_note": text, "billing.company": text, "lines.0.name": text})
    said = text.replace("\r\n", "\n").strip()
    assert (order["note"], order["billing.called"], order["lines"][0]["name"]) == (said, said, said)


@pytest.mark.parametrize("text", ["nul\x00", "bell\x07", "half \ud83d pair", "\uffff"])
def test_what_no_xml_can_hold_names_its_field(text: str, tmp_path: Path) -> None:
    order = sent(PROFILE, S)
    order["billing"]["city"] = text
    with pytest.raises(CharacterRefused, match="billing city"):
        file_of(PROFILE, order)


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from(list(" \t\n<>&\"']")), max_size=12
)
parties = st.builds(
    Party,
    **{name: texts for name in Party.model_fields if name not in ("country", "tax_id")},
    country=st.sampled_from(["", "SE", "DE", "NO", "GR"]),
    tax_id=st.sampled_from(["", "SE556000111101", "094259216"]),
)


@st.composite
def lines(draw: st.DrawFn, position: int, places: int) -> Line:
    kind = draw(st.sampled_from([*LineKind, LineKind.PRODUCT, LineKind.PRODUCT]))
    quantity = Decimal(draw(st.integers(1, 5_000))) / draw(st.sampled_from([1, 10]))
    low = -(10**6) if kind is LineKind.DISCOUNT else 0
    unit_net = Decimal(draw(st.integers(low, 10**6))).scaleb(-draw(st.sampled_from([places, places + 2])))
    if places == 0:
        unit_net, quantity = unit_net.to_integral_value(), quantity.to_integral_value() + 1
    whole = Decimal(1).scaleb(-places)
    discount = (
        (unit_net * quantity / draw(st.sampled_from([3, 7]))).quantize(whole) if draw(st.booleans()) else Decimal(0)
    )
    net = (unit_net * quantity - discount).quantize(whole, ROUND_HALF_UP)
    rate = draw(st.sampled_from(["0.25", "0.06", "0"]))
    tax = (net * Decimal(rate)).quantize(whole, ROUND_HALF_UP)
    return Line(
        position=position, sku=draw(texts), name=draw(texts), kind=kind, quantity=quantity, unit_net=unit_net,
        discount=discount, tax_code="Z" if rate == "0" else "S", tax_rate=Decimal(rate), net=net, tax=tax,
        gross=net + tax,
    )  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency, places = draw(st.sampled_from([("EUR", 2), ("EUR", 2), ("SEK", 2), ("JPY", 0), ("KWD", 3)]))
    made = tuple(draw(lines(position, places)) for position in range(1, draw(st.integers(1, 4)) + 1))
    net, tax = sum((line.net for line in made), Decimal(0)), sum((line.tax for line in made), Decimal(0))
    rounding = Decimal(draw(st.integers(-2, 2))).scaleb(-places)
    gross = net + tax + rounding
    paid = draw(st.sampled_from([Decimal(0), gross, gross + 1])).quantize(Decimal(1).scaleb(-places))
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    return Order(
        store="shop", store_order_id="7731", number="7731", created_at=moment, updated_at=moment, currency=currency,
        currency_digits=places, customer_note=draw(texts), buyer_order_number=draw(texts),
        payment=Payment(method=draw(texts), transaction_id=draw(texts)), shipping_method=draw(texts),
        pickup_point_id=draw(st.just("") | texts), billing=draw(parties), delivery=draw(parties), lines=made,
        totals=Totals(net=net, tax=tax, gross=gross, rounding=rounding, paid=paid, due=gross - paid),
    )  # fmt: skip


def reasons(order: Order) -> set[str]:
    """Why Peppol cannot take an order: the rules that may be named."""
    goods = [line for line in order.lines if line.kind not in BESIDE and line.net >= 0]
    found = set()
    if order.currency == "KWD":
        found.add("T01-R028")
    if order.totals.due < 0:
        found.add("T01-R006")
    addresses = [has_address(party) and not party.country for party in (order.billing, order.delivery)]
    pickup_alone = order.pickup_point_id.strip() and not has_address(order.delivery) and not order.delivery.country
    if not goods or any(addresses) or pickup_alone:
        found.add("T01-B")
    if order.billing.tax_id and not order.billing.country and not order.billing.tax_id.startswith("SE"):
        found.add("T01-R026")
    return found


BESIDE = (LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT, LineKind.COMMENT)


def has_address(party: Party) -> bool:
    parts = (party.street, party.house_number, party.flat, party.extra, party.city, party.postal_code, party.region)
    return any(part.strip() for part in parts)


@pytest.mark.timeout(300 + EXAMPLES // 10)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders())
def test_any_order_is_rendered_with_its_sums_or_explained(order: Order, tmp_path_factory: Any) -> None:
    why = reasons(order)
    tree = outgoing(order, trial_rules(PROFILE.limits, PROFILE.characters), order.store_order_id)
    content = file_of(PROFILE, tree)
    try:
        held(content, tmp_path_factory.getbasetemp())
    except SchemaRefused as refused:
        message = refused.problem.message
        assert message.startswith("Order 7731: ")
        assert set(re.findall(r"(?:T01|COMMON)-\w+", message)) == why
        return
    assert why == set()
    if present():
        assert official_faults("T01", content) == []
    found = read_order(content)
    assert disagreements(found) == []
    totals, places = order.totals, Decimal(1).scaleb(-order.currency_digits)
    assert found["totals.net"] == sum(line.net for line in order.lines)
    assert (found["totals.tax"], found["totals.paid"], found["totals.due"]) == (totals.tax, totals.paid, totals.due)
    assert found["totals.due"].same_quantum(places)
    goods = [line for line in order.lines if line.kind not in BESIDE and line.net >= 0]
    assert [
        (line["id"], line["net"], line["quantity"], line["unit_net"], line["discount"]) for line in found["lines"]
    ] == [(str(line.position), line.net, line.quantity, line.unit_net, line.discount) for line in goods]
    off = [line.net for line in order.lines if line not in goods and (line.net or line.kind in BESIDE[:2])]
    assert [one["amount"] * (1 if one["charge"] else -1) for one in found["offs"]] == off
