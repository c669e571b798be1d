"""A WooCommerce order becomes a canonical order. Pure: no clock, no network.

What the shop stored is carried, nothing is recomputed that is there. The order's total is the truth; it is already
reduced by gift cards, which are payments here (`credits.py`). Meta keys that are not asked for by name are left aside,
so that our own write-back, notes and view counters make no revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bridge.domain.contract import Line, Order, Party, Payment, PaymentPart, PaymentState, Totals
from bridge.domain.money import minor_unit, rounded
from bridge.stores.base import StoreOrder
from bridge.stores.currencies import usual_digits
from bridge.stores.exact_json import decoded, one_line
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import (
    Json,
    Unreadable,
    decimals,
    decimals_of,
    first_filled,
    key_of,
    meta_of,
    moment_of,
    number_of,
    required_moment,
    table_of,
    tables_of,
    text_of,
)
from bridge.stores.sums import rounding_explains, tax_by_rate
from bridge.stores.woocommerce.credits import Sold, as_sold
from bridge.stores.woocommerce.lines import lines_of
from bridge.stores.woocommerce.problems import PERHAPS_A_PART
from bridge.stores.woocommerce.refunds import refunded_amount, refunds_of
from bridge.stores.woocommerce.settings import MetaKeys
from bridge.stores.woocommerce.split_orders import counted_elsewhere, is_perhaps_a_part, parent_id_of

CANCELLED_STATUSES = frozenset({"cancelled", "trash"})
DRAFT_STATUSES = frozenset({"auto-draft", "checkout-draft"})  # carts, not orders yet
HEADER_AMOUNTS = ("total", "total_tax", "cart_tax", "shipping_total", "shipping_tax", "discount_total")
DIGITS_MAX = 4
STATUSES = frozenset(
    {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash"} | DRAFT_STATUSES
)
VAT_EXEMPT = "is_vat_exempt"
# `sku` is looked up in the product whenever the order is shown: renaming or deleting a product is no order change.
READ_LIVE = ("lines.sku",)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was asked for beside an order, as it tells too little of it."""

    refunds: Sequence[Json] = ()  # the answers of `/orders/ID/refunds`
    parent: Json | None = None  # the order that it names as its parent, where the shop shows one


NOTHING_BESIDE = Beside()


def store_order(store: str, raw: Any, text: str, keys: MetaKeys, beside: Beside = NOTHING_BESIDE) -> StoreOrder:
    """One order of a page. What cannot be read becomes a problem of this order alone. text: kept as it is."""
    known = ""
    try:
        if not isinstance(raw, dict):
            raise Unreadable("it is not a group of fields")
        known = key_of(raw)
        order = order_of(store, raw, keys, beside)
        if is_perhaps_a_part(raw, beside.parent, keys):
            problem = PERHAPS_A_PART.problem(order=order.number, store=store, parent=parent_id_of(raw))
            return StoreOrder(known, one_line(text), None, problem)
    except Unreadable as error:
        return malformed(store, known, text, str(error))
    return StoreOrder(known, one_line(text), order)


def malformed(store: str, store_order_id: str, text: str, what: str) -> StoreOrder:
    """An order that cannot be read, and why."""
    known = store_order_id or "without id"
    return StoreOrder(known, one_line(text), None, ORDER_MALFORMED.problem(order=known, store=store, what=what))


def original_of(text: str, refunds: str, parent: str) -> str:
    """An order and what was asked for beside it (empty: nothing was) as one text, each part as the shop wrote it."""
    parts = {"order": text, "refund_details": refunds, "parent": parent}
    return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items() if part) + "}"


def mapped(store: str, original: str, keys: MetaKeys) -> StoreOrder:
    """The order of what `original_of` gave."""
    whole = decoded(original)
    if not isinstance(whole, dict) or "order" not in whole or "id" in whole:
        return store_order(store, whole, original, keys)
    try:
        beside = Beside(tables_of(whole, "refund_details"), table_of(whole, "parent") or None)
    except Unreadable as error:
        return malformed(store, "", original, str(error))
    return store_order(store, whole["order"], original, keys, beside)


def order_of(store: str, raw: Json, keys: MetaKeys, beside: Beside = NOTHING_BESIDE) -> Order:
    """The canonical order. Raises Unreadable naming the field."""
    digits = _digits(raw)
    meta = meta_of(raw)
    sold = as_sold(raw, meta, keys, digits)
    by_item = lines_of(sold.order, digits, keys.gift)
    lines = tuple(line for _, own in by_item for line in own)
    shipping = tables_of(raw, "shipping_lines")
    refunds = refunds_of(sold.order, beside.refunds, dict(by_item), digits, is_split=bool(sold.credits))
    totals = _totals(sold, lines, digits, refunded_amount(refunds))
    status = text_of(raw, "status")
    currency = text_of(raw, "currency")
    if not (currency and status):
        raise Unreadable("status is missing" if currency else "currency is missing")
    return Order(
        store=store,
        store_order_id=key_of(raw),
        number=text_of(raw, "number") or key_of(raw),
        created_at=required_moment(raw, "date_created_gmt"),
        updated_at=required_moment(raw, "date_modified_gmt"),
        currency=currency,
        currency_digits=digits,
        status=status,
        cancelled=status in CANCELLED_STATUSES,
        customer_note=text_of(raw, "customer_note"),
        channel=text_of(raw, "created_via"),
        tax_exempt=meta.get(VAT_EXEMPT) == "yes",
        buyer_order_number=first_filled(meta, keys.buyer_order_number),
        payment=_payment(sold, totals, status),
        shipping_method=text_of(shipping[0], "method_id").partition(":")[0] if shipping else "",
        pickup_point_id=_pickup_point(meta, shipping, keys.pickup_point),
        billing=_billing(raw, meta, keys),
        delivery=_delivery(raw, meta, keys),
        lines=lines,
        totals=totals,
        refunds=refunds,
        extra=_extra(sold, meta, keys) | counted_elsewhere(raw, beside.parent, keys),
        read_live=READ_LIVE,
    )


def _digits(raw: Json) -> int:
    """The shop's own number of decimals, not the ISO table's: a JPY shop left at 2 sends "1200.00".

    It writes all sums alike. Where they differ a plugin has a hand in it, and too few would round cents away.
    """
    if raw.get("total") in (None, ""):
        raise Unreadable("total is missing")
    digits = decimals_of(raw, HEADER_AMOUNTS)
    if digits is None:  # a plugin that writes numbers: then those of the currency, and more where a number shows more
        shown = (decimals(number_of(raw, name)) for name in HEADER_AMOUNTS)
        digits = max((usual_digits(text_of(raw, "currency")), *(count for count in shown if count <= DIGITS_MAX)))
    if digits > DIGITS_MAX:
        raise Unreadable("total has more decimals than any currency")
    return digits


def _totals(sold: Sold, lines: Sequence[Line], digits: int, refunded: Decimal) -> Totals:
    gross = number_of(sold.order, "total")
    if gross != rounded(gross, digits):
        raise Unreadable(f"{'a gift card' if sold.credits else 'total'} holds a fraction of the smallest coin")
    paid = gross if _is_paid(sold, gross) else sold.credit
    return Totals(
        net=sum((line.net for line in lines), Decimal(0)),
        tax=_tax(sold.order, lines, digits),
        gross=gross,
        discount=rounded(number_of(sold.order, "discount_total"), digits),
        shipping=rounded(number_of(sold.order, "shipping_total"), digits),
        rounding=_rounding(gross, lines, digits),
        paid=paid,
        due=gross - paid,
        refunded=refunded,
        by_rate=tax_by_rate(lines),
    )


def _is_paid(sold: Sold, gross: Decimal) -> bool:
    """A payment date says so, never the status: cash on delivery is `processing` before anybody paid."""
    return moment_of(sold.order, "date_paid_gmt") is not None or gross == sold.credit > 0


def _rounding(gross: Decimal, lines: Sequence[Line], digits: int) -> Decimal:
    """What rounding explains of the gap between lines and total; a larger gap stays for the checks."""
    gap = gross - sum((line.gross for line in lines), Decimal(0))
    return gap if rounding_explains(gap, lines, minor_unit(digits)) else Decimal(0)


def _tax(raw: Json, lines: Sequence[Line], digits: int) -> Decimal:
    """Tax of the lines; where rounding does not explain the shop's other sum, that one, for the checks to find."""
    of_lines = sum((line.tax for line in lines), Decimal(0))
    told = rounded(number_of(raw, "total_tax"), digits)
    return of_lines if rounding_explains(told - of_lines, lines, minor_unit(digits)) else told


def _payment(sold: Sold, totals: Totals, status: str) -> Payment:
    method, transaction_id = text_of(sold.order, "payment_method"), text_of(sold.order, "transaction_id")
    rest = totals.paid - sold.credit
    by_method = (PaymentPart(method=method, amount=rest, transaction_id=transaction_id),) if rest > 0 else ()
    return Payment(
        method=method,
        state=_payment_state(totals, status),
        transaction_id=transaction_id,
        paid_at=moment_of(sold.order, "date_paid_gmt"),
        parts=(*sold.credits, *by_method),
    )


def _payment_state(totals: Totals, status: str) -> PaymentState:
    if status == "refunded" or (totals.refunded > 0 and totals.refunded >= totals.gross):
        return PaymentState.REFUNDED
    if status == "failed":
        return PaymentState.FAILED
    if totals.due > 0 or totals.paid == 0 < totals.gross:
        return PaymentState.UNPAID
    return PaymentState.PARTIALLY_REFUNDED if totals.refunded > 0 else PaymentState.PAID


def _pickup_point(meta: Mapping[str, str], shipping: Sequence[Json], keys: Sequence[str]) -> str:
    """From the order's meta, else from a shipping line's."""
    return next(filter(None, (first_filled(each, keys) for each in (meta, *map(meta_of, shipping)))), "")


def _billing(raw: Json, meta: Mapping[str, str], keys: MetaKeys) -> Party:
    return _party(table_of(raw, "billing"), "billing", meta, keys, tax_id=first_filled(meta, keys.tax_id))


def _delivery(raw: Json, meta: Mapping[str, str], keys: MetaKeys) -> Party:
    """The shipping address, with the buyer's e-mail and phone; an empty one means: to the billing address."""
    billing, shipping = table_of(raw, "billing"), table_of(raw, "shipping")
    if not any(
        text_of(shipping, name) for name in ("address_1", "address_2", "city", "postcode", "company", "last_name")
    ):
        return _party(billing, "billing", meta, keys)
    reachable = {name: text_of(shipping, name) or text_of(billing, name) for name in ("email", "phone")}
    return _party({**shipping, **reachable}, "shipping", meta, keys)


def _party(address: Json, party: str, meta: Mapping[str, str], keys: MetaKeys, tax_id: str = "") -> Party:
    return Party(
        company=text_of(address, "company"),
        first_name=text_of(address, "first_name"),
        last_name=text_of(address, "last_name"),
        street=text_of(address, "address_1"),
        house_number=first_filled(meta, _of_party(keys.house_number, party)),
        flat=first_filled(meta, _of_party(keys.flat, party)),
        extra=text_of(address, "address_2"),
        postal_code=text_of(address, "postcode"),
        city=text_of(address, "city"),
        region=text_of(address, "state"),
        country=text_of(address, "country"),
        email=text_of(address, "email"),
        phone=text_of(address, "phone"),
        tax_id=tax_id,
    )


@lru_cache(maxsize=64)  # the same few for every order
def _of_party(keys: tuple[str, ...], party: str) -> tuple[str, ...]:
    return tuple(key.replace("{party}", party) for key in keys)


def _extra(sold: Sold, meta: Mapping[str, str], keys: MetaKeys) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    extra = {name: meta[key] for name, key in (keys.extra or {}).items() if key in meta}
    parent = parent_id_of(sold.order)
    if parent:
        extra["parent_id"] = parent
    if any(meta.get(key) == value for key, value in (keys.test_marks or {}).items()):
        extra["test"] = "yes"
    if sold.coupons:
        extra["coupons"] = ",".join(sold.coupons)
    return extra
