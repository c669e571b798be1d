"""Shipping and fees of a WooCommerce order: one line each, or one for each rate where the shop shared the tax out.

WooCommerce taxes a fee below zero as a true discount: it shares it out over the tax classes of the order by what they
cost, untaxed goods too, and keeps the sum of the taxes by row. Plugins share shipping out over the taxed goods in the
same way. So no one rate lies on such a charge, and what each row's tax stands for is a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bridge.domain.bundles import shares
from bridge.domain.contract import Line, LineKind
from bridge.domain.money import minor_unit, rounded
from bridge.stores.raw import Json, decimals, text_of
from bridge.stores.sums import tax_fits
from bridge.stores.woocommerce.taxes import (
    UNTAXED_CLASS,
    ZERO,
    Amounts,
    Taxing,
    code_of_charge,
    told_taxes,
)


class Share(NamedTuple):
    """A part of a charge at one rate, in whole minor units. rate: None where the shop does not tell it."""

    net: Decimal
    tax: Decimal
    rate: Decimal | None
    code: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows that lie on one share together: the tax of each as the shop keeps it, and what each takes of the net."""

    taxes: Mapping[str, Decimal]
    fractions: Mapping[str, Decimal]

    @property
    def rate(self) -> Decimal:
        return sum(self.fractions.values(), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum(self.taxes.values(), ZERO)

    def slack(self, step: Decimal) -> Decimal:
        """By how much the net of the tax can be off where each row's tax is rounded to a step."""
        return step / 2 * len(self.taxes) / self.rate


def lines_of_charge(
    charge: Json, amounts: Amounts, position: int, kind: LineKind, name: str, taxing: Taxing, digits: int
) -> tuple[Line, ...]:
    """Shipping or a fee: one piece without a SKU at each of its rates. position: of the first. name: its field.

    Raises Unreadable naming the field.
    """
    return tuple(
        Line(
            position=place,
            name=text_of(charge, name),
            kind=kind,
            unit_net=share.net,
            unit_gross=share.net + share.tax,
            tax_code=share.code,
            tax_rate=share.rate,
            net=share.net,
            tax=share.tax,
            gross=share.net + share.tax,
        )
        for place, share in enumerate(_shares(charge, amounts, kind, taxing, digits), start=position)
    )


def _shares(charge: Json, amounts: Amounts, kind: LineKind, taxing: Taxing, digits: int) -> list[Share]:
    """The whole charge where one rate makes its tax or nothing else does, else its shares."""
    rate = amounts.rate
    whole = [Share(amounts.net, amounts.tax, rate, code_of_charge(charge, amounts, kind, taxing, digits))]
    if not rate or (len(amounts.rows) == 1 and tax_fits(amounts.net, rate, amounts.tax, digits)):
        return whole
    groups = taxing.parts(amounts.rows)
    is_one = len(groups) == 1 or not all(group in taxing.classes for group in groups)
    if is_one and tax_fits(amounts.net, rate, amounts.tax, digits):
        return whole
    told = told_taxes(charge)
    parts = [_Part({row: told[row] for row in group}, taxing.fractions(group)) for group in groups]
    # WooCommerce itself shares out discounts alone; of another charge a row of 0% says that some of it is untaxed.
    may_be_untaxed = any(not part.rate for part in parts) or (kind is LineKind.DISCOUNT and taxing.has_untaxed)
    return _shared_out(amounts, parts, may_be_untaxed, taxing, digits) or whole


def _shared_out(
    amounts: Amounts, parts: Sequence[_Part], may_be_untaxed: bool, taxing: Taxing, digits: int
) -> list[Share]:
    """The charge in the shares that its taxes stand for; none where they do not make the charge."""
    taxed = [part for part in parts if part.rate]
    nets = [part.tax / part.rate for part in taxed]
    rest = amounts.net - sum(nets, ZERO)
    if abs(rest) > _slack(taxed, digits):
        if not may_be_untaxed:
            return []
        nets.append(rest)
    if not any(nets) or any(net * amounts.net < 0 for net in nets):
        return []
    coins = shares(amounts.net, nets, digits)
    taxes = _in_coins(amounts.tax, taxed, digits)
    found = []
    if sum(taxes, ZERO) != amounts.tax:
        return []
    for part, net, tax in zip(taxed, coins, taxes, strict=False):
        if not _is_consistent(part, net, tax, digits):
            return []
        found.append(Share(net, tax, part.rate, taxing.code_by_rows(frozenset(part.taxes))))
    found += [Share(net, ZERO, ZERO, UNTAXED_CLASS) for net in coins[len(taxed) :]]
    return [share for share in found if share.net or share.tax]


def _in_coins(tax: Decimal, parts: Sequence[_Part], digits: int) -> list[Decimal]:
    """The charge's tax by part. Each row's is rounded, as the shop rounds it; what is left goes where most was lost.

    Something is left where the shop rounds sums alone.
    """
    coins = [sum((rounded(one, digits) for one in part.taxes.values()), ZERO) for part in parts]
    off = tax - sum(coins, ZERO)
    step = minor_unit(digits).copy_sign(off)
    by_loss = sorted(range(len(parts)), key=lambda place: (parts[place].tax - coins[place]) * step, reverse=True)
    for place in by_loss[: int(off / step)]:
        coins[place] += step
    return coins


def _slack(parts: Sequence[_Part], digits: int) -> Decimal:
    """How far the nets of all taxes may be from the charge's net, which is rounded itself.

    Most shops keep taxes finer than a minor unit; where none is finer, they were rounded to it.
    """
    finest = max((decimals(tax) for part in parts for tax in part.taxes.values()), default=0)
    step = min(minor_unit(digits), minor_unit(finest))
    return minor_unit(digits) + sum((part.slack(step) for part in parts), ZERO)


def _is_consistent(part: _Part, net: Decimal, tax: Decimal, digits: int) -> bool:
    """Whether a share's tax is what its rate makes, row by row too."""
    by_row = (tax_fits(net, fraction, part.taxes[row], digits) for row, fraction in part.fractions.items())
    return tax_fits(net, part.rate, tax, digits) and all(by_row)
