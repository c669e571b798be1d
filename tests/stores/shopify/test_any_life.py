"""Whatever staff do to an order after it was placed, what is told of it makes the shop's own sums to the cent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.contract import Order, PaymentState
from bridge.simulator.shopify.money import amount_of
from bridge.simulator.shopify.shop import Shop
from tests.stores.shopify.any_order import CENT, mapped_from
from tests.stores.shops import SetClock

D = Decimal
RATES = ((), ("0.23",), ("0.05", "0.09975"))
ACTS_MAX = 5


class Life:
    """One order, and the acts of staff that can befall it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.shop = Shop(SetClock())
        currency = chance.choice(sorted(CENT))
        presentment = chance.choice([currency, "USD"])
        self.cent = CENT[currency]
        self.order_id = self.shop.add_order(
            {
                "currency": currency,
                "presentment": presentment,
                "rate": "1" if presentment == currency else "1.0837",
                "taxesIncluded": chance.random() < 0.5,
                "lines": [self.line() for _ in range(chance.randint(1, 4))],
                "shipping": [{"price": self.amount(900), "rates": chance.choice(RATES)}] * chance.randint(0, 1),
                "payments": chance.choice([None, []]),
            }
        )

    @property
    def order(self) -> dict[str, Any]:
        return self.shop.order(self.order_id)

    def money(self, name: str) -> Decimal:
        return amount_of(self.order[name])

    @property
    def is_converted(self) -> bool:
        return bool(self.order["currencyCode"] != self.order["presentmentCurrencyCode"])

    @property
    def over(self) -> Decimal:
        """What the buyer has paid too much; negative: still owes."""
        return self.money("netPaymentSet") - self.money("currentTotalPriceSet")

    def amount(self, coins_max: int) -> str:
        return str(self.chance.randint(1, coins_max) * self.cent)

    def line(self) -> dict[str, Any]:
        price, rates = self.amount(3000), self.chance.choice(RATES)
        off = [str(self.chance.randint(0, int(D(price) / self.cent)) * self.cent)] * self.chance.randint(0, 1)
        return {"price": price, "quantity": self.chance.randint(1, 4), "discount": off, "rates": rates}

    def pieces(self) -> dict[int, int]:
        """Some of what is left."""
        left = {place: each["currentQuantity"] for place, each in enumerate(self.order["lineItems"])}
        return {
            place: self.chance.randint(1, most) for place, most in left.items() if most and self.chance.random() < 0.5
        }

    def edited(self) -> None:
        if pieces := self.pieces():
            self.shop.refund(self.order_id, pieces, is_paid_back=False)

    def added(self) -> None:
        self.shop.add_line(self.order_id, self.line())

    def refunded(self) -> None:
        if self.over == 0 and self.money("netPaymentSet") > 0 and (pieces := self.pieces()):
            self.shop.refund(self.order_id, pieces)

    def settled(self) -> None:
        """The buyer pays what he owes, or gets back what he paid too much."""
        if self.over > 0:
            self.shop.refund(self.order_id, {}, amount=self.over)
        elif self.over < 0:
            self.shop.pay(self.order_id)

    def exchanged(self) -> None:
        """Pieces for another thing, and the difference."""
        if self.over == 0 and self.money("netPaymentSet") > 0 and (pieces := self.pieces()):
            self.shop.refund(self.order_id, pieces, is_paid_back=False)
            self.added()
            self.settled()

    def acts(self) -> list[Callable[[], None]]:
        return [self.edited, self.added, self.refunded, self.settled, self.exchanged]


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_what_is_told_of_an_order_makes_the_shops_own_sums_whatever_befell_it(chance: Random) -> None:
    life = Life(chance)
    for _ in range(chance.randint(0, ACTS_MAX)):
        chance.choice(life.acts())()
    order = mapped_from(life.shop, life.order_id)
    adds_up(order)
    adds_up(mapped_from(life.shop, life.order_id, "presentment"))
    totals, left = order.totals, life.money("currentTotalPriceSet")
    came_back = sum((line.gross for refund in order.refunds for line in refund.lines), D(0))
    assert totals.paid - totals.refunded == life.money("netPaymentSet")
    assert totals.gross - came_back == left
    assert sum((part.amount for part in order.payment.parts), D(0)) == totals.paid
    owes_a_coin_by_conversion = life.over < 0 and order.payment.state is PaymentState.PAID and life.is_converted
    if left > 0 and not owes_a_coin_by_conversion:
        assert (order.payment.state is PaymentState.UNPAID) == (life.over < 0), life.over


def adds_up(order: Order) -> None:
    assert sum((line.gross for line in order.lines), D(0)) + order.totals.rounding == order.totals.gross
    assert order.totals.gross - order.totals.paid == order.totals.due
