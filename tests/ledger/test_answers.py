"""Late, repeated, contradicting and unknown answers each have one outcome; nothing is applied twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.answers import Result, ResultOutcome
from bridge.domain.problems import Problem
from bridge.domain.reasons import reason_code
from bridge.ledger import Ledger
from tests.ledger.conftest import CommitCount
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


def numbers(ledger: Ledger) -> dict[str, str | None]:
    """The ERP number of each order."""
    return {order.store_order_id: order.erp_number for order in ledger.reading.orders()}


def file_states(ledger: Ledger) -> list[str]:
    """The state of each file, newest first."""
    return [file.state.value for file in ledger.reading.files()]


def test_an_external_id_is_recognised_whatever_its_case(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "web-1")
    held.apply_answers([answer([accepted(" WEB-1 ", "SO-1")])])
    assert numbers(ledger) == {"web-1": "SO-1"}


def test_an_answer_offered_again_changes_nothing_under_whatever_name(
    ledger: Ledger, clock: TestClock, commits: CommitCount
) -> None:
    held = delivered(ledger, clock, "a")
    told = answer([accepted("a", "SO-1")], sha256="same")
    (first,) = held.apply_answers([told])
    before = commits.commits
    (again,) = held.apply_answers([told])
    (renamed,) = held.apply_answers([replace(told, name="ACK_1 (2).xml")])
    assert (first.already, again.already, renamed.already) == (False, True, True)
    assert again.answer_id == renamed.answer_id == first.answer_id
    assert commits.commits == before
    assert held.answers.applied([("ACK_1.xml", "same"), ("ACK_1.xml", "other")]) == {("ACK_1.xml", "same")}


def test_equal_bytes_that_answer_two_files_are_two_answers(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    fetch(held, revision("b"), cursor="c2")
    approve(held)
    (second,) = seal(held)
    place(held, clock)
    first_file = file_named(held, "ORD_000001.csv")
    applied = held.apply_answers(
        [answer([], "A.ok", "same", first_file), answer([], "B.ok", "same", second.file_id), answer([], "C.ok", "same")]
    )
    assert [each.already for each in applied] == [False, False, False]


def test_a_verdict_said_again_is_repeated_and_one_with_another_number_contradicts(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    (repeated,) = held.apply_answers([answer([accepted("a", "SO-1")], "ACK_2.xml")])
    (other,) = held.apply_answers([answer([accepted("a", "SO-2")], "ACK_3.xml")])
    (refused,) = held.apply_answers([answer([rejected("a")], "ACK_4.xml")])
    assert repeated.outcomes == {ResultOutcome.REPEATED: 1}
    assert other.outcomes == {ResultOutcome.CONTRADICTS: 1}
    assert refused.outcomes == {ResultOutcome.CONTRADICTS: 1}
    assert (states(ledger), numbers(ledger)) == ({"a": "accepted"}, {"a": "SO-1"})
    assert open_exceptions(ledger) == [("The ERP's answers contradict each other for order #a", ["#a"])]


def test_a_rejection_becomes_an_exception_with_the_words_of_the_erp(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b", "c")
    held.apply_answers(
        [answer([rejected("a", "E17: unknown article 5"), rejected("b", "E17: unknown article 6"), accepted("c", "1")])]
    )
    assert states(ledger) == {"a": "rejected", "b": "rejected", "c": "accepted"}
    ((_, held_numbers),) = open_exceptions(ledger)
    assert held_numbers == ["#a", "#b"]
    (shown,) = ledger.reading.exceptions()
    assert (shown.code, shown.cause, shown.orders) == ("rejected", "rejected:E17", 2)
    assert [order.message for order in ledger.reading.held_orders(shown.exception_id)] == [
        "Order #a: acme refused it: E17: unknown article 5",
        "Order #b: acme refused it: E17: unknown article 6",
    ]


def test_no_word_of_a_rejection_reaches_causes_or_events(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a", "Kunde Kowalska gesperrt")])])
    (order,) = ledger.reading.orders()
    (shown,) = ledger.reading.exceptions()
    events = [line.reason for line in ledger.reading.order_story(order.order_id) if line.subject == "sending"]
    assert "Kowalska" not in shown.cause + " ".join(events)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("E17: unknown article 5", "E17"),
        ("[VAL-003] price missing", "VAL-003"),
        ("4711 - closed period", "4711"),
        ("", "no reason given"),
    ],
)
def test_a_rejections_own_code_is_its_cause(words: str, code: str) -> None:
    assert reason_code(words) == code


def test_reasons_that_differ_only_in_numbers_and_quotes_share_a_cause() -> None:
    one, two = reason_code("customer 'Nowak' 17 is blocked"), reason_code("Customer 'Kowalska' 18  is blocked")
    assert one == two
    assert one.startswith("reason-")


def test_rejected_first_and_accepted_later_is_accepted(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a")])])
    held.apply_answers([answer([accepted("a", "SO-1")], "ACK_2.xml")])
    assert (states(ledger), open_exceptions(ledger)) == ({"a": "accepted"}, [])


def test_an_unknown_external_id_is_an_exception_and_the_rest_is_applied(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    (applied,) = held.apply_answers([answer([accepted("stranger", "SO-9"), accepted("a", "SO-1")])])
    assert applied.outcomes == {ResultOutcome.UNKNOWN: 1, ResultOutcome.APPLIED: 1}
    assert [each.code for each in ledger.reading.exceptions()] == ["answer-unknown-order"]
    held.close_exceptions("endpoint", "acme", "collect")  # a collect that succeeds does not hide it
    assert [each.code for each in ledger.reading.exceptions()] == ["answer-unknown-order"]
    assert states(ledger) == {"a": "accepted"}


def test_an_order_that_was_not_sent_is_not_accepted_by_an_answer(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    (applied,) = held.apply_answers([answer([accepted("a", "SO-1")])])
    assert applied.outcomes == {ResultOutcome.UNKNOWN: 1}
    assert states(ledger) == {"a": "ready"}


def test_accepted_without_a_number_waits_for_it_and_is_not_written_back(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a")])])
    assert held.to_write_back("shop-acme", 10) == []
    (applied,) = held.apply_answers([answer([accepted("a", "SO-1")], "ACK_2.xml")])
    assert applied.outcomes == {ResultOutcome.APPLIED: 1}
    assert [each.erp_number for each in held.to_write_back("shop-acme", 10)] == ["SO-1"]


def test_an_answer_that_overtakes_the_confirmation_of_the_placing_counts(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    (file,) = seal(held)
    held.announce([(file.file_id, 1, "ORD_000001.csv.1.tmp")])
    held.staged([file.file_id])
    held.apply_answers([answer([accepted("a", "SO-1")])])
    assert (states(ledger), file_states(ledger)) == ({"a": "accepted", "b": "exported"}, ["staged"])
    held.apply_answers([answer([accepted("b", "SO-2")], "ACK_2.xml")])
    assert file_states(ledger) == ["answered"]
    assert held.doubts() == []


def test_an_answer_to_a_file_that_counts_as_not_sent_stops_its_delivery(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    (file,) = seal(held)
    held.announce([(file.file_id, 1, "x.tmp")])
    held.back_to_sealed([file.file_id], "nothing was visible")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    assert held.undelivered(10) == []
    assert [each.code for each in ledger.reading.exceptions()] == ["answered-before-sent"]
    ledger.acts.retry_file("acme", 1, "ann", "the ERP lost it")
    assert [each.file_id for each in held.undelivered(10)] == [file.file_id]


def test_a_placed_file_without_an_answer_is_overdue_once_and_a_late_answer_closes_it(
    ledger: Ledger, clock: TestClock, commits: CommitCount
) -> None:
    held = delivered(ledger, clock, "a")
    assert held.overdue(clock()) == 0
    clock.forward(hours=2)
    assert held.overdue(clock()) == 1
    before = commits.commits
    assert (held.overdue(clock()), commits.commits) == (0, before)
    assert [each.title for each in ledger.reading.exceptions()] == ["No answer for ORD_000001.csv"]
    (applied,) = held.apply_answers([answer([accepted("a", "SO-1")])])
    assert applied.outcomes == {ResultOutcome.LATE: 1}
    assert open_exceptions(ledger) == []


def test_a_file_is_answered_when_each_of_its_orders_has_a_verdict(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    assert file_states(ledger) == ["placed"]
    held.apply_answers([answer([rejected("b")], "ACK_2.xml")])
    assert file_states(ledger) == ["answered"]


def test_a_quarantined_answer_is_kept_shown_and_changes_no_order(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    hostile = Problem(
        "answer-hostile",
        "ACK_1.xml declares entities.",
        "Ask the ERP's owner.",
        "answer:ACK_1.xml",
        "ACK_1.xml is hostile",
    )
    held.apply_answers([replace(answer([accepted("a", "SO-1")]), problem=hostile, results=[])])
    assert states(ledger) == {"a": "delivered"}
    assert [each.title for each in ledger.reading.exceptions()] == ["ACK_1.xml is hostile"]
    kept = [(each.kind, each.sha256) for each in ledger.reading.archived_files() if each.kind != "page"]
    assert kept == [("export", "sha-1"), ("answer", "sha-of-ACK_1.xml")]


def test_answers_wait_to_be_moved_until_they_are(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")]), answer([], "EMPTY.xml")])
    waiting = held.to_move()
    assert [each.name for each in waiting] == ["ACK_1.xml", "EMPTY.xml"]
    held.moved([waiting[0].answer_id])
    assert [each.name for each in held.to_move()] == ["EMPTY.xml"]


def test_a_growing_log_remembers_how_far_it_was_read(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b")
    assert held.answers.log_read_before("import.csv") is None
    held.apply_answers([replace(answer([accepted("a", "1")], "import.csv", "d1"), rows_read=1)])
    held.apply_answers([replace(answer([accepted("b", "2")], "import.csv", "d2"), rows_read=2)])
    before = held.answers.log_read_before("import.csv")
    assert before
    assert (before.rows_read, before.sha256) == (2, "d2")


def test_200_results_in_one_answer_are_applied_in_one_commit(
    ledger: Ledger, clock: TestClock, commits: CommitCount
) -> None:
    ids = [f"o{each}" for each in range(200)]
    held = delivered(ledger, clock, *ids)
    before = commits.commits
    results: list[Result] = [accepted(each, f"SO-{each}") for each in ids]
    held.apply_answers([answer(results[:100], "A.xml"), answer(results[100:], "B.xml")])
    assert commits.commits == before + 1
    assert set(states(ledger).values()) == {"accepted"}
