"""A WooCommerce order becomes a canonical order. Pure: no clock, no network.

What the shop stored is carried, nothing is recomputed that is there. The order's total is the truth; it is already
reduced by gift cards, which are payments here. Meta keys that are not asked for by name are left aside, so that our own
write-back, notes and view counters make no revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.contract import COUNTED_IN, Line, Order, Party, Payment, PaymentPart, PaymentState, Totals
from bridge.domain.money import minor_unit, rounded
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded, one_line
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import (
    Json,
    Unreadable,
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
from bridge.stores.woocommerce.lines import lines_of
from bridge.stores.woocommerce.refunds import refunded_amount, refunds_of
from bridge.stores.woocommerce.settings import MetaKeys

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


def store_order(store: str, raw: Any, text: str, keys: MetaKeys, details: Sequence[Json] = ()) -> StoreOrder:
    """One order of a page. What cannot be read becomes a problem of this order alone.

    text: kept as it is. details: the answers of `/orders/ID/refunds`, where they were asked for.
    """
    known = ""
    try:
        if not isinstance(raw, dict):
            raise Unreadable("it is not a group of fields")
        known = key_of(raw)
        order = order_of(store, raw, keys, details)
    except Unreadable as error:
        problem = ORDER_MALFORMED.problem(order=known or "without id", store=store, what=str(error))
        return StoreOrder(known or "without id", one_line(text), None, problem)
    return StoreOrder(known, one_line(text), order)


def mapped(store: str, original: str, keys: MetaKeys) -> StoreOrder:
    """The order of a kept original: the order alone, or with the details of its refunds beside it."""
    whole = decoded(original)
    if isinstance(whole, dict) and "refund_details" in whole:
        return store_order(store, whole.get("order"), original, keys, tables_of(whole, "refund_details"))
    return store_order(store, whole, original, keys)


def order_of(store: str, raw: Json, keys: MetaKeys, details: Sequence[Json] = ()) -> Order:
    """The canonical order. Raises Unreadable naming the field."""
    digits = _digits(raw)
    meta = meta_of(raw)
    lines = lines_of(raw, digits, keys.gift)
    shipping = tables_of(raw, "shipping_lines")
    refunds = refunds_of(raw, details, digits)
    totals = _totals(raw, lines, digits, refunded_amount(refunds))
    status = text_of(raw, "status")
    currency = text_of(raw, "currency")
    if not currency:
        raise Unreadable("currency is missing")
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
        payment=_payment(raw, totals, status),
        shipping_method=text_of(shipping[0], "method_id").partition(":")[0] if shipping else "",
        pickup_point_id=_pickup_point(meta, shipping, keys.pickup_point),
        billing=_billing(raw, meta, keys),
        delivery=_delivery(raw, meta, keys),
        lines=lines,
        totals=totals,
        refunds=refunds,
        extra=_extra(raw, meta, keys),
        read_live=READ_LIVE,
    )


def _digits(raw: Json) -> int:
    """The shop's own number of decimals, not the ISO table's: a JPY shop left at 2 sends "1200.00"."""
    if raw.get("total") in (None, ""):
        raise Unreadable("total is missing")
    digits = decimals_of(raw, ("total",))
    if digits is None:  # a plugin that writes the total as a number: its neighbours tell
        digits = decimals_of(raw, HEADER_AMOUNTS)
    if digits is None:
        raise Unreadable("no amount is written as a text, so the currency's decimals are unknown")
    if digits > DIGITS_MAX:
        raise Unreadable("total has more decimals than any currency")
    return digits


def _totals(raw: Json, lines: Sequence[Line], digits: int, refunded: Decimal) -> Totals:
    total = number_of(raw, "total")
    cards = sum((number_of(card, "amount", "gift card: ") for card in tables_of(raw, "gift_cards")), Decimal(0))
    gross = total + cards
    if gross != rounded(gross, digits):
        raise Unreadable("a gift card holds a fraction of the smallest coin")
    paid = gross if _is_paid(raw, total, cards) else cards
    return Totals(
        net=sum((line.net for line in lines), Decimal(0)),
        tax=_tax(raw, lines, digits),
        gross=gross,
        discount=rounded(number_of(raw, "discount_total"), digits),
        shipping=rounded(number_of(raw, "shipping_total"), digits),
        rounding=_rounding(gross, lines, digits),
        paid=paid,
        due=gross - paid,
        refunded=refunded,
        by_rate=tax_by_rate(lines),
    )


def _is_paid(raw: Json, total: Decimal, cards: Decimal) -> bool:
    """A payment date says so, never the status: cash on delivery is `processing` before anybody paid."""
    return moment_of(raw, "date_paid_gmt") is not None or (total == 0 and cards > 0)


def _rounding(gross: Decimal, lines: Sequence[Line], digits: int) -> Decimal:
    """What rounding explains of the gap between lines and total; a larger gap stays for the checks."""
    gap = gross - sum((line.gross for line in lines), Decimal(0))
    return gap if rounding_explains(gap, lines, minor_unit(digits)) else Decimal(0)


def _tax(raw: Json, lines: Sequence[Line], digits: int) -> Decimal:
    """Tax of the lines; where rounding does not explain the shop's other sum, that one, for the checks to find."""
    of_lines = sum((line.tax for line in lines), Decimal(0))
    told = rounded(number_of(raw, "total_tax"), digits)
    return of_lines if rounding_explains(told - of_lines, lines, minor_unit(digits)) else told


def _payment(raw: Json, totals: Totals, status: str) -> Payment:
    return Payment(
        method=text_of(raw, "payment_method"),
        state=_payment_state(totals, status),
        transaction_id=text_of(raw, "transaction_id"),
        paid_at=moment_of(raw, "date_paid_gmt"),
        parts=tuple(_parts(raw, totals)),
    )


def _parts(raw: Json, totals: Totals) -> Iterator[PaymentPart]:
    """Gift cards by their amounts, never by their codes; the rest by the order's own method."""
    rest = totals.paid
    for card in tables_of(raw, "gift_cards"):
        amount = number_of(card, "amount", "gift card: ")
        rest -= amount
        yield PaymentPart(method="gift_card", amount=amount)
    if rest > 0:
        method, transaction_id = text_of(raw, "payment_method"), text_of(raw, "transaction_id")
        yield PaymentPart(method=method, amount=rest, transaction_id=transaction_id)


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
        house_number=first_filled(meta, [key.replace("{party}", party) for key in keys.house_number]),
        flat=first_filled(meta, [key.replace("{party}", party) for key in keys.flat]),
        extra=text_of(address, "address_2"),
        postal_code=text_of(address, "postcode"),
        city=text_of(address, "city"),
        region=text_of(address, "state"),
        country=text_of(address, "country"),
        email=text_of(address, "email"),
        phone=text_of(address, "phone"),
        tax_id=tax_id,
    )


def _extra(raw: Json, meta: Mapping[str, str], keys: MetaKeys) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    extra = {name: meta[key] for name, key in (keys.extra or {}).items() if key in meta}
    parent = text_of(raw, "parent_id")
    if parent not in ("", "0"):
        extra["parent_id"] = parent
    extra |= _counted_elsewhere(raw, meta, keys)
    if any(meta.get(key) == value for key, value in (keys.test_marks or {}).items()):
        extra["test"] = "yes"
    coupons = [code for coupon in tables_of(raw, "coupon_lines") if (code := text_of(coupon, "code"))]
    if coupons:
        extra["coupons"] = ",".join(coupons)
    return extra


def _counted_elsewhere(raw: Json, meta: Mapping[str, str], keys: MetaKeys) -> dict[str, str]:
    """A marketplace splits one sale into a parent and its sellers' parts: both together would double it."""
    parent = text_of(raw, "parent_id")
    is_part = parent not in ("", "0")
    if is_part and not keys.takes_parts:
        return {COUNTED_IN: parent}
    if keys.takes_parts and not is_part and any(key in meta for key in keys.has_parts):
        return {COUNTED_IN: "its parts"}
    return {}
