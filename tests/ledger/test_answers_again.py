"""Kept answers that are read again, as the ledger takes them in: nothing is lost, and nothing counts twice."""

from __future__ import annotations

from dataclasses import replace

from bridge.domain.answers import AnswerRule, ResultOutcome
from bridge.ledger import ANSWER_COUNT_DIFFERS, AnswerToReadAgain, EndpointLedger, Ledger
from tests.ledger.world import TestClock, accepted, answer, delivered, file_named, rejected, states

DIFFERS = ANSWER_COUNT_DIFFERS.problem(name="17.csv", endpoint="acme", count=1, members=2)
OPEN = "answer-count-differs"


def codes(ledger: Ledger) -> list[str]:
    return sorted(each.code for each in ledger.reading.exceptions())


def asked_for(ledger: Ledger, held: EndpointLedger, code: str) -> AnswerToReadAgain:
    """A person asks; gives the answer that is due then."""
    (trouble,) = [one for one in ledger.reading.exceptions() if one.code == code]
    assert ledger.acts.retry_exception(trouble.exception_id, "ann", "mended").answers == 1
    (kept,) = held.answers.to_read_again(10)
    return kept


def test_what_was_asked_for_stays_due_and_open_until_it_is_read(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b")
    told = replace(answer([], "17.csv"), export_file_id=file_named(held, "ORD_000001.csv"), problem=DIFFERS)
    held.apply_answers([told])
    kept = asked_for(ledger, held, OPEN)
    assert codes(ledger) == [OPEN]
    assert held.answers.to_read_again(10) == [kept]
    held.apply_again(kept, replace(told, results=[accepted("a", "S-1"), accepted("b", "S-2")], problem=None))
    assert states(ledger) == {"a": "accepted", "b": "accepted"}
    assert (codes(ledger), held.answers.to_read_again(10)) == ([], [])


def test_what_still_cannot_be_read_is_not_due_any_more_and_stays_open(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    told = replace(answer([], "17.csv"), problem=DIFFERS)
    held.apply_answers([told])
    held.apply_again(asked_for(ledger, held, OPEN), told)
    assert (codes(ledger), held.answers.to_read_again(10)) == ([OPEN], [])
    held.apply_again(asked_for(ledger, held, OPEN), replace(told, results=[accepted("a", "S-1")], problem=None))
    assert states(ledger) == {"a": "accepted"}


def test_what_a_person_dismisses_before_it_is_read_changes_nothing(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    told = replace(answer([], "17.csv"), problem=DIFFERS)
    held.apply_answers([told])
    kept = asked_for(ledger, held, OPEN)
    (trouble,) = ledger.reading.exceptions()
    ledger.acts.dismiss_exception(trouble.exception_id, "ann", "settled")
    done = held.apply_again(kept, replace(told, results=[accepted("a", "S-1")], problem=None))
    assert (done.already, done.outcomes, states(ledger)) == (True, {}, {"a": "delivered"})
    assert held.answers.to_read_again(10) == []


def test_bytes_that_were_applied_under_another_rule_meanwhile_are_not_applied_again(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    told = replace(answer([], "17.csv"), rule=AnswerRule("old"), problem=DIFFERS)
    held.apply_answers([told])
    read = replace(told, rule=AnswerRule("new"), name="18.csv", results=[rejected("a")], problem=None)
    held.apply_answers([read])
    assert states(ledger) == {"a": "rejected"}
    (trouble,) = [one for one in ledger.reading.exceptions() if one.code == "rejected"]
    ledger.acts.retry_exception(trouble.exception_id, "ann", "once more")
    done = held.apply_again(asked_for(ledger, held, OPEN), replace(read, name="17.csv", results=[rejected("a")]))
    assert (done.already, done.outcomes) == (True, {})
    assert states(ledger) == {"a": "received"}
    assert codes(ledger) == []


def test_the_rest_of_a_report_is_accepted_once_its_file_is_known_and_its_failures_are_not_told_twice(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a", "b")
    told = replace(answer([rejected("a")], "errors.csv"), rule=AnswerRule("report", rest_accepted=True))
    held.apply_answers([told])
    assert states(ledger) == {"a": "rejected", "b": "delivered"}
    kept = asked_for(ledger, held, "rest-not-accepted")
    joined = replace(told, results=[rejected("a")], export_file_id=file_named(held, "ORD_000001.csv"))
    done = held.apply_again(kept, joined)
    assert states(ledger) == {"a": "rejected", "b": "accepted"}
    assert done.outcomes == {ResultOutcome.REPEATED: 1, ResultOutcome.APPLIED: 1}
    assert codes(ledger) == ["rejected"]
