"""Whether a Vendure order is paid, by its payments and never by its state's word.

Only a settled payment is money; an authorized one is a promise. Gift cards and store credit are payments with methods
of the shop's own, which a setting names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from bridge.domain.contract import Payment, PaymentPart, PaymentState, Refund, Totals
from bridge.stores.raw import Json, key_of, moment_of, table_of, tables_of, verbatim_of
from bridge.stores.vendure.settings import FieldNames
from bridge.stores.vendure.values import Money

SETTLED, AUTHORIZED = "Settled", "Authorized"
REFUSED = frozenset({"Declined", "Error"})
GIFT_CARD, STORE_CREDIT = "gift_card", "store_credit"  # the contract's own names
ZERO = Decimal(0)


def settled_sum(order: Json, money: Money) -> Decimal:
    """What was paid, before anything was given back."""
    return _sum_of(order, money, SETTLED)


def payment_of(
    order: Json, totals: Totals, paid_back: Mapping[str, Decimal], money: Money, names: FieldNames
) -> Payment:
    """How and whether it is paid. The main payment is the largest one that is no gift card and no store credit.

    paid_back: by payment, what was given back for cancelled pieces: the parts make what is paid of the order as it is.
    """
    rows = tables_of(order, "payments")
    settled = (row for row in rows if verbatim_of(row, "state") == SETTLED)
    every = (_part(row, paid_back.get(key_of(row), ZERO), money, names) for row in settled)
    parts = tuple(part for part in every if part.amount > 0)
    main = _main(rows, money, names)
    return Payment(
        method=_method(main, names),
        state=_state(order, totals, money),
        transaction_id=_transaction_id(main, names),
        paid_at=_paid_at(order) if parts and totals.due <= 0 else None,
        parts=parts,
    )


def by_payment(
    order: Json, refunds: Sequence[Refund], payments: Mapping[str, str], names: FieldNames
) -> tuple[Refund, ...]:
    """The refunds, each with the payment that it went back to where the order has several settled ones.

    payments: by the refund's id the id of its payment.
    """
    settled = {key_of(row): row for row in tables_of(order, "payments") if verbatim_of(row, "state") == SETTLED}
    if len(settled) < 2:
        return tuple(refunds)
    found = []
    for refund in refunds:
        row = settled.get(payments[refund.refund_id])
        if row is not None:
            key = _transaction_id(row, names)
            part = PaymentPart(method=_method(row, names), amount=refund.amount, transaction_id=key)
            refund = refund.model_copy(update={"parts": (part,)})
        found.append(refund)
    return tuple(found)


def _part(row: Json, paid_back: Decimal, money: Money, names: FieldNames) -> PaymentPart:
    amount = money.of(row, "amount", "payment: ") - paid_back
    return PaymentPart(method=_method(row, names), amount=amount, transaction_id=_transaction_id(row, names))


def _main(rows: Sequence[Json], money: Money, names: FieldNames) -> Json:
    """A good payment before a refused one, money before cards, the larger before the smaller; else nothing."""

    def rank(row: Json) -> tuple[bool, bool, Decimal]:
        is_good = verbatim_of(row, "state") in (SETTLED, AUTHORIZED)
        return is_good, _method(row, names) not in (GIFT_CARD, STORE_CREDIT), money.of(row, "amount", "payment: ")

    return max(rows, key=rank, default={})


def _method(row: Json, names: FieldNames) -> str:
    code = verbatim_of(row, "method")
    if code in names.gift_card_methods:
        return GIFT_CARD
    return STORE_CREDIT if code in names.store_credit_methods else code


def _transaction_id(row: Json, names: FieldNames) -> str:
    """Of a gift card it is often the card's code, which is as good as money: it stays in the shop."""
    return "" if _method(row, names) == GIFT_CARD else verbatim_of(row, "transactionId")


def _sum_of(order: Json, money: Money, state: str) -> Decimal:
    rows = (row for row in tables_of(order, "payments") if verbatim_of(row, "state") == state)
    return sum((money.of(row, "amount", "payment: ") for row in rows), ZERO)


def _state(order: Json, totals: Totals, money: Money) -> PaymentState:
    if totals.due <= 0 and (totals.paid > 0 or totals.gross <= 0):
        if not totals.refunded:
            return PaymentState.PAID
        return PaymentState.REFUNDED if totals.refunded >= totals.gross else PaymentState.PARTIALLY_REFUNDED
    if _sum_of(order, money, AUTHORIZED) >= totals.due:
        return PaymentState.AUTHORIZED
    states = {verbatim_of(row, "state") for row in tables_of(order, "payments")}
    return PaymentState.FAILED if states and states <= REFUSED else PaymentState.UNPAID


def _paid_at(order: Json) -> datetime | None:
    """When the last payment was settled: the shop's history says it, as a payment's own time is that of its start."""
    settled = {key_of(row): row for row in tables_of(order, "payments") if verbatim_of(row, "state") == SETTLED}
    told: dict[str, datetime] = {}
    for entry in tables_of(table_of(order, "history"), "items"):
        moved = table_of(entry, "data")
        moment = moment_of(entry, "createdAt")
        if moment and moved.get("to") == SETTLED and moved.get("paymentId") is not None:
            told[str(moved["paymentId"])] = moment
    times = [told.get(known) or moment_of(row, "createdAt") for known, row in settled.items()]
    return max((moment for moment in times if moment), default=None)
