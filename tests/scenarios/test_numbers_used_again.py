"""A shop that comes back from a backup sells under numbers that the ERP knows: no sale is changed, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError
from tests.cli.commands import bridge
from tests.scenarios.test_changes_sent import SEND, acme, answer, article, sent
from tests.scenarios.test_sweep import SECOND_ERP
from tests.world import World, address

pytestmark = pytest.mark.scenario


def sold_again(here: World, also_at: Path | None = None) -> None:
    """Ada's order 10452 is at the ERP as SO-1; the shop's database is restored; Bob buys under 10452.

    also_at: the folder of a second ERP, which has it too.
    """
    here.order_paid(10452, date_created_gmt="2026-03-20T09:00:00")
    here.run_pass()
    answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
    if also_at is not None:
        (also_at / "out" / "ORD_000001.xml.log").write_text("10452;ok;B-1;\n", encoding="utf-8")
    here.run_pass()
    assert here.shop.erp_numbers() == {"10452": "SO-1"}
    here.shop.shop.delete(10452)
    here.order_paid(
        10452,
        date_created_gmt="2026-03-21T16:03:00",
        line_items=[article("00173", 5)],
        billing=address(first_name="Bob", city="Gdynia", email="bob@example.com"),
    )
    here.run_pass()


@pytest.mark.parametrize("flow", [SEND, ""])
def test_another_sale_under_the_number_of_a_sent_order_is_no_change_of_it(tmp_path: Path, flow: str) -> None:
    with acme(tmp_path / "w", flow=flow) as here:
        sold_again(here)
        assert here.inbound() == ["ORD_000001.xml"]
        (shown,) = here.exceptions()
        assert (shown.code, shown.title) == ("order-number-used-again", "Order number 10452 was used again")
        assert shown.message == (
            "Order 10452, which acme has, was placed at 2026-03-20 09:00:00 UTC; what the store shows under its id now "
            "was placed at 2026-03-21 16:03:00 UTC. Nothing of it was sent."
        )
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert (here.codes(), here.inbound()) == (["order-number-used-again"], ["ORD_000001.xml"])


def test_the_new_sale_is_taken_as_an_order_of_its_own_and_goes_the_whole_way(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        sold_again(here)
        told = bridge(here, "orders", "take-as-new", "10452", "--reason", "restored from a backup", "--json")
        assert (told.exit_code, told.json()["external_id"]) == (0, "10452-2")
        here.run_pass()
        assert here.open_exceptions() == []
        assert sent(here, "ORD_000002.xml").splitlines()[:2] == [
            '<order id="10452-2">',
            '<line no="1" sku="00173" quantity="5"/>',
        ]
        answer(here, "ORD_000002.xml", "10452-2;ok;SO-2;")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-2"}
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert sent(here, "CHG_000003.xml").startswith('<change id="10452-2" no="1" of="SO-2">\n<city>Poznań</city>')
        with here.site() as site:
            of_before, of_now = sorted(site.ledger.reading.find_orders("10452"), key=lambda one: one.order_id)
        assert (of_before.erp_number, of_before.external_id) == ("SO-1", "10452")
        assert (of_now.store, of_now.erp_number, of_now.external_id) == ("shop", "SO-2", "10452-2")
        assert (here.open_exceptions(), here.damage()) == ([], [])


def test_a_sale_that_a_person_entered_by_hand_changes_no_document_either(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        sold_again(here)
        (shown,) = here.exceptions()
        with here.site() as site:
            site.ledger.acts.dismiss_exception(shown.exception_id, "ada", "entered as SO-7")
        here.run_pass()
        assert (here.open_exceptions(), here.inbound()) == ([], ["ORD_000001.xml"])
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert (here.codes(), here.inbound()) == (["order-number-used-again"], ["ORD_000001.xml"])


def test_an_order_that_was_merely_changed_is_not_taken_as_new(tmp_path: Path) -> None:
    with acme(tmp_path / "w", flow="") as here:
        here.order_paid(10452)
        here.run_pass()
        answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
        here.run_pass()
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        with here.site() as site, pytest.raises(BridgeError, match="shows no other sale under the number"):
            site.ledger.acts.take_as_new("10452", "ada", "a mistake")
        assert here.codes() == ["changed-after-export"]


def test_an_order_that_went_to_two_erps_is_taken_as_new_at_each_of_them(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        toml = here.folder / "bridge.toml"
        second = SECOND_ERP.replace('"csv-orders"', '"acme"').replace('"in"', '"in"\noutbound = "out"')
        toml.write_text(toml.read_text(encoding="utf-8") + second, encoding="utf-8")
        beta = here.folder / "beta-files"
        for name in ("in", "out"):
            (beta / name).mkdir(parents=True)
        sold_again(here, also_at=beta)
        here.run_pass()
        assert here.codes() == ["order-number-used-again", "order-number-used-again"]
        with here.site() as site:
            site.ledger.acts.take_as_new("10452", "ada", "restored", "acme")
            (of_before,) = (
                one
                for one in site.ledger.reading.find_orders("10452")
                if one.store != "shop" and one.endpoint == "beta"
            )
            site.ledger.acts.take_as_new(f"{of_before.store}/10452", "ada", "restored", "beta")
        here.run_pass()
        assert here.open_exceptions() == []
        assert sent(here, "ORD_000002.xml").startswith('<order id="10452-2">')
        assert (beta / "in" / "ORD_000002.xml").read_text(encoding="utf-8").startswith('<order id="10452-2">')


def test_the_number_is_written_after_all_once_the_store_shows_the_sale_of_before_again(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        here.order_paid(10452, date_created_gmt="2026-03-20T09:00:00")
        here.run_pass()
        here.shop.shop.delete(10452)
        here.order_paid(10452, date_created_gmt="2026-03-21T16:03:00")
        answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
        here.run_pass()
        here.run_pass()
        assert (here.codes(), here.shop.erp_numbers()) == (["order-number-used-again"], {})
        here.shop.edit(10452, date_created_gmt="2026-03-20T09:00:00", date_created="2026-03-20T10:00:00")
        here.later(minutes=5)
        here.run_pass()
        assert (here.codes(), here.shop.erp_numbers()) == ([], {"10452": "SO-1"})
