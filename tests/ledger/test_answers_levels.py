"""Levels only rise; a verdict is a verdict at any level; rounds, differences and reasons each have their exception."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.answers import AnswerRule, Difference, Level, Reason, Result, ResultOutcome, Verdict
from bridge.ledger import EndpointLedger, Ledger
from tests.ledger.world import (
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    fetch,
    file_named,
    open_exceptions,
    place,
    rejected,
    revision,
    seal,
    states,
)


def pending(external_id: str, level: Level) -> Result:
    """Something short of a verdict."""
    return Result(external_id, Verdict.PENDING, level=level)


def told(ledger: Ledger) -> list[str | None]:
    """What `orders show` says of each order beside its state."""
    return [order.answer for order in ledger.reading.orders()]


def say(held: EndpointLedger, *results: Result, rule: AnswerRule | None = None, name: str = "") -> dict[str, int]:
    """One answer; gives its outcomes in words."""
    told = answer(results, name or f"ACK-{abs(hash(results))}")
    (applied,) = held.apply_answers([replace(told, rule=rule or AnswerRule())])
    return {outcome.value: count for outcome, count in applied.outcomes.items()}


def test_levels_are_noted_and_shown_and_the_file_goes_on_waiting(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    assert say(held, pending("a", Level.SYNTAX_RECEIVED)) == {"raised": 1}
    assert told(ledger) == ["received by the ERP"]
    assert say(held, pending("a", Level.IN_WORK)) == {"raised": 1}
    assert told(ledger) == ["in work in the ERP"]
    assert states(ledger) == {"a": "delivered"}
    clock.forward(hours=2)
    assert held.overdue(clock()) == 1
    (member,) = ledger.reading.members(ledger.reading.files()[0].file_id)
    assert member.answer == "in work in the ERP"


def test_a_lower_or_equal_level_after_a_higher_one_is_repeated(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    say(held, pending("a", Level.SYNTAX_ACCEPTED))
    assert say(held, pending("a", Level.TAKEN), pending("a", Level.SYNTAX_ACCEPTED)) == {"repeated": 2}
    assert told(ledger) == ["form accepted by the ERP"]


@pytest.mark.parametrize("verdict", [accepted("a", "SO-1"), rejected("a")], ids=["accepted", "rejected"])
def test_a_level_after_the_verdict_is_repeated_and_the_verdict_stands(
    ledger: Ledger, clock: TestClock, verdict: Result
) -> None:
    held = delivered(ledger, clock, "a")
    say(held, verdict)
    assert say(held, pending("a", Level.IN_WORK)) == {"repeated": 1}
    assert states(ledger) == {"a": verdict.verdict.value}
    assert told(ledger) == [None]


def test_the_number_first_and_the_acceptance_later_is_repeated(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    say(held, accepted("a", "SO-1"))
    assert say(held, accepted("a")) == {"repeated": 1}
    (order,) = ledger.reading.orders()
    assert order.erp_number == "SO-1"


def test_a_level_of_a_file_that_a_person_withdrew_contradicts(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    ledger.acts.withdraw_file("acme", 1, "ann", "a mistake")
    assert say(held, pending("a", Level.TAKEN)) == {"contradicts": 1}
    assert "answer-contradicts" in [each.code for each in ledger.reading.exceptions()]


def test_a_receipt_for_a_file_that_counts_as_not_sent_stops_its_delivery(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    (file,) = seal(held)
    held.announce([(file.file_id, 1, "x.tmp")])
    held.back_to_sealed([file.file_id], "nothing was visible")
    say(held, pending("a", Level.SYNTAX_RECEIVED))
    assert held.undelivered(10) == []
    assert [each.code for each in ledger.reading.exceptions()] == ["answered-before-sent"]


def test_an_earlier_round_accepted_after_a_later_one_went_out_may_be_a_duplicate(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    first = file_named(held, "ORD_000001.csv")
    say(held, rejected("a"))
    ledger.acts.new_round("a", "ann", "article was added")
    approve(held)
    seal(held)
    place(held, clock)
    (late,) = held.apply_answers([answer([accepted("a", "SO-1")], "late", file_id=first)])
    assert late.outcomes == {ResultOutcome.DUPLICATE: 1}
    assert states(ledger) == {"a": "delivered"}
    assert open_exceptions(ledger) == [("Order #a may be in the ERP twice", ["#a"])]
    assert say(held, accepted("a", "SO-2")) == {"applied": 1}
    assert states(ledger) == {"a": "accepted"}
    assert open_exceptions(ledger) == [("Order #a may be in the ERP twice", ["#a"])]  # a person still has to look


@pytest.mark.parametrize("judged", [True, False], ids=["ready", "received"])
def test_an_earlier_round_accepted_before_a_later_one_is_in_a_file_takes_its_place(
    judged: bool, ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    first = file_named(held, "ORD_000001.csv")
    say(held, rejected("a"))
    ledger.acts.new_round("a", "ann", "article was added")
    if judged:
        approve(held)
    (late,) = held.apply_answers([answer([accepted("a", "SO-1")], "late", file_id=first)])
    assert late.outcomes == {ResultOutcome.APPLIED: 1}
    approve(held)
    assert seal(held) == []  # the second round never goes: the ERP has the order
    assert states(ledger) == {"a": "accepted"}
    assert open_exceptions(ledger) == []


def test_what_a_later_round_had_newer_is_a_change_of_the_one_that_the_erp_has(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    first = file_named(held, "ORD_000001.csv")
    say(held, rejected("a"))
    fetch(held, revision("a", 2))  # the shop's change goes as a further round by itself
    held.apply_answers([answer([accepted("a", "SO-1")], "late", file_id=first)])
    assert seal(held) == []
    assert open_exceptions(ledger) == [("Order #a was changed in the store after it was sent", ["#a"])]


def test_a_withdrawn_round_that_the_erp_has_after_all_keeps_the_next_from_going(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    first = file_named(held, "ORD_000001.csv")
    ledger.acts.withdraw_file("acme", 1, "ann", "a mistake")
    ledger.acts.new_round("a", "ann", "once more")
    approve(held)
    held.apply_answers([answer([accepted("a", "SO-1")], "late", file_id=first)])
    assert seal(held) == []
    assert "answer-contradicts" in [each.code for each in ledger.reading.exceptions()]


CHANGED = accepted("a", "SO-1")._replace(
    differences=(
        Difference("quantity", "2", "5", "3"),
        Difference("delivery date", confirmed="2026-03-09"),
        Difference("article is no longer sold", "3"),
    ),
)


def test_accepted_with_changes_is_accepted_and_shown_until_a_person_has_seen_it(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    assert say(held, CHANGED) == {"applied": 1}
    assert states(ledger) == {"a": "accepted"}
    assert [each.erp_number for each in held.to_write_back("shop-acme", 10)] == ["SO-1"]
    (shown,) = ledger.reading.exceptions()
    assert shown.code == "accepted-with-changes"
    assert shown.message == (
        "Order #a: acme accepted it with changes: line 2 quantity: 5 sent, 3 confirmed; delivery date: 2026-03-09 "
        "confirmed; line 3 article is no longer sold."
    )
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "told the customer")
    assert (states(ledger), ledger.reading.exceptions()) == ({"a": "accepted"}, [])


def test_changes_said_again_stay_acknowledged_and_other_ones_do_not(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    say(held, CHANGED, name="first")
    (shown,) = ledger.reading.exceptions()
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "told the customer")
    assert say(held, CHANGED, name="daily log") == {"repeated": 1}
    assert ledger.reading.exceptions() == []
    say(held, CHANGED._replace(differences=(Difference("quantity", "2", "5", "0"),)), name="later")
    assert [each.code for each in ledger.reading.exceptions()] == ["accepted-with-changes"]


CURE = "Cure the reason in the ERP or the store."
REASONS = AnswerRule(
    profile="acme-xml",
    reasons={
        "E17": Reason("The article is unknown in the ERP", "Add it there."),
        "is blocked": Reason("The customer is blocked"),
        "customer is blocked by accounting": Reason("Accounting blocks the customer", "Call accounting."),
    },
)


@pytest.mark.parametrize(
    ("result", "message", "action", "cause"),
    [
        (
            rejected("a", "unknown article 5")._replace(code="e17"),
            "The article is unknown in the ERP (e17 unknown article 5)",
            "Add it there. To send",
            "rejected:E17",
        ),
        (rejected("a", "E17: unknown"), "The article is unknown in the ERP (E17: unknown)", "Add it", "rejected:E17"),
        (
            rejected("a", "Customer  IS blocked by accounting since May"),
            "Accounting blocks the customer (Customer IS blocked by accounting since May)",
            "Call accounting.",
            "rejected:reason-",
        ),
        (
            rejected("a", "no such warehouse")._replace(code="W9"),
            "W9 no such warehouse",
            f"{CURE} If it comes again, add W9 to [answers.reasons] of profile acme-xml.",
            "rejected:W9",
        ),
        (
            rejected("a", ""),
            "no reason given",
            "Cure the reason in the ERP or the store. To",
            "rejected:no reason given",
        ),
    ],
    ids=["code", "code in text", "longest phrase", "unknown", "none"],
)
def test_the_profiles_table_puts_a_reason_into_business_words(
    ledger: Ledger, clock: TestClock, result: Result, message: str, action: str, cause: str
) -> None:
    held = delivered(ledger, clock, "a")
    say(held, result, rule=REASONS)
    (shown,) = ledger.reading.exceptions()
    assert shown.message == f"Order #a: acme refused it: {message}"
    assert shown.action.startswith(action)
    assert shown.cause.startswith(cause)
