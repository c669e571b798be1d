"""What was paid for a PrestaShop order, and what was given back.

Payments hang on the order's reference, which all orders of one cart share: they count for each of them only where they
cover all. Evidence of payment are rows of `order_payments`; without any, the flag `paid` of the order's state. A slip
is a refund with its lines. Its `amount` is net or gross of its goods, by the shop's settings; where it is neither, an
employee typed it, and no line explains it. A voucher that was kept back is off the slip's total, not off its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.domain.contract import Line, LineKind, PaymentPart, Refund, RefundLine
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.discounts import Rule
from bridge.stores.prestashop.ecotax import Levy, parted
from bridge.stores.prestashop.lines import details_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.rates import ZERO
from bridge.stores.prestashop.xml import Part
from bridge.stores.prestashop.zone import moment_of
from bridge.stores.raw import Unreadable, number_of

SIBLINGS = "siblings"  # all orders with the same reference, this one included
CHOSEN_OR_SHIPPING = "2"  # the shop writes it for an amount that somebody typed, and for any slip with shipping
GIFT_CARD = "gift_card"


@dataclass(frozen=True, slots=True)
class Paid:
    """What came in. amount: without gift cards."""

    amount: Decimal
    parts: tuple[PaymentPart, ...]
    paid_at: datetime | None
    transaction_id: str


def paid_of(parts: OrderParts, money: Money, total: Decimal, zone: ZoneInfo) -> Paid:
    """The payments of one order. total: what is left to pay after gift cards."""
    rows = [part for part in parts.all("order_payments") if number_of(part.values, "amount") > 0]
    siblings = parts.all(SIBLINGS)
    shared = len(siblings) > 1
    came = _came_in(parts, money, rows, shared)
    if shared and came is not None:
        due = sum((money.read(part, "total_paid_tax_incl") for part in siblings), ZERO)
        came = total if came and came >= due else ZERO
    amount = came or ZERO
    if not amount and (came is None or not rows) and _state_is_paid(parts):
        amount = total
    counted = rows if amount else []
    dates = [moment for part in counted if (moment := moment_of(part["date_add"], zone, "payment: date_add"))]
    named = () if shared else tuple(_part(part, parts, money) for part in counted if _same_currency(part, parts))
    transaction = next((part["transaction_id"] for part in counted if part["transaction_id"]), "")
    return Paid(amount, named, max(dates, default=None), transaction)


def card_parts(cards: Sequence[Rule]) -> tuple[PaymentPart, ...]:
    """Gift cards and store credit; their codes are worth money and stay in the shop."""
    return tuple(PaymentPart(method=GIFT_CARD, amount=card.gross) for card in cards)


def refunds_of(
    parts: OrderParts, money: Money, lines: Sequence[Line], levies: Mapping[int, Levy], zone: ZoneInfo
) -> tuple[Refund, ...]:
    """The credit slips, and payments that went back where no slip tells of them."""
    found = [_refund(slip, parts, money, lines, levies, zone) for slip in parts.all("order_slip")]
    if found:
        return tuple(found)
    back = [part for part in parts.all("order_payments") if number_of(part.values, "amount") < 0]
    if len(parts.all(SIBLINGS)) > 1:
        back = []
    return tuple(
        Refund(
            refund_id=f"payment-{part.key}",
            refunded_at=moment_of(part["date_add"], zone, "payment: date_add"),
            amount=-money.read(part, "amount", "payment: "),
        )
        for part in back
    )


def _came_in(parts: OrderParts, money: Money, rows: Sequence[Part], shared: bool) -> Decimal | None:
    """The sum of payments; where one was made in another currency, what the shop made of it.

    None where that cannot be known: of several orders with one reference the shop adds all money to the last.
    """
    if all(_same_currency(part, parts) for part in rows):
        return sum((money.read(part, "amount", "payment: ") for part in rows), ZERO)
    return None if shared else money.read(parts.order, "total_paid_real")


def _same_currency(part: Part, parts: OrderParts) -> bool:
    return part["id_currency"] == parts.order["id_currency"]


def _state_is_paid(parts: OrderParts) -> bool:
    state = parts.one("order_states", parts.order["current_state"])
    return state is not None and state["paid"] == "1"


def _part(part: Part, parts: OrderParts, money: Money) -> PaymentPart:
    """A payment; its row holds the name that the module shows, which is the order's own module where it is the same."""
    named = part["payment_method"]
    method = parts.order["module"] if named == parts.order["payment"] else named
    return PaymentPart(
        method=method, amount=money.read(part, "amount", "payment: "), transaction_id=part["transaction_id"]
    )


def _refund(
    slip: Part, parts: OrderParts, money: Money, lines: Sequence[Line], levies: Mapping[int, Levy], zone: ZoneInfo
) -> Refund:
    where = "credit slip: "
    net, products = (money.read(slip, f"total_products_tax_{word}", where) for word in ("excl", "incl"))
    shipping = money.read(slip, "total_shipping_tax_incl", where)
    amount = money.read(slip, "amount", where)
    if not (products or shipping):  # before 1.6.0.10 a slip had no totals
        products, shipping = amount, money.read(slip, "shipping_cost_amount", where)
    elif slip["order_slip_type"] == CHOSEN_OR_SHIPPING and amount not in (net, products):
        products = amount
    if products + shipping < 0:
        raise Unreadable(f"{where}its amount is negative")
    given = _given_back(slip, parts, money, lines, levies)
    apart = abs(sum((line.gross for line in given), ZERO) - products)
    return Refund(
        refund_id=slip.key,
        refunded_at=moment_of(slip["date_add"], zone, f"{where}date_add"),
        amount=products + shipping,
        lines=(given if apart <= money.minor * len(given) else ()) + _shipping_back(slip, money, lines),
    )


def _given_back(
    slip: Part, parts: OrderParts, money: Money, lines: Sequence[Line], levies: Mapping[int, Levy]
) -> tuple[RefundLine, ...]:
    positions = {part.key: place for place, part in enumerate(details_of(parts), start=1)}
    found: list[RefundLine] = []
    for row in slip.lists.get("order_slip_details", ()):
        position = positions.get(row.get("id_order_detail", "").strip())
        if position is None:  # the line was deleted since: the amount stands without it
            continue
        net, gross = (money.rounded(number_of(row, f"amount_tax_{word}", "credit slip: ")) for word in ("excl", "incl"))
        pieces = number_of(row, "product_quantity", "credit slip: ")
        back = RefundLine(position=position, quantity=pieces, net=net, tax=gross - net, gross=gross)
        found += parted(back, lines, levies.get(position), money)
    return tuple(found)


def _shipping_back(slip: Part, money: Money, lines: Sequence[Line]) -> tuple[RefundLine, ...]:
    """All of the shipping, or a part of its one line; a part of several lines names none."""
    net, gross = (money.read(slip, f"total_shipping_tax_{word}", "credit slip: ") for word in ("excl", "incl"))
    shipping = [line for line in lines if line.kind is LineKind.SHIPPING]
    if not shipping or not (net or gross):
        return ()
    if len(shipping) == 1:
        return (RefundLine(position=shipping[0].position, net=net, tax=gross - net, gross=gross),)
    if (net, gross) != (sum(line.net for line in shipping), sum(line.gross for line in shipping)):
        return ()
    return tuple(RefundLine(position=line.position, net=line.net, tax=line.tax, gross=line.gross) for line in shipping)
