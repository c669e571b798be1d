"""What can be odd about an order of a WooCommerce alone."""

from __future__ import annotations

from bridge.domain.problems import ProblemKind

PERHAPS_A_PART = ProblemKind(
    code="order-perhaps-a-part",
    title="Store {store}: orders that may be parts of other orders",
    message="Order {order} of store {store} belongs to order {parent}, which holds all its goods too and does not say "
    "that it was split: both may be the same sale.",
    action="Compare the two in {store}. If the plugin that made them splits orders, add the meta key by which it marks "
    "the whole to split_parent_keys of the store in bridge.toml; if each is a sale of its own, write "
    'split_orders = "none". The next pass then decides.',
    cause="order-perhaps-a-part:{store}",
    meaning="An order of WooCommerce names a parent of the same day with the same goods, and no known plugin marked "
    "the parent as split. Both together could double the sale, leaving one out could lose it.",
)
