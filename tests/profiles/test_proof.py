"""`bridge profile test`: a profile proves itself, and a wrong one is told what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.finding import Finding
from bridge.profiles import contract_table, load_profile, profile_names
from bridge.profiles import test_profile as prove


@pytest.mark.parametrize("name", profile_names(None))
def test_every_built_in_profile_proves_itself(name: str) -> None:
    findings = prove(load_profile(name, None))
    assert [finding for finding in findings if not finding.fine] == []
    assert {"sample: name", "sample: schema", "limit: external_id", "characters"} <= {one.what for one in findings}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(templates_folder() / "csv-orders", tmp_path / "acme")
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
