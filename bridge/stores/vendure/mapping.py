"""A Vendure order becomes a canonical order. Pure: no clock, no network.

What the shop stored is carried, nothing is recomputed that is there; the order's total is the truth. Custom fields that
are not asked for by name are left aside, so that our own write-back makes no revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.contract import COUNTED_IN, Line, LineKind, Order, Totals
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded, one_line
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import Json, Unreadable, key_of, moment_of, required_moment, table_of, tables_of, verbatim_of
from bridge.stores.sums import tax_by_rate
from bridge.stores.vendure.lines import lines_of
from bridge.stores.vendure.parties import parties_of
from bridge.stores.vendure.payments import by_payment, payment_of, settled_sum
from bridge.stores.vendure.refunds import GivenBack, given_back
from bridge.stores.vendure.settings import FieldNames
from bridge.stores.vendure.values import Money, custom_of, custom_text, first_custom, is_set

DIGITS_MAX = 4  # the contract's bound of a currency's digits
CANCELLED = "Cancelled"
SETTLED = "PaymentSettled"
# Where the parcel is says nothing about what was ordered: such an order is settled, and its word goes elsewhere.
FULFILMENT_STATES = frozenset({"PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered"})
STATUSES = frozenset({"PaymentAuthorized", SETTLED, "Modifying", "ArrangingAdditionalPayment", CANCELLED})
SELLER, AGGREGATE = "Seller", "Aggregate"
DEFAULT_CHANNEL = "__default_channel__"
# Both are looked up in the product whenever the order is shown: renaming a product is no change of the order.
READ_LIVE = ("lines.sku", "lines.name")
ZERO = Decimal(0)


def store_order(store: str, original: str, names: FieldNames) -> StoreOrder:
    """One order from its kept text. What cannot be read becomes a problem of this order alone.

    original: `{"precision": 2, "order": ...}`, the shop's precision of money and the order as the shop wrote it.
    """
    known = ""
    try:
        whole = decoded(original)
        raw = whole.get("order") if isinstance(whole, dict) else None
        if not isinstance(raw, dict):
            raise Unreadable("it is not a group of fields")
        known = key_of(raw)
        order = order_of(store, raw, whole.get("precision"), names)
    except (Unreadable, ValueError) as error:
        what = str(error) if isinstance(error, Unreadable) else "it is not JSON"
        return untold(store, known or "without id", original, what)
    return StoreOrder(known, one_line(original), order)


def untold(store: str, store_order_id: str, original: str, what: str) -> StoreOrder:
    """An order that cannot be read, as its problem."""
    problem = ORDER_MALFORMED.problem(order=store_order_id, store=store, what=what)
    return StoreOrder(store_order_id, one_line(original), None, problem)


def original_of(precision: int, text: str) -> str:
    """What is kept of one order: it can be mapped again from this alone."""
    return f'{{"precision":{precision},"order":{text}}}'


def order_of(store: str, raw: Json, precision: Any, names: FieldNames) -> Order:
    """The canonical order. Raises Unreadable naming the field."""
    if isinstance(precision, bool) or not isinstance(precision, int) or not 0 <= precision <= DIGITS_MAX:
        raise Unreadable(f"the shop counts money in other than 0 to {DIGITS_MAX} digits")
    money = Money(precision)
    lines = lines_of(raw, money, names)
    gross = money.of(raw, "totalWithTax")
    settled = settled_sum(raw, money)
    back = given_back(raw, lines, money, settled - gross)
    totals = _totals(raw, lines, money, settled - sum(back.paid_back.values(), ZERO), back)
    state = verbatim_of(raw, "state")
    currency = verbatim_of(raw, "currencyCode")
    if not currency or not state:
        raise Unreadable(f"{'state' if currency else 'currencyCode'} is missing")
    parties = parties_of(raw, names)
    shipping = tables_of(raw, "shippingLines")
    return Order(
        store=store,
        store_order_id=key_of(raw),
        number=verbatim_of(raw, "code") or key_of(raw),
        created_at=moment_of(raw, "orderPlacedAt") or required_moment(raw, "createdAt"),
        updated_at=required_moment(raw, "updatedAt"),
        currency=currency,
        currency_digits=money.digits,
        status=SETTLED if state in FULFILMENT_STATES else state,
        fulfilment_status=state if state in FULFILMENT_STATES else "",
        cancelled=state == CANCELLED,
        customer_note=first_custom((raw,), names.customer_note),
        channel=_channel(raw),
        tags=_tags(raw, names),
        tax_exempt=_is_exempt(raw, lines, names, parties.billing.tax_id),
        buyer_order_number=first_custom((raw,), names.buyer_order_number),
        payment=payment_of(raw, totals, back.paid_back, money, names),
        shipping_method=verbatim_of(table_of(shipping[0], "shippingMethod"), "code") if shipping else "",
        pickup_point_id=first_custom((raw, *shipping, table_of(raw, "shippingAddress")), names.pickup_point),
        billing=parties.billing,
        delivery=parties.delivery,
        lines=lines,
        totals=totals,
        refunds=by_payment(raw, back.refunds, back.payments, names),
        extra=_extra(raw, names),
        read_live=READ_LIVE + parties.read_live,
    )


def _totals(raw: Json, lines: Sequence[Line], money: Money, paid: Decimal, back: GivenBack) -> Totals:
    gross = money.of(raw, "totalWithTax")
    net = money.of(raw, "total")
    return Totals(
        net=net,
        tax=gross - net,
        gross=gross,
        discount=sum((line.discount for line in lines), ZERO),
        shipping=sum((line.net for line in lines if line.kind is LineKind.SHIPPING), ZERO),
        paid=paid,
        due=gross - paid,
        refunded=sum((refund.amount for refund in back.refunds), ZERO),
        by_rate=tax_by_rate(lines),
    )


def _channel(raw: Json) -> str:
    """Where it was sold. Every order is in the default channel too, so that one only counts alone."""
    codes = [verbatim_of(channel, "code") for channel in tables_of(raw, "channels")]
    return ",".join(sorted(code for code in codes if code != DEFAULT_CHANNEL)) or next(iter(codes), "")


def _tags(raw: Json, names: FieldNames) -> tuple[str, ...]:
    """Labels: list fields, or text fields with one label."""
    found: list[str] = []
    fields = custom_of(raw)
    for name in names.tags:
        value = fields.get(name)
        found += map(custom_text, value if isinstance(value, list) else [value])
    return tuple(dict.fromkeys(filter(None, found)))


def _is_exempt(raw: Json, lines: Sequence[Line], names: FieldNames, tax_id: str) -> bool:
    """A field says so; or a buyer with a tax id was charged no tax on anything."""
    if is_set(raw, names.tax_exempt):
        return True
    return bool(tax_id) and any(line.net for line in lines) and not any(line.tax or line.tax_rate for line in lines)


def _extra(raw: Json, names: FieldNames) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    fields = custom_of(raw)
    extra = {name: text for name, field in (names.extra or {}).items() if (text := custom_text(fields.get(field)))}
    extra |= _counted_elsewhere(raw, names)
    if any(custom_text(fields.get(field)) == value for field, value in (names.test_marks or {}).items()):
        extra["test"] = "yes"
    coupons = raw.get("couponCodes")
    codes = [code for code in coupons if isinstance(code, str) and code] if isinstance(coupons, list) else []
    if codes:
        extra["coupons"] = ",".join(codes)
    return extra


def _counted_elsewhere(raw: Json, names: FieldNames) -> dict[str, str]:
    """A marketplace splits one sale into an aggregate and its sellers' orders: both together would double it."""
    kind = verbatim_of(raw, "type")
    if kind == SELLER and not names.takes_sellers:
        return {COUNTED_IN: custom_text(raw.get("aggregateOrderId")) or "its whole"}
    if kind == AGGREGATE and names.takes_sellers:
        return {COUNTED_IN: "its sellers' orders"}
    return {}
