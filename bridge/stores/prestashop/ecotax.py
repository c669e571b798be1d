"""Ecotax of a PrestaShop's goods: inside their price, with a tax of its own, in a shop as it is delivered none.

Where that keeps a line's tax from fitting its rate, the ecotax becomes a line of its own, so that every tax fits. Where
the line fits as it is (both are taxed alike), or does not fit without it either, the price stays whole. A credit slip
names the whole price: what came back of it is parted likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, RefundLine
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.lines import ECOTAX, details_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.rates import ZERO, Share, fits, fraction_of
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import number_of


@dataclass(frozen=True, slots=True)
class Levy:
    """The ecotax that was taken out of a line's price: net of one piece, and its own rate."""

    each: Decimal
    rate: Decimal

    def of(self, quantity: Decimal, money: Money) -> tuple[Decimal, Decimal]:
        """Net and gross of so many pieces."""
        return money.rounded(self.each * quantity), money.rounded(self.each * quantity * (1 + self.rate))


def levies_of(goods: Sequence[Line], parts: OrderParts, money: Money) -> dict[int, Levy]:
    """The ecotax that is to be told aside, by the position of its line."""
    found = ((line, _levy(part)) for line, part in zip(goods, details_of(parts), strict=True))
    return {line.position: levy for line, levy in found if levy.each and _is_apart(line, levy, money)}


def without(goods: Sequence[Line], levies: Mapping[int, Levy], money: Money) -> list[Line]:
    """The goods at their prices without it."""
    return [_less(line, levies[line.position], money) if line.position in levies else line for line in goods]


def shares_of(goods: Sequence[Line], levies: Mapping[int, Levy], money: Money) -> list[Share]:
    """What was taken out of the prices: net, gross and rate, once for each rate."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line in goods:
        if levy := levies.get(line.position):
            net, gross = levy.of(line.quantity, money)
            before = sums.get(levy.rate, (ZERO, ZERO))
            sums[levy.rate] = (before[0] + net, before[1] + gross)
    return [(net, gross, rate) for rate, (net, gross) in sums.items()]


def parted(back: RefundLine, lines: Sequence[Line], levy: Levy | None, money: Money) -> Iterable[RefundLine]:
    """What came back of a line, and of its ecotax; whole where the slip gave back another amount than the price."""
    line = next(line for line in lines if line.position == back.position)
    if levy is None or line.tax_rate is None:
        return (back,)
    net, gross = levy.of(back.quantity, money)
    left, left_gross = back.net - net, back.gross - gross
    if not net or left <= 0 or not fits(left, left_gross, line.tax_rate, money):
        return (back,)
    place = next(each.position for each in lines if each.sku == ECOTAX and each.tax_rate == levy.rate)
    return (
        back.model_copy(update={"net": left, "tax": left_gross - left, "gross": left_gross}),
        RefundLine(position=place, net=net, tax=gross - net, gross=gross),
    )


def _levy(part: Part) -> Levy:
    each = number_of(part.values, "ecotax", "ecotax: ")
    return Levy(each, fraction_of(number_of(part.values, "ecotax_tax_rate", "ecotax: ")) if each else ZERO)


def _is_apart(line: Line, levy: Levy, money: Money) -> bool:
    """Whether the line's tax fits its rate without the ecotax, and only so."""
    if line.tax_rate is None or fits(line.net, line.gross, line.tax_rate, money):
        return False
    net, gross = levy.of(line.quantity, money)
    return line.net > net and fits(line.net - net, line.gross - gross, line.tax_rate, money)


def _less(line: Line, levy: Levy, money: Money) -> Line:
    net, gross = levy.of(line.quantity, money)
    left, left_gross = line.net - net, line.gross - gross
    return line.model_copy(update={
        "unit_net": line.unit_net - levy.each, "unit_gross": line.unit_gross - levy.each * (1 + levy.rate),
        "net": left, "tax": left_gross - left, "gross": left_gross,
    })  # fmt: skip
