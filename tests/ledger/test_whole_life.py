"""The life of a batch, from the store's page to the number in the store."""

from __future__ import annotations

import pytest

from bridge.ledger import Ledger, WrittenOutcome, WroteBack
from tests.ledger.conftest import CommitCount
from tests.ledger.world import (
    TestClock,
    accepted,
    answer,
    approve,
    fetch,
    place,
    rejected,
    revision,
    seal,
    states,
)


def test_an_order_goes_the_whole_way(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    assert states(ledger) == {"10452": "received"}
    approve(held)
    assert states(ledger) == {"10452": "ready"}
    (file,) = seal(held)
    assert (file.sequence_number, file.name) == (1, "ORD_000001.csv")
    assert states(ledger) == {"10452": "exported"}
    place(held, clock)
    assert states(ledger) == {"10452": "delivered"}
    clock.forward(minutes=1)
    held.apply_answers([answer([accepted("10452", "SO-1")])])
    assert states(ledger) == {"10452": "accepted"}
    (due,) = held.to_write_back("shop-acme", 10)
    assert (due.store_order_id, due.external_id, due.erp_number) == ("10452", "10452", "SO-1")
    clock.forward(minutes=1)
    held.wrote_back([WroteBack(due.sending_id, WrittenOutcome.WRITTEN)])
    assert states(ledger) == {"10452": "written_back"}
    held.finish({"orders": 1})
    (order,) = ledger.reading.orders()
    story = [(line.verb, line.target) for line in ledger.reading.order_story(order.order_id) if line.subject != "file"]
    assert story == [
        ("added", "received"),
        ("moved", "ready"),
        ("moved", "exported"),
        ("moved", "delivered"),
        ("applied", "accepted"),
        ("moved", "accepted"),
        ("moved", "written_back"),
    ]
    assert [file.state.value for file in ledger.reading.files()] == ["answered"]


@pytest.mark.parametrize("orders_per_file", [500, 1])
def test_the_life_of_500_orders_takes_at_most_20_commits(
    ledger: Ledger, clock: TestClock, commits: CommitCount, orders_per_file: int
) -> None:
    numbers = [str(each) for each in range(500)]
    held = ledger.take("acme", "test")
    fetch(held, *(revision(each) for each in numbers))
    approve(held)
    seal(held, orders_per_file)
    place(held, clock)
    held.finish({})
    held = ledger.take("acme", "test")
    results = [accepted(each, f"SO-{each}") for each in numbers[:-1]] + [rejected(numbers[-1])]
    applied = held.apply_answers([answer(results)])
    held.moved([applied[0].answer_id])
    held.wrote_back(
        [WroteBack(each.sending_id, WrittenOutcome.WRITTEN) for each in held.to_write_back("shop-acme", 500)]
    )
    held.finish({})
    assert commits.commits <= 20
    assert {file.state.value for file in ledger.reading.files(limit=1000)} == {"answered"}
    assert sorted(set(states(ledger).values())) == ["rejected", "written_back"]
