"""Kits in their parts, held against the same worked out naively: whole coins, fractions, one coin at a time."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.articles import MappedLine, Part
from bridge.domain.bundles import shares
from bridge.domain.contract import Line, LineKind
from bridge.domain.kits import in_parts

RATES = ["0", "0.05", "0.08", "0.23", "0.255"]


def handed_out(coins: int, weights: list[Fraction]) -> list[int]:
    """Each gets its whole coins; what is left goes coin by coin to whoever is owed most, the first of equals."""
    sign, coins = (-1, -coins) if coins < 0 else (1, coins)
    if not any(weights):
        weights = [Fraction(1)] * len(weights)
    owed = [coins * weight / sum(weights) for weight in weights]
    given_out = [part.numerator // part.denominator for part in owed]
    while sum(given_out) < coins:
        poorest = max(range(len(owed)), key=lambda place: (owed[place] - given_out[place], -place))
        given_out[poorest] += 1
    return [sign * part for part in given_out]


def by_hand(line: Line, parts: list[Part], digits: int) -> list[tuple[int, int, int]]:
    """Net, tax and discount of each part in coins: the tax by what each part's net and rate would make of it."""

    def coins(amount: Decimal) -> int:
        return int(amount * 10**digits)

    weights = [Fraction(part.share) for part in parts]
    nets = handed_out(coins(line.net), weights)
    rates = [Fraction(line.tax_rate or 0) if part.tax_rate is None else Fraction(part.tax_rate) for part in parts]
    due = [abs(net * rate) for net, rate in zip(nets, rates, strict=True)]
    worth = [Fraction(abs(net)) for net in nets]
    taxes = handed_out(coins(line.tax), due if any(due) else worth if any(worth) else weights)
    return list(zip(nets, taxes, handed_out(coins(line.discount), weights), strict=True))


@st.composite
def kits(draw: st.DrawFn) -> tuple[Line, list[Part], int]:
    """A line of any worth, below zero too, and the parts that a map makes of it: packs, weights, rates of their own."""
    digits = draw(st.sampled_from([0, 2, 3]))
    amounts = st.just(0) | st.integers(-9, 9) | st.integers(-(10**7), 10**9)
    net, tax, discount = (Decimal(draw(amounts)).scaleb(-digits) for _ in range(3))
    quantity = draw(st.sampled_from([Decimal(1), Decimal(3), Decimal("1.5"), Decimal(12)]))
    line = Line(
        position=4, sku="KIT", quantity=quantity, net=net, tax=tax, gross=net + tax, discount=abs(discount),
        tax_rate=Decimal(draw(st.sampled_from(RATES))),
    )  # fmt: skip
    part = st.builds(
        Part,
        erp_sku=st.sampled_from("ABC"),
        quantity=st.builds(Fraction, st.integers(1, 12), st.sampled_from([1, 2, 4])),
        share=st.just(Decimal(0)) | st.decimals("0.01", "9999", places=2) | st.integers(1, 3).map(Decimal),
        tax_rate=st.none() | st.sampled_from(RATES).map(Decimal),
    )
    return line, draw(st.lists(part, min_size=2, max_size=6)), digits


@given(kits())
def test_the_parts_of_a_kit_are_those_worked_out_by_hand(kit: tuple[Line, list[Part], int]) -> None:
    line, parts, digits = kit
    found = in_parts(line, parts, digits)
    coin = Decimal(1).scaleb(-digits)
    expected = [tuple(coin * one for one in amounts) for amounts in by_hand(line, parts, digits)]
    assert [(one.net, one.tax, one.discount) for one in found] == expected
    for one, part in zip(found, parts, strict=True):
        assert isinstance(one, MappedLine) and one.erp_sku == part.erp_sku and one.kind is LineKind.KIT_COMPONENT
        assert one.gross == one.net + one.tax
        assert Fraction(one.quantity) == Fraction(line.quantity) * part.quantity
        assert one.tax_rate == (line.tax_rate if part.tax_rate is None else part.tax_rate)
        assert abs(one.unit_net * one.quantity - (one.net + one.discount)) < Decimal("1e-12")


@given(
    coins=st.integers(-(10**12), 10**12),
    weights=st.lists(st.just(Decimal(0)) | st.decimals(0, 10**6, places=3), min_size=1, max_size=8),
)
def test_shares_are_those_handed_out_coin_by_coin(coins: int, weights: list[Decimal]) -> None:
    expected = handed_out(coins, [Fraction(weight) for weight in weights])
    assert [int(share * 100) for share in shares(Decimal(coins).scaleb(-2), weights, 2)] == expected


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        ("10.00", "1 1 1", "3.34 3.33 3.33"),
        ("-10.00", "1 1 1", "-3.34 -3.33 -3.33"),
        ("0.02", "1 1 1", "0.01 0.01 0.00"),
        ("0.00", "5 3", "0.00 0.00"),
        ("100.00", "70 25 5", "70.00 25.00 5.00"),
        ("0.05", "3 3 4", "0.02 0.01 0.02"),  # 0.015, 0.015 and 0.020
        ("9.99", "0 0", "5.00 4.99"),
        ("9.99", "0 1", "0.00 9.99"),
    ],
)
def test_shares_worked_out_on_paper(amount: str, weights: str, expected: str) -> None:
    found = shares(Decimal(amount), [Decimal(weight) for weight in weights.split()], 2)
    assert " ".join(map(str, found)) == expected
