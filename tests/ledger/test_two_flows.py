"""Two flows of one store to one endpoint: the first in bridge.toml that matches an order takes it."""

from __future__ import annotations

import pytest

from bridge.domain.states import SendingState
from bridge.ledger import EndpointLedger, JudgedSending, Ledger, News
from tests.ledger.world import (
    RULES,
    TestClock,
    accepted,
    answer,
    approve,
    deployment,
    due,
    fetch,
    open_exceptions,
    place,
    rejected,
    revision,
    seal,
)

FLOWS = (("first", "shop", "acme"), ("second", "shop", "acme"))


@pytest.fixture
def held(ledger: Ledger) -> EndpointLedger:
    """A pass over an endpoint with two flows."""
    ledger.enrol(deployment((*FLOWS, ("shop-acme", "other", "acme"))))
    return ledger.take("acme", "test")


def skip(held: EndpointLedger, flow: str) -> None:
    """The flow's rules do not match."""
    held.judged([JudgedSending(each.sending_id, SendingState.SKIPPED, RULES, "not-mine") for each in due(held, flow)])


def now(ledger: Ledger) -> list[tuple[str, str, str | None]]:
    """Flow, state and rule of what counts."""
    return [(order.flow, order.state.value, order.rule) for order in ledger.reading.orders()]


def test_the_first_flow_takes_the_order_whoever_fetches_first(ledger: Ledger, held: EndpointLedger) -> None:
    for early, late in (("first", "second"), ("second", "first")):
        fetch(held, revision(early), flow=early)
        assert held.news(late, [(early, f"digest-{early}-1")]) == [News.NEW_FOR_FLOW]
        fetch(held, revision(early), flow=late)
        assert held.news(late, [(early, f"digest-{early}-1")]) == [News.KNOWN]
    assert [each.store_order_id for each in due(held, "first")] == ["first", "second"]
    assert due(held, "second") == []


def test_an_order_that_the_first_flow_skips_goes_to_the_second(ledger: Ledger, held: EndpointLedger) -> None:
    fetch(held, revision("a"), flow="first")
    fetch(held, revision("a"), flow="second")
    skip(held, "first")
    assert [each.store_order_id for each in due(held, "second")] == ["a"]
    approve(held, "second")
    assert now(ledger) == [("second", "ready", None)]


def test_an_order_skipped_before_the_second_flow_saw_it_goes_to_the_second(
    ledger: Ledger, held: EndpointLedger
) -> None:
    fetch(held, revision("a"), flow="first")
    skip(held, "first")
    fetch(held, revision("a"), flow="second")
    approve(held, "second")
    assert now(ledger) == [("second", "ready", None)]


def test_an_order_that_both_skip_counts_once_with_the_first_ones_rule(ledger: Ledger, held: EndpointLedger) -> None:
    fetch(held, revision("a"), flow="first")
    fetch(held, revision("a"), flow="second")
    skip(held, "first")
    skip(held, "second")
    assert now(ledger) == [("first", "skipped", "not-mine")]


def test_a_change_gives_the_order_back_to_the_first_flow(ledger: Ledger, held: EndpointLedger) -> None:
    fetch(held, revision("a"), flow="first")
    fetch(held, revision("a"), flow="second")
    skip(held, "first")
    approve(held, "second")
    fetch(held, revision("a", version=2), flow="second", cursor="c2")
    assert [each.store_order_id for each in due(held, "first")] == ["a"]
    assert held.news("first", [("a", "digest-a-2")]) == [News.KNOWN]
    assert held.exportable(["first", "second"], [], 10) == []


def test_an_order_sent_by_one_flow_is_never_sent_by_the_other(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    fetch(held, revision("a"), flow="second")
    approve(held, "second")
    seal(held, flows=("first", "second"))
    place(held, clock)
    fetch(held, revision("a"), flow="first")
    fetch(held, revision("a", version=2), flow="first", cursor="c2")
    assert due(held, "first") == []
    assert now(ledger) == [("second", "delivered", None)]
    held.apply_answers([answer([accepted("a", "SO-1")])])
    assert open_exceptions(ledger) == [("Order #a was changed in the store after it was sent", ["#a"])]


def test_an_order_refused_for_one_flow_is_not_tried_by_the_other(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    fetch(held, revision("a"), flow="second")
    approve(held, "second")
    seal(held, flows=("second",))
    place(held, clock)
    held.apply_answers([answer([rejected("a")])])
    fetch(held, revision("a"), flow="first")
    assert due(held, "first") == []
    assert now(ledger) == [("second", "rejected", None)]
