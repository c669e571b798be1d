"""The six test cases of every rollout, as files that a user copies: tried on a flow, nothing sent."""

from __future__ import annotations

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
    ],
)
def test_a_case_that_cannot_be_read_is_named(folder: Path, old: str, new: str, words: str) -> None:
    edit(folder / "rehearsal" / "1-normal.toml", old, new)
    told = called(folder, "rehearse")
    assert (told.exit_code, words in told.err) == (2, True), told.err


def test_an_empty_folder_says_where_cases_come_from(folder: Path, tmp_path: Path) -> None:
    told = called(folder, "rehearse", str(tmp_path / "none"))
    assert (told.exit_code, "bridge init writes six into rehearsal/" in told.err) == (2, True)
