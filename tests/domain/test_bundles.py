"""Kits and gifts by policy: which lines travel, and that the order is worth the same under each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.bundles import lines_to_send, shares
from bridge.domain.contract import Line
from tests.domain.orders import order, rules

KIT: dict[str, Any] = {
    "lines": [
        {"position": 1, "kind": "kit", "sku": "KIT", "net": "10.00", "tax": "2.30", "gross": "12.30",
         "tax_rate": "0.23"},
        {"position": 2, "kind": "kit_component", "sku": "A", "parent_position": 1, "quantity": "2", "net": "20.00",
         "tax": "4.60", "gross": "24.60", "tax_rate": "0.23"},
        {"position": 3, "kind": "kit_component", "sku": "B", "parent_position": 1, "net": "5.00", "tax": "0.40",
         "gross": "5.40", "tax_rate": "0.08"},
        {"position": 4, "kind": "gift", "sku": "MUG"},
        {"position": 5, "sku": "007", "net": "50.00", "tax": "11.50", "gross": "61.50", "tax_rate": "0.23"},
    ]
}  # fmt: skip


def sent(**flow: Any) -> tuple[Line, ...]:
    """The travelling lines of the order with the kit."""
    return lines_to_send(order(KIT), rules(**flow).flow)


def worth(lines: tuple[Line, ...]) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and gross of lines together."""
    zero = Decimal(0)
    return (
        sum((line.net for line in lines), zero),
        sum((line.tax for line in lines), zero),
        sum((line.gross for line in lines), zero),
    )


@pytest.mark.parametrize("kit", ["separate", "bundle", "components"])
@pytest.mark.parametrize("gift", ["separate", "service", "comment"])
def test_the_order_is_worth_the_same_under_every_policy(kit: str, gift: str) -> None:
    assert worth(sent(kit=kit, gift=gift)) == (Decimal("85.00"), Decimal("18.80"), Decimal("103.80"))


def test_separate_kits_travel_as_the_store_has_them() -> None:
    assert [line.sku for line in sent()] == ["KIT", "A", "B", "MUG", "007"]


def test_a_bundle_is_one_line_worth_itself_and_its_components() -> None:
    bundle, *others = sent(kit="bundle")
    assert [line.sku for line in others] == ["MUG", "007"]
    assert (bundle.net, bundle.tax, bundle.gross) == (Decimal("35.00"), Decimal("7.30"), Decimal("42.30"))
    assert bundle.unit_net == Decimal("35.00")
    assert bundle.tax_rate is None  # 23% and 8% in one line: no single rate is true


def test_components_of_the_kits_own_tax_share_its_worth() -> None:
    a, b, *others = sent(kit="components")
    assert [line.sku for line in others] == ["MUG", "007"]
    assert (a.sku, a.net, a.tax, a.unit_net) == ("A", Decimal("30.00"), Decimal("6.90"), Decimal("15.00"))
    assert (b.sku, b.net, b.tax) == ("B", Decimal("5.00"), Decimal("0.40"))  # 8%: takes nothing that was taxed at 23%


def test_components_that_are_worth_nothing_share_by_quantity_and_are_taxed_as_the_kit() -> None:
    changes = {
        "lines": [
            {**KIT["lines"][0], "net": "10.00", "tax": "2.30", "gross": "12.30", "tax_code": "standard"},
            {
                "position": 2,
                "kind": "kit_component",
                "sku": "A",
                "parent_position": 1,
                "quantity": "2",
                "tax_rate": "0",
            },
            {"position": 3, "kind": "kit_component", "sku": "B", "parent_position": 1},
        ]
    }
    a, b = lines_to_send(order(changes), rules(kit="components").flow)
    assert (a.net, a.tax, a.gross, a.tax_rate, a.tax_code) == (
        Decimal("6.67"),
        Decimal("1.53"),
        Decimal("8.20"),
        Decimal("0.23"),
        "standard",
    )
    assert (b.net, b.tax, b.gross) == (Decimal("3.33"), Decimal("0.77"), Decimal("4.10"))


def test_a_kit_without_components_stays_a_line() -> None:
    alone = {"lines": [{"position": 1, "kind": "kit", "sku": "KIT", "net": "10.00", "gross": "10.00"}]}
    for policy in ("separate", "bundle", "components"):
        assert [line.sku for line in lines_to_send(order(alone), rules(kit=policy).flow)] == ["KIT"]


def test_a_gift_becomes_a_comment_or_a_service_only_if_it_costs_nothing() -> None:
    assert [line.kind for line in sent(gift="comment")][3] == "comment"
    assert [line.kind for line in sent(gift="service")][3] == "service"
    priced = {"lines": [{"position": 1, "kind": "gift", "sku": "MUG", "net": "0.01", "gross": "0.01"}]}
    assert lines_to_send(order(priced), rules(gift="comment").flow)[0].kind == "gift"


@given(
    minor=st.integers(-(10**12), 10**12),
    weights=st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=8),
    digits=st.sampled_from([0, 2, 3]),
)
def test_shares_always_add_up_to_the_amount_in_whole_minor_units(
    minor: int, weights: list[Decimal], digits: int
) -> None:
    amount = Decimal(minor).scaleb(-digits)
    parts = shares(amount, weights, digits)
    assert sum(parts) == amount
    assert all(part == part.quantize(Decimal(1).scaleb(-digits)) for part in parts)
