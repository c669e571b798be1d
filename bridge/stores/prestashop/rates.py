"""Rates of a PrestaShop order's amounts, and an amount shared out among the rates of the goods.

The shop stores no rate beside a voucher, a wrapping, or a shipping that is taxed as its goods on the average: it is one
that makes the tax, or the amount is shared out among the goods' rates by their net, as the shop's own invoice does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bridge.domain.bundles import shares
from bridge.domain.contract import Line
from bridge.stores.prestashop.amounts import Money
from bridge.stores.sums import tax_fits

ZERO = Decimal(0)
Share = tuple[Decimal, Decimal, Decimal | None]  # net, gross, rate


def code_of(rate: Decimal | None) -> str:
    """The key of maps/tax.csv: the percentage. A shop's own names of taxes are free text and translated."""
    return "" if rate is None else f"{(rate * 100).normalize():f}%"


def fraction_of(percent: Decimal) -> Decimal:
    """23.000 percent is 0.23."""
    return (percent / 100).normalize() + 0


def rates_of(lines: Iterable[Line]) -> list[Decimal | None]:
    """The rates of the lines with a price, each once, in the order of the lines."""
    return list(dict.fromkeys(line.tax_rate for line in lines if line.net or line.gross))


def fits(net: Decimal, gross: Decimal, rate: Decimal, money: Money) -> bool:
    """Whether a rate makes the gross of the net, both of them rounded."""
    return tax_fits(net, rate, gross - net, money.digits)


def shared_out(net: Decimal, gross: Decimal, goods: Sequence[Line], money: Money) -> list[Share]:
    """An amount at the rates of the goods. One share without a rate where nothing fits."""
    rates = rates_of(goods)
    if len(rates) == 1 and rates[0] is not None and fits(net, gross, rates[0], money):
        return [(net, gross, rates[0])]
    one = _fitting(net, gross, rates, money)
    if one is not None:
        return [(net, gross, one)]
    if len(rates) < 2 or None in rates:
        return [(net, gross, None)]
    return at_their_rates(net, gross, goods, money) or [(net, gross, None)]


def at_their_rates(net: Decimal, gross: Decimal, goods: Sequence[Line], money: Money) -> list[Share] | None:
    """An amount at the rates of all these goods, by their net; None where that does not make its tax."""
    known = [rate for rate in rates_of(goods) if rate is not None]
    weights = [sum((line.net for line in goods if line.tax_rate == rate), ZERO) for rate in known]
    nets = shares(net, weights, money.digits)
    taxes = _taxes_at(known, nets, gross - net, money)
    if taxes is None:
        return None
    return [(part, part + tax, rate) for part, tax, rate in zip(nets, taxes, known, strict=True)]


def _fitting(net: Decimal, gross: Decimal, rates: Sequence[Decimal | None], money: Money) -> Decimal | None:
    """The one rate of these that makes the gross of the net; None where none or several do."""
    if net == gross:
        return ZERO
    fitting = [rate for rate in rates if rate is not None and fits(net, gross, rate, money)]
    return fitting[0] if len(fitting) == 1 else None


def _taxes_at(rates: Sequence[Decimal], nets: Sequence[Decimal], tax: Decimal, money: Money) -> list[Decimal] | None:
    """The amount's tax in the shares of its nets at each rate, each as its rate makes it.

    What rounding leaves goes where most was lost, and never to a rate of nothing. None where the shares do not fit.
    """
    exact = [net * rate for net, rate in zip(nets, rates, strict=True)]
    taxes = [money.rounded(one) for one in exact]
    taxed = [place for place, rate in enumerate(rates) if rate]
    off = tax - sum(taxes, ZERO)
    step = money.minor if off > 0 else -money.minor
    taxed.sort(key=lambda place: (exact[place] - taxes[place]) * step, reverse=True)
    if abs(off) > money.minor * len(taxed):
        return None
    for place in taxed[: int(abs(off) / money.minor)]:
        taxes[place] += step
    within = all(tax_fits(*told, money.digits) for told in zip(nets, rates, taxes, strict=True))
    return taxes if within else None
