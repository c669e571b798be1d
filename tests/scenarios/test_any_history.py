"""Any history of shop, ERP, clock, faults and people keeps promises 1, 2 and 4: exactly one, gapless, nothing lost.

A failing history is printed by hypothesis as a program; it becomes a scenario of its own.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.domain.states import SendingState
from bridge.simulator.sftp.faults import Cut
from bridge.simulator.shops.faults import Fault, FaultKind
from tests.world import World, address, world

CUTS = st.builds(
    Cut, st.sampled_from(["open", "write", "close", "rename", "stat", "lstat", "opendir", "remove", "read"]),
    st.integers(1, 4), st.booleans(),
)  # fmt: skip
SHOP_FAULTS = st.sampled_from(
    [FaultKind.MAINTENANCE, FaultKind.RESET_AFTER, FaultKind.RESET_BEFORE, FaultKind.CUT_LYING, FaultKind.WAIT_SILENT]
)
WHERE = st.sampled_from(["GET orders", "PUT", "POST notes", ""])
UNSETTLED = {
    SendingState.RECEIVED,
    SendingState.READY,
    SendingState.EXPORTED,
    SendingState.DELIVERED,
    SendingState.ACCEPTED,
}


HISTORIES = int(os.environ.get("BRIDGE_HISTORIES", "0"))  # so many, each time others; 0: the same few, for CI


class AnyHistory(RuleBasedStateMachine):
    """One world; every rule is something that people, machines or lines do."""

    here: World

    @initialize(style=st.sampled_from(["ubl", "csv"]))
    def begin(self, style: str) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.here = self.stack.enter_context(world(folder / "w", style, "sftp", endpoint="answer_within_s = 86400"))
        self.next_number = 10452
        self.goes: set[int] = set()  # paid, mapped, whole: must reach the ERP
        self.sku_missing: set[int] = set()
        self.cancelled: set[int] = set()

    def new_number(self) -> int:
        self.next_number += 1
        return self.next_number - 1

    @rule()
    def a_buyer_pays(self) -> None:
        number = self.new_number()
        self.here.order_paid(number)
        self.goes.add(number)

    @rule()
    def a_buyer_pays_for_an_article_that_no_map_knows(self) -> None:
        number = self.new_number()
        self.here.order_paid(number, sku="ABC-123")
        self.sku_missing.add(number)

    @precondition(lambda self: self.sku_missing)
    @rule()
    def somebody_mends_the_map(self) -> None:
        text = (self.here.folder / "maps" / "sku.csv").read_text()
        if "ABC-123" not in text:
            self.here.edit_map("sku", "ABC-123,40099")

    @precondition(lambda self: self.goes)
    @rule(data=st.data())
    def a_clerk_edits_an_order(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.goes)))
        self.here.shop.edit(number, billing=address(city=data.draw(st.sampled_from(["Poznań", "Gdańsk", "Kraków"]))))

    @precondition(lambda self: self.goes)
    @rule(data=st.data())
    def a_buyer_cancels(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.goes)))
        self.here.shop.edit(number, status="cancelled")
        self.goes.discard(number)
        self.cancelled.add(number)

    @rule()
    def the_bridge_passes(self) -> None:
        self.here.run_pass()

    @rule()
    def the_erp_imports(self) -> None:
        self.here.erp.import_all()

    @rule(minutes=st.sampled_from([1, 45, 200]))
    def time_goes_by(self, minutes: int) -> None:
        self.here.later(minutes=minutes)

    @rule(cut=CUTS)
    def the_line_will_be_cut(self, cut: Cut) -> None:
        assert self.here.sftp
        self.here.sftp.faults.cut = cut

    @rule(kind=SHOP_FAULTS, when=WHERE)
    def the_shop_will_fail(self, kind: FaultKind, when: str) -> None:
        self.here.shop.break_with(Fault(kind, when))

    @rule()
    def a_person_retries_what_stands_open(self) -> None:
        with self.here.site() as site:
            for one in site.ledger.reading.exceptions():
                site.ledger.acts.retry_exception(one.exception_id, "ada", "try again")

    @invariant()
    def nothing_is_doubled_and_no_number_is_missing(self) -> None:
        if not hasattr(self, "here"):
            return
        assert self.here.erp.duplicates() == []
        assert self.here.erp.complaints() == []
        ids = self.here.erp.external_ids()
        assert len(ids) == len(set(ids))
        files = self.here.file_numbers()
        assert files == list(range(1, len(files) + 1))

    def teardown(self) -> None:
        if not hasattr(self, "here"):
            return
        try:
            self.all_is_well_in_the_end()
        finally:
            self.stack.close()

    def all_is_well_in_the_end(self) -> None:
        """Faults end, the map is mended, time goes by: whatever must arrive has arrived, once, with its number."""
        here = self.here
        assert here.sftp
        here.sftp.faults.cut = None
        here.shop.faults.clear()
        if self.sku_missing:
            self.somebody_mends_the_map()
        for _ in range(4):
            here.later(hours=2)
            here.go_round()
        documents = {document.external_id: document.erp_number for document in here.erp.documents()}
        must = {str(number) for number in self.goes | self.sku_missing}
        may = must | {str(number) for number in self.cancelled}
        assert must <= set(documents) <= may
        assert here.shop.erp_numbers() == documents
        states = here.orders()
        assert not {number for number, order in states.items() if order.state in UNSETTLED}
        assert set(states) == may
        assert here.damage() == []
        assert here.inbound() == []
        self.nothing_is_doubled_and_no_number_is_missing()


TestAnyHistory = pytest.mark.scenario(pytest.mark.slow(pytest.mark.timeout(7200)(AnyHistory.TestCase)))
AnyHistory.TestCase.settings = settings(
    max_examples=HISTORIES or 12, stateful_step_count=20, deadline=None, derandomize=not HISTORIES, print_blob=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
