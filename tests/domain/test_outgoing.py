"""What a template gets: mapped, folded, split and abbreviated texts, exact amounts, nothing missing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.articles import Entry, Part, Span
from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.domain.fitting import abbreviated, split_in_words
from bridge.domain.judgement import judge, outgoing
from bridge.domain.limits import Limit
from bridge.domain.maps import CodeMap, unit_code
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.revision import content_of
from tests.domain.orders import order, rules

DASH = "\u2013"  # as word processors write it


def test_the_template_gets_the_erps_codes_beside_the_stores() -> None:
    tree = outgoing(order(), rules(), "SHOP-10452")
    assert tree["external_id"] == "SHOP-10452"
    assert tree["payment"]["erp_code"] == "P24"
    assert tree["shipping_erp_code"] == "DPD"
    assert [line["erp_sku"] for line in tree["lines"]] == ["40017", "40018", "FREIGHT", ""]
    assert [line["sku"] for line in tree["lines"]] == ["ABC-123", "007", "", ""]
    assert {line["erp_tax_code"] for line in tree["lines"]} == {"A"}
    assert {line["unit_code"] for line in tree["lines"]} == {"C62"}


def test_amounts_are_exact_texts_with_the_digits_of_the_currency() -> None:
    changes = {
        "totals.net": "245",
        "totals.paid": "3E+2",
        "lines.0.net": "-0.00",
        "lines.1.net": "12345678901234567.89",
    }
    tree = outgoing(order(changes), rules(), "10452")
    assert tree["totals"]["net"] == "245.00"
    assert tree["totals"]["paid"] == "300.00"
    assert tree["lines"][0]["net"] == "0.00"
    assert tree["lines"][1]["net"] == "12345678901234567.89"
    assert tree["totals"]["by_rate"] == [{"rate": "0.23", "net": "245.00", "tax": "56.35"}]
    assert tree["lines"][0]["quantity"] == "2"
    assert outgoing(order({"lines.0.quantity": "1.50"}), rules(), "1")["lines"][0]["quantity"] == "1.5"


def test_currencies_without_digits_and_with_three_keep_theirs() -> None:
    line = {"position": 1, "sku": "007", "net": "1200", "gross": "1200"}
    changes = {
        "currency": "JPY",
        "currency_digits": 0,
        "lines": [line],
        "totals": {"net": "1200.0", "tax": "0", "gross": "1200"},
    }
    tree = outgoing(order(changes), rules(), "1")
    assert (tree["totals"]["net"], tree["lines"][0]["gross"]) == ("1200", "1200")
    tree = outgoing(order({**changes, "currency": "KWD", "currency_digits": 3}), rules(), "1")
    assert (tree["totals"]["net"], tree["lines"][0]["gross"]) == ("1200.000", "1200.000")


def test_it_is_plain_json_in_which_nothing_is_absent() -> None:
    bare: dict[str, object] = {"payment": {}, "billing": {}, "delivery": {}, "lines.0.tax_rate": None}
    tree = outgoing(order(bare), rules(), "10452")
    assert json.loads(json.dumps(tree))["created_at"] == "2026-11-20T09:30:00Z"
    assert tree["payment"]["paid_at"] == ""
    assert tree["lines"][0]["tax_rate"] == ""
    assert tree["lines"][0]["parent_position"] == ""
    assert None not in [*tree.values(), *tree["payment"].values(), *tree["lines"][0].values()]


def test_texts_are_folded_and_their_line_breaks_follow_the_profile() -> None:
    characters = CharacterRules("cp1252", fold={DASH: "-", "Ł": "L"}, newline=NewlinePolicy.BLANK, drop_accents=True)
    changes = {
        "delivery.city": "Łódź",
        "lines.0.name": f"Cup {DASH} big",
        "customer_note": "Ring\r\nthe bell",
        "extra": {"a": DASH},
    }
    tree = outgoing(order(changes), rules(characters=characters), "10452")
    assert tree["delivery"]["city"] == "Lódz"
    assert tree["lines"][0]["name"] == "Cup - big"
    assert tree["customer_note"] == "Ring the bell"
    assert tree["extra"] == {"a": "-"}


def test_both_addresses_are_made_ready_be_they_one_or_two_and_fitted_each_by_itself() -> None:
    characters = CharacterRules("cp1252", fold={"Ł": "L"}, drop_accents=True)
    street = Limit("delivery.street", "Delivery street", length_max=12, policies=("refuse", "abbreviate"))
    judging = rules(limits=(street,), characters=characters, field_policies={"delivery.street": "abbreviate"})
    given = {"street": "Łąkowa and Oak Street", "city": "Łódź", "first_name": "Zoë", "last_name": "Łan"}
    for other in ({}, {"city": "Ćmielów"}):
        tree = outgoing(order({"billing": given, "delivery": {**given, **other}}), judging, "10452")
        assert (tree["billing"]["city"], tree["billing"]["name"]) == ("Lódz", "Zoë Lan")
        assert (tree["delivery"]["city"], tree["delivery"]["name"]) == ("Cmielów" if other else "Lódz", "Zoë Lan")
        assert tree["billing"]["street"] == "Lakowa and Oak Street"
        assert tree["delivery"]["street"] == "Lakowa and."


def test_a_fold_of_plain_letters_reaches_every_text() -> None:
    characters = CharacterRules("ascii", fold={"#": "No "})
    changes: dict[str, object] = {
        "number": "#1", "delivery.street": "Elm #7", "lines.0.name": "Cup #2", "lines.1.warehouse": "W#",
        "extra": {"a": "#"},
    }  # fmt: skip
    tree = outgoing(order(changes), rules(characters=characters), "10452")
    found = [tree["number"], tree["delivery"]["street"], tree["lines"][0]["name"], tree["lines"][1]["warehouse"]]
    assert [*found, tree["extra"]["a"]] == ["No 1", "Elm No 7", "Cup No 2", "WNo ", "No "]


def test_a_field_of_several_parts_is_given_in_as_many() -> None:
    limit = Limit("delivery.company", "Company", length_max=12, parts=3, policies=("refuse", "split"))
    tree = outgoing(order({"delivery.company": "Acme Trading and Sons"}), rules(limits=(limit,)), "10452")
    assert tree["delivery"]["company_parts"] == ["Acme Trading", "and Sons", ""]
    assert tree["delivery"]["company"] == "Acme Trading and Sons"


def test_what_is_abbreviated_is_noted_with_both_lengths() -> None:
    street = Limit("delivery.street", "Delivery street", length_max=18, policies=("refuse", "abbreviate"))
    name = Limit("lines.name", "Item text", length_max=8, policies=("refuse", "abbreviate"))
    picked = {"delivery.street": "abbreviate", "lines.name": "abbreviate"}
    changes = {"delivery.street": "Lipowa and Oak Street", "lines.1.name": "Cup of many colours"}
    tree = outgoing(order(changes), rules(limits=(street, name), field_policies=picked), "10452")
    assert tree["delivery"]["street"] == "Lipowa and Oak St"
    assert tree["lines"][1]["name"] == "Cup of."
    assert tree["bridge_notes"] == [
        "Delivery street was abbreviated from 21 to 17 characters.",
        "Line 2: Item text was abbreviated from 19 to 7 characters.",
    ]


def test_a_field_of_several_parts_that_are_still_too_few_is_abbreviated_in_the_last() -> None:
    limit = Limit("delivery.company", "Company", length_max=12, parts=2, policies=("split", "abbreviate"))
    judging = rules(limits=(limit,), field_policies={"delivery.company": "abbreviate"})
    tree = outgoing(order({"delivery.company": "Acme Trading and Sons of Warsaw"}), judging, "10452")
    assert tree["delivery"]["company_parts"] == ["Acme Trading", "and Sons of."]
    assert tree["delivery"]["company"] == "Acme Trading and Sons of."
    assert tree["bridge_notes"] == ["Company was abbreviated from 31 to 25 characters."]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lines.0.tax_code": "", "lines.1.tax_rate": None, "lines.2.tax_rate": "0", "lines.2.tax": "0.00"},
        {"lines.0.kind": "kit", "lines.1.kind": "kit_component", "lines.1.parent_position": 1},
        {"lines.0.kind": "gift", "lines.0.net": "0", "lines.0.tax": "0", "lines.0.gross": "0"},
        {"currency": "JPY", "currency_digits": 0, "totals.net": "1E+3", "lines.0.quantity": "0.250"},
        {"created_at": "2026-11-20T10:30:00.123456+01:00", "extra": {"gift_text": "Łódź\n"}, "payment.paid_at": None},
    ],
)
def test_what_the_ledger_kept_goes_out_as_the_order_itself_would(changes: dict[str, object]) -> None:
    one, judging = order(changes), rules(kit="bundle", gift="comment")
    assert outgoing_from_content(content_of(one), judging, "10452") == outgoing(one, judging, "10452")


def test_words_are_split_between_and_only_a_word_too_long_for_a_part_inside() -> None:
    assert split_in_words("one two three", 7, 2) == ["one two", "three"]
    assert split_in_words("one two three", 7, 1) is None
    assert split_in_words("Donaudampfschiff AG", 9, 3) == ["Donaudamp", "fschiff", "AG"]
    assert split_in_words("", 9, 3) == []
    assert split_in_words("Łódź Łódź", 7, 2, lambda text: len(text.encode())) == ["Łódź", "Łódź"]


def test_an_abbreviation_never_exceeds_the_field_and_keeps_whole_words_where_it_can() -> None:
    assert abbreviated("short", 5) == "short"
    assert abbreviated("one two three", 9) == "one two."
    assert abbreviated("Donaudampfschiff", 8) == "Donauda."
    assert abbreviated("łłłłłł", 7, lambda text: len(text.encode())) == "łłł."


def test_units_become_the_codes_that_files_use() -> None:
    assert [unit_code(unit) for unit in ("", "szt.", "KG", "Stk", "m2", "XBX")] == [
        "C62",
        "C62",
        "KGM",
        "C62",
        "MTK",
        "XBX",
    ]


def test_the_day_of_the_order_decides_which_tax_code_goes_and_a_day_without_one_holds_it() -> None:
    before, after = Span((Part("V23"),), None, date(2026, 11, 20)), Span((Part("V24"),), date(2026, 11, 22), None)
    taxes = CodeMap({"0%": "Z"}, {"standard": Entry("standard", (before, after))})
    by_day = replace(rules(), maps=replace(rules().maps, tax=taxes), zone=ZoneInfo("Europe/Warsaw"))
    told = {}
    for created in ("2026-11-20T22:30:00Z", "2026-11-20T23:30:00Z", "2026-11-21T23:30:00Z"):
        one = order({"created_at": created})
        problems = [problem.title for problem in judge(one, by_day, "1").problems]
        trees = outgoing(one, by_day, "1"), outgoing_from_content(content_of(one), by_day, "1")
        told[created] = (problems, [{line["erp_tax_code"] for line in tree["lines"]} for tree in trees])
    assert told == {
        "2026-11-20T22:30:00Z": ([], [{"V23"}, {"V23"}]),
        "2026-11-20T23:30:00Z": (
            ["Missing tax mapping for standard from 2026-11-21 to 2026-11-21"],
            [{""}, {""}],
        ),
        "2026-11-21T23:30:00Z": ([], [{"V24"}, {"V24"}]),
    }
