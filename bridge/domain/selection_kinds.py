"""The words of what a flow's rules and waiting tell people: held by rule, an unknown status, waited too long."""

from __future__ import annotations

from bridge.domain.problems import ProblemKind

STATUS_SHOWN_MAX = 40

HELD_BY_RULE = ProblemKind(
    code="held-by-rule",
    title="Rule {rule} of {flow} holds orders{because}",
    message="Order {order} is held by rule {rule} of flow {flow}{because}.",
    action="Look at the order in {store}. To let it go: bridge orders release {flow} ORDER --reason TEXT. To "
    "keep it from going: bridge orders cancel ORDER --reason TEXT. The rule stands in bridge.toml, "
    "[[flows.{flow}.rules]].",
    cause="held-by-rule:{flow}/{rule}",
    meaning="A rule of the flow with the action `hold` matches the order: a person decides about it.",
)
STATUS_UNKNOWN = ProblemKind(
    code="status-unknown",
    title="{store} has a status '{status}', which no rule knows",
    message="Order {order} has the status '{status}', which no rule knows.",
    action="Decide once in bridge.toml, [flows.{flow}]: add the word to known_statuses if such orders go like others "
    '(to statuses, where the flow lists them), or write a rule: status = ["{status}"], action = "take", "skip", "wait" '
    'or "hold".',
    cause="status-unknown:{store}/{status}",
    meaning="The shop, or a plugin of it, has given the order a status that nobody has decided about.",
)
WAITS_TOO_LONG = ProblemKind(
    code="waits-too-long",
    title="Still waiting after {days}: {words}",
    message="Order {order} of {store} was placed more than {days} ago and still waits. {words}.",
    action="Find out in {store} what it waits for. When the store changes it, it goes on by itself. If it is never to "
    "go, cancel it in the store, or here: bridge orders cancel ORDER --reason TEXT.",
    cause="waits-too-long:{flow}/{rule}",
    meaning="An order has waited longer than the rule's `wait_max`, or than the flow's `payment_wait_days`.",
)
REFUNDED_BEFORE_EXPORT = ProblemKind(
    code="refunded-before-export",
    title="Orders of {flow} were refunded in part before they were exported",
    message="Order {order} was refunded {refunded} {currency} of {gross} before it was exported.",
    action='Decide in bridge.toml, [flows.{flow}]: refunded_before = "reduce" sends such orders without what was given '
    'back, "full" sends them whole. Or enter the order in the ERP by hand, then: bridge orders link ORDER ERP-NUMBER '
    "--reason TEXT.",
    cause="refunded-before-export:{flow}",
    meaning="A part of the order was refunded before the ERP had it, and the flow's `refunded_before` is `hold`.",
)
REFUND_UNCLEAR = ProblemKind(
    code="refund-unclear",
    title="Order {order}: its refund cannot be taken off",
    message="Order {order} was refunded {refunded} {currency} of {gross} before it was exported, which cannot be taken "
    "off: {why}.",
    action="Enter the order in the ERP by hand, then: bridge orders link ORDER ERP-NUMBER --reason TEXT. Or correct "
    "the refund in {store}.",
    cause="refund-unclear:{store}/{id}",
    meaning='With `refunded_before = "reduce"`: the store does not say enough to take a refund off exactly.',
)


def shown_status(status: str) -> str:
    """The store's word as a message can hold it: one line, of bounded length."""
    plain = "".join(character if character.isprintable() else "?" for character in status)
    return plain if len(plain) <= STATUS_SHOWN_MAX else plain[: STATUS_SHOWN_MAX - 1] + "…"
