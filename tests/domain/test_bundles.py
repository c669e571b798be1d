"""Kits and gifts by policy: which lines travel, and that the order is worth the same under each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.bundles import lines_to_send, shares
from bridge.domain.contract import Line, LineKind
from bridge.domain.money import rounded
from bridge.domain.policies import GiftPolicy, KitPolicy, ServicePolicy
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


@pytest.mark.parametrize("kit", [*KitPolicy])
@pytest.mark.parametrize("gift", [*GiftPolicy])
def test_the_order_is_worth_the_same_under_every_policy(kit: str, gift: str) -> None:
    assert worth(sent(kit=kit, gift=gift)) == (Decimal("85.00"), Decimal("18.80"), Decimal("103.80"))


@st.composite
def kits_in_kits(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lines of which each may lie in any kit, also in one that lies in it, in itself, or in none of the order."""
    count = draw(st.integers(2, 7))
    lines = []
    for position in range(1, count + 1):
        net, tax = (Decimal(draw(st.just(0) | st.integers(1, 9_999))).scaleb(-2) for _ in range(2))
        lines.append(
            {
                "position": position, "sku": f"S{position}", "net": net, "tax": tax, "gross": net + tax,
                "kind": draw(st.sampled_from(["kit", "kit_component", "configurable"])), "tax_rate": "0.23",
                "parent_position": draw(st.none() | st.integers(1, count + 1)),
            }
        )  # fmt: skip
    return lines


@given(kits_in_kits(), st.sampled_from([*KitPolicy]), st.sampled_from([*KitPolicy]))
def test_kits_in_kits_are_worth_the_same_however_they_travel(
    lines: list[dict[str, Any]], kit: str, configurable: str
) -> None:
    told = order({"lines": lines})
    travelling = lines_to_send(told, rules(kit=kit, configurable=configurable).flow)
    assert worth(travelling) == worth(told.lines)
    assert all(line.gross == line.net + line.tax for line in travelling)


@pytest.mark.parametrize("kit", [*KitPolicy])
def test_beside_a_kit_lines_of_one_position_stay_what_they_are(kit: str) -> None:
    """No connector of ours gives a position twice; one of somebody else may."""
    beside = [{"position": 9, "sku": sku, "net": net, "gross": net} for sku, net in (("B", "5.00"), ("C", "7.00"))]
    told = order({"lines": [*KIT["lines"], *beside]})
    travelling = lines_to_send(told, rules(kit=kit).flow)
    assert worth(travelling) == worth(told.lines)
    assert [line.sku for line in travelling if line.position == 9] == ["B", "C"]


def test_a_kit_in_a_kit_comes_to_its_parts() -> None:
    lines = [
        {"position": 1, "kind": "kit", "sku": "A", "net": "100", "tax": "23", "gross": "123", "tax_rate": "0.23"},
        {"position": 2, "kind": "kit", "sku": "B", "parent_position": 1},
        {"position": 3, "kind": "kit_component", "sku": "C", "parent_position": 2, "quantity": "3"},
        {"position": 4, "kind": "kit_component", "sku": "D", "parent_position": 2},
    ]  # fmt: skip
    told = order({"lines": lines})
    parts = lines_to_send(told, rules(kit="components").flow)
    assert [(line.sku, line.gross) for line in parts] == [("C", Decimal("92.25")), ("D", Decimal("30.75"))]
    (whole,) = lines_to_send(told, rules(kit="bundle").flow)
    assert (whole.sku, whole.gross) == ("A", Decimal("123.00"))


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
    assert (a.parent_position, b.parent_position) == (None, None)  # the kit that they were part of is gone
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
    for policy in ("separate", "bundle", "components", "comment"):
        assert [line.sku for line in lines_to_send(order(alone), rules(kit=policy).flow)] == ["KIT"]


def test_a_gift_becomes_a_comment_or_a_service_only_if_it_costs_nothing() -> None:
    assert [line.kind for line in sent(gift="comment")][3] == "comment"
    assert [line.kind for line in sent(gift="service")][3] == "service"
    priced = {"lines": [{"position": 1, "kind": "gift", "sku": "MUG", "net": "0.01", "gross": "0.01"}]}
    assert lines_to_send(order(priced), rules(gift="comment").flow)[0].kind == "gift"


def test_a_kit_as_a_service_is_one_line_that_moves_no_stock() -> None:
    kit, *others = sent(kit="service")
    assert (kit.kind, kit.sku, kit.net, kit.tax) == ("service", "KIT", Decimal("35.00"), Decimal("7.30"))
    assert [line.sku for line in others] == ["MUG", "007"]
    alone = {"lines": [{"position": 1, "kind": "kit", "sku": "KIT", "net": "10.00", "gross": "10.00"}]}
    assert [line.kind for line in lines_to_send(order(alone), rules(kit="service").flow)] == ["service"]


def test_a_kit_as_a_comment_stands_without_worth_above_its_components() -> None:
    head, a, b, *_ = sent(kit="comment")
    assert (head.kind.value, head.sku) == ("comment", "KIT")
    assert {head.net, head.tax, head.gross, head.unit_net} == {Decimal(0)}
    assert [(line.sku, line.net, line.parent_position) for line in (a, b)] == [
        ("A", Decimal("30.00"), 1),
        ("B", Decimal("5.00"), 1),
    ]


def test_a_configurable_and_its_variants_go_by_their_own_policy() -> None:
    changes = {
        "lines": [
            {"position": 1, "kind": "configurable", "sku": "TEE", "net": "20.00", "tax": "4.60", "gross": "24.60"},
            {"position": 2, "sku": "TEE-XL", "quantity": "2", "parent_position": 1},
            {"position": 3, "kind": "configurable", "sku": "CAP-S", "net": "5.00", "gross": "5.00"},
        ]
    }

    def kinds(**flow: Any) -> list[tuple[str, str, Decimal]]:
        lines = lines_to_send(order(changes), rules(**flow).flow)
        return [(line.kind, line.sku, line.net) for line in lines]

    cap = ("configurable", "CAP-S", Decimal("5.00"))
    assert kinds(kit="bundle") == [("configurable", "TEE", Decimal("20.00")), ("product", "TEE-XL", Decimal(0)), cap]
    assert kinds(configurable="components") == [("product", "TEE-XL", Decimal("20.00")), cap]
    assert kinds(configurable="bundle") == [("configurable", "TEE", Decimal("20.00")), cap]
    assert kinds(configurable="comment") == [
        ("comment", "TEE", Decimal(0)),
        ("product", "TEE-XL", Decimal("20.00")),
        cap,
    ]
    assert [kind for kind, _, _ in kinds(configurable="service")] == ["service", "service"]


def test_a_service_is_a_charge_or_a_comment_where_the_flow_says_so() -> None:
    changes = {
        "lines": [
            {"position": 1, "kind": "service", "sku": "REPAIR", "net": "9.00", "gross": "9.00"},
            {"position": 2, "kind": "service", "sku": "ADVICE"},
            {"position": 3, "kind": "gift", "sku": "MUG"},
        ]
    }
    expected = {
        ("separate", "separate"): ["service", "service", "gift"],
        ("fee", "separate"): ["fee", "fee", "gift"],
        ("comment", "separate"): ["service", "comment", "gift"],
        ("fee", "service"): ["fee", "fee", "service"],  # a gift that became a service stays one
    }
    for (service, gift), kinds in expected.items():
        lines = lines_to_send(order(changes), rules(service=service, gift=gift).flow)
        assert [line.kind for line in lines] == kinds


@st.composite
def lines_of_families(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of kits, configurables, gifts and services of any worth and rates, and a flow of any policies."""
    digits = draw(st.sampled_from([0, 2, 3]))
    heads = draw(
        st.lists(st.sampled_from(["kit", "configurable", "gift", "service", "product"]), min_size=1, max_size=5)
    )
    lines: list[dict[str, Any]] = []

    def add(kind: str, parent: int | None) -> int:
        net = Decimal(draw(st.just(0) | st.integers(-99, 10**7))).scaleb(-digits)
        rate = draw(st.sampled_from([None, "0", "0.05", "0.08", "0.23"]))
        tax = rounded(net * Decimal(rate or "0.19"), digits)
        lines.append({
            "position": len(lines) + 1, "kind": kind, "sku": f"S{len(lines)}", "parent_position": parent,
            "quantity": str(draw(st.integers(1, 9))), "net": str(net), "tax": str(tax), "gross": str(net + tax),
            "discount": str(Decimal(draw(st.integers(0, 999))).scaleb(-digits)), "tax_rate": rate,
        })  # fmt: skip
        return len(lines)

    for kind in heads:
        head = add(kind, None)
        for _ in range(draw(st.integers(0, 4)) if kind in ("kit", "configurable") else 0):
            add("kit_component" if kind == "kit" else "product", head)
    flow: dict[str, Any] = {
        "kit": draw(st.sampled_from([*KitPolicy])),
        "configurable": draw(st.sampled_from([*KitPolicy])),
        "gift": draw(st.sampled_from([*GiftPolicy])),
        "service": draw(st.sampled_from([*ServicePolicy])),
    }
    return {"currency_digits": digits, "lines": lines}, flow


@given(lines_of_families())
def test_any_order_is_worth_the_same_under_any_policies(given_case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    changes, flow = given_case
    one = order(changes)
    lines = lines_to_send(one, rules(**flow).flow)
    assert worth(lines) == worth(one.lines)
    assert sum(line.discount for line in lines) == sum(line.discount for line in one.lines)
    minor = Decimal(1).scaleb(-changes["currency_digits"])
    for line in lines:
        assert line.net + line.tax == line.gross
        assert line.net == line.net.quantize(minor)
        assert line.kind is not LineKind.COMMENT or not (line.net or line.tax)
    positions = [line.position for line in lines]
    assert sorted(set(positions)) == positions
    assert {line.parent_position for line in lines} <= {None, *positions}


@given(
    minor=st.integers(-(10**12), 10**12),
    weights=st.lists(st.decimals(0, 10**6, places=3) | st.decimals(0, 10**12, places=12), min_size=1, max_size=8),
    digits=st.sampled_from([0, 2, 3]),
)
def test_shares_always_add_up_to_the_amount_in_whole_minor_units(
    minor: int, weights: list[Decimal], digits: int
) -> None:
    amount = Decimal(minor).scaleb(-digits)
    parts = shares(amount, weights, digits)
    assert sum(parts) == amount
    assert all(part == part.quantize(Decimal(1).scaleb(-digits)) for part in parts)


def test_shares_of_many_digits_are_counted_without_rounding() -> None:
    weights = [Decimal("333333333333.333333333333")] * 2 + [Decimal("333333333333.333333333334")]
    assert shares(Decimal("1000000000000.00"), weights, 2) == [
        Decimal("333333333333.33"),
        Decimal("333333333333.33"),
        Decimal("333333333333.34"),
    ]
