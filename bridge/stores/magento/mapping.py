"""A Magento order becomes a canonical order. Pure: no clock, no network.

What the shop stored is carried; nothing is recomputed that is there. The grand total is already less by gift cards and
store credit, which are payments here. The status history is left aside, so that our own comment makes no revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.contract import Line, LineKind, Order, Refund, Totals
from bridge.domain.money import minor_unit, rounded
from bridge.stores.base import StoreOrder
from bridge.stores.currencies import usual_digits
from bridge.stores.magento.charges import FeePath, charges_of, shipping_of
from bridge.stores.magento.lines import ORDERED, Reading, goods_of, shipped_word
from bridge.stores.magento.money import Money, exact
from bridge.stores.magento.parties import PartyFields, billing_of, delivery_of
from bridge.stores.magento.parts import Parts
from bridge.stores.magento.paths import first_at, text_at
from bridge.stores.magento.payments import credits_of, payment_of
from bridge.stores.magento.refunds import refunds_of
from bridge.stores.magento.taxes import taxes_of
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import Json, Unreadable, key_of, required_moment, table_of, tables_of, text_of
from bridge.stores.sums import rounding_explains, tax_by_rate

CANCELLED_STATES = frozenset({"canceled"})
CORE_DIGITS = 2
CHAIN_LOST = (
    "it was edited more than once in the admin, and the orders that it replaces were deleted there: under which id the "
    "ERP may have it cannot be known"
)
HEADER_AMOUNTS = ("grand_total", "subtotal", "tax_amount", "shipping_amount", "discount_amount")


@dataclass(frozen=True, slots=True)
class Fields:
    """How a shop's orders are read: its money, and the paths of what its modules add."""

    money: Money
    party: PartyFields
    pickup_point: tuple[str, ...] = ()
    buyer_order_number: tuple[str, ...] = ()
    gift: tuple[str, ...] = ()
    fees: Mapping[str, FeePath] = field(default_factory=dict)
    test_marks: Mapping[str, str] = field(default_factory=dict)  # path -> value that marks a test order
    exempt_groups: frozenset[str] = frozenset()  # customer groups that are charged no tax
    extra: Mapping[str, str] = field(default_factory=dict)  # name in `extra` -> path


def store_order(store: str, parts: Parts, original: bytes, fields: Fields) -> StoreOrder:
    """One order of a page. What cannot be read becomes a problem of this order alone."""
    known = parts.store_order_id
    try:
        if not isinstance(parts.order, dict):
            raise Unreadable("it is not a group of fields")
        if not known:
            raise Unreadable("entity_id is missing")
        if parts.first and not text_of(parts.first, "increment_id"):
            raise Unreadable(CHAIN_LOST)
        return StoreOrder(known, original, order_of(store, parts, fields))
    except Unreadable as error:
        named = known or "without id"
        problem = ORDER_MALFORMED.problem(order=named, store=store, what=str(error))
        return StoreOrder(named, original, None, problem)


def order_of(store: str, parts: Parts, fields: Fields) -> Order:
    """The canonical order. Raises Unreadable naming the field."""
    raw: Json = parts.order
    money = fields.money
    digits = _digits(raw, money)
    cancelled = text_of(raw, "state") in CANCELLED_STATES
    reading = Reading(money, digits, taxes_of(raw), fields.gift, cancelled)
    goods = goods_of(raw, reading)
    lines = (*goods.lines, *charges_of(raw, goods, reading, fields.fees))
    refunds = refunds_of(parts.memos, raw, money, digits, lines, goods)
    totals = _totals(raw, money, lines, refunds, digits, cancelled)
    return Order(
        store=store,
        store_order_id=parts.store_order_id,
        number=key_of(raw, "increment_id"),
        created_at=required_moment(_first_with_a_time(parts) or raw, "created_at"),
        updated_at=required_moment(raw, "updated_at"),
        currency=money.currency(raw),
        currency_digits=digits,
        status=text_of(raw, "status") or text_of(raw, "state"),
        cancelled=cancelled,
        customer_note=text_of(raw, "customer_note"),
        channel=text_of(raw, "store_id"),
        tax_exempt=_is_exempt(raw, totals, fields),
        money=money.word,
        buyer_order_number=first_at(raw, fields.buyer_order_number),
        payment=payment_of(raw, money, parts.invoices, totals.gross, totals.due, totals.refunded),
        fulfilment_status=shipped_word(raw),
        shipping_method=text_of(shipping_of(raw), "method"),
        pickup_point_id=first_at(raw, fields.pickup_point),
        billing=billing_of(raw, fields.party),
        delivery=delivery_of(raw, fields.party),
        lines=lines,
        totals=totals,
        refunds=refunds,
        extra=_extra(raw, parts, fields),
    )


def _first_with_a_time(parts: Parts) -> Json | None:
    """The first of an edited order's chain; of one that was deleted in the shop only id and number are known."""
    return parts.first if parts.first and parts.first.get("created_at") else None


def _digits(raw: Json, money: Money) -> int:
    """The currency's digits as the shop uses them.

    Magento rounds to two decimals in any currency: a shop that computes taxes of yen has two, and one of dinars has
    two unless a module brought it a third.
    """
    currency = money.currency(raw)
    if not currency:
        raise Unreadable("the currency is missing")
    if raw.get(money.name("grand_total")) in (None, ""):
        raise Unreadable(f"{money.name('grand_total')} is missing")
    usual = usual_digits(currency)
    if usual == CORE_DIGITS:
        return usual
    amounts = [money.of(raw, name) for name in HEADER_AMOUNTS]
    amounts += [money.of(item, name) for item in tables_of(raw, "items") for name in ORDERED]
    fewest, most = sorted((usual, CORE_DIGITS))
    return fewest if all(amount == rounded(amount, fewest) for amount in amounts) else most


def _totals(
    raw: Json, money: Money, lines: Sequence[Line], refunds: Sequence[Refund], digits: int, cancelled: bool
) -> Totals:
    credit = sum((part.amount for part in credits_of(raw, money)), Decimal(0))
    gross = rounded(money.of(raw, "grand_total") + credit, digits)
    if not cancelled:
        gross -= rounded(money.of(raw, "total_canceled"), digits)  # what was cancelled of an order that went on
    paid = rounded(money.of(raw, "total_paid") + credit, digits)
    told_back = sum((refund.amount for refund in refunds), Decimal(0))
    return Totals(
        net=sum((line.net for line in lines), Decimal(0)),
        tax=_tax(raw, money, lines, digits),
        gross=gross,
        discount=sum((line.discount for line in lines), Decimal(0)),
        shipping=sum((line.net for line in lines if line.kind is LineKind.SHIPPING), Decimal(0)),
        rounding=_rounding(gross, lines, digits),
        paid=paid,
        due=gross - paid,
        refunded=told_back or rounded(money.of(raw, "total_refunded"), digits),
        by_rate=tax_by_rate(lines),
    )


def _rounding(gross: Decimal, lines: Sequence[Line], digits: int) -> Decimal:
    """What rounding explains of the gap between lines and total; a larger gap stays for the checks."""
    gap = gross - sum((line.gross for line in lines), Decimal(0))
    return gap if rounding_explains(gap, lines, minor_unit(digits)) else Decimal(0)


def _tax(raw: Json, money: Money, lines: Sequence[Line], digits: int) -> Decimal:
    """Tax of the lines; where rounding does not explain the shop's other sum, that one, for the checks to find."""
    of_lines = sum((line.tax for line in lines), Decimal(0))
    if money.of(raw, "total_canceled"):
        return of_lines  # the header keeps the tax of what was ordered
    told = rounded(money.of(raw, "tax_amount"), digits)
    return of_lines if rounding_explains(told - of_lines, lines, minor_unit(digits)) else told


def _is_exempt(raw: Json, totals: Totals, fields: Fields) -> bool:
    """No tax although something was sold, and the buyer's group or his checked VAT id says why."""
    if totals.tax != 0 or totals.gross == 0:
        return False
    addresses = (table_of(raw, "billing_address"), table_of(shipping_of(raw), "address"))
    checked = any(text_of(address, "vat_is_valid") == "1" for address in addresses)
    return checked or text_of(raw, "customer_group_id") in fields.exempt_groups


def _extra(raw: Json, parts: Parts, fields: Fields) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    told = {
        "coupons": text_of(raw, "coupon_code"),
        "customer_group": text_of(raw, "customer_group_id"),
        "replaces": text_of(parts.first, "increment_id") if parts.first else "",
        "company_account": text_at(raw, "extension_attributes.company_order_attributes.company_name"),
        "gift_message": text_at(raw, "extension_attributes.gift_message.message"),
        **{name: text_at(raw, path) for name, path in fields.extra.items()},
    }
    if any(text_at(raw, path) == value for path, value in fields.test_marks.items()):
        told["test"] = "yes"
    rate = exact(raw, "base_to_order_rate")
    if rate not in (0, 1):
        told["base_to_order_rate"] = f"{rate:f}"
    return {name: text for name, text in told.items() if text}
