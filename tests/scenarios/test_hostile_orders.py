"""Orders that a hostile or broken shop makes up: each stands still alone, and the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import world

pytestmark = pytest.mark.scenario


def test_a_number_that_no_ledger_can_hold_stops_no_other_order(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.shop.edit(10452, number="A\ud83d")
        here.order_paid(10453)
        here.go_round()
        assert [(one.code, one.message) for one in here.exceptions()] == [
            ("order-unkeepable", "Order A? of store shop cannot be kept: number holds U+D83D.")
        ]
        assert here.states() == {"10452": "held", "10453": "written_back"}
