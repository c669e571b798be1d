"""Which orders a flow takes at all. One that a rule leaves out is skipped, one that waits is kept; both show why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.contract import COUNTED_IN, Order, PaymentState
from bridge.domain.policies import FlowRules, PaymentPolicy
from bridge.domain.refunds import given_back_in_full
from bridge.domain.selection import Action, SelectionRule, first_match

BEFORE_START = "before-start"
TEST_ORDER = "test-order"
COUNTED_ELSEWHERE = "counted-elsewhere"
STATUS = "status"
REFUNDED = "refunded"
UNPAID = "unpaid"
FAILED = "payment-failed"
NEVER = "payment-never-goes"
TAKEN_BY = "taken-by"
TAKEN_BY_FLOW = "taken-by-flow"
SAME_AS_SENT = "same-as-sent"
NOTHING_FOR_THE_ERP = "nothing-for-the-erp"
ALREADY_CANCELLED = "already-cancelled"
NUMBER_USED_AGAIN = "number-used-again"
DISMISSED = "dismissed"
BY_HAND = "by-hand"
BANK_TRANSFER = "bank-transfer"
PARTLY_PAID = "partly-paid"
AUTHORIZED = "authorized"

_TAKES = "The flow {name} to the same ERP takes it."
# What people read for a rule's code. What follows its colon is the name of a flow, or of a rule of bridge.toml.
RULE_WORDS = {
    BEFORE_START: "Placed in the store before the flow's orders_from.",
    TEST_ORDER: "Marked as a test order in the store.",
    COUNTED_ELSEWHERE: "Its sale is counted elsewhere in the store: {name}.",
    STATUS: "Its status in the store is not among the flow's statuses.",
    REFUNDED: "Refunded in full before it was exported.",
    UNPAID: "Not paid yet; it goes as soon as the store says that it is.",
    FAILED: "Its payment failed; it goes as soon as the store says that it is paid.",
    NEVER: "Its payment method is one that the flow never sends.",
    TAKEN_BY: _TAKES,
    TAKEN_BY_FLOW: _TAKES,
    SAME_AS_SENT: "The store changed it back to what the ERP has.",
    NOTHING_FOR_THE_ERP: "Only the store's own words about it changed: status, labels, payment.",
    ALREADY_CANCELLED: "The ERP has cancelled it already.",
    NUMBER_USED_AGAIN: "Another sale under the number of this order; it is no change of it.",
    DISMISSED: "Somebody dismissed its exception.",
    BY_HAND: "Somebody cancelled it here.",
    BANK_TRANSFER: "Waits for the bank transfer; it goes as soon as the store says that it is paid.",
    PARTLY_PAID: "Paid in part; it goes as soon as the store says that the rest is there.",
    AUTHORIZED: "Its payment is authorized and not captured; it goes as soon as the store says that it is paid.",
}
_OWN_RULE_WORDS = {Action.SKIP: "Skipped by rule {name}", Action.WAIT: "Waits by rule {name}"}

_TRUE = frozenset({"1", "true", "yes"})
_PAID = frozenset({PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED})
_GOES_UNPAID = frozenset({PaymentPolicy.CASH_ON_DELIVERY, PaymentPolicy.ON_ACCOUNT})
# The money is on its way: such an order waits, and is told when that takes long.
_MONEY_TO_COME = frozenset({BANK_TRANSFER, PARTLY_PAID, AUTHORIZED})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits for the store. until: then a person must look; None: it may wait for ever."""

    rule: str
    until: datetime | None = None
    days: str = ""  # how long that is, in words


def rule_words(rule: str) -> str:
    """The sentence for a rule's code, for reports and pages."""
    code, _, rest = rule.partition(":")
    if code in _OWN_RULE_WORDS:
        name, _, reason = rest.partition(":")
        words = _OWN_RULE_WORDS[Action(code)].format(name=name)
        return f"{words}: {reason}" if reason else f"{words}."
    return RULE_WORDS.get(code, rule).replace("{name}", rest or "before it")


def rule_code(rule: str) -> str:
    """The stable code of a rule, without the words of a rule of bridge.toml: `skip:NAME`, `unpaid`."""
    return ":".join(rule.split(":")[:2])


def out_of_scope(order: Order, flow: FlowRules) -> str | None:
    """The rule by which the flow does not take the order, whatever its money; None where it does."""
    if order.created_at < flow.orders_from:
        return BEFORE_START
    if order.extra and order.extra.get("test", "").lower() in _TRUE:
        return TEST_ORDER
    if order.extra and COUNTED_IN in order.extra:
        return f"{COUNTED_ELSEWHERE}:{order.extra[COUNTED_IN]}"
    decided = first_match(order, flow.selection) if flow.selection else None
    if decided is not None and decided.action is Action.SKIP:
        return decided.code
    if not flow.statuses or order.cancelled or order.status in flow.statuses or settles(decided, "status"):
        return None
    return STATUS if is_known_status(order.status, flow) else None


def settles(decided: SelectionRule | None, condition: str) -> bool:
    """Whether the rule that matched is the last word on a condition: a rule that takes settles what it looked at."""
    return decided is not None and (decided.action is not Action.TAKE or bool(getattr(decided, condition)))


def is_known_status(status: str, flow: FlowRules) -> bool:
    """Whether anybody has decided about orders with this status; without a list of the known ones, all are."""
    return not status or not flow.known_statuses or status in flow.known_statuses


def taken_earlier(order: Order, earlier: Iterable[FlowRules]) -> str | None:
    """The rule that names the first earlier flow that takes the order."""
    for flow in earlier:
        if out_of_scope(order, flow) is None:
            return f"{TAKEN_BY}:{flow.name}"
    return None


def unpayable(order: Order, policy: PaymentPolicy | None) -> str | None:
    """The rule by which the order's money keeps it from going; None where it may go, or a check has to tell."""
    state, totals = order.payment.state, order.totals
    if state is PaymentState.REFUNDED or given_back_in_full(totals.gross, totals.paid, totals.refunded):
        return REFUNDED
    if policy is None:
        return None
    if policy is PaymentPolicy.SKIP:
        return NEVER
    if state in _PAID or (state is PaymentState.AUTHORIZED and policy is PaymentPolicy.AUTHORIZED):
        return None
    if policy in _GOES_UNPAID and state is not PaymentState.FAILED:
        return None
    if totals.due <= 0 and (state is PaymentState.UNPAID or totals.gross <= order.payment.given):
        return None  # nothing left to pay: a free order, or one that gift cards and store credit cover
    if state is PaymentState.FAILED:
        return FAILED
    if state is PaymentState.AUTHORIZED:
        return AUTHORIZED
    if totals.paid > 0:
        return PARTLY_PAID
    return BANK_TRANSFER if policy is PaymentPolicy.BANK_TRANSFER else UNPAID


def waits_for_money(order: Order, rule: str, flow: FlowRules) -> Waiting | None:
    """How long the order waits, where the money is on its way; None where the rule leaves it out."""
    if rule not in _MONEY_TO_COME:
        return None
    return waiting(order, rule, timedelta(days=flow.payment_wait_days))


def waiting(order: Order, rule: str, most: timedelta | None) -> Waiting:
    """An order's waiting, counted from when it was placed: a newer revision does not begin it anew."""
    if most is None:
        return Waiting(rule)
    return Waiting(rule, order.created_at + most, span_words(most))


def span_words(span: timedelta) -> str:
    """`7 days`, `36 hours`."""
    hours = int(span.total_seconds() // 3600)
    count, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def selected(order: Order, flow: FlowRules) -> bool:
    """Whether the rule of mode `selected` names the order: every field that it lists has one of the listed values."""
    return bool(flow.select) and all(_value(order, path) in values for path, values in flow.select.items())


def _value(order: Order, path: str) -> str:
    found: object = order
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, Mapping) else getattr(found, name, "")
    return str(found)
