"""Which refunds the ERP's order is without: of what it was told before, and of the revision that follows.

Where a flow sends orders without what was given back (`refunded_before = "reduce"`), a refund after the export is a
change of lines like any other. One that cannot be taken off exactly is in no file: a person enters it in the ERP beside
the order, which stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.contract import Order, PaymentState
from bridge.domain.policies import RefundedBefore
from bridge.domain.refunds import Unclear, reduced
from bridge.domain.revision import order_from_content
from bridge.domain.rules import Rules

IN_FULL = Unclear("nothing would be left of it")


def taken_off(contents: Sequence[bytes], rules: Rules) -> list[frozenset[str]]:
    """For each content of an order, oldest first, the ids of the refunds that its file is without."""
    found: list[frozenset[str]] = []
    off: frozenset[str] = frozenset()
    if rules.flow.refunded_before != RefundedBefore.REDUCE:
        return [off for _ in contents]
    for content in contents:
        order = order_from_content(content)
        if not isinstance(left_of(order), Unclear):
            off = frozenset(refund.refund_id for refund in order.refunds)
        found.append(off)
    return found


def left_of(order: Order) -> Order | Unclear:
    """The order without all that was given back. All of it given back is no order any more, and no cancellation."""
    return IN_FULL if order.payment.state is PaymentState.REFUNDED else reduced(order)
