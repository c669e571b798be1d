"""`bridge contract`: the table that a project meeting needs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.cli.commands import called

AGREED = """timezone = "Europe/Warsaw"
[ownership]
"delivery.phone" = { owner = "ERP" }
"vouchers|old" = { owner = "CRM", on_error = "=1+1", frequency = "  =1+1" }
"""


def test_the_table_of_the_folder_as_markdown(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(AGREED, encoding="utf-8")
    lines = called(tmp_path, "contract", "--form", "markdown").out.splitlines()
    assert lines[0].startswith("| field | required | type | meaning | system of record |")
    assert any(line.startswith("| delivery.phone |") and "| ERP |" in line for line in lines)
    assert {line.replace("\\|", "").count("|") for line in lines} == {lines[0].count("|")}


def test_the_table_as_csv_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(AGREED, encoding="utf-8")
    head, *rows = csv.reader(io.StringIO(called(tmp_path, "contract", "--form", "csv").out))
    by_field = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_field["delivery.phone"]["system of record"] == "ERP"
    assert by_field["vouchers|old"]["on error"] == "'=1+1"
    assert by_field["vouchers|old"]["frequency"] == "'  =1+1"


def test_a_mistake_in_the_agreement_ends_the_command(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(AGREED.replace('"ERP"', "7"), encoding="utf-8")
    told = called(tmp_path, "contract")
    assert told.exit_code == 2
    assert "bridge.toml:3: ownership.delivery.phone.owner must be a text" in told.err
