"""Refunds of a WooCommerce order. The order tells each with its amount only; `/orders/ID/refunds` has the lines.

A refund's line names the order's line in its meta `_refunded_item_id`; all its figures are the order's negated, so
that those of a fee which took something off the order are positive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import repeat

from bridge.domain.bundles import shares
from bridge.domain.contract import Line, PaymentPart, Refund, RefundLine
from bridge.domain.money import rounded
from bridge.stores.raw import Json, key_of, meta_of, moment_of, number_of, tables_of, text_of
from bridge.stores.sums import tax_fits
from bridge.stores.woocommerce.taxes import ITEM_GROUPS

OF_ITEM = "_refunded_item_id"


def refunds_of(
    order: Json, details: Sequence[Json], lines: Mapping[str, Sequence[Line]], digits: int, is_split: bool
) -> tuple[Refund, ...]:
    """The order's refunds, with their lines where the details were asked for.

    lines: those of each item by its id. is_split: it was paid by gift card or store credit too.
    """
    known = {key_of(one): one for one in details}
    method = text_of(order, "payment_method") if is_split else ""
    return tuple(
        _refund(short, known.get(key_of(short), {}), lines, digits, method) for short in tables_of(order, "refunds")
    )


def refunded_amount(refunds: Sequence[Refund]) -> Decimal:
    """What was given back in all."""
    return sum((refund.amount for refund in refunds), Decimal(0))


def _refund(short: Json, detail: Json, lines: Mapping[str, Sequence[Line]], digits: int, method: str) -> Refund:
    """method: by which a refund went back that the payment provider made; empty: there was no other way."""
    amount = abs(rounded(number_of(short, "total", "refund: "), digits))
    by_provider = method and detail.get("refunded_payment") is True
    items = [item for group in ITEM_GROUPS for item in tables_of(detail, group)]
    given_back = [line for item in items for line in _lines(item, lines, digits)]
    return Refund(
        refund_id=key_of(short),
        refunded_at=moment_of(detail, "date_created_gmt"),
        amount=amount,
        lines=tuple(line for line in given_back if line.quantity or line.gross),
        parts=(PaymentPart(method=method, amount=amount),) if by_provider else (),
    )


def _lines(item: Json, lines: Mapping[str, Sequence[Line]], digits: int) -> list[RefundLine]:
    """What came back of each line of an item; none where it names no item of the order, or no share of it is the tax.

    Then its money stays without a line.
    """
    of_item = lines.get(meta_of(item).get(OF_ITEM, ""), ())
    if not of_item:
        return []
    net = -rounded(number_of(item, "total", "refund: "), digits)
    tax = -rounded(number_of(item, "total_tax", "refund: "), digits)
    quantity = abs(number_of(item, "quantity", "refund: "))
    nets = shares(net, [line.net for line in of_item], digits)
    taxes = shares(tax, [line.tax for line in of_item], digits)
    if len(of_item) > 1 and not all(map(_fits, of_item, nets, taxes, repeat(digits))):
        return []
    return [
        RefundLine(position=line.position, quantity=quantity, net=net, tax=tax, gross=net + tax)
        for line, net, tax in zip(of_item, nets, taxes, strict=True)
    ]


def _fits(line: Line, net: Decimal, tax: Decimal, digits: int) -> bool:
    """Whether a share of a refund is taxed as its line is."""
    return line.tax_rate is not None and tax_fits(net, line.tax_rate, tax, digits)
