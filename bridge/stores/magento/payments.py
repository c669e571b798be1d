"""What was paid of a Magento order and how: by the payment's method, by gift cards, by store credit.

`grand_total` is already less by gift cards, store credit and reward points: they are payments here. Paid is what the
shop has invoiced and captured (`total_paid`), never what a status says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bridge.domain.contract import Payment, PaymentPart, PaymentState
from bridge.stores.magento.money import Money
from bridge.stores.raw import Json, moment_of, table_of, tables_of, text_of

GIFT_CARD, STORE_CREDIT, REWARD = "gift_card", "store_credit", "reward_points"
INVOICE_PAID = "2"
# What is deducted from the grand total of an order, and given back by its memos beside theirs.
CREDITS = {
    GIFT_CARD: "gift_cards_amount",
    STORE_CREDIT: "customer_balance_amount",
    REWARD: "reward_currency_amount",
}


def credits_of(order: Json, money: Money) -> tuple[PaymentPart, ...]:
    """What is already deducted from the grand total. Raises Unreadable."""
    extension = table_of(order, "extension_attributes")
    parts = [
        PaymentPart(
            method=GIFT_CARD, amount=money.of(card, "amount", "gift card: "), transaction_id=text_of(card, "id")
        )
        for card in _cards(extension)
    ]
    cards = money.of(extension, CREDITS[GIFT_CARD])
    if cards and sum((part.amount for part in parts), Decimal(0)) != cards:  # the sum is what was deducted
        parts = [PaymentPart(method=GIFT_CARD, amount=cards)]
    for method in (STORE_CREDIT, REWARD):
        parts.append(PaymentPart(method=method, amount=money.of(extension, CREDITS[method])))
    return tuple(part for part in parts if part.amount)


def _cards(extension: Json) -> Sequence[Json]:
    """The gift cards one by one; some releases tell them as a text of their own, and the sum beside it."""
    return () if isinstance(extension.get("gift_cards"), str) else tables_of(extension, "gift_cards")


def captured_of(order: Json, money: Money) -> tuple[PaymentPart, ...]:
    """What was paid by the order's payment method; nothing where it is unpaid."""
    paid = money.of(order, "total_paid")
    if not paid:
        return ()
    payment = table_of(order, "payment")
    return (PaymentPart(method=text_of(payment, "method"), amount=paid, transaction_id=transaction_of(payment)),)


def invoiced_of(invoices: Sequence[Json], order: Json, money: Money) -> tuple[PaymentPart, ...]:
    """Each payment by itself, as the paid invoices name them."""
    method = text_of(table_of(order, "payment"), "method")
    return tuple(
        PaymentPart(
            method=method,
            amount=money.of(invoice, "grand_total", "invoice: "),
            transaction_id=text_of(invoice, "transaction_id"),
        )
        for invoice in invoices
        if text_of(invoice, "state") == INVOICE_PAID
    )


def payment_of(
    order: Json, money: Money, invoices: Sequence[Json], gross: Decimal, due: Decimal, refunded: Decimal
) -> Payment:
    """Raises Unreadable."""
    payment = table_of(order, "payment")
    return Payment(
        method=text_of(payment, "method"),
        state=_state(order, money, gross, due, refunded),
        transaction_id=transaction_of(payment),
        paid_at=_paid_at(invoices) if due <= 0 else None,
        parts=(*captured_of(order, money), *credits_of(order, money)),
    )


def transaction_of(payment: Json) -> str:
    """The provider's id of the last transaction."""
    return text_of(payment, "last_trans_id") or text_of(payment, "cc_trans_id")


def _paid_at(invoices: Sequence[Json]) -> datetime | None:
    times = [moment_of(invoice, "created_at") for invoice in invoices if text_of(invoice, "state") == INVOICE_PAID]
    return max((moment for moment in times if moment is not None), default=None)


def _state(order: Json, money: Money, gross: Decimal, due: Decimal, refunded: Decimal) -> PaymentState:
    if refunded > 0 and refunded >= gross:
        return PaymentState.REFUNDED
    if due > 0:
        authorized = money.of(table_of(order, "payment"), "amount_authorized")
        return PaymentState.AUTHORIZED if authorized >= due else PaymentState.UNPAID
    return PaymentState.PARTIALLY_REFUNDED if refunded > 0 else PaymentState.PAID
