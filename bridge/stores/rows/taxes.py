"""Taxes that an export tells for the whole order only, brought to the lines, and proved by the order's own sums.

Nothing is guessed: whether prices hold the tax, whether shipping is taxed and whether several taxes lie on every line
is decided by which reading makes the export's sums to the minor unit. Where none does, the order waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from bridge.stores.rows.columns import TAXES_MAX
from bridge.stores.rows.layout import BY_SUMS, GROSS, NET, STATED
from bridge.stores.rows.lines import Draft
from bridge.stores.rows.notation import rate_in
from bridge.stores.rows.order import NotAnOrder

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the export states for the whole order."""

    gross: Decimal
    tax: Decimal | None
    named: tuple[tuple[Decimal, Decimal], ...]  # rate as a fraction, and amount
    minor: Decimal  # the smallest amount

    @classmethod
    def of(cls, cells: Mapping[str, str], values: Mapping[str, Any], minor: Decimal) -> Stated:
        """From the order's cells and their values. Raises NotAnOrder for an empty total or a tax without its rate."""
        if "total_gross" not in values:
            raise NotAnOrder("total_gross is empty in the order's first row")
        named = []
        for place in range(1, TAXES_MAX + 1):
            amount = values.get(f"tax_{place}_amount", _ZERO)
            if amount:
                named.append((rate_in(f"tax_{place}_name", cells.get(f"tax_{place}_name", "")), amount))
        tax = values.get("total_tax")
        if tax is None and named:
            tax = sum((amount for _, amount in named), _ZERO)
        return cls(values["total_gross"], tax, tuple(named), minor)

    def explains(self, off: Decimal, roundings: int) -> bool:
        """Whether a difference is at most one minor unit for each amount that was rounded."""
        return abs(off) <= self.minor * max(roundings, 1)


def settle(drafts: list[Draft], prices: str, stated: Stated, spare: Draft | None = None) -> str:
    """Give every line its net, tax and gross. Gives what the prices are: net or gross. Raises NotAnOrder.

    spare: a discount that exports state and that may lie on shipping; it joins the lines where only so the sums hold.
    """
    if prices == STATED:
        place = next(draft.place for draft in drafts if draft.amount is not None)
        raise NotAnOrder(f"line {place} needs two of line_net, line_tax and line_gross")
    if prices == BY_SUMS:
        prices = _prices_by_sums(drafts, stated, spare)
    unsettled = [draft for draft in drafts if draft.amount is not None]
    for draft in unsettled:
        draft.basis = draft.basis or prices
    _bring_rates(unsettled, stated)
    _work_out(unsettled, drafts, stated)
    return prices


def _prices_by_sums(drafts: list[Draft], stated: Stated, spare: Draft | None) -> str:
    """Whether the amounts hold the tax: the one reading that makes the total."""
    if all(draft.amount is None or draft.basis for draft in drafts):
        return NET
    taxes = stated.tax or _ZERO
    total = sum((_known(draft) for draft in drafts), _ZERO)
    for further in (None, spare):
        made = total + (_known(further) if further is not None else _ZERO)
        if stated.gross in (made, made + taxes):
            drafts += [further] if further is not None else []
            return NET if made + taxes == stated.gross else GROSS
    raise NotAnOrder(
        f"goods, discount, shipping, tip and duties make {total}; neither that nor that with taxes of {taxes} is "
        f"the total of {stated.gross}"
    )


def _known(draft: Draft) -> Decimal:
    amount: Decimal = draft.amount if draft.amount is not None else draft.fields["gross"]
    return amount


def _bring_rates(unsettled: Sequence[Draft], stated: Stated) -> None:
    """A rate for each line that has none of its own."""
    for draft in unsettled:
        if not draft.taxable:
            draft.fields["tax_rate"] = _ZERO
    unknown = [draft for draft in unsettled if draft.rate is None]
    if not unknown:
        return
    if stated.tax == 0:
        _give(unknown, _ZERO)
    elif not stated.named:
        raise NotAnOrder(f"line {unknown[0].place} has neither its tax nor a tax rate")
    elif len(unknown) < len(unsettled) and any(draft.rate for draft in unsettled):
        raise NotAnOrder("some lines have a tax rate of their own and others have none")
    else:
        _give_named(unknown, stated)


def _give(drafts: Iterable[Draft], rate: Decimal) -> None:
    for draft in drafts:
        draft.fields["tax_rate"] = rate


def _give_named(unknown: Sequence[Draft], stated: Stated) -> None:
    """All taxes on all goods, and on whichever of the charges makes the taxes that are stated."""
    goods = [draft for draft in unknown if draft.is_goods]
    charges = [draft for draft in unknown if not draft.is_goods]
    readings = [[*goods, *taxed] for count in range(len(charges), -1, -1) for taxed in combinations(charges, count)]
    misses = [(_miss(taxed, stated), taxed) for taxed in readings]
    miss, taxed = min(misses, key=lambda each: each[0])
    if not stated.explains(miss, len(unknown)):
        raise NotAnOrder(
            "its taxes fit neither with nor without tax on shipping, so that the export does not tell which line "
            "bears which tax; read this shop by its own connector, or export the tax of each line"
        )
    _give(unknown, _ZERO)
    _give(taxed, sum((rate for rate, _ in stated.named), _ZERO))


def _miss(taxed: Sequence[Draft], stated: Stated) -> Decimal:
    """By how much the worst of the taxes is missed when all of them lie on these lines."""
    whole = sum((rate for rate, _ in stated.named), _ZERO)
    net = _ZERO
    for draft in taxed:
        amount = _known(draft)
        net += amount / (1 + whole) if draft.basis == GROSS else amount
    return max(abs(net * rate - amount) for rate, amount in stated.named)


def _work_out(unsettled: Sequence[Draft], drafts: Sequence[Draft], stated: Stated) -> None:
    """Net, tax and gross of the lines that lack them; what rounding leaves of the stated tax goes where it was cut."""
    cut: list[tuple[Decimal, Draft]] = []
    for draft in unsettled:
        amount = _rounded(_known(draft), stated.minor)
        rate = draft.rate or _ZERO
        exact = amount * rate / (1 + rate) if draft.basis == GROSS else amount * rate
        _set(draft, amount, _rounded(exact, stated.minor))
        if rate:
            cut.append((exact - draft.fields["tax"], draft))
    if stated.tax is None or not cut:
        return
    off = stated.tax - sum((draft.fields["tax"] for draft in drafts), _ZERO)
    if off and stated.explains(off, len(cut)):
        step = stated.minor if off > 0 else -stated.minor
        cut.sort(key=lambda each: each[0], reverse=off > 0)
        for _, draft in cut[: int(abs(off) / stated.minor)]:
            _set(draft, _known(draft), draft.fields["tax"] + step)


def _set(draft: Draft, amount: Decimal, tax: Decimal) -> None:
    draft.amount = amount
    draft.fields["tax"] = tax
    draft.fields["net"], draft.fields["gross"] = (
        (amount - tax, amount) if draft.basis == GROSS else (amount, amount + tax)
    )


def _rounded(amount: Decimal, minor: Decimal) -> Decimal:
    return amount.quantize(minor, rounding=ROUND_HALF_UP)
