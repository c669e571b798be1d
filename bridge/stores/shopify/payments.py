"""Payments of a Shopify order: by evidence, never by the word that the admin shows.

Evidence is a successful SALE or CAPTURE. Gift cards and store credit are payments by their gateways; the order's total
is not less by them. An authorization is a promise; a pending sale (cash on delivery, bank transfer) is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bridge.domain.contract import Payment, PaymentPart, PaymentState, Totals
from bridge.stores.raw import Json, moment_of, table_of, tables_of, verbatim_of
from bridge.stores.shopify.money import Side

RECEIVED = frozenset({"SALE", "CAPTURE"})
NAMED = {"gift_card": "gift_card", "shopify_store_credit": "store_credit"}  # as every store names them
ON_TERMS = "payment_terms"
AUTHORIZED = frozenset({"AUTHORIZATION", "EMV_AUTHORIZATION"})
OPEN = frozenset({"SUCCESS", "PENDING", "AWAITING_RESPONSE"})
NEVER_PAID = frozenset({"VOIDED", "EXPIRED"})
NOT_FAILED = OPEN | {"UNKNOWN"}
ZERO = Decimal(0)


def parts_of(order: Json, side: Side) -> tuple[PaymentPart, ...]:
    """What was received, payment by payment; change given back in cash is taken off the cash."""
    done = [each for each in tables_of(order, "transactions") if verbatim_of(each, "status") == "SUCCESS"]
    change = sum((side.of(each, "amountSet") for each in done if verbatim_of(each, "kind") == "CHANGE"), ZERO)
    found = []
    for each in done:
        if verbatim_of(each, "kind") not in RECEIVED:
            continue
        amount, gateway = side.of(each, "amountSet"), _gateway(each)
        if change and gateway == "cash":
            amount, change = max(amount - change, ZERO), max(change - amount, ZERO)
        if amount:
            found.append(PaymentPart(method=gateway, amount=amount, transaction_id=_transaction_id(each)))
    return tuple(found)


def received_of(order: Json, side: Side) -> Decimal:
    """What the shop says it received, else the sum of the payments."""
    if order.get("totalReceivedSet"):
        return side.of(order, "totalReceivedSet")
    return sum((part.amount for part in parts_of(order, side)), ZERO)


def less_paid_back(parts: Sequence[PaymentPart], refund: Json, amount: Decimal) -> tuple[PaymentPart, ...]:
    """The payments without an amount that a refund gave back: off those that it went back to, else off the last."""
    gateways = {_gateway(each) for each in tables_of(refund, "transactions")}
    rest = [part.amount for part in parts]
    for place in sorted(range(len(parts)), key=lambda place: (parts[place].method not in gateways, -place)):
        off = min(rest[place], amount)
        rest[place], amount = rest[place] - off, amount - off
    return tuple(part.model_copy(update={"amount": left}) for part, left in zip(parts, rest, strict=True) if left)


def went_back_to(refund: Json, amount: Decimal, side: Side) -> tuple[PaymentPart, ...]:
    """The payments that an amount of a refund went back to; none where its transactions do not say.

    amount: what counts of the refund, which may be less than was paid back.
    """
    found: dict[str, Decimal] = {}
    for each in tables_of(refund, "transactions"):
        if verbatim_of(each, "kind") == "REFUND" and verbatim_of(each, "status") in NOT_FAILED:
            gateway = _gateway(each)
            found[gateway] = found.get(gateway, ZERO) + side.of(each, "amountSet")
    if len(found) == 1:
        return (PaymentPart(method=next(iter(found)), amount=amount),)
    if sum(found.values(), ZERO) != amount:
        return ()
    return tuple(PaymentPart(method=gateway, amount=back) for gateway, back in found.items())


def payment_of(
    order: Json, parts: tuple[PaymentPart, ...], totals: Totals, is_settled: bool, is_refunded: bool, side: Side
) -> Payment:
    """Method, state and time of the payment.

    is_settled: what was received is what the order is worth. is_refunded: nothing of it is sold any more.
    """
    main = _main(order, side)
    state = _state(order, totals, is_settled, is_refunded)
    return Payment(
        method=_gateway(main) if main else next(iter(_names(order)), _terms(order)),
        state=state,
        transaction_id=_transaction_id(main) if main else "",
        paid_at=_paid_at(order) if state is not PaymentState.UNPAID else None,
        parts=parts,
    )


def _state(order: Json, totals: Totals, is_settled: bool, is_refunded: bool) -> PaymentState:
    word = verbatim_of(order, "displayFinancialStatus")
    paid, gross, refunded = totals.paid, totals.gross, totals.refunded
    if is_refunded:
        return PaymentState.REFUNDED
    if paid <= 0 and word in NEVER_PAID:
        return PaymentState.FAILED
    if paid <= 0 < gross and word == "AUTHORIZED":
        return PaymentState.AUTHORIZED
    if not is_settled or (gross <= 0 and paid <= 0 and word != "PAID"):
        return PaymentState.UNPAID
    return PaymentState.PARTIALLY_REFUNDED if refunded > 0 else PaymentState.PAID


def _main(order: Json, side: Side) -> Json | None:
    """The payment that names the method: the largest that is no gift card or credit, else the largest of those."""
    kinds = RECEIVED | AUTHORIZED
    live = [
        each
        for each in tables_of(order, "transactions")
        if verbatim_of(each, "kind") in kinds and verbatim_of(each, "status") in OPEN and verbatim_of(each, "gateway")
    ]
    if not live:
        return None
    return max(live, key=lambda each: (_gateway(each) not in NAMED.values(), side.of(each, "amountSet")))


def _gateway(transaction: Json) -> str:
    gateway = verbatim_of(transaction, "gateway")
    return NAMED.get(gateway, gateway)


def _transaction_id(transaction: Json) -> str:
    """The provider's id, else the shop's own number of the transaction. Of a gift card never more than the latter."""
    own = verbatim_of(transaction, "id").rpartition("/")[2]
    return own if _gateway(transaction) == "gift_card" else verbatim_of(transaction, "paymentId") or own


def _terms(order: Json) -> str:
    """A company that names no way of payment pays by the terms that the shop has agreed with it."""
    return ON_TERMS if table_of(table_of(order, "purchasingEntity"), "company") else ""


def _names(order: Json) -> list[str]:
    names = order.get("paymentGatewayNames")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _paid_at(order: Json) -> datetime | None:
    """When the last payment came."""
    times = [
        moment
        for each in tables_of(order, "transactions")
        if verbatim_of(each, "kind") in RECEIVED and verbatim_of(each, "status") == "SUCCESS"
        if (moment := moment_of(each, "processedAt") or moment_of(each, "createdAt"))
    ]
    return max(times, default=None)
