"""What the ledger remembers of a silent store, and how it counts the orders of a span of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bridge.ledger import Counted, Ledger, StoreWatch
from tests.ledger.world import START, TestClock, fetch, malformed, revision

DAY = timedelta(days=1)
GONE = b'{"status":"gone"}'


def test_nothing_is_remembered_before_watching_begins(ledger: Ledger, clock: TestClock) -> None:
    assert ledger.watches.of("shop") is None
    fetch(ledger.take("acme", "test"), revision("10452"))
    assert ledger.watches.of("shop") is None
    assert ledger.watches.begin("shop") == StoreWatch(START)
    assert ledger.watches.of("shop") == StoreWatch(START)


def test_a_new_order_ends_a_silence_and_a_changed_or_an_old_one_does_not(ledger: Ledger, clock: TestClock) -> None:
    ledger.watches.begin("shop")
    clock.forward(hours=5)
    held = ledger.take("acme", "test")
    fetch(held, revision("old"))  # placed before the watching began
    assert ledger.watches.of("shop") == StoreWatch(START)
    fetch(held, replace(revision("new"), created_at=START + timedelta(hours=4)))
    assert ledger.watches.of("shop") == StoreWatch(START + timedelta(hours=4))
    clock.forward(hours=5)
    fetch(held, replace(revision("new", version=2), created_at=START + timedelta(hours=9)))
    assert ledger.watches.of("shop") == StoreWatch(START + timedelta(hours=4))


def test_the_clock_of_a_shop_that_is_ahead_makes_no_silence_shorter(ledger: Ledger, clock: TestClock) -> None:
    ledger.watches.begin("shop")
    clock.forward(hours=1)
    fetch(ledger.take("acme", "test"), replace(revision("new"), created_at=START + timedelta(days=2)))
    assert ledger.watches.of("shop") == StoreWatch(START + timedelta(hours=1))


def test_what_was_told_and_counted_is_kept_side_by_side(ledger: Ledger, clock: TestClock) -> None:
    ledger.watches.counted("shop", date(2026, 3, 1), None)
    ledger.watches.told("shop", START)
    assert ledger.watches.of("shop") == StoreWatch(START, START, date(2026, 3, 1))
    ledger.watches.counted("shop", date(2026, 3, 2), START + DAY)
    ledger.watches.told("shop", None)
    assert ledger.watches.of("shop") == StoreWatch(START, None, date(2026, 3, 2), START + DAY)


def test_orders_of_a_span_are_counted_once_each_by_when_they_were_placed(ledger: Ledger, clock: TestClock) -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)

    def at(store_order_id: str, moment: datetime, version: int = 1) -> None:
        fetch(ledger.take("acme", "test"), replace(revision(store_order_id, version), created_at=moment))

    at("first", midnight)
    at("last", midnight + DAY - timedelta(seconds=1))
    at("before", midnight - timedelta(seconds=1))
    at("after", midnight + DAY)
    at("first", midnight, version=2)
    cancelled = replace(revision("cancelled", cancelled=True), created_at=midnight, content=b'{"status":"cancelled"}')
    gone = replace(revision("gone", cancelled=True), created_at=midnight, content=GONE)
    fetch(ledger.take("acme", "test"), cancelled, gone)
    assert ledger.watches.created("shop", midnight, midnight + DAY) == Counted(3)
    assert ledger.watches.created("other", midnight, midnight + DAY) == Counted(0)


def test_an_order_that_cannot_be_read_counts_on_the_day_when_it_was_readable_and_else_on_none(
    ledger: Ledger, clock: TestClock
) -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    fetched = midnight + timedelta(hours=9)
    held = ledger.take("acme", "test")
    fetch(held, replace(revision("a"), created_at=midnight), replace(malformed("old"), created_at=fetched))
    fetch(held, replace(malformed("a"), digest="broken since", created_at=fetched + DAY))
    fetch(held, replace(malformed("before"), created_at=midnight - DAY))
    assert ledger.watches.created("shop", midnight, midnight + DAY) == Counted(1, unread=1)
    assert ledger.watches.created("shop", midnight + DAY, midnight + 2 * DAY) == Counted(0)
    mended = replace(revision("old", version=2), created_at=midnight - 30 * DAY)
    fetch(held, mended)
    assert ledger.watches.created("shop", midnight, midnight + DAY) == Counted(1)
