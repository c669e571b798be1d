"""What a newer revision does: before export it replaces, after export it waits (DESIGN section 6, Changes)."""

from __future__ import annotations

from bridge.domain.states import SendingState
from bridge.ledger import JudgedSending, Ledger, News, Remapped
from tests.ledger.world import (
    RULES,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    due,
    fetch,
    malformed,
    open_exceptions,
    place,
    rejected,
    revision,
    seal,
    states,
    unmapped,
)


def rounds(ledger: Ledger) -> list[tuple[str, int, str]]:
    """Order, round and state of what counts."""
    return [(order.store_order_id, order.round, order.state.value) for order in ledger.reading.orders()]


def test_news_tells_known_new_and_changed_orders_apart(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    items = [("a", "digest-a-1"), ("b", "digest-b-2"), ("c", "digest-c-1")]
    assert held.news("shop-acme", items) == [News.KNOWN, News.NEW_REVISION, News.NEW_REVISION]


def test_a_page_told_again_brings_nothing(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    first = held.add_page("shop-acme", [revision("a"), malformed("b")], "c1")
    again = held.add_page("shop-acme", [revision("a"), malformed("b")], "c2")
    assert (first.new_orders, first.new_sendings, first.malformed) == (2, 2, 1)
    assert (again.new_orders, again.new_revisions, again.new_sendings) == (0, 0, 0)
    assert held.cursor("shop-acme") == "c2"


def test_an_order_named_twice_on_a_page_counts_once_with_its_last_content(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    held.add_page("shop-acme", [revision("a"), revision("a", version=2)], "c1")
    assert [each.content for each in due(held)] == [b'{"number":"#a","version":2}']


def test_a_newer_revision_replaces_a_ready_order_and_is_judged_afresh(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    counts = held.add_page("shop-acme", [revision("a", version=2, gross_minor=999)], "c2")
    assert (counts.new_revisions, counts.superseded) == (1, 1)
    assert states(ledger) == {"a": "received"}
    approve(held)
    (ready,) = held.exportable(["shop-acme"], [], 10)
    assert (ready.content, ready.gross_minor) == (b'{"number":"#a","version":2}', 999)


def test_a_newer_revision_closes_the_exceptions_of_the_one_it_replaces(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(unmapped("#a"),))])
    assert open_exceptions(ledger) == [("Missing SKU mapping for ABC-123", ["#a"])]
    fetch(held, revision("a", version=2), cursor="c2")
    assert (open_exceptions(ledger), states(ledger)) == ([], {"a": "received"})


def test_a_skipped_order_is_judged_again_when_it_changes(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.SKIPPED, RULES, rule="unpaid")])
    assert due(held, rules="rules-2") == []
    fetch(held, revision("a", version=2), cursor="c2")
    assert [each.store_order_id for each in due(held)] == ["a"]


def test_a_change_after_export_waits_and_is_shown_once_the_erp_has_accepted(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    counts = held.add_page("shop-acme", [revision("a", version=2)], "c2")
    assert (counts.after_export, counts.new_sendings) == (1, 0)
    assert (open_exceptions(ledger), due(held)) == ([], [])
    assert held.news("shop-acme", [("a", "digest-a-2")]) == [News.KNOWN]
    held.apply_answers([answer([accepted("a", "SO-1")])])
    assert open_exceptions(ledger) == [("Order #a was changed in the store after it was sent", ["#a"])]
    assert states(ledger) == {"a": "accepted"}


def test_a_cancellation_after_acceptance_is_shown_at_once(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")])])
    fetch(held, revision("a", version=2, cancelled=True), cursor="c2")
    assert open_exceptions(ledger) == [("Order #a was cancelled in the store after it was sent", ["#a"])]
    (shown,) = ledger.reading.exceptions()
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "cancelled in the ERP by hand")
    assert (open_exceptions(ledger), states(ledger)) == ([], {"a": "accepted"})


def test_after_a_rejection_the_newest_content_goes_by_itself(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    fetch(held, revision("a", version=2), cursor="c2")
    held.apply_answers([answer([rejected("a")])])
    assert rounds(ledger) == [("a", 2, "received")]
    assert open_exceptions(ledger) == []
    approve(held)
    seal(held)
    place(held, clock)
    held.apply_answers([answer([accepted("a", "SO-9")], "ACK_2.xml")])
    assert rounds(ledger) == [("a", 2, "accepted")]


def test_a_change_that_comes_after_the_rejection_goes_too_and_closes_it(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a")])])
    assert len(open_exceptions(ledger)) == 1
    fetch(held, revision("a", version=2), cursor="c2")
    assert rounds(ledger) == [("a", 2, "received")]
    assert open_exceptions(ledger) == []


def test_a_rejected_order_without_a_change_is_never_sent_again_by_itself(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([rejected("a")])])
    fetch(held, revision("a"), cursor="c2")
    clock.forward(days=30)
    assert due(held, rules="rules-9") == []
    assert rounds(ledger) == [("a", 1, "rejected")]


def test_a_change_of_a_withdrawn_order_waits_for_a_person(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    ledger.acts.withdraw_file("acme", 1, "ann", "wrong company")
    fetch(held, revision("a", version=2), cursor="c2")
    assert rounds(ledger) == [("a", 1, "withdrawn")]
    ledger.acts.new_round("a", "ann", "send it now")
    assert [each.content for each in due(held)] == [b'{"number":"#a","version":2}']


def test_a_malformed_order_stands_alone_until_the_store_tells_it_anew(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, malformed("bad"), revision("good"))
    assert states(ledger) == {"bad": "held", "good": "received"}
    assert open_exceptions(ledger) == [("Order bad cannot be read", ["#bad"])]
    approve(held)
    assert due(held, rules="rules-2")[0].store_order_id == "good"
    fetch(held, revision("bad", version=2), cursor="c2")
    assert (states(ledger)["bad"], open_exceptions(ledger)) == ("received", [])


def test_a_content_that_comes_back_is_a_revision_of_its_own(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    for cursor, version in (("c1", 1), ("c2", 2), ("c3", 1)):
        fetch(held, revision("a", version=version), cursor=cursor)
    (order,) = ledger.reading.orders()
    assert [each.revision_number for each in ledger.reading.revisions(order.order_id)] == [1, 2, 3]
    assert [each.content for each in due(held)] == [b'{"number":"#a","version":1}']


def test_a_release_outlives_a_change_before_export(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, revision("a"), revision("b"))
    assert ledger.acts.release("shop-acme", ["a"], "ann", "pilot") == 1
    fetch(held, revision("a", version=2), cursor="c2")
    approve(held)
    assert [each.number for each in held.exportable([], ["shop-acme"], 10)] == ["#a"]


def test_a_better_mapping_is_no_change_of_an_order_that_the_erp_has(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    fetch(held, revision("b"), cursor="c2")
    kept, waits = sorted(ledger.known.latest("shop-acme", ["a", "b", "unknown"]), key=lambda one: one.revision_id)
    assert (kept.settled, waits.settled) == (True, False)  # b is to get what it says now
    assert (kept.store_order_id, kept.digest, kept.archive_line) == ("a", "digest-a-1", 1)
    assert [one.store_order_id for one in ledger.known.of_sendings(ledger.known.open_sendings("shop-acme"))] == ["b"]
    held.read_anew([Remapped(kept.revision_id, "digest-by-mapper-2", "2")], {kept.revision_id: b'{"a": 2}'})
    assert held.news("shop-acme", [("a", "digest-by-mapper-2")]) == [News.KNOWN]
    (kept,) = ledger.known.at_the_erp("shop-acme", ["a", "b"])
    assert (kept.digest, kept.content) == ("digest-by-mapper-2", b'{"a": 2}')
    assert rounds(ledger) == [("a", 1, "delivered"), ("b", 1, "received")]


def test_a_better_mapping_is_no_news_of_an_order_whose_rejection_a_person_dismissed(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a", "b")
    held.apply_answers([answer([rejected("a")]), answer([rejected("b", "E18: unknown buyer")], "ACK_2.xml")])
    one = next(one for one in ledger.reading.exceptions() if "E17" in one.title)
    ledger.acts.dismiss_exception(one.exception_id, "ann", "entered by hand")
    assert [one.store_order_id for one in ledger.known.kept_back("shop-acme", ["a", "b"])] == ["a"]
    ledger.acts.new_round("a", "ann", "it was not entered after all")
    assert ledger.known.kept_back("shop-acme", ["a", "b"]) == []
