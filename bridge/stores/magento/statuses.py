"""The words that Magento itself has for an order's status, and the state that each belongs to.

A shop adds statuses of its own and assigns each to a state; the API tells neither. A status only says how far an order
is, the state decides what can be done with it: nothing here, and nothing that is written, ever changes a state.
"""

from __future__ import annotations

STATES_OF = {
    "pending": ("new",),
    "pending_payment": ("pending_payment",),
    "pending_paypal": ("pending_payment",),
    "payment_review": ("payment_review",),
    "fraud": ("payment_review", "processing"),
    "processing": ("processing",),
    "complete": ("complete",),
    "closed": ("closed",),
    "canceled": ("canceled",),
    "holded": ("holded",),
    "paypal_reversed": ("payment_review", "processing"),
    "paypal_canceled_reversal": ("payment_review", "processing"),
}
STATUSES = frozenset(STATES_OF)


def may_stand_in(status: str, state: str) -> bool:
    """Whether a status can belong to a state: of a shop's own words only the shop knows."""
    return state in STATES_OF.get(status, (state,))
