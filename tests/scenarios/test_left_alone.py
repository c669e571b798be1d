"""A shop in trouble is left alone as long as it takes, by all that would ask it, and seen by people all the while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.engine import run_endpoints
from bridge.flow.patience import needs_person
from bridge.simulator.shops.faults import Fault, FaultKind
from tests.scenarios.test_sweep import SECOND_ERP
from tests.world import World, world

pytestmark = pytest.mark.scenario


def one_after_the_other(here: World) -> None:
    """`bridge once`, one ERP after the other."""
    with here.site() as site:
        for endpoint in site.deployment.endpoints.values():
            run_endpoints(site, [endpoint], "test")


def test_a_wait_that_the_shop_names_is_kept_by_all_flows_of_the_store(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        toml = here.folder / "bridge.toml"
        toml.write_text(toml.read_text(encoding="utf-8") + SECOND_ERP, encoding="utf-8")
        (here.folder / "beta-files" / "in").mkdir(parents=True)
        here.order_paid(10452)
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS, seconds=7200))
        one_after_the_other(here)
        assert len(here.shop.requests()) == 1
        assert here.codes() == ["store-busy"]
        here.later(hours=1)
        one_after_the_other(here)
        assert len(here.shop.requests()) == 1
        with here.site() as site:
            (busy,) = site.ledger.reading.exceptions()
            site.ledger.acts.retry_exception(busy.exception_id, "ada", "the host let us through")
        one_after_the_other(here)
        assert len(here.shop.requests()) > 1
        assert here.codes() == []


def test_a_wait_named_at_a_write_back_keeps_the_next_look_from_the_shop(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS, "PUT", seconds=7200))
        here.run_pass()
        asked = len(here.shop.requests())
        here.later(hours=1)
        here.run_pass()
        assert len(here.shop.requests()) == asked
        here.later(hours=1, minutes=1)
        here.go_round()
        assert set(here.shop.erp_numbers()) == {"10452"}
        assert here.codes() == []


def test_a_number_is_tried_for_days_with_growing_waits_until_the_shop_takes_writes_again(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.stopped_at = datetime.now(UTC)
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.shop.break_with(Fault(FaultKind.BAD_GATEWAY, "PUT", times=-1))
        begun, waits, alarmed = here.now(), [], []
        for _ in range(10):
            here.run_pass()
            with here.site() as site:
                (trouble,) = site.ledger.reading.exceptions()
                alarmed.append(needs_person(site, trouble))
            assert (trouble.code, trouble.orders, trouble.temporary) == ("store-write-in-doubt", 1, True)
            assert trouble.next_try_at is not None
            waits.append((trouble.next_try_at - here.now()).total_seconds())
            here.later(seconds=waits[-1])
        assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
        assert alarmed == [False] * 9 + [True]  # tries_max = 10
        here.later(seconds=(begun + timedelta(days=3) - here.now()).total_seconds())
        here.run_pass()
        assert here.shop.erp_numbers() == {}
        here.shop.faults.clear()
        here.later(hours=1)
        here.run_pass()
        assert here.states() == {"10452": "written_back"}
        assert set(here.shop.erp_numbers()) == {"10452"}
        assert len(here.shop.notes(10452)) == 1
        assert here.codes() == []


def test_orders_at_whose_number_the_shop_fails_each_time_hold_up_no_others(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        numbers = list(range(10452, 10458))
        for number in numbers:
            here.order_paid(number)
        here.run_pass()
        here.erp.import_all()
        for poisoned in (10452, 10454):
            here.shop.break_with(Fault(FaultKind.BROKEN_HTML, f"PUT orders/{poisoned}", times=-1))
        for _ in range(3):
            here.run_pass()
            here.later(minutes=1)
        assert sorted(here.shop.erp_numbers()) == ["10453", "10455", "10456", "10457"]
        assert "store-write-in-doubt" in here.codes()
        here.shop.faults.clear()
        here.later(hours=1)
        here.run_pass()
        assert sorted(here.shop.erp_numbers()) == [str(number) for number in numbers]
        assert here.codes() == []


def test_a_clock_that_ran_a_year_ahead_stops_nothing_for_a_year(tmp_path: Path) -> None:
    with world(tmp_path / "w", endpoint="batch_wait_s = 60") as here:
        here.order_paid(10452)
        here.run_pass()
        here.later(minutes=2)
        here.run_pass()
        here.erp.import_all()
        here.later(days=365)
        here.order_paid(10453)
        here.shop.break_with(Fault(FaultKind.BAD_GATEWAY, "PUT"))
        here.run_pass()  # 10453 is ready, and the number of 10452 is to be tried again, both in a year
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS))
        here.run_pass()  # and so is the shop itself
        assert set(here.codes()) == {"store-busy", "store-write-in-doubt"}
        here.later(days=-365)
        here.go_round()
        assert here.states() == {"10452": "written_back", "10453": "written_back"}
        assert here.codes() == []


def day_later(here: World, watch: str, sweep_days: int) -> None:
    """A day after the first order: sweep and count are due, as far as the settings want them."""
    here.stopped_at = datetime.now(UTC)
    here.edit_settings('type = "woocommerce"', f'type = "woocommerce"\nsweep_days = {sweep_days}')
    toml = here.folder / "bridge.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f"[stores.shop.watch]\n{watch}\n", encoding="utf-8")
    here.order_paid(10452)
    here.run_pass()
    here.later(hours=25)


@pytest.mark.parametrize(
    ("where", "watch", "sweep_days"),
    [("at the sweep", "compare_counts = false", 14), ("at the watch", "compare_counts = true", 0)],
)
def test_trouble_beside_the_way_of_the_orders_is_tried_again_by_itself_and_keeps_none_waiting(
    tmp_path: Path, where: str, watch: str, sweep_days: int
) -> None:
    with world(tmp_path / "w", flow="write_back = false", endpoint="answer_within_s = 864000") as here:
        day_later(here, watch, sweep_days)
        asked = []
        for number in range(10453, 10469):
            here.order_paid(number)
            here.shop.faults.clear()
            here.shop.break_with(Fault(FaultKind.WAIT_SILENT, skip=1, times=-1))  # all but the look for changes
            before = len(here.shop.requests())
            here.run_pass()
            asked.append(len(here.shop.requests()) - before)
            assert here.states()[str(number)] == "delivered"
            here.later(minutes=3)
        assert {*asked} == {1, 2}
        assert asked.count(2) == 7  # half a minute, one, two, four, eight, sixteen apart
        (trouble,) = here.exceptions()
        assert (trouble.code, trouble.times) == ("store-busy", 7)
        assert trouble.title == f"Store shop asks to come later ({where})"
        here.shop.faults.clear()
        here.later(hours=1)
        here.run_pass()
        assert "store-busy" not in here.codes()


def test_a_wait_that_the_shop_names_at_the_sweep_is_kept_by_all_steps(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="write_back = false", endpoint="answer_within_s = 864000") as here:
        day_later(here, "compare_counts = false", 14)
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS, skip=1, seconds=7200))
        here.run_pass()
        asked = len(here.shop.requests())
        assert [one.title for one in here.exceptions()] == ["Store shop asks to come later (at the sweep)"]
        here.later(hours=1)
        here.run_pass()
        assert len(here.shop.requests()) == asked
        here.later(hours=1, minutes=1)
        here.run_pass()
        assert len(here.shop.requests()) == asked + 2
        assert here.codes() == []


def test_a_shop_in_trouble_at_the_sweep_and_then_at_the_fetch_is_left_alone_by_both(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="write_back = false", endpoint="answer_within_s = 864000") as here:
        day_later(here, "compare_counts = false", 14)
        here.shop.break_with(Fault(FaultKind.WAIT_SILENT, skip=1, times=-1))
        here.run_pass()
        here.later(minutes=10)
        asked = len(here.shop.requests())
        for _ in range(2):
            here.run_pass()
        assert len(here.shop.requests()) == asked + 1
        assert len(here.exceptions()) == 2
        here.shop.faults.clear()
        here.later(hours=1)
        here.run_pass()
        assert here.codes() == []
