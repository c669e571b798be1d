"""A process killed before or after any request of a write-back leaves each number in a PrestaShop once."""

from __future__ import annotations

from functools import partial

import pytest

from bridge.stores.base import WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.killing import ends_before
from tests.stores.prestashop.shop import PrestaWorld

PLACES = {"messages": 8, "customer_thread": 12}  # where the number goes -> ends of the requests for two orders


def write_all(presta: PrestaWorld, placed: list[str], place: str) -> list[WriteBackOutcome]:
    return outcomes(list(presta.open(message_in=place).write_back(numbers_for(placed))))


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_moment_each_number_stands_in_the_shop_once(presta: PrestaWorld, place: str) -> None:
    for name in ("customer_threads", "customer_messages"):
        presta.door.permissions[name] = ("GET", "POST")

    def texts(one: str) -> list[str]:
        return presta.people.messages(one) if place == "messages" else presta.people.thread_messages(one)

    moment, is_over = 0, False
    while not is_over:
        placed = presta.place(2)
        is_over = ends_before(moment, partial(write_all, presta, placed, place))
        before = {one: len(texts(one)) for one in placed}
        assert write_all(presta, placed, place) == [
            WriteBackOutcome.ALREADY if before[one] else WriteBackOutcome.WRITTEN for one in placed
        ], moment
        for one in placed:
            assert texts(one) == [f"ERP number SO-{one} (acme)\n[erp-bridge:acme] SO-{one}"], moment
        moment += 1
    threads = [row["id_order"] for row in presta.people.tables.rows("customer_threads")]
    assert len(threads) == len(set(threads)) == (0 if place == "messages" else moment * 2)
    assert moment - 1 == PLACES[place]
