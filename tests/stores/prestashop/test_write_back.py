"""The ERP's number comes into a PrestaShop once, as a private message, and an order is never rewritten."""

from __future__ import annotations

import pytest

from bridge.domain.errors import Doubtful, Refused, Unavailable
from bridge.domain.revision import revision_digest
from bridge.simulator.prestashop.orders import Basket
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.problems import StoreBusy, StoreDidNotKeep, StoreKeyRefused, StoreRequestRefused, StoreUnreachable
from bridge.testing.stores import numbers_for, outcomes, readable, told
from tests.stores.prestashop.shop import FROM, PrestaWorld

WRITTEN, ALREADY, DIFFERENT = WriteBackOutcome.WRITTEN, WriteBackOutcome.ALREADY, WriteBackOutcome.DIFFERENT
GONE, FAILED = WriteBackOutcome.GONE, WriteBackOutcome.FAILED


def write(presta: PrestaWorld, placed: list[str], prefix: str = "SO", **options: str) -> list[WriteBackReceipt]:
    return list(presta.open(**options).write_back(numbers_for(placed, prefix)))


def test_the_number_stands_in_a_private_message_with_our_marker(presta: PrestaWorld) -> None:
    placed = presta.place()
    assert outcomes(write(presta, placed)) == [WRITTEN]
    (message,) = presta.people.tables.rows("messages")
    assert message["message"] == "ERP number SO-1 (acme)\n[erp-bridge:acme] SO-1"
    assert (message["private"], message["id_order"], message["id_customer"]) == ("1", "1", "0")


def test_an_order_is_never_put_patched_or_posted(presta: PrestaWorld) -> None:
    placed = presta.place(3)
    before = [presta.people.tables.row("orders", one) for one in placed]
    write(presta, placed)
    write(presta, placed, "OTHER")
    writes = [request for request in presta.simulator.requests() if not request.startswith("GET ")]
    assert writes == ["POST /api/messages"] * 3
    assert [presta.people.tables.row("orders", one) for one in placed] == before


def test_a_reset_after_the_message_was_written_is_in_doubt_and_settled_by_looking(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    presta.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST messages"))
    first = write(presta, placed)
    assert outcomes(first) == [FAILED, FAILED]
    assert isinstance(first[0].error, Doubtful) and isinstance(first[1].error, StoreUnreachable)
    assert outcomes(write(presta, placed)) == [ALREADY, WRITTEN]
    assert [len(presta.people.messages(one)) for one in placed] == [1, 1]


def test_a_cut_answer_to_the_message_is_in_doubt_too(presta: PrestaWorld) -> None:
    placed = presta.place()
    presta.simulator.break_with(Fault(FaultKind.CUT, when="POST messages"))
    (receipt,) = write(presta, placed)
    assert isinstance(receipt.error, Doubtful)
    assert outcomes(write(presta, placed)) == [ALREADY]
    assert len(presta.people.messages(placed[0])) == 1


@pytest.mark.parametrize("fault", [FaultKind.RESET_BEFORE, FaultKind.BROKEN_HTML, FaultKind.STALL])
def test_a_message_that_was_not_written_is_written_at_the_next_try(presta: PrestaWorld, fault: FaultKind) -> None:
    placed = presta.place()
    presta.simulator.break_with(Fault(fault, when="POST messages", seconds=20))
    store = presta.open(read_timeout_s=5)
    (receipt,) = store.write_back(numbers_for(placed))
    assert isinstance(receipt.error, Doubtful)
    assert outcomes(write(presta, placed)) == [WRITTEN]
    assert len(presta.people.messages(placed[0])) == 1


def test_a_busy_shop_fails_all_and_writes_nothing(presta: PrestaWorld) -> None:
    placed = presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.WAIT_SECONDS, when="POST messages", seconds=60, skip=1))
    receipts = write(presta, placed)
    assert outcomes(receipts) == [WRITTEN, FAILED, FAILED]
    assert all(isinstance(receipt.error, StoreBusy | None) for receipt in receipts)
    assert presta.simulator.requests().count("POST /api/messages") == 2


def test_another_number_is_never_overwritten(presta: PrestaWorld) -> None:
    placed = presta.place()
    write(presta, placed)
    (receipt,) = write(presta, placed, "OTHER")
    assert (receipt.outcome, receipt.found) == (DIFFERENT, "SO-1")
    assert len(presta.people.messages(placed[0])) == 1


def test_numbers_of_two_endpoints_stand_beside_each_other(presta: PrestaWorld) -> None:
    placed = presta.place()
    write(presta, placed)
    other = [WriteBack(placed[0], placed[0], "R-9", "second")]
    assert outcomes(list(presta.open().write_back(other))) == [WRITTEN]
    assert outcomes(write(presta, placed)) == [ALREADY]


def test_words_of_people_and_buyers_are_no_number(presta: PrestaWorld) -> None:
    placed = presta.people.place(note="[erp-bridge:acme] SO-77")
    presta.people.write_message(placed, "the ERP number is SO-88")
    assert outcomes(write(presta, [placed])) == [WRITTEN]


def test_an_old_shop_keeps_messages_with_entities(presta: PrestaWorld) -> None:
    placed = presta.place()
    presta.people.write_message(placed[0], "ERP number A&amp;B (acme)\n[erp-bridge:acme] A&amp;B")
    number = [WriteBack(placed[0], placed[0], "A&B", "acme")]
    assert outcomes(list(presta.open().write_back(number))) == [ALREADY]


@pytest.mark.parametrize("number", ["SO/1 [2]", "Ä-1 & 2", "1]", "x" * 300])
def test_any_number_comes_back_as_it_was(presta: PrestaWorld, number: str) -> None:
    placed = presta.place()
    given = [WriteBack(placed[0], placed[0], number, "acme")]
    store = presta.open()
    assert outcomes(list(store.write_back(given))) == [WRITTEN]
    assert outcomes(list(store.write_back(given))) == [ALREADY]
    assert presta.number_of(placed[0]) == number


def test_an_order_that_is_gone_is_told_so(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    presta.people.delete(placed[0])
    assert outcomes(write(presta, [*placed, "no-id"])) == [GONE, WRITTEN, GONE]


def test_a_key_that_may_not_add_messages_is_refused(presta: PrestaWorld) -> None:
    placed = presta.place()
    presta.door.permissions["messages"] = ("GET",)
    (receipt,) = write(presta, placed)
    assert isinstance(receipt.error, StoreKeyRefused)
    assert "no right to add to messages of an order (25)" in str(receipt.error)


def test_a_number_that_the_shop_takes_for_a_script_is_refused(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    bad = WriteBack(placed[0], placed[0], "<script>", "acme")
    receipts = list(presta.open().write_back([bad, *numbers_for(placed[1:])]))
    assert outcomes(receipts) == [FAILED, WRITTEN]
    assert isinstance(receipts[0].error, StoreRequestRefused)


def test_a_shop_that_changes_the_message_did_not_keep_it(presta: PrestaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = presta.place()
    tables = presta.people.tables
    add = tables.add
    monkeypatch.setattr(tables, "add", lambda name, row: add(name, {**row, "message": "filtered"}))
    (receipt,) = write(presta, placed)
    assert isinstance(receipt.error, StoreDidNotKeep) and isinstance(receipt.error, Refused)


def test_messages_that_the_shop_cannot_show_stop_their_own_order(presta: PrestaWorld) -> None:
    placed = presta.place(2)
    presta.people.write_message(placed[0], "bell \x07")
    receipts = write(presta, placed)
    assert outcomes(receipts) == [FAILED, WRITTEN]
    assert isinstance(receipts[0].error, Refused) and not isinstance(receipts[0].error, Unavailable)


def test_the_message_has_the_words_of_the_settings(presta: PrestaWorld) -> None:
    placed = presta.place()
    write(presta, placed, message="Auftrag {erp_number} zu {external_id}")
    assert presta.people.messages(placed[0]) == ["Auftrag SO-1 zu 1\n[erp-bridge:acme] SO-1"]


def test_our_message_is_no_note_of_the_buyer_and_no_change(presta: PrestaWorld) -> None:
    placed = presta.people.place(Basket(), note="Ring twice")
    before = readable(list(presta.open().changed_since(None, FROM)))[placed]
    write(presta, [placed])
    (told_again,) = told(list(presta.open().recent(FROM, None)))
    assert told_again.order is not None
    assert revision_digest(told_again.order) == revision_digest(before)
    assert told_again.order.customer_note == "Ring twice"
    assert b"erp-bridge" not in told_again.original


def test_many_numbers_are_looked_for_in_few_questions(presta: PrestaWorld) -> None:
    placed = presta.place(120)
    write(presta, placed)
    before = len(presta.simulator.requests())
    assert outcomes(write(presta, placed)) == [ALREADY] * 120
    assert len(presta.simulator.requests()) - before == 6


def in_thread(presta: PrestaWorld) -> PrestaWorld:
    """A shop whose key may add to the customer service."""
    for name in ("customer_threads", "customer_messages"):
        presta.door.permissions[name] = ("GET", "POST")
    return presta


def test_the_number_can_stand_in_the_customer_service_that_the_orders_page_shows(presta: PrestaWorld) -> None:
    placed = in_thread(presta).place(2)
    assert outcomes(write(presta, placed, message_in="customer_thread")) == [WRITTEN] * 2
    assert presta.people.thread_messages(placed[0]) == ["ERP number SO-1 (acme)\n[erp-bridge:acme] SO-1"]
    thread, message = presta.people.tables.row("customer_threads", 1), presta.people.tables.row("customer_messages", 1)
    assert (thread["id_order"], thread["id_customer"], thread["status"]) == ("1", "1", "closed")
    assert (message["private"], len(thread["token"])) == ("1", 12)
    assert presta.people.messages(placed[0]) == []
    assert outcomes(write(presta, placed, message_in="customer_thread")) == [ALREADY] * 2
    assert outcomes(write(presta, placed, "OTHER", message_in="customer_thread")) == [DIFFERENT] * 2


def test_a_thread_that_the_buyer_opened_is_used(presta: PrestaWorld) -> None:
    placed = in_thread(presta).place()
    presta.people.tables.add("customer_threads", {"id": 9, "id_order": placed[0], "status": "open", "token": "abc"})
    assert outcomes(write(presta, placed, message_in="customer_thread")) == [WRITTEN]
    assert [row["id"] for row in presta.people.tables.rows("customer_threads")] == ["9"]


@pytest.mark.parametrize("when", ["POST customer_threads", "POST customer_messages"])
def test_a_reset_between_thread_and_message_adds_neither_twice(presta: PrestaWorld, when: str) -> None:
    placed = in_thread(presta).place()
    presta.simulator.break_with(Fault(FaultKind.RESET_AFTER, when=when))
    (receipt,) = write(presta, placed, message_in="customer_thread")
    assert isinstance(receipt.error, Doubtful)
    assert write(presta, placed, message_in="customer_thread")[0].outcome in (WRITTEN, ALREADY)
    assert len(presta.people.tables.rows("customer_threads")) == 1
    assert len(presta.people.thread_messages(placed[0])) == 1


def test_threads_that_the_shop_cannot_show_and_orders_that_are_gone(presta: PrestaWorld) -> None:
    placed = in_thread(presta).place(3)
    presta.people.tables.add("customer_threads", {"id": 9, "id_order": placed[0], "token": "abc"})
    presta.people.tables.add("customer_messages", {"id_customer_thread": "9", "message": "bell \x07", "private": "0"})
    presta.people.delete(placed[1])
    receipts = write(presta, placed, message_in="customer_thread")
    assert outcomes(receipts) == [FAILED, GONE, WRITTEN]
    assert isinstance(receipts[0].error, StoreRequestRefused)
