"""A change of an order that was sent under an earlier map: told against what the ERP has, not by the map of now."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scenarios.test_changes_sent import acme, answer, article, sent
from tests.world import World

pytestmark = pytest.mark.scenario

CHANGE = """<change>
{% for line in order.lines %}
<{{ line.action }} no="{{ line.position }}" article="{{ line.erp_sku }}" was="{{ line.previous_quantity }}"/>
{% endfor %}
</change>
"""


def sku_map(here: World, *rows: str) -> None:
    (here.folder / "maps" / "sku.csv").write_text("\n".join(["store_sku,erp_sku,quantity,weight", *rows, ""]), "utf-8")


def at_the_erp(here: World, *rows: str) -> None:
    """The ERP has an order of a set and a 1001, under a map of these rows."""
    (here.folder / "profiles" / "acme" / "change.xml.j2").write_text(CHANGE, "utf-8")
    sku_map(here, *rows)
    here.order_paid(10452, line_items=[article("SET", 1), article("1001", 2)])
    here.run_pass()
    answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
    here.run_pass()
    assert here.states() == {"10452": "written_back"}


def test_a_map_that_changed_since_makes_no_lines_that_the_erp_never_had(tmp_path: Path) -> None:
    with acme(tmp_path / "w", change="full") as here:
        at_the_erp(here, "SET,P1,1,1", "SET,P2,1,1", "1001,A,,")
        sku_map(here, "SET,P12,,", "1001,A9,,", "00173,B,,")
        order = here.shop.order(10452)
        lines, (tax,) = order["line_items"], order["tax_lines"]
        sums = {"total": "55.35", "total_tax": "10.35", "cart_tax": "9.20", "tax_lines": [tax | {"tax_total": "9.20"}]}
        added = lines[0] | {"id": 99, "sku": "00173", "name": "Book"}
        here.shop.edit(10452, line_items=[*lines, added], **sums)
        here.run_pass()
        assert here.open_exceptions() == []
        assert sent(here, "CHG_000002.xml").splitlines()[1:-1] == [
            '<unchanged no="1" article="P1" was="1"/>',
            '<unchanged no="2" article="A" was="2"/>',
            '<unchanged no="3" article="" was="1"/>',
            '<unchanged no="4" article="P2" was="1"/>',
            '<added no="5" article="B" was=""/>',
        ]


def test_a_change_waits_for_the_maps_with_which_the_order_was_sent(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        at_the_erp(here, "SET,S,,", "1001,A,,")
        contracts = here.folder / "archive" / "contracts"
        (contract,) = (one.name for one in contracts.iterdir())
        shutil.move(contracts / contract, tmp_path / "aside")
        first, second = here.shop.order(10452)["line_items"]
        here.shop.edit(10452, line_items=[first | {"quantity": 2}, second])
        here.run_pass()
        (shown,) = here.exceptions()
        assert shown.message == (
            "Order 10452: its change cannot be told, since the maps with which the order was sent cannot be read from "
            f"contracts/{contract} in the archive: it is not in the archive."
        )
        shutil.move(tmp_path / "aside", contracts / contract)
        with here.site() as site:
            site.ledger.acts.retry_exception(shown.exception_id, "ada", "restored")
        here.run_pass()
        assert (here.open_exceptions(), here.inbound()) == ([], ["CHG_000002.xml", "ORD_000001.xml"])


def test_a_tax_map_of_that_time_that_is_refused_today_holds_no_change(tmp_path: Path) -> None:
    """It is kept for ever as it was, and nobody could correct it; a change asks it nothing."""
    with acme(tmp_path / "w") as here:
        at_the_erp(here, "SET,S,,", "1001,A,,")
        (kept,) = (here.folder / "archive").glob("contracts/*/maps")
        (kept / "tax.csv").chmod(0o644)
        (kept / "tax.csv").write_text("store_tax,erp_tax\n,V23\n", encoding="utf-8")
        first, second = here.shop.order(10452)["line_items"]
        here.shop.edit(10452, line_items=[first | {"quantity": 2}, second])
        here.run_pass()
        assert (here.open_exceptions(), here.inbound()) == ([], ["CHG_000002.xml", "ORD_000001.xml"])
