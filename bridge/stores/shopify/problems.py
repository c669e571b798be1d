"""What can be wrong with one order of a Shopify shop beside its content."""

from __future__ import annotations

from bridge.domain.problems import ProblemKind

ORDER_HIDDEN = ProblemKind(
    code="order-hidden",
    title="Order {order} of store {store} may be hidden from us for its age",
    message="Store {store} does not show order {order}: it is deleted, or older than the 60 days that our key sees.",
    action="Look it up in the shop. To let the key see older orders, ask Shopify for the scope read_all_orders.",
    cause="order-hidden:{store}/{order}",
    meaning="Shopify shows orders of the last 60 days only, unless the app has read_all_orders: so nobody can say.",
)

ORDER_NOT_WHOLE = ProblemKind(
    code="order-not-whole",
    title="Order {order} of store {store} could not be read to its end",
    message="Order {order} of store {store} could not be read to its end: {what}.",
    action="Nothing to do at first: it is read again when it changes and by the sweep. If it stays, look in the shop.",
    cause="order-not-whole:{store}/{order}",
    meaning="An order is told in several answers, and one is missing. It is never exported with a part missing.",
    temporary=True,
)
