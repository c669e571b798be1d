"""What the store owns is never written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import bridge
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


def test_a_field_that_the_store_owns_is_left_out_and_the_rest_is_written(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\nstatus_after = { processing = "completed" }')
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        owned = '\n[ownership]\nnote = { owner = "store" }\nstatus = { owner = "store" }\n'
        (here.folder / "bridge.toml").write_text(text + owned)
        here.order_paid(10452)
        here.go_round()
        assert here.states() == {"10452": "written_back"}
        assert set(here.shop.erp_numbers()) == {"10452"}
        assert here.shop.notes(10452) == []
        assert here.shop.shop.order(10452)["status"] == "processing"
        assert here.codes() == []
        here.edit_settings('note = { owner = "store" }\nstatus = { owner = "store" }', 'note = { owner = "acme" }')
        here.order_paid(10453)
        here.go_round()
        assert len(here.shop.notes(10453)) == 1
        assert here.shop.shop.order(10453)["status"] == "completed"


def test_the_stores_own_name_means_the_store(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        (here.folder / "bridge.toml").write_text(text + '\n[ownership]\nerp_number = { owner = "shop" }\n')
        here.order_paid(10452)
        here.go_round()
        assert (here.shop.erp_numbers(), here.codes()) == ({}, ["owned-by-store"])


def test_the_name_of_another_store_is_none_of_this_ones(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        (here.folder / "drop").mkdir()
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        other = f'\n[stores.other]\ntype = "folder"\npath = "{here.folder / "drop"}"\n'
        owned = '\n[ownership]\nerp_number = { owner = "other" }\n'
        (here.folder / "bridge.toml").write_text(text + other + owned)
        here.order_paid(10452)
        here.go_round()
        assert (set(here.shop.erp_numbers()), here.codes()) == ({"10452"}, [])


def test_two_erps_whose_numbers_would_meet_in_one_field_are_told_before_the_first_order(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        path = here.folder / "bridge.toml"
        text = path.read_text(encoding="utf-8")
        second = f"""
[endpoints.wms]
profile = "csv-orders"
[endpoints.wms.transport]
type = "local"
folder = "{tmp_path}"
inbound = "wms-in"
[flows.shop-wms]
store = "shop"
endpoint = "wms"
orders_from = 2026-01-01
"""
        (tmp_path / "wms-in").mkdir()
        path.write_text(text + second, encoding="utf-8")
        (told,) = [row for row in bridge(here, "check", "--json").json() if row["what"] == "store shop: write-back"]
        assert (told["fine"], told["detail"]) == (False, "the numbers of acme and wms would both go into _erp_number")
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\nerp_number_key = "_erp_{endpoint}"')
        assert not [row for row in bridge(here, "check", "--json").json() if row["what"] == "store shop: write-back"]


def test_check_says_so_before_the_first_order(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        assert [row["what"] for row in bridge(here, "check", "--json").json() if not row["fine"]] == []
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        (here.folder / "bridge.toml").write_text(text + '\n[ownership]\nnote = { owner = "store" }\n')
        rows = {row["what"]: row for row in bridge(here, "check", "--json").json()}
        assert [name for name, row in rows.items() if not row["fine"]] == []
        assert rows["flow shop-acme: write-back"]["detail"].startswith("writes no note, as bridge.toml:")
        (here.folder / "bridge.toml").write_text(text + '\n[ownership]\nerp_number = { owner = "store" }\n')
        checked = bridge(here, "check", "--json").json()
        assert [row["what"] for row in checked if not row["fine"]] == ["flow shop-acme: write-back"]
        assert "shop manager" in rows["store shop: rights that suffice"]["detail"]
        assert any("seen by the sweep alone" in name for name in rows)
