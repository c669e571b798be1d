"""External ids for an ERP that upper-cases its codes: they go out in capitals, and come back whatever their case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.own_profile import own_profile
from tests.world import world

pytestmark = pytest.mark.scenario


def test_an_id_goes_out_in_capitals_and_is_joined_case_blind(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", flow='external_id = "web-{store_order_id}"') as here:
        own_profile(here, ("ordered = true", 'ordered = true\nexternal_id_case = "upper"'))
        here.order_paid(10452)
        here.run_pass()
        (name,) = [one for one in here.inbound() if one.endswith(".csv")]
        assert b";WEB-10452;" in (here.erp_root / "in" / name).read_bytes().replace(b"H;", b";")
        here.outbound("import-1.log.csv", b"order;status;number;text;file\nwEb-10452;OK;SO-1;;\n")
        here.run_pass()
        assert here.orders()["10452"].erp_number == "SO-1"
