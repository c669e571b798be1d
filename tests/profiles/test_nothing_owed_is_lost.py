"""What a customer owes reaches every ERP: a reader of its own adds up the file of any order, roundings included.

What the file says, or what an ERP makes of its lines, is the order's gross to the minor unit; or the order waits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order, Payment
from bridge.domain.maps import ROUNDING_SKU, CodeMap, Maps
from bridge.domain.outgoing import outgoing
from bridge.profiles import Profile, RenderRefused
from bridge.profiles.loader import profile_names
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import installed, rules_of, sold_orders
from tests.profiles.making import file_of
from tests.readers import (
    business_central,
    csv_orders,
    edifact,
    epp,
    fixed_width,
    idoc_orders,
    idoc_xml,
    odoo,
    opentrans,
    optima,
    peppol,
    sage_x3,
    tryton,
    ubl,
    x12,
)

ORDERS = int(os.environ.get("ORDERS_PER_PROFILE", "200")) // 4
CENT = Decimal("0.01")
Sums = Callable[[bytes], set[Decimal]]  # every way in which the file tells the order's gross


def added(lines: list[dict[str, Any]], *names: str) -> Decimal:
    """The sum of the lines' amounts."""
    return sum((line[name] for line in lines for name in names), Decimal(0))


def of_idoc(content: bytes) -> set[Decimal]:
    """Items and conditions with the taxes of the header, and the sum that stands there."""
    order = idoc_orders.order_of(idoc_xml.read_idocs(content)[0])
    worth = added([*order["lines"], *order["charges"]], "net") + order["totals.tax"]
    return {worth, order["totals.gross"]}


def of_peppol(content: bytes) -> set[Decimal]:
    """What is to be paid and what is paid."""
    order = peppol.read_order(content)
    return {order["totals.due"] + order["totals.paid"]}


def of_optima(content: bytes) -> set[Decimal]:
    order = optima.read_order(content)
    return {order["gross"], added(order["lines"], "gross")}


def of_epp(content: bytes) -> set[Decimal]:
    (order,) = epp.judge(content)
    return {order["gross"], added(order["lines"], "gross"), order["paid"] + order["due"]}


def of_business_central(content: bytes) -> set[Decimal]:
    order = business_central.read_order(content)
    return {order["TotalAmountIncludingVAT"], added(order["Lines"], "AmountIncludingVAT")}


def stated(order: dict[str, Any]) -> set[Decimal]:
    """A format that has the gross itself, and what of it is paid and due."""
    return {order["totals.gross"], order["totals.paid"] + order["totals.due"]}


# What an installation sets, and how its file is added up. Prices that programs multiply themselves are gross here.
WAYS: dict[str, tuple[dict[str, str], Sums]] = {
    "business-central-xml": ({"customer": "WEB", "other_no": "8400"}, of_business_central),
    "comarch-optima-xml": ({}, of_optima),
    "csv-orders": ({}, lambda content: stated(csv_orders.read_orders(content)[0])),
    "edifact-orders-d96a": ({"syntax": "UNOW"}, lambda content: stated(edifact.read_orders(content)[0])),
    "fixed-width": ({}, lambda content: stated(fixed_width.read_file(content, "cp1250").orders[0])),
    "odoo-csv": (
        {"currency": "PLN", "prices": "gross", "price_places": "6"},
        lambda content: {odoo.judge(content, 2)[0]["amount_untaxed"]},
    ),
    "opentrans-2.1": ({}, lambda content: {added(opentrans.read_order(content)["lines"], "net", "tax")}),
    "peppol-order-3": ({}, of_peppol),
    "sage-x3-soh": (
        {"prices": "gross", "site": "FR011", "shipping_site": "FR011", "customer": "WEB01"},
        lambda content: {sage_x3.judge(content, 2)[0]["amount"]},
    ),
    "sap-idoc-orders05": ({}, of_idoc),
    "subiekt-epp": ({}, of_epp),
    "tryton-csv": (
        {"currency": "PLN", "prices": "gross", "price_places": "6"},
        lambda content: {tryton.judge(content, 2)["untaxed_amount"]},
    ),
    "ubl-order-2.1": ({}, lambda content: stated(ubl.read_order(content))),
    "x12-850": ({"charset": "extended"}, lambda content: stated(x12.read_orders(content)[0])),
}


def test_every_built_in_profile_is_added_up() -> None:
    assert sorted(WAYS) == sorted(profile_names(None))


@st.composite
def rounded_orders(draw: st.DrawFn) -> Order:
    """An order in zloty or euro whose total is rounded apart from its lines, wholly or partly paid."""
    order = draw(sold_orders().filter(lambda one: one.currency_digits == 2))
    rounding = draw(st.integers(-len(order.lines), len(order.lines))) * CENT
    gross = order.totals.gross + rounding
    paid = draw(st.sampled_from([Decimal(0), gross, (gross / 3).quantize(CENT)]))
    sums = {"rounding": rounding, "gross": gross, "paid": paid, "due": gross - paid}
    plain = {"company": "", "first_name": "Ada", "last_name": "Example", "street": "High Street", "city": "Town"}
    party = order.billing.model_copy(update={**plain, "postal_code": "00-001", "country": "PL", "email": ""})
    goods = {"sku": "A1", "name": "Cup", "unit": ""}
    lines = tuple(line.model_copy(update={**goods, "tax_code": "S" if line.tax_rate else "Z"}) for line in order.lines)
    return order.model_copy(
        update={
            "totals": order.totals.model_copy(update=sums), "lines": lines, "billing": party, "delivery": party,
            "customer_note": "", "shipping_method": "", "payment": Payment(),
            "store_order_id": "10452", "number": "10452",
        }
    )  # fmt: skip


def made(profile: Profile, order: Order) -> bytes | str:
    """The file, or why not. Codes go as they are; roundings have an article."""
    rules = replace(rules_of(profile), maps=Maps(sku=CodeMap({ROUNDING_SKU: "DIFF"})))
    external_id = profile.external_id(order.store_order_id)
    found = [one for one in problems_of(Case.of(order, rules, external_id)) if one.code in FITTING]
    if found:
        return found[0].message
    try:
        return file_of(profile, outgoing(order, rules, external_id))
    except RenderRefused as refused:
        return refused.problem.message


@pytest.mark.parametrize("name", WAYS)
def test_the_file_adds_up_to_what_the_customer_owes(name: str) -> None:
    parameters, sums = WAYS[name]
    profile = installed(name, **parameters)
    rounded: list[Decimal] = []

    @settings(max_examples=ORDERS, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rounded_orders())
    def tried(order: Order) -> None:
        if name == "opentrans-2.1":  # the standard's list of currencies has no zloty
            order = order.model_copy(update={"currency": "EUR"})
        content = made(profile, order)
        if isinstance(content, bytes):
            assert sums(content) == {order.totals.gross}
            rounded.extend([order.totals.rounding] if order.totals.rounding else [])

    tried()
    assert rounded, "no file with a rounding was made"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("business-central-xml", "<Comment>Paid 20.00, to pay 281.35</Comment>"),
        ("comarch-optima-xml", "Zapłacono 20.00, do zapłaty 281.35"),
        ("opentrans-2.1", '<REMARKS type="due">281.35</REMARKS>'),
        ("sap-idoc-orders05", "<TDLINE>Paid 20.00 PLN, to pay 281.35 PLN</TDLINE>"),
    ],
)
def test_what_a_gift_card_paid_of_an_order_is_told_in_words_where_no_field_has_it(name: str, words: str) -> None:
    profile = installed(name, **WAYS[name][0])
    whole = good_order()
    parted = good_order({"totals.paid": "20.00", "totals.due": "281.35"})
    rules = rules_of(profile)
    assert words in file_of(profile, outgoing(parted, rules, "1")).decode()
    assert "281.35" not in file_of(profile, outgoing(whole, rules, "1")).decode()


@pytest.mark.parametrize("name", WAYS)
def test_an_order_of_which_a_part_is_paid_tells_it_or_waits(name: str) -> None:
    profile = installed(name, **WAYS[name][0])
    currency = {"currency": "EUR"} if name == "opentrans-2.1" else {}
    parted = good_order({"totals.paid": "20.00", "totals.due": "281.35", "shipping_method": "dpd", **currency})
    rules = rules_of(profile)
    waits = [one.message for one in problems_of(Case.of(parted, rules, "1")) if one.code == "field-left-out"]
    if waits:
        assert waits == ["Order 10452: the ERP's file has no place for the payment of a part (20.00 of 301.35 PLN)."]
        picked = replace(rules, flow=replace(rules.flow, field_policies={"totals.paid": "pass"}))
        assert "field-left-out" not in [one.code for one in problems_of(Case.of(parted, picked, "1"))]
    else:
        assert re.search(rb"28135|281\.35", file_of(profile, outgoing(parted, rules, "1")))
