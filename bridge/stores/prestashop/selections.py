"""On which goods a cart rule lies where it is not all of them: the shop keeps its amount, and not its goods.

A percentage lies on whole rows (all, one product, the cheapest, a selection), an amount on all goods or one product. A
selection is taken only where no other one makes the same net and tax with another result; what two explain, or none,
has no rate, and a check tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from bridge.domain.contract import Line
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.rates import ZERO, Share, at_their_rates, fits, rates_of, shared_out

GOODS_MAX = 12  # 4,095 selections; of more goods too many would fit
ALL, CHEAPEST, SELECTED = "0", "-1", "-2"  # `reduction_product` of a cart rule; above 0 it is a product's id


@dataclass(frozen=True, slots=True)
class Reach:
    """What a cart rule says of the goods that it lies on, as far as the shop shows it."""

    product: str = ""  # `reduction_product`; empty: not known
    percent: Decimal = ZERO  # 10 is 10%; 0: not known, or an amount
    may_select: bool = True  # whether it can lie on some of the goods


@dataclass(frozen=True, slots=True)
class Laid:
    """An amount at the rates of the goods that it lies on. One share without a rate where that cannot be told."""

    shares: Sequence[Share]
    goods: Sequence[Line]


def laid_on(
    net: Decimal, gross: Decimal, goods: Sequence[Line], product: Sequence[Line], reach: Reach, money: Money
) -> Laid:
    """Where an amount lies. goods: as earlier rules left them. product: those of them that the rule names, if any."""
    if product:
        named = shared_out(net, gross, product, money)
        if _has_rates(named):
            return Laid(named, product)
    if reach.product == ALL:
        whole = _on_all(net, gross, goods, reach.percent, money)
        if whole is not None:
            return whole
    selections: list[Laid] = []
    if reach.product == CHEAPEST and reach.percent:
        selections = _pieces(net, gross, goods, reach.percent, money)
    elif reach.product == SELECTED and reach.percent:
        selections = _selections(net, gross, goods, reach.percent, money)
    found = Laid(shared_out(net, gross, goods, money), goods)
    if not selections and not _has_rates(found.shares) and reach.may_select:
        selections = _selections(net, gross, goods, reach.percent, money)
    if len(selections) > 1:
        return Laid([(net, gross, None)], goods)
    return selections[0] if selections else found


def left_of(goods: Sequence[Line], laid: Laid) -> list[Line]:
    """The goods without what was laid on them: from there the shop counts the next rule. Nets alone, unrounded."""
    covered = {line.position for line in laid.goods}
    sums: dict[Decimal | None, Decimal] = {}
    for line in laid.goods:
        sums[line.tax_rate] = sums.get(line.tax_rate, ZERO) + line.net
    parts = {rate: 1 - net / sums[rate] for net, _, rate in laid.shares if rate is not None and sums.get(rate)}
    return [
        line.model_copy(update={"net": line.net * parts[line.tax_rate]})
        if line.position in covered and line.tax_rate in parts
        else line
        for line in goods
    ]


def _has_rates(shares: Sequence[Share]) -> bool:
    return shares[0][2] is not None


def _on_all(net: Decimal, gross: Decimal, goods: Sequence[Line], percent: Decimal, money: Money) -> Laid | None:
    """On all goods, where that makes net and tax."""
    worth = sum((line.net for line in goods), ZERO)
    if not worth or (percent and abs(worth * percent / 100 - net) > money.minor * len(goods)):
        return None
    shares = None if None in rates_of(goods) else at_their_rates(net, gross, goods, money)
    return None if shares is None else Laid(shares, goods)


def _pieces(net: Decimal, gross: Decimal, goods: Sequence[Line], percent: Decimal, money: Money) -> list[Laid]:
    """The rates at which the percentage of one piece makes net and tax."""
    found: dict[Decimal, Laid] = {}
    for line in goods:
        rate = line.tax_rate
        if not line.quantity or rate is None or not fits(net, gross, rate, money):
            continue
        if abs(line.net / line.quantity * percent / 100 - net) <= money.minor:
            found.setdefault(rate, Laid([(net, gross, rate)], [line]))
    return list(found.values())


def _selections(net: Decimal, gross: Decimal, goods: Sequence[Line], percent: Decimal, money: Money) -> list[Laid]:
    """The selections that make net and tax, of those with the same shares one."""
    priced = [line for line in goods if line.net]
    if len(priced) > GOODS_MAX or any(line.tax_rate is None for line in priced):
        return []
    found: dict[frozenset[Share], Laid] = {}
    for some in _of_such_amounts(net, gross - net, priced, percent, money):
        shares = at_their_rates(net, gross, some, money)
        if shares is not None:
            found.setdefault(frozenset(shares), Laid(shares, some))
    return list(found.values())


def _of_such_amounts(
    net: Decimal, tax: Decimal, goods: Sequence[Line], percent: Decimal, money: Money
) -> Iterator[Sequence[Line]]:
    """The selections that are worth enough, and whose sums make the amount within a minor unit for each of them."""
    for count in range(1, len(goods) + 1):
        slack = money.minor * count
        for some in combinations(goods, count):
            worth = sum((line.net for line in some), ZERO)
            if worth + slack < net or (percent and abs(worth * percent / 100 - net) > slack):
                continue
            taxed = sum((line.net * (line.tax_rate or ZERO) for line in some), ZERO)
            if worth and abs(net * taxed / worth - tax) <= slack:
                yield some
