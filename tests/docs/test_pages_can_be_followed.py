"""What a page tells a reader to type works as written, from an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import run_lines, runnable_lines, shown_files


@pytest.mark.slow
def test_the_quick_start_leads_from_nothing_to_a_number_in_the_store(tmp_path: Path) -> None:
    said = run_lines(runnable_lines("docs/quick-start.md"), tmp_path)
    assert "Everything is fine." in said
    assert "Missing SKU mapping for KETTLE-1" in said
    assert "L;1001;1;product;40017;Kettle" in said  # the preview
    assert "ORD_000001.csv" in said
    assert "1001,SO-1,1001,erp" in said  # the result, back in the store's folder
    assert "nothing needs you." in said
    assert "Nothing is damaged" in said


def test_the_readme_starts_a_deployment(tmp_path: Path) -> None:
    lines = [line for line in runnable_lines("README.md") if "--config demo" not in line]
    assert len(lines) == 3
    assert "Everything is fine." in run_lines(lines, tmp_path)


@pytest.mark.slow
def test_the_tutorial_leads_from_a_document_to_a_proved_profile(tmp_path: Path) -> None:
    lines = runnable_lines("docs/profile-tutorial.md")
    by_hand = next(number for number, line in enumerate(lines) if line.startswith("rm "))
    assert "W0000017.CSV" in run_lines(lines[:by_hand], tmp_path)
    folder = tmp_path / "acme-shop"
    for path, content in shown_files("docs/profile-tutorial.md").items():
        (folder / path).write_text(content, encoding="utf-8")
    said = run_lines(lines[by_hand:], folder)
    assert " no " not in said.partition("Profile acme")[2].partition("Profile acme")[0]
    assert "60 pass, 61 wait" in said  # the street in its two parts
    assert "W0000042.LOG" in said
    assert "PDF, page 5" in said
