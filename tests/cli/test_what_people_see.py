"""A working day with the command: what people read, and what they can do about it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.config.starter import write_starter
from tests.cli.commands import as_process, bridge, called
from tests.world import World, world


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "w") as made:
        yield made


def test_times_are_those_of_the_deployments_zone_wherever_the_machine_stands(tmp_path: Path) -> None:
    write_starter(tmp_path)
    settings = (tmp_path / "bridge.toml").read_text(encoding="utf-8")
    zone = "Asia/Kathmandu"  # no machine of ours stands there
    changed = re.sub('timezone = "[^"]*"', f'timezone = "{zone}"', settings)
    (tmp_path / "bridge.toml").write_text(changed, encoding="utf-8")
    assert called(tmp_path, "once").exit_code == 0
    (endpoint,) = called(tmp_path, "status", "--json").json()["endpoints"]
    ended = datetime.fromisoformat(endpoint["last_pass_ended_at"]).astimezone(ZoneInfo(zone))
    assert f"{ended:%Y-%m-%d %H:%M}" in called(tmp_path, "status").out


def test_from_nothing_to_a_ready_order(tmp_path: Path) -> None:
    """The starter's own README, step by step."""
    folder = tmp_path / "mine"
    assert as_process("init", str(folder)).exit_code == 0
    assert called(folder, "check").out.rstrip().endswith("Everything is fine.")
    shutil.copy2(folder / "examples/order.json", folder / "orders/order.json")  # as `cp -p`: it has stood still
    os.utime(folder / "orders/order.json", (0, 0))
    first = called(folder, "once")
    assert first.exit_code == 4
    assert "1 exception is open; see: bridge exceptions list" in first.out
    assert "Missing SKU mapping for KETTLE-1" in called(folder, "exceptions", "list").out
    with (folder / "maps/sku.csv").open("a", encoding="utf-8") as out:
        out.write("KETTLE-1,40017,\n")
    assert called(folder, "once").exit_code == 0
    assert "Exceptions: none." in called(folder, "exceptions", "list").out
    assert list((folder / "archive/previews/shop-erp").iterdir())


def test_an_empty_deployment_says_so_and_not_nothing(tmp_path: Path) -> None:
    write_starter(tmp_path / "mine")
    for words, said in {
        ("status",): "Orders: none.",
        ("orders", "list"): "Orders: none.",
        ("files", "list"): "Files: none.",
        ("exceptions", "list"): "Exceptions: none.",
        ("archive", "verify"): "Nothing is damaged: 0 files",
        ("report",): "nothing needs you.",
    }.items():
        told = called(tmp_path / "mine", *words)
        assert told.exit_code == 0, told.err
        assert said in told.out


def test_a_preview_is_the_file_itself_and_is_sent_nowhere(here: World, tmp_path: Path) -> None:
    here.order_paid(10452)
    here.order_paid(10453, sku="NO-SUCH")
    here.run_pass()
    before = here.inbound()
    whole = as_process("preview", "10452", "--config", str(here.folder), environ=here.environ)
    assert whole.out.startswith("<?xml")
    assert "<cbc:ID>10452</cbc:ID>" in whole.out
    assert whole.err == (
        "Nothing of order 10452 goes to acme now. ORD_000001.xml tells it already, and waits for its answer. "
        "Shown is the whole order.\n"
    )
    assert bridge(here, "preview", "10452", "--to", str(tmp_path / "order.xml")).exit_code == 0
    assert (tmp_path / "order.xml").read_text(encoding="utf-8") == whole.out
    assert here.inbound() == before
    assert here.file_numbers() == [1]


def test_a_cancelled_order_is_not_sent_and_its_story_says_who_and_why(here: World) -> None:
    here.order_paid(10453, sku="NO-SUCH")
    here.run_pass()
    told = bridge(here, "orders", "cancel", "10453", "--reason", "the buyer called", "--by", "Ewa")
    assert told.out == "Order 10453 is cancelled; it will not be sent.\n"
    here.edit_map("sku", "NO-SUCH,40999")
    here.go_round()
    assert here.erp.external_ids() == []
    story = bridge(here, "orders", "show", "10453").out
    assert "the buyer called" in story
    assert "Ewa" in story


def test_an_order_entered_by_hand_gets_its_number_into_the_store(here: World) -> None:
    here.order_paid(10453, sku="NO-SUCH")
    here.run_pass()
    told = bridge(here, "orders", "link", "10453", "SO-900", "--reason", "entered by hand")
    assert told.out == "Order 10453 is linked to SO-900.\n"
    here.go_round()
    assert here.shop.erp_numbers() == {"10453": "SO-900"}
    assert here.erp.external_ids() == []
    assert "SO-900" in bridge(here, "orders", "show", "SO-900").out


def test_a_sent_order_cannot_be_cancelled_and_the_cure_is_named(here: World) -> None:
    here.order_paid(10452)
    here.run_pass()
    told = bridge(here, "orders", "cancel", "10452", "--reason", "too late")
    assert told.exit_code == 1
    assert "not possible, because" in told.err
    assert "What to do: " in told.err


def test_a_rejected_order_goes_once_more_under_the_same_id(here: World) -> None:
    here.order_paid(10452)
    here.erp.temper.reject["10452"] = "Customer is blocked"
    here.go_round()
    assert "Customer is blocked" in bridge(here, "exceptions", "list").out
    del here.erp.temper.reject["10452"]
    assert bridge(here, "orders", "resend", "10452", "--reason", "unblocked").exit_code == 0
    here.go_round()
    assert here.erp.external_ids() == ["10452"]
    assert here.file_numbers() == [1, 2]


def test_a_paused_endpoint_rests_and_says_so(here: World) -> None:
    here.order_paid(10452)
    assert bridge(here, "pause", "acme", "--reason", "stock-taking", "--by", "Ewa").out == "acme is paused.\n"
    here.go_round()
    assert here.erp.external_ids() == []
    status = bridge(here, "status").out
    assert "stock-taking" in status
    assert "Ewa" in status
    assert bridge(here, "resume", "acme", "--reason", "done").out == "acme goes on.\n"
    here.go_round()
    assert here.erp.external_ids() == ["10452"]


def test_a_paused_flow_rests_while_its_endpoint_goes_on(here: World) -> None:
    bridge(here, "pause", "shop-acme", "--reason", "the shop moves")
    here.order_paid(10452)
    here.go_round()
    assert here.orders() == {}
    bridge(here, "resume", "shop-acme", "--reason", "moved")
    here.go_round()
    assert here.erp.external_ids() == ["10452"]


def test_a_withdrawn_file_stays_listed_with_its_number(here: World) -> None:
    here.order_paid(10452)
    here.run_pass()
    told = bridge(here, "files", "withdraw", "acme", "1", "--reason", "wrong company", "--seen-absent")
    assert told.out == "File 1 of acme is withdrawn.\n"
    assert bridge(here, "files", "list", "--state", "withdrawn", "--json").json()[0]["sequence_number"] == 1
    assert bridge(here, "files", "retry", "acme", "1", "--reason", "?").exit_code == 1


def test_the_archive_answers_for_an_order_a_number_and_a_digest(here: World) -> None:
    here.order_paid(10452)
    here.go_round()
    (file,) = bridge(here, "files", "list", "--json").json()
    for word in ("10452", "SO-1", file["name"], file["sha256"][:12]):
        paths = [one["path"] for one in bridge(here, "archive", "find", word, "--json").json()]
        assert f"archive/{file['archive_path']}" in paths, word
        assert all((here.folder / path).is_file() for path in paths)


def test_the_report_writes_three_forms_that_agree_with_the_terminal(here: World) -> None:
    here.order_paid(10452)
    here.order_paid(10453, sku="NO-SUCH")
    here.go_round()
    told = bridge(here, "report")
    assert "1 thing needs you; 1 order waits." in told.out
    assert "Missing SKU mapping for NO-SUCH" in told.out
    forms = sorted(path.suffix for path in (here.folder / "reports").iterdir())
    assert forms == [".csv", ".html", ".json"]
    assert bridge(here, "report", "--json").json()["created"] == 1
    assert bridge(here, "report", "--day", "2020-01-31", "--json").json()["orders"] == 0
