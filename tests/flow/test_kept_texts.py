"""What of an order can be kept in a ledger at all: PostgreSQL refuses a NUL, every database half a character."""

from __future__ import annotations

import pytest

from bridge.flow.contents import Content
from bridge.stores import StoreOrder
from tests.domain.orders import order


@pytest.mark.parametrize("field", ["store_order_id", "number", "currency"])
@pytest.mark.parametrize(("letter", "named"), [("\0", "U+0000"), ("\ud83d", "U+D83D")])
def test_a_column_of_the_ledger_gets_no_text_that_it_refuses(field: str, letter: str, named: str) -> None:
    odd = order().model_copy(update={field: f"X{letter}"})
    kept = Content.of(StoreOrder(odd.store_order_id, b"{}", odd))
    assert kept.told.order is None and kept.told.problem is not None
    assert kept.told.problem.message.endswith(f"{field} holds {named}.")
    for text in (kept.told.store_order_id, kept.told.problem.message, kept.told.problem.cause):
        assert letter not in text


def test_a_nul_in_a_name_is_for_the_checks_to_find() -> None:
    odd = order()
    odd = odd.model_copy(update={"billing": odd.billing.model_copy(update={"last_name": "X\0"})})
    assert Content.of(StoreOrder(odd.store_order_id, b"{}", odd)).told.order == odd
