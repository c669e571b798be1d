"""A PrestaShop order becomes a canonical order. Pure: no clock, no network.

What the shop stored is carried. The total is `total_paid_tax_incl`; cart rules that are gift cards are added to it, as
payments. Fields that are not asked for by name are left aside, so that private messages (ours are among them), tracking
numbers and invoices make no revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.domain.contract import Line, Order, Payment, PaymentState, Totals
from bridge.domain.problems import Problem
from bridge.stores.base import StoreOrder
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.discounts import Rule, money_paid_in, rules_of, with_discounts
from bridge.stores.prestashop.ecotax import levies_of, shares_of, without
from bridge.stores.prestashop.lines import charge_lines, details_of, product_lines
from bridge.stores.prestashop.parties import billing_of, delivery_of, field_of, first_filled, pickup_point_of
from bridge.stores.prestashop.parts import OrderParts, plain
from bridge.stores.prestashop.payments import SIBLINGS, Paid, card_parts, paid_of, refunds_of
from bridge.stores.prestashop.rates import ZERO
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.prestashop.states import CANCELED, FAILED, REFUNDED, fulfilment_of, status_of
from bridge.stores.prestashop.xml import Part
from bridge.stores.prestashop.zone import moment_of
from bridge.stores.problems import ORDER_MALFORMED
from bridge.stores.raw import Unreadable, number_of
from bridge.stores.sums import tax_by_rate


def store_order(store: str, parts: OrderParts, keys: FieldKeys, zone: ZoneInfo) -> StoreOrder:
    """One order of a page. What cannot be read becomes a problem of this order alone."""
    known = parts.order.key or "without id"
    try:
        order = order_of(store, parts, keys, zone)
    except Unreadable as error:
        return StoreOrder(known, parts.original(), None, problem_of(store, known, str(error)))
    return StoreOrder(known, parts.original(), order)


def problem_of(store: str, known: str, what: str) -> Problem:
    """The problem of one order that cannot be read."""
    return ORDER_MALFORMED.problem(order=known, store=store, what=what)


def order_of(store: str, parts: OrderParts, keys: FieldKeys, zone: ZoneInfo) -> Order:
    """The canonical order. Raises Unreadable naming the field."""
    order, money = parts.order, Money.of(parts)
    currency = parts.one("currencies", order["id_currency"])
    rules = rules_of(parts, money)
    cards = money_paid_in(rules, keys.gift_card_codes)
    sold = product_lines(parts, money)
    levies = levies_of(sold, parts, money)
    goods = without(sold, levies, money)
    charges = charge_lines(parts, money, goods, shares_of(sold, levies, money))
    lines = with_discounts(goods, charges, rules, cards, parts, money)
    total = money.read(parts.order, "total_paid_tax_incl")
    paid = paid_of(parts, money, total, zone)
    refunds = refunds_of(parts, money, lines, levies, zone)
    totals = _totals(parts, lines, money, cards, paid, sum((refund.amount for refund in refunds), ZERO))
    status = status_of(parts, keys.states or {})
    return Order(
        store=store,
        store_order_id=order.key,
        number=_number(parts),
        created_at=_required(order, "date_add", zone),
        updated_at=_required(order, "date_upd", zone),
        currency=currency["iso_code"] if currency is not None else "",
        currency_digits=money.digits,
        locale=_locale(parts),
        status=status,
        cancelled=status == CANCELED,
        customer_note=_note(parts),
        warehouse=_warehouse(lines),
        channel=order["id_shop"],
        tax_exempt=_is_exempt(parts, totals),
        buyer_order_number=first_filled(parts, keys.buyer_order_number),
        payment=_payment(parts, totals, paid, cards, status),
        fulfilment_status=fulfilment_of(parts),
        shipping_method=_carrier(parts),
        pickup_point_id=pickup_point_of(parts, keys),
        billing=billing_of(parts, keys),
        delivery=delivery_of(parts, keys),
        lines=lines,
        totals=totals,
        refunds=refunds,
        extra=_extra(parts, keys, [rule for rule in rules if rule not in cards], money),
    )


def _totals(
    parts: OrderParts, lines: Sequence[Line], money: Money, cards: Sequence[Rule], paid: Paid, refunded: Decimal
) -> Totals:
    """The order's sums: the shop's total is the truth, and what rounding explains of the gap is rounding."""
    of_cards = sum((card.gross for card in cards), ZERO)
    gross = money.read(parts.order, "total_paid_tax_incl") + of_cards
    net_of_cards = sum((card.net for card in cards), ZERO)
    told = gross - money.read(parts.order, "total_paid_tax_excl") - net_of_cards
    tax = sum((line.tax for line in lines), ZERO)
    gap = gross - sum((line.gross for line in lines), ZERO)
    allowed = money.minor * (_roundings(parts, money) + _rules_apart(parts, money, cards))
    shipping = money.read(parts.order, "total_shipping_tax_excl")
    return Totals(
        net=sum((line.net for line in lines), ZERO),
        tax=tax if abs(told - tax) <= allowed else told,
        gross=gross,
        discount=money.read(parts.order, "total_discounts_tax_excl") - net_of_cards,
        shipping=shipping,
        rounding=gap if abs(gap) <= allowed else ZERO,
        paid=paid.amount + of_cards,
        due=gross - paid.amount - of_cards,
        refunded=refunded,
        by_rate=tax_by_rate(lines),
    )


def _rules_apart(parts: OrderParts, money: Money, cards: Sequence[Rule]) -> int:
    """How many cart rules were rounded apart from the header's sum of them; none where they make it."""
    of_cards = sum((card.gross for card in cards), ZERO)
    rules = [rule for rule in rules_of(parts, money) if rule not in cards]
    apart = money.read(parts.order, "total_discounts_tax_incl") - of_cards - sum((rule.gross for rule in rules), ZERO)
    return len(rules) if apart else 0


def _roundings(parts: OrderParts, money: Money) -> int:
    """How many amounts were rounded on the way: all, where the shop rounds its totals alone; else only unround ones."""
    details = details_of(parts)
    if money.rounds_totals_only:
        return len(details)
    names = ("total_price_tax_excl", "total_price_tax_incl")
    return sum(1 for part in details if not all(money.is_whole(number_of(part.values, name)) for name in names))


def _payment(parts: OrderParts, totals: Totals, paid: Paid, cards: Sequence[Rule], status: str) -> Payment:
    return Payment(
        method=parts.order["module"],
        state=_payment_state(totals, status),
        transaction_id=paid.transaction_id,
        paid_at=paid.paid_at,
        parts=(*paid.parts, *card_parts(cards)),
    )


def _payment_state(totals: Totals, status: str) -> PaymentState:
    if status == REFUNDED or (totals.refunded > 0 and totals.refunded >= totals.gross):
        return PaymentState.REFUNDED
    if status == FAILED:
        return PaymentState.FAILED
    if totals.due > 0 or totals.paid == 0 < totals.gross:
        return PaymentState.UNPAID
    return PaymentState.PARTIALLY_REFUNDED if totals.refunded > 0 else PaymentState.PAID


def _number(parts: OrderParts) -> str:
    """The reference; where several orders of one cart share it, with the shop's own `#2` behind it."""
    order = parts.order
    of_cart = [part.key for part in parts.all(SIBLINGS) if part["id_cart"] == order["id_cart"]]
    numbers = sorted(int(key) for key in of_cart if key.isascii() and key.isdigit())
    if len(numbers) > 1 and order["reference"] and order.key in of_cart:
        return f"{order['reference']}#{int(order.key) + 1 - numbers[0]}"
    return order["reference"] or order.key


def _required(part: Part, name: str, zone: ZoneInfo) -> datetime:
    moment = moment_of(part[name], zone, name)
    if moment is None:
        raise Unreadable(f"{name} is missing")
    return moment


def _locale(parts: OrderParts) -> str:
    language = parts.one("languages", parts.order["id_lang"])
    return (language["locale"] or language["iso_code"]) if language is not None else ""


def _note(parts: OrderParts) -> str:
    """What the buyer wrote at the checkout: the first message that is neither private nor an employee's."""
    told = [part for part in parts.all("messages") if part["private"] != "1" and part["id_employee"] in ("", "0")]
    return plain(told[0]["message"]) if told else ""


def _warehouse(lines: Sequence[Line]) -> str:
    """The warehouse of the order where all its goods have the same."""
    found = {line.warehouse for line in lines if line.sku or line.warehouse}
    return found.pop() if len(found) == 1 else ""


def _is_exempt(parts: OrderParts, totals: Totals) -> bool:
    """A buyer of another country with a VAT id, and no tax: the shop left it off because of who he is."""
    address = parts.one("addresses", parts.order["id_address_invoice"])
    if address is None or not address["vat_number"] or not totals.gross or totals.tax:
        return False
    return bool(address["id_country"]) and address["id_country"] != parts.setting("PS_COUNTRY_DEFAULT")


def _carrier(parts: OrderParts) -> str:
    """The carrier's steady number: its id changes whenever somebody edits it."""
    carrier = parts.one("carriers", parts.order["id_carrier"])
    return (carrier["id_reference"] or carrier.key) if carrier is not None else ""


def _extra(parts: OrderParts, keys: FieldKeys, rules: Sequence[Rule], money: Money) -> dict[str, str]:
    """Named raw fields: only what is there, and only what stands still."""
    extra = {name: text for name, key in (keys.extra or {}).items() if (text := field_of(parts, key))}
    marks: Mapping[str, str] = keys.test_marks or {}
    if any(field_of(parts, key) == value for key, value in marks.items()):
        extra["test"] = "yes"
    if rules:
        extra["coupons"] = ",".join(rule.code or rule.name for rule in rules)
    if parts.order["gift"] == "1" and parts.order["gift_message"]:
        extra["gift_message"] = parts.order["gift_message"]
    ecotax = sum((number_of(part.values, "ecotax") * number_of(part.values, "product_quantity")
                  for part in details_of(parts)), ZERO)  # fmt: skip
    if ecotax:  # inside the prices: for information only
        extra["ecotax"] = str(money.rounded(ecotax))
    return extra
