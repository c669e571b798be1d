"""For any order that passes the checks of characters, all that a profile says it carries is read back equal.

The readers share no code with the renderers: one walks characters, the other uses the standard library's XML parser.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.characters import first_refused, prepared
from bridge.domain.contract import Line, LineKind, Order, Party, Payment, Totals
from bridge.domain.outgoing import outgoing
from bridge.domain.policies import PartyForm
from bridge.profiles import FileContext, Profile, load_profile
from bridge.profiles.trial import trial_rules
from tests.profiles.making import CONTEXT, file_of
from tests.readers import csv_orders, ubl

EXAMPLES = int(os.environ.get("ORDERS_PER_PROFILE", "200"))  # ORDERS_PER_PROFILE=10000 tries so many orders
PROFILES = {name: load_profile(name, None) for name in ("csv-orders", "ubl-order-2.1")}

# XML 1.0 and UTF-8 hold these; what they do not hold is refused, which test_xml_files and test_csv_files show.
# Composed, as every text is before it is measured and written: U+F900 goes out as U+8C48.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from(list("\t\n;\"'<>&]=+-@{}%|\u2028\x85")),
    max_size=40,
).map(lambda text: unicodedata.normalize("NFC", text))
codes = st.text(st.sampled_from(list("abcXYZ0123-_./ ÄŁ")), min_size=1, max_size=20).map(str.strip).filter(bool)
maybe = st.just("") | codes
digits = st.shared(st.sampled_from([0, 2, 3]), key="digits")


def amounts(places: int, low: int = -(10**9), high: int = 10**12) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda whole: Decimal(whole).scaleb(-places))


parties = st.builds(
    Party,
    **{name: texts for name in Party.model_fields if name != "country"},
    country=st.sampled_from(["", "PL", "DE", "JP"]),
)


@st.composite
def lines(draw: st.DrawFn, position: int, places: int) -> Line:
    net, tax = draw(amounts(places)), draw(amounts(places))
    return Line(
        position=position,
        sku=draw(maybe),
        name=draw(texts),
        kind=draw(st.sampled_from(list(LineKind))),
        quantity=draw(amounts(3, 1, 10**6)),
        unit=draw(st.sampled_from(["", "kg", "m", "box"])),
        unit_net=draw(amounts(5)),
        discount=draw(amounts(places, 0)),
        tax_code=draw(maybe),
        tax_rate=draw(st.none() | amounts(4, 0, 4_000)),
        net=net,
        tax=tax,
        gross=net + tax,
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    places = draw(digits)
    count = draw(st.integers(1, 4))
    made = tuple(draw(lines(position, places)) for position in range(1, count + 1))
    net, tax = sum((line.net for line in made), Decimal(0)), sum((line.tax for line in made), Decimal(0))
    rounding, paid = draw(amounts(places, -2, 2)), draw(amounts(places, 0))
    gross = net + tax + rounding
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 3_000_000_000)))
    return Order(
        store="shop",
        store_order_id=draw(codes),
        number=draw(codes),
        created_at=moment,
        updated_at=moment,
        currency={0: "JPY", 2: "PLN", 3: "KWD"}[places],
        currency_digits=places,
        customer_note=draw(texts),
        buyer_order_number=draw(texts),
        payment=Payment(method=draw(maybe), transaction_id=draw(texts)),
        shipping_method=draw(maybe),
        pickup_point_id=draw(maybe),  # a code, which nothing changes
        billing=draw(parties),
        delivery=draw(parties),
        lines=made,
        totals=Totals(net=net, tax=tax, gross=gross, rounding=rounding, paid=paid, due=gross - paid),
    )


def said(profile: Profile, order: Order, external_id: str, path: str) -> Any:
    """The canonical value as the profile's own rules for characters let it travel."""
    same = {
        "external_id": external_id,
        "payment.erp_code": order.payment.method,
        "shipping_erp_code": order.shipping_method,
    }
    value: Any = same.get(path)
    if value is None:
        value = order
        for name in path.split("."):
            value = getattr(value, name)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return prepared(value, profile.characters) if isinstance(value, str) else value


def said_of_line(profile: Profile, line: Line, sent_line: dict[str, Any], name: str) -> Any:
    """What a line says; codes come from the mapped order."""
    if name in ("erp_sku", "erp_tax_code", "unit_code"):
        return sent_line[name]
    value = getattr(line, name)
    if name == "kind":
        return value.value
    if value is None:
        return ""
    return prepared(value, profile.characters) if isinstance(value, str) else value


def assert_carried(profile: Profile, order: Order, found: dict[str, Any], tree: dict[str, Any]) -> None:
    for path in profile.carries:
        owner, _, name = path.partition(".")
        if owner != "lines":
            assert found[path] == said(profile, order, tree["external_id"], path), path
            continue
        for line, sent_line, found_line in zip(order.lines, tree["lines"], found["lines"], strict=True):
            assert found_line[name] == said_of_line(profile, line, sent_line, name), path


def test_what_the_built_in_profiles_carry_is_written_down() -> None:
    goods = {"position", "kind", "erp_sku", "name", "quantity", "unit_code", "unit_net", "discount"}
    goods |= {"erp_tax_code", "tax_rate", "net", "tax"}
    address = set(Party.model_fields) - {"first_name", "last_name", "email", "phone", "tax_id"}
    both = {"external_id", "number", "currency", "payment.erp_code", "shipping_erp_code", "buyer_order_number"}
    both |= {"customer_note", *(f"totals.{name}" for name in ("net", "tax", "gross", "paid", "due"))}
    both |= {*(f"lines.{name}" for name in goods), *(f"delivery.{name}" for name in address)}
    row = {"lines.gross", "pickup_point_id", "warehouse"}
    assert set(PROFILES["csv-orders"].carries) == both | row | {f"billing.{name}" for name in address}
    more = {"created_at", "store", "pickup_point_id", "payment.transaction_id", "totals.rounding", "lines.sku"}
    people = {f"{owner}.{name}" for owner in ("billing", "delivery") for name in Party.model_fields}
    assert set(PROFILES["ubl-order-2.1"].carries) == both | more | people


def holds(profile: Profile, tree: Any) -> bool:
    """Whether every text of the order passes the check of characters."""
    if isinstance(tree, dict | list | tuple):
        return all(holds(profile, part) for part in (tree.values() if isinstance(tree, dict) else tree))
    return not isinstance(tree, str) or first_refused(tree, profile.characters) is None


def sent_tree(profile: Profile, order: Order) -> dict[str, Any]:
    """The order as given: what a phone or a postal code becomes in its usual form is no matter of carrying it."""
    rules = trial_rules(profile.limits, profile.characters)
    given_ones = replace(rules, flow=replace(rules.flow, as_given=tuple(PartyForm)))
    return outgoing(order, given_ones, order.store_order_id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(orders(), min_size=1, max_size=3))
def test_csv_orders_carries_what_it_says(batch: list[Order]) -> None:
    profile = PROFILES["csv-orders"]
    trees = [sent_tree(profile, order) for order in batch]
    assert all(holds(profile, tree) for tree in trees)
    context = FileContext(17, "ORD_000017.csv", "acme", CONTEXT.business_day, CONTEXT.sealed_at, len(batch))
    found = csv_orders.read_orders(file_of(profile, *trees, context=context))
    assert len(found) == len(batch)
    for order, one, tree in zip(batch, found, trees, strict=True):
        assert_carried(profile, order, one, tree)


@pytest.mark.timeout(300 + EXAMPLES // 10)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders())
def test_ubl_order_carries_what_it_says_and_validates(order: Order, tmp_path_factory: Any) -> None:
    profile = PROFILES["ubl-order-2.1"]
    tree = sent_tree(profile, order)
    assert holds(profile, tree)
    content = file_of(profile, tree)
    path = tmp_path_factory.getbasetemp() / "carried.xml"
    path.write_bytes(content)
    profile.validate(path)
    assert_carried(profile, order, ubl.read_order(content), tree)
    assert ubl.disagreements(ubl.read_order(content)) == []
