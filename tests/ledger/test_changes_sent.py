"""Changes and cancellations that a flow sends: one at a time, each against what the ERP has (DESIGN section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.config.values import Deployment
from bridge.domain.answers import AnswerRule, Difference
from bridge.domain.states import Purpose, SendingState
from bridge.ledger import (
    NOT_SENT_ANY_MORE,
    EndpointLedger,
    JudgedSending,
    Ledger,
    News,
    ToExport,
    WrittenOutcome,
    WroteBack,
)
from tests.ledger.world import (
    DAY,
    RULES,
    TestClock,
    accepted,
    answer,
    approve,
    delivered,
    deployment,
    due,
    fetch,
    malformed,
    open_exceptions,
    place,
    rejected,
    request,
    revision,
    seal,
    states,
    unmapped,
)


def sending(changes: str = "send", cancellations: str = "send") -> Deployment:
    """The deployment whose one flow sends them."""
    made = deployment()
    flows = tuple(replace(flow, changes=changes, cancellations=cancellations) for flow in made.flows)
    return replace(made, flows=flows)


@pytest.fixture
def held(ledger: Ledger, clock: TestClock) -> EndpointLedger:
    """A flow that sends changes and cancellations, and order a that the ERP has as SO-1."""
    ledger.enrol(sending())
    made = delivered(ledger, clock, "a")
    made.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    made.wrote_back([WroteBack(one.sending_id, WrittenOutcome.WRITTEN) for one in made.to_write_back("shop-acme", 10)])
    return made


def change(held: EndpointLedger, version: int, cancelled: bool = False) -> None:
    """The store tells a newer revision."""
    fetch(held, revision("a", version, gross_minor=1000 + version, cancelled=cancelled), cursor=f"c{version}")


def ready(held: EndpointLedger, purpose: Purpose = Purpose.CHANGE) -> list[ToExport]:
    approve(held)
    return held.exportable(["shop-acme"], [], 10, purpose)


def send(held: EndpointLedger, clock: TestClock, purpose: Purpose = Purpose.CHANGE) -> int:
    """Judge, seal and place what is ready; gives the file's id, which is its number here."""
    members = ready(held, purpose)
    number = held.next_sequence_number()
    sealed = held.seal(
        [replace(request(number, f"F{number}.xml", *(one.sending_id for one in members)), purpose=purpose)],
        number,
        DAY,
        register_required=False,
    )
    held.in_place([file.file_id for file in sealed])
    place(held, clock)
    return sealed[0].file_id


def answered(held: EndpointLedger, file_id: int, *, refused: bool = False) -> None:
    result = rejected("a", "E17: too late") if refused else accepted("a", "SO-1")
    held.apply_answers([answer([result], f"ACK_{file_id}_{refused}.xml", file_id=file_id)])


def further(ledger: Ledger) -> list[tuple[str, int | None, str]]:
    """Purpose, number and state of the order's changes, oldest first."""
    (order,) = ledger.reading.orders()
    return [(one.purpose, one.change_number, one.state) for one in ledger.reading.changes(order.order_id)]


def test_a_change_of_an_order_that_the_erp_has_becomes_a_sending_against_it(
    ledger: Ledger, held: EndpointLedger
) -> None:
    change(held, 2)
    (one,) = ready(held)
    assert one.told is not None
    assert (one.told.purpose, one.told.change_number, one.told.erp_number) == (Purpose.CHANGE, 1, "SO-1")
    assert one.told.contents == (b'{"number":"#a","version":1}',)
    assert (one.content, one.gross_minor) == (b'{"number":"#a","version":2}', 1002)
    assert ready(held, Purpose.NEW) == []
    assert (open_exceptions(ledger), states(ledger)) == ([], {"a": "written_back"})
    assert held.news("shop-acme", [("a", "digest-a-2")]) == [News.KNOWN]


def test_where_no_answer_ever_comes_changes_go_on_as_soon_as_the_file_before_is_placed(
    ledger: Ledger, clock: TestClock
) -> None:
    ledger.enrol(sending(), unanswered=["acme"])
    held = delivered(ledger, clock, "a")
    change(held, 2)
    file_id = send(held, clock)
    assert (states(ledger), further(ledger)) == ({"a": "delivered"}, [("change", 1, "accepted")])
    change(held, 3)
    (one,) = ready(held)
    assert one.told is not None
    assert (one.told.change_number, one.told.contents[-1]) == (2, b'{"number":"#a","version":2}')
    assert (file_id, open_exceptions(ledger)) == (2, [])


def test_a_change_that_comes_while_its_order_is_on_the_way_goes_on_when_it_is_placed(
    ledger: Ledger, clock: TestClock
) -> None:
    ledger.enrol(sending(changes="hold"), unanswered=["acme"])
    held = ledger.take("acme", "test")
    fetch(held, revision("a"))
    approve(held)
    seal(held)
    change(held, 2)
    assert open_exceptions(ledger) == []
    place(held, clock)
    assert [one.code for one in ledger.reading.exceptions()] == ["changed-after-export"]


def test_what_waited_for_an_erp_that_turns_out_never_to_answer_is_told_once(ledger: Ledger, clock: TestClock) -> None:
    ledger.enrol(sending(changes="hold"))
    held = delivered(ledger, clock, "a")
    change(held, 2)
    assert open_exceptions(ledger) == []
    for _ in range(2):
        ledger.enrol(sending(changes="hold"), unanswered=["acme"])
    (told,) = ledger.reading.exceptions()
    assert (told.code, told.times) == ("changed-after-export", 1)
    ledger.acts.dismiss_exception(told.exception_id, "ann", "made in the ERP")
    assert (open_exceptions(ledger), further(ledger)) == ([], [("change", None, "accepted")])


def test_a_change_waits_while_the_erp_has_not_answered_the_order(ledger: Ledger, clock: TestClock) -> None:
    ledger.enrol(sending())
    held = delivered(ledger, clock, "a")
    change(held, 2)
    assert due(held) == []
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    assert [one.content for one in ready(held)] == [b'{"number":"#a","version":2}']


def test_an_accepted_change_is_what_the_next_one_is_told_against(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    answered(held, send(held, clock))
    assert further(ledger) == [("change", 1, "accepted")]
    change(held, 3)
    (one,) = ready(held)
    assert one.told is not None
    assert one.told.change_number == 2
    assert one.told.contents == (b'{"number":"#a","version":1}', b'{"number":"#a","version":2}')
    assert states(ledger) == {"a": "written_back"}
    assert held.to_write_back("shop-acme", 10) == []


def test_a_refused_change_is_an_exception_and_the_order_stays_accepted(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    answered(held, send(held, clock), refused=True)
    assert open_exceptions(ledger) == [("The ERP refused changes: E17: too late", ["#a"])]
    assert states(ledger) == {"a": "written_back"}
    change(held, 3)
    (one,) = ready(held)
    assert one.told is not None
    assert (one.told.change_number, len(one.told.contents)) == (2, 1)  # told against the order as it was sent
    assert open_exceptions(ledger) == []


def test_a_refused_change_is_sent_once_more_by_a_person(ledger: Ledger, held: EndpointLedger, clock: TestClock) -> None:
    change(held, 2)
    answered(held, send(held, clock), refused=True)
    fetch(held, revision("a", 2, gross_minor=1002), cursor="again")
    assert ready(held) == []  # never by itself
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.retry_exception(shown.exception_id, "ann", "the ERP can do it now").orders == 1
    assert open_exceptions(ledger) == []
    (one,) = ready(held)
    assert one.told is not None and one.told.change_number == 2
    assert further(ledger) == [("change", 1, "rejected"), ("change", 2, "ready")]


def test_a_further_change_before_the_export_replaces_the_first(ledger: Ledger, held: EndpointLedger) -> None:
    change(held, 2)
    approve(held)
    change(held, 3)
    (one,) = ready(held)
    assert one.content == b'{"number":"#a","version":3}'
    assert one.told is not None and one.told.change_number == 1  # the first one was in no file
    assert further(ledger) == [("change", 1, "superseded"), ("change", 1, "ready")]


def test_a_further_change_closes_the_exceptions_of_the_one_it_replaces(ledger: Ledger, held: EndpointLedger) -> None:
    change(held, 2)
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(unmapped("#a"),))])
    assert open_exceptions(ledger) == [("Missing SKU mapping for ABC-123", ["#a"])]
    change(held, 3)
    assert open_exceptions(ledger) == []


def test_a_further_change_after_the_export_waits_for_the_verdict(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    file_id = send(held, clock)
    change(held, 3)
    change(held, 4)
    assert due(held) == []
    answered(held, file_id)
    (one,) = ready(held)
    assert one.content == b'{"number":"#a","version":4}'
    assert one.told is not None and len(one.told.contents) == 2
    assert open_exceptions(ledger) == []


def test_after_a_refused_change_the_one_that_waited_goes_by_itself(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    file_id = send(held, clock)
    change(held, 3)
    answered(held, file_id, refused=True)
    assert [one.content for one in ready(held)] == [b'{"number":"#a","version":3}']
    assert open_exceptions(ledger) == []


def test_a_cancellation_goes_as_a_cancel_sending(ledger: Ledger, held: EndpointLedger, clock: TestClock) -> None:
    change(held, 2, cancelled=True)
    answered(held, send(held, clock, Purpose.CANCEL))
    assert further(ledger) == [("cancel", 1, "accepted")]
    assert (open_exceptions(ledger), states(ledger)) == ([], {"a": "written_back"})


def test_a_refused_cancellation_is_an_exception_of_its_own_words(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2, cancelled=True)
    answered(held, send(held, clock, Purpose.CANCEL), refused=True)
    assert open_exceptions(ledger) == [("The ERP refused cancellations: E17: too late", ["#a"])]


def test_a_cancelled_order_that_changes_again_and_stays_cancelled_is_told_no_more(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2, cancelled=True)
    answered(held, send(held, clock, Purpose.CANCEL))
    change(held, 3, cancelled=True)
    assert due(held) == []
    assert further(ledger)[-1] == ("cancel", None, "skipped")
    assert open_exceptions(ledger) == []
    assert held.news("shop-acme", [("a", "digest-a-3")]) == [News.KNOWN]


def test_an_order_reopened_after_its_cancellation_waits_for_a_person(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2, cancelled=True)
    answered(held, send(held, clock, Purpose.CANCEL))
    change(held, 3)
    assert due(held) == []
    assert open_exceptions(ledger) == [("Order #a was reopened in the store after its cancellation was sent", ["#a"])]
    (shown,) = ledger.reading.exceptions()
    ledger.acts.retry_exception(shown.exception_id, "ann", "try")
    assert due(held) == []  # no retry sends it either
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "entered by hand under the same id")
    change(held, 4)
    assert [one.content for one in ready(held)] == [b'{"number":"#a","version":4}']


def test_an_order_reopened_while_the_erp_thinks_goes_on_as_the_verdict_says(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2, cancelled=True)
    file_id = send(held, clock, Purpose.CANCEL)
    change(held, 3)
    assert open_exceptions(ledger) == []
    answered(held, file_id, refused=True)  # the ERP never cancelled it: an ordinary change
    assert [one.content for one in ready(held)] == [b'{"number":"#a","version":3}']


def test_an_order_reopened_before_its_cancellation_was_exported_is_changed_or_nothing(
    ledger: Ledger, held: EndpointLedger
) -> None:
    change(held, 2, cancelled=True)
    approve(held)
    fetch(held, replace(revision("a", 1), gross_minor=1230), cursor="back")  # just as it was sent
    assert ready(held, Purpose.CANCEL) == []
    assert (due(held), ready(held)) == ([], [])
    assert further(ledger) == [("cancel", 1, "superseded"), ("change", None, "skipped")]
    assert open_exceptions(ledger) == []


def test_a_cancellation_replaces_a_change_that_was_not_exported(ledger: Ledger, held: EndpointLedger) -> None:
    change(held, 2)
    approve(held)
    change(held, 3, cancelled=True)
    assert ready(held) == []
    (one,) = ready(held, Purpose.CANCEL)
    assert one.told is not None and one.told.purpose is Purpose.CANCEL


def test_a_flow_may_send_cancellations_and_hold_changes(ledger: Ledger, clock: TestClock) -> None:
    ledger.enrol(sending(changes="hold"))
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    change(held, 2)
    assert open_exceptions(ledger) == [("Order #a was changed in the store after it was sent", ["#a"])]
    change(held, 3, cancelled=True)
    assert len(ready(held, Purpose.CANCEL)) == 1
    assert open_exceptions(ledger) == []


def test_a_flow_that_begins_to_send_sends_what_a_person_retries(ledger: Ledger, clock: TestClock) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    change(held, 2)
    ledger.enrol(sending())
    fetch(held, revision("a", 2, gross_minor=1002), cursor="again")
    assert ready(held) == []  # it may have been made by hand
    (shown,) = ledger.reading.exceptions()
    ledger.acts.retry_exception(shown.exception_id, "ann", "send it")
    assert (len(ready(held)), open_exceptions(ledger)) == (1, [])


def test_a_change_made_in_the_erp_by_hand_is_what_the_next_one_is_told_against(
    ledger: Ledger, clock: TestClock
) -> None:
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    change(held, 2)
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.dismiss_exception(shown.exception_id, "ann", "made by hand") == (0, 1)
    assert (open_exceptions(ledger), further(ledger)) == ([], [("change", None, "accepted")])
    fetch(held, revision("a", 2, gross_minor=1002), cursor="again")
    assert open_exceptions(ledger) == []
    ledger.enrol(sending())
    change(held, 3)
    (one,) = ready(held)
    assert one.told is not None
    assert (one.told.change_number, one.told.contents[-1]) == (1, b'{"number":"#a","version":2}')


def test_a_refused_change_made_in_the_erp_by_hand_is_what_the_next_one_is_told_against(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    file = send(held, clock)
    held.apply_answers([answer([rejected("a", "packed")], file_id=file)])
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.dismiss_exception(shown.exception_id, "ann", "made by hand") == (0, 1)
    assert open_exceptions(ledger) == []
    assert further(ledger)[-1] == ("change", None, "accepted")
    change(held, 1)  # back to what was sent first
    (one,) = ready(held)
    assert one.told is not None
    assert one.told.contents[-1] == b'{"number":"#a","version":2}'


def test_a_withdrawn_change_made_in_the_erp_by_hand_is_what_the_next_one_is_told_against(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    send(held, clock)
    ledger.acts.withdraw_file("acme", 2, "ann", "wrong company")
    (shown,) = ledger.reading.exceptions()
    assert shown.code == "change-withdrawn"
    assert ledger.acts.dismiss_exception(shown.exception_id, "ann", "made by hand") == (0, 1)
    assert (open_exceptions(ledger), due(held)) == ([], [])
    change(held, 3)
    (one,) = ready(held)
    assert one.told is not None
    assert (one.told.change_number, one.told.contents[-1]) == (2, b'{"number":"#a","version":2}')


def test_a_withdrawn_cancellation_made_in_the_erp_by_hand_leaves_no_total(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2, cancelled=True)
    send(held, clock, Purpose.CANCEL)
    ledger.acts.withdraw_file("acme", 2, "ann", "wrong company")
    assert len(ledger.reading.control_totals()) == 1
    ledger.acts.dismiss_exception(ledger.reading.exceptions()[0].exception_id, "ann", "cancelled by hand")
    assert (open_exceptions(ledger), ledger.reading.control_totals()) == ([], [])


def test_a_change_that_was_not_sent_any_more_and_made_by_hand_is_what_the_next_one_is_told_against(
    ledger: Ledger, held: EndpointLedger
) -> None:
    change(held, 2)
    (one,) = due(held)
    problem = NOT_SENT_ANY_MORE.problem(number="#a", what="change", endpoint="acme")
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(problem,))])
    (shown,) = ledger.reading.exceptions()
    assert ledger.acts.dismiss_exception(shown.exception_id, "ann", "made by hand") == (0, 1)
    assert (open_exceptions(ledger), further(ledger)) == ([], [("change", None, "accepted")])
    assert [total.gross for total in ledger.reading.control_totals()] == [Decimal("10.02")]
    change(held, 1)  # back to what was sent first
    (next_one,) = ready(held)
    assert next_one.told is not None
    assert (next_one.told.change_number, next_one.told.contents[-1]) == (1, b'{"number":"#a","version":2}')


def test_a_change_that_the_erp_accepts_otherwise_is_shown_in_its_own_words(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    file_id = send(held, clock)
    otherwise = accepted("a", "SO-1")._replace(differences=(Difference("quantity", "2", "5", "3"),))
    held.apply_answers([answer([otherwise], file_id=file_id)])
    (shown,) = ledger.reading.exceptions()
    assert (shown.code, shown.title) == (
        "change-accepted-otherwise",
        "The change of order #a was accepted with changes",
    )
    assert shown.message == "Order #a: acme accepted its change with changes: line 2 quantity: 5 sent, 3 confirmed."
    assert (states(ledger), further(ledger)) == ({"a": "written_back"}, [("change", 1, "accepted")])
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "told the customer")
    assert (open_exceptions(ledger), further(ledger)) == ([], [("change", 1, "accepted")])


def test_the_number_that_the_erp_tells_first_in_the_answer_to_a_change_is_written_back(
    ledger: Ledger, clock: TestClock
) -> None:
    ledger.enrol(sending())
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", None)], file_id=1)])
    change(held, 2)
    answered(held, send(held, clock))
    assert [one.erp_number for one in held.to_write_back("shop-acme", 10)] == ["SO-1"]


def test_a_change_that_cannot_be_read_is_shown_and_not_sent(ledger: Ledger, held: EndpointLedger) -> None:
    fetch(held, replace(malformed("a", 2), digest="broken"), cursor="c2")
    assert due(held) == []
    assert open_exceptions(ledger) == [("Order #a was changed in the store after it was sent", ["#a"])]


def test_a_withdrawn_change_goes_again_only_by_a_person(ledger: Ledger, held: EndpointLedger, clock: TestClock) -> None:
    change(held, 2)
    send(held, clock)
    ledger.acts.withdraw_file("acme", 2, "ann", "wrong company")
    assert open_exceptions(ledger) == [("File F2.xml of changes was withdrawn", ["#a"])]
    change(held, 3)
    assert ready(held) == []
    (shown,) = ledger.reading.exceptions()
    assert shown.code == "changed-after-export"
    ledger.acts.retry_exception(shown.exception_id, "ann", "right company now")
    assert [one.content for one in ready(held)] == [b'{"number":"#a","version":3}']
    assert states(ledger) == {"a": "written_back"}


def test_a_dismissed_change_is_not_sent_and_the_order_stays(ledger: Ledger, held: EndpointLedger) -> None:
    change(held, 2)
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.HELD, RULES, problems=(unmapped("#a"),))])
    (shown,) = ledger.reading.exceptions()
    ledger.acts.dismiss_exception(shown.exception_id, "ann", "not needed")
    assert (due(held, rules="rules-2"), states(ledger)) == ([], {"a": "written_back"})


def test_the_register_and_rows_told_again_never_speak_of_a_change(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    send(held, clock)
    held.apply_register([("a", "SO-1")], "register-1", clock())
    assert further(ledger) == [("change", 1, "delivered")]


def test_an_answer_that_names_only_the_order_speaks_of_the_change_that_awaits_its_verdict(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    send(held, clock)
    held.apply_answers([answer([rejected("a", "E17: too late")], "ORDRSP_1.edi")])
    assert further(ledger) == [("change", 1, "rejected")]
    held.apply_answers([answer([accepted("a", "SO-1")], "ORDRSP_2.edi")])  # nothing awaits: the order's own again
    assert further(ledger) == [("change", 1, "rejected")]
    assert states(ledger) == {"a": "written_back"}


def test_a_log_that_repeats_old_rows_never_accepts_a_change(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    send(held, clock)
    yesterdays = replace(answer([accepted("a", "SO-1")], "daily.csv"), rule=AnswerRule(repeats=True))
    held.apply_answers([yesterdays])
    assert further(ledger) == [("change", 1, "delivered")]
    assert ledger.reading.exceptions() == []


def test_a_late_answer_to_the_orders_own_file_says_nothing_of_its_change(
    ledger: Ledger, held: EndpointLedger, clock: TestClock
) -> None:
    change(held, 2)
    send(held, clock)
    held.apply_answers([answer([accepted("a", "SO-1")], "AGAIN.xml", file_id=1)])
    assert further(ledger) == [("change", 1, "delivered")]


def test_two_flows_of_one_store_send_a_change_once(ledger: Ledger, clock: TestClock) -> None:
    made = deployment((("shop-acme", "shop", "acme"), ("second", "shop", "acme")))
    flows = tuple(replace(flow, changes="send", cancellations="send") for flow in made.flows)
    ledger.enrol(replace(made, flows=flows))
    held = delivered(ledger, clock, "a")
    fetch(held, revision("a"), flow="second")
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    change(held, 2)
    fetch(held, revision("a", 2, gross_minor=1002), flow="second", cursor="c2")
    assert further(ledger) == [("change", 1, "received")]
    assert due(held, "second") == []
    change(held, 3)
    fetch(held, revision("a", 3, gross_minor=1003), flow="second", cursor="c3")
    assert further(ledger) == [("change", 1, "superseded"), ("change", 1, "received")]


def test_a_change_that_is_left_out_wakes_no_other_flow(ledger: Ledger, clock: TestClock) -> None:
    made = deployment((("shop-acme", "shop", "acme"), ("second", "shop", "acme")))
    ledger.enrol(replace(made, flows=tuple(replace(flow, changes="send") for flow in made.flows)))
    held = delivered(ledger, clock, "a")
    held.apply_answers([answer([accepted("a", "SO-1")], file_id=1)])
    change(held, 2)
    fetch(held, revision("a", 2, gross_minor=1002), flow="second", cursor="c2")
    (one,) = due(held)
    held.judged([JudgedSending(one.sending_id, SendingState.SKIPPED, RULES, rule="by-rule")])
    assert (due(held, "second"), states(ledger)) == ([], {"a": "accepted"})
