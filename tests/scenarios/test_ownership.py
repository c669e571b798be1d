"""What the store owns is never written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import world

pytestmark = pytest.mark.scenario


def test_a_number_that_the_store_owns_is_not_written_and_somebody_is_told(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        (here.folder / "bridge.toml").write_text(text + '\n[ownership]\nerp_number = { owner = "store" }\n')
        here.order_paid(10452)
        here.go_round()
        assert here.states() == {"10452": "accepted"}
        assert here.shop.erp_numbers() == {}
        (one,) = here.exceptions()
        assert (one.code, "bridge.toml:" in one.message) == ("owned-by-store", True)
        here.edit_settings('erp_number = { owner = "store" }', 'erp_number = { owner = "ERP" }')
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == []
        assert set(here.shop.erp_numbers()) == {"10452"}
