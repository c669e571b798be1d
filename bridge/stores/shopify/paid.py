"""What was paid of a Shopify order as it stands: without what went back of it that is no refund of what is left.

Cash is rounded at the till. The shop's sums are those before, payments included, and beside them stands by how much
cash was rounded: what the buyer really paid is the sum with it. So it belongs to the order's worth, as any rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import PaymentPart, Refund
from bridge.domain.refunds import given_back_in_full
from bridge.stores.raw import Json, table_of
from bridge.stores.shopify.money import Side
from bridge.stores.shopify.payments import less_paid_back, parts_of, received_of, went_back_to
from bridge.stores.shopify.returns import Returned, Returns, deposits_back, is_all_back, overpaid

CASH = "cash"
TOTALS = ("currentTotalPriceSet", "totalPriceSet")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Paid:
    """amount: before cash was rounded. rounding: what that made the buyer pay more, less where it is negative.

    parts: the payments, rounding included. returns: what is a refund of what is left.
    """

    amount: Decimal
    rounding: Decimal
    parts: tuple[PaymentPart, ...]
    returns: Returns

    def is_all_back(self, gross: Decimal, items: Sequence[Json], coins: Decimal) -> bool:
        """Whether the order's worth was given back, or all that was paid of it with all its pieces.

        A deposit that was given back alone is not: the goods are still to come. gross, coins: as for `paid_of`.
        """
        refunded = self.returns.amount
        if given_back_in_full(gross - coins, self.amount, refunded):
            return True
        return 0 < refunded >= self.amount and is_all_back(self.returns, items)

    def by_payment(self, refunds: Sequence[Refund], side: Side) -> tuple[Refund, ...]:
        """The refunds of `returns`, each with the payments it went back to where there are several."""
        if len(self.parts) < 2:
            return tuple(refunds)
        return tuple(
            refund.model_copy(update={"parts": went_back_to(told.refund, told.amount, side)})
            for refund, told in zip(refunds, self.returns.paid_back, strict=True)
        )


def paid_of(order: Json, side: Side, returns: Returns, gross: Decimal, coins: Decimal) -> Paid:
    """gross: the order's worth before cash was rounded. coins: what a conversion may make the two miss each other."""
    parts, received = parts_of(order, side), received_before_rounding(order, side)
    is_gross, too_much = order.get("taxesIncluded") is True, received - gross
    back: list[Returned] = []
    if too_much > coins:
        returns, back = overpaid(returns, is_gross, too_much)
    elif -too_much > coins and gross == side.of(order, "currentTotalPriceSet") + returns.worth(is_gross):
        returns, back = deposits_back(returns)
    for each in back:
        parts, received = less_paid_back(parts, each.refund, each.amount), received - each.amount
    rounding = cash_rounding(order, side) if received else ZERO
    return Paid(received, rounding, _with_rounded_cash(parts, received + rounding, rounding), returns)


def cash_rounding(order: Json, side: Side) -> Decimal:
    """What rounding at the till made the buyer pay more; less where it is negative."""
    return side.of(table_of(order, "totalCashRoundingAdjustment"), "paymentSet")


def received_before_rounding(order: Json, side: Side) -> Decimal:
    """What was received, before cash was rounded.

    A sum that is just the rounded total holds the rounding already: nobody pays an order but for its own rounding.
    """
    received, rounding = received_of(order, side), cash_rounding(order, side)
    is_rounded = rounding != 0 and any(received == side.of(order, name) + rounding for name in TOTALS)
    return received - rounding if is_rounded else received


def _with_rounded_cash(parts: Sequence[PaymentPart], paid: Decimal, rounding: Decimal) -> tuple[PaymentPart, ...]:
    """The payments, the last one in cash with its rounding, where they do not hold it. paid: with the rounding."""
    places = [place for place, part in enumerate(parts) if part.method == CASH]
    found = list(parts)
    if rounding and places and sum((part.amount for part in parts), ZERO) + rounding == paid:
        last = found[places[-1]]
        found[places[-1]] = last.model_copy(update={"amount": last.amount + rounding})
    return tuple(found)
