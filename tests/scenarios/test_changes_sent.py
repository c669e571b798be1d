"""Changed and cancelled orders that go to the ERP as files of their own: judged, numbered, delivered, answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.states import Purpose
from bridge.flow.operator import preview_order
from bridge.flow.preview import Preview
from bridge.ledger import ControlTotal
from bridge.reports import DailyReport, archived_of, daily_report
from tests.world import World, address, world

pytestmark = pytest.mark.scenario

SEND = 'changes = "send"\ncancellations = "send"'
PROFILE = """
format = "xml"
[file]
name = "ORD_{sequence:06}.xml"
[xml]
template = "order.xml.j2"
[handover]
checksum = "none"
[[answers.rules]]
style = "csv"
names = "{file}.log"
[answers.rules.verdicts]
ok = "accepted"
no = "rejected"
[answers.rules.csv]
heading = false
columns = { external_id = 1, verdict = 2, erp_number = 3, reason = 4 }
"""
ORDER = """<order id="{{ order.external_id }}">
{% for line in order.lines %}
<line no="{{ line.position }}" sku="{{ line.sku }}" quantity="{{ line.quantity }}"/>
{% endfor %}
</order>
"""
CHANGE = """<change id="{{ order.external_id }}" no="{{ order.change_number }}" of="{{ order.erp_number }}">
<city>{{ order.delivery.city }}</city>
{% for line in order.lines %}
<{{ line.action }} no="{{ line.position }}" sku="{{ line.sku }}" was="{{ line.previous_quantity }}"
 is="{{ line.quantity }}"/>
{% endfor %}
</change>
"""
CANCEL = """<cancel id="{{ order.external_id }}" no="{{ order.change_number }}" of="{{ order.erp_number }}"/>
"""


@contextmanager
def acme(folder: Path, flow: str = SEND, mode: str = "full", change: str = "delta") -> Iterator[World]:
    """A world whose ERP takes change and cancel files; the test itself answers for it."""
    with world(folder, mode=mode, flow=flow) as here:
        own = here.folder / "profiles" / "acme"
        own.mkdir(parents=True)
        overlay = '[file]\nname = "{name}_{{sequence:06}}.xml"\n[xml]\ntemplate = "{template}"\n'
        files = {
            "profile.toml": PROFILE,
            "profile.change.toml": f'change = "{change}"\n' + overlay.format(name="CHG", template="change.xml.j2"),
            "profile.cancel.toml": overlay.format(name="DEL", template="cancel.xml.j2"),
            "order.xml.j2": ORDER,
            "change.xml.j2": CHANGE,
            "cancel.xml.j2": CANCEL,
        }
        for name, text in files.items():
            (own / name).write_text(text, encoding="utf-8")
        here.edit_settings('profile = "ubl-order-2.1"', 'profile = "acme"')
        yield here


def answer(here: World, name: str, row: str) -> None:
    """The ERP answers a file by a log beside it."""
    here.outbound(f"{name}.log", f"{row}\n".encode())


def sent(here: World, name: str) -> str:
    """What a file in the ERP's folder says."""
    return (here.erp_root / "in" / name).read_text(encoding="utf-8")


def article(sku: str, quantity: int) -> dict[str, Any]:
    """A line of the shop."""
    total = f"{10 * quantity}.00"
    return {"sku": sku, "name": f"Article {sku}", "quantity": quantity, "total": total, "tax_rate": "23"}


def totals(here: World) -> list[ControlTotal]:
    """What the ERP has, by the ledger."""
    with here.site() as site:
        return site.ledger.reading.control_totals()


def today(here: World) -> DailyReport:
    with here.site() as site:
        return daily_report(site, here.now().astimezone(site.deployment.timezone).date())


def accepted_order(here: World, number: int = 10452) -> None:
    """An order that the ERP has as SO-1."""
    here.order_paid(number)
    here.run_pass()
    answer(here, "ORD_000001.xml", f"{number};ok;SO-1;")
    here.run_pass()


def test_a_changed_order_goes_as_a_change_file_with_the_next_number(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.inbound() == ["CHG_000002.xml", "ORD_000001.xml"]
        told = sent(here, "CHG_000002.xml")
        assert told.startswith('<change id="10452" no="1" of="SO-1">\n<city>Poznań</city>')
        assert "line" not in told  # only the address differs
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert (here.open_exceptions(), here.states()) == ([], {"10452": "written_back"})
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.damage() == []


def test_a_flow_that_says_nothing_sends_no_change(tmp_path: Path) -> None:
    with acme(tmp_path / "w", flow="") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert (here.codes(), here.file_numbers()) == (["changed-after-export"], [1])


def test_a_flow_that_sends_what_its_profile_has_no_file_for_is_refused_at_load(tmp_path: Path) -> None:
    refused = pytest.raises(ConfigurationRefused, match=r"changes = .send., but the profile acme has no profile.change")
    with acme(tmp_path / "w") as here, refused:
        (here.folder / "profiles" / "acme" / "profile.change.toml").unlink()
        here.run_pass()


def test_files_of_one_row_of_numbers_hold_equally_many(tmp_path: Path) -> None:
    refused = pytest.raises(ConfigurationRefused, match=r"change.toml of acme names files up to number 9999, profile")
    with acme(tmp_path / "w") as here, refused:
        overlay = here.folder / "profiles" / "acme" / "profile.change.toml"
        overlay.write_text(overlay.read_text().replace("{sequence:06}", "{sequence:04}"), encoding="utf-8")
        here.run_pass()


def test_a_change_template_that_fails_for_some_change_fails_when_it_is_loaded(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        template = here.folder / "profiles" / "acme" / "change.xml.j2"
        template.write_text(CHANGE + "{% for line in order.deleted_lines %}{{ line.gone }}{% endfor %}\n", "utf-8")
        with pytest.raises(ConfigurationRefused, match=r"change.xml.j2:\d+: .*'gone'"):
            here.run_pass()


def test_two_endpoints_of_one_folder_need_change_files_of_different_names(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        own = here.folder / "profiles"
        shutil.copytree(own / "acme", own / "other")
        other = own / "other" / "profile.toml"
        other.write_text(PROFILE.replace('"ORD_', '"OTHER_'), encoding="utf-8")
        settings = here.folder / "bridge.toml"
        text = settings.read_text(encoding="utf-8")
        start, end = text.index("[endpoints.acme]"), text.index("[flows.")
        twin = text[start:end].replace("endpoints.acme", "endpoints.other").replace('"acme"', '"other"')
        settings.write_text(text + twin, encoding="utf-8")
        with pytest.raises(ConfigurationRefused, match="would give files in one folder the same names"):
            here.run_pass()


def test_a_line_that_is_gone_is_told_at_the_position_that_the_erp_knows(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        two = [article("1001", 2), article("00173", 1)]
        here.order_paid(10452, line_items=two)
        here.run_pass()
        answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
        here.run_pass()
        left = here.shop.order(10452)["line_items"][1] | {"quantity": 3}  # three for the price of one
        here.shop.edit(10452, line_items=[left], total="18.45", total_tax="3.45", cart_tax="2.30", tax_lines=[])
        here.run_pass()
        assert [one.message for one in here.exceptions()] == []
        told = sent(here, "CHG_000002.xml")
        assert '<deleted no="1" sku="1001" was="2"\n is="2"/>' in told
        assert '<changed no="2" sku="00173" was="1"\n is="3"/>' in told


def test_a_whole_change_tells_the_unchanged_lines_too(tmp_path: Path) -> None:
    with acme(tmp_path / "w", change="full") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert '<unchanged no="1" sku="1001" was="2"\n is="2"/>' in sent(here, "CHG_000002.xml")


def test_a_cancelled_order_goes_as_a_cancel_file_and_counts_in_no_total(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert sent(here, "DEL_000002.xml") == '<cancel id="10452" no="1" of="SO-1"/>\n'
        assert [total.gross for total in totals(here)] == [Decimal("30.75")]  # until the ERP has cancelled it
        answer(here, "DEL_000002.xml", "10452;ok;;")
        here.run_pass()
        assert (here.open_exceptions(), totals(here)) == ([], [])
        assert here.states() == {"10452": "written_back"}
        report = today(here)
        assert (report.orders, report.created) == (1, 1)
        assert [one.row() for one in report.changes] == [{"purpose": "cancel", "class": "created", "orders": 1}]


def test_a_refused_change_is_shown_with_the_erps_words_and_the_order_stays(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        answer(here, "CHG_000002.xml", "10452;no;;E17: already packed")
        here.run_pass()
        assert here.open_exceptions() == [("The ERP refused changes: E17: already packed", ["10452"])]
        assert [one.row()["class"] for one in today(here).changes] == ["failed"]


def test_changes_of_several_orders_wait_for_the_register_of_no_first_export(tmp_path: Path) -> None:
    """An old register stops new orders; changes of orders that the ERP has go on."""
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.edit_settings('outbound = "out"', 'outbound = "out"\nregister = "register.csv"')
        (here.folder / "profiles" / "acme" / "profile.toml").write_text(
            PROFILE + '[register]\nexternal_id = "id"\nerp_number = "number"\n', encoding="utf-8"
        )
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.order_paid(10453)
        here.run_pass()
        assert "register-stale" in here.codes()
        assert here.inbound() == ["CHG_000002.xml", "ORD_000001.xml"]


def test_in_mode_test_a_change_is_a_preview_and_draws_no_number(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.edit_settings('mode = "full"', 'mode = "test"')
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.file_numbers() == [1]
        (preview,) = (here.folder / "archive" / "previews" / "shop-acme").iterdir()
        assert preview.read_text(encoding="utf-8").startswith('<change id="10452" no="1" of="SO-1">')


def shown(here: World, order: str = "10452") -> Preview:
    with here.site() as site:
        return preview_order(site, order, None)


@pytest.mark.parametrize("change", ["full", "delta"])
def test_a_preview_shows_the_change_that_would_go_and_then_goes(tmp_path: Path, change: str) -> None:
    with acme(tmp_path / "w", change=change) as here:
        accepted_order(here)
        assert (shown(here).purpose, shown(here).nothing) == (Purpose.NEW, "The ERP has it as it is.")
        here.edit_settings('mode = "full"', 'mode = "test"')
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        preview = shown(here)
        assert (preview.name, preview.nothing, preview.waits_for) == ("CHG_000002.xml", "", "")
        assert preview.delta == (change == "delta")
        here.edit_settings('mode = "test"', 'mode = "full"')
        here.run_pass()
        assert sent(here, "CHG_000002.xml").encode() == preview.content


def test_a_preview_of_what_waits_for_an_answer_is_what_goes_when_it_was_accepted(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        assert shown(here).nothing == "ORD_000001.xml tells it already, and waits for its answer."
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert (shown(here).name, shown(here).waits_for) == ("CHG_000002.xml", "ORD_000001.xml")
        answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
        here.run_pass()
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        preview = shown(here)
        assert (preview.purpose, preview.name, preview.waits_for) == (
            Purpose.CANCEL,
            "DEL_000003.xml",
            "CHG_000002.xml",
        )
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert sent(here, "DEL_000003.xml").encode() == preview.content


def test_a_preview_of_a_change_that_nobody_sends_says_so_and_shows_the_order(tmp_path: Path) -> None:
    with acme(tmp_path / "w", flow="") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        preview = shown(here)
        assert preview.nothing == "Order 10452 was changed in the store after it was sent."
        assert preview.content.startswith(b'<order id="10452">')


def test_a_preview_of_a_change_tells_the_name_of_change_files(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        template = here.folder / "profiles" / "acme" / "change.xml.j2"
        told = 'file="{{ file.name }}" number="{{ file.sequence_number }}" to="{{ order.delivery.city }}"'
        template.write_text(f"<change {told}/>\n", "utf-8")
        accepted_order(here)
        here.edit_settings('mode = "full"', 'mode = "test"')
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        (preview,) = (here.folder / "archive" / "previews" / "shop-acme").iterdir()
        assert preview.read_text("utf-8") == '<change file="PREVIEW_CHG_000002.xml" number="2" to="Poznań"/>\n'


def test_a_change_that_waits_when_the_flow_stops_sending_is_held_for_a_person(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.edit_settings('mode = "full"', 'mode = "test"')
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        here.edit_settings(SEND, "")
        here.edit_settings('mode = "test"', 'mode = "full"')
        here.run_pass()
        assert here.open_exceptions() == [("acme is sent no changes any more", ["10452"])]
        assert here.file_numbers() == [1]


def test_a_change_is_held_by_its_problems_like_an_order(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, line_items=[here.shop.order(10452)["line_items"][0] | {"sku": "NO-SUCH", "name": "New"}])
        here.run_pass()
        assert here.open_exceptions() == [("Missing SKU mapping for NO-SUCH", ["10452"])]
        here.edit_map("sku", "NO-SUCH,40099")
        here.run_pass()
        assert 'sku="NO-SUCH"' in sent(here, "CHG_000002.xml")
        assert here.open_exceptions() == []


def test_each_purpose_is_handed_over_in_its_own_way(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        overlay = here.folder / "profiles" / "acme" / "profile.change.toml"
        overlay.write_text(overlay.read_text() + '[handover]\ntrigger = "{file}.go"\n', encoding="utf-8")
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.order_paid(10453)
        here.run_pass()
        assert here.inbound() == ["CHG_000002.xml", "CHG_000002.xml.go", "ORD_000001.xml", "ORD_000003.xml"]


def test_what_belongs_to_an_order_includes_the_files_of_its_changes(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        with here.site() as site:
            names = {Path(one.path).name for one in archived_of(site, "10452")}
        assert {"ORD_000001.xml", "CHG_000002.xml", "CHG_000002.xml.log"} <= names


def test_a_file_that_is_batched_by_currency_holds_one_currency(tmp_path: Path) -> None:
    with world(tmp_path / "w", style="csv") as here:
        own = here.folder / "profiles" / "one-currency"
        shutil.copytree(templates_folder() / "csv-orders", own)
        text = (own / "profile.toml").read_text(encoding="utf-8")
        (own / "profile.toml").write_text(text.replace("[file]\n", '[file]\nbatch_by = ["currency"]\n', 1), "utf-8")
        here.edit_settings('profile = "csv-orders"', 'profile = "one-currency"')
        for number, currency in ((10452, "EUR"), (10453, "PLN"), (10454, "EUR")):
            here.order_paid(number, currency=currency)
        here.run_pass()
        with here.site() as site:
            held = {file.sequence_number: file.totals for file in site.ledger.reading.files()}
        assert held == {1: {"EUR": "61.50"}, 2: {"PLN": "30.75"}}


def test_the_built_in_ubl_profile_sends_a_change_that_keeps_to_its_schema(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow=SEND) as here:
        here.order_paid(10452)
        here.go_round()
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.open_exceptions() == []
        (name,) = [name for name in here.inbound() if name.endswith(".xml")]
        told = sent(here, name)
        assert "<OrderChange " in told
        assert "SO-1" in told
        assert here.file_numbers() == [1, 2]


def test_an_erp_that_never_answers_keeps_no_change_waiting(tmp_path: Path) -> None:
    """No folder of answers and no register: what is placed is all that will be known, and nobody waits for more."""
    with acme(tmp_path / "w", flow="") as here:
        here.edit_settings('outbound = "out"', "")
        here.order_paid(10452)
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        assert here.codes() == ["changed-after-export"]
        here.shop.edit(10452, status="cancelled")
        here.later(minutes=10)
        here.run_pass()
        assert here.codes() == ["cancelled-after-export"]
        assert here.inbound() == ["ORD_000001.xml"]
