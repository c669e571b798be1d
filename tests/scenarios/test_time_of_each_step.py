"""A step that has more to do than a pass has time for keeps no other from its work, nor one flow another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.flow.site import STEP_BUDGET, Held
from tests.world import World, world

pytestmark = pytest.mark.scenario

SECOND_FLOW = """
[flows.shop-too]
store = "shop"
endpoint = "acme"
orders_from = 2020-01-01T00:00:00Z
mode = "full"
write_back = false
"""


def in_small_pages(here: World, per_page: int) -> None:
    """Each answer of the shop holds few orders; its first ones were placed a day ago."""
    here.edit_settings('type = "woocommerce"', f'type = "woocommerce"\nper_page = {per_page}')
    for number in range(1, 13):
        at = f"{here.now() - timedelta(days=1, minutes=60 - number):%Y-%m-%dT%H:%M:%S}"
        here.order_paid(number, date_created_gmt=at, date_modified_gmt=at)


def test_a_sweep_of_several_passes_keeps_no_new_order_waiting_and_comes_to_its_end(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="write_back = false") as here:
        in_small_pages(here, per_page=4)
        here.go_round()
        here.shop.shop.edit_unseen(11, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.later(hours=25)
        here.answer_takes_s = 45
        went, found = [], []
        for number in range(101, 104):
            here.order_paid(number)
            here.run_pass()
            went.append(here.states()[str(number)])
            found.append("changed-after-export" in here.codes())
            here.later(minutes=5)
        assert went == ["delivered"] * 3
        assert found == [False, True, True]


def test_a_first_look_of_several_passes_brings_the_orders_of_each_to_the_erp(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        in_small_pages(here, per_page=2)
        here.answer_takes_s = 45
        delivered = []
        for _ in range(3):
            here.run_pass()
            states = list(here.states().values())
            assert set(states) == {"delivered"}
            delivered.append(len(states))
        assert delivered[0] >= 2
        assert delivered == sorted(set(delivered))
        assert delivered[-1] < 12


def test_each_flow_has_a_share_of_the_time_of_a_step(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        in_small_pages(here, per_page=2)
        path = here.folder / "bridge.toml"
        path.write_text(path.read_text(encoding="utf-8") + SECOND_FLOW, encoding="utf-8")
        here.answer_takes_s = 45
        (outcome,) = here.run_pass()
        assert outcome.moved["fetch"] == 4  # two of each flow
        assert len(here.shop.requests()) == 2


def test_a_clock_that_is_set_back_ends_the_step_in_hand_and_no_other(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.stopped_at = here.now()
        with here.site() as site, Held.taken(site, site.deployment.endpoints["acme"], "ada", lambda: False) as held:
            had_time = []
            for seconds in (0, 59, 1):
                here.later(seconds=seconds)
                had_time.append(held.has_time())
            held.begin_step(STEP_BUDGET)
            for seconds in (0, -3600):
                here.later(seconds=seconds)
                had_time.append(held.has_time())
            held.begin_step(STEP_BUDGET)
            had_time.append(held.has_time())
        assert had_time == [True, True, False, True, False, True]
