"""A store that falls silent, and one that had more orders than are known here: both are seen without being asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.ledger import ExceptionView
from tests.scenarios.test_sweep import SECOND_ERP
from tests.world import World, canonical, world

pytestmark = pytest.mark.scenario

WATCH = '[stores.shop.watch]\nsilence_hours = 8\nbusiness_hours = "Mon-Sun 08:00-18:00"\n'
SILENT = "No orders from shop for 8 business hours"


def watched(here: World, watch: str = WATCH) -> None:
    """Somebody adds a watch to bridge.toml."""
    path = here.folder / "bridge.toml"
    path.write_text(path.read_text(encoding="utf-8") + watch, encoding="utf-8")


def placed_now(here: World, number: int, **ago: float) -> None:
    """A buyer places and pays an order now, or some time ago."""
    here.order_paid(number, date_created_gmt=f"{here.now() - timedelta(**ago):%Y-%m-%dT%H:%M:%S}")


def titles(here: World) -> list[str]:
    """What is told of the store; that nobody imports the files of this world is no matter here."""
    return [one.title for one in told(here)]


def told(here: World) -> list[ExceptionView]:
    return [one for one in here.exceptions() if one.scope_kind == "store"]


def dismiss_all(here: World) -> None:
    with here.site() as site:
        for one in site.ledger.reading.exceptions():
            site.ledger.acts.dismiss_exception(one.exception_id, "ada", "seen")


def test_a_store_without_orders_for_so_many_business_hours_is_told_once_and_closes_by_the_next_order(
    tmp_path: Path,
) -> None:
    with world(tmp_path / "w") as here:  # about noon
        watched(here)
        placed_now(here, 10452)
        here.run_pass()
        here.later(hours=21)  # six hours today, and one in the morning
        here.run_pass()
        assert titles(here) == []
        here.later(hours=2)
        here.run_pass()
        here.run_pass()
        (silent,) = told(here)
        assert (silent.title, silent.scope, silent.times) == (SILENT, "shop", 1)
        assert not silent.temporary
        placed_now(here, 10453)
        here.run_pass()
        assert titles(here) == []
        here.later(hours=23)
        here.run_pass()
        assert titles(here) == [SILENT]


def test_a_silence_that_somebody_has_seen_is_not_told_again_until_an_order_came(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        watched(here)
        here.run_pass()
        here.later(hours=30)
        here.run_pass()
        assert titles(here) == [SILENT]
        dismiss_all(here)
        here.later(days=3)
        here.run_pass()
        assert titles(here) == []
        placed_now(here, 10452)
        here.run_pass()
        here.later(days=1)
        here.run_pass()
        assert titles(here) == [SILENT]


def test_a_silence_is_none_any_more_when_the_hours_are_changed(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        watched(here)
        here.run_pass()
        here.later(hours=30)
        here.run_pass()
        here.edit_settings("silence_hours = 8", "silence_hours = 40")
        here.run_pass()
        assert titles(here) == []
        here.later(days=4)
        here.run_pass()
        assert titles(here) == ["No orders from shop for 40 business hours"]


def test_a_folder_is_watched_for_silence_too_and_never_asked_for_a_count(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        watched(here)
        here.drop("one.jsonl", canonical("A-1"))
        here.run_pass()
        here.later(hours=30)
        here.run_pass()
        assert titles(here) == [SILENT]


def second_flow(here: World, orders_from: str = "2020-01-01T00:00:00Z") -> None:
    """Another ERP gets the store's orders too."""
    watched(here, SECOND_ERP.replace("2020-01-01T00:00:00Z", orders_from))
    (here.folder / "beta-files" / "in").mkdir(parents=True)


@pytest.mark.parametrize("paused", ["flow", "endpoint"])
def test_a_store_is_watched_by_another_flow_where_the_first_is_paused(tmp_path: Path, paused: str) -> None:
    with world(tmp_path / "w") as here:
        second_flow(here)
        watched(here)
        placed_now(here, 10452)
        here.run_pass()
        with here.site() as site:
            if paused == "flow":
                site.ledger.acts.pause_flow("shop-acme", "ada", "ERP acme is being moved")
            else:
                site.ledger.acts.pause_endpoint("acme", "ada", "ERP acme is being moved")
        here.later(hours=30)
        here.run_pass()
        assert titles(here) == [SILENT]


def test_a_further_flow_that_begins_later_switches_no_count_off(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        second_flow(here, orders_from="2099-01-01T00:00:00Z")
        placed_now(here, 10452)
        here.run_pass()
        placed = f"{here.now():%Y-%m-%dT%H:%M:%S}"  # a plugin's order, which no look for changes finds
        here.order_paid(10453, date_created_gmt=placed, date_modified_gmt="2026-01-01T00:00:00")
        here.later(hours=23)
        here.run_pass()
        assert [one.code for one in told(here)] == ["store-count-differs"]


def test_no_silence_is_told_of_a_store_that_cannot_be_reached(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        watched(here)
        here.run_pass()
        here.shop.close()
        here.later(hours=30)
        here.run_pass()
        assert here.codes() == ["store-unreachable"]


def test_without_a_watch_in_the_settings_silence_is_no_news(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        placed_now(here, 10452)
        here.run_pass()
        here.later(days=30)
        here.run_pass()
        assert titles(here) == []


def test_a_store_that_had_more_orders_yesterday_than_are_known_is_told_and_closes_when_they_come(
    tmp_path: Path,
) -> None:
    with world(tmp_path / "w") as here:
        placed_now(here, 10452)
        here.run_pass()
        # a plugin that imports orders gives it a time of change long past: no look for changes finds it
        placed = f"{here.now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
        here.order_paid(10453, date_created_gmt=placed, date_modified_gmt="2026-01-01T00:00:00")
        here.run_pass()
        assert titles(here) == []  # the day is not over
        here.later(hours=23)
        here.run_pass()
        here.run_pass()
        (differs,) = told(here)
        assert differs.title.startswith("shop had 2 orders on ")
        assert differs.title.endswith(", and 1 are known here")
        assert differs.times == 1
        here.later(minutes=30)
        here.run_pass()
        assert told(here)[0].times == 1
        here.shop.edit(10453, customer_note="Ring twice")
        here.later(minutes=31)
        here.run_pass()
        assert titles(here) == []


def test_an_old_order_that_cannot_be_read_is_not_one_of_yesterdays(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        placed_now(here, 10452)
        placed_now(here, 10453)
        long_ago = {"date_created_gmt": "2026-01-01T00:00:00", "date_modified_gmt": f"{here.now():%Y-%m-%dT%H:%M:%S}"}
        here.order_paid(10300, currency="", **long_ago)
        here.run_pass()
        assert [one.code for one in here.exceptions()] == ["order-malformed"]
        here.later(hours=23)
        here.run_pass()
        assert titles(here) == []
        here.shop.shop.delete(10453)
        here.later(days=1)
        here.order_paid(10454, date_created_gmt=f"{here.now() - timedelta(hours=23):%Y-%m-%dT%H:%M:%S}")
        here.order_paid(10455, currency="", date_created_gmt=f"{here.now() - timedelta(hours=23):%Y-%m-%dT%H:%M:%S}")
        here.run_pass()
        (differs,) = told(here)
        assert "that it had 2 orders on " in differs.message
        assert "; erp-bridge knows 1 of that day (and 1 that cannot be read, so that " in differs.message


def test_a_count_that_somebody_has_seen_is_not_told_again(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        placed_now(here, 10452)
        here.run_pass()
        here.order_paid(
            10453, date_created_gmt=f"{here.now():%Y-%m-%dT%H:%M:%S}", date_modified_gmt="2026-01-01T00:00:00"
        )
        here.later(hours=23)
        here.run_pass()
        assert [one.code for one in told(here)] == ["store-count-differs"]
        dismiss_all(here)
        here.later(hours=3)
        here.run_pass()
        assert titles(here) == []


def test_counts_are_not_compared_where_the_settings_say_so_or_before_the_flow_begins(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        begins = f"{here.now():%Y-%m-%dT%H:%M:%SZ}"
        here.edit_settings("orders_from = 2020-01-01T00:00:00Z", f"orders_from = {begins}")
        here.run_pass()
        placed_now(here, 10452, hours=2)  # yesterday, as seen tomorrow, and before the flow begins
        here.later(hours=23)
        here.run_pass()
        assert titles(here) == []
        here.edit_settings(f"orders_from = {begins}", "orders_from = 2020-01-01T00:00:00Z")
        watched(here, "[stores.shop.watch]\ncompare_counts = false\n")
        here.order_paid(
            10453, date_created_gmt=f"{here.now():%Y-%m-%dT%H:%M:%S}", date_modified_gmt="2026-01-01T00:00:00"
        )
        here.later(days=1)
        here.run_pass()
        assert titles(here) == []
