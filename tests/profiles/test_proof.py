"""`bridge profile test`: a profile proves itself, and a wrong one is told what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.finding import Finding
from bridge.profiles import Installation, contract_table, load_profile, profile_names
from bridge.profiles import test_profile as prove


@pytest.mark.parametrize("name", profile_names(None))
def test_every_built_in_profile_proves_itself(name: str) -> None:
    findings = prove(load_profile(name, None, Installation(sample=True)))
    assert [finding for finding in findings if not finding.fine] == []
    assert {"sample: name", "sample: schema", "limit: external_id", "characters"} <= {one.what for one in findings}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """csv-orders with its first sample alone, and without change files."""
    shutil.copytree(templates_folder() / "csv-orders", tmp_path / "acme")
    for further in [path for path in (tmp_path / "acme" / "sample").iterdir() if path.is_dir()]:
        shutil.rmtree(further)
    for purpose in (tmp_path / "acme").glob("profile.*.toml"):
        purpose.unlink()
    return tmp_path / "acme"


def wrong(copy: Path) -> list[Finding]:
    return [finding for finding in prove(load_profile("acme", copy.parent)) if not finding.fine]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_a_copy_under_another_name_proves_itself_too(copy: Path) -> None:
    assert wrong(copy) == []


def test_one_wrong_byte_is_shown_with_its_line(copy: Path) -> None:
    change(copy / "sample/ORD_000017.csv", "L;10452;2;product;00340", "L;10452;2;product;340")
    (finding,) = wrong(copy)
    assert finding.what == "sample: ORD_000017.csv"
    assert finding.detail.startswith("line 4 differs: rendered")


def test_an_answer_that_means_something_else_is_shown(copy: Path) -> None:
    change(copy / "sample/sample.toml", 'erp_number = "SO-1001"', 'erp_number = "SO-9999"')
    (finding,) = wrong(copy)
    assert finding.what == "sample: import-20261124.log.csv"
    assert "SO-1001" in finding.detail


def test_a_name_that_is_not_the_agreed_one_is_shown(copy: Path) -> None:
    change(copy / "profile.toml", "ORD_{sequence:06}.csv", "ORDER_{sequence:06}.csv")
    (finding,) = wrong(copy)
    assert (finding.what, finding.detail) == ("sample: name", "the file is called ORDER_000017.csv")


def test_a_profile_without_a_sample_is_told_so(copy: Path) -> None:
    shutil.rmtree(copy / "sample")
    (finding,) = wrong(copy)
    assert finding.detail == "there is no sample/sample.toml"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('orders = "order.json"', 'orders = "orders.json"', "there is no sample/orders.json"),
        ('file = "import-20261124.log.csv"', 'file = "import.log.csv"', "there is no sample/import.log.csv"),
        ('orders = "order.json"', 'orders = "order.json"\npurpose = "change"', "sample.toml:3: the profile has no"),
        ('orders = "order.json"', 'orders = "order.json"\nparameters = { a = "b" }', "parameter a is not known"),
        ("sequence_number = 17", 'sequence_number = "x"', "acme/sample/sample.toml:4: "),
        ("sequence_number = 17", "sequence_number 17", "acme/sample/sample.toml:4: is no TOML"),
    ],
)
def test_a_broken_sample_is_told_where(old: str, new: str, what: str, copy: Path) -> None:
    change(copy / "sample/sample.toml", old, new)
    (finding,) = wrong(copy)
    assert what in finding.detail


def test_a_sample_order_that_is_no_order_is_told(copy: Path) -> None:
    (copy / "sample/order.json").write_text('[{"store": "shop"}]')
    (finding,) = wrong(copy)
    assert finding.detail == "sample/order.json: order[1].store_order_id: Field required"


CHANGE = """
[file]
name = "CHG_{sequence:06}.csv"

[csv]
heading_row = false
records = [
  { each = "order", columns = [
    { heading = "purpose", value = "purpose" }, { heading = "id", value = "external_id" },
    { heading = "erp", value = "erp_number" }, { heading = "change", value = "change_number" } ] },
  { each = "line", columns = [
    { heading = "action", value = "line.action" }, { heading = "line", value = "line.position" },
    { heading = "quantity", value = "line.quantity" }, { heading = "was", value = "line.previous_quantity" } ] },
]
"""
CHANGE_SAMPLE = """
purpose = "change"
orders = "new.json"
sent = "sent.json"
change_number = 2
erp_numbers = { 10452 = "SO-1001" }
expected = "CHG_000018.csv"
sequence_number = 18
business_day = 2026-11-25
sealed_at = 2026-11-25T09:30:15Z
"""


def with_change_sample(copy: Path, expected: str, change: str = "full") -> None:
    (copy / "profile.change.toml").write_text(f'change = "{change}"\n{CHANGE}')
    orders = json.loads((copy / "sample/order.json").read_text("utf-8"))
    (copy / "sample/change").mkdir()
    (copy / "sample/change/sent.json").write_text(json.dumps(orders))
    orders[0]["lines"][0]["quantity"] = "7"
    del orders[0]["lines"][1]
    (copy / "sample/change/new.json").write_text(json.dumps(orders))
    (copy / "sample/change/sample.toml").write_text(CHANGE_SAMPLE)
    (copy / "sample/change/CHG_000018.csv").write_bytes(expected.replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("change", "lines"),
    [("full", "changed;1;7;2\nunchanged;3;1;1\n"), ("delta", "changed;1;7;2\ndeleted;2;2.5;2.5\n")],
)
def test_a_sample_of_a_change_is_held_against_the_order_as_sent(change: str, lines: str, copy: Path) -> None:
    second = "change;10453;;2\n" + ("unchanged;1;1;1\n" if change == "full" else "")
    with_change_sample(copy, f"change;10452;SO-1001;2\n{lines}{second}", change)
    findings = prove(load_profile("acme", copy.parent))
    assert [finding for finding in findings if not finding.fine] == []
    assert {"sample/change: name", "sample/change: CHG_000018.csv"} <= {finding.what for finding in findings}


def test_a_change_that_is_told_wrongly_is_shown(copy: Path) -> None:
    with_change_sample(copy, "change;10452;SO-1001;2\nchanged;1;7;7\n")
    (finding,) = wrong(copy)
    assert finding.what == "sample/change: CHG_000018.csv"
    assert "rendered 'changed;1;7;2" in finding.detail.replace("b'", "'")


def test_a_sample_with_parameters_is_proved_as_that_installation(copy: Path) -> None:
    with (copy / "profile.toml").open("a") as settings:
        settings.write('\n[parameters.ending]\ndescription = "Ending of names"\ndefault = "csv"\n')
    change(copy / "profile.toml", "ORD_{sequence:06}.csv", "ORD_{sequence:06}.{parameters.ending}")
    shutil.copytree(copy / "sample", copy.parent / "first")
    shutil.move(copy.parent / "first", copy / "sample/text")
    change(copy / "sample/text/sample.toml", "ORD_000017.csv", "ORD_000017.txt")
    change(copy / "sample/text/sample.toml", "orders = ", 'parameters = { ending = "txt" }\norders = ')
    (copy / "sample/text/ORD_000017.csv").rename(copy / "sample/text/ORD_000017.txt")
    findings = {finding.what: finding.fine for finding in prove(load_profile("acme", copy.parent))}
    assert all(findings.values())
    assert {"sample/text: name", "sample/text: ORD_000017.txt", "sample/text: limit: external_id"} <= set(findings)


def test_limits_in_bytes_and_in_parts_are_tried(copy: Path) -> None:
    more = (
        '\n[[limits]]\nfield = "delivery.extra"\nlabel = "Extra"\nlength_max = 20\nunit = "bytes"\n'
        '\n[[limits]]\nfield = "billing.company"\nlabel = "Company"\nlength_max = 35\n'
        'parts = 4\npolicies = ["refuse", "split"]\n'
    )
    with (copy / "profile.toml").open("a") as settings:
        settings.write(more)
    findings = {one.what: one.detail for one in prove(load_profile("acme", copy.parent)) if one.fine}
    assert findings["limit: delivery.extra"] == "20 pass, 21 wait"
    assert findings["limit: billing.company"] == "140 pass, 141 wait"


def test_the_contract_as_a_table() -> None:
    table = {row["subject"]: row["value"] for row in contract_table(load_profile("csv-orders", None))}
    assert table["file name"] == "ORD_{sequence:06}.csv"
    assert table["orders in a file"] == "1 to 500"
    assert table["encoding"] == "utf-8, line ends crlf"
    assert table["verdicts of log"] == "OK = accepted, ERR = rejected"
    assert table["limit of delivery.street"] == "60 characters; refuse or abbreviate"
    assert table["limit of external_id"] == "35 characters, required; refuse"
    assert table["register"] == "CSV with the columns external_id and erp_number"
