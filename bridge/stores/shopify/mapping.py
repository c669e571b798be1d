"""A Shopify order becomes a canonical order. Pure: no clock, no network.

Of Shopify's two families of figures the current one counts (after edits), with refunds that paid money back beside it:
what is exported first is what the buyer is to get, and what went back later is told as a refund. The shop's total is
the truth; where the lines do not make it, the gap stays for the checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.contract import CASH_ROUNDING, Line, Order, Totals
from bridge.domain.money import minor_unit
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded, one_line
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import (
    Json,
    Unreadable,
    key_of,
    moment_of,
    number_of,
    required_moment,
    table_of,
    tables_of,
    verbatim_of,
)
from bridge.stores.shopify.ids import order_id_of
from bridge.stores.shopify.lines import lines_of, tip_line
from bridge.stores.shopify.money import Side, digits_of, is_converted
from bridge.stores.shopify.paid import Paid, cash_rounding, paid_of, received_before_rounding
from bridge.stores.shopify.parties import (
    attributes_of,
    billing_of,
    company_extra,
    delivery_of,
    pickup_point_of,
)
from bridge.stores.shopify.parts import assembled
from bridge.stores.shopify.payments import payment_of
from bridge.stores.shopify.returns import Returns, exchanged, is_all_back, refunds_of, returns_of
from bridge.stores.shopify.settings import Reading
from bridge.stores.sums import rounding_explains, tax_by_rate

# `displayFinancialStatus`: the one word of the admin that says where an order stands.
STATUSES = frozenset(
    {"AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED", "VOIDED"}
)
ZERO = Decimal(0)


def mapped(store: str, text: str, reading: Reading, known: str = "") -> StoreOrder:
    """The order of one original. What cannot be read becomes a problem of this order alone.

    known: its id, where the original may not tell it.
    """
    try:
        raw = decoded(text)
        known = _order_id(table_of(raw, "order")) if isinstance(raw, dict) else known
        order = order_of(store, raw, reading)
    except (Unreadable, ValueError) as error:
        what = str(error) if isinstance(error, Unreadable) else "it breaks off or is not JSON"
        known = known or "without id"
        problem = ORDER_MALFORMED.problem(order=known, store=store, what=what)
        return StoreOrder(known, one_line(text), None, problem)
    return StoreOrder(known, one_line(text), order)


def order_of(store: str, raw: Any, reading: Reading) -> Order:
    """The canonical order of `{"order", "parts"}`. Raises Unreadable naming the field."""
    if not isinstance(raw, dict):
        raise Unreadable("it is not a group of fields")
    order, side = assembled(raw), Side(reading.money)
    told = (side.required(order, "currentTotalPriceSet"), side.of(order, "totalReceivedSet"))
    currency, is_gross = side.currency(order), order.get("taxesIncluded") is True
    digits = digits_of(currency, (*told, side.of(order, "totalPriceSet")))
    coins = _coins(order, digits)
    returns = _returns(order, side, coins)
    lines, positions = lines_of(order, side, digits, returns, reading.gift)
    gross = _gross(order, side, returns, lines)
    lines = _with_tip(lines, tip_line(order, side, len(lines) + 1), gross)
    paid, items = paid_of(order, side, returns, gross, coins), tables_of(order, "lineItems")
    totals = _totals(lines, gross, paid, digits, is_converted(order))
    is_settled = paid.amount >= gross or _is_settled(order, side.other)
    return Order(
        store=store,
        store_order_id=_order_id(order),
        number=verbatim_of(order, "name") or _order_id(order),
        created_at=required_moment(order, "createdAt"),
        updated_at=required_moment(order, "updatedAt"),
        currency=currency,
        currency_digits=digits,
        locale=verbatim_of(order, "customerLocale"),
        status=verbatim_of(order, "displayFinancialStatus"),
        cancelled=moment_of(order, "cancelledAt") is not None,
        customer_note=verbatim_of(order, "note"),
        channel=verbatim_of(order, "sourceName"),
        tags=_tags(order, reading.own_tag),
        tax_exempt=order.get("taxExempt") is True and totals.tax == 0,
        money=reading.money,
        buyer_order_number=verbatim_of(order, "poNumber"),
        payment=payment_of(order, paid.parts, totals, is_settled, paid.is_all_back(gross, items, coins), side),
        fulfilment_status=verbatim_of(order, "displayFulfillmentStatus"),
        shipping_method=_shipping_method(order),
        pickup_point_id=pickup_point_of(order, reading),
        billing=billing_of(order, reading),
        delivery=delivery_of(order),
        lines=lines,
        totals=totals,
        refunds=paid.by_payment(refunds_of(paid.returns, positions, is_gross, items), side),
        extra=_extra(order, side, reading),
    )


def _order_id(order: Json) -> str:
    """The order's number. Raises Unreadable for what has no id of an order."""
    order_id = order_id_of(key_of(order))
    if order_id is None:
        raise Unreadable("id is not the id of an order")
    return order_id


def _coins(order: Json, digits: int) -> Decimal:
    """What a conversion may make payments and worth miss each other: a coin for each piece that was sold."""
    if not is_converted(order):
        return ZERO
    return minor_unit(digits) * sum((number_of(item, "quantity") for item in tables_of(order, "lineItems")), ZERO)


def _returns(order: Json, side: Side, coins: Decimal) -> Returns:
    """What went back. A cancelled order of which nothing would be left is told as it was sold."""
    returns, items = returns_of(order, side), tables_of(order, "lineItems")
    if moment_of(order, "cancelledAt") is None:
        if is_all_back(returns, items):
            return returns  # exchanged for nothing
        current, is_gross = side.required(order, "currentTotalPriceSet"), order.get("taxesIncluded") is True
        return exchanged(returns, is_gross, current, received_before_rounding(order, side), coins)
    gone = {line_id: share.quantity for line_id, share in returns.removed.items()}
    if all(gone.get(key_of(item), ZERO) >= number_of(item, "quantity") for item in items):
        return Returns({}, returns.paid_back, is_as_sold=True)
    return returns


def _gross(order: Json, side: Side, returns: Returns, lines: Sequence[Line]) -> Decimal:
    """The order's worth by the shop's own total: the current one, and what refunds took out of it again.

    Whether money that was paid back without naming a line lowers the current total is not documented: of the two
    readings the one counts that fits the lines.
    """
    if returns.is_as_sold:
        return side.required(order, "totalPriceSet")
    tip, is_gross = side.of(order, "totalTipReceivedSet"), order.get("taxesIncluded") is True
    named = returns.worth(is_gross)
    told = side.required(order, "currentTotalPriceSet") + named
    of_lines = sum((line.gross for line in lines), ZERO)
    unnamed = returns.amount - named
    if unnamed and told + unnamed in (of_lines, of_lines + tip):
        return told + unnamed
    return told


def _with_tip(lines: tuple[Line, ...], tip: Line | None, gross: Decimal) -> tuple[Line, ...]:
    """The tip as a line of its own, unless the point of sale has already sold it as one."""
    of_lines = sum((line.gross for line in lines), ZERO)
    return lines if tip is None or of_lines == gross else (*lines, tip)


def _is_settled(order: Json, other: Side) -> bool:
    """Whether the buyer has paid all by the other currency: a conversion may miss a coin in ours."""
    if not is_converted(order) or not table_of(table_of(order, "totalReceivedSet"), f"{other.word}Money"):
        return False
    paid = other.of(order, "totalReceivedSet")
    return 0 < other.required(order, "currentTotalPriceSet") + returns_of(order, other).amount <= paid


def _rounding(gap: Decimal, lines: Sequence[Line], minor: Decimal, converted: bool) -> Decimal:
    """What rounding explains of the gap between lines and total: a coin for each taxed line or each converted piece."""
    pieces = sum((max(line.quantity, Decimal(1)) for line in lines), ZERO)
    explained = rounding_explains(gap, lines, minor) or (converted and abs(gap) <= pieces * minor)
    return gap if explained else ZERO


def _totals(lines: tuple[Line, ...], gross: Decimal, paid: Paid, digits: int, converted: bool) -> Totals:
    """The sums, with what cash was rounded by: gross is without it."""
    gap = gross - sum((line.gross for line in lines), ZERO)
    return Totals(
        net=sum((line.net for line in lines), ZERO),
        tax=sum((line.tax for line in lines), ZERO),
        gross=gross + paid.rounding,
        discount=sum((line.discount for line in lines), ZERO),
        shipping=sum((line.net for line in lines if line.kind == "shipping"), ZERO),
        rounding=_rounding(gap, lines, minor_unit(digits), converted) + paid.rounding,
        paid=paid.amount + paid.rounding,
        due=gross - paid.amount,
        refunded=paid.returns.amount,
        by_rate=tax_by_rate(lines),
    )


def _shipping_method(order: Json) -> str:
    """The code of the first shipping line, else its title."""
    first: Json = next(iter(tables_of(order, "shippingLines")), {})
    return verbatim_of(first, "code") or verbatim_of(first, "title")


def _tags(order: Json, own_tag: str) -> tuple[str, ...]:
    """The labels of the order, without the one that we set."""
    tags = order.get("tags")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise Unreadable("tags is not a list of texts")
    return tuple(tag for tag in tags or () if tag.lower() != own_tag.lower())


def _extra(order: Json, side: Side, reading: Reading) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    attributes = attributes_of(order)
    extra = {name: attributes[key.lower()] for name, key in reading.extra.items() if key.lower() in attributes}
    extra |= company_extra(order)
    if order.get("test") is True:
        extra["test"] = "yes"
    codes = order.get("discountCodes")
    if isinstance(codes, list) and codes:
        extra["coupons"] = ",".join(str(code) for code in codes)
    if rounding := cash_rounding(order, side):
        extra[CASH_ROUNDING] = str(rounding)
    taxed = (*tables_of(order, "lineItems"), *tables_of(order, "shippingLines"))
    liable = sum((_liable(item, side) for item in taxed), ZERO)
    if liable:
        extra["channel_tax"] = str(liable)
    return extra


def _liable(item: Json, side: Side) -> Decimal:
    """The tax of a line that the channel (a marketplace) itself pays to the state."""
    rows = (row for row in tables_of(item, "taxLines") if row.get("channelLiable") is True)
    return sum((side.of(row, "priceSet") for row in rows), ZERO)
