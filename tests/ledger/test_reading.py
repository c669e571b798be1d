"""What people read: lists, search, stories and the rows of a day's report, each order counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bridge.domain.errors import Missing
from bridge.domain.states import FileState, ReportClass, SendingState
from bridge.ledger import JudgedSending, Ledger
from tests.ledger.world import (
    DAY,
    RULES,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    due,
    fetch,
    place,
    rejected,
    revision,
    seal,
    unmapped,
)


def judge(ledger: Ledger, clock: TestClock) -> None:
    """A day: one created, one rejected, one skipped, one held for a person, one held for a time, one waiting."""
    held = ledger.take("acme", "test")
    fetch(held, *(revision(each) for each in ("created", "refused", "skipped", "person", "later", "waits")))
    ids = {each.store_order_id: each.sending_id for each in due(held)}
    temporary = replace(unmapped("#later", "LATER"), temporary=True)
    later = clock() + timedelta(hours=1)
    held.judged(
        [
            JudgedSending(ids["created"], SendingState.READY, RULES, external_id="created"),
            JudgedSending(ids["refused"], SendingState.READY, RULES, external_id="refused"),
            JudgedSending(ids["skipped"], SendingState.SKIPPED, RULES, rule="unpaid"),
            JudgedSending(ids["person"], SendingState.HELD, RULES, problems=(unmapped("#person"),)),
            JudgedSending(ids["later"], SendingState.HELD, RULES, problems=(temporary,), next_try_at=later),
        ]
    )
    seal(held)
    place(held, clock)
    held.apply_answers([answer([accepted("created", "SO-1"), rejected("refused")])])


def test_a_day_counts_every_order_in_exactly_one_class(ledger: Ledger, clock: TestClock) -> None:
    judge(ledger, clock)
    counts = ledger.reading.report_counts(DAY)
    assert counts == {
        ReportClass.CREATED: 1,
        ReportClass.SKIPPED: 1,
        ReportClass.FAILED: 2,
        ReportClass.WAITING: 2,
    }
    rows = ledger.reading.report_rows(DAY)
    assert sum(counts.values()) == len(rows) == 6
    assert {row.order.store_order_id: (row.report_class.value, row.reason or row.order.rule or "") for row in rows} == {
        "created": ("created", ""),
        "refused": ("failed", "The ERP refused orders: E17: unknown article"),
        "skipped": ("skipped", "unpaid"),
        "person": ("failed", "Missing SKU mapping for ABC-123"),
        "later": ("waiting", "Missing SKU mapping for LATER"),
        "waits": ("waiting", ""),
    }
    assert ledger.reading.report_counts(date(2026, 3, 3)) == dict.fromkeys(ReportClass, 0)


def test_an_order_that_was_changed_or_sent_twice_counts_once(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a")])])
    ledger.acts.new_round("a", "ann", "again")
    fetch(held, revision("a", version=2), cursor="c2")
    assert ledger.reading.report_counts(DAY)[ReportClass.WAITING] == 1
    assert sum(ledger.reading.report_counts(DAY).values()) == 1


def test_control_totals_are_exact_and_per_currency(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a", gross_minor=1010), revision("b", gross_minor=2020), revision("c", gross_minor=99))
    approve(held)
    seal(held)
    place(held, clock)
    held.apply_answers([answer([accepted("a", "1"), accepted("b", "2"), rejected("c")])])
    (total,) = ledger.reading.control_totals(DAY)
    assert (total.currency, total.orders, total.gross) == ("PLN", 2, Decimal("30.30"))


def test_the_business_day_is_the_local_one(ledger: Ledger, clock: TestClock) -> None:
    clock.forward(hours=15, minutes=30)  # 23:30 UTC is 00:30 of the next day in Warsaw
    fetch(ledger.take("acme", "test"), revision("a"))
    assert [order.received_day for order in ledger.reading.orders()] == [date(2026, 3, 3)]


@pytest.mark.parametrize("word", ["#10452", "10452", "shop/10452", "SO-1", "so 10452", "digest-10452-1"])
def test_an_order_is_found_by_whatever_a_person_has(ledger: Ledger, clock: TestClock, word: str) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"), revision("10453"))
    approve(held, prefix="SO ")
    seal(held)
    place(held, clock)
    held.apply_answers([answer([accepted("SO 10452", "SO-1")])])
    assert [order.store_order_id for order in ledger.reading.find_orders(word)] == ["10452"]
    assert ledger.reading.find_orders("no such thing") == []


@pytest.mark.parametrize(
    ("word", "number"),
    [("1001", "#1001"), (" #1001", "1001"), ("pl-7", "#PL-7"), ("#PL-7", "pl-7"), ("web-7", "Web-7"), ("1001", "1001")],
)
def test_an_order_is_found_by_its_number_however_it_is_written(ledger: Ledger, word: str, number: str) -> None:
    fetch(ledger.take("acme", "test"), replace(revision("a"), number=number), revision("1002"))
    assert [order.number for order in ledger.reading.find_orders(word)] == [number]
    assert ledger.reading.find_orders("#") == ledger.reading.find_orders("") == []
    ledger.acts.cancel(word, "ann", "the buyer called")
    assert {order.number: order.state.value for order in ledger.reading.orders()} == {
        number: "cancelled",
        "#1002": "received",
    }


def test_an_order_known_by_exactly_the_word_wins_over_one_whose_number_is_alike(ledger: Ledger) -> None:
    fetch(ledger.take("acme", "test"), replace(revision("1001"), number="#7"), replace(revision("b"), number="#1001"))
    assert [order.store_order_id for order in ledger.reading.find_orders("1001")] == ["1001"]
    assert [order.store_order_id for order in ledger.reading.find_orders("#1001")] == ["b"]
    ledger.acts.cancel("1001", "ann", "the buyer called")
    assert [order.state.value for order in ledger.reading.find_orders("#1001")] == ["received"]


@pytest.mark.parametrize("word", ["ORD_000001.csv", "1", "sha-1", "SHA-1"])
def test_a_file_is_found_by_whatever_a_person_has(ledger: Ledger, clock: TestClock, word: str) -> None:
    delivered(ledger, clock, "a")
    assert [file.name for file in ledger.reading.find_files(word)] == ["ORD_000001.csv"]


def test_a_files_members_stand_in_their_order(ledger: Ledger, clock: TestClock) -> None:
    delivered(ledger, clock, "c", "a", "b")
    file = ledger.reading.file("acme", 1)
    members = [(one.position, one.number) for one in ledger.reading.members(file.file_id)]
    assert members == [(1, "#c"), (2, "#a"), (3, "#b")]
    assert [one.number for one in ledger.reading.members(file.file_id, after_position=1, limit=1)] == ["#a"]
    with pytest.raises(Missing, match="File 9 of acme is not there"):
        ledger.reading.file("acme", 9)


def test_lists_come_in_pages(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, *(revision(str(each)) for each in range(5)))
    approve(held)
    seal(held, orders_per_file=1)
    first = ledger.reading.orders(limit=2)
    second = ledger.reading.orders(after=first[-1].sending_id, limit=2)
    assert [order.store_order_id for order in first + second] == ["0", "1", "2", "3"]
    newest = ledger.reading.files(limit=2)
    older = ledger.reading.files(before=newest[-1].file_id, limit=2)
    assert [file.sequence_number for file in newest + older] == [5, 4, 3, 2]
    assert len(ledger.reading.files(state=FileState.SEALED)) == 5
    assert [order.number for order in ledger.reading.orders(state=SendingState.EXPORTED, limit=1)] == ["#0"]


def test_the_status_shows_counts_passes_and_what_is_open(ledger: Ledger, clock: TestClock) -> None:
    judge(ledger, clock)
    counts = {count.state.value: count.count for count in ledger.reading.state_counts()}
    assert counts == {"accepted": 1, "held": 2, "received": 1, "rejected": 1, "skipped": 1}
    (endpoint,) = ledger.reading.endpoints()
    assert (endpoint.name, endpoint.next_sequence_number, endpoint.open_files, endpoint.open_exceptions) == (
        "acme",
        2,
        0,
        3,
    )
    assert (endpoint.last_pass_started_at, endpoint.last_pass_ended_at) == (clock(), None)


def test_the_story_of_a_held_order_names_the_cause_and_the_cure(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(unmapped("#a"),))])
    clock.forward(minutes=1)
    approve(held, rules="mended")
    (order,) = ledger.reading.orders()
    told = [(line.subject, line.verb, line.reason) for line in ledger.reading.order_story(order.order_id)]
    assert ("exception", "held by", "Order #a, line 3: missing SKU mapping for ABC-123.") in told
    assert told[-1] == ("exception", "free of", "Missing SKU mapping for ABC-123")
    assert ledger.reading.open_troubles(order.sending_id) == []


def test_the_content_of_a_sending_can_be_read(ledger: Ledger) -> None:
    fetch(ledger.take("acme", "test"), revision("a"))
    (order,) = ledger.reading.orders()
    assert ledger.reading.content(order.sending_id) == b'{"number":"#a","version":1}'
    with pytest.raises(Missing):
        ledger.reading.content(99)
