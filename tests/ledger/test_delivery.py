"""The way of export files: whose turn it is, what is in doubt, what waits, and what a person takes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.problems import Problem
from bridge.domain.states import FileState
from bridge.ledger import EndpointLedger, Ledger, MovedMeanwhile, NotPossible, Placed
from tests.ledger.world import (
    DAY,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    due,
    fetch,
    open_exceptions,
    place,
    request,
    revision,
    seal,
    states,
)

TAKEN = Problem(
    "name-taken", "ORD_000001.csv is already there.", "Ask.", "name:acme/1", "ORD_000001.csv is there", True
)


@pytest.fixture
def held(ledger: Ledger) -> EndpointLedger:
    """A pass with three sealed files of one order each."""
    taken = ledger.take("acme", "test")
    fetch(taken, revision("a"), revision("b"), revision("c"))
    approve(taken)
    seal(taken, orders_per_file=1)
    return taken


def turns(held: EndpointLedger, ordered: bool = True) -> list[int]:
    """The numbers of the files whose turn it is."""
    return [file.sequence_number for file in held.undelivered(10, ordered)]


def test_files_go_in_the_order_of_their_numbers(held: EndpointLedger) -> None:
    assert turns(held) == [1, 2, 3]
    assert [file.attempt for file in held.undelivered(2)] == [1, 1]


def test_a_file_in_doubt_blocks_higher_numbers_where_the_profile_asks_for_order(held: EndpointLedger) -> None:
    second = held.undelivered(10)[1]
    held.announce([(second.file_id, 1, "ORD_000002.csv.1.tmp")])
    assert (turns(held), turns(held, ordered=False)) == ([1], [1, 3])
    (doubt,) = held.doubts()
    assert (doubt.sequence_number, doubt.attempt, doubt.temporary_name, doubt.state) == (
        2,
        1,
        "ORD_000002.csv.1.tmp",
        FileState.ANNOUNCED,
    )
    held.back_to_sealed([doubt.file_id], "nothing was visible")
    assert [file.attempt for file in held.undelivered(10)] == [1, 2, 1]


def test_a_file_that_is_not_in_its_archive_place_is_not_delivered(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    ready = held.exportable(["shop-acme"], [], 10)
    (sealed,) = held.seal([request(1, "ORD_1.csv", ready[0].sending_id)], 1, DAY, False)
    assert (turns(held), [file.name for file in held.not_in_place()]) == ([], ["ORD_1.csv"])
    held.in_place([sealed.file_id])
    assert (turns(held), held.not_in_place()) == ([1], [])


def test_a_file_that_failed_waits_for_its_next_try_and_is_shown(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    first = held.undelivered(1)[0]
    held.file_failed(first.file_id, TAKEN, clock() + timedelta(minutes=5))
    assert (turns(held), turns(held, ordered=False)) == ([], [2, 3])
    (shown,) = ledger.reading.exceptions()
    assert (shown.title, shown.temporary, shown.times) == ("ORD_000001.csv is there", True, 1)
    clock.forward(minutes=6)
    assert turns(held) == [1, 2, 3]
    held.file_failed(first.file_id, TAKEN, clock() + timedelta(minutes=10))
    assert [each.times for each in ledger.reading.exceptions()] == [2]
    clock.forward(minutes=11)
    place(held, clock)
    assert ledger.reading.exceptions() == []


def test_a_file_that_waits_for_a_person_goes_when_the_person_says_so(ledger: Ledger, held: EndpointLedger) -> None:
    held.file_failed(held.undelivered(1)[0].file_id, TAKEN, None)
    assert turns(held) == []
    ledger.acts.retry_file("acme", 1, "ann", "name is free now")
    assert (turns(held), ledger.reading.exceptions()) == ([1, 2, 3], [])


def test_retrying_its_exception_lets_the_file_go_too(ledger: Ledger, held: EndpointLedger) -> None:
    held.file_failed(held.undelivered(1)[0].file_id, TAKEN, None)
    (shown,) = ledger.reading.exceptions()
    ledger.acts.retry_exception(shown.exception_id, "ann", "name is free now")
    assert turns(held) == [1, 2, 3]


def test_a_success_of_the_step_does_not_close_the_exception_of_a_file(ledger: Ledger, held: EndpointLedger) -> None:
    held.file_failed(held.undelivered(1)[0].file_id, TAKEN, None)
    held.close_exceptions("endpoint", "acme", "deliver")
    assert len(ledger.reading.exceptions()) == 1


def test_a_staged_file_is_a_known_doubt_and_can_be_inferred_placed(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    first = held.undelivered(1)[0]
    held.announce([(first.file_id, 1, "t")])
    held.staged([first.file_id])
    held.confirm([Placed(first.file_id, clock(), inferred=True)])
    file = ledger.reading.file("acme", 1)
    assert (file.state, file.inferred, file.placed_at) == (FileState.PLACED, True, clock())
    assert file.answer_due_at == clock() + timedelta(hours=1)
    assert states(ledger) == {"a": "delivered", "b": "exported", "c": "exported"}
    story = [(line.verb, line.target, line.reason) for line in ledger.reading.file_story(file.file_id)]
    assert story[1:] == [
        ("moved", "announced", ""),
        ("moved", "staged", ""),
        ("moved", "placed", "inferred: taken already"),
    ]


def test_a_withdrawn_file_stays_listed_as_a_gap_and_its_orders_wait_for_a_person(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    ledger.acts.withdraw_file("acme", 2, "ann", "wrong prices")
    assert turns(held) == [1, 3]
    assert [file.state.value for file in ledger.reading.files()] == ["sealed", "withdrawn", "sealed"]
    assert states(ledger)["b"] == "withdrawn"
    assert open_exceptions(ledger) == [("File ORD_000002.csv was withdrawn", ["#b"])]
    (shown,) = ledger.reading.exceptions()
    ledger.acts.retry_exception(shown.exception_id, "ann", "prices are right now")
    approve(held)
    (file,) = seal(held)
    assert (file.sequence_number, open_exceptions(ledger)) == (4, [])


def test_a_file_under_way_is_withdrawn_only_by_the_word_of_a_person_who_looked(
    ledger: Ledger, held: EndpointLedger
) -> None:
    first = held.undelivered(1)[0]
    held.announce([(first.file_id, 1, "t")])
    held.staged([first.file_id])
    with pytest.raises(NotPossible, match="it is under way to the ERP"):
        ledger.acts.withdraw_file("acme", 1, "ann", "wrong prices")
    ledger.acts.withdraw_file("acme", 1, "ann", "wrong prices", seen_absent=True)
    assert states(ledger)["a"] == "withdrawn"


def test_a_file_withdrawn_under_a_running_delivery_stops_it_before_the_first_byte(
    ledger: Ledger, held: EndpointLedger
) -> None:
    files = held.undelivered(10)
    ledger.acts.withdraw_file("acme", 1, "ann", "wrong prices")
    with pytest.raises(MovedMeanwhile):
        held.announce([(file.file_id, 1, f"{file.name}.tmp") for file in files])
    assert [file.state.value for file in ledger.reading.files()] == ["sealed", "sealed", "withdrawn"]


def test_accepted_orders_stay_accepted_when_their_file_is_withdrawn(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    ledger.acts.withdraw_file("acme", 1, "ann", "the ERP stopped half-way")
    assert states(ledger) == {"a": "accepted", "b": "withdrawn"}
    (late,) = held.apply_answers([answer([accepted("b", "SO-2")], "ACK_2.xml")])
    assert {outcome.value: count for outcome, count in late.outcomes.items()} == {"contradicts": 1}
    with pytest.raises(NotPossible):
        ledger.acts.withdraw_file("acme", 1, "ann", "again")
    assert due(held) == []
