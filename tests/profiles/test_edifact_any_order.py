"""Any order gives an interchange that three judges let pass and that reads back to the minor unit, or is explained.

200 orders in UNOC, UNOD and UNOW; ORDERS_PER_PROFILE sets another number for the long target.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order, Party, Payment
from bridge.domain.outgoing import outgoing
from bridge.profiles import CharacterRefused
from bridge.profiles.trial import trial_rules
from tests.profiles.edifact_family import judged, profile
from tests.profiles.making import file_of
from tests.profiles.test_carried import orders
from tests.readers.edifact import read_orders

SYNTAXES = ("UNOC", "UNOD", "UNOW")
ORDERS = int(os.environ.get("ORDERS_PER_PROFILE", "200")) // len(SYNTAXES) + 1
EACH_SYNTAX = pytest.mark.parametrize("syntax", SYNTAXES)
signs = st.sampled_from(list("abcXYZ 0123-_./+:'?*=,;<>&\"ÄéÖß"))
words = st.text(signs, max_size=35).map(lambda text: " ".join(text.split()))
short = st.text(signs, max_size=9).map(str.strip)
codes = st.text(st.sampled_from(list("ABC012+:'?")), max_size=3)
ids = st.text(st.sampled_from(list("abcXYZ0123-_./+:'?")), min_size=1, max_size=31)
PATHS = ("number", "buyer_order_number", "currency", "pickup_point_id", "shipping_erp_code")
OF_PARTY = ("extra", "postal_code", "city", "region", "country", "email", "phone", "tax_id", "name")
AMOUNTS = ("net", "tax", "gross", "rounding", "paid", "due")


@st.composite
def parties(draw: st.DrawFn) -> Party:
    texts = {name: draw(words) for name in ("company", "street", "extra", "city", "email", "phone", "tax_id")}
    small = {name: draw(short) for name in ("first_name", "last_name", "house_number", "postal_code", "region")}
    return Party(**texts, **small, country=draw(st.sampled_from(["", "PL", "DE"])))


@st.composite
def fitting(draw: st.DrawFn) -> Order:
    """Any order whose texts have a place in the directory's elements."""
    order = draw(orders())
    made = tuple(
        line.model_copy(
            update={
                "sku": draw(ids),
                "name": draw(words),
                "tax_code": draw(codes.filter(bool)),
                "unit": draw(st.sampled_from(["", "kg"])),
            }
        )
        for line in order.lines
    )
    return order.model_copy(
        update={
            "billing": draw(parties()), "delivery": draw(parties()), "lines": made, "store_order_id": draw(ids),
            "number": draw(ids), "buyer_order_number": draw(words), "shipping_method": draw(short),
            "pickup_point_id": draw(short), "customer_note": " ".join(draw(st.lists(words, max_size=30))),
            "payment": Payment(method=draw(codes), transaction_id=draw(words)),
        }
    )  # fmt: skip


def packed(text: str) -> str:
    """Without blanks: texts are parted between words, and a reader can't tell where a long word was parted."""
    return "".join(text.split())


def assert_read_back(content: bytes, trees: list[dict[str, Any]]) -> None:
    for order, tree in zip(read_orders(content), trees, strict=True):
        assert order["external_id"] == tree["external_id"]
        assert [order[path] for path in PATHS] == [tree[path] for path in PATHS]
        assert packed(order["customer_note"]) == packed(tree["customer_note"])
        for owner in ("billing", "delivery"):
            party = tree[owner]
            assert [order[f"{owner}.{name}"] for name in OF_PARTY] == [party[name] for name in OF_PARTY]
            assert packed(order[f"{owner}.address"]) == packed(party["address"])
            company = "" if packed(party["company"]) == packed(party["name"]) else party["company"]
            assert packed(order[f"{owner}.company"]) == packed(company)
        assert [order[f"totals.{name}"] for name in AMOUNTS] == [Decimal(tree["totals"][name]) for name in AMOUNTS]
        assert len(order["lines"]) == len(tree["lines"])
        for found, line in zip(order["lines"], tree["lines"], strict=True):
            assert packed(found["name"]) == packed(line["name"])
            texts = ("position", "sku", "erp_sku", "unit_code", "erp_tax_code")
            assert [found[name] for name in texts] == [line[name] for name in texts]
            numbers = ("quantity", "unit_net", "discount", "net", "tax")
            assert [found[name] for name in numbers] == [Decimal(line[name]) for name in numbers]
            assert found["tax_rate"] == ("" if line["tax_rate"] == "" else Decimal(line["tax_rate"]))


def tree_of(order: Order, syntax: str) -> dict[str, Any]:
    found = profile(syntax=syntax)
    return outgoing(order, trial_rules(found.limits, found.characters), order.store_order_id)


@EACH_SYNTAX
@settings(max_examples=ORDERS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batch=st.lists(fitting(), min_size=1, max_size=3))
def test_any_order_is_read_back_to_the_minor_unit(syntax: str, batch: list[Order]) -> None:
    found = profile(syntax=syntax)
    trees = [tree_of(order, syntax) for order in batch]
    assert_read_back(judged(file_of(found, *trees)), trees)


@EACH_SYNTAX
@settings(max_examples=ORDERS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders())
def test_an_order_that_does_not_fit_is_explained_or_whole(syntax: str, order: Order) -> None:
    found = profile(syntax=syntax)
    case = Case.of(order, trial_rules(found.limits, found.characters), order.store_order_id)
    if any(problem.code in FITTING for problem in problems_of(case)):
        return  # explained before it is rendered
    tree = tree_of(order, syntax)
    try:
        content = file_of(found, tree)
    except CharacterRefused:
        return
    assert_read_back(judged(content), [tree])
