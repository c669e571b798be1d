"""What a PrestaShop is like: what its own times show, what only the sweep sees, and what its key must be allowed."""

from __future__ import annotations

from bridge.stores.base import Description
from bridge.stores.prestashop.settings import MESSAGES, THREAD, PrestaShopSettings
from bridge.stores.prestashop.states import WORDS

# Each resource that a look asks; without one of them no order is whole.
READ_RESOURCES = (
    "orders", "order_details", "order_histories", "order_slip", "order_payments", "order_cart_rules", "order_states",
    "addresses", "customers", "countries", "states", "carriers", "currencies", "languages", "taxes", "messages",
    "configurations",
)  # fmt: skip
OPTIONAL_RESOURCES = ("cart_rules",)  # gifts, voucher codes, the goods of vouchers
WRITTEN_RESOURCES = {MESSAGES: ("messages",), THREAD: ("customer_threads", "customer_messages")}


def written_resources(settings: PrestaShopSettings) -> tuple[str, ...]:
    """Where rows are added for a write-back; they are read too."""
    return WRITTEN_RESOURCES[settings.message_in]


def described(settings: PrestaShopSettings) -> Description:
    """Asks nobody."""
    own = settings.fields.states or {}
    written = written_resources(settings)
    return Description(
        system="PrestaShop web service (1.6 to 9)",
        sweep_days=settings.poll.sweep_days,
        sweep_every_h=settings.poll.sweep_every_h,
        moves_the_time=(
            "a new order", "a change of its state", "a save of the order itself", "a credit slip (by its own time)",
            "a payment (by its own time)",
        ),
        only_the_sweep_sees=(
            "an address corrected in place", "a line edited by a module", "a message of the buyer",
            "a credit slip or payment deleted", "rows written past the shop's own code",
        ),
        least_rights=(
            *(f"{name}: GET" for name in READ_RESOURCES if name not in written),
            *(f"{name}: GET, POST" for name in written),
            *(f"{name}: GET (for gifts, voucher codes and the goods of vouchers)" for name in OPTIONAL_RESOURCES),
        ),
        statuses=frozenset({*WORDS, *own.values()}),
        never_told=("tag",),
    )  # fmt: skip
