"""Parties as they go to an ERP: what is certain in its usual form, limits judged on what goes, and nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import Order
from bridge.domain.judgement import Outcome, judge, outgoing
from bridge.domain.limits import Limit
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.policies import PartyForm
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from tests.domain import orders

BOTH = ("billing.house_number", "billing.flat", "delivery.house_number", "delivery.flat")


def rules(apart: tuple[str, ...] = BOTH, limits: tuple[Limit, ...] = (), **flow: Any) -> Rules:
    """Rules for an ERP whose file has these parts of addresses in fields of their own."""
    return replace(orders.rules(limits=limits, **flow), apart=frozenset(apart))


def order(**delivery: str) -> Order:
    """An order whose shop has one line for street and number; the bill goes elsewhere."""
    changes = {"delivery.house_number": "", **{f"delivery.{name}": text for name, text in delivery.items()}}
    return orders.order(changes)


def sent(one: Order, by: Rules, *names: str) -> tuple[str, ...]:
    """What the template gets of the delivery, the same from the order and from its kept content."""
    tree = outgoing(one, by, "10452")
    assert outgoing_from_content(content_of(one), by, "10452") == tree
    return tuple(tree["delivery"][name] for name in names)


def test_the_number_goes_into_the_field_that_the_erp_has_for_it() -> None:
    one = order(street="Lipowa 12 m. 3")
    assert sent(one, rules(), "street", "house_number", "flat", "address") == ("Lipowa", "12", "3", "Lipowa 12/3")
    assert outgoing(one, rules(), "10452")["bridge_notes"] == [
        "Delivery: the house number was told apart from the street."
    ]


def test_an_erp_with_one_line_gets_the_street_as_the_store_has_it() -> None:
    one = order(street="Lipowa 12 m. 3")
    assert sent(one, rules(()), "street", "house_number", "address") == ("Lipowa 12 m. 3", "", "Lipowa 12 m. 3")
    assert outgoing(one, rules(()), "10452")["bridge_notes"] == []


def test_without_a_field_for_the_flat_it_stays_with_the_number() -> None:
    by = rules(("delivery.house_number",))
    assert sent(order(street="Lipowa 12 m. 3"), by, "street", "house_number", "flat") == ("Lipowa", "12 m. 3", "")


def test_a_limit_on_the_number_says_too_that_it_has_a_field_of_its_own() -> None:
    by = rules((), (Limit("delivery.house_number", "Number", 10), Limit("delivery.flat", "Flat", 10)))
    assert sent(order(street="Lipowa 12/3"), by, "street", "house_number", "flat") == ("Lipowa", "12", "3")


def test_a_number_that_the_store_gave_is_left_alone() -> None:
    one = orders.order({"delivery.street": "Lipowa 5", "delivery.house_number": "12"})
    assert sent(one, rules(), "street", "house_number") == ("Lipowa 5", "12")


@pytest.mark.parametrize(
    ("given_flat", "street", "number", "flat"),
    [("3", "Lipowa 12/3", "12", "3"), ("3", "Lipowa 12", "12", "3"), ("4", "Lipowa 12/3", "12/3", "4"),
     ("", "Lipowa 12", "12", "")],
)  # fmt: skip
def test_a_flat_that_the_store_gave_is_never_replaced(given_flat: str, street: str, number: str, flat: str) -> None:
    assert sent(order(street=street, flat=given_flat), rules(), "house_number", "flat") == (number, flat)


def test_a_number_alone_in_the_second_line_is_taken_from_there() -> None:
    assert sent(order(extra="12/3"), rules(), "street", "house_number", "flat", "extra") == ("Lipowa", "12", "3", "")
    assert sent(order(extra="klatka B"), rules(), "house_number", "extra") == ("", "klatka B")
    assert sent(order(street="3 Maja", extra="12"), rules(), "street", "house_number", "extra") == ("3 Maja", "", "12")


@pytest.mark.parametrize("street", ["3 Maja", "Lipowa 12 3", "Osiedle 12", "Paczkomat WAW01A", ""])
def test_what_is_not_certain_goes_as_it_is_and_holds_only_where_the_erp_needs_it(street: str) -> None:
    one = order(street=street)
    assert sent(one, rules(), "street", "house_number") == (street, "")
    assert judge(one, rules(), "10452").outcome is Outcome.READY
    needed = rules(limits=(Limit("delivery.house_number", "Number", 10, required=True),))
    problems = judge(one, needed, "10452").problems
    assert [problem.code for problem in problems] == ["house-number-uncertain" if street else "field-required"]


def test_limits_are_judged_on_what_goes_out() -> None:
    by = rules(
        limits=(Limit("delivery.street", "Street", 10), Limit("delivery.phone", "Phone", 12, pattern=r"\+[0-9]+"))
    )
    assert judge(order(street="Lipowa 12 m. 3", phone="600 100 200"), by, "10452").outcome is Outcome.READY
    whole = replace(by, apart=frozenset())
    assert [one.code for one in judge(order(street="Lipowa 12 m. 3"), whole, "10452").problems] == ["field-too-long"]


def test_a_postal_code_that_the_erp_wants_in_form_goes_in_form() -> None:
    by = rules(limits=(Limit("delivery.postal_code", "Code", 6, pattern="[0-9]{2}-[0-9]{3}"),))
    one = order(postal_code="31147", street="Lipowa 12")
    assert judge(one, by, "10452").outcome is Outcome.READY
    assert sent(one, by, "postal_code") == ("31-147",)


@pytest.mark.parametrize(
    ("phone", "goes"),
    [("600 100 200", "+48600100200"), ("22 123 45 67 wew. 12", "22 123 45 67 wew. 12"), ("123", "123"),
     ("brak", "brak"), ("600100200 / 600100201", "600100200 / 600100201"), ("", "")],
)  # fmt: skip
def test_a_phone_goes_in_its_international_form_or_as_it_is(phone: str, goes: str) -> None:
    assert sent(order(phone=phone), rules(), "phone") == (goes,)


def test_a_phone_that_may_be_one_of_two_goes_as_it_is() -> None:
    assert sent(order(phone="48600100200", country="DE"), rules(), "phone") == ("48600100200",)


def test_a_phone_without_a_country_is_read_by_the_other_address() -> None:
    one = order(phone="600 100 200", country="")
    assert sent(one, rules(), "phone") == ("+48600100200",)


@pytest.mark.parametrize("form", list(PartyForm))
def test_a_flow_keeps_any_of_them_as_given(form: PartyForm) -> None:
    one = order(street="Lipowa 12", postal_code="00001", phone="600 100 200")
    as_given = {"house_number": ("Lipowa 12", ""), "postal_code": "00001", "phone": "600 100 200"}
    usual = {"house_number": ("Lipowa", "12"), "postal_code": "00-001", "phone": "+48600100200"}
    expected = {**usual, form.value: as_given[form.value]}
    street, number, code, phone = sent(one, rules(as_given=(form,)), "street", "house_number", "postal_code", "phone")
    assert {"house_number": (street, number), "postal_code": code, "phone": phone} == expected


def test_one_address_for_both_is_noted_once_and_two_are_noted_apart() -> None:
    party = {"street": "Lipowa 12", "country": "PL", "postal_code": "00001", "city": "Warszawa"}
    same = outgoing(orders.order({"billing": party, "delivery": party}), rules(), "10452")
    assert same["billing"] == same["delivery"]
    assert same["bridge_notes"] == [
        "Billing and delivery: the house number was told apart from the street.",
        "Billing and delivery: the postal code was written as its country writes it.",
    ]
    only_delivery = rules(("delivery.house_number",))
    apart = outgoing(orders.order({"billing": party, "delivery": party}), only_delivery, "10452")
    assert (apart["billing"]["street"], apart["delivery"]["street"]) == ("Lipowa 12", "Lipowa")


def test_what_nobody_sees_is_left_out_and_noted() -> None:
    one = order(last_name="\u202eNowak\u202c", street="Lipowa 12")
    tree = outgoing(one, rules(()), "10452")
    assert tree["delivery"]["last_name"] == "Nowak"
    assert tree["bridge_notes"] == ["Delivery last name: 2 invisible characters left out."]


def test_letters_written_otherwise_are_noted_with_their_field() -> None:
    one = order(city="Győr")
    by = replace(orders.rules(), characters=replace(orders.rules().characters, encoding="cp1252", transliterate=True))
    tree = outgoing(one, by, "10452")
    assert tree["delivery"]["city"] == "Gyor"
    assert tree["bridge_notes"] == ["Delivery city: letters written otherwise: ő as o."]


STREETS = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[A-ZŁ][a-zł]{2,8} [0-9]{1,3}( m\. ?| lok\. |/)?[0-9]{0,2}", fullmatch=True),
)
SECOND_LINES = st.one_of(st.just(""), st.text(max_size=12), st.from_regex(r"[0-9]{1,3}(/[0-9]{1,2})?", fullmatch=True))
SIGNS = ("m", "lok", "nr", "no", "3", "m3", "lok3")  # of a number or a flat; a flat that stood twice


def letters_of(*parts: str) -> list[str]:
    """All letters and digits of an address, whatever field says them, without what nobody sees."""
    text = orders.rules().prepared("\n".join(parts)).casefold()
    return sorted(re.sub(r"[\W_]", "", text))


@given(STREETS, SECOND_LINES, st.sampled_from(["", "3"]), st.sampled_from(["PL", "DE", "GB", "FR", "JP", ""]),
       st.sampled_from([BOTH, BOTH[:1], BOTH[2:3], ()]))  # fmt: skip
def test_whatever_buyers_type_no_letter_and_no_digit_of_an_address_is_lost(
    street: str, second_line: str, flat: str, country: str, apart: tuple[str, ...]
) -> None:
    one = order(street=street, extra=second_line, flat=flat, country=country, postal_code="")
    tree = outgoing(one, rules(apart), "10452")["delivery"]
    gone = letters_of(street, second_line, flat)
    for character in letters_of(tree["street"], tree["house_number"], tree["flat"], tree["extra"]):
        gone.remove(character)
    assert not gone or "".join(gone) in {"".join(sorted(sign)) for sign in SIGNS}
