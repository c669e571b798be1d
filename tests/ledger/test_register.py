"""The ERP's register: what it holds is linked and not sent."""

from __future__ import annotations

import pytest

from bridge.ledger import Ledger, RegisteredMeanwhile, Trouble
from bridge.ledger.tables import register_entries
from tests.ledger.conftest import CommitCount
from tests.ledger.world import (
    START,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    fetch,
    open_exceptions,
    rejected,
    revision,
    seal,
    states,
    unmapped,
)


def numbers(ledger: Ledger) -> dict[str, str | None]:
    """The ERP number of each order."""
    return {order.store_order_id: order.erp_number for order in ledger.reading.orders()}


def test_a_register_that_was_never_read_says_so(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    assert held.register_state().read_at is None
    held.apply_register([("x", "SO-7")], "d1", clock())
    state = held.register_state()
    assert (state.read_at, state.entries, state.digest) == (START, 1, "d1")


def test_a_registered_order_is_found_before_export_and_linked(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    held.apply_register([("A", "SO-7")], "d1", clock())
    fetch(held, revision("a"), revision("b"))
    approve(held)
    found = held.registered(["a", "b"])
    assert found == {"a": "SO-7"}
    assert held.link_registered(list(found.items())) == 1
    assert (states(ledger), numbers(ledger)) == ({"a": "accepted", "b": "ready"}, {"a": "SO-7", "b": None})
    assert [each.erp_number for each in held.to_write_back("shop-acme", 10)] == ["SO-7"]


def test_the_seal_itself_refuses_what_the_register_holds(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    approve(held)
    with ledger._writer.by_person("another reader", "acme") as work:  # an entry that came after the look
        entry = {"endpoint_id": 1, "external_id": "A", "folded": "a", "erp_number": "SO-7", "seen_at": clock()}
        work.changes.insert(register_entries, [entry])
    with pytest.raises(RegisteredMeanwhile, match="The register of acme already holds A"):
        seal(held, register_required=True)
    assert (states(ledger), held.next_sequence_number()) == ({"a": "ready", "b": "ready"}, 1)


def test_a_new_entry_accepts_what_was_delivered_and_fills_a_missing_number(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a", "b", "c", "d")
    held.apply_answers([answer([accepted("a"), rejected("b"), accepted("c", "SO-3")])])
    news = held.apply_register(
        [("a", "SO-1"), ("b", "SO-2"), ("c", "SO-3"), ("d", "SO-4"), ("z", "SO-5")], "d1", clock()
    )
    assert news == 5
    assert numbers(ledger) == {"a": "SO-1", "b": "SO-2", "c": "SO-3", "d": "SO-4"}
    assert set(states(ledger).values()) == {"accepted"}
    assert open_exceptions(ledger) == []
    assert [file.state.value for file in ledger.reading.files()] == ["answered"]


def test_accepted_without_a_number_takes_it_from_a_register_read_before(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    with ledger._writer.by_person("reader", "acme") as work:
        entry = {"endpoint_id": 1, "external_id": "a", "folded": "a", "erp_number": "SO-1", "seen_at": clock()}
        work.changes.insert(register_entries, [entry])
    held.apply_answers([answer([accepted("a")])])
    assert numbers(ledger) == {"a": "SO-1"}


def test_a_register_with_another_number_contradicts_and_changes_nothing(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    held.apply_register([("a", "SO-2")], "d1", clock())
    assert numbers(ledger) == {"a": "SO-1"}
    assert [each.code for each in ledger.reading.exceptions()] == ["answer-contradicts"]


def test_a_register_links_a_held_order_and_its_exception_lets_it_go(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    held.hold([Trouble(held.exportable(["shop-acme"], [], 1)[0].sending_id, (unmapped("#a"),))])
    held.apply_register([("a", "SO-1")], "d1", clock())
    assert (states(ledger), open_exceptions(ledger)) == ({"a": "accepted"}, [])


def test_the_same_register_again_only_says_when_it_was_read(
    ledger: Ledger, clock: TestClock, commits: CommitCount
) -> None:
    held = ledger.take("acme", "test")
    entries = [(f"x{each}", f"SO-{each}") for each in range(2500)]
    assert held.apply_register(iter(entries), "d1", clock()) == 2500
    clock.forward(minutes=5)
    before = commits.commits
    assert held.apply_register(iter(entries), "d1", clock()) == 0
    assert commits.commits == before + 1
    state = held.register_state()
    assert state.read_at is not None
    assert (state.entries, (state.read_at - START).seconds) == (2500, 300)


def test_a_shorter_register_takes_nothing_back(ledger: Ledger, clock: TestClock) -> None:
    held = ledger.take("acme", "test")
    held.apply_register([("a", "SO-1"), ("b", "SO-2")], "d1", clock())
    held.apply_register([("b", "SO-2")], "d2", clock())
    assert held.registered(["a", "b"]) == {"a": "SO-1", "b": "SO-2"}


def test_a_register_shows_that_the_erp_has_a_withdrawn_order_after_all(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    ledger.acts.withdraw_file("acme", 1, "ann", "never came, said the ERP's owner")
    held.apply_register([("a", "SO-1")], "d1", clock())
    assert (states(ledger), numbers(ledger), open_exceptions(ledger)) == ({"a": "accepted"}, {"a": "SO-1"}, [])
