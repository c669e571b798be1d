"""Words for the states of a PrestaShop's orders. States are numbered, and their names are free text in every language.

The shop's settings say which number means what (`PS_OS_PAYMENT` is 2): the word is that of the setting. States that a
shop or a module added have no such setting and get a word in bridge.toml, or are called `state-14`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.stores.prestashop.parts import SETTINGS, OrderParts

PREFIX = "PS_OS_"
CANCELED, REFUNDED, FAILED = "canceled", "refund", "error"
# Two settings can name one state: the first in this list wins.
WORDS = (
    "payment", "ws_payment", "preparation", "shipping", "delivered", CANCELED, REFUNDED, FAILED, "bankwire", "cheque",
    "cod_validation", "outofstock_paid", "outofstock_unpaid", "outofstock", "partial_refund", "partial_payment",
    "authorized", "waiting",
)  # fmt: skip


def status_of(parts: OrderParts, own: Mapping[str, str]) -> str:
    """The order's status as one word that stands still."""
    state = parts.order["current_state"]
    if state in ("", "0"):
        return ""
    if state in own:
        return own[state]
    named = [
        setting["name"].removeprefix(PREFIX).lower()
        for setting in parts.all(SETTINGS)
        if setting["name"].startswith(PREFIX) and setting["value"] == state
    ]
    return min(named, key=_rank, default=f"state-{state}")


def fulfilment_of(parts: OrderParts) -> str:
    """How far the goods are, by the flags of the order's state."""
    state = parts.one("order_states", parts.order["current_state"])
    if state is None:
        return ""
    if state["shipped"] == "1":
        return "shipped"
    return "in preparation" if state["delivery"] == "1" else ""


def _rank(word: str) -> tuple[int, str]:
    return (WORDS.index(word) if word in WORDS else len(WORDS), word)
