"""`[ownership]` of bridge.toml: who has the last word on which field."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.deployment import load_ownership
from bridge.config.mistakes import DeploymentRefused
from bridge.domain.ownership import contract_table, most_specific, store_owned

AGREED = """timezone = "Europe/Warsaw"
[ownership]
"delivery.phone" = { owner = "ERP", direction = "ERP to store", frequency = "each night" }
"loyalty points" = { owner = "CRM", direction = "not exchanged" }
[ownership.erp_number]
owner = "store"
[ownership.lines]
owner = "PIM"
[ownership.lines.sku]
owner = "ERP"
on_error = "mail to the catalogue"
"""


def read(tmp_path: Path, text: str) -> dict[str, dict[str, str]]:
    (tmp_path / "bridge.toml").write_text(text, encoding="utf-8")
    return {row["field"]: row for row in contract_table(load_ownership(tmp_path))}


def test_what_is_agreed_stands_in_the_table_and_the_rest_stays(tmp_path: Path) -> None:
    rows, usual = read(tmp_path, AGREED), {row["field"]: row for row in contract_table(())}
    phone = rows["delivery.phone"]
    assert (phone["system_of_record"], phone["direction"], phone["frequency"]) == ("ERP", "ERP to store", "each night")
    assert phone["on_error"] == usual["delivery.phone"]["on_error"]
    assert rows["billing.phone"] == usual["billing.phone"]


def test_a_part_speaks_for_its_fields_and_a_field_for_itself(tmp_path: Path) -> None:
    rows = read(tmp_path, AGREED)
    assert {rows[f"lines[].{name}"]["system_of_record"] for name in ("name", "quantity")} == {"PIM"}
    assert (rows["lines[].sku"]["system_of_record"], rows["lines[].sku"]["on_error"]) == (
        "ERP", "mail to the catalogue",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("agreed", "what"),
    [
        ('erp_number = { owner = "PIM" }', "ownership.erp_number is owned by 'PIM', which is neither store nor ERP"),
        ('"lines[].sku" = { owner = "PIM" }\n"lines.sku" = { owner = "ERP" }', "speaks of the field of bridge.toml:3"),
    ],
)
def test_an_agreement_that_says_two_things_or_nothing_is_refused(tmp_path: Path, agreed: str, what: str) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        read(tmp_path, f'timezone = "Europe/Warsaw"\n[ownership]\n{agreed}\n')
    assert what in str(refused.value)


def test_a_field_of_ones_own_gets_a_row(tmp_path: Path) -> None:
    row = read(tmp_path, AGREED)["loyalty points"]
    assert (row["system_of_record"], row["direction"], row["meaning"]) == ("CRM", "not exchanged", "")


def test_what_the_store_owns_of_what_it_would_get(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(AGREED, encoding="utf-8")
    owned = load_ownership(tmp_path)
    assert [*store_owned(("erp_number", "note"), owned, "shop")] == ["erp_number"]
    assert store_owned(("note", "status"), owned, "shop") == {}
    found = most_specific("lines[].sku", owned)
    assert found is not None and found.place == "bridge.toml:9"


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ('"delivery.phon" = { owner = "ERP" }', "bridge.toml:3", "Did you mean delivery.phone?"),
        ('"delivery.phone" = { direction = "both ways" }', "bridge.toml:3", "owner is missing"),
        ('"delivery.phone" = { owner = "ERP", direction = "up" }', "bridge.toml:3", "Allowed: store to ERP"),
        ('"delivery.phone" = { owner = "ERP", ownr = "x" }', "bridge.toml:3", "Did you mean owner?"),
        ('"delivery.phone" = "ERP"', "bridge.toml:3", "must be a table"),
    ],
)
def test_a_mistake_has_its_place_and_cure(tmp_path: Path, line: str, place: str, words: str) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        read(tmp_path, f'timezone = "Europe/Warsaw"\n[ownership]\n{line}\n')
    told = str(caught.value) + caught.value.problem.action
    assert place in told and words in told


@pytest.mark.parametrize("owner", ["Store", "STORE", " store "])
def test_the_store_is_the_store_however_it_is_written(tmp_path: Path, owner: str) -> None:
    (tmp_path / "bridge.toml").write_text(f'[ownership]\nstatus = {{ owner = "{owner}" }}\n', encoding="utf-8")
    assert [*store_owned(["status"], load_ownership(tmp_path), "shop")] == ["status"]
