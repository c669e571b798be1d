"""What the shop changes after the fact, how far a flow is rolled out, and what a person decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from bridge.flow.operator import preview_order
from tests.cli.commands import bridge
from tests.world import World, address, world

pytestmark = pytest.mark.scenario


def test_an_order_changed_before_export_goes_once_with_its_new_content(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, billing=address(address_1="Długa"))
        here.run_pass()
        assert here.codes() == ["house-number-missing"]
        here.shop.edit(10452, billing=address(address_1="Długa 7"))
        here.go_round()
        assert here.erp.external_ids() == ["10452"]
        assert here.open_exceptions() == []


def test_a_flow_that_is_renamed_with_open_orders_is_told_until_it_is_back(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        here.edit_settings("flows.shop-acme", "flows.shop-new")
        here.run_pass()
        here.run_pass()
        assert here.shop.erp_numbers() == {}
        (gone,) = here.exceptions()
        assert gone.title == "Flow shop-acme is not in bridge.toml any more"
        assert gone.message.startswith("Flow shop-acme is not in bridge.toml any more, and 1 of its orders to acme")
        here.edit_settings("flows.shop-new", "flows.shop-acme")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == []


def test_an_order_changed_after_export_is_told_and_not_sent_again(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.go_round()
        assert here.codes() == ["changed-after-export"]
        assert here.erp.external_ids() == ["10452"]
        assert here.file_numbers() == [1]
        assert here.states() == {"10452": "written_back"}


def test_our_own_write_back_makes_no_change(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        here.later(hours=1)
        here.go_round()
        with here.site() as site:
            (order,) = site.ledger.reading.find_orders("10452")
            assert [one.revision_number for one in site.ledger.reading.revisions(order.order_id)] == [1]


def test_cancelled_before_export_is_never_sent(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="ABC-123")
        here.run_pass()
        here.shop.edit(10452, status="cancelled")
        here.edit_map("sku", "ABC-123,40099")
        here.go_round()
        assert here.states() == {"10452": "cancelled"}
        assert here.erp.external_ids() == []
        assert here.open_exceptions() == []


def test_cancelled_after_export_is_told(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        here.shop.edit(10452, status="cancelled")
        here.go_round()
        assert here.codes() == ["cancelled-after-export"]


def test_a_change_while_the_answer_is_awaited_is_told_after_the_verdict(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.file_numbers() == [1]
        here.go_round()
        assert here.codes() == ["changed-after-export"]
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_mode_test_renders_previews_and_sends_nothing(tmp_path: Path) -> None:
    with world(tmp_path / "w", mode="test") as here:
        here.order_paid(10452)
        here.go_round()
        assert here.inbound() == []
        assert here.states() == {"10452": "ready"}
        (preview,) = sorted((here.folder / "archive" / "previews" / "shop-acme").iterdir())
        assert preview.name.startswith("PREVIEW_10452_")
        assert b"10452" in preview.read_bytes()
        assert here.file_numbers() == []
        here.edit_settings('mode = "test"', 'mode = "full"')
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.file_numbers() == [1]


def test_mode_selected_sends_only_what_is_released(tmp_path: Path) -> None:
    with world(tmp_path / "w", mode="selected") as here:
        here.order_paid(10452)
        here.order_paid(10453)
        here.go_round()
        assert here.erp.external_ids() == []
        with here.site() as site:
            assert site.ledger.acts.release("shop-acme", ["10453"], "ada", "pilot") == 1
        here.go_round()
        assert here.erp.external_ids() == ["10453"]


def test_mode_selected_sends_what_its_rule_names(tmp_path: Path) -> None:
    rule = '[flows.shop-acme.select]\n"billing.country" = ["PL"]'
    with world(tmp_path / "w", mode="selected", flow=rule) as here:
        here.order_paid(10452)
        here.order_paid(10453, billing=address(country="DE", postcode="10115", address_1="Torstraße 1"))
        here.go_round()
        assert here.erp.external_ids() == ["10452"]
        assert here.states()["10453"] == "ready"


def test_an_order_older_than_the_start_is_skipped_by_that_rule(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.edit_settings("orders_from = 2020-01-01T00:00:00Z", "orders_from = 2026-03-01T00:00:00Z")
        here.order_paid(10452, date_created_gmt="2026-02-01T10:00:00", date_modified_gmt="2026-03-05T10:00:00")
        here.go_round()
        assert here.erp.external_ids() == []
        assert [order.rule for order in here.orders().values()] == ["before-start"]


def test_a_dismissed_exception_skips_its_orders_with_who_and_why(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="ABC-123")
        here.run_pass()
        dismiss_all(here)
        here.edit_map("sku", "ABC-123,40099")
        here.go_round()
        assert here.states() == {"10452": "skipped"}
        assert here.open_exceptions() == []
        with here.site() as site:
            (order,) = site.ledger.reading.find_orders("10452")
            story = site.ledger.reading.order_story(order.order_id)
        assert any("we do not sell this any more" in line.reason and line.actor == "ada" for line in story)


def dismiss_all(here: World) -> None:
    with here.site() as site:
        for one in site.ledger.reading.exceptions():
            site.ledger.acts.dismiss_exception(one.exception_id, "ada", "we do not sell this any more")


def test_a_paused_endpoint_rests_and_goes_on(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        with here.site() as site:
            site.ledger.acts.pause_endpoint("acme", "ada", "stocktaking")
        here.go_round()
        assert here.inbound() == []
        with here.site() as site:
            site.ledger.acts.resume_endpoint("acme", "ada", "counted")
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_a_preview_is_the_exact_file_and_draws_no_number(tmp_path: Path) -> None:
    with world(tmp_path / "w", mode="test") as here:
        here.order_paid(10452)
        here.run_pass()
        with here.site() as site:
            preview = preview_order(site, "10452", None).content
        here.edit_settings('mode = "test"', 'mode = "full"')
        here.run_pass()
        assert (here.erp_root / "in" / "ORD_000001.xml").read_bytes() == preview


def test_a_preview_tells_the_id_that_the_order_got_when_it_was_first_judged(tmp_path: Path) -> None:
    with world(tmp_path / "w", mode="test") as here:
        here.order_paid(10452)
        here.run_pass()
        here.edit_settings('mode = "test"', 'mode = "test"\nexternal_id = "W-{store_order_id}"')
        with here.site() as site:
            assert b"<cbc:ID>10452</cbc:ID>" in preview_order(site, "10452", None).content


def test_another_number_in_the_store_is_never_overwritten(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        here.shop.edit(10452, meta_data=[{"key": "_erp_number", "value": "SO-TYPED"}])
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-TYPED"}
        assert "number-differs-in-store" in here.codes()


def test_a_clean_break_of_the_ledger_is_seen_before_a_number_is_given_twice(tmp_path: Path) -> None:
    """A restored ledger that is older than the archive seals nothing."""
    with world(tmp_path / "w") as here:
        ledger = here.folder / "state"
        here.order_paid(10452)
        here.run_pass()
        saved = {path.name: path.read_bytes() for path in ledger.iterdir() if path.is_file()}
        here.order_paid(10453)
        here.run_pass()
        for path in ledger.iterdir():
            if path.is_file():
                path.unlink()
        for name, content in saved.items():
            (ledger / name).write_bytes(content)
        here.run_pass()
        assert "ledger-behind-archive" in here.codes()
        assert [name for name in here.inbound() if name.endswith(".xml")] == ["ORD_000001.xml", "ORD_000002.xml"]


def test_a_sku_that_the_shop_fills_in_frees_its_order(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="")
        here.run_pass()
        assert "sku-missing" in here.codes()
        line = here.shop.order(10452)["line_items"][0] | {"sku": "1001"}
        here.shop.edit(10452, line_items=[line])
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.open_exceptions() == []


def test_a_product_deleted_after_export_makes_no_change(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        line = here.shop.order(10452)["line_items"][0] | {"sku": None}
        here.shop.edit(10452, line_items=[line])
        here.go_round()
        assert here.codes() == []
        assert here.file_numbers() == [1]


def test_two_flows_that_empty_one_folder_are_refused_at_load(tmp_path: Path) -> None:
    with world(tmp_path / "w", store="folder") as here:
        settings = (here.folder / "bridge.toml").read_text()
        second = settings[settings.index("[flows.shop-acme]") :].replace("shop-acme", "shop-again")
        (here.folder / "bridge.toml").write_text(settings + second)
        with pytest.raises(ConfigurationRefused, match="which flow shop-acme empties already"):
            here.run_pass()


def test_an_endpoint_under_a_new_name_sends_nothing_until_a_person_has_decided(tmp_path: Path) -> None:
    """Renamed, it would get every order once more."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        settings = here.folder / "bridge.toml"
        renamed = settings.read_text().replace("endpoints.acme", "endpoints.acme-erp")
        renamed = renamed.replace('endpoint = "acme"', 'endpoint = "acme-erp"').replace("shop-acme", "shop-acme-erp")
        settings.write_text(renamed)
        here.run_pass()
        assert "endpoint-gone" in here.codes()
        assert here.inbound() == []
        assert here.erp.duplicates() == []
        settings.write_text('retired = ["acme"]\n' + renamed)
        here.run_pass()
        assert "endpoint-gone" not in here.codes()
        assert here.inbound() != []


def test_a_shop_that_finishes_its_order_makes_no_change_of_it(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453, payment_method="cod", date_paid_gmt=None)
        here.go_round()
        here.shop.edit(10452, status="completed")
        here.shop.edit(10453, status="completed", date_paid_gmt="2026-03-04T10:00:00")
        here.later(minutes=10)
        here.go_round()
        assert here.codes() == []
        assert here.states() == {"10452": "written_back", "10453": "written_back"}
        assert here.file_numbers() == [1, 2]


def test_what_changed_after_the_export_is_named_field_by_field(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        here.shop.edit(10452, status="completed", customer_note="Ring twice", billing={"city": "Gdynia"})
        here.later(minutes=10)
        here.go_round()
        (one,) = here.exceptions()
        assert "billing city" in one.message and "customer note" in one.message
        assert "status" not in one.message and "Gdynia" not in one.message
        told = bridge(here, "orders", "show", "10452", "--json").json()[0]
        assert {"revision": 2, "field": "billing.city", "old": "Kraków", "new": "Gdynia"} in told["differences"]
        assert "Gdynia" in bridge(here, "orders", "show", "10452").out
