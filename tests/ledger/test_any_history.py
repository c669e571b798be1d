"""Whatever the shop, the ERP and people do in whatever order: promises 1, 2 and 4 hold in the ledger."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bridge.domain.errors import Missing
from bridge.domain.states import FileState, Purpose, ReportClass, SendingState
from bridge.ledger import JudgedSending, Ledger, MovedMeanwhile, NotPossible, WrittenOutcome, WroteBack
from tests.ledger.world import (
    DAY,
    ZONE,
    TestClock,
    accepted,
    answer,
    deployment,
    due,
    fetch,
    malformed,
    place,
    rejected,
    request,
    revision,
    seal,
    unmapped,
)

FLOWS = (("first", "shop", "acme"), ("second", "shop", "acme"))
ORDERS = st.sampled_from(["1", "2", "3"])
FLOW = st.sampled_from(["first", "second"])
JUDGEMENTS = st.lists(st.sampled_from(["ready", "held", "skipped", "cancelled"]), min_size=3, max_size=3)


class History(RuleBasedStateMachine):
    """A shop with three orders, two flows, one ERP endpoint, and a person who does everything that can be done."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp(prefix="history-"))
        self.clock = TestClock()
        self.ledger = Ledger.open(f"sqlite:///{self.folder / 'ledger.db'}", self.clock, ZONE)
        self.ledger.migrate()
        made = deployment(FLOWS)
        flows = tuple(replace(flow, changes="send", cancellations="send") for flow in made.flows)
        self.ledger.enrol(replace(made, flows=flows))
        self.held = self.ledger.take("acme", "test")
        self.versions: Counter[str] = Counter({"1": 1, "2": 1, "3": 1})
        self.turn = 0
        self.rules_version = 0

    @rule(flow=FLOW, order=ORDERS, change=st.booleans(), broken=st.booleans(), cancelled=st.booleans())
    def shop_tells(self, flow: str, order: str, change: bool, broken: bool, cancelled: bool) -> None:
        self.versions[order] += change
        told = revision(order, self.versions[order], cancelled=cancelled)
        if broken and change:
            told = replace(malformed(order, self.versions[order]), digest=f"broken-{order}-{self.versions[order]}")
        self.turn += 1
        fetch(self.held, told, flow=flow, cursor=f"c{self.turn}")

    @rule(
        flow=FLOW, states=st.lists(st.sampled_from(["ready", "held", "skipped", "cancelled"]), min_size=3, max_size=3)
    )
    def rules_judge(self, flow: str, states: list[str]) -> None:
        self.rules_version += 1
        judged = f"rules-{self.rules_version}"
        waiting = due(self.held, flow, judged)
        self.held.judged([self.judgement(each, judged, state) for each, state in zip(waiting, states, strict=False)])

    def judgement(self, each: Any, judged: str, state: str) -> JudgedSending:
        """One of the four."""
        match state:
            case "ready":
                return JudgedSending(each.sending_id, SendingState.READY, judged, external_id=each.store_order_id)
            case "held":
                return JudgedSending(each.sending_id, SendingState.HELD, judged, problems=(unmapped(each.number),))
            case _:
                return JudgedSending(each.sending_id, SendingState(state), judged, rule="by-rule")

    @rule(size=st.integers(1, 2))
    def orders_are_sealed(self, size: int) -> None:
        seal(self.held, size, flows=("first", "second"))

    @rule(purpose=st.sampled_from([Purpose.CHANGE, Purpose.CANCEL]))
    def changes_are_sealed(self, purpose: Purpose) -> None:
        ready = self.held.exportable(["first", "second"], [], 10, purpose)
        if ready:
            number = self.held.next_sequence_number()
            made = request(number, f"ORD_{number:06}.csv", *(each.sending_id for each in ready))
            sealed = self.held.seal([replace(made, purpose=purpose)], number, DAY, register_required=False)
            self.held.in_place([file.file_id for file in sealed])

    @rule()
    def files_are_placed(self) -> None:
        place(self.held, self.clock)

    @rule(staged=st.booleans())
    def the_line_breaks_during_delivery(self, staged: bool) -> None:
        files = self.held.undelivered(1)
        self.held.announce([(file.file_id, file.attempt, "temporary") for file in files])
        if staged:
            self.held.staged([file.file_id for file in files])
        self.held = self.ledger.take("acme", "test")
        self.held.back_to_sealed([doubt.file_id for doubt in self.held.doubts()], "void")

    @rule(order=ORDERS, number=st.sampled_from([None, "SO-1", "SO-2"]), refused=st.booleans())
    def erp_answers(self, order: str, number: str | None, refused: bool) -> None:
        self.turn += 1
        result = rejected(order) if refused else accepted(order, number and f"{number}-{order}")
        self.held.apply_answers([answer([result], f"ACK_{self.turn}.xml")])

    @rule(order=ORDERS)
    def register_is_read(self, order: str) -> None:
        self.turn += 1
        self.held.apply_register([(order, f"SO-1-{order}")], f"register-{self.turn}", self.clock())

    @rule(flow=FLOW)
    def numbers_are_written_back(self, flow: str) -> None:
        waiting = self.held.to_write_back(flow, 10)
        self.held.wrote_back([WroteBack(each.sending_id, WrittenOutcome.WRITTEN) for each in waiting])

    @rule(order=ORDERS, act=st.sampled_from(["cancel", "link", "new_round"]))
    def person_acts_on_an_order(self, order: str, act: str) -> None:
        acts = self.ledger.acts
        doing: dict[str, Callable[[], None]] = {
            "cancel": lambda: acts.cancel(order, "ann", "why"),
            "link": lambda: acts.link(order, f"SO-1-{order}", "ann", "why"),
            "new_round": lambda: acts.new_round(order, "ann", "why"),
        }
        self.try_to(doing[act])

    @rule(number=st.integers(1, 4), act=st.sampled_from(["withdraw", "retry"]))
    def person_acts_on_a_file(self, number: int, act: str) -> None:
        if act == "withdraw":
            self.try_to(lambda: self.ledger.acts.withdraw_file("acme", number, "ann", "why"))
        else:
            self.try_to(lambda: self.ledger.acts.retry_file("acme", number, "ann", "why"))

    @rule(which=st.integers(0, 3), dismiss=st.booleans())
    def person_acts_on_an_exception(self, which: int, dismiss: bool) -> None:
        shown = self.ledger.reading.exceptions()
        if which >= len(shown):
            return
        act = self.ledger.acts.dismiss_exception if dismiss else self.ledger.acts.retry_exception
        self.try_to(lambda: act(shown[which].exception_id, "ann", "why"))

    def try_to(self, act: Callable[[], object]) -> None:
        """A person may ask for what is not possible; anything else that is raised is a bug."""
        try:
            act()
        except (NotPossible, Missing, MovedMeanwhile) as refused:
            assert refused.problem.message

    @invariant()
    def no_order_is_with_the_erp_twice(self) -> None:
        live: Counter[str] = Counter()
        with self.ledger._writer.database.reading() as connection:
            words = (
                "SELECT order_id FROM sendings WHERE purpose = 'new' "
                "AND state IN ('exported', 'delivered', 'accepted', 'written_back')"
            )
            live.update(str(row[0]) for row in connection.exec_driver_sql(words))
        assert all(count == 1 for count in live.values())

    @invariant()
    def a_change_follows_an_order_that_the_erp_has_and_only_one_awaits_its_verdict(self) -> None:
        words = (
            "SELECT later.order_id, first.state, later.state IN ('exported', 'delivered', 'ready', 'held', 'received') "
            "FROM sendings later JOIN sendings first ON first.id = later.first_sending_id"
        )
        with self.ledger._writer.database.reading() as connection:
            rows = connection.exec_driver_sql(words).all()
        assert all(state in ("accepted", "written_back") for _, state, _ in rows)
        assert all(count == 1 for count in Counter(row[0] for row in rows if row[2]).values())

    @invariant()
    def no_newer_revision_waits_unseen(self) -> None:
        """What waits beside an accepted order waits for a verdict on its change, or for a person who sees it."""
        words = (
            "SELECT count(*) FROM sendings first WHERE pending_revision_id IS NOT NULL "
            "AND state IN ('accepted', 'written_back') "
            "AND NOT EXISTS (SELECT 1 FROM sendings later WHERE later.first_sending_id = first.id "
            "AND later.state IN ('exported', 'delivered')) "
            "AND NOT EXISTS (SELECT 1 FROM exception_members held WHERE held.sending_id = first.id "
            "AND held.left_at IS NULL)"
        )
        with self.ledger._writer.database.reading() as connection:
            assert connection.exec_driver_sql(words).scalar() == 0

    @invariant()
    def file_numbers_have_no_gap(self) -> None:
        numbers = sorted(file.sequence_number for file in self.ledger.reading.files(limit=1000))
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_order_counts_exactly_once(self) -> None:
        rows = self.ledger.reading.report_rows(DAY, limit=1000)
        counts = self.ledger.reading.report_counts(DAY)
        assert len({row.order.store_order_id for row in rows}) == len(rows) == sum(counts.values())
        failed = [row for row in rows if row.report_class is ReportClass.FAILED]
        assert all(row.reason or self.was_dismissed(row.order.sending_id) for row in failed)

    def was_dismissed(self, sending_id: int) -> bool:
        """A person has closed what the order failed by."""
        with self.ledger._writer.database.reading() as connection:
            words = f"SELECT 1 FROM exception_members WHERE sending_id = {sending_id} AND left_at IS NOT NULL"
            return connection.exec_driver_sql(words).first() is not None

    @invariant()
    def an_answered_file_has_a_verdict_for_each_order(self) -> None:
        for file in self.ledger.reading.files(state=FileState.ANSWERED, limit=1000):
            members = self.ledger.reading.members(file.file_id)
            assert all(one.state not in (SendingState.EXPORTED, SendingState.DELIVERED) for one in members)

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)


History.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
TestAnyHistory = History.TestCase
