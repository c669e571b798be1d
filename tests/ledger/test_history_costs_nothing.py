"""Promise 8: every query of a pass is served by an index on what is open, so that history costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bridge.domain.answers import FileKey, FileNaming, FileReference
from bridge.domain.states import SendingState
from bridge.ledger import JudgedSending, Ledger, Trouble, WrittenOutcome, WroteBack
from tests.ledger.world import (
    RULES,
    ZONE,
    TestClock,
    accepted,
    answer,
    approve,
    deployment,
    due,
    fetch,
    malformed,
    place,
    rejected,
    revision,
    seal,
    unmapped,
)

HISTORY: tuple[str, ...] = (
    "sendings",
    "export_files",
    "events",
    "orders",
    "revisions",
    "answers",
    "results",
    "external_ids",
)
HISTORY += ("external_ids", "register_entries", "exceptions", "exception_members", "passes")


@pytest.fixture
def sqlite(tmp_path: Path, clock: TestClock) -> Iterator[Ledger]:
    """A ledger on SQLite, whose plans can be read and whose steps can be counted."""
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", clock, ZONE)
    opened.migrate()
    opened.enrol(deployment((("shop-acme", "shop", "acme"), ("shop-acme-2", "shop", "acme"))))
    yield opened
    opened.close()


def engine_of(ledger: Ledger) -> sa.Engine:
    """The engine below a ledger."""
    return ledger._writer.database.engine


def whole_life(ledger: Ledger, clock: TestClock, first: int, count: int) -> None:
    """A pass with every kind of work: good, held, malformed, changed, second flow, refused, contradicting, linked."""
    numbers = [str(first + index) for index in range(count)]
    held = ledger.take("acme", "test")
    held.paused()
    held.news("shop-acme", [(each, "digest") for each in numbers])
    for known in (ledger.known.latest, ledger.known.at_the_erp, ledger.known.kept_back):
        known("shop-acme", numbers)
    open_ids = ledger.known.open_sendings("shop-acme")[:10]
    ledger.known.placed_before(open_ids, clock())
    ledger.known.of_sendings(open_ids)
    ledger.known.between("shop-acme", "shop", clock(), clock())  # all orders here were placed an hour ago
    ledger.known.contents("shop", numbers)
    ledger.known.waiting("flow", "shop-acme", ["fetch", "fetch after a wait"])
    ledger.known.waiting_for_store(["shop-acme", "shop-acme-2"], ["fetch", "watch after a wait", "write_back"])
    fetch(held, *(revision(each) for each in numbers), malformed(f"bad-{first}"))
    held.add_page("shop-acme-2", [revision(each) for each in numbers[:5]], "c2")
    some = due(held)
    held.judged(
        [
            JudgedSending(each.sending_id, SendingState.HELD, "old", problems=(unmapped(each.number),))
            for each in some[:3]
        ]
        + [JudgedSending(each.sending_id, SendingState.SKIPPED, RULES, "before-start") for each in some[3:5]]
    )
    fetch(held, revision(numbers[0], version=2))
    approve(held)
    approve(held, "shop-acme-2")
    held.registered(numbers)
    held.register_state()
    ready = held.exportable(["shop-acme"], ["shop-acme-2"], 500)
    held.hold([Trouble(ready[-1].sending_id, (unmapped("x", "late"),))])
    seal(held, register_required=True, flows=("shop-acme", "shop-acme-2"))
    held.not_in_place()
    held.doubts()
    place(held, clock)
    held.answers.applied([("ACK", "sha")])
    held.answers.unsettled(["ACK"])
    held.answers.log_read_before("ACK")
    held.answers.sizes(["ACK"])
    for listed in (held.answers.to_read_again, held.answers.awaiting, held.answers.refused):
        listed(10)
    held.answers.told_of([1], "answer")
    held.answers.joined_files([tuple(FileReference(key, "1") for key in FileKey)], FileNaming(".csv", 5))
    results = [accepted(each, f"SO-{each}") for each in numbers[:-3]]
    results += [rejected(numbers[-3]), accepted(numbers[-2]), accepted(numbers[1], "other"), accepted("nobody")]
    held.apply_answers([answer(results, f"ACK_{first}.xml")])
    held.moved([each.answer_id for each in held.to_move()])
    held.apply_register([(numbers[-2], f"SO-{numbers[-2]}")], f"digest-{first}", clock())
    held.overdue(clock())
    for flow in ("shop-acme", "shop-acme-2"):
        held.wrote_back([WroteBack(each.sending_id, WrittenOutcome.WRITTEN) for each in held.to_write_back(flow, 500)])
    held.close_exceptions("flow", "shop-acme", "fetch")
    held.open_steps("store", "shop", "count ")
    ledger.watches.running(["shop-acme", "shop-acme-2"])
    ledger.watches.begin("shop")
    ledger.watches.of("shop")
    ledger.watches.told("shop", clock())
    ledger.watches.created("shop", clock(), clock())
    held.finish({})


@contextmanager
def statements_of(ledger: Ledger) -> Iterator[list[tuple[str, Any]]]:
    """Everything that is sent to the database meanwhile, once each."""
    sent: dict[str, Any] = {}

    def note(
        connection: sa.Connection, cursor: object, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        sent.setdefault(statement, parameters[0] if many else parameters)

    found: list[tuple[str, Any]] = []
    event.listen(engine_of(ledger), "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine_of(ledger), "before_cursor_execute", note)
        found.extend(sent.items())


def test_no_query_of_a_pass_reads_through_a_table_that_grows(sqlite: Ledger, clock: TestClock) -> None:
    whole_life(sqlite, clock, 1000, 20)
    with statements_of(sqlite) as sent:
        whole_life(sqlite, clock, 2000, 20)
    read = [(words, values) for words, values in sent if re.match(r"\s*(SELECT|UPDATE|INSERT .*SELECT)", words, re.S)]
    assert len(read) > 60
    scans = []
    with engine_of(sqlite).connect() as connection:
        for words, values in read:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
            steps = [str(row[3]) for row in plan]
            scans += [(step, words) for step in steps if reads_through(step)]
    assert scans == []


def reads_through(step: str) -> bool:
    """Whether a step of a plan touches rows that finished long ago: a scan, or a search by nothing but the endpoint."""
    table = re.match(rf"(SCAN|SEARCH) ({'|'.join(HISTORY)}|skipped|standing)\b", step)
    if table is None:
        return False
    by_endpoint_alone = step.endswith(("(endpoint_id=?)", "(flow_id=?)", "(store_id=?)")) and " open_" not in step
    return table.group(1) == "SCAN" or by_endpoint_alone


def test_a_pass_over_a_long_history_takes_the_same_steps(sqlite: Ledger, clock: TestClock) -> None:
    for first in range(100_000, 100_400, 100):
        whole_life(sqlite, clock, first, 20)
    short = steps_of_a_pass(sqlite, clock, 200_000)
    for first in range(300_000, 302_500, 100):
        whole_life(sqlite, clock, first, 100)
    long = steps_of_a_pass(sqlite, clock, 400_000)
    assert long <= 1.3 * short


def steps_of_a_pass(ledger: Ledger, clock: TestClock, first: int) -> int:
    """How many hundreds of steps SQLite's machine makes in one pass."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with engine_of(ledger).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(count, 100)
    whole_life(ledger, clock, first, 20)
    with engine_of(ledger).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(None, 0)
    return steps
