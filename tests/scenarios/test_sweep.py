"""What no modification time shows is found by the slow sweep, told as the business tells it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bridge.flow.sweep
from bridge.domain.contract import Order
from bridge.domain.revision import MAPPER_VERSION, order_from_content
from bridge.engine import run_endpoints
from bridge.simulator.shops.faults import Fault, FaultKind
from tests.world import World, world

A_DAY_H = 25
SECOND_ERP = """
[endpoints.beta]
profile = "csv-orders"

[endpoints.beta.transport]
type = "local"
folder = "beta-files"
inbound = "in"

[flows.shop-beta]
store = "shop"
endpoint = "beta"
orders_from = 2020-01-01T00:00:00Z
mode = "full"
write_back = false
"""


def swept(here: World) -> None:
    """The passes of the next day: the first one only starts the sweep's clock where none has run.

    The second sweeps, the third looks once more for what was missed, and the last one judges what they told.
    """
    here.run_pass()
    for hours in (A_DAY_H, 2, 2):
        here.later(hours=hours)
        here.run_pass()


def test_an_address_edited_past_the_shops_own_time_is_found_within_a_day(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="write_back = false") as here:  # ours would move the time
        two_hours_ago = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%S}"  # behind what is read twice
        here.order_paid(10452, date_modified_gmt=two_hours_ago)
        here.order_paid(10453)
        here.go_round()
        here.shop.shop.edit_unseen(10452, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.later(minutes=10)
        here.run_pass()
        assert here.codes() == []
        swept(here)
        assert here.codes() == ["changed-after-export"]


def test_an_order_deleted_before_its_export_does_not_go(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453, sku="NO-SUCH")
        here.order_paid(10454)
        here.go_round()
        assert here.codes() == ["sku-unmapped"]
        here.shop.shop.delete(10453)
        swept(here)
        assert here.codes() == []
        assert here.states()["10453"] == "cancelled"


def placed_apart(here: World) -> tuple[int, int, int]:
    """Three orders, an hour between each two, none of which can go yet."""
    numbers = (10452, 10453, 10454)
    for ago, number in zip((5, 4, 3), numbers, strict=True):
        at = f"{datetime.now(UTC) - timedelta(hours=ago):%Y-%m-%dT%H:%M:%S}"
        here.order_paid(number, sku="NO-SUCH", date_created_gmt=at, date_modified_gmt=at)
    here.run_pass()
    return numbers


def test_the_first_and_the_newest_order_are_missed_too_where_they_are_deleted(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        first, middle, newest = placed_apart(here)
        here.shop.shop.delete(first)
        here.shop.shop.delete(newest)
        swept(here)
        assert here.states() == {str(first): "cancelled", str(middle): "held", str(newest): "cancelled"}


def test_an_old_order_that_never_went_and_was_deleted_does_not_go(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        long_ago = {"date_created_gmt": "2026-01-05T10:00:00", "date_modified_gmt": "2026-01-05T10:00:00"}
        for number in (10301, 10302):
            here.order_paid(number, sku="NO-SUCH", **long_ago)
        here.order_paid(10452)
        here.go_round()
        here.shop.shop.delete(10301)
        here.shop.shop.edit_unseen(10302, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        swept(here)
        assert here.states() == {"10301": "cancelled", "10302": "held", "10452": "written_back"}
        assert [one.delivery.city for one in contents_of(here, "10302")] == ["Kraków", "Gdynia"]


def test_a_shop_that_suddenly_shows_no_order_at_all_cancels_none(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        for number in placed_apart(here):
            here.shop.shop.delete(number)
        swept(here)
        assert set(here.states().values()) == {"held"}


def test_an_order_that_a_lagging_copy_of_the_shop_does_not_have_for_a_while_is_not_cancelled(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        _, middle, _ = placed_apart(here)
        as_placed = here.shop.shop.order(middle)
        here.shop.shop.delete(middle)
        here.later(hours=A_DAY_H)
        here.run_pass()
        here.run_pass()
        assert here.states()[str(middle)] == "held"
        here.shop.add_order(as_placed)
        here.edit_map("sku", "NO-SUCH,40999")
        here.later(hours=2)
        here.go_round()
        here.later(hours=2)
        here.go_round()
        assert set(here.states().values()) == {"written_back"}
        assert here.codes() == []


def test_many_orders_deleted_at_once_are_looked_for_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge.flow.sweep, "MISSED_MAX", 2)
    monkeypatch.setattr(bridge.flow.sweep, "ASKED_AT_ONCE", 1)
    with world(tmp_path / "w", flow="write_back = false") as here:
        numbers = range(10452, 10458)
        placed = f"{here.now() - timedelta(hours=3):%Y-%m-%dT%H:%M:%S}"
        for number in numbers:
            here.order_paid(number, sku="NO-SUCH", date_created_gmt=placed, date_modified_gmt=placed)
        here.run_pass()
        for number in numbers[:-1]:
            here.shop.shop.delete(number)
        here.later(hours=A_DAY_H)
        cancelled = []
        for _ in range(4):
            here.run_pass()  # its check judges what the pass before it told
            cancelled.append(sum(state == "cancelled" for state in here.states().values()))
            here.later(hours=2)
        here.run_pass()
        assert cancelled == [0, 0, 2, 4]
        assert sorted(here.states().items())[-1] == ("10457", "held")
        assert sum(state == "cancelled" for state in here.states().values()) == 5


def test_a_deleted_order_is_told_to_each_erp_that_had_it(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        toml = here.folder / "bridge.toml"
        toml.write_text(toml.read_text(encoding="utf-8") + SECOND_ERP, encoding="utf-8")
        (here.folder / "beta-files" / "in").mkdir(parents=True)
        _, middle, _ = placed_apart(here)
        here.run_pass()
        here.shop.shop.delete(middle)
        for hours in (A_DAY_H, 2, 1):
            here.later(hours=hours)
            with here.site() as site:  # one after the other: the second finds an order that is cancelled already
                for endpoint in site.deployment.endpoints.values():
                    run_endpoints(site, [endpoint], "test")
        with here.site() as site:
            orders = [one for one in site.ledger.reading.orders() if one.number == str(middle)]
        live = {one.endpoint: one.state.value for one in orders if one.state.value != "superseded"}
        assert live == {"acme": "cancelled", "beta": "cancelled"}


def test_an_order_in_the_bin_that_is_restored_goes_after_all(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453, sku="NO-SUCH")
        here.order_paid(10454)
        here.go_round()
        here.shop.shop.set_status(10453, "trash")
        swept(here)
        assert here.states()["10453"] == "cancelled"
        here.shop.shop.set_status(10453, "processing")
        here.edit_map("sku", "NO-SUCH,40999")
        here.later(minutes=10)
        here.go_round()
        assert here.states()["10453"] == "written_back"


@pytest.mark.parametrize("cancellations", ["hold", "send"])
def test_an_order_deleted_after_its_export_is_a_persons_to_decide(tmp_path: Path, cancellations: str) -> None:
    with world(tmp_path / "w", flow=f'cancellations = "{cancellations}"') as here:
        for number in (10452, 10453, 10454):
            here.order_paid(number)
        here.go_round()
        here.shop.shop.delete(10453)
        swept(here)
        here.go_round()
        (code,) = here.codes()
        assert code == ("deleted-in-store" if cancellations == "send" else "cancelled-after-export")
        assert here.states()["10453"] == "written_back"


def test_an_upgrade_of_the_mapping_makes_no_change_that_nobody_made(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453)
        here.go_round()
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        with ledger:  # as an older version kept them
            ledger.execute("UPDATE revisions SET digest = 'older-' || order_id, mapper_version = '0'")
            ledger.execute("UPDATE orders SET latest_digest = 'older-' || id")
        here.shop.edit(10453, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.later(minutes=10)
        here.run_pass()
        assert here.open_exceptions() == [("Order 10453 was changed in the store after it was sent", ["10453"])]
        rows = ledger.execute("SELECT DISTINCT mapper_version FROM revisions WHERE digest NOT LIKE 'older%'").fetchall()
        assert rows == [(MAPPER_VERSION,)]
        ledger.close()


def contents_of(here: World, number: str) -> list[Order]:
    """What each revision of an order says."""
    with here.site() as site:
        kept = site.ledger.reading.revisions(here.orders()[number].order_id)
        return [order_from_content(one.content) for one in kept]


def test_a_corrected_setting_of_the_store_reaches_what_waits_and_is_no_change_of_what_was_sent(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        vat = [{"key": "_company_vat", "value": "PL1234563218"}]
        here.order_paid(10452, meta_data=vat)
        here.order_paid(10453, meta_data=vat, sku="NO-SUCH")
        here.order_paid(10454, meta_data=vat)
        here.go_round()
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\ntax_id_keys = ["_company_vat"]')
        here.later(minutes=10)
        here.run_pass()
        assert [one.billing.tax_id for one in contents_of(here, "10453")] == ["", "PL1234563218"]
        assert here.states() == {"10452": "written_back", "10453": "held", "10454": "written_back"}
        swept(here)
        assert here.codes() == ["sku-unmapped"]
        assert len(contents_of(here, "10452")) == 1
        here.shop.edit(10452, date_paid_gmt="2026-03-02T10:00:00")  # money that came in: a new content, and no change
        here.shop.edit(10454, billing={**here.shop.shop.order(10454)["billing"], "city": "Gdynia"})
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == ["sku-unmapped", "changed-after-export"]
        (changed,) = (one for one in here.exceptions() if one.code == "changed-after-export")
        assert changed.message.endswith(": billing city, delivery city. The change was not sent.")
        here.edit_map("sku", "NO-SUCH,40999")
        here.go_round()
        assert here.states()["10453"] == "written_back"


def test_a_corrected_setting_lets_no_order_go_that_a_person_keeps_back(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        for number in (10452, 10453):
            vat = [{"key": "_company_vat", "value": "PL1234563218"}]
            here.order_paid(number, meta_data=vat, sku="NO-SUCH")
        here.run_pass()
        with here.site() as site:
            site.ledger.acts.cancel("10452", "ada", "entered by hand")
            (lacking,) = here.exceptions()
            site.ledger.acts.dismiss_exception(lacking.exception_id, "ada", "entered by hand")
        here.edit_map("sku", "NO-SUCH,40999")
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\ntax_id_keys = ["_company_vat"]')
        swept(here)
        assert here.states() == {"10452": "cancelled", "10453": "skipped"}
        with here.site() as site:
            site.ledger.acts.judge_again("shop-acme", None, ["10453"], "ada", "it was not entered after all")
        here.go_round()
        assert here.states() == {"10452": "cancelled", "10453": "written_back"}


def test_an_order_kept_from_one_erp_stays_so_though_another_gets_what_a_corrected_setting_says(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        toml = here.folder / "bridge.toml"
        toml.write_text(toml.read_text(encoding="utf-8") + SECOND_ERP, encoding="utf-8")
        (here.folder / "beta-files" / "in").mkdir(parents=True)
        here.order_paid(10452, meta_data=[{"key": "_company_vat", "value": "PL1234563218"}], sku="NO-SUCH")
        with here.site() as site:
            for endpoint in site.deployment.endpoints.values():
                run_endpoints(site, [endpoint], "test")
            site.ledger.acts.cancel("10452", "ada", "entered by hand", "acme")
        here.edit_settings('type = "woocommerce"', 'type = "woocommerce"\ntax_id_keys = ["_company_vat"]')
        for _ in range(2):
            here.later(hours=A_DAY_H)
            with here.site() as site:  # the other ERP first, so that the order has a newer revision
                for endpoint in reversed(list(site.deployment.endpoints.values())):
                    run_endpoints(site, [endpoint], "test")
                orders = [one for one in site.ledger.reading.orders() if one.state.value != "superseded"]
        assert {one.endpoint: one.state.value for one in orders} == {"acme": "cancelled", "beta": "held"}
        assert len(contents_of(here, "10452")) == 2


def test_an_order_that_an_older_version_could_not_read_goes_after_the_upgrade(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="NO-SUCH")
        here.run_pass()
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        with ledger:  # as an older version kept it
            ledger.execute("UPDATE revisions SET digest = 'older', mapper_version = '0', malformed = 1, content = x''")
            ledger.execute("UPDATE orders SET latest_digest = 'older'")
            ledger.execute("UPDATE flows SET cursor = json_remove(cursor, '$.mapping')")
        ledger.close()
        here.edit_map("sku", "NO-SUCH,40999")
        here.later(hours=2)
        here.go_round()
        assert here.states() == {"10452": "written_back"}


def test_an_upgrade_that_tells_contents_apart_otherwise_makes_no_revision_of_what_waits(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="NO-SUCH")
        here.run_pass()
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        with ledger:  # as an older version kept it
            ledger.execute("UPDATE revisions SET digest = 'older', mapper_version = '0'")
            ledger.execute("UPDATE orders SET latest_digest = 'older'")
        ledger.close()
        swept(here)
        assert len(contents_of(here, "10452")) == 1
        assert here.states() == {"10452": "held"}


def test_a_kept_original_that_is_damaged_keeps_no_order_from_its_way(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        (original,) = (here.folder / "archive" / "days").glob("*/shop/in/*.jsonl")
        original.write_bytes(b"")
        here.shop.edit(10452, shipping={"address_1": "Krótka 9", "city": "Gdynia"})
        here.order_paid(10453)
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == ["changed-after-export"]
        assert here.states()["10453"] == "written_back"


def test_an_order_in_the_bin_after_its_export_that_is_restored_is_no_change(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        for number in (10452, 10453, 10454):
            here.order_paid(number)
        here.go_round()
        here.shop.shop.set_status(10453, "trash")
        swept(here)
        assert here.codes() == ["cancelled-after-export"]
        here.shop.shop.set_status(10453, "processing")
        here.later(minutes=10)
        here.run_pass()
        assert here.codes() == []


def test_an_order_that_becomes_whole_at_an_upgrade_goes(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="")
        here.run_pass()
        assert here.codes() == ["sku-missing"]
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        with ledger:  # as an older version kept it
            ledger.execute("UPDATE revisions SET digest = 'older-incomplete', mapper_version = '0'")
            ledger.execute("UPDATE orders SET latest_digest = 'older-incomplete'")
        ledger.close()
        line = here.shop.shop.order(10452)["line_items"][0]
        here.shop.edit(10452, line_items=[{**line, "sku": "1001"}])
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == []
        assert here.states() == {"10452": "written_back"}


def test_a_product_deleted_after_the_export_is_no_change_when_the_status_moves(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        line = here.shop.shop.order(10452)["line_items"][0]
        here.shop.edit(10452, status="completed", line_items=[{**line, "sku": ""}])
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == []


def test_a_store_that_asks_to_come_later_is_left_alone_until_then(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.shop.break_with(Fault(FaultKind.WAIT_SECONDS))
        here.run_pass()
        asked = here.shop.requests()
        assert here.codes() == ["store-busy"]
        here.run_pass()
        assert here.shop.requests() == asked
        here.later(seconds=91)
        here.run_pass()
        assert here.codes() == []
        assert len(here.shop.requests()) > len(asked)
