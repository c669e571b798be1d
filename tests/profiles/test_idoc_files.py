"""What SAP reads in the IDocs of the profile: segments where the basic type has them, control records, sums, numbers.

The readers are written from SAP's field lists and share no code with the profile.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.profiles import Profile, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.making import file_of, sent
from tests.readers.idoc_orders import Segment, disagreements, misplaced, order_of
from tests.readers.idoc_xml import read_idocs

NAME = "sap-idoc-orders05"


def profile(**parameters: str) -> Profile:
    return load_profile(NAME, None, Installation(parameters=parameters))


def one_idoc(content: bytes) -> Segment:
    (idoc,) = read_idocs(content)
    return idoc


def test_items_conditions_and_sums_are_those_of_the_order() -> None:
    made = profile()
    idoc = one_idoc(file_of(made, sent(made)))
    order = order_of(idoc)
    assert list(misplaced(idoc)) == []
    assert list(disagreements(order)) == []
    assert [(one["position"], one["erp_sku"], one["net"]) for one in order["lines"]] == [
        (1, "ABC-123", Decimal("200.00")),
        (2, "007", Decimal("50.00")),
    ]
    assert [(one["condition_type"], one["name"], one["net"]) for one in order["charges"]] == [
        ("HD00", "Courier", Decimal("15.00")),
        ("HB00", "Voucher", Decimal("-20.00")),
    ]
    assert order["taxes"] == {Decimal("0.23"): Decimal("56.35")}
    assert order["totals.net"] == Decimal("245.00")


def test_the_control_record_is_addressed_by_the_installation() -> None:
    made = profile(sender="SHOP01", receiver="ERPCLNT200", client="200", message_code="WEB", extension="ZORDERS5")
    first, second = read_idocs(file_of(made, sent(made), sent(made)))
    control = first.one("EDI_DC40")
    assert control.fields == {
        "TABNAM": "EDI_DC40", "MANDT": "200", "DIRECT": "2", "IDOCTYP": "ORDERS05", "CIMTYP": "ZORDERS5",
        "MESTYP": "ORDERS", "MESCOD": "WEB", "SNDPOR": "ERPBRIDGE", "SNDPRT": "LS", "SNDPRN": "SHOP01",
        "RCVPOR": "SAPPRD", "RCVPRT": "LS", "RCVPRN": "ERPCLNT200", "CREDAT": "20261124", "CRETIM": "093015",
        "REFINT": "17", "REFGRP": "17", "REFMES": "1", "ARCKEY": "10452",
    }  # fmt: skip
    assert second.one("EDI_DC40")["REFMES"] == "2"


def test_sap_numbers_the_idoc_unless_answers_are_joined_by_its_number() -> None:
    ours, theirs = profile(join="docnum"), profile()
    assert one_idoc(file_of(theirs, sent(theirs))).one("EDI_DC40")["DOCNUM"] == ""
    numbers = [idoc.one("EDI_DC40")["DOCNUM"] for idoc in read_idocs(file_of(ours, sent(ours), sent(ours)))]
    assert numbers == ["0000000017000001", "0000000017000002"]


@pytest.mark.parametrize(("sign", "written"), [("front", "-20.00"), ("end", "20.00-")])
def test_a_minus_stands_where_the_release_wants_it(sign: str, written: str) -> None:
    made = profile(sign=sign)
    idoc = one_idoc(file_of(made, sent(made, {"lines.3.kind": "product"})))
    assert idoc.all("E1EDP01")[-1]["NETWR"] == written
    assert list(disagreements(order_of(idoc))) == []


def test_the_organisation_is_the_installation_s_and_what_is_empty_is_left_out() -> None:
    made = profile(sales_organisation="2100", sales_office="WAW", order_type="")
    found = one_idoc(file_of(made, sent(made))).all("E1EDK14")
    assert [(one["QUALF"], one["ORGID"]) for one in found] == [
        ("006", "00"),
        ("007", "10"),
        ("008", "2100"),
        ("016", "WAW"),
    ]


def test_a_company_has_two_names_and_a_long_street_two_lines() -> None:
    made = profile(ship_to="4711")
    party = {"company": "A" * 30 + " " + "B" * 30, "first_name": "Ada", "last_name": "Nowak", "street": "C" * 50}
    order = order_of(one_idoc(file_of(made, sent(made, {"delivery": party}))))
    partner = one_idoc(file_of(made, sent(made, {"delivery": party}))).one("E1EDKA1", PARVW="WE")
    assert [partner[name] for name in ("PARTN", "NAME1", "NAME2", "NAME3")] == ["4711", "A" * 30, "B" * 30, "Ada Nowak"]
    assert [partner["STRAS"], partner["STRS2"]] == ["C" * 35, "C" * 15]
    assert order["billing.names"] == "Anna Nowak"


def test_a_note_is_folded_into_lines_of_seventy() -> None:
    made = profile()
    note = "deliver to the ramp\r\nin the yard " * 10
    text = one_idoc(file_of(made, sent(made, {"customer_note": note, "locale": "pl_PL"}))).one("E1EDKT1")
    assert text["TSSPRAS_ISO"] == "PL"
    assert [one["TDFORMAT"] for one in text.below] == ["*", "", "", "", ""]
    assert max(len(one["TDLINE"]) for one in text.below) <= 70
    assert " ".join(one["TDLINE"] for one in text.below) == " ".join(note.split())


def test_the_map_names_the_condition_type_of_a_charge() -> None:
    made = profile()
    order = sent(made)
    order["lines"][2]["erp_sku"] = "ZFRA"
    assert one_idoc(file_of(made, order)).all("E1EDK05")[0]["KSCHL"] == "ZFRA"
