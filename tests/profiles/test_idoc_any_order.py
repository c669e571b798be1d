"""Any order gives IDocs that stand by the basic type, count right and add up, or is refused with its field.

200 orders over the three forms; ORDERS_PER_PROFILE sets another number for the long target.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.contract import Order, Party, Payment
from bridge.domain.outgoing import outgoing
from bridge.domain.travelling import with_travelling_lines
from bridge.profiles import CharacterRefused, Profile, RenderRefused
from bridge.profiles.proof import HOSTILE
from bridge.profiles.trial import trial_rules
from tests.profiles.idoc_family import EACH_FORM, FORMS, idoc_of, profile, sent
from tests.profiles.test_carried import lines, orders
from tests.readers.idoc_orders import Segment, disagreements, misplaced, order_of

ORDERS = int(os.environ.get("ORDERS_PER_PROFILE", "200")) // len(FORMS)
words = st.text(st.sampled_from(list("abc XYZ0123-_./ÄŁ<>&;\"']=+")), max_size=35).map(
    lambda text: " ".join(text.split())
)
codes = st.text(st.sampled_from(list("abcXYZ0123-_./ÄŁ")), min_size=1, max_size=20)
short = st.text(st.sampled_from(list("abcXYZ0123")), max_size=7)


@st.composite
def fitting(draw: st.DrawFn) -> Order:
    """Any order whose texts have a place in SAP's fields: longer ones wait, which the profile's limits prove."""
    order = draw(orders())
    parties = [
        Party(
            company=draw(words), first_name=draw(short), last_name=draw(short), street=draw(words), city=draw(words),
            house_number=draw(short), extra=draw(words), postal_code=draw(short), country="PL", phone=draw(short),
        )
        for _ in range(2)
    ]  # fmt: skip
    places = order.currency_digits
    made = tuple(
        draw(lines(position, places)).model_copy(
            update={
                "sku": draw(codes),
                "name": draw(words),
                "tax_code": draw(short),
                "unit": draw(st.sampled_from(["", "kg"])),
            }
        )
        for position in range(1, draw(st.integers(1, 5)) + 1)
    )
    # A charge's article is its condition type, of four characters.
    made = tuple(
        line.model_copy(update={"sku": line.sku[:4] if line.kind in ("shipping", "fee", "discount") else line.sku})
        for line in made
    )
    net, tax = sum((line.net for line in made), Decimal(0)), sum((line.tax for line in made), Decimal(0))
    return order.model_copy(
        update={
            "billing": parties[0], "delivery": parties[1], "lines": made, "store_order_id": draw(codes),
            "customer_note": " ".join(draw(st.lists(words, max_size=20))), "shipping_method": draw(short)[:2],
            "payment": Payment(method=draw(short)), "buyer_order_number": draw(words), "pickup_point_id": draw(short),
            "totals": order.totals.model_copy(
                update={"net": net, "tax": tax, "gross": net + tax + order.totals.rounding}
            ),
        }
    )  # fmt: skip


def tree_of(found: Profile, order: Order) -> dict[str, Any]:
    return outgoing(order, trial_rules(found.limits, found.characters), order.store_order_id)


def assert_read_back(idoc: Segment, order: Order, tree: dict[str, Any]) -> None:
    assert list(misplaced(idoc)) == []
    xml = profile()
    order = with_travelling_lines(order, trial_rules(xml.limits, xml.characters))
    found = order_of(idoc)
    assert list(disagreements(found)) == []
    assert found["external_id"] == order.store_order_id
    for path in ("currency", "payment.erp_code", "shipping_erp_code", "buyer_order_number", "pickup_point_id"):
        owner, _, name = path.rpartition(".")
        assert found[path] == (tree[owner] if owner else tree)[name], path
    comments = [line for line in order.lines if line.kind == "comment" and not line.net]
    note = " ".join([order.customer_note, *(line.name for line in comments)])
    assert found["customer_note"] == " ".join(note.split())
    for owner in ("billing", "delivery"):
        party = tree[owner]
        for name in ("extra", "city", "postal_code", "country", "phone"):
            assert found[f"{owner}.{name}"] == party[name], name
        assert found[f"{owner}.address"].replace(" ", "") == party["address"].replace(" ", "")
        said = [part for part in (found[f"{owner}.company"], found[f"{owner}.name"]) if part]
        assert " ".join(said).replace(" ", "") == f"{party['company']}{party['name']}".replace(" ", "")
    charged = ("shipping", "fee", "discount")
    items = [line for line in order.lines if line.kind not in charged and line not in comments]
    for line, said_line in zip(items, found["lines"], strict=True):
        assert said_line["position"] == line.position
        for name in ("quantity", "unit_net", "net", "tax", "discount", "name", "sku"):
            assert said_line[name] == getattr(line, name), name
        assert said_line["tax_rate"] == ("" if line.tax_rate is None else line.tax_rate)
    charges = [line for line in order.lines if line.kind in charged]
    assert [one["net"] for one in found["charges"]] == [line.net for line in charges]
    assert [found[f"totals.{name}"] for name in ("net", "tax", "gross")] == [
        order.totals.net, order.totals.tax, order.totals.gross,
    ]  # fmt: skip


@EACH_FORM
@settings(max_examples=ORDERS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=fitting(), parameters=st.sampled_from([{}, {"sign": "end", "join": "docnum", "client": "100"}]))
def test_any_order_is_read_back_to_the_minor_unit(form: str, parameters: dict[str, str], order: Order) -> None:
    found = profile(form=form, **parameters)
    tree = tree_of(found, order)
    assert_read_back(idoc_of(found, tree), order, tree)


@EACH_FORM
@settings(max_examples=ORDERS // 4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders())
def test_an_order_that_does_not_fit_is_refused_or_whole(form: str, order: Order) -> None:
    found = profile(form=form)
    try:
        idoc = idoc_of(found, tree_of(found, order))
    except (RenderRefused, CharacterRefused):
        return
    assert list(disagreements(order_of(idoc))) == []


HOSTILE_FIELDS = ("customer_note", "delivery.city", "billing.company", "lines.0.name", "lines.0.sku", "pickup_point_id")


@EACH_FORM
@pytest.mark.parametrize("field", HOSTILE_FIELDS)
@pytest.mark.parametrize("text", [*HOSTILE, '</E1EDK01><E1EDK01 SEGMENT="1">', "E2EDP01006", "x" * 10_000_000])
def test_a_hostile_text_is_carried_or_refused_by_its_field(form: str, field: str, text: str) -> None:
    found = profile(form=form, encoding="utf-8")
    order = sent(found)
    owner: Any = order
    *parents, last = field.split(".")
    for name in parents:
        owner = owner[int(name)] if isinstance(owner, list) else owner[name]
    plain = sent(found)
    owner[last] = text
    if f"{last}_parts" in owner:
        owner[f"{last}_parts"] = [text, *[""] * (len(owner[f"{last}_parts"]) - 1)]
    try:
        idoc = idoc_of(found, order)
    except CharacterRefused as refused:
        assert last in (refused.problem.field or "")
        return
    except RenderRefused as refused:
        assert form != "xml" and "the field holds" in refused.problem.message
        return
    names = [one.name for one in idoc.below if one.name != "E1EDKT1"]
    assert names == [one.name for one in idoc_of(found, plain).below]
    assert list(disagreements(order_of(idoc))) == []


def test_the_forms_are_those_of_the_profile() -> None:
    assert tuple(profile().settings.parameters["form"].choices) == FORMS
