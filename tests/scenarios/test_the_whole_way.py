"""Store order, ERP file, acknowledgement, ERP number in the store: with both profiles, over each transport."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger import postgres
from tests.ledger.conftest import new_database
from tests.world import canonical, sidecars_are_accepted, world


@pytest.mark.scenario
@pytest.mark.parametrize("transport", ["local", "sftp", "openssh"])
@pytest.mark.parametrize("style", ["ubl", "csv"])
def test_paid_orders_become_documents_and_their_numbers_stand_in_the_store(
    tmp_path: Path, style: str, transport: str
) -> None:
    with world(tmp_path / "w", style, transport) as here:
        for number in (10452, 10453, 10454):
            here.order_paid(number)
        here.run_pass()
        assert sidecars_are_accepted(here.erp_root / "in")
        here.go_round()
        assert here.erp.external_ids() == ["10452", "10453", "10454"]
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2", "10454": "SO-3"}
        assert set(here.states().values()) == {"written_back"}
        assert here.shop.control_totals() == here.erp.control_totals()
        assert here.erp.complaints() == []
        assert here.file_numbers() == ([1, 2, 3] if style == "ubl" else [1])
        assert here.open_exceptions() == []
        assert here.damage() == []
        assert here.inbound() == []


@pytest.mark.scenario
def test_order_files_dropped_into_a_folder_go_the_whole_way_and_results_come_back_as_files(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", "local", "folder") as here:
        here.drop("morning.jsonl", canonical("A-1"), canonical("A-2"))
        here.go_round()
        results = "".join(path.read_text() for path in sorted((here.folder / "results").glob("*.csv")))
        assert "A-1,SO-1" in results
        assert "A-2,SO-2" in results
        assert here.damage() == []


@pytest.mark.scenario
def test_a_quiet_pass_writes_nothing(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        before = sorted((path, path.stat().st_mtime_ns) for path in (here.folder / "archive").rglob("*"))
        here.run_pass()
        assert sorted((path, path.stat().st_mtime_ns) for path in (here.folder / "archive").rglob("*")) == before
        assert here.erp.external_ids() == ["10452"]


@pytest.mark.scenario
def test_the_whole_way_on_postgresql(tmp_path: Path) -> None:
    with postgres.server() as server, world(tmp_path / "w", "csv", ledger=new_database(server)) as here:
        here.order_paid(10452)
        here.order_paid(10453, sku="ABC-123")
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        here.edit_map("sku", "ABC-123,40099")
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}
        assert here.file_numbers() == [1, 2]
        assert here.damage() == []
