"""What of a WooCommerce order was paid by gift card or store credit, whichever plugin took it.

The shop's total is already less by such a payment, the order's value is not. The official plugin lists its cards;
others leave an amount in the order's meta, write a negative fee, or spend credit as a coupon. A coupon lowers either
the total alone or the lines too. So what is mapped is the order as it was sold: without those fees, with its lines as
before such a coupon, and with a total that nothing was paid of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from bridge.domain.contract import PaymentPart
from bridge.domain.money import rounded
from bridge.stores.raw import Json, Unreadable, meta_of, meta_rows, number_of, tables_of, text_of
from bridge.stores.woocommerce.settings import MetaKeys

GIFT_CARD, STORE_CREDIT = "gift_card", "store_credit"  # the contract's own names
ZERO = Decimal(0)
FLOAT_NOISE = Decimal("0.000001")
TOGETHER = "store credit and a coupon both lowered its lines, and the shop does not say by how much each"


@dataclass(frozen=True, slots=True)
class Sold:
    """An order as it was sold, and what was paid of it so. Amounts only, never the code of a card or coupon."""

    order: Json
    credits: tuple[PaymentPart, ...] = ()
    coupons: tuple[str, ...] = ()  # codes of those that are discounts

    @property
    def credit(self) -> Decimal:
        return sum((part.amount for part in self.credits), ZERO)


def as_sold(order: Json, meta: Mapping[str, str], keys: MetaKeys, digits: int) -> Sold:
    """The order before gift cards and store credit. Raises Unreadable where it cannot be known."""
    coupons = tables_of(order, "coupon_lines")
    spent = [coupon for coupon in coupons if _is_credit_coupon(coupon, keys)]
    codes = tuple(code for coupon in coupons if coupon not in spent and (code := text_of(coupon, "code")))
    fees = [fee for fee in tables_of(order, "fee_lines") if _is_credit_fee(fee, keys)]
    cards = [number_of(card, "amount", "gift card: ") for card in tables_of(order, "gift_cards")]
    kept = [abs(number_of(meta, key, "gift card: ")) for key in keys.gift_cards if key in meta]
    total = number_of(order, "total")
    exact = without_noise(total, digits)
    if not (spent or fees or cards or kept):
        return Sold(order if exact == total else {**order, "total": exact}, coupons=codes)
    sold = {**order, "total": exact}
    sold["fee_lines"] = [fee for fee in tables_of(order, "fee_lines") if fee not in fees]
    sold["total_tax"] = number_of(order, "total_tax") - _sum(fees, "total_tax")
    certain = [
        *(PaymentPart(method=GIFT_CARD, amount=amount) for amount in cards),
        *(PaymentPart(method=STORE_CREDIT, amount=-_with_tax(fee, "total")) for fee in fees),
    ]
    paid = exact + sum((part.amount for part in certain), ZERO)
    by_coupon = sum((_with_tax(coupon, "discount") for coupon in spent), ZERO)
    lines = _gross(sold, digits)
    # Some plugins later turn a card into a fee and leave its amount in the meta: then no total is less by it. Of these
    # readings the one that comes nearest to the lines is the shop's.
    kept_amount, after_tax = min(
        ((kept_sum, coupon) for kept_sum in dict.fromkeys((sum(kept, ZERO), ZERO)) for coupon in (by_coupon, ZERO)),
        key=lambda reading: abs(paid + sum(reading) - lines),
    )
    if kept_amount:
        certain += [PaymentPart(method=GIFT_CARD, amount=amount) for amount in kept]
    certain += [PaymentPart(method=STORE_CREDIT, amount=_with_tax(coupon, "discount")) for coupon in spent]
    if by_coupon and not after_tax:
        sold = _before_coupon(sold, [coupon for coupon in coupons if coupon not in spent])
    if spent:
        items = tables_of(sold, "line_items")
        sold["discount_total"] = _sum(items, "subtotal") - _sum(items, "total")
    parts = tuple(
        part.model_copy(update={"amount": without_noise(part.amount, digits)}) for part in certain if part.amount
    )
    sold["total"] = exact + sum((part.amount for part in parts), ZERO)
    return Sold(sold, parts, codes)


def without_noise(amount: Decimal, digits: int) -> Decimal:
    """The amount that PHP's float stands for: 24.600000000000001 is 24.60. Any larger fraction stays, to be told."""
    whole = rounded(amount, digits)
    return whole if abs(amount - whole) < FLOAT_NOISE else amount


def _is_credit_coupon(coupon: Json, keys: MetaKeys) -> bool:
    """By its code or its type, which older shops keep in its meta."""
    told = [text_of(coupon, "code"), text_of(coupon, "discount_type"), *_types(coupon)]
    return any(
        fnmatchcase(word.casefold(), pattern.casefold()) for word in told if word for pattern in keys.credit_coupons
    )


def _types(coupon: Json) -> Iterator[str]:
    for row in meta_rows(coupon):
        value = row.get("value") if row.get("key") == "coupon_data" else None
        if isinstance(value, dict):
            yield text_of(value, "discount_type")


def _is_credit_fee(fee: Json, keys: MetaKeys) -> bool:
    if number_of(fee, "total") >= 0:
        return False
    named = {text_of(fee, "name").casefold(), *(value.casefold() for value in meta_of(fee).values())}
    return any(word.casefold() in named for word in keys.credit_fees)


def _before_coupon(sold: Json, others: Sequence[Json]) -> dict[str, object]:
    """The order with its lines as before its coupons, which are store credit alone."""
    if any(number_of(coupon, "discount") for coupon in others):
        raise Unreadable(TOGETHER)
    items = tables_of(sold, "line_items")
    whole = [
        {**item, "total": number_of(item, "subtotal"), "total_tax": number_of(item, "subtotal_tax")}
        if number_of(item, "subtotal") > number_of(item, "total")
        else item
        for item in items
    ]
    tax = number_of(sold, "total_tax") + _sum(whole, "total_tax") - _sum(items, "total_tax")
    return {**sold, "line_items": whole, "total_tax": tax}


def _gross(order: Json, digits: int) -> Decimal:
    """What the lines make, each amount rounded as it will be mapped."""
    items = [item for group in ("line_items", "shipping_lines", "fee_lines") for item in tables_of(order, group)]
    return sum((rounded(number_of(item, name), digits) for item in items for name in ("total", "total_tax")), ZERO)


def _with_tax(source: Json, name: str) -> Decimal:
    return number_of(source, name) + number_of(source, f"{name}_tax")


def _sum(rows: Sequence[Json], name: str) -> Decimal:
    return sum((number_of(row, name) for row in rows), ZERO)
