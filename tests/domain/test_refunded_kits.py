"""Kits of which something came back before export: whole kits count, and what came back unevenly is a kit no more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from bridge.domain.bundles import lines_to_send
from bridge.domain.checks import sums_disagree
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.policies import KitPolicy
from bridge.domain.refunds import Unclear, reduced
from tests.domain.orders import order, rules


def line(position: int, sku: str, quantity: int, net: int, **more: Any) -> dict[str, Any]:
    """One line, untaxed."""
    amounts = {"net": f"{net}.00", "gross": f"{net}.00", "unit_net": str(net / quantity), "unit_gross": "0"}
    return {
        "position": position,
        "sku": sku,
        "quantity": quantity,
        "tax_rate": "0",
        "tax_code": "0%",
        **amounts,
        **more,
    }


def sold(kits: int, kit_net: int, *components: tuple[int, int], kind: str = "kit") -> list[dict[str, Any]]:
    """One kit line and its components, each with pieces and net, and a cup beside them."""
    parts = [
        line(place, f"K{place - 1}", pieces, net, kind="kit_component", parent_position=1)
        for place, (pieces, net) in enumerate(components, start=2)
    ]
    return [line(1, "KIT", kits, kit_net, kind=kind), *parts, line(9, "CUP", 1, 7)]


def with_back(lines: list[dict[str, Any]], *back: tuple[int, int, int]) -> Order:
    """The order of which this was given back: position, pieces, net."""
    gross = sum((Decimal(one["gross"]) for one in lines), Decimal(0))
    amount = sum((net for _, _, net in back), 0)
    named = [{"position": place, "quantity": pieces, "net": net, "gross": net} for place, pieces, net in back]
    return order({
        "lines": lines, "refunds": [{"refund_id": "r1", "amount": amount, "lines": named}],
        "payment.state": "partially_refunded",
        "totals": {"net": gross, "tax": 0, "gross": gross, "paid": gross, "due": 0, "refunded": amount,
                   "by_rate": [{"rate": "0", "net": gross, "tax": 0}]},
    })  # fmt: skip


def left_of(given: Order) -> list[tuple[str, str, int, int]]:
    """Kind, SKU, pieces and worth of the lines that are left, without the cup; they add up."""
    left = reduced(given)
    assert isinstance(left, Order), left
    assert list(sums_disagree.check(Case.of(left, rules(), "1"))) == []
    parents = {one.parent_position for one in left.lines} - {None}
    assert parents <= {one.position for one in left.lines}
    return [(one.kind, one.sku, int(one.quantity), int(one.gross)) for one in left.lines if one.sku != "CUP"]


def test_a_kit_of_which_one_component_came_back_is_none_any_more() -> None:
    given = with_back(sold(1, 0, (1, 50), (1, 30)), (3, 1, 30))
    assert left_of(given) == [("product", "K1", 1, 50)]
    left = reduced(given)
    assert isinstance(left, Order)
    for kit in KitPolicy:  # so that nobody ships the kit's article
        flow = rules(kit=kit).flow
        assert [one.sku for one in lines_to_send(left, flow)] == ["K1", "CUP"], kit


@pytest.mark.parametrize(
    ("back", "left"),
    [
        ([(2, 2, 50), (3, 4, 30)],
         [("kit", "KIT", 1, 0), ("kit_component", "K1", 2, 50), ("kit_component", "K2", 4, 30)]),
        ([(2, 4, 100), (3, 8, 60)], []),
        ([(1, 1, 0), (2, 2, 50), (3, 4, 30)],
         [("kit", "KIT", 1, 0), ("kit_component", "K1", 2, 50), ("kit_component", "K2", 4, 30)]),
        ([(2, 2, 50)], [("product", "K1", 2, 50), ("product", "K2", 8, 60)]),
        ([(2, 1, 25), (3, 2, 15)], [("product", "K1", 3, 75), ("product", "K2", 6, 45)]),  # by halves of a kit
        ([(2, 4, 100)], [("product", "K2", 8, 60)]),
        ([(1, 1, 0), (2, 4, 100), (3, 4, 30)], [("product", "K2", 4, 30)]),
        # A price cut is no piece that came back.
        ([(3, 0, 30)], [("kit", "KIT", 2, 0), ("kit_component", "K1", 4, 100), ("kit_component", "K2", 8, 30)]),
    ],
)  # fmt: skip
def test_whole_kits_of_components_that_came_back_are_off_the_kit(back: list[Any], left: list[Any]) -> None:
    assert left_of(with_back(sold(2, 0, (4, 100), (8, 60)), *back)) == left


def test_the_components_of_a_kit_with_one_price_follow_it() -> None:
    lines = sold(2, 80, (4, 0), (8, 0))
    rest = [("kit", "KIT", 1, 40), ("kit_component", "K1", 2, 0), ("kit_component", "K2", 4, 0)]
    assert left_of(with_back(lines, (1, 1, 40))) == rest
    assert left_of(with_back(lines, (1, 1, 40), (2, 2, 0), (3, 4, 0))) == rest
    assert left_of(with_back(lines, (1, 1, 40), (2, 2, 0))) == rest
    # The pieces stand at the components and the money at the kit.
    assert left_of(with_back(lines, (1, 0, 40), (2, 2, 0), (3, 4, 0))) == rest
    assert left_of(with_back(lines, (1, 2, 80))) == []


@pytest.mark.parametrize(
    ("lines", "back"),
    [
        (sold(1, 80, (1, 0), (1, 0)), [(1, 0, 30), (3, 1, 0)]),
        (sold(2, 80, (2, 0), (2, 0)), [(1, 1, 40), (3, 2, 0)]),
        (sold(1, 50, (1, 0), (1, 30)), [(3, 1, 30)]),
        (sold(2, 80, (2, 0), (2, 0)), [(2, 1, 0), (3, 1, 0), (9, 1, 7)]),  # and no money for it
    ],
)
def test_what_is_left_of_a_kit_with_one_price_is_not_guessed(lines: list[Any], back: list[Any]) -> None:
    found = reduced(with_back(lines, *back))
    assert isinstance(found, Unclear)
    assert found.why.startswith("pieces of the kit in line 1 came back (line")
    assert found.why.endswith("and the kit has one price for all of it")


def test_a_kit_of_which_more_came_back_than_of_its_components_is_not_guessed() -> None:
    found = reduced(with_back(sold(3, 0, (6, 60), (3, 30)), (1, 3, 0), (2, 4, 40), (3, 2, 20)))
    assert found == Unclear("more of the kit in line 1 came back than of its component in line 2")


def test_a_component_with_a_price_that_nobody_names_keeps_its_kit_from_coming_back() -> None:
    found = reduced(with_back(sold(1, 0, (1, 50), (1, 30)), (1, 1, 0), (2, 1, 50)))
    assert found == Unclear("line 3 belongs to a kit that came back, and no refund names it")


def nested(sets: int) -> list[dict[str, Any]]:
    """A hamper that holds a box of two articles, and an article beside the box."""
    within = {"kind": "kit_component", "parent_position": 2}
    return [
        line(1, "HAMPER", sets, 0, kind="kit"),
        line(2, "BOX", sets, 0, kind="kit", parent_position=1),
        line(3, "K3", sets, 50 * sets, **within),
        line(4, "K4", sets, 30 * sets, **within),
        line(5, "K5", sets, 20 * sets, kind="kit_component", parent_position=1),
        line(9, "CUP", 1, 7),
    ]


@pytest.mark.parametrize(
    ("sets", "back", "left"),
    [
        (1, [(4, 1, 30)], [("product", "K3", 1, 50), ("product", "K5", 1, 20)]),
        (1, [(3, 1, 50), (4, 1, 30)], [("product", "K5", 1, 20)]),
        (1, [(5, 1, 20)],
         [("kit", "BOX", 1, 0), ("kit_component", "K3", 1, 50), ("kit_component", "K4", 1, 30)]),
        (2, [(3, 1, 50), (4, 1, 30), (5, 1, 20)],
         [("kit", "HAMPER", 1, 0), ("kit", "BOX", 1, 0), ("kit_component", "K3", 1, 50), ("kit_component", "K4", 1, 30),
          ("kit_component", "K5", 1, 20)]),
    ],
)  # fmt: skip
def test_a_kit_whose_kit_is_none_any_more_is_none_either(sets: int, back: list[Any], left: list[Any]) -> None:
    assert left_of(with_back(nested(sets), *back)) == left


def test_what_stood_below_a_line_that_is_gone_stands_alone() -> None:
    lines = [line(1, "ENGRAVING", 1, 10, kind="service"), line(2, "RING", 1, 50, parent_position=1)]
    assert left_of(with_back([*lines, line(9, "CUP", 1, 7)], (1, 0, 10))) == [("product", "RING", 1, 50)]


def test_what_was_bought_with_an_article_is_no_part_of_it() -> None:
    lines = sold(1, 80, (1, 10), kind="product")
    assert left_of(with_back(lines, (2, 1, 10))) == [("product", "KIT", 1, 80)]


def test_more_components_than_there_were_are_said_of_their_line() -> None:
    found = reduced(with_back(sold(1, 0, (1, 50), (1, 30)), (3, 2, 30)))
    assert found == Unclear("more than line 3 holds was given back of it")


@any_of(
    kits=st.integers(1, 4),
    each=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 90)), min_size=1, max_size=3),
    kit_net=st.sampled_from([0, 0, 80]),
    picks=st.lists(st.integers(0, 12), min_size=4, max_size=4),
)
def test_whatever_comes_back_a_kit_that_is_left_is_left_whole(
    kits: int, each: list[tuple[int, int]], kit_net: int, picks: list[int]
) -> None:
    sizes = [(kits * pieces, net) for pieces, net in each]
    lines = sold(kits, kit_net * kits, *sizes)
    of_kit, *of_parts = picks
    back = [(1, of_kit % (kits + 1), kit_net * (of_kit % (kits + 1)))]
    for place, ((pieces, net), pick) in enumerate(zip(sizes, of_parts, strict=False), start=2):
        some = pick % (pieces + 1)
        back.append((place, some, net if some == pieces else 0))
    left = reduced(with_back(lines, *back))
    if isinstance(left, Unclear):
        return
    assert list(sums_disagree.check(Case.of(left, rules(), "1"))) == []
    by_position = {one.position: one for one in left.lines}
    parts = {one.position: one for one in left.lines if one.parent_position is not None}
    for place, (pieces, _) in enumerate(each, start=2):
        assert (place in parts) == (1 in by_position)
        if place in parts:
            assert parts[place].quantity == by_position[1].quantity * pieces
    assert all(one.kind == "product" for one in left.lines if one.position not in {1, *parts})
