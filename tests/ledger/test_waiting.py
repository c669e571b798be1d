"""Orders that wait by a rule: when they are looked at again, and what a person's word does to them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bridge.domain.states import SendingState
from bridge.ledger import EndpointLedger, JudgedSending, Ledger, NotPossible
from tests.ledger.world import RULES, START, TestClock, approve, deployment, due, fetch, revision, states, unmapped

S = SendingState
RULE = "wait:picking:Not picked yet"


def wait(held: EndpointLedger, until: datetime | None = None, flow: str = "shop-acme") -> None:
    """Everything that is due waits by a rule."""
    held.judged(
        [JudgedSending(one.sending_id, S.RECEIVED, RULES, rule=RULE, next_try_at=until) for one in due(held, flow)]
    )


def numbers(held: EndpointLedger, rules: str = RULES) -> list[str]:
    """The orders that are to be judged."""
    return sorted(one.store_order_id for one in due(held, rules=rules))


def waits_told(ledger: Ledger) -> list[str]:
    """The reasons of all events that tell of waiting."""
    (order, *_) = ledger.reading.orders()
    return [line.reason for line in ledger.reading.order_story(order.order_id) if line.verb == "waits"]


def test_an_order_that_waits_is_judged_again_when_its_time_has_come_or_the_rules_changed(
    ledger: Ledger, clock: TestClock
) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("late"))
    wait(held, START + timedelta(days=7))
    fetch(held, revision("endless"))
    wait(held)
    assert numbers(held) == []
    assert numbers(held, "rules-2") == ["endless", "late"]
    clock.forward(days=6)
    assert numbers(held) == []
    clock.forward(days=1)
    assert numbers(held) == ["late"]


def test_an_order_that_waits_shows_its_rule_and_says_so_once(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    wait(held, START + timedelta(days=7))
    held.judged([JudgedSending(one.sending_id, S.RECEIVED, "rules-2", rule=RULE) for one in due(held, rules="rules-2")])
    (view,) = ledger.reading.orders()
    assert (view.state, view.rule, view.next_try_at) == (S.RECEIVED, RULE, None)
    assert waits_told(ledger) == [RULE]
    assert ledger.reading.exceptions() == []


def test_a_changed_order_replaces_the_one_that_waited_and_is_judged(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    wait(held)
    fetch(held, revision("a", version=2))
    assert numbers(held) == ["a"]
    approve(held)
    assert sorted(states(ledger).values()) == [S.READY]


@pytest.mark.parametrize("before", [S.READY, S.HELD])
def test_a_rule_that_is_written_later_makes_wait_what_was_ready_or_held(
    ledger: Ledger, clock: TestClock, before: SendingState
) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    if before is S.READY:
        approve(held)
    else:
        held.judged([JudgedSending(one.sending_id, S.HELD, RULES, problems=(unmapped("#a"),)) for one in due(held)])
    (one,) = due(held, rules="rules-2")
    assert one.state is before
    held.judged([JudgedSending(one.sending_id, S.RECEIVED, "rules-2", rule=RULE)])
    assert [view.state for view in ledger.reading.orders()] == [S.RECEIVED]
    assert ledger.reading.exceptions() == []
    assert held.exportable(["shop-acme"], [], 10) == []


def test_a_release_makes_an_order_due_that_waits_or_is_held_and_is_told_to_the_judgement(
    ledger: Ledger, clock: TestClock
) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("waits"))
    wait(held)
    fetch(held, revision("held"))
    held.judged([JudgedSending(one.sending_id, S.HELD, RULES, problems=(unmapped("#held"),)) for one in due(held)])
    assert ledger.acts.release("shop-acme", ["waits", "held"], "ada", "looked at") == 2
    assert {one.store_order_id: one.released for one in due(held)} == {"waits": True, "held": True}
    wait(held)
    assert numbers(held) == []
    assert ledger.acts.release("shop-acme", ["waits", "held"], "ada", "again") == 0


def test_a_release_of_a_skipped_order_has_it_judged_anew_unless_another_flow_takes_it(
    ledger: Ledger, clock: TestClock
) -> None:
    ledger.enrol(deployment((("shop-acme", "shop", "acme"), ("shop-acme-2", "shop", "acme"))))
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    fetch(held, revision("a"), flow="shop-acme-2")
    with pytest.raises(NotPossible, match="another flow takes it"):
        ledger.acts.release("shop-acme-2", ["a"], "ada", "wrong flow")
    held.judged([JudgedSending(one.sending_id, S.SKIPPED, RULES, rule="skip:wrong") for one in due(held)])
    with pytest.raises(NotPossible, match="another flow takes it"):
        ledger.acts.release("shop-acme", ["a"], "ada", "the second flow has it now")
    held.judged([JudgedSending(one.sending_id, S.SKIPPED, RULES, "status") for one in due(held, "shop-acme-2")])
    assert ledger.acts.release("shop-acme", ["a"], "ada", "the rule was wrong") == 1
    (one,) = due(held)
    assert (one.state, one.released) == (S.RECEIVED, True)
    (view,) = ledger.reading.orders()
    assert (view.state, view.rule) == (S.RECEIVED, None)


def test_where_the_first_flow_lets_an_order_wait_the_second_stands_back_until_it_is_skipped(
    ledger: Ledger, clock: TestClock
) -> None:
    ledger.enrol(deployment((("shop-acme", "shop", "acme"), ("shop-acme-2", "shop", "acme"))))
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    fetch(held, revision("a"), flow="shop-acme-2")
    wait(held)
    assert due(held, "shop-acme-2") == []
    (one,) = due(held, rules="rules-2")
    held.judged([JudgedSending(one.sending_id, S.SKIPPED, "rules-2", rule="skip:mine")])
    (other,) = due(held, "shop-acme-2", "rules-2")
    held.judged([JudgedSending(other.sending_id, S.RECEIVED, "rules-2", rule=RULE)])
    assert due(held, "shop-acme-2", "rules-2") == []


def test_an_order_whose_value_is_less_as_it_goes_counts_with_that(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a", gross_minor=5000))
    held.judged([JudgedSending(one.sending_id, S.READY, RULES, external_id="a", gross_minor=4000) for one in due(held)])
    (ready,) = held.exportable(["shop-acme"], [], 10)
    assert ready.gross_minor == 4000
