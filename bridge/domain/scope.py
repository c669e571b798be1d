"""Which orders a flow takes at all. An order that a rule leaves out is skipped, and the rule is shown."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.domain.contract import Order, PaymentState
from bridge.domain.policies import FlowRules, PaymentPolicy

BEFORE_START = "before-start"
TEST_ORDER = "test-order"
STATUS = "status"
REFUNDED = "refunded"
UNPAID = "unpaid"
NEVER = "payment-never-goes"
TAKEN_BY = "taken-by"
SAME_AS_SENT = "same-as-sent"
ALREADY_CANCELLED = "already-cancelled"

# What people read for a rule's code. `taken-by:NAME` has the name of the flow after its colon.
RULE_WORDS = {
    BEFORE_START: "Placed in the store before the flow's orders_from.",
    TEST_ORDER: "Marked as a test order in the store.",
    STATUS: "Its status in the store is not among the flow's statuses.",
    REFUNDED: "Refunded in full before it was exported.",
    UNPAID: "Not paid yet; it goes as soon as the store says that it is.",
    NEVER: "Its payment method is one that the flow never sends.",
    TAKEN_BY: "An earlier flow to the same ERP takes it.",
    SAME_AS_SENT: "The store changed it back to what the ERP has.",
    ALREADY_CANCELLED: "The ERP has cancelled it already.",
}

_TRUE = frozenset({"1", "true", "yes"})
_PAID = frozenset({PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED})
_GOES_UNPAID = frozenset({PaymentPolicy.CASH_ON_DELIVERY, PaymentPolicy.ON_ACCOUNT})


def rule_words(rule: str) -> str:
    """The sentence for a rule's code, for reports and pages."""
    code, _, name = rule.partition(":")
    words = RULE_WORDS.get(code, rule)
    return words.replace("An earlier flow", f"The flow {name}") if name else words


def out_of_scope(order: Order, flow: FlowRules) -> str | None:
    """The rule by which the flow does not take the order, whatever its money; None where it does."""
    if order.created_at < flow.orders_from:
        return BEFORE_START
    if order.extra and order.extra.get("test", "").lower() in _TRUE:
        return TEST_ORDER
    if flow.statuses and order.status not in flow.statuses and not order.cancelled:
        return STATUS
    return None


def taken_earlier(order: Order, earlier: Iterable[FlowRules]) -> str | None:
    """The rule that names the first earlier flow that takes the order."""
    for flow in earlier:
        if out_of_scope(order, flow) is None:
            return f"{TAKEN_BY}:{flow.name}"
    return None


def unpayable(order: Order, policy: PaymentPolicy) -> str | None:
    """The rule by which the order's money keeps it from going; None where it may go."""
    if order.payment.state is PaymentState.REFUNDED:
        return REFUNDED
    if policy is PaymentPolicy.SKIP:
        return NEVER
    if order.payment.state in _PAID:
        return None
    if policy in _GOES_UNPAID and order.payment.state is not PaymentState.FAILED:
        return None
    # Nothing left to pay: a free order, or one that gift cards and store credit cover.
    return None if order.totals.due <= 0 else UNPAID


def selected(order: Order, flow: FlowRules) -> bool:
    """Whether the rule of mode `selected` names the order: every field that it lists has one of the listed values."""
    return bool(flow.select) and all(_value(order, path) in values for path, values in flow.select.items())


def _value(order: Order, path: str) -> str:
    found: object = order
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, dict) else getattr(found, name, "")
    return str(found)
