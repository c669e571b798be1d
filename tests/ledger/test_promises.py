"""The promises that the database itself holds: exactly one, gapless, fenced, append-only, and quiet when idle."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect
from threading import Barrier, Thread
from traceback import format_exception

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from bridge.domain.errors import IllegalMove
from bridge.domain.states import SendingState
from bridge.ledger import (
    FenceLost,
    JudgedSending,
    Ledger,
    LedgerFolderRefused,
    LedgerUnavailable,
    MovedMeanwhile,
    Placed,
    SequenceMoved,
)
from bridge.ledger.errors import ExternalIdTaken, FileNameTaken, FileNumberTaken, SecondNewSending
from bridge.ledger.network_folders import file_system_of, refuse_network_folder
from bridge.ledger.tables import export_files, external_ids, sendings
from tests.ledger.conftest import CommitCount
from tests.ledger.world import (
    DAY,
    RULES,
    ZONE,
    TestClock,
    approve,
    deployment,
    due,
    fetch,
    open_exceptions,
    place,
    request,
    revision,
    seal,
    states,
)


def test_a_second_live_new_sending_of_an_order_is_impossible(ledger: Ledger) -> None:
    fetch(ledger.take("acme", "test"), revision("10452"))
    with pytest.raises(SecondNewSending), ledger._writer.database.writing() as changes:
        row = changes.select(sa.select(sendings)).one()._asdict()
        changes.insert(sendings, [row | {"id": 99, "round": 2}])


def test_a_further_round_beside_a_rejected_one_is_possible(ledger: Ledger) -> None:
    fetch(ledger.take("acme", "test"), revision("10452"))
    with ledger._writer.database.writing() as changes:
        changes.change(sa.update(sendings).values(state="rejected"))
        row = changes.select(sa.select(sendings)).one()._asdict()
        changes.insert(sendings, [row | {"id": 99, "round": 2, "state": "received"}])
    assert states(ledger) == {"10452": "received"}


def test_two_orders_cannot_have_one_external_id_whatever_the_case(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a1"), revision("b1"))
    first, second = due(held)
    held.judged([JudgedSending(first.sending_id, SendingState.READY, RULES, external_id="WEB-1")])
    clash = held.judged([JudgedSending(second.sending_id, SendingState.READY, RULES, external_id="web-1")])
    assert clash == [second.sending_id]
    assert states(ledger) == {"a1": "ready", "b1": "held"}
    assert open_exceptions(ledger) == [("External id web-1 belongs to another order", ["#b1"])]
    with pytest.raises(ExternalIdTaken), ledger._writer.database.writing() as changes:
        row = changes.select(sa.select(external_ids)).one()._asdict()
        changes.insert(external_ids, [row | {"id": 9, "order_id": second.order_id}])


def test_an_order_keeps_its_first_external_id_when_the_pattern_changes(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    approve(held)
    approve(held, rules="rules-2", prefix="NEW-")
    assert [each.external_id for each in held.exportable(["shop-acme"], [], 10)] == ["10452"]


def test_file_numbers_are_drawn_once_and_without_gaps(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, *(revision(str(each)) for each in range(5)))
    approve(held)
    seal(held, orders_per_file=1)
    fetch(held, revision("x"), cursor="c2")
    approve(held)
    seal(held)
    assert sorted(file.sequence_number for file in ledger.reading.files()) == [1, 2, 3, 4, 5, 6]
    assert held.next_sequence_number() == 7


def test_a_seal_with_a_number_that_is_not_the_next_changes_nothing(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    approve(held)
    (ready,) = held.exportable(["shop-acme"], [], 10)
    with pytest.raises(SequenceMoved, match="File number 4 of acme is not the next one any more \\(1 is\\)"):
        held.seal([request(4, "ORD_4.csv", ready.sending_id)], 4, DAY, False)
    assert (ledger.reading.files(), states(ledger)) == ([], {"10452": "ready"})
    assert held.next_sequence_number() == 1


def test_an_order_sealed_once_cannot_be_sealed_again(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    approve(held)
    (ready,) = held.exportable(["shop-acme"], [], 10)
    held.seal([request(1, "ORD_1.csv", ready.sending_id)], 1, DAY, False)
    with pytest.raises(IllegalMove):
        held.seal([request(2, "ORD_2.csv", ready.sending_id)], 2, DAY, False)
    assert held.next_sequence_number() == 2


def test_an_order_named_twice_in_one_file_is_not_sealed(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    approve(held)
    (ready,) = held.exportable(["shop-acme"], [], 10)
    with pytest.raises(IllegalMove):
        held.seal([request(1, "ORD_1.csv", ready.sending_id, ready.sending_id)], 1, DAY, False)
    assert states(ledger) == {"10452": "ready"}


def test_a_file_name_is_never_used_twice(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    one, two = (each.sending_id for each in held.exportable(["shop-acme"], [], 10))
    held.seal([request(1, "ORD.csv", one)], 1, DAY, False)
    with pytest.raises(FileNameTaken):
        held.seal([request(2, "ORD.csv", two)], 2, DAY, False)
    assert states(ledger) == {"a": "exported", "b": "ready"}
    with pytest.raises(FileNumberTaken), ledger._writer.database.writing() as changes:
        row = changes.select(sa.select(export_files)).one()._asdict()
        changes.insert(export_files, [row | {"id": 77, "name": "OTHER.csv"}])


def test_an_order_that_a_person_cancelled_stops_the_seal_and_the_rest_is_made_anew(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    ids = [each.sending_id for each in held.exportable(["shop-acme"], [], 10)]
    ledger.acts.cancel("a", "ann", "customer called")
    with pytest.raises(MovedMeanwhile):
        held.seal([request(1, "ORD_1.csv", *ids)], 1, DAY, False)
    assert [each.number for each in held.exportable(["shop-acme"], [], 10)] == ["#b"]
    seal(held)
    assert states(ledger) == {"a": "cancelled", "b": "exported"}


def test_a_pass_that_lost_its_fence_changes_nothing(ledger: Ledger, clock: TestClock) -> None:
    sleeper = ledger.take("acme", "one")
    fetch(sleeper, revision("10452"))
    ledger.take("acme", "two")
    with pytest.raises(FenceLost, match="Another process took over acme"):
        approve(sleeper)
    with pytest.raises(FenceLost):
        sleeper.finish({})
    assert states(ledger) == {"10452": "received"}


def test_many_takers_get_a_fence_each(ledger: Ledger) -> None:
    barrier = Barrier(4)
    fences: list[int] = []

    def take() -> None:
        barrier.wait()
        fences.append(ledger.take("acme", "test").fence)

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fences) == [1, 2, 3, 4]


@pytest.mark.parametrize("words", ["UPDATE events SET reason = 'x'", "DELETE FROM events"])
def test_events_can_only_be_added(ledger: Ledger, words: str) -> None:
    fetch(ledger.take("acme", "test"), revision("10452"))
    with pytest.raises(DBAPIError, match="append-only"), ledger._writer.database.engine.begin() as connection:
        connection.exec_driver_sql(words)


def test_what_changes_nothing_commits_nothing(ledger: Ledger, clock: TestClock, commits: CommitCount) -> None:
    held = ledger.take("acme", "test")
    page = [revision("10452")]
    held.add_page("shop-acme", page, "c1")
    before = commits.commits
    held.add_page("shop-acme", page, "c1")
    held.add_page("shop-acme", [], "c1")
    held.judged([])
    held.hold([])
    held.link_registered([("10452", "SO-1")][:0])
    held.in_place([])
    held.announce([])
    held.staged([])
    held.confirm([])
    held.back_to_sealed([], "nothing")
    held.apply_answers([])
    held.moved([])
    held.overdue(clock())
    held.wrote_back([])
    held.close_exceptions("endpoint", "acme", "deliver")
    assert commits.commits == before


def test_a_move_outside_the_table_raises_and_changes_nothing(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("10452"))
    approve(held)
    (file,) = seal(held)
    with pytest.raises(IllegalMove):
        held.staged([file.file_id])  # was never announced
    with pytest.raises(IllegalMove):
        held.confirm([Placed(file.file_id, clock())])
    assert [file.state.value for file in ledger.reading.files()] == ["sealed"]


def test_everything_before_an_unfinished_commit_is_gone_after_it(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    (ready,) = held.exportable(["shop-acme"], [], 10)
    bad = replace(request(1, "ORD_1.csv", ready.sending_id), sending_ids=[ready.sending_id, 4711])
    with pytest.raises(IllegalMove):
        held.seal([bad], 1, DAY, False)
    (order,) = ledger.reading.orders()
    assert [line.target for line in ledger.reading.order_story(order.order_id)] == ["received", "ready"]


def test_a_sqlite_ledger_is_durable_and_waits_for_its_turn(tmp_path: Path, clock: TestClock) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", clock, ZONE)
    with ledger._writer.database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    ledger.close()


def test_a_ledger_that_another_program_holds_for_too_long_is_unavailable(
    tmp_path: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.ledger.database.SQLITE_PRAGMAS", ("PRAGMA journal_mode=WAL", "PRAGMA busy_timeout=1"))
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", clock, ZONE)
    ledger.migrate()
    ledger.enrol(deployment())
    with closing(connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailable, match="another writer held it too long"):
            ledger.take("acme", "test")
    assert ledger.take("acme", "test").fence == 1
    ledger.close()


def test_a_bug_in_a_statement_is_not_taken_for_trouble_that_waiting_cures(tmp_path: Path, clock: TestClock) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", clock, ZONE)
    with pytest.raises(OperationalError, match="no such table"):
        ledger.take("acme", "test")
    ledger.close()


def test_a_ledger_whose_folder_is_missing_says_so(tmp_path: Path, clock: TestClock) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'missing' / 'ledger.db'}", clock, ZONE)
    with pytest.raises(LedgerUnavailable, match="its file cannot be opened"):
        ledger.take("acme", "test")


def test_a_network_file_system_is_found_by_its_longest_mount_point() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv/with\\040space nfs4 rw 0 0\n"
    mounts += "tmpfs /srv/with\\040space/here tmpfs rw 0 0\n"
    assert file_system_of(Path("/srv/with space/state"), mounts) == "nfs4"
    assert file_system_of(Path("/srv/with space/here/state"), mounts) == "tmpfs"
    assert file_system_of(Path("/srv/other"), mounts) == "ext4"


def test_a_ledger_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs rw 0 0\n", "utf-8")
    monkeypatch.setattr("bridge.ledger.network_folders.MOUNTS", mounts)
    with pytest.raises(LedgerFolderRefused, match="SQLite cannot be used on a network file system \\(nfs\\)"):
        refuse_network_folder(tmp_path)


def test_an_error_of_the_database_shows_no_values(ledger: Ledger, clock: TestClock) -> None:
    with pytest.raises(DBAPIError) as caught, ledger._writer.database.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "Kowalska"})
    assert "Kowalska" not in str(caught.value)


def test_many_rows_that_break_a_promise_are_refused_without_showing_them(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    rows = [
        {"endpoint_id": 1, "order_id": one.order_id, "external_id": f"Kowalska {each}", "folded": f"kowalska {each}"}
        for each in range(20)
    ]
    with pytest.raises(ExternalIdTaken) as caught, ledger._writer.database.writing() as changes:
        changes.insert(external_ids, rows)
    assert "Kowalska" not in "".join(format_exception(caught.value))
    assert approve(held) == []


def test_two_endpoints_of_one_ledger_do_not_stand_in_each_others_way(ledger: Ledger, clock: TestClock) -> None:
    ledger.enrol(deployment((("shop-acme", "shop", "acme"), ("shop-other", "shop", "other"))))
    acme, other = ledger.take("acme", "a"), ledger.take("other", "b")
    fetch(acme, revision("10452"))
    other.add_page("shop-other", [revision("10452")], "c1")
    approve(acme)
    approve(other, "shop-other")
    seal(acme)
    seal(other, flows=("shop-other",))
    place(acme, clock)
    assert [(file.endpoint, file.sequence_number) for file in ledger.reading.files()] == [("other", 1), ("acme", 1)]
    assert {order.endpoint: order.state.value for order in ledger.reading.orders()} == {
        "acme": "delivered",
        "other": "exported",
    }
