"""Refunds of a WooCommerce order. The order tells each with its amount only; `/orders/ID/refunds` has the lines.

A refund's line names the order's line in its meta `_refunded_item_id`; all its figures are the order's negated, so
that those of a fee which took something off the order are positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.domain.contract import Refund, RefundLine
from bridge.domain.money import rounded
from bridge.stores.raw import Json, key_of, meta_of, moment_of, number_of, tables_of

ITEM_GROUPS = ("line_items", "shipping_lines", "fee_lines")  # in the order in which they become lines
OF_ITEM = "_refunded_item_id"


def refunds_of(order: Json, details: Sequence[Json], digits: int) -> tuple[Refund, ...]:
    """The order's refunds, with their lines where the details were asked for."""
    items = [item for group in ITEM_GROUPS for item in tables_of(order, group)]
    positions = {str(item.get("id")): place for place, item in enumerate(items, start=1)}
    known = {key_of(one): one for one in details}
    return tuple(
        _refund(short, known.get(key_of(short), {}), positions, digits) for short in tables_of(order, "refunds")
    )


def refunded_amount(refunds: Sequence[Refund]) -> Decimal:
    """What was given back in all."""
    return sum((refund.amount for refund in refunds), Decimal(0))


def _refund(short: Json, detail: Json, positions: dict[str, int], digits: int) -> Refund:
    items = [item for group in ITEM_GROUPS for item in tables_of(detail, group)]
    lines = [_line(item, positions, digits) for item in items]
    return Refund(
        refund_id=key_of(short),
        refunded_at=moment_of(detail, "date_created_gmt"),
        amount=abs(rounded(number_of(short, "total", "refund: "), digits)),
        lines=tuple(line for line in lines if line is not None and (line.quantity or line.gross)),
    )


def _line(item: Json, positions: dict[str, int], digits: int) -> RefundLine | None:
    """The line's share; None where it names no line of the order: then its money stays without a line."""
    position = positions.get(meta_of(item).get(OF_ITEM, ""))
    if position is None:
        return None
    net = -rounded(number_of(item, "total", "refund: "), digits)
    tax = -rounded(number_of(item, "total_tax", "refund: "), digits)
    quantity = abs(number_of(item, "quantity", "refund: "))
    return RefundLine(position=position, quantity=quantity, net=net, tax=tax, gross=net + tax)
