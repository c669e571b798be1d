"""Orders to Business Central: its job queue moves each file, and the number comes with the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers import business_central
from tests.world import world

pytestmark = pytest.mark.scenario

PARAMETERS = """profile = "business-central-xml"
[endpoints.acme.parameters]
customer = "WEB"
other_no = "8400"
"""


def test_a_moved_file_is_the_verdict_and_the_register_brings_the_number(tmp_path: Path) -> None:
    with world(tmp_path / "w", register=True) as here:
        here.edit_settings('profile = "ubl-order-2.1"\n', PARAMETERS)
        register = here.erp_root / "register.csv"
        register.write_text("No;External_Document_No\n", encoding="utf-8")
        for folder in ("archive", "error"):
            (here.erp_root / "in" / folder).mkdir()
        here.order_paid(10452)
        here.order_paid(10453)
        here.run_pass()
        names = here.inbound()
        assert names == ["SO_00000001.xml", "SO_00000002.xml"]
        read = business_central.read_order((here.erp_root / "in" / names[0]).read_bytes())
        assert (read["ExternalDocumentNo"], business_central.disagreements(read)) == ("10452", [])
        for name, folder in zip(names, ("archive", "error"), strict=True):
            (here.erp_root / "in" / name).rename(here.erp_root / "in" / folder / name)
        here.run_pass()
        assert here.states() == {"10452": "accepted", "10453": "rejected"}
        register.write_text("No;External_Document_No\nSO-1017;10452\n", encoding="utf-8")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1017"}
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        assert here.codes() == ["rejected"]
        assert here.damage() == []
