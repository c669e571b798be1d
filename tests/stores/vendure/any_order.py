"""Any order of a Vendure shop: prices net or gross, discounts of lines and of the order, surcharges, refunds.

Money is counted in whole steps of the shop's precision, the same for every currency; each amount has its twin with tax.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.stores.any_sale import Sale
from tests.stores.vendure.made import mapped, payment, pieces, refund

CURRENCIES = ("JPY", "EUR", "KWD")
RATES = st.sampled_from([0, 5, 8, 19, 23])
Json = dict[str, Any]


def twins(amount: int, rate: int, is_gross: bool) -> tuple[int, int]:
    """An amount without and with tax, of a price that is the one or the other."""
    if is_gross:
        return _whole(Decimal(amount) * 100 / (100 + rate)), amount
    return amount, _whole(Decimal(amount) * (100 + rate) / 100)


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def twin_fields(names: str, amount: int, rate: int, is_gross: bool) -> dict[str, int]:
    net, gross = twins(amount, rate, is_gross)
    return {names: net, f"{names}WithTax": gross}


def _line(draw: st.DrawFn, place: int, is_gross: bool) -> Json:
    price, quantity, rate = draw(st.integers(0, 99_999)), draw(st.integers(1, 9)), draw(RATES)
    worth = price * quantity
    left = worth - worth * draw(st.sampled_from([0, 0, 10, 33, 100])) // 100
    return {
        "id": str(10 + place), "quantity": quantity, "orderPlacedQuantity": quantity, "taxRate": rate,
        **twin_fields("unitPrice", price, rate, is_gross), **twin_fields("linePrice", worth, rate, is_gross),
        **twin_fields("proratedLinePrice", left, rate, is_gross),
        "taxLines": [{"description": f"VAT {rate}", "taxRate": rate}], "discounts": [],
        "productVariant": {"id": str(place), "sku": f"S{place}", "name": "Cup"},
    }  # fmt: skip


def _parcel(draw: st.DrawFn, is_gross: bool, rate: int) -> Json:
    price = draw(st.integers(0, 2_000))
    left = draw(st.sampled_from([price, price, 0]))
    return {
        "id": "41", **twin_fields("price", price, rate, is_gross),
        **twin_fields("discountedPrice", left, rate, is_gross), "shippingMethod": {"code": "parcel", "name": "Parcel"},
    }  # fmt: skip


def _surcharge(draw: st.DrawFn, place: int, is_gross: bool) -> Json:
    rate = draw(RATES)
    return {
        "id": str(60 + place), "description": "Gift wrap", "sku": "WRAP", "taxRate": rate,
        **twin_fields("price", draw(st.integers(-300, 900)), rate, is_gross),
        "taxLines": [{"description": f"VAT {rate}", "taxRate": rate}],
    }  # fmt: skip


def _refunds(draw: st.DrawFn, lines: list[Json], total: int) -> list[Json]:
    """Pieces at the price of a piece, or less, or an amount that names no piece."""
    left = {line["id"]: line["quantity"] for line in lines}
    made: list[Json] = []
    for number in range(draw(st.sampled_from([0, 0, 1, 2]))):
        rows: list[Json] = []
        worth = 0
        for line in lines:
            back = draw(st.integers(0, left[line["id"]]))
            if back:
                left[line["id"]] -= back
                rows.append(pieces(line["id"], back))
                worth += _whole(Decimal(line["proratedLinePriceWithTax"]) * back / line["quantity"])
        is_worth = bool(rows) and draw(st.booleans())
        amount = min(total, worth if is_worth else draw(st.integers(1, 900)))
        total -= amount
        if amount:
            made.append(refund(amount, id=str(31 + number), lines=rows, items=amount))
    return made


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order, paid by card and perhaps by a gift card, or not at all, some of it given back."""
    is_gross, precision = draw(st.booleans()), draw(st.sampled_from([0, 2, 2, 3]))
    lines = [_line(draw, place, is_gross) for place in range(draw(st.integers(1, 5)))]
    rate = draw(RATES)
    parcels = [_parcel(draw, is_gross, rate) for _ in range(draw(st.integers(0, 1)))]
    surcharges = [_surcharge(draw, place, is_gross) for place in range(draw(st.integers(0, 2)))]

    def added(ending: str) -> int:
        goods = sum(line[f"proratedLinePrice{ending}"] for line in lines)
        goods += sum(one[f"price{ending}"] for one in surcharges)
        return int(goods + sum(one[f"discountedPrice{ending}"] for one in parcels))

    net, total = added(""), added("WithTax")
    assume(total > 0)
    paid = draw(st.booleans())
    card = min(total, draw(st.sampled_from([0, 0, 700])))
    back = _refunds(draw, lines, total - card) if paid and total > card else []
    payments = [payment(id="20", method="gift-card", amount=card)] if card else []
    payments += [payment(amount=total - card, refunds=back)] if paid and total > card else []
    rates = [(line["taxRate"], "VAT") for line in (*lines, *surcharges)] + [(rate, "shipping tax")] * len(parcels)
    order = mapped(
        precision, currencyCode=draw(st.sampled_from(CURRENCIES)), lines=lines, shippingLines=parcels,
        surcharges=surcharges, payments=payments, total=net, totalWithTax=total,
        taxSummary=[{"description": words, "taxRate": one, "taxBase": 0, "taxTotal": 0} for one, words in rates],
    )  # fmt: skip
    step = Decimal(1).scaleb(-precision)
    goods = {line["productVariant"]["sku"]: line["proratedLinePriceWithTax"] * step for line in lines}
    refunded = sum(one["total"] for one in back) * step
    return Sale(order, total * step, (total - net) * step, (total - net) * step, refunded, goods)
