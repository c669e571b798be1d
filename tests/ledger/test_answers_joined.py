"""How an answer finds its file and each result its order: by several keys, and by none that could be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.answers import (
    AnswerRule,
    FileKey,
    FileNaming,
    FileReference,
    Level,
    Result,
    ResultOutcome,
    Verdict,
)
from bridge.ledger import AnswerToApply, EndpointLedger, Ledger
from tests.ledger.world import (
    DAY,
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
    request,
    revision,
    seal,
    states,
)

NAME, PREFIX, NUMBER, DIGEST = FileKey.NAME, FileKey.PREFIX, FileKey.REFERENCE, FileKey.DIGEST
FIRST, SECOND = "ORD_000001.csv", "ORD_000002.csv"


def two_files(ledger: Ledger, clock: TestClock) -> EndpointLedger:
    """File 1 with orders a and b, file 2 with order c, both placed."""
    held = delivered(ledger, clock, "a", "b")
    fetch(held, revision("c"), cursor="c2")
    approve(held)
    seal(held)
    place(held, clock)
    return held


def clash(held: EndpointLedger, *references: FileReference) -> str:
    """What does not agree."""
    (joined,) = held.answers.joined_files([references], FileNaming(".csv"))
    assert joined.file_id is None
    return joined.clash


def by(told: AnswerToApply, **rule: object) -> AnswerToApply:
    """The answer under a rule of the profile."""
    return replace(told, rule=AnswerRule(**rule))  # type: ignore[arg-type]  # words of the test


def whole(verdict: Verdict, level: Level = Level.VERDICT, file: FileReference | None = None) -> Result:
    """One result for all orders of a file."""
    return Result("", verdict, level=level, whole_file=True, file=file, reason="E1: broken" if level < 5 else "")


def numbers(ledger: Ledger) -> dict[str, str | None]:
    return {order.store_order_id: order.erp_number for order in ledger.reading.orders()}


def codes(ledger: Ledger) -> list[str]:
    return sorted(each.code for each in ledger.reading.exceptions())


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (NUMBER, "2"),
        (NUMBER, "00000000000002"),
        (NAME, SECOND),
        (NAME, "ord_000002.CSV"),
        (PREFIX, "ORD_000002.csv_06-10-17-161029"),
        (PREFIX, "ORD_00000206-10-17-161011.csv"),
        (PREFIX, "ORD_000002.CSV"),
        (DIGEST, "SHA-2"),
    ],
)
def test_a_file_is_found_by_its_number_its_name_the_beginning_of_a_name_or_its_digest(
    ledger: Ledger, clock: TestClock, key: FileKey, told: str
) -> None:
    held = two_files(ledger, clock)
    found = file_named(held, told, key=key)
    assert found is not None
    assert found == file_named(held, SECOND)


@pytest.mark.parametrize(
    ("key", "told"),
    [(NUMBER, "3"), (NUMBER, "two"), (NUMBER, ""), (NAME, "ORD_000002"), (PREFIX, "RD_000002"), (DIGEST, "sha")],
)
def test_what_names_no_file_of_ours_says_nothing(ledger: Ledger, clock: TestClock, key: FileKey, told: str) -> None:
    held = two_files(ledger, clock)
    assert file_named(held, told, key=key) is None
    assert clash(held, FileReference(key, told)) == ""


def test_the_longest_of_our_names_is_meant_where_one_begins_another(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, *(revision(each) for each in ("a", "b")))
    approve(held)
    first, second = (each.sending_id for each in held.exportable(["shop-acme"], [], 10))
    sealed = held.seal([request(1, "A1.csv", first), request(2, "A10.csv", second)], 1, DAY, False)
    ids = {file.name: file.file_id for file in sealed}
    assert file_named(held, "A10_061017.csv", key=PREFIX) == ids["A10.csv"]
    assert file_named(held, "A1_0_061017.csv", key=PREFIX) == ids["A1.csv"]
    assert file_named(held, "A1061017.csv", key=PREFIX) is None
    assert clash(held, FileReference(PREFIX, "A1061017.csv")) == "the name A1061017.csv fits A1.csv and A10.csv"


def range_of_three_anew(ledger: Ledger, clock: TestClock) -> EndpointLedger:
    """Five files, of which the first and the fourth have number 1 where three numbers are all."""
    held = delivered(ledger, clock, "a")
    for turn, order in enumerate("bcde", start=2):
        fetch(held, revision(order), cursor=f"c{turn}")
        approve(held)
        seal(held)
    return held


def test_a_number_that_came_again_before_the_first_file_was_answered_means_neither(
    ledger: Ledger, clock: TestClock
) -> None:
    held = range_of_three_anew(ledger, clock)
    (joined,) = held.answers.joined_files([(FileReference(NUMBER, "1"),)], FileNaming(".csv", wraps_at=3))
    assert joined.file_id is None
    assert joined.clash == "the number 1 fits ORD_000004.csv and ORD_000001.csv"


def test_a_number_of_a_range_that_begins_anew_means_the_latest_file(ledger: Ledger, clock: TestClock) -> None:
    held = range_of_three_anew(ledger, clock)
    held.apply_answers([answer([accepted("a", "SO-1")])])
    (one, three) = held.answers.joined_files(
        [(FileReference(NUMBER, "1"),), (FileReference(NUMBER, "3"),)], FileNaming(".csv", wraps_at=3)
    )
    assert one.file_id == file_named(held, "ORD_000004.csv")
    assert three.file_id == file_named(held, "ORD_000003.csv")


def test_keys_that_mean_two_files_join_none(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    assert file_named(held, SECOND) == file_named(held, SECOND, "ord_000002.csv")
    told = clash(held, FileReference(NUMBER, "1"), FileReference(NAME, SECOND))
    assert told == f"the number 1 means {FIRST}, the name {SECOND} means {SECOND}"


def test_an_order_of_another_file_than_the_answer_names_is_not_accepted_by_it(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    (applied,) = held.apply_answers(
        [answer([accepted("c", "SO-3"), accepted("a", "SO-1")], file_id=file_named(held, FIRST))]
    )
    assert applied.outcomes == {ResultOutcome.DISAGREES: 1, ResultOutcome.APPLIED: 1}
    assert states(ledger) == {"a": "accepted", "b": "delivered", "c": "delivered"}
    assert codes(ledger) == ["answer-order-elsewhere"]


def test_the_same_order_in_a_further_file_is_a_further_round_and_disagrees_with_nothing(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a")], file_id=file_named(held, FIRST))])
    ledger.acts.new_round("a", "ann", "cured")
    approve(held)
    seal(held)
    place(held, clock)
    (repeated,) = held.apply_answers([answer([rejected("a")], "again", file_id=file_named(held, FIRST))])
    (applied,) = held.apply_answers([answer([accepted("a", "SO-1")], "new", file_id=file_named(held, SECOND))])
    assert repeated.outcomes == {ResultOutcome.REPEATED: 1}
    assert applied.outcomes == {ResultOutcome.APPLIED: 1}
    assert (states(ledger), codes(ledger)) == ({"a": "accepted"}, [])


def test_a_result_names_its_own_file_where_one_answer_speaks_of_several(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    results = [
        accepted("c", "SO-3")._replace(file=FileReference(NUMBER, "002")),
        accepted("a", "SO-1")._replace(file=FileReference(NAME, SECOND)),
        accepted("b", "SO-2")._replace(file=FileReference(NAME, "of somebody else")),
    ]
    (applied,) = held.apply_answers([answer(results)])
    assert applied.outcomes == {ResultOutcome.APPLIED: 2, ResultOutcome.DISAGREES: 1}
    assert states(ledger) == {"a": "delivered", "b": "accepted", "c": "accepted"}


def test_a_result_that_names_another_file_than_its_answer_is_not_applied(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    result = accepted("c", "SO-3")._replace(file=FileReference(NAME, SECOND))
    (applied,) = held.apply_answers([answer([result], file_id=file_named(held, FIRST))])
    assert applied.outcomes == {ResultOutcome.DISAGREES: 1}
    assert states(ledger)["c"] == "delivered"


def test_results_without_ids_are_joined_by_their_place_in_the_file(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    told = answer([accepted("", "SO-1"), rejected("")], file_id=file_named(held, FIRST))
    held.apply_answers([by(replace(told, in_place=True), by_position=True)])
    assert states(ledger) == {"a": "accepted", "b": "rejected", "c": "delivered"}


def test_a_place_that_the_erp_numbers_itself_needs_no_count(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    results = [rejected("")._replace(position=2), rejected("")._replace(position=3)]
    (applied,) = held.apply_answers([answer(results, file_id=file_named(held, FIRST))])
    assert applied.outcomes == {ResultOutcome.APPLIED: 1, ResultOutcome.UNKNOWN: 1}
    assert states(ledger) == {"a": "delivered", "b": "rejected", "c": "delivered"}
    assert codes(ledger) == ["answer-names-no-order", "rejected"]


def test_an_id_at_another_place_than_its_order_has_in_the_file_disagrees(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    told = answer([accepted("b", "SO-1"), rejected("")], file_id=file_named(held, FIRST))
    (applied,) = held.apply_answers([by(replace(told, in_place=True), by_position=True)])
    assert applied.outcomes == {ResultOutcome.DISAGREES: 1, ResultOutcome.APPLIED: 1}
    assert states(ledger)["a"] == "delivered"


@pytest.mark.parametrize(
    "result", [accepted(""), accepted("")._replace(position=1), whole(Verdict.ACCEPTED)], ids=["bare", "place", "whole"]
)
def test_a_result_without_an_order_and_without_a_file_is_told_and_changes_nothing(
    ledger: Ledger, clock: TestClock, result: Result
) -> None:
    held = two_files(ledger, clock)
    (applied,) = held.apply_answers([answer([result])])
    assert applied.outcomes == {ResultOutcome.UNKNOWN: 1}
    assert set(states(ledger).values()) == {"delivered"}
    assert codes(ledger) == ["answer-names-no-order"]


def test_a_whole_file_is_rejected_at_the_level_of_its_form_and_its_number_stays_used(
    ledger: Ledger, clock: TestClock
) -> None:
    held = two_files(ledger, clock)
    result = whole(Verdict.REJECTED, Level.SYNTAX_ACCEPTED, FileReference(NUMBER, "1"))
    held.apply_answers([answer([result])])
    assert states(ledger) == {"a": "rejected", "b": "rejected", "c": "delivered"}
    assert [file.state.value for file in ledger.reading.files()] == ["placed", "answered"]
    assert held.next_sequence_number() == 3


def test_a_whole_file_that_is_accepted_after_it_was_refused_as_a_whole_is_accepted(
    ledger: Ledger, clock: TestClock
) -> None:
    held = two_files(ledger, clock)
    first = file_named(held, FIRST)
    held.apply_answers([answer([whole(Verdict.REJECTED)], "one.err", file_id=first)])
    assert states(ledger) == {"a": "rejected", "b": "rejected", "c": "delivered"}
    held.apply_answers([answer([whole(Verdict.ACCEPTED)], "one.ok", file_id=first)])
    assert states(ledger) == {"a": "accepted", "b": "accepted", "c": "delivered"}
    assert codes(ledger) == []


def test_what_is_said_of_a_whole_file_undoes_no_word_about_one_order(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b", "c")
    file_id = file_named(held, FIRST)
    held.apply_answers([answer([rejected("a"), accepted("b", "SO-2")])])
    (applied,) = held.apply_answers([answer([whole(Verdict.ACCEPTED)], "moved", file_id=file_id)])
    assert applied.outcomes == {ResultOutcome.REPEATED: 2, ResultOutcome.APPLIED: 1}
    assert states(ledger) == {"a": "rejected", "b": "accepted", "c": "accepted"}
    assert numbers(ledger) == {"a": None, "b": "SO-2", "c": None}


def test_a_number_said_of_a_whole_file_counts_only_where_the_file_holds_one_order(
    ledger: Ledger, clock: TestClock
) -> None:
    held = two_files(ledger, clock)
    said = whole(Verdict.ACCEPTED)._replace(erp_number="SO-7")
    held.apply_answers(
        [
            answer([said], "1.ok", file_id=file_named(held, FIRST)),
            answer([said], "2.ok", file_id=file_named(held, SECOND)),
        ]
    )
    assert set(states(ledger).values()) == {"accepted"}
    assert numbers(ledger) == {"a": None, "b": None, "c": "SO-7"}


def test_the_orders_that_a_report_of_failures_does_not_name_are_accepted_without_numbers(
    ledger: Ledger, clock: TestClock
) -> None:
    held = two_files(ledger, clock)
    told = answer([rejected("b")], "scrap", file_id=file_named(held, FIRST))
    held.apply_answers([by(told, rest_accepted=True)])
    assert states(ledger) == {"a": "accepted", "b": "rejected", "c": "delivered"}
    assert [file.state.value for file in ledger.reading.files()] == ["placed", "answered"]
    assert codes(ledger) == ["rejected"]


def test_an_empty_report_of_failures_accepts_its_whole_file(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    held.apply_answers([by(answer([], "scrap", file_id=file_named(held, FIRST)), rest_accepted=True)])
    assert states(ledger) == {"a": "accepted", "b": "accepted", "c": "delivered"}


def test_silence_proves_nothing_where_a_failed_order_cannot_be_found(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    unknown = by(answer([rejected("stranger")], "scrap-1", file_id=file_named(held, FIRST)), rest_accepted=True)
    of_no_file = by(answer([rejected("c")], "scrap-2"), rest_accepted=True)
    held.apply_answers([unknown, of_no_file])
    assert states(ledger) == {"a": "delivered", "b": "delivered", "c": "rejected"}
    assert codes(ledger) == ["answer-unknown-order", "rejected", "rest-not-accepted", "rest-not-accepted"]


def test_an_order_that_no_report_names_is_told_when_the_last_report_has_come(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    file_id = file_named(held, FIRST)
    both = ("valid", "invalid")
    held.apply_answers([by(answer([accepted("a", "1")], "valid", file_id=file_id), name="valid", all_of=both)])
    assert codes(ledger) == []
    held.apply_answers([by(answer([], "invalid", file_id=file_id), name="invalid", all_of=both)])
    assert open_exceptions(ledger) == [(f"The answers of acme to {FIRST} leave orders out", ["#b"])]
    held.apply_answers([answer([rejected("b")], "late")])
    assert codes(ledger) == ["rejected"]


def test_reports_that_name_no_file_have_answered_the_files_of_their_orders(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    both = ("valid", "invalid")
    held.apply_answers([by(answer([accepted("a", "1")], "valid"), name="valid", all_of=both)])
    held.apply_answers([by(answer([rejected("c")], "invalid"), name="invalid", all_of=both)])
    assert "order-left-out" not in codes(ledger)
    held.apply_answers([by(answer([rejected("a", "E2")], "invalid-2"), name="invalid", all_of=both)])
    assert ("The answers of acme to ORD_000001.csv leave orders out", ["#b"]) in open_exceptions(ledger)


def test_equal_bytes_under_two_rules_say_two_things(ledger: Ledger, clock: TestClock) -> None:
    held = two_files(ledger, clock)
    file_id = file_named(held, FIRST)
    run = answer([whole(Verdict.PENDING, Level.IN_WORK)], "1.run", "empty", file_id)
    ok = answer([whole(Verdict.ACCEPTED)], "1.ok", "empty", file_id)
    held.apply_answers([by(run, name="run")])
    (applied,) = held.apply_answers([by(ok, name="ok")])
    (again,) = held.apply_answers([by(ok, name="ok")])
    assert (applied.already, again.already) == (False, True)
    assert states(ledger)["a"] == "accepted"
