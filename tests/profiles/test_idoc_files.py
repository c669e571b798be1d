"""What SAP reads in the IDocs of the profile, in each form: segments, control records, counters, sums, numbers.

The readers are written from SAP's field lists and share no code with the profile.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.domain.changes import changed, only_differences
from bridge.domain.checks import field_too_long
from bridge.domain.checks.case import Case
from bridge.domain.states import Purpose
from bridge.profiles import CharacterRefused, ProfileRefused, RenderRefused, load_profile
from bridge.profiles.installation import Installation
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.idoc_family import EACH_FORM, FITTING, FORMS, NAME, idoc_of, idocs_in, profile, sent
from tests.profiles.making import file_of
from tests.readers.idoc_orders import disagreements, misplaced, order_of


@EACH_FORM
def test_items_conditions_and_sums_are_those_of_the_order(form: str) -> None:
    made = profile(form=form)
    idoc = idoc_of(made, sent(made))
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
    assert [order[f"totals.{name}"] for name in ("net", "tax", "gross")] == [
        Decimal("245.00"), Decimal("56.35"), Decimal("301.35"),
    ]  # fmt: skip


def test_all_forms_say_the_same() -> None:
    party = {"company": "Müller & <Söhne>", "first_name": "Ada", "extra": "Tor 2", "phone": "+49 30"}
    changes = {"delivery": party, "customer_note": "one & two " * 20, "pickup_point_id": "P-7", "locale": "de_DE"}
    xml, new, old = (idoc_of(found, sent(found, changes)) for found in (profile(form=form) for form in FORMS))
    old.one("EDI_DC40").fields |= {"TABNAM": "EDI_DC40"}
    old.one("EDI_DC40").fields.pop("DOCTYP")
    assert xml == new == old


@EACH_FORM
def test_the_control_record_is_addressed_by_the_installation(form: str) -> None:
    made = profile(
        form=form, sender="SHOP01", receiver="ERPCLNT200", client="200", message_code="WEB", extension="ZORD5"
    )
    first, second = idocs_in(made, file_of(made, sent(made), sent(made)))
    old = {"TABNAM": "EDI_DC", "DOCTYP": "ZORD5"} if form == "flat-3x" else {"TABNAM": "EDI_DC40"}
    assert first.one("EDI_DC40").fields == {
        **old, "MANDT": "200", "DIRECT": "2", "IDOCTYP": "ORDERS05", "CIMTYP": "ZORD5", "MESTYP": "ORDERS",
        "MESCOD": "WEB", "SNDPOR": "ERPBRIDGE", "SNDPRT": "LS", "SNDPRN": "SHOP01", "RCVPOR": "SAPPRD",
        "RCVPRT": "LS", "RCVPRN": "ERPCLNT200", "CREDAT": "20261124", "CRETIM": "093015", "REFINT": "17",
        "REFGRP": "17", "REFMES": "1", "ARCKEY": "10452",
    }  # fmt: skip
    assert second.one("EDI_DC40")["REFMES"] == "2"


@EACH_FORM
def test_sap_numbers_the_idoc_unless_answers_are_joined_by_its_number(form: str) -> None:
    theirs, ours = profile(form=form), profile(form=form, join="docnum")
    assert idoc_of(theirs, sent(theirs)).one("EDI_DC40")["DOCNUM"] == ""
    numbers = [idoc.one("EDI_DC40")["DOCNUM"] for idoc in idocs_in(ours, file_of(ours, sent(ours), sent(ours)))]
    assert numbers == ["0000000017000001", "0000000017000002"]


@EACH_FORM
@pytest.mark.parametrize(("sign", "written"), [("front", "-20.00"), ("end", "20.00-")])
def test_a_minus_stands_where_the_release_wants_it(sign: str, written: str, form: str) -> None:
    made = profile(form=form, sign=sign)
    idoc = idoc_of(made, sent(made, {"lines.3.kind": "product"}))
    assert idoc.all("E1EDP01")[-1]["NETWR"] == written
    assert list(disagreements(order_of(idoc))) == []


def test_the_organisation_is_the_installation_s_and_what_is_empty_is_left_out() -> None:
    made = profile(sales_organisation="2100", sales_office="WAW", order_type="")
    found = idoc_of(made, sent(made)).all("E1EDK14")
    assert [(one["QUALF"], one["ORGID"]) for one in found] == [
        ("006", "00"), ("007", "10"), ("008", "2100"), ("016", "WAW"),
    ]  # fmt: skip


@EACH_FORM
def test_a_company_has_two_names_and_a_long_street_two_lines(form: str) -> None:
    made = profile(form=form, ship_to="4711")
    party = {"company": "A" * 30 + " " + "B" * 30, "first_name": "Ada", "last_name": "Nowak", "street": "C" * 50}
    partner = idoc_of(made, sent(made, {"delivery": party})).one("E1EDKA1", PARVW="WE")
    assert [partner[name] for name in ("PARTN", "NAME1", "NAME2", "NAME3")] == ["4711", "A" * 30, "B" * 30, "Ada Nowak"]
    assert [partner["STRAS"], partner["STRS2"]] == ["C" * 35, "C" * 15]


@EACH_FORM
def test_a_note_is_folded_into_lines_of_seventy(form: str) -> None:
    made = profile(form=form)
    note = "deliver to the ramp\r\nin the yard " * 10
    text = idoc_of(made, sent(made, {"customer_note": note, "locale": "pl_PL"})).one("E1EDKT1")
    assert text["TSSPRAS_ISO"] == "PL"
    assert [one["TDFORMAT"] for one in text.below] == ["*", "", "", "", ""]
    assert max(len(one["TDLINE"]) for one in text.below) <= 70
    assert " ".join(one["TDLINE"] for one in text.below) == " ".join(note.split())


@EACH_FORM
def test_a_comment_that_costs_nothing_is_a_line_of_the_text(form: str) -> None:
    made = profile(form=form)
    comment = {"position": 5, "kind": "comment", "name": "Gift wrapping, please"}
    idoc = idoc_of(made, sent(made, {"lines.4": comment}))
    assert [one["TDLINE"] for one in idoc.one("E1EDKT1").below] == ["Gift wrapping, please"]
    assert [one["POSEX"] for one in idoc.all("E1EDP01")] == ["1", "2"]
    assert list(disagreements(order_of(idoc))) == []


@EACH_FORM
def test_the_map_names_the_condition_type_of_a_charge_which_must_fit(form: str) -> None:
    made = profile(form=form)
    order = sent(made)
    order["lines"][2]["erp_sku"] = "ZFRA"
    assert idoc_of(made, order).all("E1EDK05")[0]["KSCHL"] == "ZFRA"
    order["lines"][2]["erp_sku"] = "FREIGHT"
    with pytest.raises(RenderRefused, match="7 characters do not fit into a field of 4"):
        file_of(made, order)


def test_what_is_too_long_for_its_column_is_refused_and_never_cut() -> None:
    made = profile(form="flat-4x")
    order = sent(made)
    order["currency"] = "EURO"
    with pytest.raises(RenderRefused, match="E1EDK01-CURCY has 4 characters; the field holds 3"):
        file_of(made, order)


def test_blanks_at_the_end_of_records_are_cut_where_the_port_wants_it() -> None:
    made, usual = profile(form="flat-4x", trim="true"), profile(form="flat-4x")
    content = file_of(made, sent(made))
    assert not any(line.endswith(b" ") for line in content.split(b"\n"))
    assert idocs_in(made, content) == idocs_in(usual, file_of(usual, sent(usual)))


def test_a_code_page_keeps_columns_and_refuses_letters_that_it_lacks() -> None:
    made = profile(form="flat-4x", encoding="cp1250")
    idoc = idoc_of(made, sent(made, {"delivery.city": "Łódź ąęśćżźńó"}))
    assert idoc.one("E1EDKA1", PARVW="WE")["ORT01"] == "Łódź ąęśćżźńó"
    with pytest.raises(CharacterRefused, match=r"delivery city holds U\+30D1") as caught:
        file_of(made, sent(made, {"delivery.city": "パリ"}))
    assert caught.value.problem.field == "delivery.city"


def test_a_non_unicode_system_counts_bytes() -> None:
    made = profile(form="flat-3x", encoding="shift_jis", unit="bytes")
    idoc = idoc_of(made, sent(made, {"delivery.city": "東京都千代田区", "delivery.company": "株" * 30}))
    partner = idoc.one("E1EDKA1", PARVW="WE")
    assert (partner["ORT01"], partner["NAME1"], partner["NAME2"]) == ("東京都千代田区", "株" * 17, "株" * 13)
    long = good_order({**FITTING, "delivery.city": "東" * 18})
    case = Case.of(long, trial_rules(made.limits, made.characters), "10452")
    (problem,) = field_too_long.check(case)
    assert "36 bytes; the ERP field holds 35" in problem.message


def test_a_name_that_release_3x_cannot_hold_is_refused_at_load() -> None:
    with pytest.raises(ProfileRefused) as caught:
        load_profile(NAME, None, Installation(parameters={"form": "flat-3x", "extension": "ZORDERS05EXT"}))
    assert "TYP has 12 characters; the field holds 8" in caught.value.mistakes[0].what


@EACH_FORM
def test_a_change_says_what_differs_and_names_the_order_twice(form: str) -> None:
    made = profile(form=form).of(Purpose.CHANGE)
    assert made is not None
    before = sent(made)
    after = sent(made, {"lines.0.quantity": "3", "lines.0.net": "300.00", "lines.1": None})
    tree = only_differences(changed(after, before, Purpose.CHANGE, 1, "4711"))
    idoc = idoc_of(made, tree)
    order = order_of(idoc)
    assert list(misplaced(idoc)) == []
    assert idoc.one("EDI_DC40")["MESTYP"] == "ORDCHG"
    assert (order["action"], order["external_id"], order["erp_number"]) == ("002", "10452", "4711")
    assert [(one["position"], one["action"], one["quantity"]) for one in order["lines"]] == [
        (1, "002", Decimal(3)),
        (2, "003", Decimal(5)),
    ]


@EACH_FORM
def test_a_cancellation_deletes_every_item(form: str) -> None:
    made = profile(form=form, action_cancel="001").of(Purpose.CANCEL)
    assert made is not None
    tree = changed(sent(made), sent(made), Purpose.CANCEL, 2, "4711")
    idoc = idoc_of(made, tree)
    order = order_of(idoc)
    assert idoc.one("EDI_DC40")["MESTYP"] == "ORDCHG"
    assert (order["action"], order["erp_number"]) == ("001", "4711")
    assert [one["action"] for one in order["lines"]] == ["003", "003"]


def test_an_emoji_that_a_unicode_sap_counts_twice_waits_with_its_place() -> None:
    flat = profile(form="flat-4x")
    with pytest.raises(CharacterRefused) as caught:
        file_of(flat, sent(flat, {"customer_note": "Danke 🎉"}))
    assert "customer note" in caught.value.problem.message
    assert "U+1F389" in caught.value.problem.message
    assert "a flat IDoc, whose fields SAP counts in units of UTF-16" in caught.value.problem.message
    assert "🎉" in file_of(profile(), sent(profile(), {"customer_note": "Danke 🎉"})).decode()
