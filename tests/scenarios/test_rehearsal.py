"""The six test cases of every rollout, as files that a user copies: tried on a flow, nothing sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bridge.config.starter import write_starter
from tests.cli.commands import called

pytestmark = pytest.mark.scenario

SIX = ["1-normal", "2-discounted", "3-international", "4-invalid-address", "5-many-lines", "6-missing-sku"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new deployment whose ERP knows the one article of the cases."""
    made = tmp_path / "shop-to-erp"
    write_starter(made)
    with (made / "maps" / "sku.csv").open("a", encoding="utf-8") as out:
        out.write("KETTLE-1,40017,\n")
    return made


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def results(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["what"]: row for row in called(folder, "rehearse", "--json").json()}


@pytest.mark.parametrize("profile", ["csv-orders", "ubl-order-2.1"])
def test_all_six_come_out_as_written_and_nothing_is_sent(folder: Path, profile: str) -> None:
    edit(folder / "bridge.toml", 'profile = "csv-orders"', f'profile = "{profile}"')
    if profile == "ubl-order-2.1":
        for name in SIX:
            (folder / "rehearsal" / f"{name}.toml").write_text(
                (folder / "rehearsal" / f"{name}.toml").read_text(encoding="utf-8").replace(', "COURIER"', ""),
                encoding="utf-8",
            )
    told = called(folder, "rehearse")
    assert (told.exit_code, "All came out as expected." in told.out) == (0, True), told.out
    assert sorted(results(folder)) == SIX
    assert list((folder / "erp" / "in").iterdir()) == []
    assert called(folder, "orders", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("case", "old", "new", "words"),
    [
        ("1-normal", '"ready"', '"held"', "expected held, but it is ready"),
        ("1-normal", '"264.45"', '"264.46"', "expected 264.46 gross, but its lines come to 264.45"),
        ("1-normal", '"COURIER"', '"PIGEON"', "its file does not hold PIGEON"),
        ("1-normal", 'state = "paid"', 'state = "unpaid"', "expected ready, but it is skipped (Not paid yet"),
        ("5-many-lines", "lines = 120", "lines = 121", "expected 121 lines, but it has 120"),
        ("6-missing-sku", '"sku-unmapped"', '"tax-unmapped"', "but found sku-unmapped (Order T-6"),
    ],
)
def test_what_comes_out_otherwise_is_told(folder: Path, case: str, old: str, new: str, words: str) -> None:
    edit(folder / "rehearsal" / f"{case}.toml", old, new)
    told = called(folder, "rehearse", "--json")
    assert told.exit_code == 1
    rows = {row["what"]: row for row in told.json()}
    assert words in rows[case]["detail"]
    assert [name for name, row in rows.items() if not row["fine"]] == [case]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[order]", "[order", "1-normal.toml: is no TOML"),
        ('currency = "PLN"', "currency = 7", "1-normal.toml: currency: input should be a valid string."),
        ('net = "200.00"', 'net = "many"', "holds an amount that is no number"),
        ("expect = {", "expected = {", "1-normal.toml: lacks [expect]."),
        ('outcome = "ready"', 'outcome = "ready", colour = "red"', "1-normal.toml: colour: extra inputs"),
        (
            'payment = { method = "bacs", state = "paid" }',
            'payment = "paid"',
            "1-normal.toml: payment: input should be",
        ),
        ('net = "200.00"', 'net = "1e999999"', "1-normal.toml: holds an amount that no order has."),
        ('net = "200.00"', "net = " + "9" * 5000, "1-normal.toml: holds an amount that is no number"),
        ('net = "200.00"', 'net = "200.00"\nrepeat = 10001', "lines.repeat must be a whole number from 1 to 10000."),
        ('net = "200.00"', 'net = "200.00"\nrepeat = "many"', "lines.repeat must be a whole number from 1 to 10000."),
        ('net = "200.00"', 'net = "200.00"\nextra = ' + "[" * 3000, "1-normal.toml: is nested too deep."),
        ('currency = "PLN"', 'currency = "PLN"\n#' + "x" * 2**22, "1-normal.toml: is larger than 4194304 bytes."),
    ],
)
def test_a_case_that_cannot_be_read_is_named(folder: Path, old: str, new: str, words: str) -> None:
    edit(folder / "rehearsal" / "1-normal.toml", old, new)
    told = called(folder, "rehearse")
    assert (told.exit_code, words in told.err) == (2, True), told.err


def test_an_order_written_as_one_value_and_what_is_no_file_are_named(folder: Path) -> None:
    (folder / "rehearsal" / "7-odd.toml").write_text('order = 5\nexpect = { outcome = "ready" }\n', encoding="utf-8")
    (folder / "rehearsal" / "7-one-line.toml").write_text("order.lines = 5\nexpect = {}\n", encoding="utf-8")
    os.mkfifo(folder / "rehearsal" / "8-pipe.toml")
    told = called(folder, "rehearse")
    assert told.exit_code == 2
    assert "7-odd.toml: order must be a section." in told.err
    assert "7-one-line.toml: lines must be written as [[order.lines]]." in told.err
    assert "8-pipe.toml: is no file." in told.err


@pytest.mark.parametrize(("action", "outcome"), [("skip", "skipped"), ("wait", "waiting")])
def test_a_rule_of_the_flow_is_expected_by_the_code_that_the_docs_give(folder: Path, action: str, outcome: str) -> None:
    with (folder / "bridge.toml").open("a", encoding="utf-8") as out:
        out.write(f'\n[[flows.shop-erp.rules]]\nname = "abroad"\naction = "{action}"\nreason = "By hand"\n')
        out.write('wait_max = "7 days"\n' if action == "wait" else "")
    case = folder / "rehearsal" / "1-normal.toml"
    for line in case.read_text(encoding="utf-8").splitlines():
        if line.startswith("expect"):
            edit(case, line, f'expect = {{ outcome = "{outcome}", rule = "{action}:abroad" }}')
    row = results(folder)["1-normal"]
    assert row["fine"] is True, row["detail"]


def test_an_empty_folder_says_where_cases_come_from(folder: Path, tmp_path: Path) -> None:
    told = called(folder, "rehearse", str(tmp_path / "none"))
    assert (told.exit_code, "bridge init writes six into rehearsal/" in told.err) == (2, True)
