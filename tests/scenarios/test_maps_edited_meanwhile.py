"""A map that somebody saves while a pass is at work: the next pass goes by it, this one by what it has read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.flow.check import check
from bridge.flow.export import export
from bridge.flow.fetch import fetch
from bridge.flow.site import Held
from tests.world import MAPS, world

pytestmark = pytest.mark.scenario

SAVED = MAPS["sku"].replace("40017", "90017")


def test_what_is_kept_of_a_file_is_the_map_that_made_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        here.order_paid(10452)
        with here.site() as site:
            (endpoint,), (flow,) = site.deployment.endpoints.values(), site.deployment.flows
            with Held.taken(site, endpoint, "test", lambda: False) as held:
                assert (fetch(flow, held), check(flow, held)) == (1, 1)
                (here.folder / "maps" / "sku.csv").write_text(SAVED, "utf-8")
                assert export(endpoint, held) == 1
        (file,) = (here.folder / "archive").glob("days/*/acme/out/*.csv")
        (kept,) = (here.folder / "archive").glob("contracts/*/maps/sku.csv")
        assert ("40017" in file.read_text("utf-8"), kept.read_text("utf-8")) == (True, MAPS["sku"])
        here.order_paid(10453)
        here.run_pass()
        assert {path.read_text("utf-8") for path in (here.folder / "archive").glob("contracts/*/maps/sku.csv")} == {
            MAPS["sku"],
            SAVED,
        }
        assert here.damage() == []
