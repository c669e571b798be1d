"""What people do: each act with who and why, refused where the state does not allow it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.errors import Missing
from bridge.domain.problems import Problem
from bridge.domain.states import SendingState
from bridge.ledger import EndpointLedger, JudgedSending, Ledger, NotPossible, Trouble, WrittenOutcome, WroteBack
from tests.ledger.conftest import CommitCount
from tests.ledger.world import (
    RULES,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    deployment,
    due,
    fetch,
    open_exceptions,
    rejected,
    revision,
    states,
    unmapped,
)


def hold_all(held: EndpointLedger, sku: str = "ABC-123") -> None:
    """Every order that is due lacks a mapping."""
    held.judged(
        [
            JudgedSending(each.sending_id, SendingState.HELD, RULES, problems=(unmapped(each.number, sku),))
            for each in due(held)
        ]
    )


def test_one_cause_holds_many_orders_and_one_cure_frees_them(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"), revision("c"))
    hold_all(held)
    assert open_exceptions(ledger) == [("Missing SKU mapping for ABC-123", ["#a", "#b", "#c"])]
    assert due(held) == []
    approve(held, rules="rules-with-the-mapping")
    assert open_exceptions(ledger) == []
    assert set(states(ledger).values()) == {"ready"}
    (closed,) = ledger.reading.exceptions(open_only=False)
    assert closed.closed_at is not None
    assert [order.number for order in ledger.reading.held_orders(closed.exception_id)] == ["#a", "#b", "#c"]


def test_an_order_with_two_causes_leaves_each_as_it_is_cured(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    both = (unmapped("#a", "ABC-123"), unmapped("#a", "XYZ-9"))
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=both)])
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, "rules-2", problems=both[1:])])
    assert open_exceptions(ledger) == [("Missing SKU mapping for XYZ-9", ["#a"])]


def test_retry_makes_the_orders_of_a_cause_due(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    hold_all(held)
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.retry_exception(shown.exception_id, "ann", "the map was mended").orders == 2
    assert [each.store_order_id for each in due(held)] == ["a", "b"]
    hold_all(held)
    assert [each.times for each in ledger.reading.exceptions()] == [2]
    assert [each.tries for each in ledger.reading.orders()] == [2, 2]


def test_temporary_trouble_is_due_again_at_its_time(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    later = clock() + timedelta(minutes=5)
    held.judged(
        [JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(unmapped("#a"),), next_try_at=later)]
    )
    assert due(held) == []
    clock.forward(minutes=5)
    assert [each.tries for each in due(held)] == [1]


def test_dismissing_skips_the_orders_with_who_and_why(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    hold_all(held)
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.dismiss_exception(shown.exception_id, "ann", "test orders") == (2, 0)
    assert states(ledger) == {"a": "skipped", "b": "skipped"}
    (closed,) = ledger.reading.exceptions(open_only=False)
    assert (closed.closed_by, closed.close_reason) == ("ann", "dismissed: test orders")
    (order, _) = ledger.reading.orders()
    last = [line for line in ledger.reading.order_story(order.order_id) if line.subject == "sending"][-1]
    assert (last.target, last.actor, last.reason) == ("skipped", "ann", "test orders")
    with pytest.raises(NotPossible, match="it is closed"):
        ledger.acts.dismiss_exception(shown.exception_id, "ann", "again")


def test_dismissing_frees_the_order_of_its_other_exceptions(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    both = (unmapped("#a", "ABC-123"), unmapped("#a", "XYZ-9"))
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=both)])
    ledger.acts.dismiss_exception(ledger.reading.exceptions()[0].exception_id, "ann", "never mind")
    assert (open_exceptions(ledger), states(ledger)) == ([], {"a": "skipped"})


def test_retrying_a_rejection_sends_the_orders_once_more(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b")
    held.apply_answers([answer([rejected("a"), rejected("b")])])
    (shown,) = ledger.reading.exceptions()
    ledger.acts.retry_exception(shown.exception_id, "ann", "article was added")
    assert [(order.round, order.state.value) for order in ledger.reading.orders()] == [(2, "received"), (2, "received")]
    assert open_exceptions(ledger) == []


def test_a_cancelled_order_is_not_sent_and_can_be_cancelled_only_before_export(
    ledger: Ledger, clock: TestClock
) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    hold_all(held)
    ledger.acts.cancel("#a", "ann", "customer called")
    assert states(ledger) == {"a": "cancelled", "b": "held"}
    assert open_exceptions(ledger) == [("Missing SKU mapping for ABC-123", ["#b"])]
    delivered(ledger, clock, "c")
    with pytest.raises(NotPossible, match="Cancelling of order #c: not possible, because it is delivered"):
        ledger.acts.cancel("c", "ann", "customer called")


@pytest.mark.parametrize("state", ["received", "held", "ready", "skipped", "rejected"])
def test_an_order_entered_by_hand_is_linked_and_not_sent(ledger: Ledger, clock: TestClock, state: str) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    if state == "held":
        hold_all(held)
    elif state == "skipped":
        held.judged([JudgedSending(due(held)[0].sending_id, SendingState.SKIPPED, RULES, "unpaid")])
    elif state == "rejected":
        held = delivered(ledger, clock, "a")
        held.apply_answers([answer([rejected("a")])])
    elif state == "ready":
        approve(held)
    assert states(ledger) == {"a": state}
    ledger.acts.link("a", "SO-77", "ann", "typed in during the outage")
    assert (states(ledger), open_exceptions(ledger)) == ({"a": "accepted"}, [])
    assert held.exportable(["shop-acme"], [], 10) == []
    assert [each.erp_number for each in held.to_write_back("shop-acme", 10)] == ["SO-77"]


def test_an_order_that_is_with_the_erp_cannot_be_linked(ledger: Ledger, clock: TestClock) -> None:
    delivered(ledger, clock, "a")
    with pytest.raises(NotPossible, match="it is delivered"):
        ledger.acts.link("a", "SO-77", "ann", "typed in")


def test_a_person_can_link_a_withdrawn_order(ledger: Ledger, clock: TestClock) -> None:
    delivered(ledger, clock, "a")
    ledger.acts.withdraw_file("acme", 1, "ann", "typed in by hand")
    ledger.acts.link("a", "SO-77", "ann", "typed in")
    assert (states(ledger), open_exceptions(ledger)) == ({"a": "accepted"}, [])


def test_an_unknown_order_file_or_exception_is_named(ledger: Ledger) -> None:
    with pytest.raises(Missing, match="Order 4711 is not there"):
        ledger.acts.cancel("4711", "ann", "x")
    with pytest.raises(Missing, match="File 9 of acme is not there"):
        ledger.acts.withdraw_file("acme", 9, "ann", "x")
    with pytest.raises(Missing, match="Exception 5 is not there"):
        ledger.acts.retry_exception(5, "ann", "x")
    with pytest.raises(Missing, match="Endpoint nowhere is not there"):
        ledger.acts.pause_endpoint("nowhere", "ann", "x")


def test_a_number_that_two_stores_use_must_be_told_apart(ledger: Ledger) -> None:
    ledger.enrol(deployment((("shop-acme", "shop", "acme"), ("b2b-acme", "b2b", "acme"))))
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    held.add_page("b2b-acme", [revision("a")], "c1")
    with pytest.raises(NotPossible, match="several orders have that number"):
        ledger.acts.cancel("#a", "ann", "x")
    ledger.acts.cancel("b2b/a", "ann", "x")
    assert [(order.store, order.state.value) for order in ledger.reading.orders()] == [
        ("shop", "received"),
        ("b2b", "cancelled"),
    ]


def test_only_released_orders_go_in_mode_selected(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    assert held.exportable([], ["shop-acme"], 10) == []
    assert ledger.acts.release("shop-acme", ["b"], "ann", "pilot customer") == 1
    assert [each.number for each in held.exportable([], ["shop-acme"], 10)] == ["#b"]
    assert [each.number for each in held.exportable(["shop-acme"], [], 10)] == ["#a", "#b"]
    with pytest.raises(NotPossible, match="Release of 4711"):
        ledger.acts.release("shop-acme", ["a", "4711"], "ann", "pilot")
    assert [each.number for each in held.exportable([], ["shop-acme"], 10)] == ["#b"]


def test_a_pause_has_a_name_and_a_reason_until_it_ends(ledger: Ledger, commits: CommitCount) -> None:
    held = ledger.take("acme", "test")
    assert held.paused() is None
    ledger.acts.pause_endpoint("acme", "ann", "stocktaking")
    ledger.acts.pause_flow("shop-acme", "bob", "new prices")
    paused, flow_paused = held.paused(), held.flow_paused("shop-acme")
    assert paused is not None
    assert flow_paused is not None
    assert (paused.by, paused.reason, flow_paused.by) == ("ann", "stocktaking", "bob")
    before = commits.commits
    ledger.acts.pause_endpoint("acme", "carl", "again")
    assert commits.commits == before
    ledger.acts.resume_endpoint("acme", "ann", "done")
    ledger.acts.resume_flow("shop-acme", "ann", "done")
    assert (held.paused(), held.flow_paused("shop-acme")) == (None, None)


def test_a_judgement_does_not_undo_what_a_person_did_meanwhile(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    ledger.acts.cancel("a", "ann", "customer called")
    held.judged([JudgedSending(one.sending_id, SendingState.READY, RULES, external_id="a")])
    assert states(ledger) == {"a": "cancelled"}


def test_a_number_that_differs_in_the_store_waits_for_a_person_and_retry_asks_again(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a", "b")
    held.apply_answers([answer([accepted("a", "SO-1"), accepted("b", "SO-2")])])
    one, two = held.to_write_back("shop-acme", 10)
    differs = Problem("number-differs", "Order #a: SO-9 stands there.", "Look.", "differs:a", "Another number at #a")
    away = Problem("store-away", "The store does not answer.", "Wait.", "store:shop", "The store is away", True)
    later = clock() + timedelta(minutes=5)
    held.wrote_back(
        [
            WroteBack(one.sending_id, WrittenOutcome.DIFFERENT, differs),
            WroteBack(two.sending_id, WrittenOutcome.FAILED, away, later),
        ]
    )
    assert held.to_write_back("shop-acme", 10) == []
    clock.forward(minutes=5)
    assert [(each.store_order_id, each.tries) for each in held.to_write_back("shop-acme", 10)] == [("b", 1)]
    held.wrote_back([WroteBack(two.sending_id, WrittenOutcome.WRITTEN)])
    (shown,) = ledger.reading.exceptions()
    assert shown.title == "Another number at #a"
    ledger.acts.retry_exception(shown.exception_id, "ann", "wrong number removed")
    (again,) = held.to_write_back("shop-acme", 10)
    held.wrote_back([WroteBack(again.sending_id, WrittenOutcome.WRITTEN)])
    assert (states(ledger), open_exceptions(ledger)) == ({"a": "written_back", "b": "written_back"}, [])


def test_a_step_that_succeeds_closes_what_it_opened_and_nothing_else(ledger: Ledger, commits: CommitCount) -> None:
    held = ledger.take("acme", "test")
    away = Problem("store-away", "The store shop does not answer.", "Wait.", "store:shop", "shop does not answer", True)
    held.open_exception("flow", "shop-acme", "fetch", away)
    held.open_exception("flow", "shop-acme", "fetch", away)
    held.open_exception("endpoint", "acme", "deliver", away)
    assert [(each.scope, each.times) for each in ledger.reading.exceptions()] == [("shop-acme", 2), ("acme", 1)]
    assert held.close_exceptions("flow", "shop-acme", "fetch") == 1
    assert [each.scope for each in ledger.reading.exceptions()] == ["acme"]
    before = commits.commits
    assert held.close_exceptions("flow", "shop-acme", "fetch") == 0
    assert commits.commits == before


def test_an_order_that_cannot_be_rendered_is_held_and_judged_again_with_new_rules(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    bad = held.exportable(["shop-acme"], [], 10)[0]
    held.hold([Trouble(bad.sending_id, (unmapped("#a", "template"),))])
    assert [each.number for each in held.exportable(["shop-acme"], [], 10)] == ["#b"]
    assert due(held) == []
    approve(held, rules="mended-template")
    assert [each.number for each in held.exportable(["shop-acme"], [], 10)] == ["#a", "#b"]
    assert open_exceptions(ledger) == []


def test_a_flows_next_time_is_kept(ledger: Ledger, clock: TestClock) -> None:
    assert ledger.flow_due("shop-acme")
    ledger.set_next_due("shop-acme", clock() + timedelta(seconds=60))
    assert not ledger.flow_due("shop-acme")
    clock.forward(seconds=60)
    assert ledger.flow_due("shop-acme")
